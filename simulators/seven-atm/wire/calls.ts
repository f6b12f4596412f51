// What the calls of the wire do. Finding the call, signatures and faults are in wire.ts.

import type { RefusedRequest, World } from '../books.ts';
import type { Reply } from '../messages.ts';
import { fieldsOf, json } from '../messages.ts';
import type { Network } from '../network.ts';
import { issue, takeBack } from '../receipts.ts';
import { receiptWithNumbers, shownReceipt } from '../shown-receipt.ts';
import { isDate, momentOf, timeText } from '../tokyo-time.ts';

export interface Call {
  /** The variable part of the path. */
  readonly part: string;
  readonly query: URLSearchParams;
  readonly body: string;
  readonly struck: Set<string>;
}

/** `lost`: the answer must not arrive. */
export type Handler = (network: Network, world: World, call: Call) => Reply | 'lost';

const REQUEST_ID = /^[0-9A-Za-z-]{1,40}$/;
const PAGE_SIZE = 200;
/** With magic days: the answer is lost after, or before, the effect. */
const LOST_AFTER_DAYS = 52;
const LOST_BEFORE_DAYS = 53;

export function failure(status: number, code: string, requestId?: string): Reply {
  return json(status, { error: { code, ...(requestId ? { request_id: requestId } : {}) } });
}

export const issueReceipt: Handler = (network, world, { body, struck }) => {
  const { request_id: requestId, amount, receive_within_days: days } = fieldsOf(body) ?? {};
  const isCount = (value: unknown): value is number =>
    Number.isSafeInteger(value) && (value as number) >= 1;
  if (typeof requestId !== 'string' || !REQUEST_ID.test(requestId))
    return failure(400, 'malformed');
  if (!isCount(amount) || !isCount(days)) return failure(400, 'malformed');
  const strikes = world.settings.hasMagicDays && !struck.has(`${world.worldId}/${requestId}`);
  struck.add(`${world.worldId}/${requestId}`);
  if (strikes && days === LOST_BEFORE_DAYS) return 'lost';
  const outcome = issue(network, world, { requestId, amountYen: amount, withinDays: days });
  if (strikes && days === LOST_AFTER_DAYS) return 'lost';
  if (outcome.kind === 'reused') return failure(409, 'request_id_reused', requestId);
  if (outcome.kind === 'refused') return failure(422, outcome.refused.code, requestId);
  const shown = receiptWithNumbers(outcome.receipt, world.partnerCode);
  return json(outcome.kind === 'issued' ? 201 : 200, shown);
};

export const askReceipt: Handler = (_network, world, { part }) => {
  const receipt = world.receipts.get(part);
  if (receipt) return json(200, receiptWithNumbers(receipt, world.partnerCode));
  const refused = world.refused.get(part);
  if (refused) return json(200, shownRefusal(refused));
  return failure(404, 'receipt_not_found', part);
};

const shownRefusal = ({ requestId, code, amountYen, at }: RefusedRequest) => ({
  request_id: requestId,
  state: 'REFUSED',
  refusal_code: code,
  amount: amountYen,
  closed_at: timeText(at),
});

export const takeReceiptBack: Handler = (network, world, { part }) => {
  const receipt = world.receipts.get(part);
  if (!receipt) return failure(404, 'receipt_not_found', part);
  if (takeBack(network, world, receipt)) return json(200, shownReceipt(receipt));
  const code = receipt.state === 'EXPIRED' ? 'expired' : 'already_received';
  return failure(409, code, part);
};

/** Receipts issued from a day on, in the order of issue, by pages; without the numbers. */
export const listReceipts: Handler = (_network, world, { query }) => {
  const from = query.get('issued_from');
  const after = query.get('after') ?? '';
  if (!isDate(from)) return failure(400, 'malformed');
  const found = [...world.receipts.values()].filter(
    ({ issuedAt, receiptId }) => issuedAt >= momentOf(from) && receiptId > after,
  );
  const page = found.slice(0, PAGE_SIZE);
  return json(200, {
    receipts: page.map(shownReceipt),
    next: found.length > page.length ? page.at(-1)!.receiptId : null,
  });
};

export const askBalance: Handler = (_network, { balanceYen, heldYen }) =>
  json(200, { balance: balanceYen, held: heldYen, available: balanceYen - heldYen });

export const askHealth: Handler = (network, world) =>
  json(200, { status: 'ok', now: timeText(network.now(world)) });
