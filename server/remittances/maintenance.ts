// Announced maintenance of rails as a rule: which windows close a contract, and when it is open
// again. Pure. Timing that knows its closures (schedule.ts) is all that dispatch, quotes, arrivals
// and the recipient's choice need.
import type { Instant } from '../base/clock.ts';
import { invalidInput, type Refusal } from '../base/refusal.ts';
import type { Closure } from '../rails/rail.ts';

export interface MaintenanceWindow extends Closure {
  readonly maintenanceId: string;
  readonly rail: string;
  /** One contract of the rail; null = all of them. */
  readonly railAccountId: string | null;
  /** For the operator and merchants; not shown to recipients. */
  readonly note: string;
  readonly announcedBy: string;
}

export const MAX_WINDOW_DAYS = 31;
export const MAX_NOTE = 200;

/** The windows that close this contract. */
export function closuresOf(
  windows: readonly MaintenanceWindow[],
  account: { readonly rail: string; readonly id: string },
): MaintenanceWindow[] {
  return windows.filter(
    ({ rail, railAccountId }) =>
      rail === account.rail && (railAccountId === null || railAccountId === account.id),
  );
}

/** The first moment from `at` on that no closure covers; windows may touch and overlap. */
export function openFrom(closures: readonly Closure[], at: Instant): Instant {
  let open = at;
  // Each round passes the end of one more closure, so none is passed twice.
  for (let round = 0; round <= closures.length; round++) {
    const closed = closures.find((each) => covers(each, open));
    if (closed === undefined) return open;
    open = closed.endsAt;
  }
  throw new Error('closures without an end');
}

export function covers({ startsAt, endsAt }: Closure, at: Instant): boolean {
  const { compare } = Temporal.Instant;
  return compare(startsAt, at) <= 0 && compare(at, endsAt) < 0;
}

/** What is wrong with a window to be announced; undefined = nothing. */
export function windowRefusal(window: Closure, now: Instant): Refusal | undefined {
  const { startsAt, endsAt } = window;
  const { compare } = Temporal.Instant;
  const tell = (pointer: string, code: string, ja: string, en: string) =>
    invalidInput([{ pointer, code, ja, en }]);
  if (compare(endsAt, startsAt) <= 0) {
    const ja = '終了は開始より後にしてください。';
    return tell('/ends_at', 'ends_before_start', ja, 'It must end after it starts.');
  }
  if (compare(endsAt, now) <= 0) {
    const ja = 'すでに終わった期間です。これからの期間を指定してください。';
    return tell('/ends_at', 'is_over', ja, 'It is over already. Give one that is still to come.');
  }
  if (compare(endsAt, startsAt.add({ hours: 24 * MAX_WINDOW_DAYS })) > 0) {
    const ja = `1回の期間は${MAX_WINDOW_DAYS}日までです。長い停止にはstopをお使いください。`;
    const en = `One window lasts at most ${MAX_WINDOW_DAYS} days. Use a stop switch for more.`;
    return tell('/ends_at', 'too_long', ja, en);
  }
  return undefined;
}
