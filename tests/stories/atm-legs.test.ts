// Cash at an ATM over days: notes and coins apart, expiry by the sandbox clock, a lock, and the
// network's daily file that finds what no notice told. The machine is the simulator's own.
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { visitor } from '../../server/api/recipient/test-visitor.ts';
import { uuidOf } from '../../server/base/ids.ts';
import { yen } from '../../server/base/money.ts';
import { updateRailAccountConfig } from '../../server/merchants/rail-accounts.ts';
import { messagesOf } from '../../server/messages/queue-message.ts';
import { openOrphans } from '../../server/remittances/orphan-store.ts';
import { daysOf } from '../../server/remittances/rail-watch-store.ts';
import { type InstantWorld, startInstantWorld } from '../instant-world.ts';
import { type RemittanceJson, startWorld, type World, type WorldShop } from '../world.ts';

interface AtmRemittance extends RemittanceJson {
  readonly received_amount: number | null;
  readonly receipt_information: {
    readonly partner_code: string;
    readonly customer_number: string;
    readonly confirmation_number: string;
    readonly receivable_until: string;
  } | null;
}

let instant: InstantWorld;
let world: World;
let shop: WorldShop;
let railAccountId: string;

beforeAll(async () => {
  instant = await startInstantWorld();
  world = await startWorld(instant.environment);
  shop = await world.openShop('http');
  await shop.fund(1_000_000);
  railAccountId = (await instant.contract(world, shop)).get('seven_atm')!;
});

afterAll(async () => {
  await world.close();
  await instant.close();
});

let references = 0;

const until = (id: string, expected: Partial<AtmRemittance>) =>
  vi.waitFor(
    async () => {
      const found = (await shop.read(id)) as AtmRemittance;
      expect(found).toMatchObject(expected);
      return found;
    },
    { timeout: 10_000, interval: 50 },
  );

async function ask(amount: number, days = 10): Promise<AtmRemittance> {
  references += 1;
  const made = await shop.client.post('/v1/remittances', {
    ...{ reference: `legs-${references}`, amount },
    destination: { type: 'atm_cash', receive_within_days: days },
  });
  expect(made.status, made.text).toBe(201);
  return until(made.body.id as string, { status: 'receivable' });
}

const outcome = async (id: string, body: object) => {
  const told = await shop.client.post(`/v1/sandbox/remittances/${id}/outcome`, body);
  expect(told.status, told.text).toBe(200);
};

const typesOf = (found: AtmRemittance) => found.timeline.map(({ type }) => type.split('.')[1]);

test('the notes, then the coins: each ends what is owed of it', async () => {
  const before = await shop.balance();
  const { id } = await ask(8_400);
  await outcome(id, { outcome: 'partly_received' });
  const half = await until(id, { received_amount: 8_000 });
  expect(half.status).toBe('receivable');
  expect(half.receipt_information).not.toBeNull();
  expect(await shop.balance()).toMatchObject({
    available: before.available - 8_400,
    in_flight: before.in_flight + 400,
  });
  await outcome(id, { outcome: 'paid' });
  const paid = await until(id, { status: 'paid', received_amount: 8_400 });
  expect(typesOf(paid)).toContain('partly_received');
  expect(await shop.balance()).toMatchObject({ in_flight: before.in_flight });
});

test('the clock runs over the last day: coins come back, untouched money too', async () => {
  const before = await shop.balance();
  const [half, none] = [await ask(5_300, 2), await ask(7_000, 2)];
  await outcome(half.id, { outcome: 'partly_received' });
  await until(half.id, { received_amount: 5_000 });
  await shop.clock({ advance: 'P4D' });
  await until(half.id, { status: 'paid', received_amount: 5_000 });
  await until(none.id, { status: 'expired' });
  expect(await shop.balance()).toMatchObject({
    available: before.available - 5_000,
    in_flight: before.in_flight,
  });
});

test('three wrong confirmation numbers lock it; the sender takes it back', async () => {
  const { id, receipt_information: numbers } = await ask(6_000);
  const url = instant.simulators.atm.url;
  for (let tries = 0; tries < 3; tries++) {
    await fetch(`${url}/atm`, {
      method: 'POST',
      body: new URLSearchParams({
        ...{ step: 'confirmation', key: 'enter', partner: numbers!.partner_code },
        customer: numbers!.customer_number,
        confirmation: numbers!.confirmation_number === '0000' ? '0001' : '0000',
      }),
    });
  }
  const locked = await until(id, { status: 'receivable' });
  await vi.waitFor(async () =>
    expect(typesOf((await shop.read(id)) as AtmRemittance)).toContain('receipt_locked'),
  );
  const canceled = await shop.client.post(`/v1/remittances/${locked.id}/cancel`);
  expect(canceled.body.status, canceled.text).toBe('canceled');
});

