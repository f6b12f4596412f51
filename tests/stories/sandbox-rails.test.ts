// The sandbox of the real-time rails: outcomes decided before and after a payment is asked for,
// faults of one rail, worlds that follow the shop's clock.
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { visitor } from '../../server/api/recipient/test-visitor.ts';
import { type InstantWorld, startInstantWorld } from '../instant-world.ts';
import { type RemittanceJson, startWorld, type World, type WorldShop } from '../world.ts';

let instant: InstantWorld;
let world: World;
let shop: WorldShop;

beforeAll(async () => {
  instant = await startInstantWorld();
  world = await startWorld(instant.environment);
  shop = await world.openShop('http');
  await shop.fund(1_000_000);
  await instant.contract(world, shop);
});

afterAll(async () => {
  await world.close();
  await instant.close();
});

let references = 0;

async function link(method: string): Promise<{ id: string; path: string }> {
  references += 1;
  const made = await shop.client.post<RemittanceJson>('/v1/remittances', {
    ...{ reference: `sandbox-${references}`, amount: 6_000 },
    destination: { type: 'link', methods: [method] },
  });
  expect(made.status, made.text).toBe(201);
  const { url } = (await shop.read(made.body.id)).link as { url: string };
  return { id: made.body.id, path: new URL(url).pathname };
}

const outcome = (id: string, body: object) =>
  shop.client.post(`/v1/sandbox/remittances/${id}/outcome`, body);

const until = (id: string, expected: object) =>
  vi.waitFor(async () => expect(await shop.read(id)).toMatchObject(expected), {
    timeout: 10_000,
    interval: 50,
  });

async function byAuPay(path: string): Promise<void> {
  const who = visitor(world.url);
  const entry = await who.get(`${path}/enter?method=au_pay`);
  await who.submit(await who.submit(entry, { member: '100000000002' }));
}

test('a wallet charge that fails as planned, then pays; taken back when it was paid', async () => {
  const { id, path } = await link('au_pay');
  const plan = { outcome: 'failed', reason: 'limit_exceeded', method: 'au_pay' };
  expect((await outcome(id, plan)).status).toBe(200);
  await byAuPay(path);
  await until(id, { status: 'awaiting_recipient', status_reason: 'limit_exceeded' });
  await byAuPay(path);
  await until(id, { status: 'paid' });
  expect((await outcome(id, { outcome: 'returned' })).status).toBe(200);
  await shop.clock({ advance: 'P2D' });
  await until(id, { status: 'awaiting_recipient' });
});

test('what a simulator cannot do is said, and changes nothing', async () => {
  const { id } = await link('amazon_gift');
  const recalled = await outcome(id, { outcome: 'recalled', method: 'amazon_gift' });
  expect(recalled.body).toMatchObject({ status: 409, code: 'sandbox_not_possible' });
  const part = await outcome(id, { outcome: 'partly_received' });
  expect(part.body).toMatchObject({ code: 'sandbox_not_possible' });
});

test('an ATM network that has no money delays, and loses nothing', async () => {
  const { id, path } = await link('atm_cash');
  await outcome(id, { outcome: 'failed', reason: 'rail_unavailable', method: 'atm_cash' });
  const who = visitor(world.url);
  const methods = await who.get(`${path}/methods`);
  const status = await who.submit(await who.submit(methods, { method: 'atm_cash' }));
  expect(status.html).toContain('二重に送られることはありません');
  await until(id, { status: 'processing' });
  await shop.clock({ advance: 'PT3M' });
  await until(id, { status: 'receivable' });
});

test('faults of one rail, and of none that is not there', async () => {
  const faults = (body: object) => shop.client.post('/v1/sandbox/faults', body);
  expect((await faults({ rail: 'seven_atm', down: true })).status).toBe(200);
  const { id, path } = await link('atm_cash');
  const who = visitor(world.url);
  await who.submit(await who.submit(await who.get(`${path}/methods`), { method: 'atm_cash' }));
  await until(id, { status: 'processing' });
  expect((await faults({ rail: 'seven_atm' })).status).toBe(200);
  await shop.clock({ advance: 'PT30M' });
  await until(id, { status: 'receivable' });
  expect((await faults({ rail: 'pigeon_post' })).body).toMatchObject({
    code: 'sandbox_not_possible',
  });
});
