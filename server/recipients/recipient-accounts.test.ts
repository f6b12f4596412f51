// Accounts under an ID, on a real database: versions, deletion, search, tenants, what lies at
// rest, change of keys. HTTP is tested in api/v1/accounts.test.ts.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../tests/database.ts';
import { createVault, type KeyringInput, newKeyring } from '../base/crypto.ts';
import { type Database, openDatabase } from '../base/database.ts';
import { createDeeds, openHead } from '../base/deed.ts';
import { uuidv7 } from '../base/ids.ts';
import { Refusal } from '../base/refusal.ts';
import { type BankAccount, checkBankAccount } from './bank-account.ts';
import { loadBankDirectory } from './bank-directory.ts';
import {
  accountsByIds,
  deleteAccount,
  findAccount,
  findAccounts,
  type RecipientDeps,
  registerAccount,
  saveAccounts,
  takenIds,
  updateAccount,
} from './recipient-accounts.ts';
import { resealAccounts } from './reseal.ts';

const directory = loadBankDirectory();
const keyring = newKeyring();
let database: TestDatabase;
let db: Database;
let deps: RecipientDeps;
let shop: string;
let otherShop: string;

beforeAll(async () => {
  database = await testDatabase();
  db = openDatabase({ url: database.url });
  deps = depsWith(keyring);
});

beforeEach(async () => {
  shop = uuidv7();
  otherShop = uuidv7();
  await openHead(db, shop);
  await openHead(db, otherShop);
});

afterAll(async () => {
  await db.close();
  await database.drop();
});

let nowMs = Date.parse('2026-11-24T00:00:00Z');

/** Each deed a second after the last, so that newest first is what it says. */
function depsWith(keys: KeyringInput): RecipientDeps {
  const wall = () => {
    nowMs += 1000;
    return Temporal.Instant.fromEpochMilliseconds(nowMs);
  };
  return { deeds: createDeeds(db, wall), vault: createVault(keys), directory };
}

function account(name = 'ヤマダ タロウ', number = '1234567'): BankAccount {
  const given = {
    bank_code: '0001',
    branch_code: '001',
    account_type: 'ordinary',
    account_number: number,
    account_holder: name,
  };
  return checkBankAccount(given, { directory, today: '2026-11-24' }).account!;
}

const input = (name?: string, number?: string, memo = '') => ({
  account: account(name, number),
  memo,
});

async function codeOf(deed: Promise<unknown>): Promise<string> {
  const error = await deed.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof Refusal ? `${error.status} ${error.code}` : `${error}`;
}

describe('registering', () => {
  test('keeps what was typed and what the bank sees, and gives both back', async () => {
    const { isNew, account: kept } = await registerAccount(
      deps,
      shop,
      'customer-1',
      input('やまだ　たろう', '1234567', 'お得意様'),
    );
    expect(isNew).toBe(true);
    expect(kept).toMatchObject({ accountId: 'customer-1', version: 1, memo: 'お得意様' });
    expect(kept.account.holderName).toBe('ﾔﾏﾀﾞ ﾀﾛｳ');
    expect(kept.account.holderNameTyped).toBe('やまだ　たろう');
    expect(await findAccount(deps, shop, 'customer-1')).toEqual(kept);
  });

  test('makes an ID where none is given', async () => {
    const { account: kept } = await registerAccount(deps, shop, undefined, input());
    expect(kept.accountId).toMatch(/^acc_[0-9a-z]{26}$/);
  });

  test('the same content again is the same account; other content is refused', async () => {
    await registerAccount(deps, shop, 'a', input());
    const again = await registerAccount(deps, shop, 'a', input('ﾔﾏﾀﾞ ﾀﾛｳ'));
    expect(again.isNew).toBe(false);
    const other = registerAccount(deps, shop, 'a', input('スズキ'));
    expect(await codeOf(other)).toBe('409 account_id_taken');
    const memo = registerAccount(deps, shop, 'a', input(undefined, undefined, 'メモ'));
    expect(await codeOf(memo)).toBe('409 account_id_taken');
  });

  test('at once, twice: one is new', async () => {
    const both = await Promise.all([1, 2].map(() => registerAccount(deps, shop, 'a', input())));
    expect(both.map(({ isNew }) => isNew).sort()).toEqual([false, true]);
  });

  test('the same ID of two shops is two accounts', async () => {
    await registerAccount(deps, shop, 'a', input());
    const { isNew } = await registerAccount(deps, otherShop, 'a', input('スズキ'));
    expect(isNew).toBe(true);
    expect((await findAccount(deps, shop, 'a')).account.holderName).toBe('ﾔﾏﾀﾞ ﾀﾛｳ');
  });
});

