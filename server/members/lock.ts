// How often somebody may try before they have to wait, and how long: a rule as a table. Tries are
// counted by try-store.ts. Pure.

export type TrySubject = 'mail' | 'address' | 'second_factor' | 'reset_mail' | 'reset_address';

interface Patience {
  /** So many tries go without a pause. */
  readonly freeTries: number;
  readonly maxPauseSeconds: number;
}

/**
 * A network address is shared by an office; a mail address and a second factor are one person's. A
 * lock on a mail address is also what a stranger can do to its owner, so it ends within the hour,
 * and a passkey signs in past it.
 */
const PATIENCE: Readonly<Record<TrySubject, Patience>> = {
  mail: { freeTries: 5, maxPauseSeconds: 3_600 },
  second_factor: { freeTries: 5, maxPauseSeconds: 3_600 },
  address: { freeTries: 50, maxPauseSeconds: 3_600 },
  reset_mail: { freeTries: 3, maxPauseSeconds: 3_600 },
  reset_address: { freeTries: 20, maxPauseSeconds: 3_600 },
};

const FIRST_PAUSE_SECONDS = 60;
const DOUBLINGS = 7;

/** After a quiet day all is forgotten. */
export const FORGET_AFTER_HOURS = 24;

/** The pause after the first, second … failure, seconds; further ones pause as the last. */
export function pausesOf(subject: TrySubject): readonly number[] {
  const { freeTries, maxPauseSeconds } = PATIENCE[subject];
  const free = Array.from({ length: freeTries - 1 }, () => 0);
  const growing = Array.from({ length: DOUBLINGS }, (_, index) =>
    Math.min(FIRST_PAUSE_SECONDS * 2 ** index, maxPauseSeconds),
  );
  return [...free, ...growing];
}
