// The yardstick of instruct-bulk: the very rows that the product has just written, staged beside,
// then written again for another shop by one INSERT ... SELECT a table in one transaction, with all
// indexes, triggers and constraints.
import pg from 'pg';

/** Tables with the columns whose values differ from shop to shop left to `shop_id` alone. */
const TABLES = {
  remittance: 'r.reference like $2',
  remittance_reference: 'r.reference like $2',
  event: `r.object_id in (select remittance_id from remittance_reference
    where shop_id = $1 and reference like $2)`,
  ledger_transfer: `r.cause_id in (select remittance_id from remittance_reference
    where shop_id = $1 and reference like $2)`,
} as const;

type Table = keyof typeof TABLES;

const ORDER: Readonly<Record<Table, string>> = {
  remittance: 'remittance_id',
  remittance_reference: 'reference',
  event: 'seq',
  ledger_transfer: 'seq',
};

/**
 * Seconds that the rows of one run (references beginning with `series`) take to be written for
 * `toShopId`. `count` is how many instructions there must be.
 */
export async function writeAgain(
  databaseUrl: string,
  run: { readonly fromShopId: string; readonly series: string; readonly count: number },
  toShopId: string,
): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    for (const table of Object.keys(TABLES) as Table[]) await stage(client, table, run, toShopId);
    await client.query('analyze');
    const startedAt = performance.now();
    await client.query('begin');
    await client.query('select from shop_head where shop_id = $1 for update', [toShopId]);
    for (const table of Object.keys(TABLES)) {
      await client.query(`insert into ${table} select * from stage_${table}`);
    }
    await client.query(
      `insert into instructed_day (shop_id, day, amount_yen, item_count)
       select $1, current_date, sum(amount_yen), count(*) from stage_remittance`,
      [toShopId],
    );
    await client.query(
      `insert into work (shop_id, kind, key, due_at, clock, payload)
       select distinct shop_id, 'remittances.dispatch', dispatch_at::text, dispatch_at, 'shop',
         'null'::jsonb from stage_remittance`,
    );
    await client.query(
      `update shop_head set event_seq = (select max(seq) from stage_event),
         transfer_seq = (select max(seq) from stage_ledger_transfer) where shop_id = $1`,
      [toShopId],
    );
    await client.query('commit');
    return (performance.now() - startedAt) / 1000;
  } finally {
    for (const table of Object.keys(TABLES)) {
      await client.query(`drop table if exists stage_${table}`).catch(() => {});
    }
    await client.end();
  }
}

async function stage(
  client: pg.Client,
  table: Table,
  run: { readonly fromShopId: string; readonly series: string; readonly count: number },
  toShopId: string,
): Promise<void> {
  await client.query(`create table stage_${table} (like ${table})`);
  const { rowCount } = await client.query(
    `insert into stage_${table} select r.* from ${table} r
     where r.shop_id = $1 and ${TABLES[table]} order by ${ORDER[table]}`,
    [run.fromShopId, `${run.series}-%`],
  );
  if (rowCount !== run.count) throw new Error(`${rowCount} rows of ${table}, not ${run.count}`);
  await client.query(`update stage_${table} set shop_id = $1`, [toShopId]);
  await client.query(`vacuum (freeze) stage_${table}`);
}
