// All SQL of fee_table and consumption_tax.
import type { PlainDate } from '../base/clock.ts';
import type { Sql } from '../base/database.ts';
import type { FeeRule, FeeTable, TaxRate } from './fee.ts';

export async function feeTablesOf(sql: Sql, shopId: string): Promise<FeeTable[]> {
  const rows = await sql.query<{ version: number; effective_from: PlainDate; rules: FeeRule[] }>(
    `select version, effective_from, rules from fee_table where shop_id = $1
     order by version desc limit 100`,
    [shopId],
  );
  return rows.map((row) => ({
    version: row.version,
    effectiveFrom: row.effective_from,
    rules: row.rules,
  }));
}

export async function insertFeeTable(
  sql: Sql,
  shopId: string,
  table: FeeTable,
  by: string,
): Promise<void> {
  await sql.run(
    `insert into fee_table (shop_id, version, effective_from, rules, created_by)
     values ($1, $2, $3, $4::jsonb, $5)`,
    [shopId, table.version, table.effectiveFrom, JSON.stringify(table.rules), by],
  );
}

export async function taxRates(sql: Sql): Promise<TaxRate[]> {
  const rows = await sql.query<{ effective_from: PlainDate; rate_percent: number }>(
    'select effective_from, rate_percent from consumption_tax order by effective_from',
  );
  return rows.map((row) => ({
    effectiveFrom: row.effective_from,
    ratePercent: row.rate_percent,
  }));
}
