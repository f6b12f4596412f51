// The au PAY rail: one charge of a member's wallet per submission, executed by the other side in
// its own time. Requests, inquiries, notices; what the wallet's words mean is in transform.ts, and
// the wire is told in README.md.
import { type Instant, TOKYO, wallClock } from '../../base/clock.ts';
import { type Yen, yen } from '../../base/money.ts';
import type {
  AuPayDestination,
  InquiryOutcome,
  PaymentReport,
  Rail,
  RailAccount,
  Submission,
  SubmitOutcome,
} from '../rail.ts';
import { callRail, type RailCallResult } from '../rail-call.ts';
import { soleItem } from '../sole-item.ts';
import { type AuPayConfig, readAuPayConfig } from './config.ts';
import { type HandedOver, type HandOver, handOverUrl, readHandOver } from './hand-over.ts';
import { auPayReceiving } from './receiving.ts';
import { isGenuineNotice, requestHeaders } from './signature.ts';
import {
  chargeBody,
  fieldsOf,
  isAbsent,
  type Maintenance,
  type MemberStanding,
  memberNumberOf,
  memberOf,
  readCharge,
  readChargeAnswer,
  readHealth,
  readPage,
  readPrefund,
  readStanding,
  reportOf,
  requestIdOf,
} from './transform.ts';

export interface AuPayDependencies {
  readonly fetch?: typeof fetch;
  /** Wall time: signatures live by it. */
  readonly now?: () => Instant;
  /** Default: a process warning. */
  readonly warn?: (accountId: string, detail: string) => void;
}

export type MemberCheck =
  | ({ readonly kind: 'answered'; readonly fits: boolean } & MemberStanding)
  | { readonly kind: 'unanswered'; readonly detail: string };

export interface AuPayRail extends Rail<AuPayDestination> {
  /** Throws, naming place and rule, never a value. */
  checkConfig(account: RailAccount): void;
  /** The limits as the contract has them, for what a recipient is told before the choice. */
  limits(account: RailAccount): {
    readonly minYen: Yen;
    readonly maxYen: Yen;
    readonly balanceCapYen: Yen;
  };
  /** What was typed, as the wire takes it (or a hand-over token); undefined where it is none. */
  readMemberNumber(account: RailAccount, text: string): string | undefined;
  /** Asks whether the member can receive, and how much of the amount; free of effects. */
  checkMember(
    account: RailAccount,
    memberNumber: string,
    amountYen: Yen,
    signal: AbortSignal,
  ): Promise<MemberCheck>;
  /** Where the recipient's browser goes to consent in the app; undefined: not in the contract. */
  handOverUrl(account: RailAccount, handOver: HandOver): string | undefined;
  /** Reads what the recipient came back with; undefined where it is not the answer to `state`. */
  readHandOver(query: URLSearchParams, state: string): HandedOver | undefined;
  /** Announced windows in which nothing is taken; undefined where they were not to be learnt. */
  maintenance(
    account: RailAccount,
    signal: AbortSignal,
  ): Promise<readonly Maintenance[] | undefined>;
}

type Required = 'listPayments' | 'readResultNotice' | 'prefundedYen';

const MAX_PAGES = 2_000;

interface Wire {
  readonly get: (path: string, signal: AbortSignal) => Promise<RailCallResult>;
  readonly post: (path: string, body: string, signal: AbortSignal) => Promise<RailCallResult>;
}

