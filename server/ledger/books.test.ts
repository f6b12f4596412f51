// The ledger against a real PostgreSQL: it sums to zero whatever is posted, floors hold in the
// database itself, nothing is ever rewritten.
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../tests/database.ts';
import { type Database, openDatabase } from '../base/database.ts';
import { createDeeds, type Deeds, openHead } from '../base/deed.ts';
import { uuidv7 } from '../base/ids.ts';
import { yen } from '../base/money.ts';
import {
  balancesOf,
  NotEnoughBalance,
  openAccounts,
  post,
  transfersBefore,
  transfersOfCauses,
} from './books.ts';
import { availableDelta, type LedgerAccount, type NewTransfer } from './transfer.ts';

let place: TestDatabase;
let db: Database;
let deeds: Deeds;
let shopId: string;

const CASH = 'cash:bank';
const FLIGHT = 'in_flight:bank_transfer';
const ACCOUNTS: LedgerAccount[] = ['available', 'reserved', FLIGHT, CASH, 'fee_income'];

beforeAll(async () => {
  place = await testDatabase();
  db = openDatabase({ url: place.url, maxConnections: 8 });
  deeds = createDeeds(db, () => Temporal.Instant.from('2026-11-24T00:00:00Z'));
});

beforeEach(async () => {
  shopId = uuidv7();
  await openHead(db, shopId);
  await openAccounts(db, shopId, ACCOUNTS);
});

afterAll(async () => {
  await db.close();
  await place.drop();
});

const move = (
  from: LedgerAccount,
  to: LedgerAccount,
  amount: number,
  causeId = uuidv7(),
): NewTransfer => ({ from, to, amountYen: yen(amount), cause: 'deposit', causeId });
const posting = (...transfers: NewTransfer[]) => deeds.run(shopId, (tx) => post(tx, transfers));
const balance = async (account: string) => (await balancesOf(db, shopId)).get(account);

test('money moves from one account to the other, with a running balance', async () => {
  const deposit = move(CASH, 'available', 1_000);
  await posting(deposit, move('available', 'reserved', 300), move('reserved', FLIGHT, 300));
  await posting(move('available', 'reserved', 700));
  expect(Object.fromEntries(await balancesOf(db, shopId))).toEqual({
    ...{ available: 0, reserved: 700, [FLIGHT]: 300, [CASH]: -1_000, fee_income: 0 },
  });
  const filter = { beforeSeq: null, movesAvailable: true, limit: 10 };
  const moves = await transfersBefore(db, shopId, filter);
  expect(moves.map(({ seq, availableAfterYen }) => [seq, availableAfterYen])).toEqual([
    [4, 0],
    [2, 700],
    [1, 1_000],
  ]);
  const [ofDeposit] = await transfersOfCauses(db, shopId, [deposit.causeId]);
  expect(ofDeposit).toMatchObject({ from: CASH, to: 'available', amountYen: 1_000, seq: 1 });
});

test('whatever is posted, in whatever batches, by whomever at once, it sums to zero', async () => {
  const anyTransfer = fc
    .record({
      from: fc.constantFrom(...ACCOUNTS),
      to: fc.constantFrom(...ACCOUNTS),
      amount: fc.integer({ min: 1, max: 500 }),
    })
    .filter(({ from, to }) => from !== to);
  const anyBatch = fc.array(anyTransfer, { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(fc.array(anyBatch, { minLength: 1, maxLength: 12 }), async (batches) => {
      shopId = uuidv7();
      await openHead(db, shopId);
      await openAccounts(db, shopId, ACCOUNTS);
      const posted = batches.map(async (batch) => {
        const transfers = batch.map(({ from, to, amount }) => move(from, to, amount));
        try {
          await posting(...transfers);
          return transfers;
        } catch (error) {
          if (error instanceof NotEnoughBalance) return [];
          throw error;
        }
      });
      const done = (await Promise.all(posted)).flat();
      const balances = await balancesOf(db, shopId);
      expect([...balances.values()].reduce((sum, each) => sum + each, 0)).toBe(0);
      const expected = done.reduce((sum, transfer) => sum + availableDelta(transfer), 0);
      expect(balances.get('available')).toBe(expected);
      for (const owed of ['available', 'reserved', FLIGHT]) {
        expect(balances.get(owed)).toBeGreaterThanOrEqual(0);
      }
      const rows = await transfersBefore(db, shopId, {
        ...{ beforeSeq: null, movesAvailable: false, limit: 100 },
      });
      expect(rows.map(({ seq }) => seq)).toEqual(done.map((_, i) => done.length - i));
      let running = 0;
      for (const row of rows.reverse()) {
        running += availableDelta(row as unknown as NewTransfer);
        if (row.availableAfterYen !== null) expect(row.availableAfterYen).toBe(running);
      }
    }),
    { numRuns: 15 },
  );
});

describe('floors', () => {
  test.each(['available', 'reserved', FLIGHT] as const)(
    '%s never goes below zero',
    async (from) => {
      await posting(move(CASH, from, 100));
      await expect(posting(move(from, 'fee_income', 101))).rejects.toThrow(NotEnoughBalance);
      expect(await balance(from)).toBe(100);
    },
  );

  test('a batch that passes through is one movement', async () => {
    await posting(move('available', 'reserved', 50), move(CASH, 'available', 50));
    expect(await balance('available')).toBe(0);
  });

  test('a hundred at once take what is there and no more', async () => {
    await posting(move(CASH, 'available', 500));
    const tries = Array.from({ length: 100 }, () => posting(move('available', 'reserved', 10)));
    const results = await Promise.allSettled(tries);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(50);
    expect(await balance('available')).toBe(0);
  });
});

describe('the database refuses', () => {
  test('a balance set by hand, above or below', async () => {
    const set = `update ledger_account set balance_yen = 5 where shop_id = $1`;
    await expect(db.run(set, [shopId])).rejects.toThrow('balances move by ledger transfers only');
  });

  test('an account opened with money in it, or deleted', async () => {
    const insert = `insert into ledger_account (shop_id, account, balance_yen) values ($1, 'x', 1)`;
    await expect(db.run(insert, [shopId])).rejects.toThrow('opens empty');
    const remove = 'delete from ledger_account where shop_id = $1';
    await expect(db.run(remove, [shopId])).rejects.toThrow('opens empty and is never deleted');
  });

  test.each([
    ['update', 'update ledger_transfer set amount_yen = 1 where shop_id = $1'],
    ['delete', 'delete from ledger_transfer where shop_id = $1'],
  ])('%s of a transfer', async (_name, sql) => {
    await posting(move(CASH, 'available', 100));
    await expect(db.run(sql, [shopId])).rejects.toThrow('append-only');
  });

  test('a cause twice', async () => {
    const causeId = uuidv7();
    await posting(move(CASH, 'available', 100, causeId));
    const again = posting(move(CASH, 'available', 100, causeId));
    await expect(again).rejects.toMatchObject({ constraint: 'one_transfer_per_cause' });
    expect(await balance('available')).toBe(100);
  });

  test('an account that the shop does not have, and nothing of the batch stays', async () => {
    const batch = posting(move(CASH, 'available', 100), move(CASH, 'prefund:other', 1));
    await expect(batch).rejects.toThrow('does not have');
    expect(await balance('available')).toBe(0);
  });

  test.each([0, -1])('an amount of %i', async (amount) => {
    await expect(posting(move(CASH, 'available', amount))).rejects.toMatchObject({ code: '23514' });
  });

  test('from an account to itself', async () => {
    await expect(posting(move('available', 'available', 1))).rejects.toMatchObject({
      code: '23514',
    });
  });
});
