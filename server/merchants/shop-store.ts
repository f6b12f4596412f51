// All SQL of merchant, shop and stop_switch. Private to this folder.
import type { Instant } from '../base/clock.ts';
import type { Sql } from '../base/database.ts';
import { yen } from '../base/money.ts';
import type { ReminderLadder } from './reminder-ladder.ts';
import type { Shop, StopSwitch } from './shop.ts';

export interface ShopSettings {
  readonly name: string;
  readonly status: Shop['status'];
  readonly maxRemittanceYen: number;
  readonly maxDayYen: number;
  readonly lowBalanceYen: number | null;
  readonly queuesWithoutFunds: boolean;
  readonly contact: string;
  readonly reminders: ReminderLadder | null;
}

interface ShopRow {
  readonly shop_id: string;
  readonly number: number;
  readonly merchant_id: string;
  readonly name: string;
  readonly mode: Shop['mode'];
  readonly kind: Shop['kind'];
  readonly status: Shop['status'];
  readonly bank_rail_account_id: string | null;
  readonly max_remittance_yen: number;
  readonly max_day_yen: number;
  readonly low_balance_yen: number | null;
  readonly queues_without_funds: boolean;
  readonly contact: string;
  readonly reminders: ReminderLadder | null;
  readonly return_secret_version: number;
  readonly former_return_secret_ends_at: Instant | null;
}

const COLUMNS = `shop_id, number, merchant_id, name, mode, kind, status, bank_rail_account_id,
  max_remittance_yen, max_day_yen, low_balance_yen, queues_without_funds, contact,
  reminders, return_secret_version, former_return_secret_ends_at`;
const SELECT_SHOP = `select ${COLUMNS} from shop`;

function toShop(row: ShopRow): Shop {
  return {
    shopId: row.shop_id,
    number: row.number,
    merchantId: row.merchant_id,
    name: row.name,
    mode: row.mode,
    kind: row.kind,
    status: row.status,
    bankRailAccountId: row.bank_rail_account_id,
    maxRemittanceYen: yen(row.max_remittance_yen),
    maxDayYen: yen(row.max_day_yen),
    lowBalanceYen: row.low_balance_yen === null ? null : yen(row.low_balance_yen),
    queuesWithoutFunds: row.queues_without_funds,
    contact: row.contact,
    reminders: row.reminders,
    returnSecretVersion: row.return_secret_version,
    formerReturnSecretEndsAt: row.former_return_secret_ends_at,
  };
}

export async function selectShop(sql: Sql, shopId: string): Promise<Shop | undefined> {
  const rows = await sql.query<ShopRow>(`${SELECT_SHOP} where shop_id = $1`, [shopId]);
  return rows.map(toShop)[0];
}

export async function selectShopByNumber(sql: Sql, number: number): Promise<Shop | undefined> {
  const rows = await sql.query<ShopRow>(`${SELECT_SHOP} where number = $1`, [number]);
  return rows.map(toShop)[0];
}

export async function selectShopForUpdate(sql: Sql, shopId: string): Promise<Shop | undefined> {
  const rows = await sql.query<ShopRow>(`${SELECT_SHOP} where shop_id = $1 for update`, [shopId]);
  return rows.map(toShop)[0];
}

/** Shops in the order of their numbers, after `afterNumber` (-1 = from the first). */
export async function selectShops(sql: Sql, afterNumber: number, limit: number): Promise<Shop[]> {
  const rows = await sql.query<ShopRow>(
    `${SELECT_SHOP} where number > $1 order by number limit $2`,
    [afterNumber, limit],
  );
  return rows.map(toShop);
}

/** Of one merchant, without tenants of the operator's own. */
export async function selectShopsOf(sql: Sql, merchantId: string, limit: number): Promise<Shop[]> {
  const rows = await sql.query<ShopRow>(
    `${SELECT_SHOP} where merchant_id = $1 and kind = 'shop' order by number limit $2`,
    [merchantId, limit],
  );
  return rows.map(toShop);
}