export function createAuPayRail(
  dependencies: AuPayDependencies = {},
): AuPayRail & { [Name in Required]-?: NonNullable<AuPayRail[Name]> } {
  const now = dependencies.now ?? wallClock;
  const warn =
    dependencies.warn ??
    ((accountId, detail) => process.emitWarning(`rail account ${accountId}: ${detail}`));
  const wireOf = (account: RailAccount) =>
    openWire(dependencies.fetch ?? fetch, readAuPayConfig(account), now);

  const check: AuPayRail['checkMember'] = async (account, memberNumber, amountYen, signal) =>
    checkMember(wireOf(account), { memberNumber }, amountYen, signal);

  return {
    name: 'au_pay',
    receiving: auPayReceiving({ now, check }),
    checkConfig: (account) => void readAuPayConfig(account),
    traits: (account) => traitsOf(readAuPayConfig(account)),
    limits: (account) => limitsOf(readAuPayConfig(account)),
    timing: (_account, calendar) => ({
      isInstant: true,
      cutOffs: [],
      leadBusinessDays: 0,
      calendar,
    }),
    readMemberNumber: (account, text) =>
      memberNumberOf(text, readAuPayConfig(account).memberNumberDigits),
    submit: async (submission, signal) => {
      const { account } = submission;
      const { memberNumberDigits } = readAuPayConfig(account);
      return submit(wireOf(account), memberNumberDigits, submission, signal);
    },
    inquire: async (submission, signal) => inquire(wireOf(submission.account), submission, signal),
    checkMember: check,
    listPayments: (account, since, signal) =>
      listReports(wireOf(account), since.toZonedDateTime(TOKYO).toInstant(), signal),
    readResultNotice: (account, request) => {
      const { noticeSecret } = readAuPayConfig(account);
      if (noticeSecret === undefined || !isGenuineNotice(noticeSecret, request, now())) {
        return undefined;
      }
      return noticeReports(account, request.body, warn);
    },
    handOverUrl: (account, handOver) => handOverUrl(readAuPayConfig(account), handOver, now()),
    readHandOver,
    prefundedYen: async (account, signal) => {
      const result = await wireOf(account).get('/v1/prefund', signal);
      return isOk(result) ? readPrefund(result.body) : undefined;
    },
    maintenance: async (account, signal) => {
      const result = await wireOf(account).get('/v1/health', signal);
      return isOk(result) ? readHealth(result.body)?.maintenance : undefined;
    },
    ping: async (account, signal) => ping(await wireOf(account).get('/v1/health', signal)),
  };
}

function traitsOf(config: AuPayConfig) {
  return {
    maxItems: 1,
    idempotentSubmit: true,
    confirmation: { kind: 'per_item' },
    absenceProofMs: config.absenceProofSeconds * 1_000,
    returnWatchDays: config.returnWatchDays,
    settlesFrom: 'prefund',
    minYen: yen(config.minYen),
    maxYen: yen(config.maxYen),
  } as const;
}

function limitsOf({ minYen, maxYen, balanceCapYen }: AuPayConfig) {
  return { minYen: yen(minYen), maxYen: yen(maxYen), balanceCapYen: yen(balanceCapYen) };
}

function openWire(fetchNow: typeof fetch, config: AuPayConfig, now: () => Instant): Wire {
  const call = (method: 'GET' | 'POST', path: string, body: string, signal: AbortSignal) => {
    const headers = {
      ...requestHeaders(config, { method, path, body }, now()),
      ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
    };
    const { baseUrl, timeoutMs } = config;
    const sent = { method, url: baseUrl + path, headers, timeoutMs };
    return callRail(fetchNow, method === 'POST' ? { ...sent, body } : sent, signal);
  };
  return {
    get: (path, signal) => call('GET', path, '', signal),
    post: (path, body, signal) => call('POST', path, body, signal),
  };
}

type Answer = Extract<RailCallResult, { kind: 'answer' }>;

const isOk = (result: RailCallResult): result is Answer =>
  result.kind === 'answer' && result.status === 200;

const fault = (result: RailCallResult): string =>
  result.kind === 'answer' ? `HTTP ${result.status}` : result.detail;

async function submit(
  wire: Wire,
  memberNumberDigits: number,
  submission: Submission<AuPayDestination>,
  signal: AbortSignal,
): Promise<SubmitOutcome> {
  const item = soleItem(submission);
  const { memberNumber } = item.destination;
  if (memberNumberOf(memberNumber, memberNumberDigits) !== memberNumber) {
    throw new Error(`submission ${submission.id}: member is neither a number nor a token`);
  }
  const result = await wire.post('/v1/charges', chargeBody(item), signal);
  // Not even a request that never left is proof: the same one may have been sent before.
  if (result.kind !== 'answer') return { kind: 'unknown', detail: result.detail };
  return readChargeAnswer(item, result.status, result.body);
}

