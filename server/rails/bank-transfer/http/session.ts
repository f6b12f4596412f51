// Calls with the account's token: adds it, and refreshes it once where the bank refuses it. Also
// calls with the client's own name and password, for notices. Nothing here reads what an answer
// says.
import type { RailAccount } from '../../rail.ts';
import type { BankClient, CallResult } from './client.ts';
import type { HttpConfig } from './config.ts';
import { basicAuthorization, type TokenSource } from './oauth.ts';
import { readRefusal } from './transform.ts';

export interface Session {
  readonly account: RailAccount;
  readonly config: HttpConfig;
  /** A GET without effects under `/corporation/v1`; repeated within bounds. */
  get(path: string, query: Query, signal: AbortSignal): Promise<CallResult>;
  /** Sent once; again only after a 401 of the bank, which took nothing. */
  post(path: string, body: string, signal: AbortSignal): Promise<CallResult>;
  /** The next unsent deposit notices. Reading marks them delivered: never repeated. */
  unsentNotices(signal: AbortSignal): Promise<CallResult>;
}

export type Query = Readonly<Record<string, string>>;

const JSON_TYPE = 'application/json;charset=UTF-8';

export function openSession(
  client: BankClient,
  tokens: TokenSource,
  account: RailAccount,
  config: HttpConfig,
): Session {
  const { baseUrl, timeoutMs } = config;

  async function withToken(
    send: (accessToken: string) => Promise<CallResult>,
  ): Promise<CallResult> {
    const first = await tokens.token(account, config);
    if (first.kind === 'none') return { kind: 'unsent', detail: first.detail };
    const result = await send(first.accessToken);
    if (result.kind !== 'answer' || result.status !== 401) return result;
    if (readRefusal(result.status, result.body) === undefined) return result;
    const second = await tokens.token(account, config, first.accessToken);
    return second.kind === 'none' ? result : send(second.accessToken);
  }

  return {
    account,
    config,
    get(path, query, signal) {
      const url = `${baseUrl}/corporation/v1${path}?${new URLSearchParams(query)}`;
      return withToken((accessToken) => {
        const headers = { accept: JSON_TYPE, 'x-access-token': accessToken };
        return client({ method: 'GET', url, headers, timeoutMs, retry: true }, signal);
      });
    },
    post(path, body, signal) {
      const url = `${baseUrl}/corporation/v1${path}`;
      return withToken((accessToken) => {
        const headers = {
          accept: JSON_TYPE,
          'content-type': JSON_TYPE,
          'x-access-token': accessToken,
        };
        return client({ method: 'POST', url, headers, body, timeoutMs }, signal);
      });
    },
    unsentNotices(signal) {
      const url = `${baseUrl}/webhooks/v1/unsentlist/va-deposit-transaction`;
      const headers = { accept: JSON_TYPE, authorization: basicAuthorization(config) };
      return client({ method: 'GET', url, headers, timeoutMs }, signal);
    },
  };
}
