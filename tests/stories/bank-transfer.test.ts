// Stories of bank transfers through the public API and the bank simulator, by both connectors: from
// the instruction to what came of it. What takes days happens in one week for all of them.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RemittanceJson, startWorld, type World, type WorldShop } from '../world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world.close());

/** The bank's magic account numbers and what becomes of a remittance to them. */
const MAGIC = [
  ['9990001', 'no_account'],
  ['9990002', 'name_mismatch'],
  ['9990003', 'account_number_mismatch'],
  ['9990004', 'account_type_mismatch'],
  ['9990005', 'account_closed'],
  ['9990006', 'outside_hours'],
  ['9990007', 'limit_exceeded'],
  ['9990009', 'other'],
] as const;

async function send(shop: WorldShop, accountNumber: string, amount = 8_400) {
  const made = await shop.instruct({ accountNumber, amount });
  expect(made.status, made.text).toBe(201);
  return made.body;
}

describe.each(['http', 'file'] as const)('by %s', (connector) => {
  let shop: WorldShop;
  let balances: { before: number; ready: number; flying: number };
  const sent = new Map<string, RemittanceJson>();
  const found = (name: string) => shop.read(sent.get(name)!.id);
  const decide = async (name: string, body: object) => {
    const path = `/v1/sandbox/remittances/${sent.get(name)!.id}/outcome`;
    expect((await shop.client.post(path, body)).status).toBe(200);
  };

  beforeAll(async () => {
    shop = await world.openShop(connector);
    await shop.client.post('/v1/sandbox/deposits', { amount: 1_000_000 });
    const before = (await shop.balance()).available;
    for (const [number] of MAGIC) sent.set(number, await send(shop, number));
    sent.set('plain', await send(shop, '1234567'));
    sent.set('returned', await send(shop, '9991025', 7_001));
    sent.set('returned bare', await send(shop, '9995001', 7_002));
    sent.set('canceled', await send(shop, '1234567', 3_003));
    sent.set('recall refused', await send(shop, '1234567', 5_001));
    sent.set('recalled', await send(shop, '1234567', 5_002));
    await shop.client.post(`/v1/remittances/${sent.get('canceled')!.id}/cancel`);
    await decide('recall refused', { outcome: 'recall_refused' });
    await decide('recalled', { outcome: 'recalled' });
    const { reserved: ready } = await shop.balance();
    await shop.clock({ to_next: 'cut_off' });
    balances = { before, ready, flying: (await shop.balance()).in_flight };
    await shop.clock({ advance: 'PT30H' });
    sent.set('refused at once', await send(shop, '9993001'));
    sent.set('beside it', await send(shop, '1111111'));
    sent.set('beside it, to fail', await send(shop, '1111111', 6_001));
    await decide('beside it, to fail', { outcome: 'failed', reason: 'account_closed' });
    await shop.clock({ to_next: 'cut_off' });
    for (const number of ['9994001', '9994002']) {
      sent.set(number, await send(shop, number, 4_321));
      await shop.clock({ to_next: 'cut_off' });
    }
    await shop.clock({ advance: 'P8D' });
  }, 60_000);

  test('money is reserved, then in flight, then gone', () => {
    expect(balances.before).toBe(1_000_000);
    expect(balances.ready).toBe(MAGIC.length * 8_400 + 8_400 + 7_001 + 7_002 + 5_001 + 5_002);
    expect(balances.flying).toBe(balances.ready);
  });

  test('instructed, handed over at the cut-off, paid', async () => {
    expect(sent.get('plain')).toMatchObject({ status: 'scheduled', cancelable: true, sequence: 1 });
    const paid = await found('plain');
    expect(paid).toMatchObject({
      ...{ status: 'paid', status_reason: null, sequence: 3, cancelable: false },
      paid_basis: connector === 'http' ? 'rail_result' : 'bank_statement',
      fee: { amount: 200, tax: 20 },
    });
    expect(paid.timeline.map(({ type, sequence }) => `${sequence} ${type}`)).toEqual([
      ...['1 remittance.scheduled', '2 remittance.processing', '3 remittance.paid'],
    ]);
  });

  test.each(MAGIC)('to %s: %s, and the money back', async (number, reason) => {
    // By file the bank debits first and gives back the same day.
    const status = connector === 'http' ? 'failed' : 'returned';
    const remittance = await found(number);
    expect(remittance).toMatchObject({ status, status_reason: reason });
    expect(remittance.status_explanation).toHaveProperty('ja');
  });

  test('paid, then returned after days, with the code and without', async () => {
    expect(await found('returned')).toMatchObject({
      ...{ status: 'returned', status_reason: 'account_closed', sequence: 4 },
    });
    expect(await found('returned bare')).toMatchObject({
      ...{ status: 'returned', status_reason: 'no_account' },
    });
  });

  test('refused at once beside a good one: only the bad one fails', async () => {
    expect((await found('refused at once')).status).toBe('failed');
    expect((await found('beside it')).status).toBe('paid');
  });

  test('sent again beside a bad one, it still ends as the sandbox was told', async () => {
    const status = connector === 'http' ? 'failed' : 'returned';
    expect(await found('beside it, to fail')).toMatchObject({
      ...{ status, status_reason: 'account_closed' },
    });
  });

  test('the answer is lost, after its effect and before: each is paid once', async () => {
    expect((await found('9994001')).status).toBe('paid');
    expect((await found('9994002')).status).toBe('paid');
    const { payments } = await shop.books();
    const booked = payments.filter(({ amountYen }) => amountYen === 4_321);
    expect(booked.map(({ state }) => state)).toEqual(['paid', 'paid']);
  });

  test('canceled in time, nothing reaches the bank', async () => {
    expect((await found('canceled')).status).toBe('canceled');
    const { payments } = await shop.books();
    expect(payments.filter(({ amountYen }) => amountYen === 3_003)).toEqual([]);
  });

  test('a recall that is refused, and one that brings the money back', async () => {
    expect((await found('recall refused')).status).toBe('paid');
    expect((await found('recalled')).status).toBe('returned');
  });

  test('the bank’s books and Kawase’s agree to the yen', async () => {
    const books = await shop.books();
    const rows = await world.core.db.query<{ account: string; balance_yen: number }>(
      'select account, balance_yen from ledger_account where shop_id = $1',
      [shop.shop.shopId],
    );
    const balance = new Map(rows.map((row) => [row.account, row.balance_yen]));
    expect(balance.get('in_flight:bank_transfer')).toBe(0);
    expect(balance.get(`cash:${shop.railAccountId}`)).toBe(-(books.balanceYen - books.openingYen));
    const paid = await world.core.db.query<{ dispatch_code: string }>(
      `select dispatch_code from attempt where shop_id = $1 and status = 'paid'`,
      [shop.shop.shopId],
    );
    const theirs = books.payments.filter(({ state }) => /^(paid|recall_refused)$/.test(state));
    expect(paid.map((attempt) => attempt.dispatch_code).sort()).toEqual(
      theirs.map(({ ediInfo }) => ediInfo).sort(),
    );
  });
});

