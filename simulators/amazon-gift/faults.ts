// The faults a world is told to have, and how they strike one call. Repeatable: the same seed and
// the same calls bring the same faults.
import type { Dice } from '../bank/dice.ts';

export interface Faults {
  readonly seed: number;
  /** The connection dies: by halves before and after the effect. */
  readonly loseAnswerRate: number;
  /** HTTP 500 or 503, by halves before and after the effect. */
  readonly error5xxRate: number;
  /** An HTML page, a cut object or an empty one, by halves before and after the effect. */
  readonly garbageRate: number;
  /** F400 with the status RESEND, by halves before and after the effect. */
  readonly resendRate: number;
  /** ThrottlingException, before any effect. */
  readonly throttleRate: number;
  readonly delayMs: readonly [min: number, max: number];
  readonly down: boolean;
}

export const NO_FAULTS: Faults = {
  seed: 1,
  loseAnswerRate: 0,
  error5xxRate: 0,
  garbageRate: 0,
  resendRate: 0,
  throttleRate: 0,
  delayMs: [0, 0],
  down: false,
};

export type Trouble = 'lost' | 'error' | 'garbage' | 'resend';

/** What strikes this call; null: nothing. */
export function strike(faults: Faults, dice: Dice): { what: Trouble; isBefore: boolean } | null {
  const rates: readonly [Trouble, number][] = [
    ['lost', faults.loseAnswerRate],
    ['error', faults.error5xxRate],
    ['garbage', faults.garbageRate],
    ['resend', faults.resendRate],
  ];
  for (const [what, rate] of rates) {
    if (dice.chance(rate)) return { what, isBefore: dice.throw(2) === 0 };
  }
  return null;
}

const DELAY_MS_MAX = 60_000;

type Check = (value: unknown) => boolean;
const isRate: Check = (value) => typeof value === 'number' && value >= 0 && value <= 1;
const isWhole: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isDelay: Check = (value) =>
  Array.isArray(value) &&
  value.length === 2 &&
  value.every((ms) => isWhole(ms) && ms <= DELAY_MS_MAX) &&
  value[0] <= value[1];

const CHECKS: Readonly<Record<keyof Faults, Check>> = {
  seed: isWhole,
  loseAnswerRate: isRate,
  error5xxRate: isRate,
  garbageRate: isRate,
  resendRate: isRate,
  throttleRate: isRate,
  delayMs: isDelay,
  down: (value) => typeof value === 'boolean',
};

/** The sentence that says what is wrong, or null. */
export function faultsProblem(given: Readonly<Record<string, unknown>>): string | null {
  for (const [name, value] of Object.entries(given)) {
    const check = Object.hasOwn(CHECKS, name) ? CHECKS[name as keyof Faults] : undefined;
    if (check === undefined) return `${name}: unknown`;
    if (!check(value)) return `${name}: not a possible value`;
  }
  return null;
}
