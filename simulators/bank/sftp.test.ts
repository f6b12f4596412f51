// The exchange folder over real SFTP: signing in, sending and fetching files, and what is refused.

import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import SftpClient from 'ssh2-sftp-client';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { BankSimulator } from './start.ts';
import { startBankSimulator } from './start.ts';
import type { Customer } from './test-customer.ts';
import { eventually, fileItem, openCustomer, sogoFile, temporaryFolder } from './test-customer.ts';

const folder = temporaryFolder();
let bank: BankSimulator;
let clients: SftpClient[] = [];
beforeAll(async () => {
  bank = await startBankSimulator({ port: 0, dataDir: folder.path, sftpPort: 0, tickMs: 20 });
});
afterEach(async () => {
  await Promise.allSettled(clients.map((client) => client.end()));
  clients = [];
});
afterAll(async () => {
  await bank.close();
  folder.remove();
});

async function connect(customer: Customer, more: object = {}): Promise<SftpClient> {
  const { host, port, user, password } = customer.contract.sftp;
  const client = new SftpClient();
  client.on('error', () => undefined);
  clients.push(client);
  await client.connect({ host, port, username: user, password, ...more });
  // ssh2 has this call, its types do not: without it each request waits for a delayed answer.
  (client as unknown as { client: { setNoDelay: (on: boolean) => void } }).client.setNoDelay(true);
  return client;
}

test('a file goes up by rename, its receipt comes down and is acknowledged', async () => {
  const customer = await openCustomer(bank);
  const client = await connect(customer);
  const file = sogoFile(customer, 'up.txt', [fileItem(1, 1_000)]);
  const manifest = Buffer.from(JSON.stringify(file.manifest));
  await client.put(manifest, '/outbound/up.txt.manifest.json.part');
  await client.rename('/outbound/up.txt.manifest.json.part', '/outbound/up.txt.manifest.json');
  await client.put(Buffer.from(file.bytes), '/outbound/up.txt.part');
  await client.rename('/outbound/up.txt.part', '/outbound/up.txt');
  const receipt = '/inbound/up.txt.receipt.json';
  await eventually(async () => ((await client.exists(receipt)) ? true : undefined));
  const text = String(await client.get(receipt));
  expect(JSON.parse(text)).toMatchObject({ status: 'accepted', totalYen: 1_000 });
  await client.delete(receipt);
  expect(await client.list('/inbound')).toEqual([]);
  expect(await client.list('/outbound')).toEqual([]);
  expect((await client.list('/')).map(({ name }) => name).sort()).toEqual(['inbound', 'outbound']);
});

test('a large file arrives whole', async () => {
  const customer = await openCustomer(bank);
  const client = await connect(customer);
  const bytes = Buffer.alloc(1_500_000, 'x');
  await client.put(bytes, 'outbound/large.part');
  expect((await client.stat('/outbound/large.part')).size).toBe(bytes.length);
  expect(Buffer.compare((await client.get('/outbound/large.part')) as Buffer, bytes)).toBe(0);
});

test('nothing outside the own folder can be named', async () => {
  const customer = await openCustomer(bank);
  const client = await connect(customer);
  writeFileSync(join(folder.path, 'secret.txt'), 'secret');
  symlinkSync(join(folder.path, 'secret.txt'), join(customer.contract.outboundDir, 'link.txt'));
  for (const path of ['/../secret.txt', '/outbound/../../../journal.jsonl', '/outbound/link.txt']) {
    await expect(client.get(path), path).rejects.toThrow();
  }
  expect((await client.list('/outbound')).map(({ name }) => name)).toEqual([]);
  await expect(client.put(Buffer.from('x'), '/outbound/link.txt')).rejects.toThrow();
  await expect(client.put(Buffer.from('x'), '/inbound/forged.txt')).rejects.toThrow();
  await expect(client.mkdir('/outbound/deep')).rejects.toThrow();
  await expect(client.list('/etc')).rejects.toThrow();
});

test('strangers are refused, a registered key is not', async () => {
  const customer = await openCustomer(bank);
  await expect(connect(customer, { password: 'guess' })).rejects.toThrow();
  const { private: privateKey, public: sftpPublicKey } = ssh2.utils.generateKeyPairSync('ed25519');
  await expect(connect(customer, { password: undefined, privateKey })).rejects.toThrow();
  await customer.control('PUT', '/settings', { sftpPublicKey });
  const client = await connect(customer, { password: undefined, privateKey });
  expect(await client.exists('/outbound')).toBe('d');
});

test('a bank that is down lets nobody in and breaks who is', async () => {
  const customer = await openCustomer(bank);
  const client = await connect(customer);
  await customer.control('PUT', '/faults', { down: true });
  await expect(client.list('/inbound')).rejects.toThrow();
  await expect(connect(customer)).rejects.toThrow();
});
