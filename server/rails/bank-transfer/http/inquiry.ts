// What became of a submission, and all the bank knows: status queries with their pages, bounded. An
// answer that is incomplete in any way is no answer: `Unanswered` is thrown, and nothing may be
// concluded from it.
import type { PlainDate } from '../../../base/clock.ts';
import type { InquiryOutcome, PaymentReport, Submission } from '../../rail.ts';
import type { Query, Session } from './session.ts';
import { bodyOf, itemsOf, listed, Unanswered } from './status-list.ts';
import {
  type Application,
  type ApplicationKind,
  applicationOf,
  MAX_BULK_ITEMS,
  referenceOf,
} from './transform.ts';
import {
  type BankItem,
  couldBe,
  findItem,
  readRequestResult,
  reportOf,
} from './transform-status.ts';

/**
 * A designated date may be moved over closed days by the bank; the longest row of them is below
 * this.
 */
const DATE_SLACK_DAYS = 14;

/** The outcome; never throws for what the bank or the network does. */
export async function inquireSubmission(
  session: Session,
  submission: Submission & { readonly railReference: string | null },
  signal: AbortSignal,
): Promise<InquiryOutcome> {
  const { railReference } = submission;
  const told = railReference === null ? undefined : applicationOf(railReference);
  try {
    const application = told ?? (await searchLost(session, submission, signal));
    if (application === undefined) return absent(submission);
    const reports = await reportsOf(session, submission, application, signal);
    const reference = referenceOf(application);
    return { kind: 'answered', submission: 'known', railReference: reference, reports };
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error;
    return { kind: 'unanswered', detail: error.message };
  }
}

function absent(submission: Submission): InquiryOutcome {
  const reports = submission.items.map((item): PaymentReport => {
    const { dispatchCode } = item;
    const detail = 'not in the status lists';
    return { dispatchCode, state: 'absent', reason: null, detail, at: null, railReference: null };
  });
  return { kind: 'answered', submission: 'absent', railReference: null, reports };
}

/**
 * The application that carries our codes, looked for by designated date; undefined: there is none.
 */
async function searchLost(
  session: Session,
  submission: Submission,
  signal: AbortSignal,
): Promise<Application | undefined> {
  const { items, transferDate, totalYen } = submission;
  const query: Query = {
    requestTransferTerm: '2',
    dateFrom: transferDate.toString(),
    dateTo: transferDate.add({ days: DATE_SLACK_DAYS }).toString(),
  };
  const codes = new Set(items.map((item) => item.dispatchCode));
  const found: Application[] = [];
  let doubts = 0;
  // Configuration may have changed since the request: both kinds are searched, where both are
  // possible.
  if (items.length < 100) {
    for await (const each of listed(session, 'transfer', query, signal)) {
      if (each.items.some((item) => codes.has(item.ediInfo))) {
        found.push({ kind: 'transfer', applyNo: each.applyNo });
      } else if (couldBe(each, items, totalYen)) doubts += 1;
    }
  }
  if (session.config.bulkContract && items.length > 1) {
    for await (const each of listed(session, 'bulktransfer', query, signal)) {
      if (each.transferDataName === items[0]!.dispatchCode) {
        found.push({ kind: 'bulktransfer', applyNo: each.applyNo });
      } else if (couldBe(each, items, totalYen)) doubts += 1;
    }
  }
  if (found.length > 1) throw new Unanswered(`${found.length} applications carry the same codes`);
  // A bank that drops codes must not make us pay twice: what looks like ours is not absent.
  if (found.length === 0 && doubts > 0) {
    throw new Unanswered(`${doubts} applications without a code could be this one`);
  }
  return found[0];
}

async function reportsOf(
  session: Session,
  submission: Submission,
  application: Application,
  signal: AbortSignal,
): Promise<readonly PaymentReport[]> {
  const items = await itemsOf(session, application, submission.items.length, signal);
  if (items === undefined) return undecided(session, submission, application, signal);
  if (items.length !== submission.items.length) {
    throw new Unanswered(`the bank shows ${items.length} of ${submission.items.length} items`);
  }
  return submission.items.map((ours) => {
    const theirs = findItem(items, ours);
    if (theirs === undefined) throw new Unanswered(`item ${ours.itemNumber} is not shown`);
    if (theirs.amountYen !== ours.amountYen) {
      throw new Unanswered(`item ${ours.itemNumber} has another amount at the bank`);
    }
    return { ...reportOf(application.kind, theirs), dispatchCode: ours.dispatchCode };
  });
}

/**
 * Not in the status lists yet: the request itself is asked after. It has a number, so it is never
 * absent.
 */
async function undecided(
  session: Session,
  submission: Submission,
  application: Application,
  signal: AbortSignal,
): Promise<readonly PaymentReport[]> {
  const query = { accountId: session.config.accountId, applyNo: application.applyNo };
  const result = await session.get(`/${application.kind}/request-result`, query, signal);
  const state = readRequestResult(bodyOf(result));
  if (state === undefined) throw new Unanswered('request-result makes no sense');
  const railReference = referenceOf(application);
  return submission.items.map(({ dispatchCode }) => ({
    dispatchCode,
    state: state === 'expired' ? 'failed' : 'pending',
    reason: state === 'expired' ? 'other' : null,
    detail: `request-result: ${state}`,
    at: null,
    railReference,
  }));
}

/**
 * Everything with one of our codes that was applied for since `since`. @throws Unanswered if
 * incomplete.
 */
export async function* listReports(
  session: Session,
  since: PlainDate,
  signal: AbortSignal,
): AsyncGenerator<PaymentReport> {
  const query: Query = { requestTransferTerm: '1', dateFrom: since.toString() };
  for await (const { items } of listed(session, 'transfer', query, signal)) {
    yield* ourReports('transfer', items);
  }
  if (!session.config.bulkContract) return;
  for await (const { applyNo } of listed(session, 'bulktransfer', query, signal)) {
    const application = { kind: 'bulktransfer', applyNo } as const;
    const items = await itemsOf(session, application, MAX_BULK_ITEMS, signal);
    if (items === undefined) throw new Unanswered('items of a bulk transfer are not ready yet');
    yield* ourReports('bulktransfer', items);
  }
}

/**
 * Transfers that were entered by hand in the bank's site are listed too; they carry no code of
 * ours.
 */
function ourReports(kind: ApplicationKind, items: readonly BankItem[]): PaymentReport[] {
  const ours = items.filter((item) => /^[0-9]{20}$/.test(item.ediInfo));
  return ours.map((item) => reportOf(kind, item));
}
