// A deposit that came for nobody is matched to a shop by a person. Money between tenants goes in
// two deeds through `clearing`, each done once; after a crash between them the work row does the
// second.

import { uuidv7 } from '../base/ids.ts';
import type { ClaimedWork } from '../base/work.ts';
import { post } from '../ledger/books.ts';
import { warnOfLowBalance } from '../merchants/low-balance.ts';
import { openPayer, payerKey } from './credit.ts';
import {
  insertDeposits,
  type StoredDeposit,
  selectDeposit,
  updateDeposit,
} from './deposit-store.ts';
import { depositTransfers } from './deposit-transfers.ts';
import { emitDeposit } from './deposit-view.ts';
import type { FundsDeps } from './funds-deps.ts';
import { addReleaseWork, liesIn, openLedger, reverse } from './move-deposits.ts';
import { depositNotUnmatched, depositUnknown, otherWorld, shopIsClosed } from './refusals.ts';
import { insertSightings, selectSightings } from './sighting-store.ts';

export interface MatchInput {
  readonly operatorShopId: string;
  readonly depositId: string;
  /** The shop the money was meant for. */
  readonly shopId: string;
  readonly by: string;
}

/** Matches an unmatched deposit; the same match again does nothing. Answers the shop's deposit. */
export async function matchDeposit(deps: FundsDeps, input: MatchInput): Promise<string> {
  await requireSameWorld(deps, input);
  await startMatch(deps, input);
  return finishMatch(deps, input.operatorShopId, input.depositId);
}

async function requireSameWorld(deps: FundsDeps, input: MatchInput): Promise<void> {
  const shop = await deps.shops.byId(input.shopId);
  const operator = await deps.shops.byId(input.operatorShopId);
  if (shop.kind !== 'shop' || shop.mode !== operator.mode) throw otherWorld();
  if (shop.status === 'closed') throw shopIsClosed();
  const { bankRailAccountId } = shop;
  if (bankRailAccountId === null) throw otherWorld();
  const { operatorShopId } = await deps.railAccounts.byId(bankRailAccountId);
  if (operatorShopId !== input.operatorShopId) throw otherWorld();
}

/** The operator's half: the deposit is spoken for and its money on the way. */
export async function startMatch(deps: FundsDeps, input: MatchInput): Promise<void> {
  const { operatorShopId, depositId, shopId: matchedShopId, by } = input;
  await deps.deeds.run(operatorShopId, async (tx) => {
    const deposit = requireUnclaimed(await selectDeposit(tx, operatorShopId, depositId));
    if (deposit.status === 'matched' && deposit.matchedShopId === matchedShopId) return;
    if (deposit.status !== 'unmatched') throw depositNotUnmatched(deposit.status);
    const matchedDepositId = uuidv7(tx.now.epochMilliseconds);
    const changes = { status: 'matched', matchedShopId, matchedDepositId } as const;
    emitDeposit(tx, await updateDeposit(tx, tx.now, deposit, changes));
    const { amountYen } = deposit;
    const cause = { cause: 'deposit_matched', causeId: depositId } as const;
    await post(tx, [{ from: 'unmatched', to: 'clearing', amountYen, ...cause }]);
    tx.addWork({ kind: 'funds.finish_match', key: depositId, dueAt: tx.now, clock: 'shop' });
    const data = { shop_id: matchedShopId };
    const action = 'deposit.matched';
    await deps.audit?.(tx, { shopId: operatorShopId, by, action, subject: depositId, data });
  });
}

/** The shop's half, done once however often it is called. Answers the shop's deposit. */
export async function finishMatch(
  deps: FundsDeps,
  operatorShopId: string,
  depositId: string,
): Promise<string> {
  const { vault, deeds } = deps;
  const unclaimed = requireUnclaimed(await selectDeposit(deeds.db, operatorShopId, depositId));
  const { matchedShopId, matchedDepositId } = unclaimed;
  if (matchedShopId === null || matchedDepositId === null) {
    throw depositNotUnmatched(unclaimed.status);
  }
  await deps.deeds.run(matchedShopId, async (tx) => {
    const channel = 'match';
    if ((await selectSightings(tx, tx.shopId, channel, [depositId])).size > 0) return;
    const payer = openPayer(vault, unclaimed.payerSealed);
    const fresh = {
      ...unclaimed,
      depositId: matchedDepositId,
      valueDate: unclaimed.valueDate.toString(),
      payerKey: payerKey(vault, tx.shopId, payer.name),
      unclaimed: false,
      status: 'received',
      matchedShopId: operatorShopId,
      matchedDepositId: depositId,
    } as const;
    await insertDeposits(tx, tx.shopId, tx.now, [fresh]);
    const told = { depositId: matchedDepositId, isReversal: false, inquiryNumber: '' };
    await insertSightings(tx, tx.shopId, tx.now, [{ channel, channelKey: depositId, ...told }]);
    const deposit = (await selectDeposit(tx, tx.shopId, matchedDepositId))!;
    const { standing } = await openLedger(tx, [liesIn(deposit)]);
    const availableBefore = standing.availableYen;
    await post(tx, depositTransfers({ ...deposit, lies: liesIn(deposit) }, standing));
    emitDeposit(tx, deposit);
    if (standing.availableYen > availableBefore) addReleaseWork(tx);
  });
  return matchedDepositId;
}

/** Handler of `funds.finish_match`: for what a crash left half done. */
export async function finishMatchWork(deps: FundsDeps, work: ClaimedWork): Promise<'done'> {
  await finishMatch(deps, work.shopId, work.key);
  return 'done';
}

/**
 * Handler of `funds.reverse_match`: the bank took a matched deposit back, so the shop gives it back
 * to the operator, after it has surely come to the shop.
 */
export async function reverseMatchWork(deps: FundsDeps, work: ClaimedWork): Promise<'done'> {
  const { shopId: operatorShopId, key: depositId } = work;
  const matchedDepositId = await finishMatch(deps, operatorShopId, depositId);
  const { matchedShopId, reversedOn } = requireUnclaimed(
    await selectDeposit(deps.deeds.db, operatorShopId, depositId),
  );
  if (matchedShopId === null || reversedOn === null) throw new Error('nothing to take back');
  const shop = await deps.shops.byId(matchedShopId);
  await deps.deeds.run(matchedShopId, async (tx) => {
    const deposit = await selectDeposit(tx, tx.shopId, matchedDepositId);
    if (deposit === undefined) throw depositUnknown();
    if (deposit.status === 'reversed') return;
    const { standing } = await openLedger(tx, [liesIn(deposit)]);
    const availableBefore = standing.availableYen;
    const { transfers } = await reverse(tx, deposit, reversedOn.toString(), standing);
    await post(tx, transfers);
    warnOfLowBalance(tx, shop, availableBefore, standing.availableYen);
  });
  return 'done';
}

function requireUnclaimed(deposit: StoredDeposit | undefined): StoredDeposit {
  if (!deposit?.unclaimed) throw depositUnknown();
  return deposit;
}
