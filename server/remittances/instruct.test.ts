// Instructing against a real PostgreSQL: once per reference whoever asks, never more than there is,
// one bad item alone, answers that got lost.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startDatabaseProxy } from '../../tests/database-proxy.ts';
import {
  coreOn,
  type DeedShop,
  type DeedWorld,
  findFaults,
  startDeedWorld,
} from '../../tests/deed-world.ts';
import { yen } from '../base/money.ts';
import { instructBatch, type Outcome } from './instruct.ts';
import { createInstructLanes } from './lanes.ts';
import type { Draft } from './prepare.ts';

let world: DeedWorld;
let shop: DeedShop;

beforeAll(async () => {
  world = await startDeedWorld();
});

beforeEach(async () => {
  shop = await world.openShop();
  await shop.fund(10_000);
});

afterEach(async () => {
  expect(await findFaults(shop)).toEqual([]);
});

afterAll(() => world.close());

const of = (amount: number, reference?: string) =>
  shop.draft({ amountYen: yen(amount), ...(reference !== undefined && { reference }) });
const told = (outcome: Outcome) =>
  outcome.kind === 'refused' ? outcome.refusal.code : outcome.kind;

/** A second process on the same database. */
async function elsewhere<T>(
  run: (instruct: (drafts: readonly Draft[]) => Promise<Outcome[]>) => Promise<T>,
  url = world.databaseUrl,
): Promise<T> {
  const core = coreOn(url, { wall: world.now });
  const deps = { ...core.remittances, rails: world.deps.rails };
  try {
    const current = await core.shops.byId(shop.shop.shopId);
    return await run((drafts) => instructBatch(deps, current, drafts));
  } finally {
    await core.db.close();
  }
}

test('one is reserved, told and due at its cut-off', async () => {
  const [outcome] = await shop.instruct([of(8_400)]);
  expect(outcome?.kind).toBe('created');
  expect(await shop.balances()).toEqual({ available: 1_600, reserved: 8_400, cash: -10_000 });
  const [remittance] = await shop.all();
  expect(remittance).toMatchObject({ status: 'scheduled', feeYen: 150, attemptCount: 0 });
  expect(`${remittance!.dispatchAt}`).toBe('2026-11-24T00:00:00Z');
  const work = await shop.rows('select kind, due_at, clock from work where shop_id = $1');
  expect(work).toEqual([
    { kind: 'remittances.dispatch', due_at: remittance!.dispatchAt, clock: 'shop' },
  ]);
  const events = await shop.rows('select type, object_id from event where shop_id = $1');
  expect(events).toEqual([{ type: 'remittance.scheduled', object_id: remittance!.remittanceId }]);
});

test('what is sealed opens only for its shop', async () => {
  await shop.scheduled();
  const [remittance] = await shop.all();
  const { vault } = world.deps;
  const purpose = `remittance:${shop.shop.shopId}`;
  const kept = JSON.parse(vault.open(remittance!.destinationSealed, purpose));
  expect(kept).toMatchObject({ accountNumber: '1234567', holderName: 'ﾔﾏﾀﾞ ﾀﾛｳ' });
  expect(JSON.stringify(remittance!.masked)).not.toContain('1234567');
});

describe('once per reference', () => {
  test('again the same: the first; other content: refused, naming the first', async () => {
    const draft = of(100, 'twice');
    const [first] = await shop.instruct([draft]);
    const [again] = await shop.instruct([draft]);
    expect(again).toMatchObject({
      kind: 'replayed',
      remittanceId: (first as { remittanceId: string }).remittanceId,
    });
    const [other] = await shop.instruct([of(101, 'twice')]);
    expect(other).toMatchObject({ refusal: { code: 'reference_already_used', status: 409 } });
    expect(await shop.all()).toHaveLength(1);
  });

  test('from two processes at once: one effect', async () => {
    const drafts = Array.from({ length: 20 }, () => of(100, 'same'));
    await elsewhere(async (instruct) => {
      const calls = drafts.map((draft, index) =>
        index % 2 === 0 ? instruct([draft]) : shop.instruct([draft]),
      );
      const kinds = (await Promise.all(calls)).flat().map(told);
      expect(kinds.filter((kind) => kind === 'created')).toHaveLength(1);
      expect(kinds.filter((kind) => kind === 'replayed')).toHaveLength(19);
    });
    expect(await shop.balances()).toMatchObject({ available: 9_900, reserved: 100 });
  });

  test('a refused one consumes no reference', async () => {
    expect((await shop.instruct([of(10_001, 'later')])).map(told)).toEqual(['insufficient_funds']);
    await shop.fund(1);
    expect((await shop.instruct([of(10_001, 'later')])).map(told)).toEqual(['created']);
  });
});

