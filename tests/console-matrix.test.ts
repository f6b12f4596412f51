// Role by action, from the one table: every console route that the server registers is asked by a
// member of every role, and lets in whom the table lets in and nobody else. What a route makes of
// the request after that is its own tests' matter: bodies here hold nothing that fits.
import { generate } from 'otplib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConsoleAction } from '../server/api/console/console-route.ts';
import { newKeyring } from '../server/base/crypto.ts';
import { publicId } from '../server/base/ids.ts';
import { readConfiguration } from '../server/configuration.ts';
import { addMember } from '../server/members/add-member.ts';
import { ACTION_NAMES, type Action, mayDo, ROLES, type Role } from '../server/members/role.ts';
import { createMerchant, openShop } from '../server/merchants/open-shop.ts';
import { createServer, type KawaseServer } from '../server/server.ts';
import { type ConsoleBrowser, consoleBrowser } from './console-browser.ts';
import { type TestDatabase, testDatabase } from './database.ts';

interface Route {
  readonly method: string;
  readonly url: string;
  readonly action: ConsoleAction;
}

const PASSWORD = 'correct horse 47 staple';
/** What the guard says; anything else is said behind it. */
const REFUSED =
  /^(action_forbidden|not_signed_in|second_factor|step_up|csrf|foreign|shop_not_found)/;

let database: TestDatabase;
let server: KawaseServer;
let shopId: string;
const routes: Route[] = [];
const people = new Map<Role, ConsoleBrowser>();

beforeAll(async () => {
  database = await testDatabase();
  server = createServer(
    readConfiguration({
      ...{ DATABASE_URL: database.url, KAWASE_KEYRING: JSON.stringify(newKeyring()) },
      ...{ PORT: '0', KAWASE_ROLE: 'api', KAWASE_LOG_LEVEL: 'silent' },
    }),
  );
  // The routes are registered when it starts.
  server.api.addHook('onRoute', ({ method, url, config }) => {
    if (config?.action === undefined || method === 'HEAD') return;
    routes.push({ method: String(method), url, action: config.action });
  });
  const url = await server.start();
  const merchantId = await createMerchant(server.core, { name: '見本商事', by: 'test' });
  const shop = { merchantId, name: '店', mode: 'test', by: 'test' } as const;
  shopId = publicId('shp', (await openShop(server.core, shop)).shopId);
  for (const role of ROLES) people.set(role, await proved(url, role, merchantId));
});

afterAll(async () => {
  await server.stop('test');
  await database.drop();
});

/** Signed in, with a second factor just given. */
async function proved(url: string, role: Role, merchantId: string): Promise<ConsoleBrowser> {
  const mail = `${role.replace('_', '-')}@example.jp`;
  const person = { name: role, mail, password: PASSWORD, locale: 'ja' as const };
  await addMember(server.core.members, { ...person, merchantId, role, by: 'test' });
  const browser = consoleBrowser(url);
  await browser.post('/console/api/session', { mail, password: PASSWORD });
  const { body } = await browser.post<{ secret: string }>('/console/api/totp');
  const code = await generate({ secret: body.secret });
  const confirmed = await browser.post('/console/api/totp/confirm', { code });
  expect(confirmed.status).toBe(200);
  return browser;
}

async function ask(browser: ConsoleBrowser, { method, url }: Route) {
  const path = url.replace(':shopId', shopId).replace(/:\w+/g, 'none');
  // No schema takes this, so nothing is done by who is let in.
  const request = method === 'GET' ? {} : { body: { no_such_field: 1 } };
  const { status, body } = await browser.send(method, path, request);
  return { status, code: body.code as string | undefined };
}

const guarded = () =>
  routes.filter((route): route is Route & { action: Action } =>
    (ACTION_NAMES as readonly string[]).includes(route.action),
  );

test('the routes are really looked at', () => {
  expect(guarded().length).toBeGreaterThan(20);
});

test('only the door is open to who is not signed in, or half way', () => {
  const open = routes.filter(({ action }) => action === 'anyone' || action === 'pending');
  expect(open.map(({ method, url }) => `${method} ${url}`).sort()).toEqual([
    'DELETE /console/api/session',
    'GET /console/api/session',
    'POST /console/api/session',
    'POST /console/api/session/passkey/options',
    'POST /console/api/session/passkey/verify',
    'POST /console/api/session/recovery-code',
    'POST /console/api/session/totp',
  ]);
});

describe.each(ROLES)('%s', (role) => {
  test('is let in where the table says so, and nowhere else', async () => {
    const wrong: string[] = [];
    for (const route of guarded()) {
      const { status, code } = await ask(people.get(role)!, route);
      const isRefused = code === 'action_forbidden' && status === 403;
      const isLetIn = !REFUSED.test(code ?? '');
      const isRight = mayDo(role, route.action) ? isLetIn : isRefused;
      if (!isRight) wrong.push(`${route.method} ${route.url} (${route.action}): ${code ?? status}`);
    }
    expect(wrong).toEqual([]);
  });
});

test('nobody is let in without a session', async () => {
  const stranger = consoleBrowser(people.get('owner')!.baseUrl);
  for (const route of guarded()) {
    expect(await ask(stranger, route)).toEqual({ status: 401, code: 'not_signed_in' });
  }
});
