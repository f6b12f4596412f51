// What the network has answered survives kill -9. Method: the real process is killed, its journal
// cut in the middle of a line, and what comes back is compared with what was answered.

import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Address } from './test-partner.ts';
import { openPartner } from './test-partner.ts';

type Running = Address & { child: ChildProcess };

let dataDir: string;
let running: Running | undefined;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'atm-'));
});
afterEach(async () => {
  await kill();
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(port = 0): Promise<Running> {
  const main = join(import.meta.dirname, 'main.ts');
  const args = [main, '--port', String(port), '--data-dir', dataDir, '--until-stdin-ends'];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface(child.stdout!), 'line')) as [string];
  running = { ...(JSON.parse(line) as Address), child };
  return running;
}

async function kill(): Promise<void> {
  const child = running?.child;
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

const portOf = ({ url }: Address): number => Number(new URL(url).port);

test('receipts in every state, refusals, locks and money come back as they were', async () => {
  const network = await start();
  const partner = await openPartner(network);
  const receive = (requestId: string, legs: string) =>
    partner.control('POST', '/receive', { requestId, legs });
  for (const id of ['1', '2', '3', '4', '5']) await partner.issue(id, 8_400, id === '5' ? 1 : 30);
  await partner.issue('6', 200_000);
  await receive('1', 'all');
  await receive('2', 'notes');
  await partner.call('POST', '/v1/receipts/3/take-back');
  const { body: locked } = await partner.call('GET', '/v1/receipts/4');
  const wrong = locked.confirmation_number === '0000' ? '1111' : '0000';
  for (let tries = 0; tries < 3; tries++) {
    await partner.form('/atm', {
      step: 'confirmation',
      partner: String(locked.partner_code),
      customer: String(locked.customer_number),
      confirmation: wrong,
      key: 'enter',
    });
  }
  await partner.control('POST', '/clock', { now: '2026-11-26T12:00:00+09:00', hold: true });
  const before = await partner.control('GET', '/books');
  const states = (before.receipts as { state: string }[]).map(({ state }) => state);
  expect(states).toEqual(['RECEIVED', 'NOTES_TAKEN', 'TAKEN_BACK', 'RECEIVABLE', 'EXPIRED']);
  expect(before).toMatchObject({ balanceYen: 1_000_000 - 8_400 - 8_000, heldYen: 400 + 8_400 });

  await kill();
  appendFileSync(join(dataDir, 'journal.jsonl'), '{"t":"step","w":"');
  await start(portOf(network));
  expect(await partner.control('GET', '/books')).toEqual(before);
  expect((await partner.issue('6', 200_000)).status).toBe(422);
  await receive('2', 'coins');
  await kill();
  await start(portOf(network));
  expect((await partner.call('GET', '/v1/receipts/2')).body.state).toBe('RECEIVED');
});

test('a notice not yet taken is pushed again after a kill', async () => {
  const network = await start();
  const partner = await openPartner(network);
  let isTaking = false;
  const bodies: string[] = [];
  const taken = Promise.withResolvers<void>();
  const receiver = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    bodies.push(Buffer.concat(chunks).toString('utf8'));
    response.writeHead(isTaking ? 200 : 503).end();
    if (isTaking) taken.resolve();
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  try {
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
    await partner.control('PUT', '/webhook', { url });
    await partner.issue('1', 8_000);
    await partner.control('POST', '/receive', { requestId: '1' });
    await kill();
    isTaking = true;
    await start(portOf(network));
    await taken.promise;
    expect(JSON.parse(bodies.at(-1)!)).toMatchObject({ receipt: { state: 'RECEIVED' } });
    expect(new Set(bodies).size).toBe(1);
  } finally {
    receiver.closeAllConnections();
    receiver.close();
  }
});

test('it stops when the one who started it is gone', async () => {
  const { child } = await start();
  child.stdin!.end();
  expect(await once(child, 'exit')).toEqual([0, null]);
});
