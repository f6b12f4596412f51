// Instructing remittances: batches of one shop, one deed each, money reserved only for what is
// really inserted. Single calls join the shop's lane (lanes.ts); bulk calls bring their own
// batches. The answer comes after the commit.
import { type PlainDate, tokyoDate } from '../base/clock.ts';
import { CommitUnknown, isConnectionLoss } from '../base/database.ts';
import type { Tx } from '../base/deed.ts';
import { uuidv7 } from '../base/ids.ts';
import type { Refusal } from '../base/refusal.ts';
import { type TaxRate, taxRateOn } from '../billing/fee.ts';
import { post } from '../ledger/books.ts';
import type { NewTransfer } from '../ledger/transfer.ts';
import { warnOfLowBalance } from '../merchants/low-balance.ts';
import type { Shop } from '../merchants/shop.ts';
import { saveAccounts } from '../recipients/recipient-accounts.ts';
import { type Decision, decide } from './decide.ts';
import { addDispatch, addExpiry } from './dispatch-work.ts';
import { emitRemittance } from './emit.ts';
import { makeLinks, type NewLink } from './make-link.ts';
import type { Method } from './method.ts';
import {
  candidateOf,
  newRemittance,
  type PlannedDraft,
  planDraft,
  plannersOf,
} from './plan-batch.ts';
import type { Draft } from './prepare.ts';
import { notAtomic, notStorable } from './refusals.ts';
import type { Remittance } from './remittance.ts';
import { insertRemittances, remittancesByIds } from './remittance-store.ts';
import { accountsToSave, lookUpAccounts, type Stood, standingOf } from './standing.ts';
import { methodTerms, type RemittanceDeps, type Terms } from './terms.ts';
import { firstTimeline, remittanceJson } from './view.ts';

/** What became of one instruction. `body` is the remittance as JSON, as its event holds it. */
export type Outcome =
  | {
      readonly kind: 'created';
      readonly remittanceId: string;
      readonly body: Buffer;
      /** Its timeline so far, as JSON text. */
      readonly timeline: () => string;
    }
  | { readonly kind: 'replayed'; readonly remittanceId: string; readonly body: Buffer }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

export interface BatchOptions {
  /** All or nothing: one refusal refuses the rest with `batch_refused`. */
  readonly atomic?: boolean;
  /** Checks, prices and plans; writes nothing and takes no lock. */
  readonly dryRun?: boolean;
  /** Told when the batch holds the shop's lock: a batch begun from now on comes after it. */
  readonly onLocked?: () => void;
}

const MAX_TRIES = 5;
const RETRY_MS = 200;
/** So many are written while the next ones are made ready: the database is not kept waiting. */
const STRETCH = 125;

/** A batch on its way: the ids stay the same however often it is tried. */
interface Batch {
  readonly shop: Shop;
  readonly terms: ReadonlyMap<Method, Terms>;
  readonly taxRates: readonly TaxRate[];
  readonly options: BatchOptions;
  readonly ids: Map<Draft, string>;
}

type Decided =
  | { readonly kind: 'created'; readonly body: Buffer; readonly timeline: () => string }
  | { readonly kind: 'replay'; readonly remittanceId: string }
  | { readonly kind: 'refuse'; readonly refusal: Refusal };

/**
 * Instructs a batch of one shop. A lost connection is resolved by asking for the references again:
 * what was committed is found under the very id that was meant for it.
 */
export async function instructBatch(
  deps: RemittanceDeps,
  shop: Shop,
  drafts: readonly Draft[],
  options: BatchOptions = {},
): Promise<Outcome[]> {
  const terms = await termsOfMethods(deps, shop, drafts);
  const taxRates = await deps.fees.taxRates();
  const ready = await lookUpAccounts(deps, shop.shopId, drafts);
  const batch: Batch = { shop, terms, taxRates, options, ids: new Map() };
  for (let attempt = 1; ; attempt++) {
    try {
      const decided = options.dryRun
        ? await weigh(deps, batch, ready)
        : await write(deps, batch, ready);
      return await answer(deps, batch, ready, decided);
    } catch (error) {
      const lost = error instanceof CommitUnknown || isConnectionLoss(error);
      if (!lost || attempt >= MAX_TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS * attempt));
    }
  }
}

/** The shop's terms for the methods that a batch asks for; one without terms is left out. */
async function termsOfMethods(
  deps: RemittanceDeps,
  shop: Shop,
  drafts: readonly Draft[],
): Promise<ReadonlyMap<Method, Terms>> {
  const found = new Map<Method, Terms>();
  for (const method of new Set(drafts.flatMap(methodsAsked))) {
    const terms = await methodTerms(deps, shop, method);
    if (terms !== undefined) found.set(method, terms);
  }
  return found;
}

