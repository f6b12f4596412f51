// For the contract tests: a world of the bank simulator behind either connector, with its hand on the clock, the faults
// and the books. Production code never imports this.
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'ssh2';
import { type BankSimulator, startBankSimulator } from '../../../simulators/bank/start.ts';
import type { BookedPayment, Fate, Notice, RailFault, RailWorld } from '../rail.contract-world.ts';
import type { RailAccount } from '../rail.ts';
import { createBankTransferRail } from './bank-transfer.ts';
import type { Tokens } from './http/oauth.ts';

export interface SimulatedBank {
  readonly bank: BankSimulator;
  readonly folder: string;
  close(): Promise<void>;
}

/** What the bank hands over with a contract, as far as it is used here. */
interface Contract {
  readonly bankCode: string;
  readonly accountId: string;
  readonly branchCode: string;
  readonly accountNumber: string;
  readonly remitterCode: string;
  readonly holderNameKana: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly refreshToken: string;
  readonly webhookSecret: string;
  readonly sftp: { host: string; port: number; user: string; password: string };
  readonly outboundDir: string;
  readonly inboundDir: string;
}

const ACCOUNT_NUMBERS: Readonly<Record<Fate, string>> = {
  paid: '1234567',
  refused_at_once: '9993001',
  fails_no_account: '9990001',
  returned_next_day: '9991011',
  answer_lost_after_effect: '9994001',
  answer_lost_before_effect: '9994002',
};

const BOOKED: Readonly<Record<string, BookedPayment['state']>> = {
  applied: 'pending',
  reserved: 'pending',
  in_process: 'pending',
  retrying: 'pending',
  paid: 'paid',
  failed: 'failed',
  rejected: 'failed',
  returned: 'returned',
};

const FAULTS: Readonly<Record<RailFault, object>> = {
  none: {},
  garbage: { garbageRate: 1, seed: 7 },
  down: { down: true },
};

