// Remittances of the management screen over real HTTP, against a running installation: what the
// table finds, what each role sees of one, what acts do and leave in the audit log, and that
// another merchant's members find nothing.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ConsoleBrowser, consoleBrowser } from '../../../tests/console-browser.ts';
import { startWorld, type World, type WorldShop } from '../../../tests/world.ts';
import { publicId } from '../../base/ids.ts';
import { addMember } from '../../members/add-member.ts';
import type { Role } from '../../members/role.ts';
import { createMerchant } from '../../merchants/open-shop.ts';
import type { HomeView } from './home.ts';
import type { RemittanceDetail, RemittancePage } from './remittances.ts';

const PASSWORD = 'correct horse 47 staple';

let world: World;
let shop: WorldShop;
let root: string;
let linkId: string;
const people = new Map<Role, ConsoleBrowser>();

beforeAll(async () => {
  world = await startWorld();
  shop = await world.openShop('http');
  await shop.fund(500_000);
  root = `/console/api/shops/${publicId('shp', shop.shop.shopId)}`;
  for (const role of ['maker', 'support', 'developer', 'read_only'] as const) {
    people.set(role, await signedIn(role, shop.shop.merchantId));
  }
  for (const [index, amount] of [1_000, 2_000, 3_000, 4_000, 5_000].entries()) {
    await shop.instruct({ reference: `order-${index + 1}`, amount });
  }
  const link = await shop.client.post<{ id: string }>('/v1/remittances', {
    ...{ reference: 'by-link', amount: 9_000, description: '払い戻し' },
    destination: {
      ...{ type: 'link', methods: ['bank_transfer'], expires_in_days: 2 },
      deliver: { email: 'hanako@example.jp' },
    },
  });
  linkId = link.body.id;
});

afterAll(() => world.close());

async function signedIn(role: Role, merchantId: string): Promise<ConsoleBrowser> {
  const mail = `${role}-${merchantId.slice(-6)}@example.jp`;
  const person = { name: role, mail, password: PASSWORD, locale: 'ja' as const };
  await addMember(world.core.members, { ...person, merchantId, role, by: 'test' });
  const browser = consoleBrowser(world.url);
  const { status } = await browser.post('/console/api/session', { mail, password: PASSWORD });
  expect(status).toBe(200);
  return browser;
}

const as = (role: Role) => people.get(role)!;

async function found(query: string, role: Role = 'maker'): Promise<string[]> {
  const { body } = await as(role).get<RemittancePage>(`${root}/remittances${query}`);
  return body.data.map(({ reference }) => reference);
}

async function detail(role: Role, id: string): Promise<RemittanceDetail> {
  return (await as(role).get<RemittanceDetail>(`${root}/remittances/${id}`)).body;
}

async function idOf(reference: string): Promise<string> {
  const { body } = await as('maker').get<RemittancePage>(`${root}/remittances?q=${reference}`);
  return body.data[0]!.id;
}

describe('the table', () => {
  test.each([
    ['', ['by-link', 'order-5', 'order-4', 'order-3', 'order-2', 'order-1']],
    ['?status=awaiting_recipient', ['by-link']],
    ['?status=failed,returned', []],
    ['?status=held', []],
    ['?method=unspecified', ['by-link']],
    ['?min=2000&max=4000', ['order-4', 'order-3', 'order-2']],
    ['?min=2000&max=4000&limit=2', ['order-4', 'order-3']],
    ['?q=order-3', ['order-3']],
    ['?q=order&max=1000', ['order-1']],
    ['?from=2020-01-01&to=2020-12-31', []],
    ['?from=2020-01-01', ['by-link', 'order-5', 'order-4', 'order-3', 'order-2', 'order-1']],
  ])('finds by %s', async (query, references) => {
    expect(await found(query)).toEqual(references);
  });

  test('goes on where a page ended', async () => {
    const first = await as('maker').get<RemittancePage>(`${root}/remittances?limit=4`);
    expect(first.body.has_more).toBe(true);
    expect(await found(`?limit=4&cursor=${first.body.next_cursor}`)).toEqual([
      'order-2',
      'order-1',
    ]);
  });

  test.each(['?status=paied', '?min=-1', '?from=2026-02-30', '?cursor=zzz', '?shop=1'])(
    'refuses %s with what is wrong',
    async (query) => {
      const { status } = await as('maker').get(`${root}/remittances${query}`);
      expect([400, 422]).toContain(status);
    },
  );
});

