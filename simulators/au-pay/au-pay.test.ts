// The wallet on its own: what it answered survives kill -9, signatures, faults that repeat, the
// books to the yen, and the pages a person sees. Method: the real process, over HTTP.

import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';

interface Running {
  readonly url: string;
  readonly controlUrl: string;
  readonly controlToken: string;
  readonly child: ChildProcess;
}

interface Contract {
  readonly baseUrl: string;
  readonly keyId: string;
  readonly secret: string;
}

interface Books {
  readonly prefundYen: number;
  readonly paidInYen: number;
  readonly charges: readonly { readonly amountYen: number; readonly state: string }[];
  readonly members: readonly { readonly memberNumber: string; readonly balanceYen: number }[];
}

let folder: string;
let running: Running[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'au-pay-'));
});
afterEach(async () => {
  for (const { child } of running) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  running = [];
  rmSync(folder, { recursive: true, force: true });
});

async function start(port = '0'): Promise<Running> {
  const main = join(import.meta.dirname, 'main.ts');
  const args = [main, '--port', port, '--data-dir', folder];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface(child.stdout!), 'line')) as [string];
  const started = { ...(JSON.parse(line) as Omit<Running, 'child'>), child };
  running.push(started);
  return started;
}

/** The same wallet after a kill, at the same address. */
async function killAndRestart({ child, url }: Running, spoil = () => {}): Promise<Running> {
  child.kill('SIGKILL');
  await once(child, 'exit');
  spoil();
  return start(new URL(url).port);
}

async function control<T>(
  { controlUrl, controlToken }: Running,
  method: string,
  path: string,
  body?: object,
): Promise<T> {
  const headers = { 'x-control-token': controlToken, 'content-type': 'application/json' };
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(controlUrl + path, { method, headers, ...sent });
  return (await response.json()) as T;
}

const HELD = { worldId: 'shop', now: '2026-11-24T10:00:00+09:00', hold: true };
const open = (wallet: Running) => control<Contract>(wallet, 'POST', '/worlds', HELD);
const booksOf = (wallet: Running) => control<Books>(wallet, 'GET', '/worlds/shop/books');
const moveTo = (wallet: Running, now: string) =>
  control(wallet, 'POST', '/worlds/shop/clock', { now, hold: true });

