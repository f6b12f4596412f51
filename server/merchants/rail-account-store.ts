// All SQL of rail_account. Private to this folder; the configuration is ciphertext here.
import type { Sql } from '../base/database.ts';

export interface StoredRailAccount {
  readonly railAccountId: string;
  readonly rail: string;
  readonly connector: string;
  readonly mode: 'test' | 'live';
  readonly name: string;
  readonly operatorShopId: string;
  readonly configSealed: Buffer;
}

interface RailAccountRow {
  readonly rail_account_id: string;
  readonly rail: string;
  readonly connector: string;
  readonly mode: 'test' | 'live';
  readonly name: string;
  readonly operator_shop_id: string;
  readonly config_sealed: Buffer;
}

const SELECT = `
  select rail_account_id, rail, connector, mode, name, operator_shop_id, config_sealed
  from rail_account`;

function toStored(row: RailAccountRow): StoredRailAccount {
  return {
    railAccountId: row.rail_account_id,
    rail: row.rail,
    connector: row.connector,
    mode: row.mode,
    name: row.name,
    operatorShopId: row.operator_shop_id,
    configSealed: row.config_sealed,
  };
}

export async function selectRailAccount(
  sql: Sql,
  railAccountId: string,
): Promise<StoredRailAccount | undefined> {
  const rows = await sql.query<RailAccountRow>(`${SELECT} where rail_account_id = $1`, [
    railAccountId,
  ]);
  return rows.map(toStored)[0];
}

export async function selectRailAccounts(sql: Sql, limit: number): Promise<StoredRailAccount[]> {
  const rows = await sql.query<RailAccountRow>(`${SELECT} order by rail_account_id limit $1`, [
    limit,
  ]);
  return rows.map(toStored);
}

export async function insertRailAccount(sql: Sql, account: StoredRailAccount): Promise<void> {
  await sql.run(
    `insert into rail_account (rail_account_id, rail, connector, mode, name, operator_shop_id,
       config_sealed)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      account.railAccountId,
      account.rail,
      account.connector,
      account.mode,
      account.name,
      account.operatorShopId,
      account.configSealed,
    ],
  );
}

export async function updateConfig(
  sql: Sql,
  railAccountId: string,
  configSealed: Buffer,
): Promise<number> {
  return sql.run('update rail_account set config_sealed = $2 where rail_account_id = $1', [
    railAccountId,
    configSealed,
  ]);
}