test('over the turn of the year: what is wished for a closed day goes on the next', async () => {
  const shop = await world.openShop('http');
  await shop.fund(100_000);
  const today = Temporal.Now.plainDateISO('Asia/Tokyo');
  const eve = today.with({ month: 12, day: 30 });
  const year = Temporal.PlainDate.compare(today, eve) < 0 ? today.year : today.year + 1;
  await shop.jumpTo(`${year}-12-30T16:00:00+09:00`);
  const made = await send(shop, '1234567', 999);
  const wish = { scheduled_for: `${year + 1}-01-02` };
  const wished = await shop.instruct({ more: { ...wish, holiday_rule: 'next_business_day' } });
  const refused = await shop.instruct({ more: { ...wish, holiday_rule: 'refuse' } });
  expect(refused.body).toMatchObject({ errors: [{ code: 'not_a_business_day' }] });
  const before = await shop.instruct({ more: { ...wish, holiday_rule: 'previous_business_day' } });
  expect(before.body).toMatchObject({ errors: [{ code: 'cut_off_passed' }] });
  await shop.clock({ to: `${year + 1}-01-03T23:00:00+09:00` });
  expect((await shop.read(made.id)).status).toBe('scheduled');
  await shop.clock({ advance: 'P3D' });
  for (const { id } of [made, wished.body]) {
    const found = await shop.read(id);
    expect(found.status).toBe('paid');
    expect(Temporal.PlainDate.from(String(found.transfer_date)).year).toBe(year + 1);
  }
});
