// What makes it easier and must give nothing away: the account of last time, a lost message sent
// again, words for what does not fit, the pieces that the script asks for.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isSwapped } from './name-order.ts';
import { type PagesWorld, startPagesWorld } from './test-pages-world.ts';
import { ACCOUNT, makeLink, toConfirm } from './test-visitor.ts';

let place: PagesWorld;
const someone = () => place.someone();

beforeAll(async () => {
  place = await startPagesWorld();
  const first = await makeLink(place.shop, { save_as: 'member-7' });
  const who = someone();
  await who.submit(await toConfirm(who, first));
});

afterAll(() => place.close());

test('the account of last time is one press, masked on every page', async () => {
  const link = await makeLink(place.shop, { save_as: 'member-7' });
  const who = await place.inside(link);
  const bank = await who.get(`${link.path}/bank`);
  const confirm = await who.submit(bank, {}, `${link.path}/known-account`);
  expect(confirm.path).toBe(`${link.path}/confirm`);
  const status = await who.submit(confirm);
  expect((await place.shop.read(link.id)).account_id).toBe('member-7');
  const form = await who.submit(await who.get(`${link.path}/correct`));
  const overview = await who.get(link.path);
  for (const { html, path } of [bank, confirm, status, form, overview]) {
    expect(html, path).not.toContain(ACCOUNT.number);
    expect(html, path).not.toContain(ACCOUNT.mei);
  }
  expect(overview.html).toContain('****567');
  // Corrected, it goes elsewhere; what the sender keeps stays as it was.
  const own = await who.get(`${link.path}/account?bank=0005&branch=001`);
  await who.submit(await who.submit(own, { ...ACCOUNT, number: '7654321' }));
  expect((await place.shop.read(link.id)).account_id).toBeNull();
  expect((await place.shop.client.get('/v1/accounts/member-7')).body).toMatchObject({
    account_number_last3: '567',
  });
});

test('the account of last time is offered to nobody who was asked nothing', async () => {
  const open = await makeLink(place.shop, { save_as: 'member-7', verification: [] });
  expect((await someone().get(`${open.path}/bank`)).html).not.toContain('前に使った口座');
  const stranger = await place.inside(await makeLink(place.shop, { save_as: 'member-8' }));
  const bank = await stranger.get((await makeLink(place.shop)).path);
  expect(bank.html).not.toContain('前に使った口座');
});

test('an account that the shop changed after it was shown is not taken unseen', async () => {
  const first = await makeLink(place.shop, { save_as: 'member-9' });
  const before = someone();
  await before.submit(await toConfirm(before, first));
  const link = await makeLink(place.shop, { save_as: 'member-9' });
  const who = await place.inside(link);
  const bank = await who.get(`${link.path}/bank`);
  const confirm = await who.submit(bank, {}, `${link.path}/known-account`);
  const changed = await place.shop.client.put('/v1/accounts/member-9', {
    ...{ bank_code: '0005', branch_code: '001', account_type: 'ordinary' },
    ...{ account_number: '5555555', account_holder: 'ｽｽﾞｷ ｼﾞﾛｳ' },
  });
  expect(changed.status, changed.text).toBe(200);
  await who.submit(confirm);
  expect((await place.shop.read(link.id)).status).toBe('awaiting_recipient');
});

test('a lost message is sent again to the registered address, and not without end', async () => {
  const link = await makeLink(place.shop, { deliver: { email: 'hanako@example.jp' } });
  const who = someone();
  const genuine = await who.submit(await who.get('/r'), { code: link.code });
  for (let count = 0; count < 5; count++) {
    const sent = await who.submit(genuine, {}, '/r/resend');
    expect(sent.html).toContain('もう一度送りました');
    expect(sent.html).not.toContain('hanako');
    expect(sent.html).not.toContain(link.path);
  }
  const [row] = await place.world.core.db.query<{ count: number }>(
    `select count(*)::int as count from message m join receive_link l
       on l.shop_id = m.shop_id and l.link_id = m.object_id
     where l.shop_id = $1 and l.code = $2 and m.due_at <= m.created_at`,
    [place.shop.shop.shopId, link.code],
  );
  expect(row!.count).toBe(3);
});

test('what does not fit is explained before and after the answer, and names the shop', async () => {
  const link = await makeLink(place.shop);
  for (const path of [`${link.path}/help`, '/r/help']) {
    const page = await someone().get(path);
    expect(page.html).toContain('名字が変わった');
    expect(page.html).not.toContain('8,400');
  }
  const english = await someone().get(`${link.path}/help?lang=en`);
  expect(english.html).toContain('03-0000-0000');
});

test('pieces for the script: what was found, and the name as the bank will see it', async () => {
  const link = await makeLink(place.shop);
  const who = await place.inside(link);
  const found = await who.get(`${link.path}/bank?q=mizuho&part=1`);
  expect(found.html).toContain('みずほ銀行');
  expect(found.html).not.toContain('<html');
  expect((await who.get(`${link.path}/branch?bank=0005&q=001&part=1`)).html).toContain('001');
  const form = await who.get(`${link.path}/account?bank=0005&branch=001`);
  const token = /name="form_token" value="([^"]*)"/.exec(form.html)![1]!;
  const typed = { as: 'person', sei: 'やまだ', mei: 'ﾀﾛｳ' };
  const path = `${link.path}/name-preview`;
  const preview = await who.post(path, { ...typed, form_token: token });
  expect(preview.html).toContain('ヤマダ　タロウ');
  const swapped = { ...typed, sei: 'タロウ', mei: 'ヤマダ' };
  expect((await who.post(path, { ...swapped, form_token: token })).html).toContain('逆では');
  expect((await who.post(path, typed)).status).toBe(403);
  expect((await who.post(path, { sei: '山田', mei: '💴', form_token: token })).html).toBe('');
  const script = await who.get(/src="(\/assets\/[^"]*js[^"]*)"/.exec(form.html)![1]!);
  expect(script.headers.get('content-type')).toContain('text/javascript');
  expect(Buffer.byteLength(script.html)).toBeLessThan(10_000);
});

test.each([
  ['タロウ', 'ヤマダ', true],
  ['ヤマダ', 'タロウ', false],
  ['チバ', 'ケイコ', false],
  ['ショウ', 'ソウタ', false],
])('%s %s the wrong way round: %s', (sei, mei, isSo) => {
  expect(isSwapped(sei, mei)).toBe(isSo);
});
