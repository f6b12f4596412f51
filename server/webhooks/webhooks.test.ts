// Webhooks over real HTTP to real receivers, from a real PostgreSQL: signed, retried on a moved
// wall clock, throttled, switched off, replayed, fenced after a kill, and one shop's never
// another's.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../tests/database.ts';
import {
  startWebhookReceiver,
  status,
  type WebhookReceiver,
} from '../../tests/webhook-receiver.ts';
import { createVault, newKeyring } from '../base/crypto.ts';
import { type Database, openDatabase } from '../base/database.ts';
import { createDeeds, openHead } from '../base/deed.ts';
import { eventsBefore } from '../base/events.ts';
import { publicId, uuidv7 } from '../base/ids.ts';
import { SCHEDULE_MS } from './delivery.ts';
import { claimDeliveries, deliveriesTo } from './delivery-store.ts';
import type { Endpoint } from './endpoint.ts';
import * as desk from './endpoint-desk.ts';
import { fanOut } from './fan-out.ts';
import { redeliverEvent, replayDead, replaySpan } from './replay.ts';
import { createWebhooks, type Webhooks, type WebhooksOptions } from './webhooks.ts';

let place: TestDatabase;
let db: Database;
let receiver: WebhookReceiver;
/** Wall time runs with the real one (receivers check it) and can be moved ahead. */
let aheadMs = 0;
/** Where a test tells half a second more from half a second less, time passes only by `aheadMs`. */
let heldAt: Temporal.Instant | undefined;
const wall = () => (heldAt ?? Temporal.Now.instant()).add({ milliseconds: aheadMs });
const keyring = newKeyring();
const vault = createVault(keyring);
const made: Webhooks[] = [];
const errors: unknown[] = [];

beforeAll(async () => {
  place = await testDatabase();
  db = openDatabase({ url: place.url, maxConnections: 8 });
});

afterAll(async () => {
  await db.close();
  await place.drop();
});

beforeEach(async () => {
  receiver = await startWebhookReceiver();
});

afterEach(async () => {
  await Promise.all(made.splice(0).map((webhooks) => webhooks.stop(200)));
  await receiver.close();
  aheadMs = 0;
  heldAt = undefined;
  expect(errors.splice(0)).toEqual([]);
});

function holdClock(): void {
  heldAt = Temporal.Now.instant();
}

const deeds = () => createDeeds(db, wall);

function service(more: Partial<WebhooksOptions> = {}): Webhooks {
  const webhooks = createWebhooks({
    deeds: deeds(),
    vault,
    allowPrivate: ['127.0.0.0/8'],
    onError: (error) => void errors.push(error),
    random: () => 0,
    pollMs: 20,
    ...more,
  });
  made.push(webhooks);
  return webhooks;
}

async function openShop(): Promise<{ readonly shopId: string; readonly mode: 'test' }> {
  const shopId = uuidv7();
  await openHead(db, shopId);
  return { shopId, mode: 'test' };
}

async function shopWithEndpoint(webhooks: Webhooks, more: Partial<desk.EndpointInput> = {}) {
  const shop = await openShop();
  const input = { url: receiver.url, eventTypes: [], description: '', ...more };
  const { endpoint, secret } = await desk.createEndpoint(webhooks.desk, shop, input);
  const id = publicId('whe', endpoint.endpointId);
  return { shop, shopId: shop.shopId, endpoint, secret, id };
}

/** `count` events of one remittance. */
async function emit(shopId: string, count = 1, type = 'remittance.paid'): Promise<void> {
  const objectId = uuidv7();
  await deeds().run(shopId, async (tx) => {
    for (let objectSequence = 1; objectSequence <= count; objectSequence++) {
      const payload = JSON.stringify({ id: publicId('rem', objectId), amount: 12_000 });
      tx.emit({ type, objectId, objectSequence, payload });
    }
  });
}

