// The wire as the network reads it: who may call, what is malformed, what comes again; and the
// screens' keypad without JavaScript. The rail's own tests play whole stories over both.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { SevenAtmSimulator } from './start.ts';
import { startSevenAtmSimulator } from './start.ts';
import type { Partner } from './test-partner.ts';
import { callControl, openPartner } from './test-partner.ts';

let dataDir: string;
let network: SevenAtmSimulator;
let partner: Partner;
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'atm-'));
  network = await startSevenAtmSimulator({ port: 0, dataDir });
});
afterAll(async () => {
  await network.close();
  rmSync(dataDir, { recursive: true, force: true });
});
beforeEach(async () => {
  partner = await openPartner(network);
});

const errorOf = ({ status, body }: { status: number; body: unknown }) =>
  `${status} ${(body as { error?: { code?: string } }).error?.code}`;

test('a signature must be of this key, this call, this body, and of now', async () => {
  const call = (signing: object, body = '') => partner.call('GET', '/v1/balance', body, signing);
  expect((await call({})).status).toBe(200);
  expect(errorOf(await call({ secret: 'another' }))).toBe('401 signature_invalid');
  expect(errorOf(await call({ action: 'GET /v1/health' }))).toBe('401 signature_invalid');
  const old = String(Math.floor(Date.now() / 1_000) - 301);
  expect(errorOf(await call({ timestamp: old }))).toBe('401 timestamp_out_of_range');
  expect(errorOf(await call({ timestamp: 'soon' }))).toBe('401 timestamp_out_of_range');
  const stranger = await fetch(`${network.url}/v1/balance`);
  expect(stranger.status).toBe(401);
});

test('another partner sees nothing of a receipt', async () => {
  await partner.issue('1', 5_000);
  const other = await openPartner(network);
  expect(errorOf(await other.call('GET', '/v1/receipts/1'))).toBe('404 receipt_not_found');
  expect(errorOf(await other.call('POST', '/v1/receipts/1/take-back'))).toBe(
    '404 receipt_not_found',
  );
});

test('the same request brings the same receipt, other content none', async () => {
  const first = await partner.issue('1', 5_400);
  expect(first.status).toBe(201);
  expect(first.body).toMatchObject({ note_amount: 5_000, coin_amount: 400, state: 'RECEIVABLE' });
  expect(first.body.customer_number).toMatch(/^\d{11}$/);
  expect(first.body.confirmation_number).toMatch(/^\d{4}$/);
  expect(await partner.issue('1', 5_400)).toEqual({ status: 200, body: first.body });
  expect(errorOf(await partner.issue('1', 5_500))).toBe('409 request_id_reused');
  expect(await partner.control('GET', '/books')).toMatchObject({ heldYen: 5_400 });
});

test.each([
  ['', '{'],
  ['no object', '[]'],
  ['no request id', '{"amount":1,"receive_within_days":1}'],
  ['a text for an amount', '{"request_id":"1","amount":"1","receive_within_days":1}'],
  ['a fraction of a yen', '{"request_id":"1","amount":1.5,"receive_within_days":1}'],
  ['no day', '{"request_id":"1","amount":1,"receive_within_days":0}'],
])('malformed: %s', async (_name, body) => {
  expect(errorOf(await partner.call('POST', '/v1/receipts', body))).toBe('400 malformed');
});

test('unknown calls and methods are named as such', async () => {
  expect(errorOf(await partner.call('GET', '/v1/nothing'))).toBe('404 no_such_call');
  expect(errorOf(await partner.call('DELETE', '/v1/balance'))).toBe('405 method');
  const body = 'x'.repeat(70_000);
  expect(errorOf(await partner.call('POST', '/v1/receipts', body))).toBe('413 body_too_large');
});

test('a list comes by pages, in order, and without the numbers', async () => {
  for (let count = 1; count <= 201; count++) await partner.issue(String(count), 1_000);
  const first = await partner.call('GET', '/v1/receipts?issued_from=2026-11-24');
  const { receipts, next } = first.body as { receipts: object[]; next: string };
  expect(receipts).toHaveLength(200);
  expect(JSON.stringify(receipts)).not.toContain('confirmation_number');
  const rest = await partner.call('GET', `/v1/receipts?issued_from=2026-11-24&after=${next}`);
  expect(rest.body).toMatchObject({ receipts: [{ request_id: '201' }], next: null });
  const later = await partner.call('GET', '/v1/receipts?issued_from=2026-11-25');
  expect(later.body).toEqual({ receipts: [], next: null });
});

test('the clock only goes forward, and the control API asks for its token', async () => {
  const now = '2026-11-20T00:00:00+09:00';
  expect(await partner.control('POST', '/clock', { now })).toMatchObject({
    error: expect.stringContaining('before'),
  });
  const stranger = { ...network, controlToken: 'x' };
  expect((await callControl(stranger, 'GET', '/health')).status).toBe(401);
  expect(await partner.control('PUT', '/faults', { garbageRate: 2 })).toHaveProperty('error');
  expect(await partner.control('PUT', '/settings', { nothing: 1 })).toHaveProperty('error');
});

test('the keypad works by forms alone: each key is a page', async () => {
  const press = (fields: Record<string, string>) => partner.form('/atm', fields);
  const typed = (page: string) => /id="typed"[^>]*value="(\d*)"/.exec(page)?.[1];
  const code = String(partner.contract.partnerCode);
  let page = await press({ step: 'partner', partner: '', key: code[0]! });
  expect(typed(page)).toBe(code[0]);
  page = await press({ step: 'partner', partner: code.slice(0, 2), key: 'back' });
  expect(typed(page)).toBe(code[0]);
  page = await press({ step: 'partner', partner: '12', key: 'enter' });
  expect(page).toContain('4けたか5けた');
  page = await press({ step: 'partner', partner: code, key: 'enter' });
  expect(page).toContain('お客さま番号を入力してください');
  page = await press({ step: 'customer', partner: code, customer: '１２３', key: '4' });
  expect(typed(page)).toBe('1234');
  page = await press({ step: 'customer', partner: code, customer: '12345678901', key: 'enter' });
  expect(page).toContain('確認番号を入力してください');
  page = await press({ step: 'confirmation', partner: code, customer: '12345678901', key: '9' });
  expect(page).toContain('type="password"');
});

test('what a person types is never markup', async () => {
  const page = await (await fetch(`${network.url}/register?slip=%3Cscript%3E`)).text();
  expect(page).not.toContain('<script>');
  const named = await openPartner(network, { partnerName: '<b>劇場</b>' });
  const { body } = await named.issue('1', 1_000);
  const offered = await named.form('/atm', {
    step: 'confirmation',
    partner: String(body.partner_code),
    customer: String(body.customer_number),
    confirmation: String(body.confirmation_number),
    key: 'enter',
  });
  expect(offered).toContain('お札1,000円を受け取る');
  expect(offered).not.toContain('<b>');
});
