// Signing in by password over real HTTP: what a session is told, what keeps strangers out, other
// sites' pages, other merchants' shops; and that a session ends.
import fastify from 'fastify';
import Type from 'typebox';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Problem } from '../../../tests/console-browser.ts';
import { type ConsoleWorld, PASSWORD, startConsoleWorld } from '../../../tests/console-world.ts';
import { publicId } from '../../base/ids.ts';
import { sweepDoor } from '../../members/sweep.ts';
import { Strict } from '../v1/schemas.ts';
import { registerConsole } from './console-guard.ts';
import { type ConsoleApi, mayAlso, memberOf, ShopParams, shopOf } from './console-route.ts';

function registerThings(consoleApi: ConsoleApi): void {
  consoleApi.get(
    '/console/api/shops/:shopId/things',
    { config: { action: 'remittances.read' }, schema: { params: ShopParams } },
    async (request) => ({
      number: shopOf(request).number,
      role: memberOf(request).role,
      reveals: mayAlso(request, 'accounts.reveal'),
    }),
  );
  consoleApi.post(
    '/console/api/shops/:shopId/things',
    {
      config: { action: 'remittances.create' },
      schema: { params: ShopParams, body: Strict({ name: Type.String() }) },
    },
    async (request) => request.body,
  );
  consoleApi.post(
    '/console/api/shops/:shopId/sandbox',
    { config: { action: 'sandbox.write' }, schema: { params: ShopParams } },
    async () => ({}),
  );
}

let world: ConsoleWorld;
beforeAll(async () => {
  world = await startConsoleWorld(registerThings);
});
afterAll(async () => {
  await world.close();
});

const idOf = (shop: { shopId: string }) => publicId('shp', shop.shopId);
const things = (shop: { shopId: string }) => `/console/api/shops/${idOf(shop)}/things`;

describe('who is signed in', () => {
  test('is told with shops, role, what may be done, and a CSRF token', async () => {
    const maker = await world.signedIn('maker');
    const { status, body } = await maker.get<Record<string, never>>('/console/api/session');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      member: { role: 'maker', mail: maker.member.mail },
      merchant: { name: '株式会社見本商事' },
      shops: [
        { id: idOf(world.testShop), mode: 'test' },
        { id: idOf(world.liveShop), mode: 'live' },
      ],
      secondFactor: { required: false, done: false, methods: [] },
    });
    expect(body.actions).toContain('remittances.create');
    expect(body.actions).not.toContain('remittances.approve');
  });

  test('without a session is nobody', async () => {
    const { status, body, headers } = await world.browser().get('/console/api/session');
    expect([status, body.code]).toEqual([401, 'not_signed_in']);
    expect(headers.get('www-authenticate')).toBeNull();
  });

  test('an owner without a second factor sees nothing but their own set-up', async () => {
    const owner = await world.signedIn('owner');
    const { body } = await owner.get<{ actions: string[] }>('/console/api/session');
    expect(body).toMatchObject({ secondFactor: { required: true, done: false, methods: [] } });
    expect(body.actions.every((action) => action.startsWith('own.'))).toBe(true);
    const refused = await owner.get(things(world.testShop));
    expect([refused.status, refused.body.code]).toEqual([403, 'second_factor_setup_needed']);
  });

  test('the cookie is closed to scripts and of this host', async () => {
    const { mail } = await world.member('maker');
    const browser = world.browser();
    const { headers } = await browser.post('/console/api/session', { mail, password: PASSWORD });
    expect(headers.getSetCookie()[0]).toMatch(
      /^kawase_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=43200$/,
    );
  });
});

