// What was told is kept for its time and then goes: deliveries that are over, what payloads said.
// That something happened, and when, stays.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../tests/database.ts';
import { createVault, newKeyring } from '../base/crypto.ts';
import { type Database, openDatabase } from '../base/database.ts';
import { createDeeds, openHead } from '../base/deed.ts';
import { isExpired } from '../base/event-expiry.ts';
import { eventsAfter, type StoredEvent } from '../base/events.ts';
import { publicId, uuidv7 } from '../base/ids.ts';
import { createEndpoint, type EndpointDeskDeps } from './endpoint-desk.ts';
import { redeliverEvent, replaySpan } from './replay.ts';
import { sweepOld } from './retention.ts';
import { createWebhooks } from './webhooks.ts';

const START = Temporal.Instant.from('2026-11-24T08:00+09:00');
const RETENTION = { deliveryDays: 90, eventDays: 730 };
let place: TestDatabase;
let db: Database;
let now = START;
let desk: EndpointDeskDeps;
let shopId: string;

beforeAll(async () => {
  place = await testDatabase();
  db = openDatabase({ url: place.url });
  const deeds = createDeeds(db, () => now);
  const vault = createVault(newKeyring());
  const given = { deeds, vault, allowPrivate: ['127.0.0.0/8'], onError: () => {} };
  desk = createWebhooks(given).desk;
});

beforeEach(async () => {
  now = START;
  shopId = uuidv7();
  await openHead(db, shopId);
});

afterAll(async () => {
  await db.close();
  await place.drop();
});

const days = (count: number) => START.add({ hours: 24 * count });

async function emit(objectSequence: number, objectId: string): Promise<void> {
  const payload = JSON.stringify({
    ...{ id: publicId('rem', objectId), status: 'paid', status_reason: null },
    destination: { account_holder: 'ヤマ●●' },
  });
  const event = { type: 'remittance.paid', objectId, objectSequence, payload };
  await createDeeds(db, () => now).run(shopId, async (tx) => tx.emit(event));
}

const sweep = (retention = RETENTION) => {
  const shops = { list: async () => [{ shopId, number: 1 }] as never };
  const deeds = createDeeds(db, () => now);
  return sweepOld({ deeds, shops }, retention, new AbortController().signal);
};

const stored = (): Promise<StoredEvent[]> => eventsAfter(db, shopId, 0, 100);

describe('payloads of events', () => {
  test('expire by age, once; what a timeline shows stays', async () => {
    const objectId = uuidv7();
    await emit(1, objectId);
    now = days(400);
    await emit(2, objectId);
    expect(await sweep()).toEqual({ deliveries: 0, payloads: 0 });
    now = days(731);
    const before = await stored();
    expect(await sweep()).toEqual({ deliveries: 0, payloads: 1 });
    expect(await sweep()).toEqual({ deliveries: 0, payloads: 0 });
    const [old, young] = await stored();
    expect(old).toEqual({
      ...before[0],
      payload: {
        ...{ id: publicId('rem', objectId), status: 'paid', status_reason: null },
        expired: true,
      },
    });
    expect(young).toEqual(before[1]);
    now = days(1131);
    expect(await sweep()).toMatchObject({ payloads: 1 });
    expect((await stored()).every(({ payload }) => isExpired(payload))).toBe(true);
  });

  test('a page after the other, to the last one that is old', async () => {
    const objectId = uuidv7();
    for (let sequence = 1; sequence <= 2_003; sequence++) {
      if (sequence % 500 === 0) now = days(sequence / 500);
      await emit(sequence, objectId);
    }
    now = days(731 + 3);
    expect((await sweep()).payloads).toBe(1_999);
    const left = await eventsAfter(db, shopId, 1_999, 10);
    expect(left.map(({ payload }) => isExpired(payload))).toEqual([false, false, false, false]);
  }, 60_000);

  test('the database lets a payload expire, and nothing else', async () => {
    await emit(1, uuidv7());
    const change = (set: string) => db.run(`update event set ${set} where shop_id = $1`, [shopId]);
    for (const set of [
      `payload = '{"id":"x","expired":true}'`,
      `payload = '{"status":"failed","expired":true}'`,
      `payload = '{"expired":false}'`,
      `payload = '{}'`,
      `payload = '{"expired":true}', at = at + interval '1 second'`,
      `type = 'remittance.failed', payload = '{"expired":true}'`,
    ]) {
      await expect(change(set)).rejects.toThrow('append-only');
    }
    expect(await change(`payload = '{"status":"paid","expired":true}'`)).toBe(1);
    await expect(db.run('delete from event where shop_id = $1', [shopId])).rejects.toThrow();
  });

  test('are not sent again once they have expired', async () => {
    const shop = { shopId, mode: 'test' } as const;
    const input = { url: 'http://127.0.0.1:9/hook', eventTypes: [], description: '' };
    const { endpoint } = await createEndpoint(desk, shop, input);
    const id = publicId('whe', endpoint.endpointId);
    await emit(2, uuidv7());
    const [event] = (await stored()).filter(({ type }) => type === 'remittance.paid');
    const deeds = createDeeds(db, () => now);
    expect((await redeliverEvent({ deeds }, shopId, event!.id, id)).endpoints).toHaveLength(1);
    now = days(731);
    await sweep();
    await expect(redeliverEvent({ deeds }, shopId, event!.id, id)).rejects.toMatchObject({
      ...{ code: 'event_expired', status: 410 },
    });
    const span = { since: START.subtract({ hours: 1 }), until: days(1), after: 0 };
    expect(await replaySpan({ deeds }, shopId, id, span)).toMatchObject({ queued: 0 });
  });
});

test('deliveries that are over go by age, pending ones never', async () => {
  const shop = { shopId, mode: 'test' } as const;
  const input = { url: 'http://127.0.0.1:9/hook', eventTypes: [], description: '' };
  const { endpoint } = await createEndpoint(desk, shop, input);
  const delivery = (seq: number, status: string, at: Temporal.Instant) =>
    db.run(
      `insert into webhook_delivery
         (shop_id, endpoint_id, event_seq, status, next_at, created_at)
       values ($1, $2, $3, $4, case when $4 = 'pending' then $5::timestamptz end, $5)`,
      [shopId, endpoint.endpointId, seq, status, at],
    );
  await delivery(1, 'delivered', START);
  await delivery(2, 'pending', START);
  await delivery(3, 'dead', START);
  await delivery(4, 'canceled', days(1));
  await delivery(5, 'delivered', days(5));
  const left = async () =>
    (
      await db.query<{ event_seq: number }>(
        'select event_seq from webhook_delivery where shop_id = $1 order by event_seq',
        [shopId],
      )
    ).map((row) => row.event_seq);
  now = days(92);
  expect(await sweep()).toMatchObject({ deliveries: 3 });
  expect(await left()).toEqual([2, 5]);
  expect(await sweep()).toMatchObject({ deliveries: 0 });
  now = days(96);
  expect(await sweep()).toMatchObject({ deliveries: 1 });
  expect(await left()).toEqual([2]);
});
