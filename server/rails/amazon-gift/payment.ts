// One payment at Amazon: made, shown, undone. Sends within the throttle, again where an answer is
// lost or asks for it, always under the same id, a few times; what is unresolved then stays so.
import type { Instant } from '../../base/clock.ts';
import type { RailAccount, UndoOutcome } from '../rail.ts';
import { type AmazonConfig, readConfig } from './config.ts';
import type { Throttle } from './throttle.ts';
import {
  createBody,
  type GiftCode,
  loadBody,
  type Operation,
  type Payment,
  readGiftCode,
  readPayment,
  readUndone,
  requestIdOf,
  undoBody,
  type Verdict,
} from './transform.ts';
import { callAmazon } from './wire.ts';

export interface Desk {
  readonly fetch: typeof fetch;
  readonly now: () => Instant;
  readonly throttle: Throttle;
  readonly pause: (milliseconds: number, signal: AbortSignal) => Promise<unknown>;
  readonly warn: (accountId: string, detail: string) => void;
}

/** A payment whose code may be shown: `railReference` is the proof that there is one. */
export interface PaidPayment {
  readonly dispatchCode: string;
  readonly amountYen: number;
  readonly railReference: string;
}

/** `unknown`: ask again. A code that is spent, cancelled or expired shows so only at Amazon. */
export type RevealOutcome =
  | ({ readonly kind: 'code' } & GiftCode)
  | { readonly kind: 'unknown'; readonly detail: string };

interface Question {
  readonly operation: Operation;
  readonly body: object;
  readonly read: (status: number, body: unknown) => Verdict;
}

interface Answer {
  readonly verdict: Verdict;
  /** As it came; may hold a claim code, so it goes no further than this folder. */
  readonly body: unknown;
}

const MAX_TRIES = 3;
const FIRST_PAUSE_MS = 250;

export function pay(
  desk: Desk,
  account: RailAccount,
  config: AmazonConfig,
  payment: Payment,
  signal: AbortSignal,
): Promise<Answer> {
  const isLoad = config.mode === 'load';
  const question: Question = {
    operation: isLoad ? 'LoadAmazonBalance' : 'CreateGiftCard',
    body: isLoad ? loadBody(config, payment) : createBody(config, payment),
    read: (status, body) => readPayment(config, payment, status, body),
  };
  return ask(desk, account, config, question, signal);
}

/**
 * The code of a gift card, by making it again under its id, which makes none anew. A reference
 * that is not of this payment and this account throws: it would make one.
 */
export async function reveal(
  desk: Desk,
  account: RailAccount,
  { dispatchCode, amountYen, railReference }: PaidPayment,
  signal: AbortSignal,
): Promise<RevealOutcome> {
  const config = readConfig(account);
  const requestId = requestIdOf(config.partnerId, dispatchCode);
  if (config.mode !== 'code' || railReference !== `code:${requestId}`) {
    throw new Error(`rail account ${account.id}: no gift code was made for this payment`);
  }
  const payment = { requestId, amountYen };
  const { verdict, body } = await pay(desk, account, config, payment, signal);
  if (verdict.kind !== 'done') return { kind: 'unknown', detail: verdict.detail };
  const code = readGiftCode(body);
  if (code === undefined) return { kind: 'unknown', detail: 'SUCCESS without a code' };
  return { kind: 'code', ...code };
}

export async function undo(
  desk: Desk,
  account: RailAccount,
  dispatchCode: string,
  signal: AbortSignal,
): Promise<UndoOutcome> {
  const config = readConfig(account);
  if (!/^[0-9]{20}$/.test(dispatchCode)) throw new Error('dispatch code is not 20 digits');
  const requestId = requestIdOf(config.partnerId, dispatchCode);
  const question: Question = {
    operation: config.mode === 'load' ? 'VoidAmazonBalanceLoad' : 'CancelGiftCard',
    body: undoBody(config, requestId),
    read: (status, body) => readUndone(config, requestId, status, body),
  };
  const { verdict } = await ask(desk, account, config, question, signal);
  if (verdict.kind === 'done') return { kind: 'undone' };
  return { kind: verdict.kind === 'refused' ? 'refused' : 'unknown', detail: verdict.detail };
}

async function ask(
  desk: Desk,
  account: RailAccount,
  config: AmazonConfig,
  question: Question,
  signal: AbortSignal,
): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    const answer = await askOnce(desk, account, config, question, signal);
    const { verdict } = answer;
    if (verdict.kind === 'unclear' && verdict.warn) {
      desk.warn(account.id, `${question.operation}: ${verdict.detail}`);
    }
    if (verdict.kind !== 'again' || tries >= MAX_TRIES || signal.aborted) return answer;
    try {
      await desk.pause(FIRST_PAUSE_MS * 4 ** (tries - 1), signal);
    } catch {
      return answer;
    }
  }
}

async function askOnce(
  desk: Desk,
  account: RailAccount,
  config: AmazonConfig,
  { operation, body, read }: Question,
  signal: AbortSignal,
): Promise<Answer> {
  const passage = await desk.throttle.pass({
    partner: `${config.baseUrl} ${config.partnerId}`,
    lane: account.id,
    callsPerSecond: config.callsPerSecond,
    signal,
  });
  if (passage !== 'passed') {
    const detail = passage === 'full' ? 'too many calls wait for Amazon' : 'the caller gave up';
    return { verdict: { kind: 'unclear', detail, warn: passage === 'full' }, body: undefined };
  }
  const result = await callAmazon(desk, config, operation, body, signal);
  // That nothing left now says nothing of an earlier try under the same id: `unsent` is no proof.
  if (result.kind !== 'answer') {
    return { verdict: { kind: 'again', detail: result.detail }, body: undefined };
  }
  return { verdict: read(result.status, result.body), body: result.body };
}