test('notices are lost: the daily file finds it, and the day agrees', async () => {
  const { id } = await ask(9_000);
  await instant.at('atm', shop, 'PUT', '/faults', { dropNoticeRate: 1 });
  await outcome(id, { outcome: 'paid' });
  const { now } = await shop.clock({ advance: 'PT1S' });
  await instant.at('atm', shop, 'PUT', '/faults', {});
  const day = Temporal.PlainDate.from(now.slice(0, 10));
  await shop.clock({ to: `${day.add({ days: 1 })}T07:00:00+09:00` });
  await until(id, { status: 'paid', received_amount: 9_000 });
  const days = await daysOf(world.core.db, railAccountId, 20);
  expect(days.find((each) => each.day.equals(day))).toBeDefined();
  expect(days.flatMap(({ differences }) => differences)).toEqual([]);
});

test('what the file tells and we never made is shown to the operator', async () => {
  const account = await world.core.railAccounts.byId(railAccountId);
  const rail = world.core.rails.get('seven_atm')!;
  const dispatchCode = `${shop.shop.number}`.padStart(6, '0') + '0'.repeat(13) + '7';
  const { now } = await shop.clock({ advance: 'PT1S' });
  const day = Temporal.PlainDate.from(now.slice(0, 10));
  const amountYen = yen(4_000);
  // As a restore could have lost it: the payment is the rail's alone.
  await rail.submit(
    {
      ...{ id: 'lost', account, transferDate: day, totalYen: amountYen },
      createdAt: Temporal.Instant.from(now),
      items: [
        {
          ...{ itemNumber: 1, attemptId: 'lost', dispatchCode, amountYen },
          destination: { receiveWithinDays: 5 },
        },
      ],
    },
    AbortSignal.timeout(5_000),
  );
  await instant.at('atm', shop, 'POST', '/receive', { requestId: dispatchCode });
  await shop.clock({ to: `${day.add({ days: 1 })}T07:00:00+09:00` });
  const days = await daysOf(world.core.db, railAccountId, 20);
  const found = days.flatMap(({ differences }) => differences);
  expect(found).toMatchObject([{ kind: 'unknown_payment', dispatchCode, theirsYen: 4_000 }]);
  const events = await world.core.db.query<{ type: string }>(
    `select type from event where shop_id = $1 and type = 'rail.day_differs'`,
    [shop.shop.shopId],
  );
  expect(events).toHaveLength(1);
  expect(await openOrphans(world.core.db)).toMatchObject([{ dispatchCode }]);
});

test('its numbers are written to whom the sender names, and kept out of lists', async () => {
  const made = await shop.client.post('/v1/remittances', {
    ...{ reference: 'told-by-mail', amount: 3_000 },
    destination: { type: 'atm_cash', deliver: { email: 'hanako@mihon.example' } },
  });
  const { id, receipt_information: numbers } = await until(made.body.id as string, {
    status: 'receivable',
  });
  const { db, vault } = world.core;
  const sent = await messagesOf({ db, vault }, shop.shop.shopId, uuidOf('rem', id)!);
  expect(sent).toMatchObject([{ channel: 'mail', kind: 'receipt_information' }]);
  expect(sent[0]!.maskedAddress).not.toContain('hanako');
  const list = await shop.client.get('/v1/remittances?limit=5');
  expect(list.text).not.toContain(numbers!.confirmation_number);
  const wrong = await shop.client.post('/v1/remittances', {
    ...{ reference: 'told-nowhere', amount: 3_000 },
    destination: { type: 'atm_cash', deliver: { email: 'nobody' } },
  });
  expect(wrong.text).toContain('/destination/deliver/email');
});

test('chosen on a link, the numbers go where its link went', async () => {
  const made = await shop.client.post('/v1/remittances', {
    ...{ reference: 'told-by-link', amount: 3_000 },
    destination: {
      ...{ type: 'link', methods: ['atm_cash'] },
      deliver: { email: 'hanako@mihon.example' },
    },
  });
  const id = made.body.id as string;
  const { url } = (await shop.read(id)).link as { url: string };
  const who = visitor(world.url);
  const methods = await who.get(`${new URL(url).pathname}/methods`);
  await who.submit(await who.submit(methods, { method: 'atm_cash' }));
  await until(id, { status: 'receivable' });
  const { db, vault } = world.core;
  const [{ linkId }] = (await db.query<{ linkId: string }>(
    'select link_id as "linkId" from receive_link where shop_id = $1 and remittance_id = $2',
    [shop.shop.shopId, uuidOf('rem', id)],
  )) as [{ linkId: string }];
  const sent = await messagesOf({ db, vault }, shop.shop.shopId, linkId);
  expect(sent.map(({ kind }) => kind)).toContain('receipt_information');
});

test('a contract without coins refuses them before any money moves', async () => {
  const { config } = await world.core.railAccounts.byId(railAccountId);
  const change = (changed: unknown) =>
    updateRailAccountConfig(world.core, { railAccountId, config: changed, by: 'test' });
  await change({ ...(config as object), coinRule: 'refuse' });
  const destination = { type: 'atm_cash' };
  const refused = await shop.client.post('/v1/remittances', {
    ...{ reference: 'coins', amount: 8_400, destination },
  });
  expect(refused.body).toMatchObject({ code: 'amount_not_in_units' });
  await change(config);
});
