// Loads and gift codes upon the books: once per id, within the funds, undone in time; mock ids,
// limits and faults.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PEOPLE } from './customers.ts';
import {
  loadOf,
  openPartner,
  openPlayground,
  type Partner,
  type Playground,
  requestId,
} from './test-partner.ts';

let playground: Playground;
let partner: Partner;
beforeAll(async () => {
  playground = await openPlayground();
});
afterAll(() => playground.close());
beforeEach(async () => {
  const now = '2026-11-24T10:00:00+09:00';
  partner = await openPartner(playground.simulator, { fundsYen: 100_000, now, hold: true });
});

const [hanako, kenji] = PEOPLE.map(({ userId }) => userId) as [string, string];
const load = (number: number, amountYen: number, userId = hanako, change: object = {}) =>
  partner.call('LoadAmazonBalance', {
    ...loadOf(partner.contract, number, amountYen, userId),
    ...change,
  });
const create = (number: number, amount: number) =>
  partner.call('CreateGiftCard', {
    creationRequestId: requestId(partner.contract, number),
    value: { currencyCode: 'JPY', amount },
  });
const voidLoad = (number: number) =>
  partner.call('VoidAmazonBalanceLoad', {
    loadBalanceRequestId: requestId(partner.contract, number),
  });
const cancel = (number: number) =>
  partner.call('CancelGiftCard', { creationRequestId: requestId(partner.contract, number) });
const balanceOf = async (userId: string) =>
  (await partner.books()).customers.find((each) => each.userId === userId)!.balanceYen;

async function page(path: string, form?: Record<string, string>): Promise<string> {
  const body = form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) };
  const response = await fetch(`${partner.contract.balanceUrl}${path}`, body);
  return response.text();
}

describe('loads', () => {
  test('the same id loads once, whatever happens in between', async () => {
    expect(await load(1, 8_400)).toMatchObject({ status: 200, body: { status: 'SUCCESS' } });
    expect(await load(2, 91_600)).toMatchObject({ status: 200 });
    // The funds are gone; the first id has its answer all the same.
    expect(await load(1, 8_400)).toMatchObject({ status: 200, body: { status: 'SUCCESS' } });
    expect(await load(3, 1)).toMatchObject({
      status: 400,
      body: { errorType: 'InsufficientFunds' },
    });
    expect(await partner.books()).toMatchObject({ fundsYen: 0, orders: [{}, {}] });
    expect(await balanceOf(hanako)).toBe(100_000);
  });

  test('the same id for other content is refused', async () => {
    await load(1, 1_000);
    const other = { status: 400, body: { errorType: 'RequestIdUsedForOtherContent' } };
    expect(await load(1, 1_001)).toMatchObject(other);
    expect(await load(1, 1_000, kenji)).toMatchObject(other);
    expect(await create(1, 1_000)).toMatchObject(other);
    expect((await partner.books()).orders).toHaveLength(1);
  });

  test.each([
    ['InvalidRequestIdInput', { loadBalanceRequestId: 'Kaaaa-1' }],
    ['RequestIdMustStartWithPartnerName', { loadBalanceRequestId: 'Other1' }],
    ['FractionalAmountNotAllowed', { amount: { currencyCode: 'JPY', value: 1.5 } }],
    ['NegativeOrZeroAmount', { amount: { currencyCode: 'JPY', value: 0 } }],
    ['MaxAmountExceeded', { amount: { currencyCode: 'JPY', value: 500_001 } }],
    ['CurrencyCodeMismatch', { amount: { currencyCode: 'USD', value: 1 } }],
    ['InvalidAmountInput', { amount: { currencyCode: 'JPY', value: '1' } }],
    ['InvalidRequestInput', { account: { id: hanako } }],
    ['CustomerAccountNotFound', { account: { id: 'amzn1.account.NOBODY', type: '2' } }],
  ])('refused: %s', async (errorType, change) => {
    const answer = await load(1, 1_000, hanako, change);
    expect(answer).toMatchObject({ status: 400, body: { errorType, errorCode: 'F200' } });
    expect((await partner.books()).orders).toEqual([]);
  });

  test('a void within 15 minutes takes the money back, once, and for good', async () => {
    await load(1, 1_000);
    expect(await voidLoad(1)).toMatchObject({ body: { status: 'SUCCESS' } });
    expect(await voidLoad(1)).toMatchObject({ body: { status: 'SUCCESS' } });
    expect(await load(1, 1_000)).toMatchObject({ body: { errorType: 'RequestVoided' } });
    expect(await partner.books()).toMatchObject({ fundsYen: 100_000 });
    expect(await balanceOf(hanako)).toBe(0);
    expect(await page(`/${hanako}`)).toContain('受け取りの取り消し');
    await load(2, 1_000);
    await partner.control('POST', '/clock', { now: '2026-11-24T10:15:01+09:00', hold: true });
    const late = { body: { errorType: 'CancelRequestArrivedAfterTimeLimit' } };
    expect(await voidLoad(2)).toMatchObject(late);
    expect(await voidLoad(3)).toMatchObject({ body: { errorType: 'OrderNotFound' } });
  });
});

