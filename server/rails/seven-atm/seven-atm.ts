// The ATM rail: cash that a recipient takes at an ATM and a register, by three numbers. What the
// network's words mean is in transform.ts and reconciliation.ts, how it is called in client.ts.
import { type Instant, type PlainDate, wallClock } from '../../base/clock.ts';
import { yen } from '../../base/money.ts';
import type {
  AtmDestination,
  InquiryOutcome,
  PaymentReport,
  Rail,
  RailAccount,
  Submission,
  SubmitOutcome,
} from '../rail.ts';
import { soleItem } from '../sole-item.ts';
import { type AtmClient, createClient } from './client.ts';
import { type AtmConfig, NOTE_UNIT_YEN, readConfig } from './config.ts';
import { atmItem, refusalOf } from './door.ts';
import { atmReceiving } from './receiving.ts';
import { type DailyFile, dailyFileTarget, dayOf, readDailyFile } from './reconciliation.ts';
import { isGenuine, NOTICE } from './signature.ts';
import {
  BALANCE,
  HEALTH,
  issueBody,
  listTarget,
  RECEIPTS,
  readAvailable,
  readInquiry,
  readIssued,
  readNotice,
  readPage,
  readTakenBack,
  receiptTarget,
  takeBackTarget,
} from './transform.ts';

export interface SevenAtmDependencies {
  readonly fetch?: typeof fetch;
  /** Wall time: signatures live by it. */
  readonly now?: () => Instant;
  /** Something an operator must look at, which stops nothing. Default: a process warning. */
  readonly warn?: (accountId: string, detail: string) => void;
}

/** Members that the interface leaves open and this rail has, and what only this rail has. */
export interface SevenAtmRail extends Rail<AtmDestination> {
  /** Throws where the account's configuration is not valid; for checks at start and on change. */
  checkConfig(account: RailAccount): void;
  /**
   * Every movement of a business date, as the network's own file tells it; undefined while it is
   * not there yet. Throws where it could not be had, or is not whole.
   */
  dailyFile(
    account: RailAccount,
    date: PlainDate,
    signal: AbortSignal,
  ): Promise<DailyFile | undefined>;
}

const MINUTE_MS = 60_000;
const MAX_PAGES = 5_000;

export function createSevenAtmRail(dependencies: SevenAtmDependencies = {}): SevenAtmRail {
  const now = dependencies.now ?? wallClock;
  const client = createClient({ fetch: dependencies.fetch ?? fetch, now });
  const warn =
    dependencies.warn ??
    ((accountId: string, detail: string) =>
      process.emitWarning(`rail account ${accountId}: ${detail}`));
  return {
    name: 'seven_atm',
    receiving: atmReceiving,
    checkConfig: (account) => void readConfig(account),
    traits: (account) => traitsOf(readConfig(account)),
    timing: (account, calendar) => {
      readConfig(account);
      return { isInstant: true, cutOffs: [], leadBusinessDays: 0, calendar };
    },
    submit: (submission, signal) => submit(client, submission, signal),
    inquire: (submission, signal) => inquire(client, submission, signal),
    listPayments: (account, since, signal) => list(client, readConfig(account), since, signal),
    async takeBack(account, { dispatchCode }, signal) {
      const target = takeBackTarget(dispatchCode);
      const result = await client(readConfig(account), { method: 'POST', target }, signal);
      if (result.kind === 'lost') return 'unknown';
      return readTakenBack(dispatchCode, result.status, parseJson(result.text));
    },
    readResultNotice(account, { headers, body }) {
      const config = readConfig(account);
      if (!isGenuine(config.noticeKeys, headers, NOTICE, body, now())) return undefined;
      const report = readNotice(config, parseJson(body));
      // Genuine, so it is not sent away; the inquiry will tell what it could not.
      if (report === undefined) warn(account.id, 'a genuine result notice makes no sense');
      return report === undefined ? [] : [report];
    },
    async prefundedYen(account, signal) {
      const call = { method: 'GET', target: BALANCE } as const;
      const result = await client(readConfig(account), call, signal);
      if (result.kind === 'lost' || result.status !== 200) return undefined;
      return readAvailable(parseJson(result.text));
    },
    dailyFile: (account, date, signal) => dailyFile(client, readConfig(account), date, signal),
    async day(account, date, signal) {
      const file = await dailyFile(client, readConfig(account), date, signal);
      return file && dayOf(file);
    },
    async ping(account, signal) {
      const call = { method: 'GET', target: HEALTH } as const;
      const result = await client(readConfig(account), call, signal);
      if (result.kind === 'lost') return { ok: false, detail: result.detail };
      return { ok: result.status === 200, detail: `HTTP ${result.status}` };
    },
  };
}

