// A customer for the tests: opens a world, signs in, and speaks to the bank over its real wire
// and nothing else. Only tests import this.

import { createHash, randomUUID } from 'node:crypto';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { SogoDataInput } from '../../zengin/sogo-furikomi.ts';
import { formatSogoFurikomi } from '../../zengin/sogo-furikomi.ts';
import type { BankSimulator } from './start.ts';

/** A JSON object off the wire; `at` looks into it. */
export type Json = Readonly<Record<string, unknown>>;

export interface Contract {
  readonly worldId: string;
  readonly bankCode: string;
  readonly accountId: string;
  readonly branchCode: string;
  readonly accountNumber: string;
  readonly raId: string;
  readonly remitterCode: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly refreshToken: string;
  readonly webhookSecret: string;
  readonly sftp: { host: string; port: number; user: string; password: string };
  readonly outboundDir: string;
  readonly inboundDir: string;
}

export interface ShownBooks {
  readonly now: string;
  readonly balanceYen: number;
  readonly openingYen: number;
  readonly payments: {
    readonly ediInfo: string;
    readonly amountYen: number;
    readonly state: string;
    readonly reasonCode: string | null;
    readonly debited: boolean;
    readonly paidAt: string | null;
    readonly returnedAt: string | null;
    readonly [name: string]: unknown;
  }[];
  readonly deposits: {
    readonly amountYen: number;
    readonly canceledAt: string | null;
    readonly [name: string]: unknown;
  }[];
  readonly notices: { readonly delivered: number; readonly unsent: number };
  readonly files: string[];
}

/** What lies at a path in a JSON value; undefined where it leads nowhere. */
export function at(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>((inside, step) => (inside as Json | undefined)?.[step], value);
}

export interface Answer {
  readonly status: number;
  readonly body: Json;
}

export interface Customer {
  readonly contract: Contract;
  readonly control: (method: string, path: string, body?: object) => Promise<Json>;
  readonly setClock: (now: string) => Promise<Json>;
  readonly get: (path: string) => Promise<Answer>;
  readonly post: (path: string, body: object) => Promise<Answer>;
  readonly books: () => Promise<ShownBooks>;
  readonly sendFile: (name: string, bytes: Uint8Array, manifest: object) => void;
  readonly inbound: () => string[];
  readonly receive: (name: string) => Buffer;
}

export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'bank-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export async function callControl(
  bank: Pick<BankSimulator, 'controlUrl' | 'controlToken'>,
  method: string,
  path: string,
  body?: object,
): Promise<Json> {
  const response = await fetch(bank.controlUrl + path, {
    method,
    headers: { 'x-control-token': bank.controlToken, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as Json;
  return response.ok ? answer : { ...answer, httpStatus: response.status };
}

export async function refreshToken(
  bank: Pick<BankSimulator, 'url'>,
  contract: Contract,
  refresh: string,
): Promise<Json> {
  const { clientId, clientSecret } = contract;
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
  const response = await fetch(`${bank.url}/auth/v1/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}` },
    body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refresh }),
  });
  return (await response.json()) as Json;
}

