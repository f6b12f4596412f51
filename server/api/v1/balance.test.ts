// /v1/balance over real HTTP on a real ledger: sums, the forecast handed in, movements page by
// page, one shop's only.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiWorld, startApiWorld } from '../../../tests/api-world.ts';
import { publicId, uuidv7 } from '../../base/ids.ts';
import { yen } from '../../base/money.ts';
import { openAccounts, post } from '../../ledger/books.ts';
import { registerBalance } from './balance.ts';

let world: ApiWorld;
const depositId = uuidv7();
const remittanceId = uuidv7();

beforeAll(async () => {
  world = await startApiWorld((api, { db, shops }) => {
    registerBalance(api, {
      db,
      forecast: async (shopId) => {
        const { name } = await shops.byId(shopId);
        const date = Temporal.PlainDate.from('2026-11-24');
        return name === '一号店' ? [{ date, amountYen: 3000, count: 1 }] : [];
      },
      objectsOf: async () =>
        new Map([
          [depositId, publicId('dep', depositId)],
          [remittanceId, publicId('rem', remittanceId)],
        ]),
    });
  });
  const { shopId } = world.shop;
  await openAccounts(world.db, shopId, ['cash:bank']);
  await world.deeds.run(shopId, (tx) =>
    post(tx, [
      {
        from: 'cash:bank',
        to: 'available',
        amountYen: yen(10_000),
        cause: 'deposit',
        causeId: depositId,
      },
      {
        from: 'available',
        to: 'reserved',
        amountYen: yen(3000),
        cause: 'instruct',
        causeId: remittanceId,
      },
      {
        from: 'available',
        to: 'reserved',
        amountYen: yen(2000),
        cause: 'instruct',
        causeId: uuidv7(),
      },
      {
        from: 'reserved',
        to: 'in_flight:bank_transfer',
        amountYen: yen(2000),
        cause: 'dispatch',
        causeId: uuidv7(),
      },
    ]),
  );
});

afterAll(async () => {
  await world.close();
});

test('the balance is the ledger’s', async () => {
  expect((await world.client.get('/v1/balance')).body).toEqual({
    available: 5000,
    reserved: 3000,
    in_flight: 2000,
    currency: 'JPY',
    forecast: [{ date: '2026-11-24', amount: 3000, count: 1 }],
  });
  expect((await world.otherClient.get('/v1/balance')).body).toEqual({
    available: 0,
    reserved: 0,
    in_flight: 0,
    currency: 'JPY',
    forecast: [],
  });
});

interface Movements {
  readonly data: readonly Record<string, unknown>[];
  readonly next_cursor: string | null;
  readonly has_more: boolean;
}

test('movements come newest first, page by page, with the running balance', async () => {
  const first = await world.client.get<Movements>('/v1/balance/transfers?limit=2');
  expect(first.body.data.map((each) => [each.amount, each.available_after])).toEqual([
    [2000, 5000],
    [3000, 7000],
  ]);
  expect(first.body.has_more).toBe(true);
  const rest = `/v1/balance/transfers?limit=2&cursor=${first.body.next_cursor}`;
  const second = await world.client.get<Movements>(rest);
  expect(second.body).toEqual({
    data: [
      {
        sequence: 1,
        occurred_at: expect.stringMatching(/\+09:00$/),
        cause: 'deposit',
        object_id: publicId('dep', depositId),
        from: 'bank',
        to: 'available',
        amount: 10_000,
        available_after: 10_000,
      },
    ],
    next_cursor: null,
    has_more: false,
  });
});

test('include=all adds what does not touch available', async () => {
  const answer = await world.client.get<Movements>('/v1/balance/transfers?include=all');
  expect(answer.body.data).toHaveLength(4);
  expect(answer.body.data[0]).toMatchObject({
    from: 'reserved',
    to: 'in_flight',
    available_after: null,
    object_id: null,
  });
});

test('another shop sees none of it, and a cursor gives it nothing', async () => {
  const own = await world.client.get<Movements>('/v1/balance/transfers?limit=1');
  const path = `/v1/balance/transfers?cursor=${own.body.next_cursor}`;
  expect((await world.otherClient.get<Movements>(path)).body.data).toEqual([]);
  const nonsense = await world.client.get('/v1/balance/transfers?cursor=nonsense');
  expect([nonsense.status, nonsense.body.code]).toEqual([422, 'invalid_cursor']);
});

test('a key without the scope is refused', async () => {
  const client = world.client.withKey(await world.newKey(['accounts:read']));
  expect((await client.get('/v1/balance')).status).toBe(403);
});