describe('never more than there is', () => {
  test('balance exactly exhausted by two processes at once', async () => {
    const drafts = Array.from({ length: 160 }, () => of(100));
    await elsewhere(async (instruct) => {
      const chunks = Array.from({ length: 32 }, (_, i) => drafts.slice(i * 5, i * 5 + 5));
      const calls = chunks.map((chunk, i) =>
        i % 2 === 0 ? instruct(chunk) : shop.instruct(chunk),
      );
      const kinds = (await Promise.all(calls)).flat().map(told);
      expect(kinds.filter((kind) => kind === 'created')).toHaveLength(100);
      expect(kinds.filter((kind) => kind === 'insufficient_funds')).toHaveLength(60);
    });
    expect(await shop.balances()).toEqual({ reserved: 10_000, cash: -10_000 });
  });

  test('through a lane, with single calls', async () => {
    const lanes = createInstructLanes(world.deps);
    const { shop: row } = shop;
    const calls = Array.from({ length: 120 }, () =>
      lanes.instruct(row, of(100).instruction).then(told),
    );
    const kinds = await Promise.all(calls);
    expect(kinds.filter((kind) => kind === 'created')).toHaveLength(100);
    await lanes.idle();
    expect(lanes.waiting()).toBe(0);
    expect(await shop.balances()).toEqual({ reserved: 10_000, cash: -10_000 });
  });

  test('the limit of the day holds over processes', async () => {
    shop = await world.openShop({ maxDayYen: 1_000 });
    await shop.fund(10_000);
    const drafts = Array.from({ length: 40 }, () => of(100));
    await elsewhere(async (instruct) => {
      const calls = drafts.map((draft, i) =>
        i % 2 === 0 ? instruct([draft]) : shop.instruct([draft]),
      );
      const kinds = (await Promise.all(calls)).flat().map(told);
      expect(kinds.filter((kind) => kind === 'created')).toHaveLength(10);
      expect(kinds.filter((kind) => kind === 'day_limit_exceeded')).toHaveLength(30);
    });
  });
});

describe('a batch', () => {
  test('in order, good beside bad', async () => {
    const outcomes = await shop.instruct([of(9_000), of(2_000), of(1_000, 'x'), of(1_000, 'x')]);
    expect(outcomes.map(told)).toEqual(['created', 'insufficient_funds', 'created', 'replayed']);
  });

  test('all or nothing', async () => {
    const outcomes = await shop.instruct([of(9_000), of(2_000)], { atomic: true });
    expect(outcomes.map(told)).toEqual(['batch_refused', 'insufficient_funds']);
    expect(await shop.all()).toEqual([]);
    const good = await shop.instruct([of(9_000), of(1_000)], { atomic: true });
    expect(good.map(told)).toEqual(['created', 'created']);
  });

  test('weighed only: nothing is written', async () => {
    const outcomes = await shop.instruct([of(9_000), of(2_000)], { dryRun: true });
    expect(outcomes.map(told)).toEqual(['created', 'insufficient_funds']);
    expect(await shop.all()).toEqual([]);
    expect(await shop.balances()).toEqual({ available: 10_000, cash: -10_000 });
  });

  test('one that the database cannot keep stands alone', async () => {
    const drafts = Array.from({ length: 9 }, () => of(100));
    const sound = drafts[4]!;
    const bad = { ...sound, destination: { ...sound.destination!, masked: { name: '\0' } } };
    const batch = drafts.map((draft) => (draft === sound ? bad : draft));
    const kinds = (await shop.instruct(batch)).map(told);
    expect(kinds).toEqual(drafts.map((d) => (d === sound ? 'not_storable' : 'created')));
    expect(await shop.balances()).toMatchObject({ reserved: 800 });
    expect(world.logged).toContain('item_not_stored');
    await expect(shop.instruct([of(100), bad], { atomic: true })).rejects.toThrow();
    expect(await shop.all()).toHaveLength(8);
  });
});

describe('the answer to COMMIT is lost', () => {
  test.each(['before', 'after'] as const)('%s the server has it', async (when) => {
    const proxy = await startDatabaseProxy(world.databaseUrl);
    try {
      await elsewhere(async (instruct) => {
        await instruct([of(100)]);
        proxy.cutAtCommit(when);
        const [outcome] = await instruct([of(200, `lost-${when}`)]);
        expect(outcome).toMatchObject({ kind: 'created' });
        const { body, timeline } = outcome as { body: Buffer; timeline: () => string };
        expect(JSON.parse(`${body}`)).toMatchObject({
          reference: `lost-${when}`,
          status: 'scheduled',
        });
        expect(JSON.parse(timeline())).toHaveLength(1);
        expect(proxy.cut).toBe(1);
      }, proxy.url);
    } finally {
      await proxy.close();
    }
    expect(await shop.all()).toHaveLength(2);
    expect(await shop.balances()).toMatchObject({ reserved: 300 });
  });
});

describe('without enough money', () => {
  test('a shop that queues: waits, and nothing is reserved', async () => {
    shop = await world.openShop({ queuesWithoutFunds: true });
    await shop.fund(1_000);
    const outcomes = await shop.instruct([of(900), of(200), of(100)]);
    expect(outcomes.map(told)).toEqual(['created', 'created', 'created']);
    expect((await shop.all()).map(({ status }) => status)).toEqual([
      'scheduled',
      'awaiting_funds',
      'scheduled',
    ]);
    expect(await shop.balances()).toEqual({ reserved: 1_000, cash: -1_000 });
  });
});

test('below the threshold it is told once', async () => {
  shop = await world.openShop({ lowBalanceYen: 5_000 });
  await shop.fund(10_000);
  await shop.instruct([of(5_000)]);
  await shop.instruct([of(1)]);
  await shop.instruct([of(1)]);
  const told = await shop.rows(
    `select payload->>'available' as left from event where shop_id = $1 and type = 'balance.low'`,
  );
  expect(told).toEqual([{ left: '4999' }]);
});
