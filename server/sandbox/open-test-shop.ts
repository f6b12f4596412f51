// Opening a test shop: a world of its own at the sandbox bank (own books, own clock), the contract
// with it, a virtual account to pay into, a fee table and a key. Everything a developer needs on
// day one.
import type { PlainDate } from '../base/clock.ts';
import type { FeeRule } from '../billing/fee.ts';
import type { Fees } from '../billing/fee-tables.ts';
import { type PollingDeps, startPolling } from '../funds/polling-deps.ts';
import { openVirtualAccount } from '../funds/virtual-accounts.ts';
import { createApiKey, type KeyDeps } from '../merchants/issue-key.ts';
import { type MerchantDeps, openShop } from '../merchants/open-shop.ts';
import {
  assignBankRailAccount,
  createRailAccount,
  type RailAccountDeps,
} from '../merchants/rail-accounts.ts';
import type { Shop } from '../merchants/shop.ts';
import type { SandboxBank, SandboxWorld } from './sandbox-bank.ts';

export interface TestShopDeps {
  readonly merchants: MerchantDeps & RailAccountDeps & KeyDeps;
  readonly funds: PollingDeps;
  readonly fees: Fees;
  readonly bank: SandboxBank;
}

export interface TestShop {
  readonly shop: Shop;
  /** Shown once. */
  readonly keyText: string;
  readonly railAccountId: string;
}

/**
 * What the operator's own account at the sandbox bank holds to begin with; deposits come on top.
 */
const OPENING_BALANCE_YEN = 100_000_000;

export const SAMPLE_FEES: readonly FeeRule[] = [
  { method: 'bank_transfer', sameBank: true, fromYen: 1, toYen: null, feeYen: 100 },
  { method: 'bank_transfer', sameBank: false, fromYen: 1, toYen: 29_999, feeYen: 200 },
  { method: 'bank_transfer', sameBank: false, fromYen: 30_000, toYen: null, feeYen: 300 },
  { method: 'atm_cash', sameBank: null, fromYen: 1, toYen: null, feeYen: 250 },
  { method: 'amazon_gift', sameBank: null, fromYen: 1, toYen: null, feeYen: 80 },
  { method: 'au_pay', sameBank: null, fromYen: 1, toYen: null, feeYen: 80 },
];

export async function openTestShop(
  deps: TestShopDeps,
  input: {
    readonly merchantId: string;
    readonly name: string;
    readonly connector: 'file' | 'http';
    readonly by: string;
    readonly feesFrom?: PlainDate;
    readonly contact?: string;
  },
): Promise<TestShop> {
  const { merchantId, name, connector, by, contact = '' } = input;
  const shop = await openShop(deps.merchants, { merchantId, name, mode: 'test', contact, by });
  const { shopId } = shop;
  const world = await deps.bank.openWorld(shopId, OPENING_BALANCE_YEN);
  const config = connector === 'http' ? httpConfig(deps.bank, world) : fileConfig(world);
  await deps.funds.rails
    .get('bank_transfer')
    ?.prepare?.({ id: 'new', connector, mode: 'test', config });
  const railAccountId = await createRailAccount(deps.merchants, {
    rail: 'bank_transfer',
    connector,
    mode: 'test',
    name: `${name} (sandbox)`,
    config,
    operatorShopId: shopId,
    by,
  });
  await assignBankRailAccount(deps.merchants, { shopId, railAccountId, by });
  const { holderNameKana } = world;
  const number = await deps.bank.openVirtualAccount(shopId, holderNameKana);
  await openVirtualAccount(deps.funds, {
    shopId,
    railAccountId,
    bankCode: world.bankCode,
    branchCode: number.branchCode,
    accountNumber: number.accountNumber,
    holderName: holderNameKana,
    by,
  });
  await startPolling(deps.funds, railAccountId);
  const effectiveFrom = input.feesFrom ?? Temporal.PlainDate.from('2020-01-01');
  await deps.fees.add(shopId, { effectiveFrom, rules: SAMPLE_FEES }, by);
  const key = await createApiKey(deps.merchants, {
    ...{ shopId, name: 'test', by },
    scopes: ['*'],
    expiresAt: null,
  });
  return { shop: { ...shop, bankRailAccountId: railAccountId }, keyText: key.text, railAccountId };
}

/** The connector's configuration for this world, from what the bank handed out. */
export function httpConfig(bank: SandboxBank, world: SandboxWorld): Record<string, unknown> {
  return {
    baseUrl: bank.apiUrl,
    clientId: world.clientId,
    clientSecret: world.clientSecret,
    refreshToken: world.refreshToken,
    accountId: world.accountId,
    raId: world.raId,
    bankCode: world.bankCode,
    remitterName: world.holderNameKana,
    webhook: { secret: world.webhookSecret, header: 'x-ganb-signature', encoding: 'hex' },
    absenceProofMinutes: 30,
  };
}

function fileConfig(world: SandboxWorld): Record<string, unknown> {
  return {
    folder: { outbox: world.outboundDir, inbox: world.inboundDir },
    remitter: {
      code: world.remitterCode,
      name: world.holderNameKana,
      bankCode: world.bankCode,
      branchCode: world.branchCode,
      accountType: 'ordinary',
      accountNumber: world.accountNumber,
    },
    acknowledge: 'move',
    bankRefusesDuplicates: true,
    absenceProofMinutes: 30,
  };
}