async function call(contract: Contract, method: string, path: string, fields?: object) {
  const body = fields === undefined ? '' : JSON.stringify(fields);
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const signed = [method, path, timestamp, body].join('\n');
  const response = await fetch(contract.baseUrl + path, {
    method,
    headers: {
      'x-aupay-key-id': contract.keyId,
      'x-aupay-timestamp': timestamp,
      'x-aupay-signature': createHmac('sha256', contract.secret).update(signed).digest('hex'),
    },
    ...(fields === undefined ? {} : { body }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const wish = (number: number, member = '100000000001', amountYen = 100) => ({
  requestId: `request-${number}`,
  member: { number: member },
  amountYen,
  currency: 'JPY',
});

test('charges, refusals and what is due are the same after kill -9', async () => {
  let wallet = await start();
  const contract = await open(wallet);
  const charge = (number: number, member?: string) =>
    call(contract, 'POST', '/v1/charges', wish(number, member));
  expect((await charge(1)).status).toBe(202);
  expect((await charge(2, '999100000001')).status).toBe(202);
  expect((await charge(3, '100000000005')).status).toBe(422);
  const before = await booksOf(wallet);
  wallet = await killAndRestart(wallet);
  expect(await booksOf(wallet)).toEqual(before);
  expect(await open(wallet)).toMatchObject(contract);
  expect((await charge(1)).status).toBe(200);
  expect((await charge(3, '100000000005')).body.code).toBe('member_closed');
  await moveTo(wallet, '2026-11-24T10:01:00+09:00');
  const states = async () => (await booksOf(wallet)).charges.map(({ state }) => state);
  expect(await states()).toEqual(['executed', 'executed', 'refused']);
  wallet = await killAndRestart(wallet, () =>
    appendFileSync(join(folder, 'journal.jsonl'), '{"t":"changed","w":"shop'),
  );
  await moveTo(wallet, '2026-11-25T10:02:00+09:00');
  expect(await states()).toEqual(['executed', 'reversed', 'refused']);
  const { prefundYen, paidInYen } = await booksOf(wallet);
  expect(paidInYen - prefundYen).toBe(100);
});

test('one request is one charge, and another content under its id is refused', async () => {
  const wallet = await start();
  const contract = await open(wallet);
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => call(contract, 'POST', '/v1/charges', wish(1))),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([...Array(9).fill(200), 202]);
  const other = await call(contract, 'POST', '/v1/charges', wish(1, '100000000001', 200));
  expect(other).toMatchObject({ status: 409, body: { code: 'request_id_reused' } });
  expect((await booksOf(wallet)).charges).toHaveLength(1);
});

test('nothing is answered to a stranger', async () => {
  const wallet = await start();
  const contract = await open(wallet);
  const stranger = { ...contract, secret: 'x'.repeat(40) };
  expect((await call(stranger, 'GET', '/v1/prefund')).status).toBe(401);
  expect((await call({ ...contract, keyId: 'no' }, 'GET', '/v1/health')).status).toBe(401);
  expect(await control({ ...wallet, controlToken: 'no' }, 'GET', '/health')).toHaveProperty(
    'error',
  );
  expect((await call(contract, 'GET', '/v1/nothing')).status).toBe(404);
  expect((await call(contract, 'POST', '/v1/charges', { requestId: 'short' })).status).toBe(400);
});

test('under faults the books stay whole to the yen', async () => {
  const wallet = await start();
  const contract = await open(wallet);
  const faults = { loseAnswerRate: 0.2, error5xxRate: 0.2, garbageRate: 0.2, rejectRate: 0.3 };
  await control(wallet, 'PUT', '/worlds/shop/faults', faults);
  for (let round = 0; round < 3; round += 1) {
    for (let number = 1; number <= 20; number += 1) {
      await call(contract, 'POST', '/v1/charges', wish(number)).catch(() => {});
    }
  }
  await moveTo(wallet, '2026-11-24T10:01:00+09:00');
  const books = await booksOf(wallet);
  const executed = books.charges.filter(({ state }) => state === 'executed');
  expect(new Set(books.charges.map(({ state }) => state))).toEqual(new Set(['executed', 'failed']));
  expect(books.paidInYen - books.prefundYen).toBe(executed.length * 100);
  expect(books.members[0]!.balanceYen).toBe(12_340 + executed.length * 100);
});

test('a person sees the phones, the charges, and spends', async () => {
  const wallet = await start();
  const text = async (path: string, init?: RequestInit) =>
    (await fetch(wallet.url + path, init)).text();
  expect(await text('/')).toContain('まだ電話がありません');
  const contract = await open(wallet);
  expect(await text('/')).toContain('ヤマダ タロウさんの電話');
  const phone = '/phones/shop/100000000001';
  await call(contract, 'POST', '/v1/charges', wish(1, '100000000001', 8_400));
  expect(await text(phone)).toMatch(/チャージ処理中.*\+8,400円/s);
  await moveTo(wallet, '2026-11-24T10:01:00+09:00');
  expect(await text(phone)).toMatch(/20,740.*チャージ済み.*\+8,400円.*11月24日 10:00/s);
  const form = (amount: string) => ({
    ...{ method: 'POST', body: new URLSearchParams({ amount_yen: amount }) },
  });
  expect(await text(`${phone}/spend`, form('７４０円'))).toMatch(/20,000.*−740円/s);
  expect(await text(`${phone}/spend`, form('99,999'))).toContain('1円から残高まで');
  const stop = { method: 'POST', body: new URLSearchParams({ on: '0' }) };
  expect(await text(`${phone}/receiving`, stop)).toContain('受け取り停止中');
  expect((await call(contract, 'POST', '/v1/charges', wish(2))).body.code).toBe(
    'member_restricted',
  );
  for (const page of ['/', '/phones/shop', phone]) {
    expect(await text(page)).toContain('試験用シミュレーター');
    expect(await text(page)).not.toMatch(/<script|https?:/);
  }
  expect((await fetch(`${wallet.url}/phones/shop/100000000009`)).status).toBe(404);
  expect((await fetch(`${wallet.url}/app/link?key_id=no`)).status).toBe(400);
});