const deliveries = (endpoint: Endpoint) =>
  deliveriesTo(db, endpoint.shopId, endpoint.endpointId, {
    before: null,
    onlyDead: false,
    limit: 1000,
  });

const verify = (secret: string, webhook: WebhookReceiver['received'][number]) =>
  new Webhook(secret).verify(webhook.body, webhook.headers);

test('an event arrives signed by the specification, as it is in the event log', async () => {
  const webhooks = service();
  const { shopId, secret, endpoint } = await shopWithEndpoint(webhooks);
  await emit(shopId, 3);
  expect(await webhooks.drainShop(shopId)).toBe(3);
  const { events } = await eventsBefore(db, shopId, { before: null, type: null, limit: 10 });
  for (const event of events) {
    const webhook = receiver.received.find(({ message }) => message.id === event.id)!;
    expect(verify(secret, webhook)).toEqual({
      id: event.id,
      type: 'remittance.paid',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*\+09:00$/),
      sequence: event.objectSequence,
      data: event.payload,
    });
    expect(webhook.headers['webhook-id']).toBe(event.id);
    expect(webhook.headers['content-type']).toBe('application/json');
  }
  expect(() => verify(`whsec_${btoa('x'.repeat(32))}`, receiver.received[0]!)).toThrow();
  expect((await deliveries(endpoint)).map((row) => row.status)).toEqual(Array(3).fill('delivered'));
  expect(await webhooks.drainShop(shopId)).toBe(0);
});

test('the running service delivers by itself, without being asked', async () => {
  const webhooks = service();
  webhooks.start();
  const { shopId } = await shopWithEndpoint(webhooks);
  await emit(shopId, 40);
  await expect.poll(() => receiver.received.length, { timeout: 10_000 }).toBe(40);
  await emit(shopId);
  webhooks.nudge(shopId);
  await expect.poll(() => receiver.received.length, { timeout: 10_000 }).toBe(41);
});

test('an endpoint gets what happens from its creation on, of the types it asked for', async () => {
  const webhooks = service();
  const { shop, shopId } = await shopWithEndpoint(webhooks, { eventTypes: ['deposit.*'] });
  await emit(shopId, 1, 'deposit.received');
  await emit(shopId, 1, 'remittance.paid');
  const late = { url: `${receiver.url}/late`, eventTypes: [], description: '' };
  await desk.createEndpoint(webhooks.desk, shop, late);
  await emit(shopId, 1, 'balance.low');
  await webhooks.drainShop(shopId);
  const got = receiver.received.map(({ path, message }) => `${path} ${message.type}`).sort();
  expect(got).toEqual(['/hooks deposit.received', '/hooks/late balance.low']);
});

test('a rotated secret: both sign until the former one ends, then the new one alone', async () => {
  const webhooks = service();
  const { shopId, secret, id } = await shopWithEndpoint(webhooks);
  const rotated = await desk.rotateSecret(webhooks.desk, shopId, id, 24);
  await emit(shopId);
  await webhooks.drainShop(shopId);
  const [both] = receiver.received;
  expect(both!.headers['webhook-signature']!.split(' ')).toHaveLength(2);
  expect(verify(secret, both!)).toEqual(verify(rotated.secret, both!));
  aheadMs = 24 * 3_600_000 + 1_000;
  await emit(shopId);
  await webhooks.drainShop(shopId);
  const alone = receiver.received[1]!;
  const at = new Date(Number(alone.headers['webhook-timestamp']) * 1000);
  const signed = new Webhook(rotated.secret).sign(alone.message.id, at, alone.body);
  expect(alone.headers['webhook-signature']).toBe(signed);
});

