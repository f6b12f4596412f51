// For the contract tests: what the simulated bank hands over with a contract, as the configuration
// of a rail account, and the way to its control API.
import { createHash } from 'node:crypto';
import { Client } from 'ssh2';
import type { BankSimulator } from '../../../simulators/bank/start.ts';
import type { RailAccount } from '../rail.ts';

export type Channel = 'http' | 'folder' | 'sftp';

/** What the bank hands over with a contract, as far as it is used here. */
export interface Contract {
  readonly worldId: string;
  readonly bankCode: string;
  readonly accountId: string;
  readonly raId: string;
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

export async function accountOf(
  bank: BankSimulator,
  contract: Contract,
  channel: Channel,
  archive: string,
): Promise<RailAccount> {
  const { worldId: id } = contract;
  if (channel === 'http') {
    return { id, connector: 'http', mode: 'test', config: httpConfig(bank, contract) };
  }
  const config = { ...(await fileConfig(contract, channel)), archive };
  return { id, connector: 'file', mode: 'test', config };
}

function httpConfig(bank: BankSimulator, contract: Contract) {
  const { clientId, clientSecret, refreshToken, accountId, raId, bankCode } = contract;
  const webhook = { secret: contract.webhookSecret, header: 'x-ganb-signature', encoding: 'hex' };
  return {
    baseUrl: bank.url,
    clientId,
    clientSecret,
    refreshToken,
    accountId,
    raId,
    bankCode,
    webhook,
  };
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

/** A call of the control API. */
export type Control = (method: string, path: string, body?: object) => Promise<unknown>;

export function controlOf(bank: BankSimulator): Control {
  return async (method, path, body) => {
    const response = await fetch(`${bank.controlUrl}${path}`, {
      method,
      headers: { 'x-control-token': bank.controlToken, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as unknown;
    if (response.ok) return answer;
    throw new Error(`${method} ${path} -> ${JSON.stringify(answer)}`);
  };
}
