// The HTTP connector: a GMO Aozora-style bank API behind the Rail interface. Requests, inquiries,
// notices. What the bank's words mean is in transform*.ts, how calls are made in session.ts and
// client.ts.
import { createHmac } from 'node:crypto';
import type { Instant } from '../../../base/clock.ts';
import { sameBytes } from '../../../base/crypto.ts';
import type { CreditNotice, RailAccount, Submission, SubmitOutcome } from '../../rail.ts';
import { timingOf } from '../config.ts';
import type { BankConnector, FeeOutcome, Warn } from '../connector.ts';
import { assertSubmission } from '../door.ts';
import { createClient, type Pause } from './client.ts';
import { type HttpConfig, readHttpConfig } from './config.ts';
import { inquireSubmission, listReports } from './inquiry.ts';
import { createTokenSource, type TokenStore } from './oauth.ts';
import { recentCredits } from './recent-credits.ts';
import { openSession, type Session } from './session.ts';
import {
  applicationKind,
  fieldsOf,
  MAX_TRANSFER_ITEMS,
  readAcceptance,
  readFees,
  readRefusal,
  referenceOf,
  requestBody,
} from './transform.ts';
import { readNotice } from './transform-credit.ts';

export interface HttpConnectorDependencies {
  readonly fetch: typeof fetch;
  /** Wall time: tokens live by it. */
  readonly now: () => Instant;
  readonly tokens: TokenStore;
  readonly pause?: Pause;
  readonly warn: Warn;
}

const MAX_NOTICES = 500;
const MINUTE_MS = 60_000;

export function createHttpConnector(dependencies: HttpConnectorDependencies): BankConnector {
  const client = createClient(dependencies);
  const tokens = createTokenSource({
    client,
    store: dependencies.tokens,
    now: dependencies.now,
  });
  const open = (account: RailAccount): Session =>
    openSession(client, tokens, account, readHttpConfig(account));

  return {
    checkConfig: (account) => void readHttpConfig(account),
    prepare: async (account) => void readHttpConfig(account),
    traits(account) {
      const config = readHttpConfig(account);
      return {
        maxItems: maxItemsOf(config),
        idempotentSubmit: false,
        confirmation: { kind: 'per_item' },
        absenceProofMs: config.absenceProofMinutes * MINUTE_MS,
      };
    },
    sourceBankCode: (account) => readHttpConfig(account).bankCode,
    fileCopyOf: () => undefined,
    timing: (account, calendar) => timingOf(readHttpConfig(account).timing, calendar),
    submit: (submission, signal) => submit(open(submission.account), submission, signal),
    inquire: (submission, signal) =>
      inquireSubmission(open(submission.account), submission, signal),
    listPayments: (account, since, signal) => listReports(open(account), since, signal),
    inquireFees: (submission, signal) => fees(open(submission.account), submission, signal),
    unsentCredits: (account, signal) => unsentCredits(open(account), dependencies.warn, signal),
    recentCredits: (account, since, signal) =>
      recentCredits(open(account), since, dependencies.warn, signal),
    readCreditNotice: (account, request) => readWebhook(readHttpConfig(account), request),
    collectFiles: async () => [],
    async *receivedFiles() {},
    acknowledgeFile: async (account) => {
      throw new Error(`rail account ${account.id} has no files: its connector is http`);
    },
    ping: (account, signal) => ping(open(account), signal),
  };
}

function maxItemsOf(config: HttpConfig): number {
  return config.bulkContract ? config.maxItems : Math.min(config.maxItems, MAX_TRANSFER_ITEMS);
}

