// Reads query parameters that several inquiries share: the contract's account and a range of days.

import type { Bank } from '../bank.ts';
import type { World } from '../books.ts';
import { dateOf, isDate } from '../tokyo-time.ts';
import type { Reply } from './reply.ts';
import { refuse } from './reply.ts';

const FIRST_DAY = '0000-01-01';

export interface DayRange {
  readonly dateFrom: string;
  readonly dateTo: string;
}

/** Refuses when `accountId` is not this contract's; undefined when it is. */
export function wrongAccount(world: World, accountId: unknown): Reply | undefined {
  if (accountId === undefined || accountId === null || accountId === '') {
    return refuse('E001', 'accountId: missing');
  }
  if (accountId !== world.accountId) return refuse('E007', 'accountId: not of this contract');
  return undefined;
}

/** No dates: today. Only from: until today. Only to: from the beginning. */
export function dayRange(bank: Bank, world: World, query: URLSearchParams): DayRange | Reply {
  const from = query.get('dateFrom');
  const to = query.get('dateTo');
  for (const date of [from, to]) {
    if (date !== null && !isDate(date)) return refuse('E002', 'dateFrom, dateTo: YYYY-MM-DD');
  }
  const today = dateOf(bank.now(world));
  const dateTo = to ?? today;
  const dateFrom = from ?? (to === null ? today : FIRST_DAY);
  if (dateFrom > dateTo) return refuse('E003', 'dateFrom: after dateTo');
  return { dateFrom, dateTo };
}

export function isReply(value: DayRange | Reply): value is Reply {
  return 'status' in value;
}

export function inRange(date: string, range: DayRange): boolean {
  return range.dateFrom <= date && date <= range.dateTo;
}
