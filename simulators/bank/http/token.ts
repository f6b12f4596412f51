// OAuth: consent, authorization codes, tokens and their rotation; and which world a call belongs
// to.

import { randomBytes } from 'node:crypto';
import type { Bank } from '../bank.ts';
import type { World } from '../books.ts';
import type { Reply } from './reply.ts';

export const SCOPES =
  'private:account private:virtual-account private:transfer private:bulk-transfer offline_access';
const CODE_LIFE_MS = 5 * 60 * 1000;
const CODES_MAX = 1000;

/** Consent codes live in memory: they are gone with the process, as if they had run out. */
export type Codes = Map<
  string,
  { world: World; redirectUri: string; scope: string; until: number }
>;

const secret = (bytes: number): string => randomBytes(bytes).toString('base64url');
const oauthError = (status: number, error: string): Reply => ({ status, body: { error } });

export function authorize(bank: Bank, codes: Codes, query: URLSearchParams): Reply {
  const world = bank.books.byClientId.get(query.get('client_id') ?? '');
  const redirectUri = query.get('redirect_uri') ?? '';
  if (!world || query.get('response_type') !== 'code' || !URL.canParse(redirectUri)) {
    return oauthError(400, 'invalid_request');
  }
  const code = secret(24);
  const scope = grantedScope(query.get('scope'));
  codes.set(code, { world, redirectUri, scope, until: bank.wallNow() + CODE_LIFE_MS });
  for (const oldest of codes.keys()) {
    if (codes.size <= CODES_MAX) break;
    codes.delete(oldest);
  }
  const target = new URL(redirectUri);
  target.searchParams.set('code', code);
  const state = query.get('state');
  if (state !== null) target.searchParams.set('state', state);
  return { status: 302, headers: { location: target.href } };
}

function grantedScope(asked: string | null): string {
  const known = SCOPES.split(' ');
  const granted = (asked ?? SCOPES).split(' ').filter((scope) => known.includes(scope));
  return granted.length > 0 ? granted.join(' ') : SCOPES;
}

/** The world whose client signed in by Basic or by the form; undefined: nobody's. */
export function clientOf(
  bank: Bank,
  authorization: string | undefined,
  form?: URLSearchParams,
): World | undefined {
  const basic = /^Basic ([A-Za-z0-9+/=]+)$/.exec(authorization ?? '')?.[1];
  const [id, given] = basic
    ? Buffer.from(basic, 'base64').toString('utf8').split(':', 2)
    : [form?.get('client_id') ?? '', form?.get('client_secret') ?? ''];
  const world = bank.books.byClientId.get(id ?? '');
  return world && world.clientSecret === given ? world : undefined;
}

export function issueToken(bank: Bank, world: World, codes: Codes, form: URLSearchParams): Reply {
  const grant = form.get('grant_type');
  if (grant === 'refresh_token') {
    const given = form.get('refresh_token');
    const { refresh, formerRefresh } = world.tokens;
    if (given === null || (given !== refresh && given !== formerRefresh)) {
      return oauthError(400, 'invalid_grant');
    }
    return grantToken(bank, world, given, SCOPES);
  }
  if (grant === 'authorization_code') {
    const code = form.get('code') ?? '';
    const consent = codes.get(code);
    codes.delete(code);
    const valid =
      consent?.world === world &&
      consent.until >= bank.wallNow() &&
      consent.redirectUri === form.get('redirect_uri');
    if (!valid) return oauthError(400, 'invalid_grant');
    return grantToken(bank, world, world.tokens.refresh, consent.scope);
  }
  return oauthError(400, 'unsupported_grant_type');
}

/** `former` stays valid until something issued now is used. */
function grantToken(bank: Bank, world: World, former: string, scope: string): Reply {
  const refresh = secret(32);
  const access = secret(32);
  const seconds = world.settings.accessTokenSeconds;
  const token = { expiresAt: bank.wallNow() + seconds * 1000, scope, withRefresh: refresh };
  bank.commit({ t: 'token', w: world.worldId, refresh, former, access, token });
  return {
    status: 200,
    headers: { 'cache-control': 'no-store' },
    body: {
      access_token: access,
      refresh_token: refresh,
      scope,
      token_type: 'Bearer',
      expires_in: String(seconds),
    },
  };
}

/** The world of a valid access token that has the scope; otherwise which error it is. */
export function worldOfToken(bank: Bank, token: string, scope: string): World | 401 | 403 {
  const world = bank.books.byAccessToken.get(token);
  const access = world?.tokens.access.get(token);
  if (!world || !access || access.expiresAt <= bank.wallNow()) return 401;
  if (!access.scope.split(' ').includes(scope)) return 403;
  const { tokens } = world;
  if (access.withRefresh === tokens.refresh && tokens.formerRefresh !== null) {
    bank.commit({ t: 'token-used', w: world.worldId });
  }
  return world;
}
