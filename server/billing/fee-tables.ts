// Fee tables of shops: adding a version, and reading what is in force (kept in memory for a
// second).
import type { PlainDate } from '../base/clock.ts';
import type { Deeds } from '../base/deed.ts';
import { Refusal } from '../base/refusal.ts';
import type { FeeRule, FeeTable, TaxRate } from './fee.ts';
import { feeTableFaults } from './fee.ts';
import { feeTablesOf, insertFeeTable, taxRates } from './fee-store.ts';

const CACHE_MS = 1000;
const MAX_CACHED_SHOPS = 10_000;

export interface Fees {
  /** All versions of a shop, newest first. */
  tablesOf(shopId: string): Promise<readonly FeeTable[]>;
  taxRates(): Promise<readonly TaxRate[]>;
  /** Adds the next version. Refused: `invalid_fee_table`. */
  add(
    shopId: string,
    table: { readonly effectiveFrom: PlainDate; readonly rules: readonly FeeRule[] },
    by: string,
  ): Promise<FeeTable>;
}

export function createFees(deeds: Deeds): Fees {
  const tables = new Map<string, { readonly until: number; readonly value: FeeTable[] }>();
  let rates: { readonly until: number; readonly value: TaxRate[] } | undefined;
  return {
    async tablesOf(shopId) {
      const cached = tables.get(shopId);
      if (cached !== undefined && cached.until > performance.now()) return cached.value;
      const value = await feeTablesOf(deeds.db, shopId);
      if (tables.size >= MAX_CACHED_SHOPS) tables.clear();
      tables.set(shopId, { until: performance.now() + CACHE_MS, value });
      return value;
    },
    async taxRates() {
      if (rates !== undefined && rates.until > performance.now()) return rates.value;
      const value = await taxRates(deeds.db);
      rates = { until: performance.now() + CACHE_MS, value };
      return value;
    },
    async add(shopId, table, by) {
      const faults = feeTableFaults(table.rules);
      if (faults.length > 0) {
        throw new Refusal('invalid_fee_table', {
          ja: `手数料表に誤りがあります：${faults.join(' / ')}`,
          en: `The fee table has faults: ${faults.join('; ')}`,
        });
      }
      const added = await deeds.run(shopId, async (tx) => {
        const [newest] = await feeTablesOf(tx, shopId);
        const next = { ...table, version: (newest?.version ?? 0) + 1 };
        await insertFeeTable(tx, shopId, next, by);
        return next;
      });
      tables.delete(shopId);
      return added;
    },
  };
}
