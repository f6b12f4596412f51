// What was answered survives kill -9: the real process is killed and started again on its journal.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, expect, test } from 'vitest';
import { PEOPLE } from './customers.ts';
import type { AmazonGiftSimulator } from './start.ts';
import { loadOf, openPartner } from './test-partner.ts';

type Running = Omit<AmazonGiftSimulator, 'close'> & { readonly child: ChildProcess };

const folder = mkdtempSync(join(tmpdir(), 'amazon-gift-survival-'));
let running: Running | undefined;
afterEach(async () => {
  await kill();
  rmSync(folder, { recursive: true, force: true });
});

async function start(port = 0): Promise<Running> {
  const main = join(import.meta.dirname, 'main.ts');
  const args = [main, '--port', String(port), '--data-dir', folder];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface(child.stdout!), 'line')) as [string];
  running = { ...(JSON.parse(line) as Omit<AmazonGiftSimulator, 'close'>), child };
  return running;
}

async function kill(): Promise<void> {
  const child = running?.child;
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

test('books and contract are the same after kill -9, and an id still loads once', async () => {
  const first = await start();
  const partner = await openPartner(first, { now: '2026-11-24T10:00:00+09:00', hold: true });
  const body = loadOf(partner.contract, 1, 8_400, PEOPLE[0]!.userId);
  expect((await partner.call('LoadAmazonBalance', body)).status).toBe(200);
  const before = await partner.books();
  await kill();
  // A line that was cut by the kill was never answered.
  appendFileSync(join(folder, 'journal.jsonl'), '{"t":"order","w":"wor');
  const second = await start(Number(new URL(first.url).port));
  expect(second.controlToken).toBe(first.controlToken);
  expect(await partner.books()).toEqual(before);
  expect((await partner.call('LoadAmazonBalance', body)).status).toBe(200);
  expect(await partner.books()).toEqual(before);
});
