// The recipient's pages from outside, without a script: the ways to the money and out again, what
// is refused, what is never shown. The bank is the simulator, the days are the sandbox clock's.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PagesWorld, startPagesWorld } from './test-pages-world.ts';
import {
  ACCOUNT,
  type MadeLink,
  makeLink,
  QUESTION,
  readLink,
  receivableLink,
  startPages,
  toConfirm,
  visitor,
} from './test-visitor.ts';

let place: PagesWorld;
const someone = () => place.someone();

beforeAll(async () => {
  place = await startPagesWorld();
});

afterAll(() => place.close());

async function verified(link: MadeLink) {
  const who = someone();
  const overview = await who.submit(await who.get(link.path), { answer0: QUESTION.value });
  return { who, overview };
}

test('from the URL to paid, one question a page', async () => {
  const link = await makeLink(place.shop);
  const who = someone();
  const first = await who.get(link.path);
  expect(first.status).toBe(200);
  expect(first.html).toContain('受付番号');
  expect(first.html).not.toContain('8,400');
  expect(first.html).not.toContain('公演中止');
  const overview = await who.submit(first, { answer0: 'ａ－１０２４' });
  expect(overview.html).toContain('8,400円');
  expect(overview.html).toContain('公演中止の払い戻し');
  const methods = await who.get(`${link.path}/methods`);
  expect(methods.html).toMatch(/\d+月\d+日（.）.*入金予定/);
  const banks = await who.submit(methods, { method: 'bank_transfer' });
  expect(banks.path).toBe(`${link.path}/bank`);
  for (const query of ['三菱', 'みつびし', 'ﾐﾂﾋﾞｼ', '0005']) {
    const found = await who.get(`${link.path}/bank?q=${encodeURIComponent(query)}`);
    expect(found.html, query).toContain('branch?bank=0005');
  }
  expect((await who.get(`${link.path}/bank?q=mizuho`)).html).toContain('branch?bank=0001');
  const branches = await who.get(`${link.path}/branch?bank=0005&q=001`);
  expect(branches.html).toContain('account?bank=0005&#38;branch=001');
  const form = await who.get(`${link.path}/account?bank=0005&branch=001`);
  const wrong = await who.submit(form, { number: '12345678', sei: 'ﾔﾏﾀﾞ', mei: '' });
  expect(wrong.status).toBe(422);
  expect(wrong.html).toContain('href="#number"');
  expect(wrong.html).toContain('href="#mei"');
  expect(wrong.html).toContain('value="12345678"');
  const confirm = await who.submit(wrong, ACCOUNT);
  expect(confirm.path).toBe(`${link.path}/confirm`);
  expect(confirm.html).toContain('ヤマダ　タロウ');
  expect(confirm.html).toContain('この口座で受け取る');
  const status = await who.submit(confirm);
  expect(status.path).toBe(`${link.path}/status`);
  expect(status.html).toContain('手続きを受け付けました');
  expect(status.html).toMatch(/入金予定/);
  expect(status.html).not.toContain('1234567');
  await place.shop.clock({ to_next: 'cut_off' });
  expect((await who.get(link.path)).html).toContain('送金の手続き中です');
  await place.shop.clock({ advance: 'PT48H' });
  expect((await place.shop.read(link.id)).status).toBe('paid');
  expect((await who.get(link.path)).html).toContain('お支払いが完了しました');
});

test('ゆうちょ by symbol and number; a company in one field', async () => {
  const link = await makeLink(place.shop);
  const { who } = await verified(link);
  const form = await who.get(`${link.path}/account?way=yucho&as=company`);
  const fields = { symbol: '10180', yuchoNumber: '12345671', holder: 'カ）ミホンショウジ' };
  const confirm = await who.submit(form, fields);
  expect(confirm.path).toBe(`${link.path}/confirm`);
  expect(confirm.html).toContain('10180-12345671');
  expect(confirm.html).toContain('ゆうちょ');
});

