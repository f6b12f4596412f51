// Recipient accounts under the merchant's own account ID: register, read, replace, delete, list.
// What was typed and what the bank will see are kept sealed; a deleted ID is never used again.
// Checking what was typed is bank-account.ts.
import { type Instant, tokyoDate } from '../base/clock.ts';
import type { Vault } from '../base/crypto.ts';
import type { Sql } from '../base/database.ts';
import type { Deeds, Tx } from '../base/deed.ts';
import { publicId, uuidv7 } from '../base/ids.ts';
import {
  type AccountContent,
  type AccountRow,
  eraseAccount,
  insertAccounts,
  type ListPosition,
  listAccounts,
  readAccount,
  readAccounts,
  replaceAccount,
} from './account-store.ts';
import type { BankAccount } from './bank-account.ts';
import type { BankDirectory } from './bank-directory.ts';
import { type MaskedAccount, maskAccount } from './masked.ts';
import { accountIdRetired, accountIdTaken, accountNotFound } from './refusals.ts';
import { searchKeysFor, searchKeysOf } from './search-keys.ts';

export interface RecipientDeps {
  readonly deeds: Deeds;
  readonly vault: Vault;
  readonly directory: BankDirectory;
}

/**
 * The form of an account ID: what a path can hold unescaped, but not the path's own `.` and `..`.
 */
export const ACCOUNT_ID_PATTERN = '^(?!\\.{1,2}$)[A-Za-z0-9._~-]{1,60}$';