describe('one remittance', () => {
  test('comes with everything that was done for it', async () => {
    const shown = await detail('maker', await idOf('order-1'));
    expect(shown.remittance).toMatchObject({ reference: 'order-1', status: 'scheduled' });
    expect(shown.transfers).toMatchObject([{ from: 'available', to: 'reserved', amount: 1_000 }]);
    expect(shown.remittance.timeline).toHaveLength(1);
    expect(shown.attempts).toEqual([]);
  });

  test('shows the link and account digits only to those who may see them', async () => {
    const [full, plain] = [await detail('maker', linkId), await detail('support', linkId)];
    expect(full.remittance.link?.url).toContain('/l/');
    expect(plain.remittance.link).toMatchObject({ url: '', code: '', status: 'open' });
    const account = await idOf('order-1');
    expect(JSON.stringify(await detail('maker', account))).toContain('last3');
    expect(JSON.stringify(await detail('support', account))).not.toContain('last3');
    const rows = await as('support').get<RemittancePage>(`${root}/remittances`);
    expect(JSON.stringify(rows.body)).not.toContain('last3');
  });

  test('is unknown to members of another merchant, and so is the shop', async () => {
    const by = { name: '別の加盟店', by: 'test' };
    const stranger = await signedIn('maker', await createMerchant(world.core, by));
    for (const path of ['/remittances', `/remittances/${linkId}`, '/home']) {
      expect((await stranger.get(root + path)).status, path).toBe(404);
    }
    expect((await stranger.post(`${root}/remittances/${linkId}/cancel`)).status).toBe(404);
  });
});

describe('acts', () => {
  test('of a link: support extends and reminds, and both are on record', async () => {
    const until = Temporal.Now.plainDateISO('Asia/Tokyo').add({ days: 20 }).toString();
    const path = `${root}/remittances/${linkId}/link`;
    const extended = await as('support').post<RemittanceDetail>(`${path}/extend`, { until });
    const lastMoment = Temporal.PlainDate.from(until).add({ days: 1 }).toString();
    expect(extended.body.remittance.link?.expires_at).toContain(lastMoment);
    const reminded = await as('support').post<RemittanceDetail>(`${path}/remind`);
    const kinds = reminded.body.remittance.delivery.map(({ message }) => message);
    expect(kinds).toContain('receive_reminder');
    expect(await audited()).toEqual(expect.arrayContaining(['link.extended', 'link.reminded']));
  });

  test('cancels for a maker, gives the money back, and not a second time', async () => {
    const id = await idOf('order-5');
    const done = await as('maker').post<RemittanceDetail>(`${root}/remittances/${id}/cancel`);
    expect(done.body.remittance.status).toBe('canceled');
    expect(done.body.transfers.at(-1)).toMatchObject({ to: 'available', amount: 5_000 });
    const again = await as('maker').post(`${root}/remittances/${id}/cancel`);
    expect(again.status).toBe(200);
    expect(await audited()).toContain('remittance.canceled');
  });

  test.each(['support', 'developer', 'read_only'] as const)('no cancel by %s', async (role) => {
    const { status, body } = await as(role).post(`${root}/remittances/${linkId}/cancel`);
    expect([status, body.code]).toEqual([403, 'action_forbidden']);
  });

  test('what is not possible any more says so', async () => {
    const id = await idOf('order-4');
    const { status, body } = await as('maker').post(`${root}/remittances/${id}/link/remind`);
    expect([status, body.code]).toEqual([409, 'no_open_link']);
  });
});

test('home says what leaves, what is left, and which links end', async () => {
  const { body } = await as('maker').get<HomeView>(`${root}/home`);
  expect(body.cut_off?.due).toEqual({ count: 4, amount: 10_000 });
  expect(body.balance).toMatchObject({ available: 481_000, reserved: 19_000, missing: 0 });
  expect(body.recent).toContainEqual({ status: 'canceled', count: 1, amount: 5_000 });
  expect(body.troubles).toEqual([]);
  expect((await as('support').get<HomeView>(`${root}/home`)).body.balance).toBeNull();
});

async function audited(): Promise<string[]> {
  const rows = await world.core.db.query<{ action: string }>(
    'select action from audit_entry where shop_id = $1',
    [shop.shop.shopId],
  );
  return rows.map(({ action }) => action);
}

test('a beginning that hundreds of references share finds the newest of all', async () => {
  const items = Array.from({ length: 520 }, (_, index) => ({
    ...{ reference: `many-${String(519 - index).padStart(3, '0')}`, amount: 10 },
    destination: {
      ...{ type: 'bank_account', bank_code: '0005', branch_code: '001' },
      ...{ account_type: 'ordinary', account_number: '1234567', account_holder: 'ヤマダ タロウ' },
    },
  }));
  await shop.client.post('/v1/remittances/bulk', { items });
  expect(await found('?q=many-&limit=2')).toEqual(['many-000', 'many-001']);
  expect(await found('?q=many-51&limit=1')).toEqual(['many-510']);
});
