// The deed that takes credits of one channel into one tenant: follows the tellings, keeps the
// deposits, moves the money, tells of it. Whose credits they are was decided before
// (receive-deposit.ts).
import type { Tx } from '../base/deed.ts';
import { uuidv7 } from '../base/ids.ts';
import { type Credit, type Source, sealPayer, toTelling } from './credit.ts';
import type { Telling } from './deposit.ts';
import { type FollowedTelling, followTellings, type Known } from './deposit-book.ts';
import { insertDeposits, type NewDeposit } from './deposit-store.ts';
import type { FundsDeps } from './funds-deps.ts';
import { moveMoney } from './move-deposits.ts';
import { insertSightings, selectKnown, selectSightings } from './sighting-store.ts';
import { numberKey, selectByNumbers, type VirtualAccount } from './virtual-account-store.ts';
import {
  insertWaiting,
  selectWaitedKeys,
  selectWaitingFor,
  settleWaiting,
} from './waiting-reversal-store.ts';

/** Who takes the credits: a shop its own, or the operator those that nobody claims. */
export interface Taker {
  readonly shopId: string;
  readonly unclaimed: boolean;
  /** Only what is known is taken; nothing new comes into being. */
  readonly onlyKnown: boolean;
  readonly lowBalanceYen: number | null;
}

export type TakenKind = 'created' | 'seen' | 'repeat' | 'reversed' | 'waits' | 'elsewhere';

export interface Taken {
  readonly kind: TakenKind;
  readonly shopId: string;
  /** Null for `waits` and `elsewhere`. */
  readonly depositId: string | null;
}

/** Answers what became of each credit, in order. */
export function takeCredits(
  deps: FundsDeps,
  source: Source,
  taker: Taker,
  credits: readonly Credit[],
): Promise<Taken[]> {
  return deps.deeds.run(taker.shopId, async (tx) => {
    // A first large file grows the tables a thousandfold under plans made when they were empty.
    await tx.run('set local plan_cache_mode = force_custom_plan');
    const { vault } = deps;
    const tellings = credits.map((each) => toTelling(vault, tx.shopId, source.channel, each));
    const numbers = await selectByNumbers(
      tx,
      source.operatorShopId,
      tellings.map(({ account }) => account),
    );
    const { known, sightings } = await loadKnown(tx, source, taker, tellings);
    const followed = followTellings(known, tellings, {
      mayCreate: (telling) => mayCreate(taker, numbers.get(numberKey(telling.account))),
      newDepositId: () => uuidv7(tx.now.epochMilliseconds),
      initialStatus: taker.unclaimed ? 'unmatched' : 'received',
      loose: !taker.onlyKnown,
    });
    const creditOf = new Map(tellings.map((telling, index) => [telling, credits[index]!]));
    await write(deps, tx, { source, taker, numbers, creditOf }, followed);
    return followed.filter(({ waited }) => !waited).map((each) => takenOf(tx, each, sightings));
  });
}

/**
 * Read again under the deed's lock: opening and closing a number are deeds of the tenants that
 * could mistake it.
 */
function mayCreate(taker: Taker, number: VirtualAccount | undefined): boolean {
  if (taker.onlyKnown) return false;
  const isOpen = number !== undefined && number.status === 'open';
  return taker.unclaimed ? !isOpen : isOpen && number.shopId === taker.shopId;
}

async function loadKnown(
  tx: Tx,
  source: Source,
  taker: Taker,
  tellings: readonly Telling[],
): Promise<{ known: Known; sightings: ReadonlyMap<string, string> }> {
  const { channel } = source;
  const keys = tellings.map(({ channelKey }) => channelKey);
  const [sightings, waitedKeys, waiting] = await Promise.all([
    selectSightings(tx, tx.shopId, channel, keys),
    selectWaitedKeys(tx, tx.shopId, channel, keys),
    selectWaitingFor(tx, tx.shopId, tellings),
  ]);
  const toldKeys = new Set([...sightings.keys(), ...waitedKeys]);
  const fresh = tellings.filter(({ channelKey }) => !toldKeys.has(channelKey));
  const filter = { unclaimed: taker.unclaimed, channel };
  const deposits =
    fresh.length === 0 ? [] : await selectKnown(tx, tx.shopId, filter, fresh, waiting);
  return { known: { deposits, toldKeys, waiting }, sightings };
}

function takenOf(
  tx: Tx,
  { telling, change }: FollowedTelling,
  sightings: ReadonlyMap<string, string>,
): Taken {
  const known = sightings.get(telling.channelKey) ?? null;
  const depositId = 'depositId' in change ? change.depositId : known;
  return { kind: change.kind, shopId: tx.shopId, depositId };
}

interface Batch {
  readonly source: Source;
  readonly taker: Taker;
  readonly numbers: ReadonlyMap<string, VirtualAccount>;
  readonly creditOf: ReadonlyMap<Telling, Credit>;
}

async function write(
  deps: FundsDeps,
  tx: Tx,
  batch: Batch,
  followed: readonly FollowedTelling[],
): Promise<void> {
  const created = followed.filter(({ change }) => change.kind === 'created');
  await insertDeposits(
    tx,
    tx.shopId,
    tx.now,
    created.map((each) => newDeposit(deps, batch, each)),
  );
  const told = followed.filter(({ change }) => 'depositId' in change);
  await insertSightings(
    tx,
    tx.shopId,
    tx.now,
    told.map(({ telling, change }) => ({
      ...telling,
      depositId: (change as { depositId: string }).depositId,
    })),
  );
  await writeWaiting(deps, tx, batch, followed);
  await moveMoney(tx, batch.taker, followed);
}

function newDeposit(deps: FundsDeps, batch: Batch, created: FollowedTelling): NewDeposit {
  const { telling, change } = created;
  if (change.kind !== 'created') throw new Error('only what was created becomes a deposit');
  const { taker, source, numbers, creditOf } = batch;
  const number = taker.unclaimed ? undefined : numbers.get(numberKey(telling.account));
  return {
    depositId: change.depositId,
    railAccountId: number?.railAccountId ?? source.railAccountId,
    account: telling.account,
    amountYen: telling.amountYen,
    valueDate: telling.valueDate,
    payerSealed: sealPayer(deps.vault, creditOf.get(telling)!.payer),
    payerKey: telling.payerKey,
    unclaimed: taker.unclaimed,
    status: taker.unclaimed ? 'unmatched' : 'received',
    matchedShopId: null,
    matchedDepositId: null,
  };
}

async function writeWaiting(
  deps: FundsDeps,
  tx: Tx,
  batch: Batch,
  followed: readonly FollowedTelling[],
): Promise<void> {
  const waiting = followed.filter(({ change }) => change.kind === 'waits');
  const reversals = waiting.map(({ telling }) => ({
    telling,
    railAccountId: batch.source.railAccountId,
    payerSealed: sealPayer(deps.vault, batch.creditOf.get(telling)!.payer),
  }));
  await insertWaiting(tx, tx.shopId, tx.now, reversals);
  const settled = followed.filter(({ waited }) => waited).map(({ telling }) => telling);
  await settleWaiting(tx, tx.shopId, settled, { status: 'applied', note: 'deposit_appeared' });
}
