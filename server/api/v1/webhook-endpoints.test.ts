// /v1/webhook_endpoints and /v1/events over real HTTP: from creation to a verified message, scopes,
// bad input, tenants.
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type ApiWorld, ownAndForeign, startApiWorld } from '../../../tests/api-world.ts';
import {
  startWebhookReceiver,
  status,
  type WebhookReceiver,
} from '../../../tests/webhook-receiver.ts';
import { publicId, uuidv7 } from '../../base/ids.ts';
import { createWebhooks, type Webhooks } from '../../webhooks/webhooks.ts';
import { registerEvents } from './events.ts';
import { registerWebhookEndpoints } from './webhook-endpoints.ts';

let world: ApiWorld;
let webhooks: Webhooks;
let receiver: WebhookReceiver;
const errors: unknown[] = [];

beforeAll(async () => {
  receiver = await startWebhookReceiver();
  world = await startApiWorld((api, { deeds, vault }) => {
    webhooks = createWebhooks({
      deeds,
      vault,
      allowPrivate: ['127.0.0.1'],
      onError: (error) => void errors.push(error),
    });
    registerWebhookEndpoints(api, webhooks);
    registerEvents(api, webhooks);
  });
  webhooks.start();
});

afterAll(async () => {
  await webhooks.stop(1_000);
  await world.close();
  await receiver.close();
  expect(errors).toEqual([]);
});

beforeEach(() => {
  receiver.received.length = 0;
  receiver.answer(status(204));
});

interface EndpointBody {
  readonly id: string;
  readonly secret: string;
  readonly status: string;
  readonly [field: string]: unknown;
}

