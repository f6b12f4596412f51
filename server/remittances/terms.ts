// The terms under which a shop's bank transfers go: its contract with a rail, cut-offs, fees, lead
// times of banks. Read from caches of a second, so that an instruction asks the database for none
// of it.
import type { BusinessCalendar } from '../base/calendar.ts';
import type { Vault } from '../base/crypto.ts';
import type { Sql } from '../base/database.ts';
import type { Deeds } from '../base/deed.ts';
import type { FeeTable, TaxRate } from '../billing/fee.ts';
import type { Fees } from '../billing/fee-tables.ts';
import type { Shop } from '../merchants/shop.ts';
import type { Shops } from '../merchants/shops.ts';
import type { Rail, RailAccount, RailTiming } from '../rails/rail.ts';
import type { BankDirectory } from '../recipients/bank-directory.ts';

/** What the deeds of this folder work with; wired once in main. */
export interface RemittanceDeps {
  readonly deeds: Deeds;
  readonly vault: Vault;
  readonly shops: Shops;
  readonly fees: Fees;
  readonly calendar: BusinessCalendar;
  readonly directory: BankDirectory;
  /** By rail name. */
  readonly rails: ReadonlyMap<string, Rail>;
  readonly railAccount: (railAccountId: string) => Promise<RailAccount>;
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
  readonly rail: Rail;
  readonly railAccount: RailAccount;
  readonly timing: RailTiming;
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

/** The shop's terms for bank transfers, or undefined where it has no contract with a bank. */
export async function bankTerms(deps: RemittanceDeps, shop: Shop): Promise<Terms | undefined> {
  const rail = deps.rails.get(BANK_RAIL);
  if (rail === undefined || shop.bankRailAccountId === null) return undefined;
  const [railAccount, feeTables, taxRates, settingsOfBanks] = await Promise.all([
    deps.railAccount(shop.bankRailAccountId),
    deps.fees.tablesOf(shop.shopId),
    deps.fees.taxRates(),
    bankSettings(deps),
  ]);
  return {
    shop,
    rail,
    railAccount,
    timing: rail.timing(railAccount, deps.calendar),
    sourceBankCode: rail.sourceBankCode?.(railAccount) ?? null,
    feeTables,
    taxRates,
    bankSettings: settingsOfBanks,
  };
}
