// Deposit notices: signed webhooks that come at least once, in no order, and the list of those
// that did not arrive. Method: a receiver that sometimes refuses stands in for the customer's
// endpoint.

import { createHmac } from 'node:crypto';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { BankSimulator } from './start.ts';
import { startBankSimulator } from './start.ts';
import type { Customer, Json } from './test-customer.ts';
import { at, eventually, openCustomer, temporaryFolder } from './test-customer.ts';

interface Arrival {
  readonly signature: string;
  readonly raw: string;
  readonly body: Json;
}

const folder = temporaryFolder();
const VA = '/corporation/v1/va';
const UNSENT = '/webhooks/v1/unsentlist/va-deposit-transaction';
let bank: BankSimulator;
let receiver: Server;
let receiverUrl: string;
let arrivals: Arrival[];
let refuse: number;

beforeAll(async () => {
  bank = await startBankSimulator({ port: 0, dataDir: folder.path, tickMs: 20 });
});
afterAll(async () => {
  await bank.close();
  folder.remove();
});
beforeEach(async () => {
  arrivals = [];
  refuse = 0;
  receiver = createServer(async (request, response) => {
    let raw = '';
    for await (const chunk of request) raw += String(chunk);
    if (refuse > 0) {
      refuse -= 1;
      response.writeHead(503).end();
      return;
    }
    const signature = String(request.headers['x-ganb-signature']);
    arrivals.push({ signature, raw, body: JSON.parse(raw) as Json });
    response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  receiverUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/notice`;
});
afterEach(() => {
  receiver.close();
  receiver.closeAllConnections();
});

async function withAccount(faults: object = {}): Promise<{ customer: Customer; vaId: string }> {
  const customer = await openCustomer(bank);
  await customer.control('PUT', '/faults', faults);
  await customer.control('PUT', '/webhook', { url: receiverUrl });
  const { raId } = customer.contract;
  const request = { vaTypeCode: '2', issueRequestCount: '1', raId, vaHolderNameKana: 'ﾃｽﾄ' };
  const { body } = await customer.post(`${VA}/issue`, request);
  expect(body.vaHolderNameKana).toBe('ｶ)ｶﾜｾ ﾃｽﾄ');
  return { customer, vaId: String(at(body, 'vaList', 0, 'vaId')) };
}

function pay(customer: Customer, vaId: string, amountYen: number, more: object = {}) {
  return customer.control('POST', '/pay-ins', {
    branchCode: vaId.slice(0, 3),
    accountNumber: vaId.slice(3),
    amountYen,
    remitterNameKana: 'ｻﾄｳ ｼﾞﾛｳ',
    ...more,
  });
}

test('a deposit is told by a signed webhook, the list and the account alike', async () => {
  const { customer, vaId } = await withAccount();
  const deposit = await pay(customer, vaId, 50_000, { key: 'k1' });
  expect(await pay(customer, vaId, 50_000, { key: 'k1' })).toEqual(deposit);
  const arrival = await eventually(() => arrivals[0]);
  const { webhookSecret, raId } = customer.contract;
  const genuine = createHmac('sha256', webhookSecret).update(arrival.raw).digest('hex');
  expect(arrival.signature).toBe(genuine);
  expect(arrival.body).toMatchObject({
    account: { raId },
    vaTransaction: { vaId, depositAmount: '50000', itemKey: deposit.itemKey },
  });
  const listed = await customer.get(`${VA}/deposit-transactions?raId=${raId}`);
  expect(listed.body.vaTransactions).toEqual([arrival.body.vaTransaction]);
  const accounts = await customer.post(`${VA}/list`, { raId });
  expect(at(accounts.body, 'vAccounts', 0)).toMatchObject({ latestDepositAmount: '50000' });
  await eventually(async () =>
    (await customer.books()).notices.delivered === 1 ? true : undefined,
  );
  expect((await customer.get(UNSENT)).status).toBe(404);
});

test('a refused webhook is sent again with the same message', async () => {
  const { customer, vaId } = await withAccount();
  refuse = 1;
  await pay(customer, vaId, 1);
  const arrival = await eventually(() => arrivals[0]);
  expect(arrival.body.messageId).toBeTypeOf('string');
});

test('repeated and dropped notices come by their rates', async () => {
  const { customer, vaId } = await withAccount({ repeatNoticeRate: 1 });
  await pay(customer, vaId, 1);
  await eventually(() => (arrivals.length === 2 ? true : undefined));
  expect(arrivals[0]!.raw).toBe(arrivals[1]!.raw);
  await customer.control('PUT', '/faults', { dropNoticeRate: 1 });
  await pay(customer, vaId, 2);
  const unsent = await customer.get(UNSENT);
  expect(at(unsent.body, 'messages', 0, 'vaTransaction', 'depositAmount')).toBe('2');
  expect((await customer.get(UNSENT)).status).toBe(404);
  expect(arrivals).toHaveLength(2);
});

test('stopped delivery keeps what comes, 500 a reading', async () => {
  const { customer, vaId } = await withAccount();
  const subscribe = (subscribeStatus: string) =>
    customer.post('/webhooks/v1/subscribe', {
      subscribeStatus,
      eventTypes: [{ eventType: 'va-deposit-transaction' }],
    });
  await subscribe('0');
  for (let count = 0; count < 502; count += 1) await pay(customer, vaId, 1);
  expect(((await customer.get(UNSENT)).body.messages as unknown[]).length).toBe(500);
  await subscribe('1');
  await eventually(() => (arrivals.length === 2 ? true : undefined));
  expect((await customer.get(UNSENT)).status).toBe(404);
});

test('a cancelled deposit shows in the list and takes the money back once', async () => {
  const { customer, vaId } = await withAccount();
  const deposit = await pay(customer, vaId, 900);
  const cancelOf = deposit.depositId;
  expect(await customer.control('POST', '/pay-ins', { cancelOf })).toEqual(deposit);
  expect(await customer.control('POST', '/pay-ins', { cancelOf })).toMatchObject({
    httpStatus: 409,
  });
  const { body } = await customer.get(`${VA}/deposit-transactions?vaId=${vaId}`);
  expect(at(body, 'vaTransactions', 1)).toMatchObject({
    depositAmount: '-900',
    cancelItemKey: deposit.itemKey,
  });
  expect((await customer.books()).balanceYen).toBe(10_000_000);
});

test('a stopped account takes nothing, a resumed one does, a deleted one never', async () => {
  const { customer, vaId } = await withAccount();
  const change = (vaStatusChangeCode: string) =>
    customer.post(`${VA}/status-change`, { vaStatusChangeCode, vaIdList: [{ vaId }] });
  await change('1');
  expect(await pay(customer, vaId, 1)).toMatchObject({ httpStatus: 409 });
  await change('2');
  expect(await pay(customer, vaId, 1)).toMatchObject({ depositId: expect.any(String) });
  const deleted = await change('3');
  expect(at(deleted.body, 'vAccounts', 0)).toMatchObject({ vaStatusCode: '3' });
  expect(await pay(customer, vaId, 1)).toMatchObject({ httpStatus: 409 });
  expect((await change('2')).status).toBe(400);
});

test('an expired account takes nothing', async () => {
  const { customer } = await withAccount();
  const { raId } = customer.contract;
  const request = { vaTypeCode: '1', issueRequestCount: '1', raId };
  const { body } = await customer.post(`${VA}/issue`, request);
  expect(body.expireDateTime).toBe('2026-12-25T23:59:59+09:00');
  const vaId = String(at(body, 'vaList', 0, 'vaId'));
  await customer.setClock('2026-12-26T00:00:00+09:00');
  expect(await pay(customer, vaId, 1)).toMatchObject({ httpStatus: 409 });
});