describe('replacing and deleting', () => {
  test('a change is a new version, found under its new name only', async () => {
    await registerAccount(deps, shop, 'a', input());
    const changed = await updateAccount(deps, shop, 'a', input('スズキ ハナコ', '7654321'));
    expect(changed.version).toBe(2);
    const find = (query: string) => findAccounts(deps, shop, { after: null, query, limit: 10 });
    expect(await find('ヤマダ')).toEqual([]);
    expect((await find('スズキ')).map(({ accountId }) => accountId)).toEqual(['a']);
    expect((await updateAccount(deps, shop, 'a', input('スズキ ハナコ', '7654321'))).version).toBe(
      2,
    );
  });

  test('the spelling that was typed is content too', async () => {
    await registerAccount(deps, shop, 'a', input('ヤマダ タロウ'));
    const changed = await updateAccount(deps, shop, 'a', input('やまだ たろう'));
    expect(changed).toMatchObject({ version: 2, account: { holderNameTyped: 'やまだ たろう' } });
  });

  test('what never was cannot be replaced, deleted or read', async () => {
    expect(await codeOf(updateAccount(deps, shop, 'x', input()))).toBe('404 account_not_found');
    expect(await codeOf(deleteAccount(deps, shop, 'x'))).toBe('404 account_not_found');
    expect(await codeOf(findAccount(deps, shop, 'x'))).toBe('404 account_not_found');
  });

  test('a deleted ID is erased and never used again', async () => {
    await registerAccount(deps, shop, 'a', input(undefined, undefined, 'メモ'));
    await deleteAccount(deps, shop, 'a');
    await deleteAccount(deps, shop, 'a');
    expect(await codeOf(findAccount(deps, shop, 'a'))).toBe('404 account_not_found');
    expect(await codeOf(registerAccount(deps, shop, 'a', input()))).toBe('409 account_id_retired');
    expect(await codeOf(updateAccount(deps, shop, 'a', input()))).toBe('409 account_id_retired');
    const [row] = await db.query<Record<string, unknown>>(
      `select sealed, memo_sealed, masked, cardinality(search_keys) as keys
       from recipient_account where shop_id = $1 and account_id = 'a'`,
      [shop],
    );
    expect(row).toEqual({ sealed: null, memo_sealed: null, masked: {}, keys: 0 });
  });
});

describe('listing', () => {
  test('newest first, page by page, deleted ones left out', async () => {
    for (const id of ['a', 'b', 'c', 'd']) await registerAccount(deps, shop, id, input());
    await registerAccount(deps, otherShop, 'z', input());
    await deleteAccount(deps, shop, 'c');
    const first = await findAccounts(deps, shop, { after: null, query: null, limit: 2 });
    expect(first.map(({ accountId }) => accountId)).toEqual(['d', 'b']);
    const { createdAt, accountId } = first[1]!;
    const after = { createdAt, accountId };
    const second = await findAccounts(deps, shop, { after, query: null, limit: 2 });
    expect(second.map((row) => row.accountId)).toEqual(['a']);
  });

  test('accounts of one instant are told apart by their ID', async () => {
    await db.transaction(async (transaction) => {
      const tx = {
        ...transaction,
        shopId: shop,
        now: Temporal.Instant.from('2026-11-24T00:00:00Z'),
      };
      const wishes = ['q', 'p', 'r'].map((accountId) => ({ accountId, account: account() }));
      await saveAccounts(deps, tx as never, wishes);
    });
    const seen: string[] = [];
    let after = null;
    for (let count = 0; count < 3; count++) {
      const [row] = await findAccounts(deps, shop, { after, query: null, limit: 1 });
      seen.push(row!.accountId);
      after = { createdAt: row!.createdAt, accountId: row!.accountId };
    }
    expect(seen).toEqual(['p', 'q', 'r']);
  });

  test.each(['a', '4567', '0001-001-1234567', 'やまだ', 'ヤマダタロウ'])(
    'finds by %j, in its own shop only',
    async (query) => {
      await registerAccount(deps, shop, 'a', input());
      await registerAccount(deps, shop, 'b', input('スズキ', '1111111'));
      const find = (of: string) => findAccounts(deps, of, { after: null, query, limit: 10 });
      expect((await find(shop)).map(({ accountId }) => accountId)).toEqual(['a']);
      expect(await find(otherShop)).toEqual([]);
    },
  );
});