test('a refused account opens the same link with the reason and what was typed', async () => {
  const link = await makeLink(place.shop);
  const who = someone();
  await who.submit(await toConfirm(who, link, { number: '9990002' }));
  await place.shop.clock({ to_next: 'cut_off' });
  await place.shop.clock({ advance: 'PT48H' });
  const again = await who.get(link.path);
  expect(again.html).toContain('口座名義が一致しません');
  const form = await who.get(`${link.path}/account`);
  expect(form.html).toContain('value="9990002"');
  expect(form.html).toContain('value="ヤマダ"');
  await who.submit(await who.submit(form, { number: '1234567', mei: 'ハナコ' }));
  await place.shop.clock({ to_next: 'cut_off' });
  await place.shop.clock({ advance: 'PT48H' });
  expect((await place.shop.read(link.id)).status).toBe('paid');
});

test('the code typed at /r proves itself and leads on after the answers', async () => {
  const link = await makeLink(place.shop);
  const who = someone();
  const wrong = await who.submit(await who.get('/r'), { code: '123456789012' });
  expect(wrong.status).toBe(422);
  const typed = link.code.replace(/(\d{4})(?=\d)/g, '$1-');
  const genuine = await who.submit(wrong, { code: typed });
  expect(genuine.path).toBe('/r/check');
  expect(genuine.html).toContain('本物です');
  expect(genuine.html).toContain('http店');
  expect(genuine.html).toContain('第00000号');
  expect(genuine.html).not.toContain('8,400');
  expect(genuine.html).not.toContain(link.path);
  const overview = await who.submit(genuine, { answer0: 'a1024' });
  expect(overview.path).toBe(link.path);
  expect(overview.html).toContain('8,400円');
});

test('codes are not tried without end from one address', async () => {
  const strict = await startPages(place.world, { tries: { perSecond: 0.001, burst: 3 } });
  const who = visitor(strict.url);
  const page = await who.get('/r');
  const statuses: number[] = [];
  for (const code of ['1', '2', '3', '4']) statuses.push((await who.submit(page, { code })).status);
  await strict.close();
  expect(statuses).toEqual([422, 422, 422, 429]);
});

test('a code does not open a link that asks nothing; its URL does', async () => {
  const link = await makeLink(place.shop, { verification: [] });
  const who = someone();
  const genuine = await who.submit(await who.get('/r'), { code: link.code });
  expect(genuine.html).toContain('本物です');
  expect(genuine.html).not.toContain(link.path);
  expect((await who.get(link.path)).html).toContain('8,400円');
  const { link: seen } = (await place.shop.read(link.id)) as unknown as {
    link: { opened_at: string };
  };
  expect(seen.opened_at).not.toBeNull();
});

test('wrong answers lock; what was right before stays right', async () => {
  const link = await makeLink(place.shop);
  const { who: inside } = await verified(link);
  const who = someone();
  let page = await who.get(link.path);
  page = await who.submit(page, { answer0: '' });
  expect(page.status).toBe(422);
  for (let count = 0; count < 5; count++) page = await who.submit(page, { answer0: 'B-1' });
  expect((await who.get(link.path)).status).toBe(423);
  const right = await who.post(`${link.path}/verify`, { answer0: QUESTION.value });
  expect(right.status).toBe(423);
  expect(right.html).toContain('03-0000-0000');
  expect((await inside.get(link.path)).status).toBe(200);
  await place.shop.client.post(`/v1/remittances/${link.id}/link/unlock`);
  expect((await who.submit(await who.get(link.path), { answer0: 'a1024' })).html).toContain(
    '8,400',
  );
});