export async function startSimulatedBank(): Promise<SimulatedBank> {
  const folder = await mkdtemp(join(tmpdir(), 'kawase-rail-contract-'));
  const dataDir = join(folder, 'bank');
  await mkdir(dataDir);
  const bank = await startBankSimulator({ port: 0, dataDir, sftpPort: 0 });
  const close = async () => {
    await bank.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { bank, folder, close };
}

let worlds = 0;

export async function openBankWorld(
  { bank, folder }: SimulatedBank,
  connector: 'http' | 'folder' | 'sftp',
): Promise<RailWorld> {
  worlds += 1;
  const worldId = `world-${worlds}`;
  const control = controlOf(bank, worldId);
  let clock = Temporal.Instant.from('2026-11-24T01:00:00Z');
  const contract = (await control('POST', '/worlds', {
    worldId,
    now: clock.toString(),
    hold: true,
    bankAccount: { balanceYen: 10_000_000 },
  })) as Contract;
  const moveTo = async (to: Temporal.Instant): Promise<void> => {
    clock = to;
    await control('POST', `/worlds/${worldId}/clock`, { now: clock.toString(), hold: true });
  };
  const stored = new Map<string, Tokens>();
  const store = {
    load: async (id: string) => stored.get(id),
    save: async (id: string, tokens: Tokens) => void stored.set(id, tokens),
  };
  const archive = join(folder, `archive-${worldId}`);
  await mkdir(archive);
  const webhooks = await listen();
  const config =
    connector === 'http' ? httpConfig(bank, contract) : await fileConfig(contract, connector);
  const account: RailAccount = {
    id: worldId,
    connector: connector === 'http' ? 'http' : 'file',
    mode: 'test',
    config: connector === 'http' ? config : { ...config, archive },
  };
  const payIn = async (amountYen: number): Promise<void> => {
    const made = await control('POST', `/worlds/${worldId}/virtual-accounts`, { count: 1 });
    const [{ branchCode, accountNumber }] = (made as { virtualAccounts: [Contract] })
      .virtualAccounts;
    const remitterNameKana = 'ﾔﾏﾀﾞ ﾀﾛｳ';
    const body = { branchCode, accountNumber, amountYen, remitterNameKana };
    await control('POST', `/worlds/${worldId}/pay-ins`, body);
  };
  return {
    rail: createBankTransferRail({ tokens: store, pause: async () => {} }),
    account,
    transferDate: Temporal.PlainDate.from('2026-11-25'),
    now: async () => clock,
    destination: (fate) => ({
      bankCode: '0001',
      branchCode: '001',
      accountType: 'ordinary',
      accountNumber: ACCOUNT_NUMBERS[fate],
      holderName: 'ﾔﾏﾀﾞ ﾀﾛｳ',
    }),
    settle: () => moveTo(Temporal.Instant.from('2026-11-25T03:30:00Z')),
    settleNextDay: () => moveTo(Temporal.Instant.from('2026-11-26T03:30:00Z')),
    taken: () => moveTo(clock.add({ seconds: 1 })),
    fault: async (fault) => void (await control('PUT', `/worlds/${worldId}/faults`, FAULTS[fault])),
    books: () => booksOf(control, worldId),
    async payIn(amountYen) {
      await control('PUT', `/worlds/${worldId}/webhook`, { url: webhooks.url });
      await control('PUT', `/worlds/${worldId}/faults`, { repeatNoticeRate: 1, seed: 1 });
      await payIn(amountYen);
      return webhooks.take(2);
    },
    async payInUnnoticed(amountYen) {
      await payIn(amountYen);
      await moveTo(clock.add({ seconds: 1 }));
    },
    close: () => webhooks.close(),
  };
}

function httpConfig(bank: BankSimulator, contract: Contract) {
  const { clientId, clientSecret, refreshToken, accountId, bankCode, webhookSecret } = contract;
  const webhook = { secret: webhookSecret, header: 'x-ganb-signature', encoding: 'hex' };
  return { baseUrl: bank.url, clientId, clientSecret, refreshToken, accountId, bankCode, webhook };
}

async function fileConfig(contract: Contract, connector: 'folder' | 'sftp') {
  const { bankCode, branchCode, accountNumber, remitterCode, holderNameKana } = contract;
  const remitter = {
    code: remitterCode,
    name: holderNameKana,
    bankCode,
    branchCode,
    accountType: 'ordinary',
    accountNumber,
  };
  const promised = { remitter, bankRefusesDuplicates: true };
  if (connector === 'folder') {
    return { ...promised, folder: { outbox: contract.outboundDir, inbox: contract.inboundDir } };
  }
  const { host, port, user: username, password } = contract.sftp;
  const hostKey = await hostKeyOf(host, port);
  const folders = { outbox: '/outbound', inbox: '/inbound' };
  return {
    ...promised,
    acknowledge: 'remove',
    sftp: { host, port, username, password, hostKey, ...folders },
  };
}

/** What an operator does with `ssh-keyscan` and the bank's word: learns the key once. */
export function hostKeyOf(host: string, port: number): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const client = new Client();
  client.on('error', reject);
  client.connect({
    host,
    port,
    username: 'nobody',
    hostVerifier: (key: Buffer) => {
      client.removeListener('error', reject);
      client.on('error', () => {});
      const digest = createHash('sha256').update(key).digest('base64').replace(/=+$/, '');
      resolve(`SHA256:${digest}`);
      return false;
    },
  });
  return promise;
}

function controlOf(bank: BankSimulator, worldId: string) {
  return async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`${bank.controlUrl}${path}`, {
      method,
      headers: { 'x-control-token': bank.controlToken, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as unknown;
    if (response.ok) return answer;
    throw new Error(`${worldId}: ${method} ${path} -> ${JSON.stringify(answer)}`);
  };
}

async function booksOf(
  control: ReturnType<typeof controlOf>,
  worldId: string,
): Promise<readonly BookedPayment[]> {
  const books = (await control('GET', `/worlds/${worldId}/books`)) as {
    payments: readonly { ediInfo: string; amountYen: number; state: string }[];
  };
  return books.payments.map(({ ediInfo, amountYen, state }) => {
    const known = BOOKED[state];
    if (known === undefined) throw new Error(`the bank's books say ${state}`);
    return { dispatchCode: ediInfo, amountYen, state: known };
  });
}

/** The receiving end of webhooks. */
async function listen() {
  const waiting: Notice[] = [];
  let wake = () => {};
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    waiting.push({ headers, body: Buffer.concat(chunks).toString('utf8') });
    response.end();
    wake();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/notices`,
    async take(count: number): Promise<readonly Notice[]> {
      while (waiting.length < count) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return waiting;
    },
    close(): Promise<void> {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