describe('for remittances', () => {
  test('accounts of many IDs in one go, live ones of the shop only', async () => {
    await registerAccount(deps, shop, 'a', input());
    await registerAccount(deps, shop, 'gone', input());
    await deleteAccount(deps, shop, 'gone');
    await registerAccount(deps, otherShop, 'z', input());
    const found = await accountsByIds(deps, db, shop, ['a', 'gone', 'z', 'never', 'a']);
    expect([...found.keys()]).toEqual(['a']);
    const kept = found.get('a')!;
    expect(kept.account).toEqual(account());
    expect(kept.version).toBe(1);
    expect(kept.sameAs(account('ﾔﾏﾀﾞ ﾀﾛｳ'))).toBe(true);
    expect(kept.sameAs(account('ヤマダ ジロウ'))).toBe(false);
  });

  test('save_as: taken and deleted IDs are told, free and equal ones are kept', async () => {
    await registerAccount(deps, shop, 'same', input());
    await registerAccount(deps, shop, 'taken', input('スズキ'));
    await registerAccount(deps, shop, 'gone', input());
    await deleteAccount(deps, shop, 'gone');
    const wishes = ['same', 'taken', 'gone', 'free'].map((accountId) => ({
      accountId,
      account: account(),
    }));
    expect(await takenIds(deps, db, shop, wishes)).toEqual(new Set(['taken', 'gone']));
    await deps.deeds.run(shop, (tx) => saveAccounts(deps, tx, wishes));
    expect((await findAccount(deps, shop, 'free')).account).toEqual(account());
    expect((await findAccount(deps, shop, 'taken')).account.holderName).toBe('ｽｽﾞｷ');
    expect(await codeOf(findAccount(deps, shop, 'gone'))).toBe('404 account_not_found');
  });
});

describe('at rest', () => {
  async function stored(): Promise<string> {
    const rows = await db.query<{ row: string }>(
      `select sealed::text || memo_sealed::text || masked::text || search_keys::text as row
       from recipient_account where shop_id = $1`,
      [shop],
    );
    const hex = rows.map(({ row }) => row).join('');
    const texts = hex.split('\\x').map((part) => Buffer.from(part, 'hex').toString('utf8'));
    return hex + texts.join('');
  }

  test('the row holds neither number nor name nor memo', async () => {
    await registerAccount(deps, shop, 'a', input('ヤマダ タロウ', '1234567', '秘密のメモ'));
    const text = await stored();
    for (const secret of ['1234567', 'ヤマダ', 'ﾔﾏﾀﾞ', 'タロウ', 'ﾀﾛｳ', '秘密']) {
      expect(text).not.toContain(secret);
    }
  });

  test('ciphertext of one account does not open as that of another', async () => {
    await registerAccount(deps, shop, 'a', input());
    await registerAccount(deps, shop, 'b', input('スズキ'));
    await db.run(
      `update recipient_account set sealed = (select sealed from recipient_account
         where shop_id = $1 and account_id = 'b') where shop_id = $1 and account_id = 'a'`,
      [shop],
    );
    await expect(findAccount(deps, shop, 'a')).rejects.toThrow();
  });

  test('after a new primary key, everything is sealed anew and the old key may go', async () => {
    for (const id of ['a', 'b', 'c']) {
      await registerAccount(deps, shop, id, input(undefined, undefined, `メモ${id}`));
    }
    await deleteAccount(deps, shop, 'b');
    const fresh = newKeyring().keys.k1!;
    const rotated = depsWith({
      ...keyring,
      primary: 'k2',
      keys: { ...keyring.keys, k2: fresh },
    });
    await registerAccount(rotated, shop, 'd', input());
    const reseal = (afterId: string) =>
      resealAccounts({ db, vault: rotated.vault }, shop, { afterId, limit: 2 });
    expect(await reseal('')).toEqual({ looked: 2, resealed: 2, nextId: 'c' });
    expect(await reseal('c')).toEqual({ looked: 1, resealed: 0, nextId: null });
    expect(await reseal('')).toEqual({ looked: 2, resealed: 0, nextId: 'c' });
    const newOnly = depsWith({ ...keyring, primary: 'k2', keys: { k2: fresh } });
    const kept = await findAccount(newOnly, shop, 'a');
    expect(kept).toMatchObject({ account: account(), memo: 'メモa', version: 1 });
    const found = await findAccounts(newOnly, shop, { after: null, query: '4567', limit: 9 });
    expect(found.map(({ accountId }) => accountId)).toEqual(['d', 'c', 'a']);
  });
});