function traitsOf(config: AtmConfig) {
  const { coinRule, minYen, maxYen } = config;
  const whole = coinRule === 'refuse';
  return {
    maxItems: 1,
    // The request id is ours and the network keeps it for good: README, "Sending again".
    idempotentSubmit: true,
    confirmation: { kind: 'per_item' },
    absenceProofMs: config.absenceProofMinutes * MINUTE_MS,
    settlesFrom: 'prefund',
    minYen: yen(whole ? Math.ceil(minYen / NOTE_UNIT_YEN) * NOTE_UNIT_YEN : minYen),
    maxYen: yen(whole ? Math.floor(maxYen / NOTE_UNIT_YEN) * NOTE_UNIT_YEN : maxYen),
    ...(whole && { unitYen: yen(NOTE_UNIT_YEN) }),
  } as const;
}

async function submit(
  client: AtmClient,
  submission: Submission<AtmDestination>,
  signal: AbortSignal,
): Promise<SubmitOutcome> {
  const config = readConfig(submission.account);
  const item = atmItem(submission);
  const refusal = refusalOf(config, item);
  if (refusal !== undefined) return refuse(refusal, await inquire(client, submission, signal));
  const body = issueBody(config, item);
  const result = await client(config, { method: 'POST', target: RECEIPTS, body }, signal);
  // Even a refused connection proves nothing: this need not have been the first try.
  if (result.kind === 'lost') return { kind: 'unknown', detail: result.detail };
  return readIssued(config, item, result.status, parseJson(result.text));
}

/**
 * What the contract does not allow now, it may have allowed when it was first tried: only a network
 * that knows nothing of it makes a refusal of ours a proof.
 */
function refuse(refusal: SubmitOutcome, inquiry: InquiryOutcome): SubmitOutcome {
  if (inquiry.kind === 'unanswered') return { kind: 'unknown', detail: inquiry.detail };
  const { railReference, reports } = inquiry;
  return railReference === null ? refusal : { kind: 'accepted', railReference, reports };
}

async function inquire(
  client: AtmClient,
  submission: Submission<AtmDestination>,
  signal: AbortSignal,
): Promise<InquiryOutcome> {
  const config = readConfig(submission.account);
  const item = soleItem(submission);
  const target = receiptTarget(item.dispatchCode);
  const result = await client(config, { method: 'GET', target }, signal);
  if (result.kind === 'lost') return { kind: 'unanswered', detail: result.detail };
  return readInquiry(config, item, result.status, parseJson(result.text));
}

/** Throws where the list could not be read to its end. */
async function* list(
  client: AtmClient,
  config: AtmConfig,
  since: PlainDate,
  signal: AbortSignal,
): AsyncGenerator<PaymentReport> {
  let after = '';
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const target = listTarget(since, after);
    const result = await client(config, { method: 'GET', target }, signal);
    if (result.kind === 'lost') throw new Error(`ATM receipts not listed: ${result.detail}`);
    const page = result.status === 200 ? readPage(config, parseJson(result.text)) : undefined;
    if (page === undefined) {
      throw new Error(`ATM receipts not listed: HTTP ${result.status} without a list`);
    }
    yield* page.reports;
    if (page.next === null) return;
    if (page.next === after) throw new Error('ATM receipts not listed: pages repeat');
    after = page.next;
  }
  throw new Error(`ATM receipts not listed: more than ${MAX_PAGES} pages`);
}

async function dailyFile(
  client: AtmClient,
  config: AtmConfig,
  date: PlainDate,
  signal: AbortSignal,
): Promise<DailyFile | undefined> {
  const target = dailyFileTarget(date);
  const result = await client(config, { method: 'GET', target }, signal);
  if (result.kind === 'lost') throw new Error(`ATM file of ${date} not had: ${result.detail}`);
  if (result.status === 404 && result.text.includes('"not_ready"')) return undefined;
  if (result.status !== 200) throw new Error(`ATM file of ${date} not had: HTTP ${result.status}`);
  return readDailyFile(date, result.text);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