test('failures are retried on the schedule with the same id and body, then dead', async () => {
  holdClock();
  const webhooks = service();
  const { shopId, endpoint, id } = await shopWithEndpoint(webhooks);
  receiver.answer(status(500));
  await emit(shopId);
  for (const [index, pauseMs] of SCHEDULE_MS.entries()) {
    aheadMs += pauseMs - 500;
    if (index > 0) expect(await webhooks.drainShop(shopId)).toBe(0);
    aheadMs += 500;
    expect(await webhooks.drainShop(shopId)).toBe(1);
  }
  aheadMs += 48 * 3_600_000;
  expect(await webhooks.drainShop(shopId)).toBe(0);
  expect(new Set(receiver.received.map((webhook) => webhook.body)).size).toBe(1);
  expect(receiver.received).toHaveLength(10);
  const times = receiver.received.map(({ headers }) => headers['webhook-timestamp']);
  expect(new Set(times).size).toBe(10);
  expect((await webhooks.backlog()).deadCount).toBeGreaterThanOrEqual(1);
  const [dead] = await deliveries(endpoint);
  expect(dead).toMatchObject({ status: 'dead', attempts: 10, lastStatus: 500, nextAt: null });

  receiver.answer(status(200));
  expect(await replayDead(webhooks.desk, shopId, id)).toEqual({ queued: 1, hasMore: false });
  expect(await replayDead(webhooks.desk, shopId, id)).toEqual({ queued: 0, hasMore: false });
  expect(await webhooks.drainShop(shopId)).toBe(1);
  expect(receiver.received[10]!.body).toBe(receiver.received[0]!.body);
  expect((await deliveries(endpoint))[0]).toMatchObject({ status: 'delivered', replays: 1 });
  const healthy = await desk.findEndpoint(webhooks.desk, shopId, id);
  expect(healthy.failingSince).toBeNull();
});

test('redirects are not followed, timeouts and broken answers are failures', async () => {
  holdClock();
  const patient = service();
  const { shopId, endpoint } = await shopWithEndpoint(patient);
  const outcome = async (webhooks = patient) => {
    await emit(shopId);
    await webhooks.drainShop(shopId);
    const [{ status, lastStatus, lastError } = { status: 'none' }] = await deliveries(endpoint);
    return [status, lastStatus, lastError];
  };
  receiver.answer(status(302, { location: `${receiver.url}/elsewhere` }));
  expect(await outcome()).toEqual(['pending', 302, null]);
  receiver.answer(() => {});
  expect(await outcome(service({ timeoutMs: 150 }))).toEqual(['pending', null, 'timeout']);
  receiver.answer((response) => void response.destroy());
  expect(await outcome()).toEqual(['pending', null, 'connection_broken']);
  // The status counts, not a body that never ends or is far too long.
  receiver.answer((response) => void response.writeHead(200).write('.'));
  expect(await outcome(service({ timeoutMs: 2_000 }))).toEqual(['delivered', 200, null]);
  receiver.answer((response) => void response.writeHead(200).end('x'.repeat(1_000_000)));
  expect(await outcome()).toEqual(['delivered', 200, null]);
  expect(receiver.received.every(({ path }) => path === '/hooks')).toBe(true);
});

test('a receiver that is not there: connection refused', async () => {
  const webhooks = service();
  const { shopId, endpoint } = await shopWithEndpoint(webhooks, { url: 'http://127.0.0.1:9/' });
  await emit(shopId);
  await webhooks.drainShop(shopId);
  expect((await deliveries(endpoint))[0]?.lastError).toBe('connection_refused');
});

