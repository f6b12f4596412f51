// au PAY on the recipient's pages, against the simulator: the number checked before it is
// confirmed, limits told, the app as the other way, what fails after it was accepted.
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type InstantWorld, startInstantWorld } from '../../../tests/instant-world.ts';
import { startWorld, type World, type WorldShop } from '../../../tests/world.ts';
import { type MadeLink, makeLink, type Pages, startPages, visitor } from './test-visitor.ts';

let world: World;
let instant: InstantWorld;
let pages: Pages;
let shop: WorldShop;

beforeAll(async () => {
  world = await startWorld();
  instant = await startInstantWorld();
  pages = await startPages(world);
  shop = await world.openShop('http');
  await shop.fund(1_000_000);
  await instant.contract(world, shop);
});

afterAll(async () => {
  await pages.close();
  await world.close();
  await instant.close();
});

const someone = () => visitor(pages.url);
const auPayLink = () => makeLink(shop, { methods: ['au_pay', 'bank_transfer'], verification: [] });

const until = (link: MadeLink, status: string) =>
  vi.waitFor(async () => expect((await shop.read(link.id)).status).toBe(status), {
    timeout: 10_000,
    interval: 50,
  });

test('the number is checked, confirmed and charged', async () => {
  const link = await auPayLink();
  const who = someone();
  const methods = await who.get(`${link.path}/methods`);
  expect(methods.html).toContain('1,000,000円まで');
  const entry = await who.submit(methods, { method: 'au_pay' });
  expect(entry.html).toContain('12桁の数字');
  const short = await who.submit(entry, { member: '12345' });
  expect(short.status).toBe(422);
  expect(short.html).toContain('会員番号は12桁の数字で入力してください');
  expect(short.html).toContain('value="12345"');
  const confirm = await who.submit(short, { member: '１０００－００００－０００２' });
  expect(confirm.path).toBe(`${link.path}/confirm`);
  expect(confirm.html).toContain('100000000002');
  const status = await who.submit(confirm);
  expect(status.headers.get('refresh')).toContain('looks=1');
  await until(link, 'paid');
  const done = await who.get(`${link.path}/status`);
  expect(done.html).toContain('au PAY 残高に加わりました');
  expect(done.headers.get('refresh')).toBeNull();
  const seen = await shop.read(link.id);
  expect(seen.destination).toMatchObject({ member_number_last4: '0002' });
  expect(JSON.stringify(seen)).not.toContain('100000000002');
});

test.each([
  ['nobody', '200000000000', 'この会員番号では受け取れません'],
  ['closed', '100000000005', 'この会員番号では受け取れません'],
  ['receives nothing now', '100000000004', 'この会員番号では受け取れません'],
  ['nearly full', '100000000003', '残高の上限をこえる'],
])('%s is told on entry, and no money moves', async (_name, member, words) => {
  const link = await auPayLink();
  const who = someone();
  const entry = await who.get(`${link.path}/enter?method=au_pay`);
  const told = await who.submit(entry, { member });
  expect(told.status).toBe(422);
  expect(told.html).toContain(words);
  expect((await shop.read(link.id)).status).toBe('awaiting_recipient');
});

test('accepted, then failed: the same link opens again with the reason', async () => {
  const link = await auPayLink();
  const who = someone();
  const entry = await who.get(`${link.path}/enter?method=au_pay`);
  await who.submit(await who.submit(entry, { member: '999000000007' }));
  await until(link, 'awaiting_recipient');
  await vi.waitFor(async () =>
    expect((await who.get(link.path)).html).toContain(
      '選んだ受け取り方では、お渡しできませんでした',
    ),
  );
  const again = await who.get(`${link.path}/enter?method=au_pay`);
  await who.submit(await who.submit(again, { member: '100000000002' }));
  await until(link, 'paid');
});

test('reversed a day later, the notice of it lost: asked after, the link opens again', async () => {
  const link = await auPayLink();
  const who = someone();
  const entry = await who.get(`${link.path}/enter?method=au_pay`);
  await who.submit(await who.submit(entry, { member: '999100000001' }));
  await until(link, 'paid');
  // The first inquiry is long over.
  await shop.clock({ advance: 'PT2H' });
  const before = await shop.balance();
  await instant.at('auPay', shop, 'PUT', '/faults', { dropNoticeRate: 1 });
  const { now } = await instant.at('auPay', shop, 'GET', '/books');
  const later = new Date(Date.parse(String(now)) + 25 * 3_600_000).toISOString();
  await instant.at('auPay', shop, 'POST', '/clock', { now: later });
  await instant.at('auPay', shop, 'PUT', '/faults', {});
  expect((await shop.read(link.id)).status).toBe('paid');
  await shop.clock({ advance: 'P1DT1H' });
  expect((await shop.read(link.id)).status).toBe('awaiting_recipient');
  expect((await shop.balance()).reserved).toBe(before.reserved + 8_400);
});

test('by the app: consent there, charged with its token; declined, nothing is sent', async () => {
  const link = await auPayLink();
  const who = someone();
  const entry = await who.get(`${link.path}/enter?method=au_pay`);
  expect(entry.html).toContain('au PAY アプリで手続きする');
  const before = await who.get(`${link.path}/sign-in?method=au_pay`);
  const app = async (address: string, answer: Record<string, string>) => {
    const { origin, pathname, search } = new URL(address);
    const body = new URLSearchParams({ query: search.slice(1), ...answer });
    const sent = await fetch(origin + pathname, { method: 'POST', body, redirect: 'manual' });
    const back = new URL(sent.headers.get('location')!);
    return back.pathname + back.search;
  };
  const declined = await who.get(await app((await who.submit(before)).path, { answer: 'no' }));
  expect(declined.html).toContain('お金はまだ送られていません');
  await who.get(
    await app((await who.submit(declined)).path, { answer: 'yes', member_number: '100000000001' }),
  );
  await until(link, 'paid');
  expect(JSON.stringify(await shop.read(link.id))).not.toContain('amt_');
});