async function submit(
  session: Session,
  submission: Submission,
  signal: AbortSignal,
): Promise<SubmitOutcome> {
  const { config } = session;
  assertSubmission(submission, maxItemsOf(config));
  const kind = applicationKind(config, submission.items.length);
  const body = requestBody(config, kind, submission);
  const result = await session.post(`/${kind}/request`, body, signal);
  if (result.kind === 'lost') return { kind: 'unknown', detail: result.detail };
  if (result.kind === 'unsent') {
    return { kind: 'rejected', reason: 'rail_unavailable', detail: result.detail, items: [] };
  }
  if (result.status === 200) {
    const application = readAcceptance(kind, config.accountId, result.body);
    return application === undefined
      ? { kind: 'unknown', detail: 'HTTP 200 without a sensible confirmation' }
      : { kind: 'accepted', railReference: referenceOf(application) };
  }
  const refusal = readRefusal(result.status, result.body);
  return refusal ?? { kind: 'unknown', detail: `HTTP ${result.status} proves nothing` };
}

async function fees(
  session: Session,
  submission: Submission,
  signal: AbortSignal,
): Promise<FeeOutcome> {
  const { config } = session;
  assertSubmission(submission, maxItemsOf(config));
  const kind = applicationKind(config, submission.items.length);
  const body = requestBody(config, kind, submission);
  const result = await session.post(`/${kind}/transferfee`, body, signal);
  if (result.kind !== 'answer') return { kind: 'unanswered', detail: result.detail };
  const quote = result.status === 200 ? readFees(result.body, submission.items.length) : undefined;
  if (quote !== undefined) return { kind: 'answered', quote };
  return { kind: 'unanswered', detail: `HTTP ${result.status} without fees` };
}

/**
 * One page: the caller stores it before it calls again, and calls until there is none. A lost
 * answer may have been marked as delivered, so it is an error to act on: the statement still has
 * those deposits.
 */
async function unsentCredits(
  session: Session,
  warn: Warn,
  signal: AbortSignal,
): Promise<readonly CreditNotice[]> {
  const result = await session.unsentNotices(signal);
  if (result.kind === 'answer' && result.status === 404) return [];
  if (result.kind !== 'answer' || result.status !== 200) {
    const detail = result.kind === 'answer' ? `HTTP ${result.status}` : result.detail;
    throw new Error(`unsent deposit notices could not be read: ${detail}`);
  }
  const { messages } = fieldsOf(result.body);
  if (!Array.isArray(messages) || messages.length > MAX_NOTICES) {
    throw new Error('the list of unsent deposit notices makes no sense');
  }
  const read = messages.map((each) => readNotice(each, session.config.bankCode));
  const notices = read.filter((notice) => notice !== undefined);
  // The others are delivered by now: they must not be lost for the sake of one.
  const senseless = read.length - notices.length;
  if (senseless > 0) warn(session.account.id, `${senseless} deposit notices make no sense`);
  return notices;
}

/** HMAC-SHA256 of the body as it came, compared in constant time, before anything of it is read. */
function readWebhook(
  config: HttpConfig,
  request: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
): readonly CreditNotice[] | undefined {
  if (config.webhook === undefined) return undefined;
  const { secret, header, encoding } = config.webhook;
  const given = Object.entries(request.headers).find(
    ([name]) => name.toLowerCase() === header.toLowerCase(),
  )?.[1];
  const expected = createHmac('sha256', secret).update(request.body, 'utf8').digest(encoding);
  if (given === undefined || !sameBytes(Buffer.from(given), Buffer.from(expected))) {
    return undefined;
  }
  const notice = readNotice(JSON.parse(request.body), config.bankCode);
  if (notice === undefined) throw new Error('a genuine deposit notice makes no sense');
  return [notice];
}

async function ping(
  session: Session,
  signal: AbortSignal,
): Promise<{ ok: boolean; detail: string }> {
  const { accountId } = session.config;
  const result = await session.get('/accounts/balances', { accountId }, signal);
  if (result.kind !== 'answer') return { ok: false, detail: result.detail };
  const ok = result.status === 200 && Array.isArray(fieldsOf(result.body).balances);
  return { ok, detail: `HTTP ${result.status}` };
}