async function inquire(
  wire: Wire,
  submission: Submission<AuPayDestination>,
  signal: AbortSignal,
): Promise<InquiryOutcome> {
  const { dispatchCode, amountYen } = soleItem(submission);
  const requestId = requestIdOf(dispatchCode);
  const result = await wire.get(`/v1/charges/${requestId}`, signal);
  if (result.kind !== 'answer') return { kind: 'unanswered', detail: result.detail };
  if (isAbsent(requestId, result.status, result.body)) {
    const detail = 'charge_not_found';
    const absent = { reason: null, detail, at: null, railReference: null } as const;
    const reports = [{ dispatchCode, state: 'absent', ...absent }] as const;
    return { kind: 'answered', submission: 'absent', railReference: null, reports };
  }
  const charge = result.status === 200 ? readCharge(result.body) : undefined;
  if (charge === undefined || charge.requestId !== requestId) {
    return { kind: 'unanswered', detail: `HTTP ${result.status} without our charge` };
  }
  if (charge.amountYen !== amountYen) {
    return { kind: 'unanswered', detail: 'the charge has another amount there' };
  }
  const report = reportOf(charge)!;
  const { chargeId: railReference } = charge;
  return { kind: 'answered', submission: 'known', railReference, reports: [report] };
}

async function checkMember(
  wire: Wire,
  destination: AuPayDestination,
  amountYen: Yen,
  signal: AbortSignal,
): Promise<MemberCheck> {
  const body = JSON.stringify({ member: memberOf(destination), amountYen });
  const result = await wire.post('/v1/members/lookup', body, signal);
  const standing = isOk(result) ? readStanding(amountYen, result.body) : undefined;
  if (standing === undefined) return { kind: 'unanswered', detail: fault(result) };
  const fits = standing.member === 'able' && standing.fitsYen === amountYen;
  return { kind: 'answered', ...standing, fits };
}

/** Every charge of ours since then, refused requests too. Throws where the list is not complete. */
async function* listReports(
  wire: Wire,
  since: Instant,
  signal: AbortSignal,
): AsyncGenerator<PaymentReport> {
  let cursor: string | null = null;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const query = new URLSearchParams({ since: since.toString() });
    if (cursor !== null) query.set('cursor', cursor);
    const result: RailCallResult = await wire.get(`/v1/charges?${query}`, signal);
    const page = isOk(result) ? readPage(result.body) : undefined;
    if (page === undefined) throw new Error(`charges could not be listed: ${fault(result)}`);
    yield* page.charges.map(reportOf).filter((report) => report !== undefined);
    if (page.nextCursor === null) return;
    if (page.nextCursor === cursor) throw new Error('the list of charges does not go on');
    cursor = page.nextCursor;
  }
  throw new Error(`the list of charges is longer than ${MAX_PAGES} pages`);
}

/**
 * Throws for a genuine notice without sense: it is asked about by inquiry, and seen by somebody.
 */
function noticeReports(
  account: RailAccount,
  body: string,
  warn: (accountId: string, detail: string) => void,
): readonly PaymentReport[] {
  const charge = readCharge(fieldsOf(JSON.parse(body)).charge);
  if (charge === undefined) throw new Error('a genuine notice makes no sense');
  const report = reportOf(charge);
  if (report === undefined) warn(account.id, 'a notice about a charge that is not ours');
  return report === undefined ? [] : [report];
}

function ping(result: RailCallResult): { ok: boolean; detail: string } {
  const health = isOk(result) ? readHealth(result.body) : undefined;
  if (health === undefined) return { ok: false, detail: fault(result) };
  if (health.isUp) return { ok: true, detail: 'ok' };
  const until = health.maintenance[0]?.until.toString() ?? 'further notice';
  return { ok: false, detail: `maintenance until ${until}` };
}
