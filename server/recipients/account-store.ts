// SQL of the table recipient_account; private to this folder. Rules and encryption are elsewhere.
import type { Instant } from '../base/clock.ts';
import type { Sql } from '../base/database.ts';
import type { MaskedAccount } from './masked.ts';

export interface AccountRow {
  readonly account_id: string;
  readonly version: number;
  /** null once deleted. */
  readonly sealed: Buffer | null;
  readonly masked: MaskedAccount;
  readonly memo_sealed: Buffer | null;
  readonly created_at: Instant;
  readonly updated_at: Instant;
  readonly deleted_at: Instant | null;
}

export interface AccountContent {
  readonly accountId: string;
  readonly sealed: Buffer;
  readonly masked: MaskedAccount;
  readonly searchKeys: readonly string[];
  readonly memoSealed: Buffer | null;
}

const COLUMNS =
  'account_id, version, sealed, masked, memo_sealed, created_at, updated_at, deleted_at';

/** The row, deleted ones included. */
export async function readAccount(
  sql: Sql,
  shopId: string,
  accountId: string,
): Promise<AccountRow | undefined> {
  const rows = await sql.query<AccountRow>(
    `select ${COLUMNS} from recipient_account where shop_id = $1 and account_id = $2`,
    [shopId, accountId],
  );
  return rows[0];
}

/** The rows among `accountIds`, deleted ones included. */
export function readAccounts(
  sql: Sql,
  shopId: string,
  accountIds: readonly string[],
): Promise<Pick<AccountRow, 'account_id' | 'version' | 'sealed'>[]> {
  return sql.query(
    `select account_id, version, sealed from recipient_account
     where shop_id = $1 and account_id = any($2::text[])`,
    [shopId, accountIds],
  );
}

/** Rows really inserted; an id that is taken, be it by a deleted account, is passed over. */
export function insertAccounts(
  sql: Sql,
  shopId: string,
  contents: readonly AccountContent[],
  now: Instant,
): Promise<AccountRow[]> {
  return sql.query(
    `insert into recipient_account
       (shop_id, account_id, sealed, masked, search_keys, memo_sealed, created_at, updated_at)
     select $1, account_id, sealed, masked::jsonb, search_keys::bigint[], memo_sealed, $7, $7
     from unnest($2::text[], $3::bytea[], $4::text[], $5::text[], $6::bytea[])
       as n(account_id, sealed, masked, search_keys, memo_sealed)
     on conflict (shop_id, account_id) do nothing returning ${COLUMNS}`,
    [
      shopId,
      contents.map((content) => content.accountId),
      contents.map((content) => content.sealed),
      contents.map((content) => JSON.stringify(content.masked)),
      contents.map((content) => `{${content.searchKeys.join(',')}}`),
      contents.map((content) => content.memoSealed),
      now,
    ],
  );
}

/** A new version in place of the old. Undefined where there is no live account of that id. */
export async function replaceAccount(
  sql: Sql,
  shopId: string,
  content: AccountContent,
  now: Instant,
): Promise<AccountRow | undefined> {
  const rows = await sql.query<AccountRow>(
    `update recipient_account set version = version + 1, sealed = $3, masked = $4,
       search_keys = $5::bigint[], memo_sealed = $6, updated_at = $7
     where shop_id = $1 and account_id = $2 and deleted_at is null returning ${COLUMNS}`,
    [
      shopId,
      content.accountId,
      content.sealed,
      content.masked,
      content.searchKeys,
      content.memoSealed,
      now,
    ],
  );
  return rows[0];
}

/** Everything about the recipient goes; the id stays, so that it is never used again. */
export async function eraseAccount(
  sql: Sql,
  shopId: string,
  accountId: string,
  now: Instant,
): Promise<boolean> {
  const count = await sql.run(
    `update recipient_account set version = version + 1, sealed = null, masked = '{}',
       search_keys = '{}', memo_sealed = null, updated_at = $3, deleted_at = $3
     where shop_id = $1 and account_id = $2 and deleted_at is null`,
    [shopId, accountId, now],
  );
  return count > 0;
}

export interface ListPosition {
  readonly createdAt: Instant;
  readonly accountId: string;
}

/** Live accounts, newest first. `found`: only those with this id or one of these search keys. */
export function listAccounts(
  sql: Sql,
  shopId: string,
  page: {
    readonly after: ListPosition | null;
    readonly found: { readonly accountId: string; readonly searchKeys: readonly string[] } | null;
    readonly limit: number;
  },
): Promise<AccountRow[]> {
  const values: unknown[] = [shopId, page.limit];
  let where = 'shop_id = $1 and deleted_at is null';
  if (page.after !== null) {
    const at = values.push(page.after.createdAt, page.after.accountId);
    where += ` and created_at <= $${at - 1}
      and (created_at < $${at - 1} or account_id > $${at})`;
  }
  if (page.found !== null) {
    const at = values.push(page.found.accountId, page.found.searchKeys);
    where += ` and (account_id = $${at - 1} or search_keys && $${at}::bigint[])`;
  }
  return sql.query(
    `select ${COLUMNS} from recipient_account where ${where}
     order by created_at desc, account_id limit $2`,
    values,
  );
}

export interface SealedRow {
  readonly account_id: string;
  readonly sealed: Buffer;
  readonly memo_sealed: Buffer | null;
}

/** Ciphertexts in the order of the ids, for changing their key. */
export function readSealed(
  sql: Sql,
  shopId: string,
  afterId: string,
  limit: number,
): Promise<SealedRow[]> {
  return sql.query(
    `select account_id, sealed, memo_sealed from recipient_account
     where shop_id = $1 and account_id > $2 and deleted_at is null
     order by account_id limit $3`,
    [shopId, afterId, limit],
  );
}

/**
 * Swaps ciphertexts whose plaintext stayed the same; a row that changed meanwhile keeps what it
 * has.
 */
export function swapSealed(
  sql: Sql,
  shopId: string,
  swaps: readonly { readonly old: SealedRow; readonly fresh: SealedRow }[],
): Promise<number> {
  return sql.run(
    `update recipient_account r set sealed = n.sealed, memo_sealed = n.memo_sealed
     from unnest($2::text[], $3::bytea[], $4::bytea[], $5::bytea[])
       as n(account_id, old, sealed, memo_sealed)
     where r.shop_id = $1 and r.account_id = n.account_id and r.sealed = n.old`,
    [
      shopId,
      swaps.map(({ old }) => old.account_id),
      swaps.map(({ old }) => old.sealed),
      swaps.map(({ fresh }) => fresh.sealed),
      swaps.map(({ fresh }) => fresh.memo_sealed),
    ],
  );
}