test('410 switches the endpoint off, tells so, and what waited can be replayed', async () => {
  const webhooks = service();
  const { shop, shopId, endpoint, id } = await shopWithEndpoint(webhooks);
  const watch = { url: `${receiver.url}/watch`, eventTypes: ['webhook_endpoint.*'] };
  await desk.createEndpoint(webhooks.desk, shop, { ...watch, description: '' });
  await emit(shopId, 20);
  receiver.answer((response, { path }) => status(path === '/hooks' ? 410 : 204)(response));
  await webhooks.drainShop(shopId);
  const [told] = receiver.received.filter(({ path }) => path === '/hooks/watch');
  expect(told!.message).toMatchObject({
    type: 'webhook_endpoint.disabled',
    sequence: 1,
    data: { id, status: 'disabled', disabled_reason: 'gone' },
  });
  expect((await deliveries(endpoint)).every((row) => row.status === 'dead')).toBe(true);
  const before = receiver.received.length;
  await emit(shopId);
  await webhooks.drainShop(shopId);
  expect(receiver.received).toHaveLength(before);

  await expect(replayDead(webhooks.desk, shopId, id)).rejects.toThrow('webhook_endpoint_disabled');
  receiver.answer(status(204));
  await desk.changeEndpoint(webhooks.desk, shop, id, { status: 'enabled' });
  expect(await replayDead(webhooks.desk, shopId, id)).toEqual({ queued: 20, hasMore: false });
  await webhooks.drainShop(shopId);
  const rows = await deliveries(endpoint);
  expect(rows.filter((row) => row.status === 'delivered').length).toBeGreaterThanOrEqual(20);
});

test('five days of nothing but failures switch the endpoint off', async () => {
  const webhooks = service();
  const { shopId, id } = await shopWithEndpoint(webhooks);
  receiver.answer(status(500));
  await emit(shopId);
  await webhooks.drainShop(shopId);
  aheadMs = 5 * 24 * 3_600_000 - 60_000;
  await emit(shopId);
  await webhooks.drainShop(shopId);
  expect((await desk.findEndpoint(webhooks.desk, shopId, id)).status).toBe('enabled');
  aheadMs += 120_000;
  await emit(shopId);
  await webhooks.drainShop(shopId);
  const off = await desk.findEndpoint(webhooks.desk, shopId, id);
  expect(off).toMatchObject({ status: 'disabled', disabledReason: 'failing' });
});

test('429 slows the endpoint down as long as it asks, and uses up no attempts', async () => {
  holdClock();
  const webhooks = service();
  const { shopId, endpoint } = await shopWithEndpoint(webhooks);
  receiver.answer(status(429, { 'retry-after': '60' }));
  await emit(shopId, 30);
  await webhooks.drainShop(shopId);
  // Those under way together got the answer; the others were given back unsent.
  expect(receiver.received.length).toBeLessThanOrEqual(8);
  const attempts = (await deliveries(endpoint)).map((row) => row.attempts);
  expect(attempts.filter((count) => count === 0).length).toBeGreaterThanOrEqual(22);
  aheadMs += 58_000;
  expect(await webhooks.drainShop(shopId)).toBe(0);
  receiver.answer(status(204));
  aheadMs += 3_000;
  await webhooks.drainShop(shopId);
  aheadMs += 3_000;
  await webhooks.drainShop(shopId);
  expect((await deliveries(endpoint)).every((row) => row.status === 'delivered')).toBe(true);
});

test('slow endpoints do not keep others waiting', async () => {
  const slow = await startWebhookReceiver();
  slow.answer(() => {});
  const webhooks = service({ places: 4 });
  webhooks.start();
  const shops = [];
  for (let index = 0; index < 3; index++) {
    const { shopId } = await shopWithEndpoint(webhooks, { url: slow.url });
    shops.push(shopId);
    await emit(shopId, 20);
  }
  await expect.poll(() => slow.received.length).toBeGreaterThanOrEqual(24);
  const { shopId } = await shopWithEndpoint(webhooks);
  await emit(shopId, 100);
  // Long before the slow ones' 15 seconds are over.
  await expect.poll(() => receiver.received.length, { timeout: 10_000 }).toBe(100);
  await slow.close();
});

test('a worker killed in the middle: another delivers after the lease', async () => {
  const webhooks = service();
  const { shopId, endpoint } = await shopWithEndpoint(webhooks);
  await emit(shopId, 5);
  await fanOut(deeds(), shopId);
  // It claimed, and died before it sent or before it wrote down what it had sent.
  const claim = { now: wall(), leaseMs: 60_000, limit: 16 };
  expect(await claimDeliveries(db, endpoint, claim)).toHaveLength(5);
  expect(await webhooks.drainShop(shopId)).toBe(0);
  aheadMs = 60_500;
  expect(await webhooks.drainShop(shopId)).toBe(5);
  expect((await deliveries(endpoint)).every((row) => row.status === 'delivered')).toBe(true);
});

