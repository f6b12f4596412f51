// Login with Amazon, against the simulator's pages and against answers made up for the test.
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openPartner, RETURN_URL } from '../../../simulators/amazon-gift/test-partner.ts';
import { type LoginConfig, readLoginConfig } from './config.ts';
import { authorizeUrl, exchangeCode, newPkce, newState, readCallback } from './login.ts';
import {
  accountOf,
  HANAKO,
  type SimulatedAmazon,
  sampleAccount,
  startSimulatedAmazon,
} from './test-world.ts';

const signal = new AbortController().signal;
let simulated: SimulatedAmazon;
let config: LoginConfig;
beforeAll(async () => {
  simulated = await startSimulatedAmazon();
});
afterAll(() => simulated.close());
beforeEach(async () => {
  const partner = await openPartner(simulated.simulator);
  config = readLoginConfig(accountOf(partner.contract));
});

/** What a browser does: opens the page, sends its form, and is led back. */
async function signIn(state: string, codeChallenge: string): Promise<URLSearchParams> {
  const url = new URL(authorizeUrl(config, { state, codeChallenge, redirectUri: RETURN_URL }));
  expect((await fetch(url)).status).toBe(200);
  const body = new URLSearchParams(url.search);
  body.set('user', HANAKO);
  body.set('answer', 'sign-in');
  const init: RequestInit = { method: 'POST', body, redirect: 'manual' };
  const response = await fetch(`${url.origin}${url.pathname}`, init);
  return new URL(response.headers.get('location')!).searchParams;
}

const exchange = (code: string, codeVerifier: string, change: Partial<LoginConfig> = {}) =>
  exchangeCode(
    {},
    { ...config, ...change },
    { code, codeVerifier, redirectUri: RETURN_URL },
    signal,
  );

test('a recipient signs in, and the user id is theirs', async () => {
  const { codeVerifier, codeChallenge } = newPkce();
  const state = newState();
  const callback = readCallback(await signIn(state, codeChallenge), state);
  expect(callback.kind).toBe('code');
  const code = callback.kind === 'code' ? callback.code : '';
  const signedIn = { kind: 'signed_in', amazonUserId: HANAKO };
  expect(await exchange(code, codeVerifier)).toEqual(signedIn);
  // The same code again is of no use to anybody.
  expect(await exchange(code, codeVerifier)).toEqual({
    kind: 'refused',
    detail: 'token: HTTP 400',
  });
});

test('a code without its verifier, and a wrong secret, bring nobody', async () => {
  const { codeVerifier, codeChallenge } = newPkce();
  const first = (await signIn('s', codeChallenge)).get('code')!;
  expect((await exchange(first, newPkce().codeVerifier)).kind).toBe('refused');
  const second = (await signIn('s', codeChallenge)).get('code')!;
  const wrong = await exchange(second, codeVerifier, { clientSecret: 'no' });
  expect(wrong).toEqual({ kind: 'refused', detail: 'token: HTTP 401' });
});

test('a state that is not ours is forged, whatever comes with it', () => {
  const read = (query: string, expected = 'ours') =>
    readCallback(new URLSearchParams(query), expected);
  expect(read('state=ours&code=c1')).toEqual({ kind: 'code', code: 'c1' });
  expect(read('state=theirs&code=c1')).toEqual({ kind: 'forged' });
  expect(read('code=c1')).toEqual({ kind: 'forged' });
  expect(read('state=&code=c1', '')).toEqual({ kind: 'forged' });
  expect(read('state=ours&error=access_denied')).toEqual({
    kind: 'denied',
    detail: 'access_denied',
  });
  expect(read('state=ours&error=<b>')).toEqual({ kind: 'denied', detail: 'no code' });
  fc.assert(
    fc.property(fc.string(), fc.string(), (state, code) => {
      const query = new URLSearchParams({ state: `x${state}`, code });
      expect(readCallback(query, 'ours').kind).toBe('forged');
    }),
  );
});

test('PKCE: the challenge is the verifier’s digest (RFC 7636, appendix B)', () => {
  const random = Buffer.from('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk', 'base64url');
  expect(newPkce(random)).toEqual({
    codeVerifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
    codeChallenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  });
});

test('the address asks for the user id and nothing else', () => {
  const sample = readLoginConfig(
    sampleAccount({ login: { clientId: 'client-1', clientSecret: 'secret' } }),
  );
  const url = new URL(
    authorizeUrl(sample, { state: 's', codeChallenge: 'c', redirectUri: 'https://k.example/b' }),
  );
  expect(url.origin + url.pathname).toBe('https://www.amazon.com/ap/oa');
  expect(Object.fromEntries(url.searchParams)).toEqual({
    client_id: 'client-1',
    scope: 'profile:user_id',
    response_type: 'code',
    redirect_uri: 'https://k.example/b',
    state: 's',
    code_challenge: 'c',
    code_challenge_method: 'S256',
  });
  expect(() => readLoginConfig(sampleAccount())).toThrow(/login is missing/);
});

describe('answers that are not to be believed', () => {
  const token = { access_token: 'Atza|1', token_type: 'bearer' };
  const good = () => ({ token, info: { aud: config.clientId }, profile: { user_id: HANAKO } });

  async function answered(change: object, status: Readonly<Record<string, number>> = {}) {
    const bodies: Record<string, unknown> = { ...good(), ...change };
    const names = { [config.tokenUrl]: 'token', [config.profileUrl]: 'profile' };
    const scripted: typeof fetch = async (input) => {
      const name = names[String(input)] ?? 'info';
      const body = bodies[name];
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      return new Response(text, { status: status[name] ?? 200 });
    };
    const answer = { code: 'c', codeVerifier: 'v', redirectUri: RETURN_URL };
    return exchangeCode({ fetch: scripted }, config, answer, signal);
  }

  test('are told apart from good ones', async () => {
    expect(await answered({})).toEqual({ kind: 'signed_in', amazonUserId: HANAKO });
  });

  test.each([
    ['a token for another client', { info: { aud: 'another' } }, 'refused'],
    ['a token for nobody', { info: {} }, 'refused'],
    ['two different users', { profile: { user_id: 'amzn1.account.B' }, info: 'both' }, 'refused'],
    ['a user id of another form', { profile: { user_id: 'hanako@example.jp' } }, 'refused'],
    ['no user id', { profile: {} }, 'refused'],
    ['no token', { token: {} }, 'refused'],
    ['a token of another kind', { token: { ...token, token_type: 'mac' } }, 'refused'],
    ['a token that would break a header', { token: { ...token, access_token: 'a\nb' } }, 'refused'],
    ['a page instead of a token', { token: '<html>' }, 'unavailable'],
    ['a page instead of a profile', { profile: '<html>' }, 'unavailable'],
  ])('%s', async (_name, change, kind) => {
    const isBoth = (change as { info?: unknown }).info === 'both';
    const both = isBoth ? { info: { aud: config.clientId, user_id: HANAKO } } : {};
    expect((await answered({ ...change, ...both })).kind).toBe(kind);
  });

  test('a service that is down is not a refusal', async () => {
    expect((await answered({}, { token: 503 })).kind).toBe('unavailable');
    expect((await answered({}, { profile: 429 })).kind).toBe('unavailable');
    expect((await answered({}, { info: 400 })).kind).toBe('refused');
    await simulated.simulator.close();
    expect((await exchange('c', 'v')).kind).toBe('unavailable');
    simulated = await startSimulatedAmazon();
  });
});
