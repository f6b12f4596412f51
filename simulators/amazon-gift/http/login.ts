// Login with Amazon, played: the authorization code grant with PKCE. Codes and tokens live in
// memory and by the wall clock; a restart ends them. The page itself is in pages.ts.
import { createHash } from 'node:crypto';
import type { Customer, World } from '../books.ts';
import { PEOPLE, personNamed } from '../customers.ts';
import { accountOf, type Provider, secret } from '../provider.ts';
import { problemPage, signInPage } from './pages.ts';
import { json, page, type Reply, redirect } from './reply.ts';

const CODE_LIFE_MS = 5 * 60 * 1000;
const TOKEN_LIFE_SECONDS = 3_600;
const KEPT_MAX = 10_000;
const NAME_MAX = 40;

interface Grant {
  readonly world: World;
  readonly customer: Customer;
  readonly redirectUri: string;
  readonly challenge: string;
  readonly until: number;
}

interface Token {
  readonly world: World;
  readonly customer: Customer;
  readonly until: number;
}

export interface LoginDesk {
  readonly codes: Map<string, Grant>;
  readonly tokens: Map<string, Token>;
}

export const openLoginDesk = (): LoginDesk => ({ codes: new Map(), tokens: new Map() });

/** The questions a browser brings along, kept through the form. */
const QUESTION = [
  'client_id',
  'scope',
  'response_type',
  'redirect_uri',
  'state',
  'code_challenge',
  'code_challenge_method',
] as const;

/** GET: the sign-in page. POST: somebody chose an account, or pressed cancel. */
export function authorize(
  provider: Provider,
  desk: LoginDesk,
  asked: URLSearchParams,
  isChosen: boolean,
): Reply {
  const world = provider.books.byClientId.get(asked.get('client_id') ?? '');
  const redirectUri = asked.get('redirect_uri') ?? '';
  // Never sent to an address that is not registered, not even with an error.
  if (!world?.returnUrls.includes(redirectUri)) {
    return page(400, problemPage('サインインを始められません', '戻り先が登録されていません。'));
  }
  const state = asked.get('state') ?? '';
  const back = (answer: Readonly<Record<string, string>>): Reply => {
    const url = new URL(redirectUri);
    for (const [name, value] of Object.entries({ ...answer, state })) {
      url.searchParams.set(name, value);
    }
    return redirect(url.href);
  };
  const fault = questionFault(asked);
  if (fault !== undefined) return back({ error: fault });
  if (!isChosen) {
    const kept = QUESTION.map((name) => [name, asked.get(name) ?? ''] as const);
    return page(200, signInPage(kept, PEOPLE));
  }
  if (asked.get('answer') === 'cancel') return back({ error: 'access_denied' });
  const customer = chosen(provider, world, asked);
  if (customer === undefined) {
    const kept = QUESTION.map((name) => [name, asked.get(name) ?? ''] as const);
    return page(400, signInPage(kept, PEOPLE, '名前を選ぶか、40字までで入力してください。'));
  }
  const code = secret(18);
  const until = provider.wallNow() + CODE_LIFE_MS;
  const challenge = asked.get('code_challenge')!;
  keep(desk.codes, code, { world, customer, redirectUri, challenge, until });
  return back({ code, scope: asked.get('scope')! });
}

function questionFault(asked: URLSearchParams): string | undefined {
  if (asked.get('response_type') !== 'code') return 'unsupported_response_type';
  const scopes = (asked.get('scope') ?? '').split(' ');
  if (!scopes.some((scope) => scope === 'profile' || scope === 'profile:user_id')) {
    return 'invalid_scope';
  }
  const challenge = asked.get('code_challenge') ?? '';
  const isS256 = asked.get('code_challenge_method') === 'S256' && /^[\w-]{43}$/.test(challenge);
  return isS256 && (asked.get('state') ?? '') !== '' ? undefined : 'invalid_request';
}

function chosen(provider: Provider, world: World, asked: URLSearchParams): Customer | undefined {
  const name = (asked.get('name') ?? '').trim().normalize('NFKC');
  if (name.length > NAME_MAX) return undefined;
  if (name !== '') return accountOf(provider, world, personNamed(name));
  return world.customers.get(asked.get('user') ?? '');
}

const refused = (status: number, error: string) => json(status, { error });

export function issueToken(provider: Provider, desk: LoginDesk, form: URLSearchParams): Reply {
  const world = provider.books.byClientId.get(form.get('client_id') ?? '');
  if (!world || world.clientSecret !== form.get('client_secret')) {
    return refused(401, 'invalid_client');
  }
  if (form.get('grant_type') !== 'authorization_code') {
    return refused(400, 'unsupported_grant_type');
  }
  const code = form.get('code') ?? '';
  const grant = desk.codes.get(code);
  // Once, whatever comes of it: a code that was tried with a wrong verifier is spent.
  desk.codes.delete(code);
  const verifier = form.get('code_verifier') ?? '';
  const isGood =
    grant !== undefined &&
    grant.world === world &&
    grant.until >= provider.wallNow() &&
    grant.redirectUri === form.get('redirect_uri') &&
    grant.challenge === createHash('sha256').update(verifier).digest('base64url');
  if (!isGood) return refused(400, 'invalid_grant');
  const token = `Atza|${secret(32)}`;
  const until = provider.wallNow() + TOKEN_LIFE_SECONDS * 1_000;
  keep(desk.tokens, token, { world, customer: grant.customer, until });
  return json(200, {
    access_token: token,
    token_type: 'bearer',
    expires_in: TOKEN_LIFE_SECONDS,
    refresh_token: `Atzr|${secret(32)}`,
  });
}

export function tokenInfo(provider: Provider, desk: LoginDesk, query: URLSearchParams): Reply {
  const token = liveToken(provider, desk, query.get('access_token') ?? '');
  if (token === undefined) return refused(400, 'invalid_token');
  return json(200, {
    aud: token.world.clientId,
    user_id: token.customer.userId,
    iss: 'https://www.amazon.com',
    exp: Math.round((token.until - provider.wallNow()) / 1_000),
    app_id: `amzn1.application.${token.world.partnerId}`,
    iat: Math.round(provider.wallNow() / 1_000),
  });
}

export function profile(provider: Provider, desk: LoginDesk, authorization: unknown): Reply {
  const [, given] = /^bearer (.+)$/i.exec(String(authorization ?? '')) ?? [];
  const token = liveToken(provider, desk, given ?? '');
  if (token === undefined) return refused(400, 'invalid_token');
  // The scope is the user id alone: no name, no address.
  return json(200, { user_id: token.customer.userId });
}

/** The world of a login call, for its faults; undefined where it is not to be told. */
export function worldOfLogin(
  provider: Provider,
  desk: LoginDesk,
  given: { readonly clientId: string | null; readonly token: string },
): World | undefined {
  return provider.books.byClientId.get(given.clientId ?? '') ?? desk.tokens.get(given.token)?.world;
}

function liveToken(provider: Provider, desk: LoginDesk, text: string): Token | undefined {
  const token = desk.tokens.get(text);
  return token !== undefined && token.until > provider.wallNow() ? token : undefined;
}

function keep<T>(map: Map<string, T>, key: string, value: T): void {
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= KEPT_MAX) break;
    map.delete(oldest);
  }
}