test('a process killed while it sends: every event arrives, none is lost', async () => {
  const survivor = service();
  const { shopId, endpoint } = await shopWithEndpoint(survivor);
  receiver.answer((response) => {
    if (receiver.received.length <= 20) status(204)(response);
  });
  await emit(shopId, 60);
  const script = path.join(import.meta.dirname, '../../tests/webhook-process.ts');
  const env = { ...process.env, DATABASE_URL: place.url, KAWASE_KEYRING: JSON.stringify(keyring) };
  const child = spawn(process.execPath, [script], { env, stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await expect.poll(() => receiver.received.length, { timeout: 10_000 }).toBeGreaterThan(20);
  child.kill('SIGKILL');
  await ended;
  expect((await deliveries(endpoint)).some((row) => row.status === 'pending')).toBe(true);
  receiver.answer(status(204));
  await survivor.drainShop(shopId);
  aheadMs = 61_000;
  await survivor.drainShop(shopId);
  expect((await deliveries(endpoint)).every((row) => row.status === 'delivered')).toBe(true);
  expect(new Set(receiver.received.map(({ message }) => message.id)).size).toBe(60);
});

test('a process that is stopped in the middle loses nothing and uses up no attempt', async () => {
  const dying = service({ timeoutMs: 5_000 });
  const { shopId, endpoint } = await shopWithEndpoint(dying);
  receiver.answer(() => {});
  await emit(shopId, 20);
  const drained = dying.drainShop(shopId);
  await expect.poll(() => receiver.received.length).toBe(8);
  await dying.stop(50);
  await drained;
  receiver.answer(status(204));
  const next = service({ timeoutMs: 5_000 });
  await next.drainShop(shopId);
  aheadMs = 31_000;
  await next.drainShop(shopId);
  const rows = await deliveries(endpoint);
  expect(rows.every((row) => row.status === 'delivered')).toBe(true);
  // Eight were sent twice, under the same ids: at least once, and receivers can tell.
  const ids = receiver.received.map(({ message }) => message.id);
  expect(new Set(ids).size).toBe(20);
  expect(ids).toHaveLength(28);
});

test('two processes share the work; nothing is sent twice', async () => {
  const both = [service(), service()];
  const { shopId } = await shopWithEndpoint(both[0]!);
  for (const each of both) each.start();
  for (let round = 0; round < 10; round++) await emit(shopId, 20);
  await expect.poll(() => receiver.received.length, { timeout: 10_000 }).toBe(200);
  await Promise.all(both.map((each) => each.stop(1_000)));
  expect(new Set(receiver.received.map(({ message }) => message.id)).size).toBe(200);
});

test('one event again, to all or to one endpoint; a span of time again', async () => {
  const webhooks = service();
  const { shop, shopId, id, endpoint } = await shopWithEndpoint(webhooks);
  const since = wall();
  const other = { url: `${receiver.url}/other`, eventTypes: ['deposit.*'], description: '' };
  const second = await desk.createEndpoint(webhooks.desk, shop, other);
  const otherId = publicId('whe', second.endpoint.endpointId);
  await emit(shopId, 2);
  await webhooks.drainShop(shopId);
  const eventId = receiver.received[0]!.message.id;
  const again = await redeliverEvent(webhooks.desk, shopId, eventId, undefined);
  expect(again.endpoints.map((one) => one.endpointId)).toEqual([endpoint.endpointId]);
  await redeliverEvent(webhooks.desk, shopId, eventId, otherId);
  expect(await webhooks.drainShop(shopId)).toBe(2);
  const got = receiver.received.filter(({ message }) => message.id === eventId);
  expect(got.map(({ path }) => path).sort()).toEqual(['/hooks', '/hooks', '/hooks/other']);

  const span = { since, until: wall().add({ seconds: 1 }), after: 0 };
  expect(await replaySpan(webhooks.desk, shopId, id, span)).toEqual({ queued: 2, after: null });
  expect(await replaySpan(webhooks.desk, shopId, otherId, span)).toEqual({
    queued: 0,
    after: null,
  });
  expect(await webhooks.drainShop(shopId)).toBe(2);
  await expect(replaySpan(webhooks.desk, shopId, id, { ...span, until: since })).rejects.toThrow(
    'invalid_input',
  );
});

test('a ping goes to one endpoint whatever its filter, and shows in the event log', async () => {
  const webhooks = service();
  const { shop, shopId, id } = await shopWithEndpoint(webhooks, { eventTypes: ['deposit.*'] });
  const other = { url: `${receiver.url}/other`, eventTypes: [], description: '' };
  await desk.createEndpoint(webhooks.desk, shop, other);
  const event = await desk.pingEndpoint(webhooks.desk, shopId, id);
  await webhooks.drainShop(shopId);
  expect(receiver.received.map(({ path, message }) => [path, message.id])).toEqual([
    ['/hooks', event.id],
  ]);
  expect(receiver.received[0]!.message).toMatchObject({
    type: 'webhook_endpoint.ping',
    data: { id },
  });
});

test('a deleted endpoint gets nothing more, and is not found again', async () => {
  const webhooks = service();
  const { shopId, id, endpoint } = await shopWithEndpoint(webhooks);
  receiver.answer(status(500));
  await emit(shopId);
  await webhooks.drainShop(shopId);
  await desk.deleteEndpoint(webhooks.desk, shopId, id);
  aheadMs = 3_600_000;
  await emit(shopId);
  expect(await webhooks.drainShop(shopId)).toBe(0);
  expect((await deliveries(endpoint)).map((row) => row.status)).toEqual(['canceled']);
  await expect(desk.findEndpoint(webhooks.desk, shopId, id)).rejects.toThrow('not_found');
});

test("one shop's endpoints, events and secrets are nothing to another", async () => {
  const webhooks = service();
  const first = await shopWithEndpoint(webhooks);
  const second = await shopWithEndpoint(webhooks, { url: `${receiver.url}/second` });
  await emit(first.shopId);
  await webhooks.drainShop(first.shopId);
  await webhooks.drainShop(second.shopId);
  expect(receiver.received.map(({ path }) => path)).toEqual(['/hooks']);
  const eventId = receiver.received[0]!.message.id;
  const { shopId, shop } = second;
  const attempts: (() => Promise<unknown>)[] = [
    () => desk.findEndpoint(webhooks.desk, shopId, first.id),
    () => desk.changeEndpoint(webhooks.desk, shop, first.id, { description: 'mine now' }),
    () => desk.rotateSecret(webhooks.desk, shopId, first.id, 0),
    () => desk.pingEndpoint(webhooks.desk, shopId, first.id),
    () => desk.deleteEndpoint(webhooks.desk, shopId, first.id),
    () => replayDead(webhooks.desk, shopId, first.id),
    () => redeliverEvent(webhooks.desk, shopId, eventId, second.id),
    () => redeliverEvent(webhooks.desk, first.shopId, eventId, second.id),
  ];
  for (const attempt of attempts) await expect(attempt()).rejects.toThrow(/not_found/);
});

test('at most 20 endpoints a shop; private targets only where they are opened', async () => {
  const webhooks = service();
  const { shop } = await shopWithEndpoint(webhooks);
  const input = { url: receiver.url, eventTypes: [], description: '' };
  for (let index = 1; index < 20; index++) await desk.createEndpoint(webhooks.desk, shop, input);
  await expect(desk.createEndpoint(webhooks.desk, shop, input)).rejects.toThrow('too_many');
  const closed = service({ allowPrivate: [] });
  await expect(desk.createEndpoint(closed.desk, shop, input)).rejects.toThrow('invalid_input');
});
