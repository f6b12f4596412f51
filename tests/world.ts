// A whole installation for tests: database, bank simulator, server, and test shops with a world of
// their own at the bank. Everything is spoken to as from outside; the core is there for what only
// an operator may do.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type KeyringInput, newKeyring } from '../server/base/crypto.ts';
import { uuidv7 } from '../server/base/ids.ts';
import { yen } from '../server/base/money.ts';
import { readConfiguration } from '../server/configuration.ts';
import type { Core } from '../server/core.ts';
import { post } from '../server/ledger/books.ts';
import { createMerchant } from '../server/merchants/open-shop.ts';
import { openTestShop, type TestShop } from '../server/sandbox/open-test-shop.ts';
import { refreshAddresses } from '../server/sandbox/refresh-addresses.ts';
import { createServer, type KawaseServer } from '../server/server.ts';
import { type BankSimulator, startBankSimulator } from '../simulators/bank/start.ts';
import { type Answer, type ApiClient, apiClient } from './api-client.ts';
import { testDatabase } from './database.ts';

export interface BookedPayment {
  readonly ediInfo: string;
  readonly amountYen: number;
  readonly state: string;
  readonly debited: boolean;
  readonly returnedAt: string | null;
}

export interface BankBooks {
  readonly now: string;
  readonly balanceYen: number;
  readonly openingYen: number;
  readonly payments: readonly BookedPayment[];
  readonly deposits: readonly { readonly amountYen: number; readonly canceledAt: string | null }[];
  readonly notices: { readonly delivered: number; readonly unsent: number };
  /** Statements and deposit notices that nobody has fetched. */
  readonly uncollected: readonly string[];
  /** How much is still to happen by itself. */
  readonly upcoming: number;
  /** How much has happened and stands in no sound file yet. */
  readonly untold: { readonly lines: number; readonly deposits: number };
}

export interface RemittanceJson extends Record<string, unknown> {
  readonly id: string;
  readonly reference: string;
  readonly amount: number;
  readonly status: string;
  readonly status_reason: string | null;
  readonly sequence: number;
  readonly timeline: readonly { readonly sequence: number; readonly type: string }[];
}

export interface WorldShop extends TestShop {
  readonly client: ApiClient;
  /** Money in, without the bank: for tests of what comes after. */
  fund(amountYen: number): Promise<void>;
  instruct(fields?: InstructionFields): Promise<Answer<RemittanceJson>>;
  read(id: string): Promise<RemittanceJson>;
  clock(move: { advance: string } | { to: string } | { to_next: 'cut_off' }): Promise<Clock>;
  /** Sets both clocks at once; nothing happens on the way. For shops without anything under way. */
  jumpTo(tokyoTime: string): Promise<void>;
  balance(): Promise<{ available: number; reserved: number; in_flight: number }>;
  /** A call of the bank's control API below this shop's world. */
  bankControl(method: string, path: string, body?: object): Promise<unknown>;
  books(): Promise<BankBooks>;
}

export interface InstructionFields {
  readonly reference?: string;
  readonly amount?: number;
  readonly accountNumber?: string;
  readonly more?: object;
}

interface Clock {
  readonly now: string;
  readonly next_cut_off: string | null;
  readonly work_done: number;
}

export interface World {
  readonly server: KawaseServer;
  readonly core: Core;
  readonly url: string;
  readonly bank: BankSimulator;
  readonly databaseUrl: string;
  readonly keyring: KeyringInput;
  openShop(connector: 'http' | 'file', settings?: { feesFrom?: string }): Promise<WorldShop>;
  close(): Promise<void>;
}

/** The environment of a server process in this world. */
export function worldEnvironment(
  databaseUrl: string,
  bank: Pick<BankSimulator, 'url' | 'controlUrl' | 'controlToken'>,
  keyring: KeyringInput,
): Record<string, string> {
  return {
    DATABASE_URL: databaseUrl,
    KAWASE_KEYRING: JSON.stringify(keyring),
    PORT: '0',
    KAWASE_LOG_LEVEL: 'silent',
    KAWASE_LOG_REQUESTS: 'off',
    KAWASE_WEBHOOK_ALLOW_PRIVATE: '127.0.0.0/8',
    KAWASE_DATABASE_CONNECTIONS: '10',
    KAWASE_REQUESTS_PER_SECOND: '100000',
    KAWASE_SANDBOX_BANK_URL: bank.url,
    KAWASE_SANDBOX_BANK_CONTROL_URL: bank.controlUrl,
    KAWASE_SANDBOX_BANK_CONTROL_TOKEN: bank.controlToken,
  };
}

