// Reversals whose deposit is not known: listed for a person, who applies one to a deposit or drops
// it.
import type { Vault } from '../base/crypto.ts';
import type { Sql } from '../base/database.ts';
import { post } from '../ledger/books.ts';
import { warnOfLowBalance } from '../merchants/low-balance.ts';
import { openPayer, type Payer } from './credit.ts';
import type { Telling } from './deposit.ts';
import { selectDeposit } from './deposit-store.ts';
import type { FundsDeps } from './funds-deps.ts';
import { liesIn, openLedger, reverse } from './move-deposits.ts';
import { depositUnknown, reversalDoesNotFit, reversalNotWaiting } from './refusals.ts';
import { insertSightings } from './sighting-store.ts';
import {
  selectWaiting,
  selectWaitingByKey,
  settleWaiting,
  type WaitingReversal,
} from './waiting-reversal-store.ts';

export interface WaitingReversalView extends Omit<WaitingReversal, 'payerSealed'> {
  readonly payer: Payer;
}

/** Reversals that wait in a tenant, a shop's or the operator's; oldest first. */
export async function waitingReversals(
  sql: Sql,
  vault: Vault,
  shopId: string,
  limit: number,
): Promise<WaitingReversalView[]> {
  const reversals = await selectWaiting(sql, shopId, limit);
  return reversals.map(({ payerSealed, ...rest }) => ({
    ...rest,
    payer: openPayer(vault, payerSealed),
  }));
}

/**
 * A person says which deposit of the tenant a waiting reversal is of; null: of none, it is dropped.
 */
export async function resolveReversal(
  deps: FundsDeps,
  input: {
    readonly shopId: string;
    readonly channel: Telling['channel'];
    readonly channelKey: string;
    readonly depositId: string | null;
    readonly note: string;
    readonly by: string;
  },
): Promise<void> {
  const { shopId, channel, channelKey, depositId, note, by } = input;
  const shop = await deps.shops.byId(shopId);
  await deps.deeds.run(shopId, async (tx) => {
    const waiting = await selectWaitingByKey(tx, shopId, channel, channelKey);
    if (waiting?.status !== 'waiting') throw reversalNotWaiting();
    const status = depositId === null ? 'dropped' : 'applied';
    await settleWaiting(tx, shopId, [{ channel, channelKey }], { status, note });
    const action = `reversal.${status}`;
    const data = { deposit_id: depositId, note };
    await deps.audit?.(tx, { shopId, by, action, subject: channelKey, data });
    if (depositId === null) return;
    const deposit = await selectDeposit(tx, shopId, depositId);
    if (deposit === undefined) throw depositUnknown();
    const { telling } = waiting;
    const fits = deposit.amountYen === telling.amountYen && deposit.status !== 'reversed';
    // A matched one is reversed where the bank's money came in: in the operator's tenant.
    if (!fits || liesIn(deposit) === 'clearing') throw reversalDoesNotFit();
    await insertSightings(tx, shopId, tx.now, [{ ...telling, depositId }]);
    const { standing } = await openLedger(tx, [liesIn(deposit)]);
    const availableBefore = standing.availableYen;
    const { transfers } = await reverse(tx, deposit, telling.valueDate, standing);
    await post(tx, transfers);
    warnOfLowBalance(tx, shop, availableBefore, standing.availableYen);
  });
}
