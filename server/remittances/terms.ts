// The terms under which a shop's bank transfers go: its contract with a rail, cut-offs, fees, lead
// times of banks. Read from caches of a second, so that an instruction asks the database for none
// of it.
import type { BusinessCalendar } from '../base/calendar.ts';
import type { Vault } from '../base/crypto.ts';
import type { Sql } from '../base/database.ts';
import type { Deeds } from '../base/deed.ts';
import { type Yen, yen } from '../base/money.ts';
import type { VaultThread } from '../base/vault-batch.ts';
import type { FeeTable, TaxRate } from '../billing/fee.ts';
import type { Fees } from '../billing/fee-tables.ts';
import type { Shop } from '../merchants/shop.ts';
import type { ShopMethods } from '../merchants/shop-methods.ts';
import type { Shops } from '../merchants/shops.ts';
import type { Rail, RailAccount, RailTiming } from '../rails/rail.ts';
import type { BankDirectory } from '../recipients/bank-directory.ts';
import { BANK_METHOD, type Method } from './method.ts';
import { timingNow } from './rail-state.ts';

/** What the deeds of this folder work with; wired once in main. */
export interface RemittanceDeps {
  readonly deeds: Deeds;
  readonly vault: Vault;
  /** For what comes by the hundred. */
  readonly vaultThread: VaultThread;
  readonly shops: Shops;
  readonly fees: Fees;
  readonly calendar: BusinessCalendar;
  readonly directory: BankDirectory;
  /** By rail name. */
  readonly rails: ReadonlyMap<string, Rail<unknown>>;
  readonly railAccount: (railAccountId: string) => Promise<RailAccount & { rail: string }>;
  readonly methods: ShopMethods;
  /** Where recipients reach this installation, without a slash at the end. */
  readonly publicUrl: string;
  /** Structured, without personal data. */
  readonly log: (event: string, facts: Readonly<Record<string, unknown>>) => void;
}

export interface BankSetting {
  readonly bankCode: string;
  /** Business days after the transfer date by which this bank has credited the account. */
  readonly arrivalBusinessDays: number;
  readonly note: string;
}

export const DEFAULT_ARRIVAL_BUSINESS_DAYS = 1;

export interface Terms {
  readonly shop: Shop;
  readonly rail: Rail<unknown>;
  readonly railAccount: RailAccount;
  readonly timing: RailTiming;
  /** What one remittance may be, by the rail and the contract. */
  readonly minYen: Yen;
  readonly maxYen: Yen;
  /** Amounts are whole multiples of it. */
  readonly unitYen: Yen;
  /** The bank the money leaves from; a same-bank fee needs it. */
  readonly sourceBankCode: string | null;
  readonly feeTables: readonly FeeTable[];
  readonly taxRates: readonly TaxRate[];
  readonly bankSettings: ReadonlyMap<string, BankSetting>;
}

export const BANK_RAIL = 'bank_transfer';

const SETTINGS_CACHE_MS = 1000;
let settings: { until: number; value: ReadonlyMap<string, BankSetting>; of: unknown } | undefined;

async function bankSettings(deps: RemittanceDeps): Promise<ReadonlyMap<string, BankSetting>> {
  const { db } = deps.deeds;
  if (settings?.of === db && settings.until > performance.now()) return settings.value;
  const value = new Map((await bankSettingsOf(db)).map((each) => [each.bankCode, each]));
  settings = { until: performance.now() + SETTINGS_CACHE_MS, value, of: db };
  return value;
}

/** Of all banks that have one, by code. */
export async function bankSettingsOf(sql: Sql): Promise<BankSetting[]> {
  return sql.query(
    `select bank_code as "bankCode", arrival_business_days as "arrivalBusinessDays", note
     from bank_setting order by bank_code`,
  );
}

export async function setBankSetting(sql: Sql, setting: BankSetting): Promise<void> {
  await sql.run(
    `insert into bank_setting (bank_code, arrival_business_days, note) values ($1, $2, $3)
     on conflict (bank_code) do update set arrival_business_days = excluded.arrival_business_days,
       note = excluded.note`,
    [setting.bankCode, setting.arrivalBusinessDays, setting.note],
  );
}

/** The shop's terms for a method, or undefined where its contract has none for it. */
export async function methodTerms(
  deps: RemittanceDeps,
  shop: Shop,
  method: Method,
): Promise<Terms | undefined> {
  if (method === BANK_METHOD) {
    const id = shop.bankRailAccountId;
    return id === null ? undefined : termsOf(deps, shop, id, shop.maxRemittanceYen);
  }
  const agreed = (await deps.methods.of(shop.shopId)).get(method);
  return agreed && termsOf(deps, shop, agreed.railAccountId, agreed.maxYen);
}

/** The shop's terms for bank transfers. */
export function bankTerms(deps: RemittanceDeps, shop: Shop): Promise<Terms | undefined> {
  return methodTerms(deps, shop, BANK_METHOD);
}

/** The terms under which a rail account carries a shop's remittances, whatever the method. */
export async function termsOf(
  deps: RemittanceDeps,
  shop: Shop,
  railAccountId: string,
  contractMaxYen: number = shop.maxRemittanceYen,
): Promise<Terms> {
  const [railAccount, feeTables, taxRates, settingsOfBanks] = await Promise.all([
    deps.railAccount(railAccountId),
    deps.fees.tablesOf(shop.shopId),
    deps.fees.taxRates(),
    bankSettings(deps),
  ]);
  const rail = deps.rails.get(railAccount.rail);
  if (rail === undefined) throw new Error(`no rail ${railAccount.rail} is wired`);
  const traits = rail.traits(railAccount);
  return {
    shop,
    rail,
    railAccount,
    timing: await timingNow(deps, rail, railAccount),
    minYen: traits.minYen ?? yen(1),
    maxYen: yen(Math.min(contractMaxYen, traits.maxYen ?? contractMaxYen)),
    unitYen: traits.unitYen ?? yen(1),
    sourceBankCode: rail.sourceBankCode?.(railAccount) ?? null,
    feeTables,
    taxRates,
    bankSettings: settingsOfBanks,
  };
}
