// OAuth 2 tokens of the bank: loads them, refreshes them in time or when refused, and stores what
// the bank rotates before anything uses it. How the first consent is given is in the README.
import type { Instant } from '../../../base/clock.ts';
import type { RailAccount } from '../../rail.ts';
import type { BankClient } from './client.ts';
import type { HttpConfig } from './config.ts';

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Wall time in milliseconds since the epoch. */
  readonly expiresAtMs: number;
}

/**
 * Durable and encrypted; `accountId` is the id of the rail account. `save` resolves once it is
 * durable.
 */
export interface TokenStore {
  load(accountId: string): Promise<Tokens | undefined>;
  save(accountId: string, tokens: Tokens): Promise<void>;
}

export type TokenResult =
  | { readonly kind: 'token'; readonly accessToken: string }
  | { readonly kind: 'none'; readonly detail: string };

export interface TokenSource {
  /** `refused` is an access token that the bank has just answered with 401. */
  token(account: RailAccount, config: HttpConfig, refused?: string): Promise<TokenResult>;
}

/** Refreshed this long before the end, so that a token does not end under way. */
const MARGIN_MS = 60_000;

export function createTokenSource(dependencies: {
  readonly client: BankClient;
  readonly store: TokenStore;
  readonly now: () => Instant;
}): TokenSource {
  const { client, store, now } = dependencies;
  const flights = new Map<string, Promise<TokenResult>>();
  /** Rotated but not yet stored: a store that fails once must not cost the consent. */
  const unsaved = new Map<string, Tokens>();

  async function current(accountId: string): Promise<Tokens | undefined> {
    const held = unsaved.get(accountId);
    if (held === undefined) return store.load(accountId);
    await store.save(accountId, held);
    unsaved.delete(accountId);
    return held;
  }

  function good(tokens: Tokens | undefined, refused: string | undefined): string | undefined {
    if (tokens === undefined || tokens.accessToken === refused) return undefined;
    const lives = tokens.expiresAtMs - MARGIN_MS > now().epochMilliseconds;
    return lives ? tokens.accessToken : undefined;
  }

  async function refresh(
    account: RailAccount,
    config: HttpConfig,
    refused: string | undefined,
  ): Promise<TokenResult> {
    const stored = await current(account.id);
    const present = good(stored, refused);
    if (present !== undefined) return { kind: 'token', accessToken: present };
    const refreshToken = stored?.refreshToken ?? config.refreshToken;
    if (refreshToken === undefined) return { kind: 'none', detail: 'no consent given yet' };
    const fresh = await askForTokens(client, config, refreshToken, now().epochMilliseconds);
    if (typeof fresh !== 'string') {
      unsaved.set(account.id, fresh);
      await current(account.id);
      return { kind: 'token', accessToken: fresh.accessToken };
    }
    // Another process may have been first: then the bank has refused a token that is used up.
    const others = good(await store.load(account.id), refused ?? stored?.accessToken);
    if (others !== undefined) return { kind: 'token', accessToken: others };
    return { kind: 'none', detail: fresh };
  }

  return {
    async token(account, config, refused) {
      const under = await flights.get(account.id);
      // A flight that began before the bank's refusal may bring the refused token itself.
      if (under !== undefined && !(under.kind === 'token' && under.accessToken === refused)) {
        return under;
      }
      const started = flights.get(account.id);
      if (started !== undefined) return started;
      const flight = refresh(account, config, refused).finally(() => flights.delete(account.id));
      flights.set(account.id, flight);
      return flight;
    },
  };
}

/** The tokens, or why there are none. Not bound to a caller's signal: others wait for it too. */
async function askForTokens(
  client: BankClient,
  config: HttpConfig,
  refreshToken: string,
  nowMs: number,
): Promise<Tokens | string> {
  const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken });
  const headers: Record<string, string> = {
    'content-type': 'application/x-www-form-urlencoded',
    accept: 'application/json',
  };
  if (config.clientAuthentication === 'post') {
    form.set('client_id', config.clientId);
    form.set('client_secret', config.clientSecret);
  } else {
    headers.authorization = basicAuthorization(config);
  }
  const result = await client(
    {
      method: 'POST',
      url: `${config.baseUrl}/auth/v1/token`,
      headers,
      body: form.toString(),
      timeoutMs: config.timeoutMs,
    },
    new AbortController().signal,
  );
  if (result.kind !== 'answer') return `token refresh: ${result.detail}`;
  if (result.status !== 200) return `token refresh refused with HTTP ${result.status}`;
  return readTokens(result.body, refreshToken, nowMs) ?? 'token refresh: answer makes no sense';
}

function readTokens(body: unknown, refreshToken: string, nowMs: number): Tokens | undefined {
  const fields = (body ?? {}) as Record<string, unknown>;
  const { access_token: accessToken, refresh_token: rotated = refreshToken } = fields;
  const seconds = Number(fields.expires_in);
  if (typeof accessToken !== 'string' || accessToken === '') return undefined;
  if (typeof rotated !== 'string' || rotated === '') return undefined;
  if (!Number.isFinite(seconds) || seconds <= 0) return undefined;
  return { accessToken, refreshToken: rotated, expiresAtMs: nowMs + seconds * 1_000 };
}

export function basicAuthorization(config: HttpConfig): string {
  return `Basic ${Buffer.from(`${config.clientId}:${config.clientSecret}`).toString('base64')}`;
}