describe('gift codes', () => {
  test('the same id brings the same code; a customer enters it once', async () => {
    const first = await create(1, 3_000);
    const code = String(first.body.gcClaimCode);
    expect(first).toMatchObject({ body: { cardInfo: { cardStatus: 'Fulfilled' } } });
    expect((await create(1, 3_000)).body.gcClaimCode).toBe(code);
    const typed = code.toLowerCase().replaceAll('-', '');
    expect(await page(`/${kenji}`, { code: typed })).toContain('ギフトコードを登録しました');
    expect(await page(`/${hanako}`, { code })).toContain('使用済み');
    expect(await page(`/${hanako}`, { code: 'AAAA-AAAAAA-AAAA' })).toContain('ありません');
    expect(await balanceOf(kenji)).toBe(3_000);
    expect(await cancel(1)).toMatchObject({ body: { errorType: 'OperationNotPermitted' } });
    expect(JSON.stringify(await partner.books())).not.toContain(code);
  });

  test('a cancelled code is dead and shows so', async () => {
    const { gcClaimCode } = (await create(1, 3_000)).body;
    expect(await cancel(1)).toMatchObject({ body: { status: 'SUCCESS' } });
    const again = { cardInfo: { cardStatus: 'RefundedToPurchaser' }, gcClaimCode: null };
    expect(await create(1, 3_000)).toMatchObject({ body: again });
    expect(await page(`/${kenji}`, { code: String(gcClaimCode) })).toContain('取り消されています');
    expect(await partner.books()).toMatchObject({ fundsYen: 100_000 });
  });
});

test.each([
  ['F0000', 200, undefined],
  ['F1000', 500, 'RequestError'],
  ['F2004', 400, 'InvalidAmountValue'],
  ['F2047', 400, 'CancelRequestArrivedAfterTimeLimit'],
  ['F3003', 400, 'InsufficientFunds'],
  ['F4000', 500, 'SystemTemporarilyUnavailable'],
  ['F5000', 500, 'UnknownError'],
])('mock id %s', async (loadBalanceRequestId, status, errorType) => {
  const answer = await load(1, 1_000, hanako, { loadBalanceRequestId });
  expect(answer.status).toBe(status);
  expect(answer.body.errorType).toBe(errorType);
  const said = (answer.body.agcodResponse ?? answer.body) as { status: string };
  const other = errorType === undefined ? 'SUCCESS' : 'FAILURE';
  expect(said.status).toBe(loadBalanceRequestId === 'F4000' ? 'RESEND' : other);
  expect((await partner.books()).orders).toEqual([]);
});

test('the eleventh call of a second, and the second look at the funds, are throttled', async () => {
  const numbers = Array.from({ length: 11 }, (_, index) => index);
  const answers = await Promise.all(numbers.map((number) => load(number, 10)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(10);
  const refused = answers.find(({ status }) => status !== 200);
  expect(refused).toMatchObject({ status: 400, body: { message: 'Rate exceeded' } });
  expect((await partner.books()).orders).toHaveLength(10);
  expect((await partner.call('GetAvailableFunds', {})).status).toBe(200);
  expect((await partner.call('GetAvailableFunds', {})).status).toBe(400);
});

test('faults strike before or after the effect, and are checked', async () => {
  await partner.control('PUT', '/faults', { resendRate: 1, seed: 3 });
  for (let number = 0; number < 8; number++) {
    expect(await load(number, 10)).toMatchObject({ body: { agcodResponse: { status: 'RESEND' } } });
  }
  const { orders } = await partner.books();
  expect(orders.length).toBeGreaterThan(0);
  expect(orders.length).toBeLessThan(8);
  await partner.control('PUT', '/faults', { down: true });
  await expect(load(9, 10)).rejects.toThrow();
  await expect(partner.control('PUT', '/faults', { down: 1 })).rejects.toThrow(/down/);
  await expect(partner.control('PUT', '/faults', { rainRate: 1 })).rejects.toThrow(/rainRate/);
});
