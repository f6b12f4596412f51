// The verdict: every row instructed dry, on live data, by the very rules by which it would be sent.
// What the shop as a whole lacks (money, its limit of the day) is no fault of a row: such a row is
// priced by itself, and the want is told of the file.
import { type Instant, tokyoDate } from '../base/clock.ts';
import { Refusal } from '../base/refusal.ts';
import { instructBatch, type Outcome } from '../remittances/instruct.ts';
import { type LookAlike, lookAlikesOf, type Payment } from '../remittances/look-alikes.ts';
import { BANK_METHOD } from '../remittances/method.ts';
import type { Draft } from '../remittances/prepare.ts';
import { type Quote, type QuoteRequest, quoteMany } from '../remittances/quote.ts';
import { lookUpAccounts } from '../remittances/standing.ts';
import type { RemittanceView } from '../remittances/view.ts';
import { type DraftedRow, draftRows, keysOf } from './draft-rows.ts';
import {
  type FileDeps,
  type FileRow,
  PAGE_ROWS,
  type RemittanceFile,
  type RowState,
} from './file.ts';
import { leftOut, looksAlike, referenceTwice, sameInFile } from './refusals.ts';
import { compareRows, selectRows, updateKeys, updateVerdicts } from './row-store.ts';
import { type Finding, holderOf, type Priced, problemsOf, UNPRICED, verdictOf } from './verdict.ts';

/** What the shop lacks, and no row is to blame for. */
const OF_THE_SHOP = new Set(['insufficient_funds', 'day_limit_exceeded', 'funds_owed']);

/** Judges all rows that have no verdict. Begun again after a crash, it goes on where it was. */
export async function judgeRows(
  deps: FileDeps,
  file: RemittanceFile,
  now: Instant,
  signal: AbortSignal,
): Promise<void> {
  const { db } = deps.deeds;
  for await (const rows of pagesOf(deps, file, 'read', signal)) {
    await updateKeys(
      db,
      file,
      rows.map((row) => keysOf(deps, file, row, now)),
    );
  }
  await compareRows(db, file);
  for await (const rows of pagesOf(deps, file, 'keyed', signal)) {
    await judgePage(deps, file, rows, now);
  }
}

/** In the order of the file: what has been passed is not looked at again. */
async function* pagesOf(
  deps: FileDeps,
  file: RemittanceFile,
  state: RowState,
  signal: AbortSignal,
): AsyncGenerator<FileRow[]> {
  for (let after = 0; ; ) {
    signal.throwIfAborted();
    const filter = { states: [state], after, limit: PAGE_ROWS };
    const rows = await selectRows(deps.deeds.db, deps.vault, file, filter);
    if (rows.length === 0) return;
    yield rows;
    after = rows.at(-1)!.number;
  }
}

async function judgePage(
  deps: FileDeps,
  file: RemittanceFile,
  rows: readonly FileRow[],
  now: Instant,
): Promise<void> {
  const { shopId } = file;
  const shop = await deps.shops.byId(shopId);
  const drafted = await draftRows(deps, file, rows, now);
  const tried = drafted.filter(
    ({ row, draft }) => draft && !row.skipped && row.referenceRow === null,
  );
  const looked = await lookUpAccounts(
    deps,
    shopId,
    tried.map(({ draft }) => draft!),
  );
  const outcomes = await instructBatch(deps, shop, looked, { dryRun: true });
  const quotes = await quotesFor(deps, file, looked, outcomes);
  const alike = await alikesFor(deps, file, looked, now);
  const findings = new Map<number, Finding>();
  tried.forEach((one, at) => {
    const finding = findingOf(outcomes[at]!, quotes.get(at));
    const warnings = finding.state === 'ready' ? doublesOf(one, looked[at]!, alike) : [];
    findings.set(one.row.number, { ...finding, warnings });
  });
  const withDestinations = new Map(tried.map((one, at) => [one.row.number, looked[at]!]));
  const verdicts = drafted.map((one) => {
    const draft = withDestinations.get(one.row.number) ?? one.draft;
    return verdictOf({ ...one, draft }, findings.get(one.row.number) ?? untried(one));
  });
  await updateVerdicts(deps.deeds.db, deps.vault, file, verdicts);
}