/** `environment`: what this server is told beside the usual, e.g. where mail goes. */
export async function startWorld(
  environment: Readonly<Record<string, string>> = {},
): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'kawase-world-'));
  const database = await testDatabase();
  const bank = await startBankSimulator({ port: 0, dataDir: folder });
  const keyring = newKeyring();
  const usual = worldEnvironment(database.url, bank, keyring);
  const server = createServer(readConfiguration({ ...usual, ...environment }));
  const { core } = server;
  const url = await server.start();
  const merchantId = await createMerchant(core, { name: 'テスト商店', by: 'test' });
  return {
    ...{ server, core, url, bank, keyring },
    databaseUrl: database.url,
    async openShop(connector) {
      const shop = await openShopIn(core, merchantId, connector);
      await refreshAddresses(core, url);
      return worldShop(core, bank, url, shop);
    },
    async close() {
      await server.stop('end of test');
      await bank.close();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export function openShopIn(
  core: Core,
  merchantId: string,
  connector: 'http' | 'file',
): Promise<TestShop> {
  const bank = core.sandboxBank;
  if (bank === undefined) throw new Error('a world has a sandbox bank');
  const deps = { merchants: core, funds: core.polling, fees: core.fees, bank };
  return openTestShop(deps, { merchantId, name: `${connector}店`, connector, by: 'test' });
}

export function worldShop(
  core: Core,
  bank: BankSimulator,
  url: string,
  opened: TestShop,
): WorldShop {
  const { shopId } = opened.shop;
  const client = apiClient(url, opened.keyText);
  const bankControl = (method: string, path: string, body?: object) =>
    controlBank(bank, method, `/worlds/${shopId}${path}`, body);
  return {
    ...opened,
    client,
    bankControl,
    fund: (amountYen) => fundShop(core, opened, amountYen),
    instruct: (fields = {}) => client.post('/v1/remittances', instruction(fields)),
    read: async (id) => (await client.get<RemittanceJson>(`/v1/remittances/${id}`)).body,
    async clock(move) {
      const answer = await client.post<Clock & Record<string, unknown>>('/v1/sandbox/clock', move);
      if (answer.status !== 200) throw new Error(`clock: ${answer.text}`);
      return answer.body;
    },
    async jumpTo(tokyoTime) {
      const to = Temporal.Instant.from(tokyoTime);
      await bankControl('POST', '/clock', { now: tokyoTime });
      await core.db.run('update shop_head set clock_offset_ms = $2 where shop_id = $1', [
        shopId,
        to.epochMilliseconds - core.wall().epochMilliseconds,
      ]);
    },
    async balance() {
      const { body } = await client.get('/v1/balance');
      return body as { available: number; reserved: number; in_flight: number };
    },
    books: async () => (await bankControl('GET', '/books')) as BankBooks,
  };
}

export async function fundShop(core: Core, opened: TestShop, amountYen: number): Promise<void> {
  await core.deeds.run(opened.shop.shopId, (tx) =>
    post(tx, [
      {
        from: `cash:${opened.railAccountId}`,
        to: 'available',
        amountYen: yen(amountYen),
        cause: 'deposit',
        causeId: uuidv7(),
      },
    ]),
  );
}

let references = 0;

/** The JSON of one instruction. */
export function instruction(fields: InstructionFields = {}) {
  references += 1;
  return {
    reference: fields.reference ?? `ref-${references}`,
    amount: fields.amount ?? 8_400,
    destination: {
      type: 'bank_account',
      bank_code: '0005',
      branch_code: '001',
      account_type: 'ordinary',
      account_number: fields.accountNumber ?? '1234567',
      account_holder: 'ヤマダ タロウ',
    },
    ...fields.more,
  };
}

export async function controlBank(
  bank: Pick<BankSimulator, 'controlUrl' | 'controlToken'>,
  method: string,
  path: string,
  body?: object,
): Promise<unknown> {
  const response = await fetch(`${bank.controlUrl}${path}`, {
    method,
    headers: { 'x-control-token': bank.controlToken, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as unknown;
  if (!response.ok) throw new Error(`bank: ${method} ${path}: ${JSON.stringify(answer)}`);
  return answer;
}