/** A world held at a Tuesday morning with ten million yen, unless told otherwise. */
export async function openCustomer(
  bank: Pick<BankSimulator, 'url' | 'controlUrl' | 'controlToken'>,
  wish: object = {},
): Promise<Customer> {
  const opened = await callControl(bank, 'POST', '/worlds', {
    worldId: `w-${randomUUID()}`,
    now: '2026-11-24T09:30:00+09:00',
    hold: true,
    bankAccount: { balanceYen: 10_000_000 },
    ...wish,
  });
  const contract = opened as unknown as Contract;
  const tokens = await refreshToken(bank, contract, contract.refreshToken);
  const own = `/worlds/${contract.worldId}`;
  const control = (method: string, path: string, body?: object): Promise<Json> =>
    callControl(bank, method, own + path, body);

  async function call(method: string, path: string, body?: object): Promise<Answer> {
    const { clientId, clientSecret } = contract;
    const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
    const response = await fetch(bank.url + path, {
      method,
      headers: {
        'x-access-token': String(tokens.access_token),
        'content-type': 'application/json;charset=UTF-8',
        ...(path.startsWith('/webhooks') ? { authorization: `Basic ${basic}` } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: JSON.parse(text) as Json };
  }

  return {
    contract,
    control,
    setClock: (now) => control('POST', '/clock', { now, hold: true }),
    get: (path) => call('GET', path),
    post: (path, body) => call('POST', path, body),
    books: async () => (await control('GET', '/books')) as unknown as ShownBooks,
    sendFile(name, bytes, manifest) {
      const put = (file: string, content: Uint8Array | string): void => {
        const path = join(contract.outboundDir, file);
        writeFileSync(`${path}.part`, content);
        renameSync(`${path}.part`, path);
      };
      put(`${name}.manifest.json`, JSON.stringify(manifest));
      put(name, bytes);
    },
    inbound: () => (existsSync(contract.inboundDir) ? readdirSync(contract.inboundDir).sort() : []),
    receive: (name) => readFileSync(join(contract.inboundDir, name)),
  };
}

/** One item as the API takes it; `edi` doubles as a serial number. */
export function item(edi: number, amountYen: number, accountNumber = '1234567'): object {
  return {
    itemId: '1',
    transferAmount: String(amountYen),
    ediInfo: ediOf(edi),
    beneficiaryBankCode: '0001',
    beneficiaryBranchCode: '001',
    accountTypeCode: '1',
    accountNumber,
    beneficiaryName: 'ﾔﾏﾀﾞ ﾀﾛｳ',
  };
}

export function ediOf(serial: number): string {
  return String(serial).padStart(20, '0');
}

export function transferOf(customer: Customer, items: readonly object[], date = '2026-11-24') {
  const numbered = items.map((each, index) => ({ ...each, itemId: String(index + 1) }));
  const total = items.reduce((sum, each) => sum + Number(at(each, 'transferAmount')), 0);
  return {
    accountId: customer.contract.accountId,
    transferDesignatedDate: date,
    totalCount: String(items.length),
    totalAmount: String(total),
    transfers: numbered,
  };
}

export function bulkOf(customer: Customer, items: readonly object[], date = '2026-11-24') {
  const { transfers, ...rest } = transferOf(customer, items, date);
  return { ...rest, transferDataName: 'batch-1', bulkTransfers: transfers };
}

export function fileItem(edi: number, amountYen: number, accountNumber = '1234567'): SogoDataInput {
  return {
    bankCode: '0001',
    branchCode: '001',
    accountType: 'ordinary',
    accountNumber,
    recipientName: 'ﾔﾏﾀﾞ ﾀﾛｳ',
    amountYen,
    ediInfo: ediOf(edi),
  };
}

export interface TestFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly manifest: {
    readonly file: string;
    readonly sha256: string;
    readonly itemCount: number;
    readonly totalYen: number;
    readonly transferDate: string;
  };
}

export function sogoFile(
  customer: Customer,
  name: string,
  items: readonly SogoDataInput[],
  transferDate = '2026-11-25',
): TestFile {
  const { contract } = customer;
  const header = {
    requesterCode: contract.remitterCode,
    requesterName: 'ｶ)ｶﾜｾ',
    transferDate,
    bankCode: contract.bankCode,
    branchCode: contract.branchCode,
    accountType: 'ordinary',
    accountNumber: contract.accountNumber,
  } as const;
  const bytes = formatSogoFurikomi([{ header, items }]);
  const totalYen = items.reduce((sum, { amountYen }) => sum + amountYen, 0);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const manifest = { file: name, sha256, itemCount: items.length, totalYen, transferDate };
  return { name, bytes, manifest };
}

/** Waits for something the bank does by itself; 5 seconds at most. */
export async function eventually<T>(
  look: () => T | undefined | Promise<T | undefined>,
): Promise<T> {
  for (let tries = 0; tries < 250; tries += 1) {
    const found = await look();
    if (found !== undefined) return found;
    await pause(20);
  }
  throw new Error('it did not happen within 5 seconds');
}
