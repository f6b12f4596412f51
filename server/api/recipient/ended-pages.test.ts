// Links that are over, from outside: withdrawn before and after the choice, at the ATM, expired.
// The page asks nothing any more; it and the code's page say what happened and whom to ask.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PagesWorld, startPagesWorld } from './test-pages-world.ts';
import { type MadeLink, makeLink, QUESTION, receivableLink, toConfirm } from './test-visitor.ts';

let place: PagesWorld;
const someone = () => place.someone();
const WITHDRAWN = 'このお支払いは取りやめになりました';
const EXPIRED = '受け取りの期限が過ぎました';

beforeAll(async () => {
  place = await startPagesWorld();
});

afterAll(() => place.close());

const cancel = async ({ id }: MadeLink) =>
  expect((await place.shop.client.post(`/v1/remittances/${id}/cancel`)).status).toBe(200);

/** What a stranger sees by the URL, and by the code. */
async function expectOver(link: MadeLink, heading: string): Promise<void> {
  const page = await someone().get(link.path);
  expect(page.status).toBe(410);
  const who = someone();
  const code = await who.submit(await who.get('/r'), { code: link.code });
  for (const { html } of [page, code]) {
    expect(html).toContain(`<h1>${heading}</h1>`);
    expect(html).toContain('お客さま係 03-0000-0000');
    for (const word of ['8,400', '公演中止', '本物です', '受付番号']) {
      expect(html).not.toContain(word);
    }
  }
  const posted = await someone().post(`${link.path}/verify`, { answer0: QUESTION.value });
  expect(posted.status).toBe(410);
}

test('withdrawn before the choice, also where it was locked', async () => {
  const link = await makeLink(place.shop);
  const who = someone();
  const overview = await who.submit(await who.get(link.path), { answer0: QUESTION.value });
  const decline = await who.get(`${link.path}/decline`);
  await cancel(link);
  await expectOver(link, WITHDRAWN);
  // Whoever has answered sees what it was about.
  for (const page of [await who.get(overview.path), await who.submit(decline)]) {
    expect(page.path).toBe(`${link.path}/status`);
    expect(page.html).toContain(`<h1>${WITHDRAWN}</h1>`);
    expect(page.html).toContain('8,400円');
  }
  const locked = await makeLink(place.shop);
  const page = await someone().get(locked.path);
  for (let count = 0; count < 5; count++) await someone().submit(page, { answer0: `B-${count}` });
  await cancel(locked);
  await expectOver(locked, WITHDRAWN);
  expect((await place.shop.read(locked.id)).link).toMatchObject({ status: 'withdrawn' });
});

test('withdrawn after the choice: no account is shown, nothing can be corrected', async () => {
  const link = await makeLink(place.shop);
  const who = someone();
  const status = await who.submit(await toConfirm(who, link));
  expect(status.html).toContain('567');
  await cancel(link);
  const page = await who.get(`${link.path}/status`);
  expect(page.html).toContain(`<h1>${WITHDRAWN}</h1>`);
  expect(page.html).not.toContain('567');
  expect((await who.get(`${link.path}/correct`)).path).toBe(`${link.path}/status`);
  await expectOver(link, WITHDRAWN);
});

test('English, and a press that comes too late', async () => {
  const link = await makeLink(place.shop, { locale: 'en' });
  const who = someone();
  const confirm = await toConfirm(who, link);
  await cancel(link);
  const late = await who.submit(confirm);
  expect(late.html).toContain('<h1>This payment was withdrawn</h1>');
  expect(await place.shop.read(link.id)).toMatchObject({ status: 'canceled' });
});

test('a link without questions says so, too, and its code', async () => {
  const link = await makeLink(place.shop, { verification: [] });
  await cancel(link);
  expect((await someone().get(link.path)).html).toContain(`<h1>${WITHDRAWN}</h1>`);
  const who = someone();
  const code = await who.submit(await who.get('/r'), { code: link.code });
  expect(code.html).toContain(`<h1>${WITHDRAWN}</h1>`);
  expect(code.html).not.toContain('本物です');
});

test('what nobody took at the ATM in time is over, by its URL and its code', async () => {
  const link = await receivableLink(place.world, place.shop);
  await place.world.core.db.run(
    `update remittance set status = 'expired', receipt_sealed = null
     where shop_id = $1 and reference = $2`,
    [place.shop.shop.shopId, (await place.shop.read(link.id)).reference],
  );
  const page = await someone().get(link.path);
  expect(page.html).toContain(`<h1>${EXPIRED}</h1>`);
  const who = someone();
  const code = await who.submit(await who.get('/r'), { code: link.code });
  expect(code.html).toContain(`<h1>${EXPIRED}</h1>`);
});

test('expired: the same, from the moment on which it ends', async () => {
  const own = await place.world.openShop('http');
  await own.fund(100_000);
  const link = await makeLink(own, { expires_in_days: 1 });
  const page = () => someone().get(link.path);
  expect((await page()).html).toContain('受付番号');
  await own.clock({ advance: 'P2D' });
  expect((await page()).html).toContain(`<h1>${EXPIRED}</h1>`);
  const who = someone();
  const code = await who.submit(await who.get('/r'), { code: link.code });
  expect(code.html).toContain(`<h1>${EXPIRED}</h1>`);
  expect(code.html).not.toContain('本物です');
});