interface Listed<Row> {
  readonly data: Row[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
}

async function create(more: Record<string, unknown> = {}): Promise<EndpointBody> {
  const body = { url: receiver.url, ...more };
  const answer = await world.client.post<EndpointBody>('/v1/webhook_endpoints', body);
  expect(answer.status, answer.text).toBe(201);
  return answer.body;
}

async function emit(count: number, type = 'remittance.paid'): Promise<void> {
  const objectId = uuidv7();
  await world.deeds.run(world.shop.shopId, async (tx) => {
    for (let objectSequence = 1; objectSequence <= count; objectSequence++) {
      const payload = JSON.stringify({ id: publicId('rem', objectId), amount: 500 });
      tx.emit({ type, objectId, objectSequence, payload });
    }
  });
}

const patch = (id: string, body: unknown) =>
  world.client.send<EndpointBody>('PATCH', `/v1/webhook_endpoints/${id}`, {
    headers: { 'content-type': 'application/json' },
    rawBody: JSON.stringify(body),
  });

test('an endpoint is created, read, changed and deleted; its secret shows once', async () => {
  const made = await create({ event_types: ['remittance.*'], description: '経理' });
  expect(made.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  const { secret, ...shown } = made;
  const path = `/v1/webhook_endpoints/${made.id}`;
  expect((await world.client.get(path)).body).toEqual(shown);
  const list = await world.client.get<Listed<EndpointBody>>('/v1/webhook_endpoints');
  expect(list.body.data).toContainEqual(shown);
  expect(list.text).not.toContain(secret);
  const changed = await patch(made.id, { description: '', event_types: [], status: 'disabled' });
  expect(changed.body).toMatchObject({ status: 'disabled', disabled_reason: 'by_merchant' });
  expect((await patch(made.id, { status: 'enabled' })).body).toMatchObject({
    status: 'enabled',
    disabled_reason: null,
    event_types: [],
  });
  expect((await world.client.delete(path)).status).toBe(204);
  expect((await world.client.get(path)).status).toBe(404);
  expect((await world.client.delete(path)).status).toBe(404);
});

test('from creation to a verified message, its delivery, a rotation and a replay', async () => {
  const made = await create({ event_types: ['deposit.received'] });
  const path = `/v1/webhook_endpoints/${made.id}`;
  await emit(3, 'deposit.received');
  await expect.poll(() => receiver.received.length).toBe(3);
  const [first] = receiver.received;
  new Webhook(made.secret).verify(first!.body, first!.headers);

  await webhooks.drainShop(world.shop.shopId);
  const event = await world.client.get(`/v1/events/${first!.message.id}`);
  expect(event.body).toMatchObject(first!.message);
  expect(event.body.deliveries).toMatchObject([
    { endpoint_id: made.id, status: 'delivered', attempts: 1, response_status: 204, error: null },
  ]);
  const page = await world.client.get<Listed<unknown>>(`${path}/deliveries?limit=2`);
  expect(page.body).toMatchObject({
    has_more: true,
    data: [{ event_type: 'deposit.received' }, {}],
  });
  const rest = await world.client.get<Listed<unknown>>(
    `${path}/deliveries?limit=2&cursor=${page.body.next_cursor}`,
  );
  expect(rest.body).toMatchObject({ has_more: false, data: [{}] });

  const rotated = await world.client.post<EndpointBody>(`${path}/rotate_secret`);
  expect(rotated.status).toBe(200);
  expect(rotated.body.secret).not.toBe(made.secret);
  expect(rotated.body.previous_secret_ends_at).not.toBeNull();
  const again = await world.client.post(`/v1/events/${first!.message.id}/redeliver`);
  expect(again.status).toBe(202);
  expect(again.body).toEqual({ event_id: first!.message.id, endpoint_ids: [made.id] });
  await expect.poll(() => receiver.received.length).toBe(4);
  for (const secret of [made.secret, rotated.body.secret]) {
    new Webhook(secret).verify(receiver.received[3]!.body, receiver.received[3]!.headers);
  }
  const since = new Date(Date.now() - 60_000).toISOString();
  const span = await world.client.post(`${path}/replay`, { since });
  expect(span.body).toEqual({ queued: 3, next_cursor: null, has_more: false });
  await expect.poll(() => receiver.received.length).toBe(7);
  const dead = await world.client.post(`${path}/replay`, { status: 'dead' });
  expect(dead.body).toEqual({ queued: 0, next_cursor: null, has_more: false });
  await world.client.delete(path);
});

test('a ping arrives at once and shows among the deliveries', async () => {
  const made = await create({ event_types: ['deposit.received'] });
  const ping = await world.client.post<{ id: string }>(`/v1/webhook_endpoints/${made.id}/ping`);
  expect(ping.status).toBe(202);
  await expect
    .poll(() => receiver.received.map(({ message }) => message.id))
    .toEqual([ping.body.id]);
  await patch(made.id, { status: 'disabled' });
  const refused = await world.client.post(`/v1/webhook_endpoints/${made.id}/ping`);
  expect([refused.status, refused.body.code]).toEqual([409, 'webhook_endpoint_disabled']);
  const path = `/v1/webhook_endpoints/${made.id}/replay`;
  expect((await world.client.post(path, { status: 'dead' })).status).toBe(409);
});

test('events are listed newest first, by pages and by type', async () => {
  await emit(5, 'balance.low');
  const seen: string[] = [];
  let path = '/v1/events?type=balance.low&limit=2';
  for (let page = 0; page < 10; page++) {
    const { body } = await world.client.get<Listed<{ id: string; type: string }>>(path);
    seen.push(...body.data.map((event) => event.id));
    expect(body.data.every((event) => event.type === 'balance.low')).toBe(true);
    if (!body.has_more) break;
    path = `/v1/events?type=balance.low&limit=2&cursor=${body.next_cursor}`;
  }
  expect(new Set(seen).size).toBe(5);
  const all = await world.client.get<Listed<{ id: string }>>('/v1/events');
  expect(all.body.data[0]!.id).toBe(seen[0]);
});

test('bad input is told with pointer and code, never a 500', async () => {
  const post = (path: string, body: unknown) => world.client.post<EndpointBody>(path, body);
  const faults: [string, unknown, string][] = [
    ['/v1/webhook_endpoints', { url: 'nonsense' }, 'url_invalid'],
    ['/v1/webhook_endpoints', { url: 'https://10.0.0.1/' }, 'url_address_not_allowed'],
    [
      '/v1/webhook_endpoints',
      { url: 'http://[::ffff:169.254.169.254]/' },
      'url_address_not_allowed',
    ],
    ['/v1/webhook_endpoints', { url: 'ftp://example.jp/' }, 'url_not_http'],
    ['/v1/webhook_endpoints', { url: receiver.url, event_types: ['Remittance'] }, 'bad_format'],
    ['/v1/webhook_endpoints', { url: receiver.url, secret: 'mine' }, 'unknown_field'],
  ];
  const made = await create();
  const replay = `/v1/webhook_endpoints/${made.id}/replay`;
  faults.push([replay, {}, 'replay_unclear']);
  faults.push([replay, { status: 'dead', since: '2026-11-24T00:00:00Z' }, 'replay_unclear']);
  faults.push([replay, { since: '2999-01-01T00:00:00Z' }, 'span_invalid']);
  faults.push([replay, { since: '0000-01-01T00:00:00Z' }, 'span_invalid']);
  for (const [path, body, code] of faults) {
    const answer = await post(path, body);
    const codes = (answer.body.errors as { code: string }[] | undefined)?.map((it) => it.code);
    expect([answer.status, codes?.[0]], JSON.stringify(body)).toEqual([422, code]);
  }
  const cursor = await post(replay, { since: '2026-11-01T00:00:00Z', cursor: 'zzz' });
  expect([cursor.status, cursor.body.code]).toEqual([422, 'invalid_cursor']);
  expect((await world.client.get('/v1/events/evt_nothing')).status).toBe(404);
  expect((await post('/v1/events/evt_nothing/redeliver', {})).status).toBe(404);
  await world.client.delete(`/v1/webhook_endpoints/${made.id}`);
});

test('live shops: https only', async () => {
  const answer = await world.liveClient.post<EndpointBody>('/v1/webhook_endpoints', {
    url: receiver.url,
  });
  expect(answer.body.errors).toMatchObject([{ pointer: '/url', code: 'url_not_https' }]);
});

test('scopes are asked for, and another shop finds nothing', async () => {
  const made = await create();
  await emit(1);
  const [event] = (await world.client.get<Listed<{ id: string }>>('/v1/events?limit=1')).body.data;
  expect(await ownAndForeign(world, `/v1/webhook_endpoints/${made.id}`)).toEqual([200, 404]);
  expect(await ownAndForeign(world, `/v1/webhook_endpoints/${made.id}/deliveries`)).toEqual([
    200, 404,
  ]);
  expect(await ownAndForeign(world, `/v1/events/${event!.id}`)).toEqual([200, 404]);
  const foreign = world.otherClient;
  const posts = ['rotate_secret', 'ping', 'replay'].map((deed) =>
    foreign.post(`/v1/webhook_endpoints/${made.id}/${deed}`, {
      ...(deed === 'replay' && { status: 'dead' }),
    }),
  );
  const answers = await Promise.all([
    ...posts,
    foreign.delete(`/v1/webhook_endpoints/${made.id}`),
    foreign.post(`/v1/events/${event!.id}/redeliver`),
  ]);
  expect(answers.map((answer) => answer.status)).toEqual([404, 404, 404, 404, 404]);
  expect((await foreign.get<Listed<unknown>>('/v1/events')).body.data).toEqual([]);
  const reader = world.client.withKey(await world.newKey(['webhooks:read']));
  expect((await reader.get('/v1/webhook_endpoints')).status).toBe(200);
  expect((await reader.post('/v1/webhook_endpoints', { url: receiver.url })).status).toBe(403);
  expect((await reader.get('/v1/events')).status).toBe(403);
});