function methodsAsked({ method, instruction: { destination } }: Draft): readonly Method[] {
  return destination.type === 'link' ? destination.wish.methods : [method];
}

/** One deed; a batch that the database rejects is halved until the one bad item stands alone. */
async function write(
  deps: RemittanceDeps,
  batch: Batch,
  drafts: readonly Draft[],
): Promise<Decided[]> {
  try {
    return await deps.deeds.runReading(
      batch.shop.shopId,
      (sql) => standingOf(deps, sql, batch.shop, drafts),
      (tx, stood) => instruct(deps, tx, batch, drafts, stood),
    );
  } catch (error) {
    const isData = /^2[23]/.test((error as { code?: string }).code ?? '');
    if (!isData || batch.options.atomic) throw error;
    if (drafts.length === 1) {
      // The checks before it let something through: told to whoever runs this, and to nobody's
      // neighbour.
      deps.log('item_not_stored', {
        shopId: batch.shop.shopId,
        code: `${(error as { code: string }).code}`,
      });
      return [{ kind: 'refuse', refusal: notStorable() }];
    }
    const middle = drafts.length >> 1;
    const first = await write(deps, batch, drafts.slice(0, middle));
    const second = await write(deps, batch, drafts.slice(middle));
    return [...first, ...second];
  }
}

/** The deed, in the shop's lock: decide by where the shop stands, write all of it at once. */
async function instruct(
  deps: RemittanceDeps,
  tx: Tx,
  batch: Batch,
  drafts: readonly Draft[],
  stood: Stood,
): Promise<Decided[]> {
  batch.options.onLocked?.();
  const { shop } = batch;
  const today = tokyoDate(tx.now);
  const taxPercent = taxRateOn(batch.taxRates, today);
  const planners = plannersOf(batch.terms, tx.now);
  const standing = stood.on(today);
  const { taken } = stood;
  const planned = drafts.map((draft) => planDraft(shop, planners, draft, taken, tx.now));
  const ids = drafts.map((draft) => idOf(batch, draft, tx.now));
  const candidates = drafts.map((draft, i) => candidateOf(draft, planned[i]!, ids[i]!));
  const decisions = allOrNothing(decide(candidates, standing), batch.options);
  const decided: Decided[] = [];
  const fresh: Remittance[] = [];
  const accepted: Draft[] = [];
  for (let start = 0; start < drafts.length; start += STRETCH) {
    const before = fresh.length;
    for (let i = start; i < Math.min(start + STRETCH, drafts.length); i++) {
      const decision = decisions[i]!;
      if (decision.kind !== 'take') {
        decided.push(decision);
        continue;
      }
      const taking = { remittanceId: ids[i]!, funded: decision.funded };
      const terms = planners.get(drafts[i]!.method)?.terms;
      const remittance = newRemittance(tx, terms, drafts[i]!, planned[i]!.planned!, taking);
      fresh.push(remittance);
      accepted.push(drafts[i]!);
      const type = `remittance.${remittance.status}` as const;
      const body = emitRemittance(tx, type, remittance, taxPercent);
      decided.push({ kind: 'created', body, timeline: () => firstTimeline(remittance) });
    }
    insert(tx, today, accepted.slice(before), fresh.slice(before));
  }
  if (fresh.length > 0) {
    warnOfLowBalance(tx, shop, standing.availableYen, standing.availableYen - reservedBy(fresh));
    follow(tx, fresh);
    tx.alongside(saveAccounts(deps, tx, accountsToSave(accepted)));
    await makeLinks(deps, tx, shop, linksOf(accepted, fresh, decisions, planned));
  }
  return decided;
}

/** Of what was taken, the links to be made. */
function linksOf(
  accepted: readonly Draft[],
  fresh: readonly Remittance[],
  decisions: readonly Decision[],
  planned: readonly PlannedDraft[],
): NewLink[] {
  const plans = planned.filter((_, i) => decisions[i]!.kind === 'take');
  return accepted.flatMap(({ instruction: { destination } }, i) => {
    const expiresAt = plans[i]!.planned?.linkExpiresAt ?? null;
    if (destination.type !== 'link' || expiresAt === null) return [];
    return [{ remittance: fresh[i]!, wish: destination.wish, expiresAt }];
  });
}

function idOf(batch: Batch, draft: Draft, now: Temporal.Instant): string {
  let id = batch.ids.get(draft);
  if (id === undefined) {
    id = uuidv7(now.epochMilliseconds);
    batch.ids.set(draft, id);
  }
  return id;
}

function allOrNothing(decisions: readonly Decision[], options: BatchOptions): readonly Decision[] {
  const refused = decisions.some((decision) => decision.kind === 'refuse');
  if (!options.atomic || !refused) return decisions;
  return decisions.map((decision) =>
    decision.kind === 'take' ? { kind: 'refuse', refusal: notAtomic() } : decision,
  );
}

