// A faulty bank still keeps true books: a small storm of transfers against every fault at once,
// resolved only by inquiry, must agree with the books to the yen. And each fault alone does what
// it says.

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BankSimulator } from './start.ts';
import { startBankSimulator } from './start.ts';
import type { Customer } from './test-customer.ts';
import {
  at,
  bulkOf,
  callControl,
  ediOf,
  item,
  openCustomer,
  temporaryFolder,
  transferOf,
} from './test-customer.ts';

const folder = temporaryFolder();
let bank: BankSimulator;
beforeAll(async () => {
  bank = await startBankSimulator({ port: 0, dataDir: folder.path, tickMs: 20 });
});
afterAll(async () => {
  await bank.close();
  folder.remove();
});

const REQUEST = '/corporation/v1/transfer/request';
type Sent = 'accepted' | 'refused' | 'unknown';

async function send(customer: Customer, edi: number, account?: string): Promise<Sent> {
  try {
    const { status, body } = await customer.post(
      REQUEST,
      transferOf(customer, [item(edi, 1_000 + edi, account)]),
    );
    if (status === 200 && typeof body.applyNo === 'string') return 'accepted';
    return status === 400 || status === 429 ? 'refused' : 'unknown';
  } catch {
    // The connection broke or the answer was garbage.
    return 'unknown';
  }
}

test('a storm of all faults leaves books that inquiries agree with', async () => {
  const customer = await openCustomer(bank);
  await customer.control('PUT', '/faults', {
    seed: 20261124,
    loseAnswerRate: 0.2,
    error5xxRate: 0.1,
    throttleRate: 0.1,
    garbageRate: 0.1,
    delayMs: [0, 3],
    rejectRate: 0.2,
    returnRate: 0.3,
    returnAfterBusinessDays: 2,
    returnsWithoutEdiShare: 0.5,
    partialReject: 0.1,
  });
  const sent = new Map<string, Sent>();
  for (let edi = 1; edi <= 150; edi += 1) sent.set(ediOf(edi), await send(customer, edi));
  await customer.setClock('2026-11-30T12:00:00+09:00');
  await customer.control('PUT', '/faults', {});
  const { accountId } = customer.contract;
  const query = `accountId=${accountId}&queryKeyClass=2&dateFrom=2026-11-24`;
  const { body } = await customer.get(`/corporation/v1/transfer/status?${query}`);
  const known = new Map(
    (body.transferDetails as object[]).map((detail) => [
      at(detail, 'transferResponses', 0, 'transferInfos', 0, 'ediInfo'),
      at(detail, 'transferStatus'),
    ]),
  );
  for (const [edi, outcome] of sent) {
    if (outcome === 'accepted') expect(known.has(edi)).toBe(true);
    if (outcome === 'refused') expect(known.has(edi)).toBe(false);
  }
  expect([...sent.values()].filter((outcome) => outcome === 'unknown').length).toBeGreaterThan(30);
  const books = await customer.books();
  expect(books.payments).toHaveLength(known.size);
  expect(new Set(known.values())).toEqual(new Set(['20', '22', '40']));
  const gone = books.payments
    .filter(({ debited, returnedAt }) => debited && returnedAt === null)
    .reduce((sum, { amountYen }) => sum + amountYen, 0);
  expect(books.balanceYen).toBe(books.openingYen - gone);
});

test('the two magic accounts lose the answer once, after and before the effect', async () => {
  const customer = await openCustomer(bank);
  expect(await send(customer, 1, '9994001')).toBe('unknown');
  expect(await send(customer, 2, '9994002')).toBe('unknown');
  expect((await customer.books()).payments.map(({ ediInfo }) => ediInfo)).toEqual([ediOf(1)]);
  expect(await send(customer, 2, '9994002')).toBe('accepted');
});

test('a bank that is down answers nothing, and the control API still does', async () => {
  const customer = await openCustomer(bank);
  await customer.control('PUT', '/faults', { down: true });
  expect(await send(customer, 1)).toBe('unknown');
  await customer.control('PUT', '/faults', {});
  expect((await customer.books()).payments).toEqual([]);
  expect(await send(customer, 1)).toBe('accepted');
});

test('the same request sent twice is taken twice: there is no idempotency key', async () => {
  const customer = await openCustomer(bank);
  const body = bulkOf(customer, [item(1, 10)]);
  await customer.post('/corporation/v1/bulktransfer/request', body);
  await customer.post('/corporation/v1/bulktransfer/request', body);
  expect((await customer.books()).balanceYen).toBe(10_000_000 - 20);
});

test('the control API refuses what it does not know', async () => {
  const customer = await openCustomer(bank);
  const wrong: [string, string, object?][] = [
    ['PUT', '/faults', { loseAnswerRate: 2 }],
    ['PUT', '/faults', { nonsense: 1 }],
    ['PUT', '/settings', { closesAt: '25:00' }],
    ['POST', '/clock', { now: 'tomorrow' }],
    ['POST', '/outcomes', { ediInfo: '1', outcome: 'lost' }],
    ['POST', '/pay-ins', { ...customer.contract, amountYen: 0, remitterNameKana: 'ｱ' }],
    ['POST', '/pay-ins', { ...customer.contract, amountYen: 1, remitterNameKana: '鈴木' }],
    ['POST', '/virtual-accounts', { count: 0 }],
    ['PUT', '/webhook', { url: 'ftp://example' }],
    ['POST', '/files', { kinds: ['gossip'] }],
  ];
  for (const [method, path, body] of wrong) {
    expect(await customer.control(method, path, body), path).toMatchObject({ httpStatus: 400 });
  }
  expect(await customer.control('POST', '/clock', { now: '2026-11-24T09:00:00+09:00' })).toEqual({
    httpStatus: 409,
    error: expect.stringContaining('before'),
  });
  const stranger = { controlUrl: bank.controlUrl, controlToken: 'guess' };
  expect(await callControl(stranger, 'GET', '/health')).toMatchObject({ httpStatus: 401 });
  expect(await callControl(bank, 'GET', '/health')).toMatchObject({ status: 'ok' });
});

test('garbage on any path brings an answer, never a crash', async () => {
  const paths = [
    '/',
    '/control',
    '/control/worlds/%',
    '/corporation/v1/transfer/request',
    '/x/../y',
  ];
  const origin = new URL(bank.url).origin;
  for (const path of paths) {
    for (const method of ['GET', 'POST', 'DELETE']) {
      const body = method === 'POST' ? { body: '\u0000\ufffe{"a":[' } : {};
      const response = await fetch(origin + path, { method, ...body });
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(response.status).toBeLessThan(500);
    }
  }
});
