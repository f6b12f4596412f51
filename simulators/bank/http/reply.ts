// What the wire answers: the bank's error object, frames of lists, and how values are written.
// Which error applies is for the handlers to say.

import type { Bank } from '../bank.ts';
import type { World } from '../books.ts';
import { baseTime, dateOf, secondDigits } from '../tokyo-time.ts';

export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** The answer must not arrive. */
  readonly lost?: true;
}

export interface WireRequest {
  readonly query: URLSearchParams;
  /** The parsed JSON body; undefined for GET. */
  readonly body: unknown;
}

export type Handler = (bank: Bank, world: World, request: WireRequest) => Reply;

/** E001 missing … E101 this beneficiary cannot be paid: see README. */
export type DetailCode = 'E001' | 'E002' | 'E003' | 'E004' | 'E005' | 'E006' | 'E007' | 'E101';

export interface Detail {
  readonly code: DetailCode;
  readonly message: string;
  /** Set when it concerns one item. */
  readonly itemId?: string;
}

export const ok = (body: unknown): Reply => ({ status: 200, body });

export function failure(status: number, errorCode: string, errorMessage: string): Reply {
  return { status, body: { errorCode, errorMessage } };
}

/** 400: nothing was taken. */
export function refused(details: readonly Detail[]): Reply {
  const general = details.filter(({ itemId }) => itemId === undefined);
  const byItem = Map.groupBy(
    details.filter(({ itemId }) => itemId !== undefined),
    ({ itemId }) => itemId!,
  );
  const transferErrorDetails = [...byItem].map(([itemId, list]) => ({
    itemId,
    errorDetails: list.map(shown),
  }));
  return {
    status: 400,
    body: {
      errorCode: 'WG_ERR_100',
      errorMessage: 'リクエスト内容に誤りがあります',
      ...(general.length > 0 ? { errorDetails: general.map(shown) } : {}),
      ...(transferErrorDetails.length > 0 ? { transferErrorDetails } : {}),
    },
  };
}

const shown = ({ code, message }: Detail) => ({
  errorDetailsCode: code,
  errorDetailsMessage: message,
});

export function refuse(code: DetailCode, message: string): Reply {
  return refused([{ code, message }]);
}

/** `baseDate` and `baseTime` of an answer. */
export function base(bank: Bank, world: World): { baseDate: string; baseTime: string } {
  const now = bank.now(world);
  return { baseDate: dateOf(now), baseTime: baseTime(now) };
}

/** 明細キー: the line's time in microseconds, of which the last six digits are its number. */
export function itemKey(at: number, number: number): string {
  return secondDigits(at) + String(number % 1_000_000).padStart(6, '0');
}

export const PAGE_SIZE = 500;

/**
 * One page of a list sorted by its keys (digits of one length), from `nextKey` on; undefined when
 * that is no key. What lay at `nextKey` may have gone meanwhile: the page starts at the next.
 */
export function pageOf<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  nextKey: string | null,
  order: 'ascending' | 'descending' = 'ascending',
): { page: T[]; paging: { hasNext: boolean; nextItemKey?: string } } | undefined {
  if (nextKey !== null && !/^\d{1,24}$/.test(nextKey)) return undefined;
  const reached = (key: string): boolean =>
    nextKey === null || (order === 'ascending' ? key >= nextKey : key <= nextKey);
  const first = items.findIndex((item) => reached(keyOf(item)));
  const start = first < 0 ? items.length : first;
  const page = items.slice(start, start + PAGE_SIZE);
  const next = items[start + PAGE_SIZE];
  const paging = next ? { hasNext: true, nextItemKey: keyOf(next) } : { hasNext: false };
  return { page, paging };
}
