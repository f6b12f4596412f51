// Paying in at the sandbox bank: the money arrives there as anyone's would, and Kawase is made to
// look at once, by the same file or notice as ever.
import type { Deeds } from '../base/deed.ts';
import { uuidv7 } from '../base/ids.ts';
import { Refusal } from '../base/refusal.ts';
import { fundingInstructions } from '../funds/virtual-accounts.ts';
import { balancesOf } from '../ledger/books.ts';
import type { RailAccounts } from '../merchants/rail-accounts.ts';
import type { Shop } from '../merchants/shop.ts';
import type { SandboxBank } from './sandbox-bank.ts';

export interface PayInDeps {
  readonly deeds: Deeds;
  readonly bank: SandboxBank;
  readonly railAccounts: RailAccounts;
  readonly drain: (shopId: string) => Promise<number>;
}

/**
 * Answers what is available afterwards; with faults set at the bank the deposit may still be on its
 * way.
 */
export async function payIn(
  deps: PayInDeps,
  shop: Shop,
  deposit: { readonly amountYen: number; readonly payer: string },
): Promise<number> {
  const { shopId } = shop;
  const [account] = await fundingInstructions(deps.deeds.db, shopId);
  if (account === undefined || shop.bankRailAccountId === null) throw noAccount();
  await deps.bank.payIn(shopId, {
    branchCode: account.branchCode,
    accountNumber: account.accountNumber,
    amountYen: deposit.amountYen,
    remitterNameKana: deposit.payer,
    key: uuidv7(),
  });
  const railAccount = await deps.railAccounts.byId(shop.bankRailAccountId);
  if (railAccount.connector === 'file') await deps.bank.issueFiles(shopId);
  const kind = railAccount.connector === 'file' ? 'funds.collect' : 'funds.poll_credits';
  await deps.deeds.run(shopId, async (tx) =>
    tx.addWork({ kind, key: railAccount.id, dueAt: tx.now, clock: 'shop' }),
  );
  await deps.drain(shopId);
  return (await balancesOf(deps.deeds.db, shopId)).get('available') ?? 0;
}

function noAccount(): Refusal {
  return new Refusal('no_virtual_account', {
    ja: 'このショップには入金用の口座がありません。運営者にお問い合わせください。',
    en: 'This shop has no account to pay into. Ask the operator.',
  });
}
