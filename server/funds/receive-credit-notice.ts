// Deposit notices of a bank's API, by webhook or from the list of unsent ones: kept first, then
// taken as credits by work of its own (`funds.take_notices`).
import { yen } from '../base/money.ts';
import type { ClaimedWork } from '../base/work.ts';
import type { WorkOutcome } from '../base/work-runner.ts';
import type { CreditNotice } from '../rails/rail.ts';
import type { Credit } from './credit.ts';
import { insertNotices, markTaken, selectNewNotices } from './credit-notice-store.ts';
import type { FundsDeps } from './funds-deps.ts';
import { type PollingDeps, railOf } from './polling-deps.ts';
import { MAX_CREDITS, receiveCredits } from './receive-deposit.ts';
import { noticeNotGenuine, railTellsNothing } from './refusals.ts';

const PURPOSE = 'credit_notice';
const MAX_ROUNDS = 200;

/**
 * Checks a webhook by its rail and keeps what it tells; only then may it be answered. Answers how
 * many notices were new. Refuses what is not genuine.
 */
export async function receiveWebhook(
  deps: PollingDeps,
  railAccountId: string,
  request: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
): Promise<number> {
  const { account, rail } = await railOf(deps, railAccountId);
  if (rail.readCreditNotice === undefined) throw railTellsNothing();
  const notices = rail.readCreditNotice(account, request);
  if (notices === undefined) throw noticeNotGenuine();
  return storeNotices(deps, railAccountId, notices);
}

/** Keeps notices, encrypted, and asks for them to be taken. Answers how many were new. */
export async function storeNotices(
  deps: FundsDeps,
  railAccountId: string,
  notices: readonly CreditNotice[],
): Promise<number> {
  if (notices.length === 0) return 0;
  const { operatorShopId } = await deps.railAccounts.byId(railAccountId);
  const rows = [...new Map(notices.map((each) => [each.noticeKey, each])).values()].map((each) => ({
    noticeKey: each.noticeKey,
    sealed: deps.vault.seal(JSON.stringify(each), PURPOSE),
  }));
  return deps.deeds.run(operatorShopId, async (tx) => {
    const count = await insertNotices(tx, tx.shopId, railAccountId, tx.now, rows);
    if (count > 0) {
      const key = railAccountId;
      tx.addWork({ kind: 'funds.take_notices', key, dueAt: tx.now, clock: 'shop' });
    }
    return count;
  });
}

/** Handler of `funds.take_notices`. */
export async function takeNoticesWork(
  deps: FundsDeps,
  work: ClaimedWork,
  signal: AbortSignal,
): Promise<WorkOutcome> {
  const { shopId: operatorShopId, key: railAccountId } = work;
  const { db } = deps.deeds;
  for (let round = 0; round < MAX_ROUNDS && !signal.aborted; round++) {
    const rows = await selectNewNotices(db, operatorShopId, railAccountId, MAX_CREDITS);
    if (rows.length === 0) return 'done';
    const credits = rows.map(({ sealed }) => creditOf(deps.vault.open(sealed, PURPOSE)));
    await receiveCredits(deps, { channel: 'api', railAccountId, operatorShopId }, credits);
    const keys = rows.map(({ noticeKey }) => noticeKey);
    await markTaken(db, operatorShopId, railAccountId, keys);
  }
  return { again: await deps.deeds.now(operatorShopId) };
}

/** Notice keys are unique per rail account, channel keys per tenant. */
function creditOf(json: string): Credit {
  const notice = JSON.parse(json) as Omit<CreditNotice, 'valueDate'> & { valueDate: string };
  const { isReversal, creditNumber: inquiryNumber } = notice;
  const { bankCode, branchCode, accountNumber } = notice;
  return {
    channelKey: `${bankCode}-${branchCode}-${accountNumber}:${notice.noticeKey}`,
    account: { bankCode, branchCode, accountNumber },
    amountYen: yen(notice.amountYen),
    valueDate: Temporal.PlainDate.from(notice.valueDate),
    payer: { name: notice.payerName, bank: notice.payerBank },
    ...{ isReversal, inquiryNumber },
  };
}