function reservedBy(fresh: readonly Remittance[]): number {
  let sum = 0;
  for (const remittance of fresh)
    if (remittance.status !== 'awaiting_funds') sum += remittance.amountYen;
  return sum;
}

/** What was taken is written: sent, not waited for. */
function insert(
  tx: Tx,
  today: PlainDate,
  drafts: readonly Draft[],
  fresh: readonly Remittance[],
): void {
  if (fresh.length === 0) return;
  const fingerprints = drafts.map((draft) => draft.fingerprint);
  tx.alongside(insertRemittances(tx, today, fresh, fingerprints));
}

/** What follows from it: money reserved, dispatch or expiry put down as work. */
function follow(tx: Tx, fresh: readonly Remittance[]): void {
  const transfers: NewTransfer[] = [];
  // Those planned alike share the very instant.
  const ofCutOff = new Map<Remittance['dispatchAt'], Remittance>();
  for (const remittance of fresh) {
    if (remittance.status === 'awaiting_funds') {
      addExpiry(tx, remittance);
      continue;
    }
    if (remittance.status === 'scheduled') ofCutOff.set(remittance.dispatchAt, remittance);
    transfers.push({
      from: 'available',
      to: 'reserved',
      amountYen: remittance.amountYen,
      cause: 'instruct',
      causeId: remittance.remittanceId,
    });
  }
  for (const remittance of ofCutOff.values()) addDispatch(tx, remittance);
  tx.alongside(post(tx, transfers));
}

/**
 * A dry run: the same decision without the lock. What it shows may have changed when asked for in
 * earnest.
 */
async function weigh(
  deps: RemittanceDeps,
  batch: Batch,
  drafts: readonly Draft[],
): Promise<Decided[]> {
  const { shop } = batch;
  const at = { shopId: shop.shopId, now: await deps.deeds.now(shop.shopId) };
  const today = tokyoDate(at.now);
  const taxPercent = taxRateOn(batch.taxRates, today);
  const planners = plannersOf(batch.terms, at.now);
  const { db } = deps.deeds;
  const { on, taken } = await standingOf(deps, db, shop, drafts);
  const standing = on(today);
  const planned = drafts.map((draft) => planDraft(shop, planners, draft, taken, at.now));
  const ids = drafts.map((draft) => idOf(batch, draft, at.now));
  const candidates = drafts.map((draft, i) => candidateOf(draft, planned[i]!, ids[i]!));
  const decisions = allOrNothing(decide(candidates, standing), batch.options);
  return decisions.map((decision, i): Decided => {
    if (decision.kind !== 'take') return decision;
    const taking = { remittanceId: ids[i]!, funded: decision.funded };
    const terms = planners.get(drafts[i]!.method)?.terms;
    const remittance = newRemittance(at, terms, drafts[i]!, planned[i]!.planned!, taking);
    const body = remittanceJson(remittance, taxPercent);
    return { kind: 'created', body, timeline: () => firstTimeline(remittance) };
  });
}

/**
 * Replays answer with the remittance as it is now; an id that was meant for this very item is no
 * replay.
 */
async function answer(
  deps: RemittanceDeps,
  batch: Batch,
  drafts: readonly Draft[],
  decided: readonly Decided[],
): Promise<Outcome[]> {
  const bodies = new Map<string, Buffer>();
  const timelines = new Map<string, () => string>();
  decided.forEach((one, i) => {
    if (one.kind === 'created') bodies.set(batch.ids.get(drafts[i]!)!, one.body);
  });
  const known = decided.flatMap((one) =>
    one.kind === 'replay' && !bodies.has(one.remittanceId) ? [one.remittanceId] : [],
  );
  if (known.length > 0) {
    const percent = (await deps.fees.taxRates()).at(-1)?.ratePercent ?? 0;
    for (const found of await remittancesByIds(deps.deeds.db, batch.shop.shopId, known)) {
      bodies.set(found.remittanceId, remittanceJson(found, percent));
      timelines.set(found.remittanceId, () => firstTimeline(found));
    }
  }
  return decided.map((one, i): Outcome => {
    if (one.kind === 'refuse') return { kind: 'refused', refusal: one.refusal };
    const own = batch.ids.get(drafts[i]!)!;
    const remittanceId = one.kind === 'created' ? own : one.remittanceId;
    const body = bodies.get(remittanceId);
    if (body === undefined) throw new Error('a replayed remittance was not found');
    if (remittanceId !== own) return { kind: 'replayed', remittanceId, body };
    const timeline = one.kind === 'created' ? one.timeline : timelines.get(remittanceId)!;
    return { kind: 'created', remittanceId, body, timeline };
  });
}
