// What the bank has answered survives kill -9. Method: the real process is killed at chosen
// moments, its journal cut in the middle of a line, and what comes back is compared with what was
// answered.

import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { BankSimulator } from './start.ts';
import type { Customer } from './test-customer.ts';
import {
  at,
  callControl,
  eventually,
  fileItem,
  item,
  openCustomer,
  sogoFile,
  temporaryFolder,
  transferOf,
} from './test-customer.ts';

type Running = Omit<BankSimulator, 'close'> & { child: ChildProcess };

let folder: ReturnType<typeof temporaryFolder>;
let running: Running[] = [];
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(async () => {
  for (const { child } of running) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  }
  running = [];
  folder.remove();
});

async function start(port = 0): Promise<Running> {
  const main = join(import.meta.dirname, 'main.ts');
  const args = [main, '--port', String(port), '--data-dir', folder.path, '--sftp-port', '0'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface(child.stdout!), 'line')) as [string];
  const bank = { ...(JSON.parse(line) as Omit<BankSimulator, 'close'>), child };
  running.push(bank);
  return bank;
}

async function kill(bank: Running): Promise<void> {
  bank.child.kill('SIGKILL');
  await once(bank.child, 'exit');
}

/** The same bank after a kill, at the same address. */
async function killAndRestart(bank: Running): Promise<Running> {
  const { port } = new URL(bank.url);
  await kill(bank);
  return start(Number(port));
}

async function request(customer: Customer, edi: number, account: string, date: string) {
  const body = transferOf(customer, [item(edi, edi * 100, account)], date);
  return customer.post('/corporation/v1/transfer/request', body);
}

test('books, tokens, fates and future steps are the same after kill -9', async () => {
  let bank = await start();
  const customer = await openCustomer(bank);
  const opened = await customer.control('POST', '/virtual-accounts', {});
  const target = at(opened, 'virtualAccounts', 0) as object;
  await customer.control('POST', '/pay-ins', { ...target, amountYen: 777, remitterNameKana: 'ｱ' });
  await request(customer, 1, '9991011', '2026-11-24');
  await request(customer, 2, '1234567', '2026-11-26');
  await request(customer, 3, '9990001', '2026-11-26');
  const before = await customer.books();
  bank = await killAndRestart(bank);
  expect(await customer.books()).toEqual(before);
  expect((await customer.get('/corporation/v1/accounts')).status).toBe(200);
  await customer.setClock('2026-11-26T12:00:00+09:00');
  const after = await customer.books();
  expect(after.payments.map(({ state }) => state)).toEqual(['returned', 'paid', 'failed']);
  expect(after.balanceYen).toBe(10_000_000 + 777 - 200);
  const files = customer.inbound();
  expect(files.length).toBeGreaterThan(0);
  const bytes = files.map((name) => customer.receive(name));
  await killAndRestart(bank);
  expect(customer.inbound()).toEqual(files);
  expect(files.map((name) => customer.receive(name))).toEqual(bytes);
});

test('a journal cut in its last line is read up to there', async () => {
  let bank = await start();
  const customer = await openCustomer(bank);
  await request(customer, 1, '1234567', '2026-11-24');
  const before = await customer.books();
  await kill(bank);
  appendFileSync(join(folder.path, 'journal.jsonl'), '{"t":"moved","w":"');
  bank = await start(Number(new URL(bank.url).port));
  expect(await customer.books()).toEqual(before);
  await request(customer, 2, '1234567', '2026-11-24');
  await killAndRestart(bank);
  expect((await customer.books()).payments).toHaveLength(2);
});

test('a file is taken once though the bank is killed again and again', async () => {
  let bank = await start();
  const customer = await openCustomer(bank);
  const receipt = 'storm.txt.receipt.json';
  const file = sogoFile(
    customer,
    'storm.txt',
    Array.from({ length: 2_000 }, (_, index) => fileItem(index + 1, 10)),
  );
  customer.sendFile(file.name, file.bytes, file.manifest);
  for (let kills = 0; kills < 3; kills += 1) {
    await new Promise((resolve) => setTimeout(resolve, 100 * kills));
    bank = await killAndRestart(bank);
  }
  await eventually(() => (customer.inbound().includes(receipt) ? true : undefined));
  await customer.setClock('2026-11-25T09:00:00+09:00');
  const books = await customer.books();
  expect(books.payments).toHaveLength(2_000);
  expect(books.balanceYen).toBe(10_000_000 - 20_000);
  expect(customer.inbound().filter((name) => name.includes('duplicate'))).toEqual([]);
}, 20_000);

test('an acknowledged file does not come back', async () => {
  const bank = await start();
  const customer = await openCustomer(bank);
  await request(customer, 1, '1234567', '2026-11-24');
  await customer.setClock('2026-11-24T12:00:00+09:00');
  const [name] = customer.inbound();
  rmSync(join(customer.contract.inboundDir, name!));
  await killAndRestart(bank);
  await customer.setClock('2026-11-24T17:00:00+09:00');
  expect(existsSync(join(customer.contract.inboundDir, name!))).toBe(false);
});

test('SIGTERM stops it, and a world asked for again is the same', async () => {
  const bank = await start();
  const wish = { worldId: 'shop-1', bankAccount: { balanceYen: 5 } };
  const first = await callControl(bank, 'POST', '/worlds', wish);
  bank.child.kill('SIGTERM');
  expect(await once(bank.child, 'exit')).toEqual([0, null]);
  const again = await start(Number(new URL(bank.url).port));
  const second = await callControl(again, 'POST', '/worlds', { worldId: 'shop-1' });
  expect({ ...second, now: '', sftp: null }).toEqual({ ...first, now: '', sftp: null });
});
