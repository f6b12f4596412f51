// An account told by telephone and entered by the shop's support: read back, answered for, in the
// audit log, confirmed in writing; nothing short of that is taken.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorld, type World, type WorldShop } from '../../../tests/world.ts';
import { listEntries } from '../../audit/audit-log.ts';
import { makeLink, QUESTION, visitor } from './test-visitor.ts';

let world: World;
let shop: WorldShop;

beforeAll(async () => {
  world = await startWorld();
  shop = await world.openShop('http');
  await shop.fund(1_000_000);
});

afterAll(() => world.close());

const TOLD = {
  ...{ bank_code: '0005', branch_code: '001', account_type: 'ordinary' },
  ...{ account_number: '12345', account_holder: 'やまだ たろう' },
};

interface Checked {
  readonly read_back: string | null;
  readonly read_back_code: string | null;
  readonly check: { readonly ok: boolean };
}

const check = async (id: string, told: object = TOLD) =>
  (await shop.client.post(`/v1/remittances/${id}/link/entry/check`, told))
    .body as unknown as Checked;

const enter = (id: string, more: Record<string, unknown>) =>
  shop.client.post(`/v1/remittances/${id}/link/entry`, {
    ...{ bank_account: TOLD, channel: 'telephone', entered_by: '窓口 すずき' },
    ...{ answers: [QUESTION.value], ...more },
  });

const codeOf = (body: unknown) => (body as { code?: string }).code;

test('read back digit by digit, entered, told in writing, on record with who did it', async () => {
  const link = await makeLink(shop, { deliver: { email: 'hanako@example.jp' } });
  const checked = await check(link.id);
  expect(checked.read_back).toContain('0 0 1 2 3 4 5');
  expect(checked.read_back).toContain('ヤマダ　タロウ');
  expect(checked.read_back).toContain('8,400円');
  expect((await shop.read(link.id)).status).toBe('awaiting_recipient');
  const entered = await enter(link.id, { read_back_code: checked.read_back_code });
  expect(entered.status, entered.text).toBe(200);
  expect(entered.body).toMatchObject({
    confirmation: 'mail',
    remittance: { status: 'scheduled', method: 'bank_transfer' },
  });
  const { entries } = await listEntries(world.core.db, shop.shop.shopId, {
    ...{ before: null, limit: 5 },
  });
  expect(entries[0]).toMatchObject({
    action: 'remittance.entered_for_recipient',
    data: { channel: 'telephone', entered_by: '窓口 すずき', last3: '345' },
  });
  expect(JSON.stringify(entries)).not.toMatch(/0012345|タロウ|たろう/);
  const [message] = await world.core.db.query<{ kind: string }>(
    `select kind from message where shop_id = $1 order by message_id desc limit 1`,
    [shop.shop.shopId],
  );
  expect(message!.kind).toBe('choice_taken');
  // The recipient sees it on the page, and can stop it there.
  const who = visitor(world.url);
  const page = await who.submit(await who.get(link.path), { answer0: QUESTION.value });
  expect(page.html).toContain('****345');
  expect(page.html).toContain('止めて直せます');
});

test('without an address it is the letter that confirms', async () => {
  const link = await makeLink(shop);
  const { read_back_code } = await check(link.id);
  const entered = await enter(link.id, { read_back_code, channel: 'post' });
  expect(entered.body).toMatchObject({ confirmation: 'letter' });
});

test('another account than the one read back, or another remittance’s, is not taken', async () => {
  const [one, other] = [await makeLink(shop), await makeLink(shop)];
  const { read_back_code } = await check(one.id);
  const changed = await enter(one.id, {
    read_back_code,
    bank_account: { ...TOLD, account_number: '12346' },
  });
  expect(codeOf(changed.body)).toBe('not_read_back');
  expect(codeOf((await enter(other.id, { read_back_code })).body)).toBe('not_read_back');
  const wrong = { ...TOLD, account_number: '12345678' };
  expect(await check(one.id, wrong)).toMatchObject({ read_back_code: null, check: { ok: false } });
});

test('wrong answers count as the recipient’s own, and lock', async () => {
  const link = await makeLink(shop);
  const { read_back_code } = await check(link.id);
  for (let count = 0; count < 5; count++) {
    const refused = await enter(link.id, { read_back_code, answers: [`B-${count}`] });
    expect(codeOf(refused.body)).toBe('wrong_answers');
  }
  expect(codeOf((await enter(link.id, { read_back_code })).body)).toBe('link_locked');
  await shop.client.post(`/v1/remittances/${link.id}/link/unlock`);
  expect((await enter(link.id, { read_back_code })).status).toBe(200);
  expect(codeOf((await enter(link.id, { read_back_code })).body)).toBe('no_open_link');
});
