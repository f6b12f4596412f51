// Login with Amazon as a browser and a client see it: PKCE, state, registered addresses, codes that
// work once.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { PEOPLE } from './customers.ts';
import {
  challengeOf,
  openPartner,
  openPlayground,
  type Partner,
  type Playground,
  RETURN_URL,
} from './test-partner.ts';

let playground: Playground;
let partner: Partner;
beforeAll(async () => {
  playground = await openPlayground();
});
afterAll(() => playground.close());
beforeEach(async () => {
  partner = await openPartner(playground.simulator);
});

const VERIFIER = 'v'.repeat(43);
const hanako = PEOPLE[0]!;

const question = (change: Record<string, string> = {}) => ({
  client_id: partner.contract.login.clientId,
  scope: 'profile:user_id',
  response_type: 'code',
  redirect_uri: RETURN_URL,
  state: 'state-1',
  code_challenge: challengeOf(VERIFIER),
  code_challenge_method: 'S256',
  ...change,
});

const look = (change: Record<string, string> = {}) =>
  fetch(`${partner.contract.login.authorizeUrl}?${new URLSearchParams(question(change))}`, {
    redirect: 'manual',
  });

async function choose(form: Record<string, string>): Promise<URL> {
  const body = new URLSearchParams({ ...question(), ...form });
  const init: RequestInit = { method: 'POST', body, redirect: 'manual' };
  const response = await fetch(partner.contract.login.authorizeUrl, init);
  expect(response.status).toBe(303);
  return new URL(response.headers.get('location')!);
}

async function exchange(code: string, change: Record<string, string> = {}) {
  const { clientId, clientSecret, tokenUrl } = partner.contract.login;
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    code,
    redirect_uri: RETURN_URL,
    client_id: clientId,
    client_secret: clientSecret,
    code_verifier: VERIFIER,
    ...change,
  });
  const response = await fetch(tokenUrl, { method: 'POST', body });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}

const signIn = async () =>
  (await choose({ user: hanako.userId, answer: 'sign-in' })).searchParams.get('code')!;

test('a person chooses an account; the client learns the user id and nothing else', async () => {
  const page = await look();
  expect(page.status).toBe(200);
  const html = await page.text();
  expect(html).toContain(hanako.name);
  expect(html).toContain('本物のAmazonではありません');
  expect(html).not.toContain('<script');
  const back = await choose({ user: hanako.userId, answer: 'sign-in' });
  expect(back.origin + back.pathname).toBe(RETURN_URL);
  expect(back.searchParams.get('state')).toBe('state-1');
  const { body } = await exchange(back.searchParams.get('code')!);
  const { tokenInfoUrl, profileUrl, clientId } = partner.contract.login;
  const token = new URLSearchParams({ access_token: body.access_token! });
  const info = await (await fetch(`${tokenInfoUrl}?${token}`)).json();
  expect(info).toMatchObject({ aud: clientId, user_id: hanako.userId });
  const headers = { authorization: `bearer ${body.access_token}` };
  const profile = await (await fetch(profileUrl, { headers })).json();
  expect(profile).toEqual({ user_id: hanako.userId });
});

test('a name of one’s own opens an account, the same for the same name', async () => {
  await choose({ name: 'オオノ タエ', answer: 'sign-in' });
  await choose({ name: 'オオノ タエ', answer: 'sign-in' });
  const { customers } = await partner.books();
  expect(customers).toHaveLength(PEOPLE.length + 1);
});

test('cancelling leads back with an error', async () => {
  const back = await choose({ answer: 'cancel' });
  expect(Object.fromEntries(back.searchParams)).toEqual({
    error: 'access_denied',
    state: 'state-1',
  });
});

test('an address that is not registered gets nothing, not even an error', async () => {
  const response = await look({ redirect_uri: 'http://127.0.0.1:1/elsewhere' });
  expect(response.status).toBe(400);
  expect((await look({ client_id: 'nobody' })).status).toBe(400);
});

test.each([
  [{ state: '' }, 'invalid_request'],
  [{ code_challenge: '' }, 'invalid_request'],
  [{ code_challenge_method: 'plain' }, 'invalid_request'],
  [{ scope: 'postal_code' }, 'invalid_scope'],
  [{ response_type: 'token' }, 'unsupported_response_type'],
])('a question without what it needs: %o', async (change, error) => {
  const response = await look(change);
  expect(response.status).toBe(303);
  expect(response.headers.get('location')).toContain(`error=${error}`);
});

test.each([
  ['a wrong verifier', { code_verifier: 'w'.repeat(43) }, 400, 'invalid_grant'],
  ['another return address', { redirect_uri: `${RETURN_URL}/2` }, 400, 'invalid_grant'],
  ['a wrong client secret', { client_secret: 'no' }, 401, 'invalid_client'],
  ['another grant', { grant_type: 'password' }, 400, 'unsupported_grant_type'],
])(
  'no token for %s, and the tried code is spent where it was looked at',
  async (_n, change, status, error) => {
    const code = await signIn();
    expect(await exchange(code, change)).toEqual({ status, body: { error } });
    if (error === 'invalid_grant') expect((await exchange(code)).status).toBe(400);
  },
);

test('a code works once, and a foreign token nowhere', async () => {
  const code = await signIn();
  expect((await exchange(code)).status).toBe(200);
  expect((await exchange(code)).status).toBe(400);
  const { tokenInfoUrl, profileUrl } = partner.contract.login;
  expect((await fetch(`${tokenInfoUrl}?access_token=none`)).status).toBe(400);
  expect((await fetch(profileUrl)).status).toBe(400);
});