export async function insertMerchant(
  sql: Sql,
  merchant: { readonly merchantId: string; readonly name: string; readonly nameKana: string },
): Promise<void> {
  await sql.run('insert into merchant (merchant_id, name, name_kana) values ($1, $2, $3)', [
    merchant.merchantId,
    merchant.name,
    merchant.nameKana,
  ]);
}

/** Newest first, with the number of their shops. */
export async function selectMerchants(
  sql: Sql,
  limit: number,
): Promise<{ merchantId: string; name: string; createdAt: Instant; shopCount: number }[]> {
  return sql.query(
    `select m.merchant_id as "merchantId", m.name, m.created_at as "createdAt",
       (select count(*) from shop s where s.merchant_id = m.merchant_id) as "shopCount"
     from merchant m order by m.merchant_id desc limit $1`,
    [limit],
  );
}

export async function nextShopNumber(sql: Sql, first: number): Promise<number> {
  const rows = await sql.query<{ next: number }>(
    'select greatest(coalesce(max(number), 0) + 1, $1::int) as next from shop',
    [first],
  );
  return rows[0]!.next;
}

export async function insertShop(sql: Sql, shop: Shop): Promise<void> {
  await sql.run(
    `insert into shop (shop_id, number, merchant_id, name, mode, kind, max_remittance_yen,
       max_day_yen, low_balance_yen, queues_without_funds, contact, reminders)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      shop.shopId,
      shop.number,
      shop.merchantId,
      shop.name,
      shop.mode,
      shop.kind,
      shop.maxRemittanceYen,
      shop.maxDayYen,
      shop.lowBalanceYen,
      shop.queuesWithoutFunds,
      shop.contact,
      shop.reminders && JSON.stringify(shop.reminders),
    ],
  );
}

export async function updateShop(sql: Sql, shopId: string, settings: ShopSettings): Promise<void> {
  await sql.run(
    `update shop set name = $2, status = $3, max_remittance_yen = $4, max_day_yen = $5,
       low_balance_yen = $6, queues_without_funds = $7, contact = $8, reminders = $9
     where shop_id = $1`,
    [
      shopId,
      settings.name,
      settings.status,
      settings.maxRemittanceYen,
      settings.maxDayYen,
      settings.lowBalanceYen,
      settings.queuesWithoutFunds,
      settings.contact,
      settings.reminders && JSON.stringify(settings.reminders),
    ],
  );
}

/** The next version; the one in use is the former one from now on, alive until `formerEndsAt`. */
export async function nextReturnSecret(
  sql: Sql,
  shopId: string,
  formerEndsAt: Instant,
): Promise<Shop | undefined> {
  const rows = await sql.query<ShopRow>(
    `update shop set return_secret_version = return_secret_version + 1,
       former_return_secret_ends_at = $2
     where shop_id = $1 returning ${COLUMNS}`,
    [shopId, formerEndsAt],
  );
  return rows.map(toShop)[0];
}

export async function updateBankRailAccount(
  sql: Sql,
  shopId: string,
  railAccountId: string,
): Promise<void> {
  await sql.run('update shop set bank_rail_account_id = $2 where shop_id = $1', [
    shopId,
    railAccountId,
  ]);
}

export async function selectStops(sql: Sql): Promise<StopSwitch[]> {
  const rows = await sql.query<Omit<StopSwitch, 'since'> & { readonly since: Instant }>(
    'select scope, target, reason, since from stop_switch order by since limit 1000',
  );
  return rows.map((row) => ({ ...row, since: row.since.toString() }));
}

/** Setting a switch that is on keeps its first time and reason. */
export async function insertStop(
  sql: Sql,
  stop: Omit<StopSwitch, 'since'>,
  by: string,
  since: Instant,
): Promise<boolean> {
  const changed = await sql.run(
    `insert into stop_switch (scope, target, reason, by_whom, since) values ($1, $2, $3, $4, $5)
     on conflict (scope, target) do nothing`,
    [stop.scope, stop.target, stop.reason, by, since],
  );
  return changed > 0;
}

export async function deleteStop(
  sql: Sql,
  scope: StopSwitch['scope'],
  target: string,
): Promise<boolean> {
  const changed = await sql.run('delete from stop_switch where scope = $1 and target = $2', [
    scope,
    target,
  ]);
  return changed > 0;
}
