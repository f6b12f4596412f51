// The network's daily reconciliation file: every movement of one business date, read and added up.
// The second half of transform.ts, for its CSV. Pure.
import type { Instant, PlainDate } from '../../base/clock.ts';
import { type Yen, yen, ZERO_YEN } from '../../base/money.ts';
import type { DayEntry, RailDay } from '../rail.ts';

/**
 * `notes` and `coins` leave the prepaid money, `funded` adds to it; the others only hold and free.
 */
export type MovementKind = 'funded' | 'issued' | 'notes' | 'coins' | 'expired' | 'taken_back';

export interface Movement {
  readonly kind: MovementKind;
  /** Null for money paid in. */
  readonly dispatchCode: string | null;
  readonly amountYen: Yen;
  readonly at: Instant;
}

export interface DailyFile {
  readonly date: PlainDate;
  readonly openingYen: Yen;
  readonly closingYen: Yen;
  readonly movements: readonly Movement[];
}

const MAX_LINES = 200_000;
const KINDS: Readonly<Record<string, MovementKind>> = {
  FUNDED: 'funded',
  ISSUED: 'issued',
  NOTES: 'notes',
  COINS: 'coins',
  EXPIRED: 'expired',
  TAKEN_BACK: 'taken_back',
};

export const dailyFileTarget = (date: PlainDate): string => `/v1/reconciliation/${date}`;

/**
 * Throws where the file is not whole: wrong date, count or balance, or a line that says nothing.
 */
export function readDailyFile(date: PlainDate, text: string): DailyFile {
  const lines = text.split('\r\n');
  if (lines.length > MAX_LINES) throw bad(date, `more than ${MAX_LINES} lines`);
  const [header = '', ...rest] = lines;
  const ending = rest.pop();
  const [, count, closing] = /^T,(\d{1,9}),(-?\d{1,15})$/.exec(rest.pop() ?? '') ?? [];
  const [, day, opening] = /^H,([0-9-]{10}),\d{1,16},(-?\d{1,15})$/.exec(header) ?? [];
  if (ending !== '' || closing === undefined || opening === undefined) {
    throw bad(date, 'header or trailer is missing');
  }
  if (day !== date.toString()) throw bad(date, 'it is of another date');
  if (rest.length !== Number(count)) throw bad(date, 'its count differs');
  const movements = rest.map((line, index) => readMovement(date, line, index + 2));
  const changeYen = movements.reduce((sum, each) => sum + changeOf(each), 0);
  if (Number(opening) + changeYen !== Number(closing)) throw bad(date, 'its balance differs');
  return { date, openingYen: yen(Number(opening)), closingYen: yen(Number(closing)), movements };
}

function readMovement(date: PlainDate, line: string, lineNumber: number): Movement {
  const [, code, word = '', amount, at = ''] =
    /^D,(\d{20})?,([A-Z_]{1,20}),(\d{1,12}),([0-9T:.+-]{1,40})$/.exec(line) ?? [];
  const kind = Object.hasOwn(KINDS, word) ? KINDS[word] : undefined;
  const isWhole = kind !== undefined && (code === undefined) === (kind === 'funded');
  if (!isWhole || amount === undefined) throw bad(date, `line ${lineNumber} makes no sense`);
  const dispatchCode = code ?? null;
  return { kind, dispatchCode, amountYen: yen(Number(amount)), at: Temporal.Instant.from(at) };
}

function changeOf({ kind, amountYen }: Movement): number {
  if (kind === 'funded') return amountYen;
  return kind === 'notes' || kind === 'coins' ? -amountYen : 0;
}

function bad(date: PlainDate, fault: string): Error {
  return new Error(`the ATM reconciliation file of ${date} is not whole: ${fault}`);
}

/** The file by payment, as every rail tells its day. */
export function dayOf({ date, openingYen, closingYen, movements }: DailyFile): RailDay {
  const entries = new Map<string, DayEntry>();
  let fundedYen = 0;
  for (const { kind, dispatchCode, amountYen } of movements) {
    if (dispatchCode === null) {
      fundedYen += amountYen;
      continue;
    }
    const nothing = { dispatchCode, issuedYen: null, takenYen: ZERO_YEN, closed: null };
    const before = entries.get(dispatchCode) ?? nothing;
    entries.set(dispatchCode, { ...before, ...changed(before, kind, amountYen) });
  }
  const sums = { openingYen, closingYen, fundedYen: yen(fundedYen) };
  return { date, ...sums, entries: [...entries.values()] };
}

function changed(before: DayEntry, kind: MovementKind, amountYen: Yen): Partial<DayEntry> {
  if (kind === 'issued') return { issuedYen: amountYen };
  if (kind === 'expired' || kind === 'taken_back') return { closed: kind };
  return { takenYen: yen(before.takenYen + amountYen) };
}
