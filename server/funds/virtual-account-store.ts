// SQL of virtual_account, a reference table: numbers at banks -> the shop they were given to.
// Private to this folder.
import type { Instant } from '../base/clock.ts';
import type { Sql } from '../base/database.ts';
import type { AccountNumber } from './deposit.ts';

export interface VirtualAccount extends AccountNumber {
  /** The operator's tenant of its rail account: numbers are unique within it. */
  readonly operatorShopId: string;
  readonly shopId: string;
  readonly railAccountId: string;
  /** As the bank shows it to payers, half-width. */
  readonly holderName: string;
  readonly status: 'open' | 'closed';
  readonly createdAt: Instant;
}

interface VirtualAccountRow {
  readonly operator_shop_id: string;
  readonly bank_code: string;
  readonly branch_code: string;
  readonly account_number: string;
  readonly shop_id: string;
  readonly rail_account_id: string;
  readonly holder_name: string;
  readonly status: VirtualAccount['status'];
  readonly created_at: Instant;
}

const SELECT = `
  select operator_shop_id, bank_code, branch_code, account_number, shop_id, rail_account_id,
    holder_name, status, created_at
  from virtual_account`;

function toAccount(row: VirtualAccountRow): VirtualAccount {
  return {
    operatorShopId: row.operator_shop_id,
    bankCode: row.bank_code,
    branchCode: row.branch_code,
    accountNumber: row.account_number,
    shopId: row.shop_id,
    railAccountId: row.rail_account_id,
    holderName: row.holder_name,
    status: row.status,
    createdAt: row.created_at,
  };
}

export function numberKey(account: AccountNumber): string {
  return `${account.bankCode}-${account.branchCode}-${account.accountNumber}`;
}

/** The virtual accounts among some numbers, closed ones included, by `numberKey`. */
export async function selectByNumbers(
  sql: Sql,
  operatorShopId: string,
  numbers: readonly AccountNumber[],
): Promise<Map<string, VirtualAccount>> {
  const distinct = [...new Map(numbers.map((each) => [numberKey(each), each])).values()];
  const rows = await sql.query<VirtualAccountRow>(
    `${SELECT} where operator_shop_id = $1 and (bank_code, branch_code, account_number) in (
       select * from unnest($2::text[], $3::text[], $4::text[]))`,
    [
      operatorShopId,
      distinct.map(({ bankCode }) => bankCode),
      distinct.map(({ branchCode }) => branchCode),
      distinct.map(({ accountNumber }) => accountNumber),
    ],
  );
  return new Map(rows.map((row) => [numberKey(toAccount(row)), toAccount(row)]));
}

export async function selectOfShop(
  sql: Sql,
  shopId: string,
  limit: number,
): Promise<VirtualAccount[]> {
  const rows = await sql.query<VirtualAccountRow>(
    `${SELECT} where shop_id = $1 order by created_at, bank_code, branch_code, account_number
     limit $2`,
    [shopId, limit],
  );
  return rows.map(toAccount);
}

/** Answers how many were inserted: 0 where the number is taken. */
export function insertVirtualAccount(
  sql: Sql,
  account: Omit<VirtualAccount, 'status'>,
): Promise<number> {
  return sql.run(
    `insert into virtual_account (operator_shop_id, bank_code, branch_code, account_number,
       shop_id, rail_account_id, holder_name, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (operator_shop_id, bank_code, branch_code, account_number) do nothing`,
    [
      account.operatorShopId,
      account.bankCode,
      account.branchCode,
      account.accountNumber,
      account.shopId,
      account.railAccountId,
      account.holderName,
      account.createdAt,
    ],
  );
}

export function updateStatus(
  sql: Sql,
  operatorShopId: string,
  number: AccountNumber,
  change: { readonly status: VirtualAccount['status']; readonly closedAt: Instant | null },
): Promise<number> {
  return sql.run(
    `update virtual_account set status = $5, closed_at = $6
     where operator_shop_id = $1 and bank_code = $2 and branch_code = $3 and account_number = $4`,
    [
      operatorShopId,
      number.bankCode,
      number.branchCode,
      number.accountNumber,
      change.status,
      change.closedAt,
    ],
  );
}