/** An account as lists show it. */
export interface AccountSummary {
  readonly accountId: string;
  readonly version: number;
  readonly masked: MaskedAccount;
  readonly memo: string;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

export interface RecipientAccount extends AccountSummary {
  readonly account: BankAccount;
}

export interface AccountInput {
  readonly account: BankAccount;
  readonly memo: string;
}

export const accountPurpose = (shopId: string, accountId: string) =>
  `recipient_account:${shopId}:${accountId}`;

export const memoPurpose = (shopId: string, accountId: string) =>
  `recipient_account_memo:${shopId}:${accountId}`;

/** The date by which banks count as closed or open for this shop. */
export async function shopToday(deps: RecipientDeps, shopId: string): Promise<string> {
  return tokyoDate(await deps.deeds.now(shopId)).toString();
}

/**
 * Registers under `accountId`, or under one made by us (`acc_…`) where it is undefined. The same
 * content again gives what is there (`isNew` false). Refuses `account_id_taken` and
 * `account_id_retired`.
 */
export function registerAccount(
  deps: RecipientDeps,
  shopId: string,
  accountId: string | undefined,
  input: AccountInput,
): Promise<{ readonly isNew: boolean; readonly account: RecipientAccount }> {
  return deps.deeds.run(shopId, async (tx) => {
    const id = accountId ?? publicId('acc', uuidv7(tx.now.epochMilliseconds));
    const content = sealContent(deps, shopId, id, input);
    const [inserted] = await insertAccounts(tx, shopId, [content], tx.now);
    if (inserted !== undefined) return { isNew: true, account: open(deps, shopId, inserted) };
    const existing = await readAccount(tx, shopId, id);
    if (existing?.sealed === null) throw accountIdRetired(id);
    const account = existing && open(deps, shopId, existing);
    if (account === undefined || !isSame(account, input)) throw accountIdTaken(id);
    return { isNew: false, account };
  });
}

/**
 * Replaces content and memo by a new version; remittances under way keep the account they were
 * given.
 */
export function updateAccount(
  deps: RecipientDeps,
  shopId: string,
  accountId: string,
  input: AccountInput,
): Promise<RecipientAccount> {
  return deps.deeds.run(shopId, async (tx) => {
    const existing = await readAccount(tx, shopId, accountId);
    if (existing === undefined) throw accountNotFound(accountId);
    if (existing.sealed === null) throw accountIdRetired(accountId);
    const current = open(deps, shopId, existing);
    const isUnchanged =
      isSame(current, input) && current.account.holderNameTyped === input.account.holderNameTyped;
    if (isUnchanged) return current;
    const content = sealContent(deps, shopId, accountId, input);
    const replaced = await replaceAccount(tx, shopId, content, tx.now);
    if (replaced === undefined) throw new Error('a locked recipient account went away');
    return open(deps, shopId, replaced);
  });
}

/**
 * Erases the content; the ID stays taken. Deleting twice is no fault; refuses an ID that never was.
 */
export function deleteAccount(
  deps: RecipientDeps,
  shopId: string,
  accountId: string,
): Promise<void> {
  return deps.deeds.run(shopId, async (tx) => {
    if (await eraseAccount(tx, shopId, accountId, tx.now)) return;
    const existing = await readAccount(tx, shopId, accountId);
    if (existing === undefined) throw accountNotFound(accountId);
  });
}

/** Refuses `account_not_found`, for a deleted one too. */
export async function findAccount(
  deps: RecipientDeps,
  shopId: string,
  accountId: string,
): Promise<RecipientAccount> {
  const row = await readAccount(deps.deeds.db, shopId, accountId);
  if (row === undefined || row.sealed === null) throw accountNotFound(accountId);
  return open(deps, shopId, row);
}

/**
 * Newest first, at most `limit`. `query`: an account ID, digits of the account, or a name; see
 * search-keys.ts.
 */
export async function findAccounts(
  deps: RecipientDeps,
  shopId: string,
  page: {
    readonly after: ListPosition | null;
    readonly query: string | null;
    readonly limit: number;
  },
): Promise<AccountSummary[]> {
  const { after, query, limit } = page;
  const searchKeys = query === null ? [] : searchKeysFor(deps.vault, shopId, query);
  const found = query === null ? null : { accountId: query, searchKeys };
  const rows = await listAccounts(deps.deeds.db, shopId, { after, found, limit });
  return rows.map((row) => summary(deps.vault, shopId, row));
}

/** An account as a remittance takes it: a copy, which later versions do not touch. */
export interface KeptAccount {
  readonly account: BankAccount;
  readonly version: number;
  /** Whether `other` is the same account in the bank's eyes. */
  sameAs(other: BankAccount): boolean;
}

/**
 * The live accounts among `accountIds`, in one statement. Nothing is cached: a row and its opening
 * cost less than asking whether a cached copy is still of the present version.
 */
export async function accountsByIds(
  deps: Pick<RecipientDeps, 'vault'>,
  sql: Sql,
  shopId: string,
  accountIds: readonly string[],
): Promise<Map<string, KeptAccount>> {
  const found = new Map<string, KeptAccount>();
  for (const row of await readAccounts(sql, shopId, accountIds)) {
    if (row.sealed === null) continue;
    const account = openAccount(deps.vault, shopId, row.account_id, row.sealed);
    const sameAs = (other: BankAccount) => isSameAccount(account, other);
    found.set(row.account_id, { account, version: row.version, sameAs });
  }
  return found;
}

/** One wish to keep an account under an ID, as `save_as` of a remittance has it. */
export interface WishToSave {
  readonly accountId: string;
  readonly account: BankAccount;
}

/** IDs among `wishes` that cannot be had: they hold another account, or are of a deleted one. */
export async function takenIds(
  deps: Pick<RecipientDeps, 'vault'>,
  sql: Sql,
  shopId: string,
  wishes: readonly WishToSave[],
): Promise<Set<string>> {
  const ids = wishes.map((wish) => wish.accountId);
  const rows = await readAccounts(sql, shopId, ids);
  const sealed = new Map(rows.map((row) => [row.account_id, row.sealed]));
  const taken = new Set<string>();
  for (const { accountId, account } of wishes) {
    const kept = sealed.get(accountId);
    if (kept === undefined) continue;
    const isFree =
      kept !== null && isSameAccount(openAccount(deps.vault, shopId, accountId, kept), account);
    if (!isFree) taken.add(accountId);
  }
  return taken;
}

/**
 * Keeps accounts within another deed. IDs that are taken are passed over: ask `takenIds` in the
 * same deed.
 */
export async function saveAccounts(
  deps: Pick<RecipientDeps, 'vault'>,
  tx: Tx,
  wishes: readonly WishToSave[],
): Promise<void> {
  if (wishes.length === 0) return;
  const contents = wishes.map(({ accountId, account }) =>
    sealContent(deps, tx.shopId, accountId, { account, memo: '' }),
  );
  await insertAccounts(tx, tx.shopId, contents, tx.now);
}

/**
 * Replaces what an ID holds, within another deed, where that is the account `former`; answers
 * whether it was.
 */
export async function replaceSame(
  deps: Pick<RecipientDeps, 'vault'>,
  tx: Tx,
  former: BankAccount,
  wish: WishToSave,
): Promise<boolean> {
  const { accountId, account } = wish;
  const row = await readAccount(tx, tx.shopId, accountId);
  if (row === undefined || row.sealed === null) return false;
  const kept = openAccount(deps.vault, tx.shopId, accountId, row.sealed);
  if (!isSameAccount(kept, former)) return false;
  const { memo } = summary(deps.vault, tx.shopId, row);
  const content = sealContent(deps, tx.shopId, accountId, { account, memo });
  return (await replaceAccount(tx, tx.shopId, content, tx.now)) !== undefined;
}

function sealContent(
  deps: Pick<RecipientDeps, 'vault'>,
  shopId: string,
  accountId: string,
  input: AccountInput,
): AccountContent {
  const { account, memo } = input;
  const { vault } = deps;
  return {
    accountId,
    sealed: vault.seal(JSON.stringify(account), accountPurpose(shopId, accountId)),
    masked: maskAccount(account),
    searchKeys: searchKeysOf(vault, shopId, account),
    memoSealed: memo === '' ? null : vault.seal(memo, memoPurpose(shopId, accountId)),
  };
}

function summary(vault: Vault, shopId: string, row: AccountRow): AccountSummary {
  const { account_id: accountId, memo_sealed: memo } = row;
  return {
    accountId,
    version: row.version,
    masked: row.masked,
    memo: memo === null ? '' : vault.open(memo, memoPurpose(shopId, accountId)),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function open(deps: RecipientDeps, shopId: string, row: AccountRow): RecipientAccount {
  if (row.sealed === null) throw new Error('a deleted account has no content');
  const account = openAccount(deps.vault, shopId, row.account_id, row.sealed);
  return { ...summary(deps.vault, shopId, row), account };
}

function openAccount(vault: Vault, shopId: string, accountId: string, sealed: Buffer): BankAccount {
  return JSON.parse(vault.open(sealed, accountPurpose(shopId, accountId))) as BankAccount;
}

function isSame(existing: RecipientAccount, input: AccountInput): boolean {
  return existing.memo === input.memo && isSameAccount(existing.account, input.account);
}

/** The same money goes to the same place under the same name, however it was typed. */
function isSameAccount(left: BankAccount, right: BankAccount): boolean {
  return (
    left.bankCode === right.bankCode &&
    left.branchCode === right.branchCode &&
    left.accountType === right.accountType &&
    left.accountNumber === right.accountNumber &&
    left.holderName === right.holderName
  );
}