describe('a wrong password', () => {
  test('and an unknown address are refused in the same words', async () => {
    const { mail } = await world.member('maker');
    const attempt = (login: { mail: string; password: string }) =>
      world.browser().post('/console/api/session', login);
    const wrong = await attempt({ mail, password: 'wrong password 1' });
    const unknown = await attempt({ mail: 'nobody@example.jp', password: 'wrong password 1' });
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    const sameBut = ({ request_id: _, ...rest }: Problem) => rest;
    expect(sameBut(wrong.body)).toEqual(sameBut(unknown.body));
    expect(wrong.body.code).toBe('sign_in_failed');
  });

  test.each(['member', 'nobody'])('locks after five tries, says until when (%s)', async (who) => {
    const mail = who === 'member' ? (await world.member('maker')).mail : `${who}-2@example.jp`;
    const attempt = (password: string) =>
      world.browser().post('/console/api/session', { mail, password });
    for (let count = 0; count < 5; count++) expect((await attempt('wrong')).status).toBe(401);
    const locked = await attempt(PASSWORD);
    expect([locked.status, locked.body.code]).toEqual([429, 'sign_in_locked']);
    expect(locked.headers.get('retry-after')).toBe('60');
    expect(locked.body.lockedUntil).toBe('2026-11-24T10:01:00.000+09:00');
    world.pass({ seconds: 61 });
    expect((await attempt('wrong')).status).toBe(401);
    expect((await attempt(PASSWORD)).headers.get('retry-after')).toBe('120');
    world.pass({ seconds: 121 });
    const late = await attempt(PASSWORD);
    expect(late.status).toBe(who === 'member' ? 200 : 401);
    world.pass({ seconds: -182 });
  });

  test('tries at the same moment are all counted', async () => {
    const { mail } = await world.member('maker');
    const tries = Array.from({ length: 12 }, () =>
      world.browser().post('/console/api/session', { mail, password: 'wrong' }),
    );
    const codes = (await Promise.all(tries)).map(({ status }) => status).sort();
    expect(codes.filter((status) => status === 401)).toHaveLength(5);
    expect(codes.filter((status) => status === 429)).toHaveLength(7);
  });
});

describe('a page of somebody else', () => {
  test.each([
    ['another origin', { origin: 'https://evil.example' }],
    ['another site by its own words', { 'sec-fetch-site': 'cross-site' }],
    ['a sibling host', { 'sec-fetch-site': 'same-site' }],
    ['nothing said at all', { origin: undefined, 'sec-fetch-site': undefined }],
    ['the null origin', { origin: 'null' }],
  ])('changes nothing: %s', async (_name, headers) => {
    const maker = await world.signedIn('maker');
    const body = { name: 'a' };
    const sent = await maker.send('POST', things(world.testShop), { body, headers });
    expect([sent.status, sent.body.code]).toEqual([403, 'foreign_page']);
    const login = { mail: maker.member.mail, password: PASSWORD };
    const signIn = await world
      .browser()
      .send('POST', '/console/api/session', { body: login, headers });
    expect([signIn.status, signIn.body.code]).toEqual([403, 'foreign_page']);
  });

  test.each([
    ['no token', undefined],
    ['a made-up token', 'AAAAAAAAAAAAAAAAAAAAAA'],
  ])('changes nothing without the token of the session: %s', async (_name, token) => {
    const maker = await world.signedIn('maker');
    const headers = { 'x-kawase-csrf': token };
    const sent = await maker.send('POST', things(world.testShop), { body: { name: 'a' }, headers });
    expect([sent.status, sent.body.code]).toEqual([403, 'csrf_failed']);
  });

  test('nor with the token of another session', async () => {
    const [maker, other] = [await world.signedIn('maker'), await world.signedIn('maker')];
    maker.csrf = other.csrf;
    const sent = await maker.post(things(world.testShop), { name: 'a' });
    expect([sent.status, sent.body.code]).toEqual([403, 'csrf_failed']);
  });
});

describe('a shop', () => {
  test('is looked at by its path, so that two tabs may look at two', async () => {
    const support = await world.signedIn('support');
    const [one, two] = await Promise.all([
      support.get<object>(things(world.testShop)),
      support.get<object>(things(world.liveShop)),
    ]);
    expect(one.body).toEqual({ number: world.testShop.number, role: 'support', reveals: false });
    expect(two.body).toMatchObject({ number: world.liveShop.number });
  });

  test('of another merchant is not there, as one that does not exist', async () => {
    const maker = await world.signedIn('maker');
    const none = { shopId: '01900000-0000-7000-8000-000000000001' };
    for (const shop of [world.otherShop, none]) {
      const { status, body } = await maker.get(things(shop));
      expect([status, body.code]).toEqual([404, 'shop_not_found']);
    }
  });

  test('takes what the role allows and nothing else', async () => {
    const maker = await world.signedIn('maker');
    expect((await maker.post<object>(things(world.testShop), { name: 'a' })).status).toBe(200);
    const readOnly = await world.signedIn('read_only');
    const refused = await readOnly.post(things(world.testShop), { name: 'a' });
    expect(refused.body).toMatchObject({ code: 'action_forbidden', action: 'remittances.create' });
  });

  test('that is live has no sandbox', async () => {
    const maker = await world.signedIn('maker');
    const at = (shop: { shopId: string }) => `/console/api/shops/${idOf(shop)}/sandbox`;
    expect((await maker.post<object>(at(world.testShop))).status).toBe(200);
    expect((await maker.post(at(world.liveShop))).body.code).toBe('test_shops_only');
  });
});