/** Never tried: left out, wrong in its form, or with a reference that is there twice. */
function untried({ row, read }: DraftedRow): Finding {
  const twice = row.referenceRow === null ? [] : [referenceTwice(row.referenceRow)];
  const problems = row.skipped ? [leftOut()] : [...read.problems, ...twice];
  return { state: 'refused', priced: UNPRICED, remittanceId: null, problems, warnings: [] };
}

function findingOf(outcome: Outcome, quote: Quote | Refusal | undefined): Finding {
  const none = { priced: UNPRICED, remittanceId: null, problems: [], warnings: [] };
  if (outcome.kind === 'created') return { ...none, state: 'ready', priced: pricedBy(outcome) };
  if (outcome.kind === 'replayed') {
    return { ...none, state: 'already_sent', remittanceId: outcome.remittanceId };
  }
  if (quote !== undefined && !(quote instanceof Refusal)) {
    const { fee, transfer_date: transferDate, expected_arrival: arrival } = quote;
    const days = { transferDate, expectedFrom: arrival.from, expectedTo: arrival.to };
    return { ...none, state: 'ready', priced: { feeYen: fee.amount, ...days } };
  }
  const refusal = quote ?? outcome.refusal;
  const holder = holderOf(refusal);
  const state = holder === null ? 'refused' : 'changed';
  return { ...none, state, remittanceId: holder, problems: problemsOf(refusal) };
}

/** Of a remittance as it was made, or would be. */
export function pricedBy(outcome: Extract<Outcome, { kind: 'created' | 'replayed' }>): Priced {
  const view = JSON.parse(outcome.body.toString()) as RemittanceView;
  return {
    feeYen: view.fee.amount,
    transferDate: view.transfer_date,
    expectedFrom: view.expected_arrival?.from ?? null,
    expectedTo: view.expected_arrival?.to ?? null,
  };
}

/** By the place in the page: prices of rows that only want of the shop's keeps back. */
async function quotesFor(
  deps: FileDeps,
  file: RemittanceFile,
  drafts: readonly Draft[],
  outcomes: readonly Outcome[],
): Promise<Map<number, Quote | Refusal>> {
  const places: number[] = [];
  const requests: QuoteRequest[] = [];
  drafts.forEach((draft, at) => {
    const outcome = outcomes[at]!;
    if (outcome.kind !== 'refused' || !OF_THE_SHOP.has(outcome.refusal.code)) return;
    const bankCode = draft.destination?.bankCode;
    if (!bankCode) return;
    const { amountYen, scheduledFor, holidayRule } = draft.instruction;
    places.push(at);
    requests.push({ method: BANK_METHOD, amountYen, to: { bankCode }, scheduledFor, holidayRule });
  });
  if (requests.length === 0) return new Map();
  const quotes = await quoteMany(deps, await deps.shops.byId(file.shopId), requests);
  return new Map(quotes.map((quote, at) => [places[at]!, quote]));
}

const paymentId = ({ accountKey, amountYen }: Payment) => `${accountKey}:${amountYen}`;

function paymentOf(draft: Draft): Payment | undefined {
  const accountKey = draft.destination?.searchKeys[0];
  return accountKey === undefined ? undefined : { accountKey, amountYen: draft.amountYen };
}

async function alikesFor(
  deps: FileDeps,
  file: RemittanceFile,
  drafts: readonly Draft[],
  now: Instant,
): Promise<Map<string, LookAlike[]>> {
  const found = new Map<string, LookAlike[]>();
  if (file.lookAlikeDays === 0) return found;
  const payments = drafts.flatMap((draft) => paymentOf(draft) ?? []);
  const since = now.subtract({ hours: 24 * file.lookAlikeDays });
  for (const alike of await lookAlikesOf(deps.deeds.db, file.shopId, payments, since)) {
    found.set(paymentId(alike), [...(found.get(paymentId(alike)) ?? []), alike]);
  }
  return found;
}

function doublesOf({ row }: DraftedRow, draft: Draft, alike: ReadonlyMap<string, LookAlike[]>) {
  const payment = paymentOf(draft);
  const others = payment === undefined ? [] : (alike.get(paymentId(payment)) ?? []);
  const other = others.find(({ reference }) => reference !== draft.reference);
  return [
    ...(row.paymentRow === null ? [] : [sameInFile(row.paymentRow)]),
    ...(other === undefined ? [] : [looksAlike(other.reference, `${tokyoDate(other.createdAt)}`)]),
  ];
}