test('declined, expired, reissued: each says so and whom to ask', async () => {
  const link = await makeLink(place.shop);
  const { who } = await verified(link);
  const done = await who.submit(await who.get(`${link.path}/decline`));
  expect(done.html).toContain('受け取らない手続きが済んでいます');
  expect((await place.shop.read(link.id)).status_reason).toBe('recipient_declined');
  expect((await someone().get(link.path)).status).toBe(410);

  const short = await makeLink(place.shop, { expires_in_days: 1 });
  const { who: late } = await verified(short);
  await place.shop.clock({ advance: 'PT48H' });
  expect((await place.shop.read(short.id)).status).toBe('expired');
  for (const one of [late, someone()]) {
    const page = await one.get(short.path);
    expect(page.html).toContain('期限が過ぎました');
    expect(page.html).toContain('03-0000-0000');
  }

  const former = await makeLink(place.shop);
  const { who: owner } = await verified(former);
  await place.shop.client.post(`/v1/remittances/${former.id}/link/reissue`, {});
  expect((await owner.get(former.path)).status).toBe(410);
  const fresh = await readLink(place.shop, former.id);
  expect((await owner.get(fresh.path)).html).toContain('お客さまの確認');
});

test('cash at an ATM: the numbers are shown, with the day', async () => {
  const link = await receivableLink(place.world, place.shop);
  const page = await someone().get(link.path);
  expect(page.path).toBe(`${link.path}/status`);
  for (const text of ['1234567890', '5678', '12月10日（木）までに', '8,400円']) {
    expect(page.html).toContain(text);
  }
});

test('two tabs, a double press and the back button have one outcome', async () => {
  const link = await makeLink(place.shop);
  const who = someone();
  const one = await toConfirm(who, link);
  const form = await who.get(`${link.path}/account`);
  const other = await who.submit(form, { number: '7654321' });
  const [first, second] = await Promise.all([who.submit(one), who.submit(one)]);
  expect([first.path, second.path]).toEqual([`${link.path}/status`, `${link.path}/status`]);
  const late = await who.submit(other);
  expect(late.path).toBe(`${link.path}/status`);
  expect(late.html).toContain('****567');
  expect((await who.submit(form, { number: '7654321' })).path).toBe(`${link.path}/status`);
  const { destination } = (await place.shop.read(link.id)) as unknown as {
    destination: { account_number_last3: string };
  };
  expect(destination.account_number_last3).toBe('567');
});

test('an expired or forged session goes back to the questions', async () => {
  const link = await makeLink(place.shop);
  const who = someone();
  const confirm = await toConfirm(who, link);
  place.pages.advance(31);
  const asked = await who.submit(confirm);
  expect(asked.html).toContain('もう一度確認をお願いします');
  expect((await place.shop.read(link.id)).status).toBe('awaiting_recipient');
  const back = await who.submit(asked, { answer0: 'a1024' });
  expect(back.html).toContain('8,400円');
  const other = await makeLink(place.shop);
  const thief = someone();
  for (const [name, value] of who.jar) {
    thief.jar.set(name, value);
    thief.jar.set(`receive_${other.path.slice(-12)}`, value);
  }
  expect((await thief.get(other.path)).html).toContain('お客さまの確認');
  const forged = someone();
  for (const [name] of who.jar) forged.jar.set(name, `9999999999999.${'A'.repeat(22)}`);
  expect((await forged.get(link.path)).html).toContain('お客さまの確認');
});

test('a form without its token does nothing', async () => {
  const link = await makeLink(place.shop);
  const { who } = await verified(link);
  for (const path of ['/decline', '/methods', '/account', '/confirm']) {
    const page = await who.post(`${link.path}${path}`, { method: 'bank_transfer' });
    expect(page.status, path).toBe(403);
  }
  expect((await place.shop.read(link.id)).status).toBe('awaiting_recipient');
});

