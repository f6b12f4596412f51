// Real-time rails through the whole house: cash at an ATM asked for by API, taken, taken back
// and expired; a charge of au PAY chosen on a link. The rails' own behaviour is tested in their
// folders.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { ACCOUNT, makeLink, QUESTION, visitor } from '../../server/api/recipient/test-visitor.ts';
import { createRailAccount } from '../../server/merchants/rail-accounts.ts';
import { setShopMethod } from '../../server/merchants/shop-methods.ts';
import {
  announceMaintenance,
  withdrawMaintenance,
} from '../../server/remittances/announce-maintenance.ts';
import {
  type SevenAtmSimulator,
  startSevenAtmSimulator,
} from '../../simulators/seven-atm/start.ts';
import { type RemittanceJson, startWorld, type World, type WorldShop } from '../world.ts';

let world: World;
let shop: WorldShop;
let atm: SevenAtmSimulator;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kawase-instant-'));
  world = await startWorld();
  atm = await startSevenAtmSimulator({ port: 0, dataDir: folder, tickMs: 20 });
  shop = await world.openShop('http');
  await shop.fund(1_000_000);
  await contractWithAtm();
});

afterAll(async () => {
  await world.close();
  await atm.close();
  await rm(folder, { recursive: true, force: true });
});

async function control(method: string, path: string, body: object) {
  const response = await fetch(`${atm.controlUrl}${path}`, {
    method,
    headers: { 'x-control-token': atm.controlToken },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as Record<string, unknown>;
  if (!response.ok) throw new Error(JSON.stringify(answer));
  return answer;
}

async function contractWithAtm(): Promise<void> {
  const { shopId } = shop.shop;
  const contract = await control('POST', '/worlds', { worldId: shopId, prefundYen: 1_000_000 });
  const { keyId, secret, noticeKeyId, noticeSecret } = contract;
  const railAccountId = await createRailAccount(world.core, {
    ...{ rail: 'seven_atm', connector: 'http', mode: 'test', name: 'ATM' },
    config: {
      baseUrl: atm.url,
      key: { keyId, secret },
      noticeKeys: [{ keyId: noticeKeyId, secret: noticeSecret }],
    },
    operatorShopId: shopId,
    by: 'test',
  });
  const agreed = { shopId, method: 'atm_cash', railAccountId, maxYen: 100_000, by: 'test' };
  await setShopMethod(world.core, agreed);
  const url = `${world.url}/hooks/rail/${railAccountId}`;
  await control('PUT', `/worlds/${shopId}/webhook`, { url });
}

interface AtmRemittance extends RemittanceJson {
  readonly method: string;
  readonly received_amount: number | null;
  readonly receipt_information: { readonly customer_number: string } | null;
}

let references = 0;

async function ask(amount: number): Promise<AtmRemittance> {
  references += 1;
  const body = { reference: `atm-${references}`, amount, destination: { type: 'atm_cash' } };
  const made = await shop.client.post('/v1/remittances', body);
  expect(made.status, made.text).toBe(201);
  return until(made.body.id as string, 'receivable');
}

const until = (id: string, status: string) =>
  vi.waitFor(
    async () => {
      const found = (await shop.read(id)) as AtmRemittance;
      expect(found.status).toBe(status);
      return found;
    },
    { timeout: 10_000, interval: 50 },
  );

/** The recipient at the machine: what of the dispatch code can be taken, is. */
async function take(id: string): Promise<void> {
  const rows = await world.core.db.query<{ dispatch_code: string }>(
    `select dispatch_code from attempt a join remittance r using (shop_id, remittance_id)
     where shop_id = $1 and r.reference = $2`,
    [shop.shop.shopId, (await shop.read(id)).reference],
  );
  const requestId = rows[0]!.dispatch_code;
  await control('POST', `/worlds/${shop.shop.shopId}/receive`, { requestId });
}

test('cash at an ATM: numbers at once, paid when it is taken', async () => {
  const before = await shop.balance();
  const receivable = await ask(20_000);
  expect(receivable.method).toBe('atm_cash');
  expect(receivable.receipt_information?.customer_number).toMatch(/^\d{11}$/);
  expect(await shop.balance()).toMatchObject({ in_flight: before.in_flight + 20_000 });
  const list = await shop.client.get<Record<string, unknown>>('/v1/remittances?limit=1');
  expect(JSON.stringify(list.body)).not.toContain(receivable.receipt_information!.customer_number);
  await take(receivable.id);
  const paid = await until(receivable.id, 'paid');
  expect(paid).toMatchObject({ received_amount: 20_000, receipt_information: null });
  expect(await shop.balance()).toMatchObject({
    available: before.available - 20_000,
    in_flight: 0,
  });
});

test('taken back before anyone took it, the money is available again', async () => {
  const before = await shop.balance();
  const receivable = await ask(5_000);
  const canceled = await shop.client.post(`/v1/remittances/${receivable.id}/cancel`);
  expect(canceled.status, canceled.text).toBe(200);
  expect(canceled.body.status).toBe('canceled');
  expect(await shop.balance()).toEqual({ ...(await shop.balance()), available: before.available });
});

test('asked back while the recipient takes it, exactly one of the two has the money', async () => {
  const before = await shop.balance();
  const receivable = await ask(7_000);
  const [canceled] = await Promise.allSettled([
    shop.client.post(`/v1/remittances/${receivable.id}/cancel`),
    take(receivable.id),
  ]);
  const won = canceled.status === 'fulfilled' && canceled.value.status === 200;
  await until(receivable.id, won ? 'canceled' : 'paid');
  const { available, in_flight } = await shop.balance();
  expect({ available, in_flight }).toEqual({
    available: before.available - (won ? 0 : 7_000),
    in_flight: 0,
  });
});

/** A link on which the recipient has chosen cash; it is ready at the machine. */
async function chosenCash() {
  const link = await makeLink(shop, {
    methods: ['bank_transfer', 'atm_cash'],
    deliver: { email: 'hanako@example.jp' },
  });
  const who = visitor(world.url);
  await who.submit(await who.get(link.path), { answer0: QUESTION.value });
  const methods = await who.get(`${link.path}/methods`);
  await who.submit(await who.submit(methods, { method: 'atm_cash' }));
  await until(link.id, 'receivable');
  return { link, who, numbers: await who.get(`${link.path}/status`) };
}

test('who would rather have it in an account gives the numbers back first', async () => {
  const before = await shop.balance();
  const { link, who, numbers } = await chosenCash();
  const number = /class="digits">(\d{11})</.exec(numbers.html)![1]!;
  const methods = await who.submit(await who.get(`${link.path}/switch`));
  expect(methods.path).toBe(`${link.path}/methods`);
  expect(await shop.read(link.id)).toMatchObject({ status: 'awaiting_recipient' });
  expect(await shop.balance()).toMatchObject({ reserved: before.reserved + 8_400, in_flight: 0 });
  expect((await who.get(link.path)).html).not.toContain(number);
  const form = await who.get(`${link.path}/account?bank=0005&branch=001`);
  const status = await who.submit(await who.submit(form, ACCOUNT));
  expect(status.html).toContain('手続きを受け付けました');
  const chosen = await shop.read(link.id);
  expect(chosen).toMatchObject({ status: 'scheduled', method: 'bank_transfer' });
  await shop.client.post(`/v1/remittances/${link.id}/cancel`);
  expect(await shop.balance()).toEqual(before);
});

test('numbers given back while the cash is taken: the page tells which it was', async () => {
  const before = await shop.balance();
  const { link, who } = await chosenCash();
  const asked = await who.get(`${link.path}/switch`);
  const [page] = await Promise.all([who.submit(asked), take(link.id).catch(() => undefined)]);
  const won = page.path === `${link.path}/methods`;
  await until(link.id, won ? 'awaiting_recipient' : 'paid');
  if (!won) expect(page.path).toContain(`${link.path}/status`);
  const { available, in_flight } = await shop.balance();
  expect({ available, in_flight }).toEqual({ available: before.available - 8_400, in_flight: 0 });
});

test('the shop cancels while the recipient changes: the shop’s word is the last', async () => {
  const { link, who } = await chosenCash();
  await world.core.db.run(
    'update receive_link set switching_since = now() where shop_id = $1 and code = $2',
    [shop.shop.shopId, link.code],
  );
  const canceled = await shop.client.post(`/v1/remittances/${link.id}/cancel`);
  expect(canceled.body).toMatchObject({ status: 'canceled', link: { status: 'withdrawn' } });
  const page = await who.get(`${link.path}/status`);
  expect(page.html).toContain('このお支払いは取りやめになりました');
});

test('more than the machine pays is refused before any money moves', async () => {
  const body = { reference: 'atm-too-much', amount: 100_001, destination: { type: 'atm_cash' } };
  const refused = await shop.client.post('/v1/remittances', body);
  expect(refused.body).toMatchObject({ code: 'amount_over_limit' });
});

test('every method of the contract is quoted, and a link tells what each would cost', async () => {
  const items = [
    { amount: 20_000, method: 'atm_cash' },
    { amount: 20_000, method: 'bank_transfer', bank_code: '0005' },
    { amount: 200_000, method: 'atm_cash' },
    { amount: 20_000, method: 'amazon_gift' },
    { amount: 20_000, method: 'atm_cash', bank_code: '0005' },
  ];
  const { body } = await shop.client.post('/v1/quotes', { items });
  const [atm, bank, ...refused] = body.items as Record<string, Record<string, unknown>>[];
  expect(atm!.quote).toMatchObject({ method: 'atm_cash', fee: { amount: 250 }, same_bank: null });
  const { cut_off_at, expected_arrival } = atm!.quote as never as Record<string, never>;
  const today = String(cut_off_at).slice(0, 10);
  expect(expected_arrival).toEqual({ from: today, to: today });
  expect(bank!.quote).toMatchObject({ method: 'bank_transfer', fee: { amount: 200 } });
  expect(refused.map(({ problem }) => problem!.code)).toEqual([
    'amount_over_limit',
    'method_not_available',
    'invalid_input',
  ]);
  const link = await linkFor(['bank_transfer', 'atm_cash']);
  expect(link).toMatchObject({
    fee: { amount: null, tax: null },
    link: {
      fees: [
        { method: 'bank_transfer', from: 100, to: 200 },
        { method: 'atm_cash', from: 250, to: 250 },
      ],
    },
  });
});

async function linkFor(methods: readonly string[]) {
  references += 1;
  const destination = { type: 'link', methods };
  const body = { reference: `link-${references}`, amount: 5_000, destination };
  const made = await shop.client.post('/v1/remittances', body);
  expect(made.status, made.text).toBe(201);
  return made.body as unknown as { id: string; link: { url: string } };
}

test('maintenance: the choice page says until when, and what is asked for is held', async () => {
  const { core } = world;
  const { now } = (await shop.client.get<{ now: string }>('/v1/sandbox/clock')).body;
  const startsAt = Temporal.Instant.from(now).subtract({ minutes: 5 });
  const endsAt = startsAt.add({ hours: 3 });
  const { link } = await linkFor(['bank_transfer', 'atm_cash']);
  const page = async () => {
    const path = new URL(link.url).pathname;
    return (await fetch(`${world.url}${path}/methods`)).text();
  };
  const choices = (html: string) => [...html.matchAll(/name="method" value="(\w+)"/g)].length;
  expect(choices(await page())).toBe(2);
  const window = { rail: 'seven_atm', railAccountId: null, note: '', by: 'test' };
  const id = await announceMaintenance(core, { ...window, startsAt, endsAt });
  const closed = await page();
  expect(closed).toContain('メンテナンスのため');
  expect(choices(closed)).toBe(1);
  const body = { reference: 'in-maintenance', amount: 5_000, destination: { type: 'atm_cash' } };
  const made = await shop.client.post<RemittanceJson>('/v1/remittances', body);
  expect(made.body).toMatchObject({ status: 'scheduled' });
  expect(Temporal.Instant.from(String(made.body.cut_off_at)).equals(endsAt)).toBe(true);
  await shop.clock({ advance: 'PT1H' });
  expect((await shop.read(made.body.id)).status).toBe('scheduled');
  await shop.clock({ advance: 'PT3H' });
  await until(made.body.id, 'receivable');
  expect(choices(await page())).toBe(2);
  await withdrawMaintenance(core, id, 'test');
});