describe('a session', () => {
  test('ends when the member signs out', async () => {
    const maker = await world.signedIn('maker');
    const { cookie } = maker;
    expect((await maker.send('DELETE', '/console/api/session')).status).toBe(204);
    maker.cookie = cookie;
    expect((await maker.get('/console/api/session')).status).toBe(401);
  });

  test('ends when it is left alone, and after half a day whatever is done', async () => {
    const maker = await world.signedIn('maker');
    const started = world.now();
    world.pass({ minutes: 31 });
    expect((await maker.get('/console/api/session')).status).toBe(401);
    const busy = await world.signedIn('maker');
    for (let count = 0; count < 24; count++) {
      world.pass({ minutes: 29 });
      expect((await busy.get('/console/api/session')).status).toBe(200);
    }
    world.pass({ minutes: 25 });
    expect((await busy.get('/console/api/session')).status).toBe(401);
    world.pass(world.now().until(started));
  });

  test('is proved again by the password where there is no second factor', async () => {
    const maker = await world.signedIn('maker');
    const before = maker.cookie;
    const wrong = await maker.post('/console/api/session/password', { password: 'wrong' });
    expect([wrong.status, wrong.body.code]).toEqual([422, 'invalid_input']);
    const right = await maker.post('/console/api/session/password', { password: PASSWORD });
    expect(right.status).toBe(200);
    expect(maker.cookie).not.toBe(before);
    expect((await maker.get('/console/api/session')).status).toBe(200);
  });

  test('that is over is swept away, with tries and challenges; others stay', async () => {
    const started = world.now();
    const gone = await world.signedIn('maker');
    await world.browser().post('/console/api/session/passkey/options', {});
    world.pass({ hours: 25 });
    const here = await world.signedIn('maker');
    await sweepDoor(world.core.members);
    const counts = `select (select count(*) from member_session where member_id = $1) as gone,
      (select count(*) from passkey_challenge) as challenges,
      (select count(*) from sign_in_try where last_at < $2) as tries`;
    const rows = await world.core.db.query(counts, [
      gone.member.memberId,
      started.add({ hours: 1 }),
    ]);
    expect(rows).toEqual([{ gone: 0, challenges: 0, tries: 0 }]);
    expect((await here.get('/console/api/session')).status).toBe(200);
    world.pass(world.now().until(started));
  });

  test('is in the audit log, without a name in it', async () => {
    await world.signedIn('maker');
    expect(await world.audited()).toContain('member.signed_in');
    const rows = await world.core.db.query(`select from audit_entry where data::text like '%@%'`);
    expect(rows).toEqual([]);
  });

  test('lies in the database as a hash, names and addresses as ciphertext', async () => {
    const maker = await world.signedIn('maker');
    const [rows] = await world.core.db.query<{ all: string }>(
      `select string_agg(s::text || m::text, '') as all from member_session s, member m`,
    );
    const token = maker.cookie?.split('=')[1] ?? '';
    const { mail } = maker.member;
    for (const secret of [token, mail, Buffer.from(mail).toString('hex'), '127.0.0.1', '人 1']) {
      expect(rows!.all).not.toContain(secret);
    }
  });
});

test.each<[string, (api: ConsoleApi) => unknown]>([
  ['no action', (api) => api.get('/console/api/forgotten', async () => ({}))],
  [
    'a made-up action',
    (api) => api.get('/console/api/x', { config: { action: 'made.up' as never } }, async () => ''),
  ],
  [
    'a path elsewhere',
    (api) => api.get('/elsewhere', { config: { action: 'own.read' } }, async () => ({})),
  ],
])('a route with %s does not start', async (_name, register) => {
  const app = fastify() as unknown as ConsoleApi;
  registerConsole(app, {} as never, (consoleApi) => void register(consoleApi));
  await expect(app.ready()).rejects.toThrow(/states no config.action|is not below/);
});