test('what others wrote is shown as text', async () => {
  const evil = '<script>alert(1)</script>"\'><img src=x>';
  const own = await place.world.openShop('http');
  await place.world.core.db.run('update shop set name = $2, contact = $2 where shop_id = $1', [
    own.shop.shopId,
    evil,
  ]);
  place.world.core.shops.invalidate();
  await own.fund(100_000);
  const question = { label: evil, value: '1' };
  const link = await makeLink(own, { verification: [question] }, { description: evil });
  const who = someone();
  const first = await who.get(link.path);
  const overview = await who.submit(first, { answer0: '1' });
  const form = await who.get(`${link.path}/account?bank=0005&branch=001`);
  const typed = await who.submit(form, { number: evil, sei: evil, mei: evil });
  const pagesSeen = [first, overview, typed, await who.get(`${link.path}/bank?q=${evil}`)];
  pagesSeen.push(await who.get(`${link.path}/decline?x=${encodeURIComponent(evil)}`));
  for (const { html, path } of pagesSeen) {
    expect(html, path).not.toMatch(/<script(?! type="module" src="\/assets)|<img/);
    expect(html, path).not.toMatch(/kawase/i);
  }
});

test('headers keep the page to itself, and the first page is light', async () => {
  const link = await makeLink(place.shop);
  const who = someone();
  const page = await who.get(link.path);
  expect(page.headers.get('cache-control')).toBe('no-store');
  expect(page.headers.get('referrer-policy')).toBe('no-referrer');
  const policy = page.headers.get('content-security-policy')!;
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain('unsafe');
  const style = await who.get(/href="(\/assets[^"]*)"/.exec(page.html)![1]!);
  expect(style.headers.get('content-type')).toContain('text/css');
  const script = await who.get(/src="(\/assets[^"]*)"/.exec(page.html)![1]!);
  expect(Buffer.byteLength(page.html + style.html + script.html)).toBeLessThan(30_720);
  const english = await who.get(`${link.path}?lang=en`);
  expect(english.html).toContain('<html lang="en">');
  expect((await who.get(link.path)).html).toContain('Please confirm who you are');
});

test('an unknown link tells nothing', async () => {
  for (const path of ['/l/x', `/l/000001${'a'.repeat(43)}`, `/l/${'a'.repeat(300)}`, '/l/a/b/c']) {
    const page = await someone().get(path);
    expect([path.length, page.status]).toEqual([path.length, 404]);
    if (path.length < 200) expect(page.html).toContain('ページが見つかりません');
  }
});

test('junk in every field and query is never a fault of ours', async () => {
  const link = await makeLink(place.shop);
  const { who, overview } = await verified(link);
  const token = /name="form_token" value="([^"]*)"/.exec(
    (await who.get(`${link.path}/methods`)).html,
  )![1]!;
  expect(overview.status).toBe(200);
  const junk = ['', '\u0000', '💴'.repeat(40), '9'.repeat(400), '__proto__', '%', "' or 1=1", 'ｶ)'];
  const names = ['way', 'as', 'bank', 'branch', 'type', 'number', 'symbol', 'yuchoNumber', 'sei'];
  const fields = [...names, 'mei', 'holder', 'member', 'method', 'draft', 'answer0', 'code'];
  for (const value of junk) {
    const form = Object.fromEntries(fields.map((name) => [name, value]));
    for (const path of ['/methods', '/au-pay', '/account', '/confirm']) {
      const page = await who.post(link.path + path, { ...form, form_token: token });
      expect(page.status, path).toBeLessThan(500);
      const yucho = { ...form, way: 'yucho', as: 'company', form_token: token };
      expect((await who.post(link.path + path, yucho)).status).toBeLessThan(500);
    }
    const query = new URLSearchParams({
      ...form,
      q: value,
      initial: value,
      from: value,
      lang: value,
    });
    for (const path of ['', '/bank', '/branch', '/account', '/confirm', '/status', '/methods']) {
      expect((await who.get(`${link.path}${path}?${query}`)).status, path).toBeLessThan(500);
    }
    who.jar.set('receive_code', encodeURIComponent(value));
    expect((await who.get(`/r/check?${query}`)).status).toBeLessThan(500);
  }
  expect((await place.shop.read(link.id)).status).toBe('awaiting_recipient');
});
