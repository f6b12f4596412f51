// The recipient's pages in a real Chromium the size of a phone: the whole way without scripts, then
// every page once more for axe-core. KAWASE_SHOTS names a folder for screenshots of each.
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import chromium from '@sparticuz/chromium';
import { type Browser, type Page, chromium as playwright } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startWorld, type World, type WorldShop } from '../../../tests/world.ts';
import {
  ACCOUNT,
  type MadeLink,
  makeLink,
  type Pages,
  QUESTION,
  receivableLink,
  startPages,
  toConfirm,
  visitor,
} from './test-visitor.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const PHONE = { width: 390, height: 844 };
const NARROW = { width: 320, height: 640 };

let world: World;
let pages: Pages;
let shop: WorldShop;
let browser: Browser;
let folder: string;
let ended: { readonly paid: MadeLink; readonly refused: MadeLink };
const formerTmp = process.env.TMPDIR;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recipient-browser-'));
  world = await startWorld();
  pages = await startPages(world);
  shop = await world.openShop('http');
  await world.core.db.run('update shop set name = $2, contact = $3 where shop_id = $1', [
    shop.shop.shopId,
    'みほんチケット',
    'お客さま係 03-0000-0000（平日10時〜17時）',
  ]);
  world.core.shops.invalidate();
  await shop.client.post('/v1/sandbox/deposits', { amount: 1_000_000 });
  await vi.waitUntil(async () => (await shop.client.get('/v1/balance')).text.includes('1000000'), {
    timeout: 20_000,
  });
  ended = await endedLinks();
  // The packed browser unpacks into the temporary folder and would take what others left there.
  process.env.TMPDIR = folder;
  const executablePath = await chromium.executablePath();
  // In a single process, closing one window would close the browser.
  const args = chromium.args.filter((each) => each !== '--single-process');
  browser = await playwright.launch({ executablePath, args, headless: true });
}, 60_000);

afterAll(async () => {
  await browser.close();
  await pages.close();
  await world.close();
  if (formerTmp === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = formerTmp;
  await rm(folder, { recursive: true, force: true });
});

/** One of its ways has been taken out of the contract since. */
async function linkOfTwoWays(): Promise<MadeLink> {
  const link = await makeLink(shop);
  await world.core.db.run(
    `update receive_link set methods = '{bank_transfer,au_pay}' where shop_id = $1 and code = $2`,
    [shop.shop.shopId, link.code],
  );
  return link;
}

/** Two that the bank has had its say about. */
async function endedLinks(): Promise<typeof ended> {
  const links = { paid: ACCOUNT.number, refused: '9990002' };
  const made = await Promise.all(
    Object.values(links).map(async (number) => {
      const link = await makeLink(shop, { verification: [] });
      const who = visitor(pages.url);
      const form = await who.get(`${link.path}/account?bank=0005&branch=001`);
      await who.submit(await who.submit(form, { ...ACCOUNT, number }));
      return link;
    }),
  );
  await shop.clock({ to_next: 'cut_off' });
  await shop.clock({ advance: 'PT48H' });
  return { paid: made[0]!, refused: made[1]! };
}

type Look = (page: Page, name: string) => Promise<void>;

/** From the questions to the status page, looking at each page on the way. */
async function walk(page: Page, link: MadeLink, look: Look): Promise<void> {
  await page.goto(pages.url + link.path);
  await look(page, 'verify');
  await page.getByRole('button', { name: '確認して進む' }).click();
  await look(page, 'verify-faulty');
  await page.getByLabel('受付番号').fill(QUESTION.value);
  await page.getByRole('button', { name: '確認して進む' }).click();
  await look(page, 'overview');
  await page.getByRole('link', { name: '心当たりがない・受け取らない' }).click();
  await look(page, 'decline');
  await page.getByRole('link', { name: '戻る' }).click();
  await page.getByRole('link', { name: '受け取り方を選ぶ' }).click();
  await look(page, 'methods');
  await page.getByRole('button', { name: '銀行口座で受け取る：これを選ぶ' }).click();
  await look(page, 'bank');
  await page.getByLabel('銀行の名前').fill('三菱');
  await page.getByRole('button', { name: '探す' }).click();
  await look(page, 'bank-found');
  await page.getByRole('link', { name: /三菱UFJ銀行 .*0005/ }).click();
  await look(page, 'branch');
  await page.getByLabel('支店の名前か番号').fill('001');
  await page.getByRole('button', { name: '探す' }).click();
  await page.getByRole('link', { name: /001/ }).first().click();
  await look(page, 'account');
  await page.getByLabel('口座番号').fill('12345678');
  await page.getByLabel('セイ（名字）').fill('ﾔﾏﾀﾞ');
  await page.getByRole('button', { name: '確認へ進む' }).click();
  await look(page, 'account-faulty');
  await page.getByLabel('口座番号').fill(ACCOUNT.number);
  await page.getByLabel('メイ（名前）').fill(ACCOUNT.mei);
  await page.getByRole('button', { name: '確認へ進む' }).click();
  await look(page, 'confirm');
  await page.getByRole('button', { name: 'この口座で受け取る' }).click();
  await look(page, 'status');
  // Nothing is kept by the browser, so that the way back leads to how it stands now.
  await page.goBack();
  await page.getByRole('heading', { name: '手続きを受け付けました' }).waitFor({ timeout: 5_000 });
}

/** What is looked at beside the way to the money. */
async function lookAround(page: Page, used: MadeLink, look: Look): Promise<void> {
  await page.goto(`${pages.url}/r`);
  await look(page, 'code');
  await page.getByLabel('照会コード').fill(used.code);
  await page.getByRole('button', { name: '確かめる' }).click();
  await look(page, 'code-genuine');
  const cash = await receivableLink(world, shop);
  await page.goto(pages.url + cash.path);
  await look(page, 'atm');
  await page.goto(pages.url + ended.refused.path);
  await look(page, 'refused');
  await page.goto(pages.url + ended.paid.path);
  await look(page, 'paid');
  await page.goto(`${pages.url}/l/x`);
  await look(page, 'unknown');
  await page.goto(`${pages.url}${used.path}?lang=en`);
  await look(page, 'verify-english');
}

async function shoot(page: Page, name: string): Promise<void> {
  const shots = process.env.KAWASE_SHOTS;
  if (shots === undefined) return;
  const { width } = page.viewportSize()!;
  await page.screenshot({ path: join(shots, `${name}-${width}.png`), fullPage: true });
}

test('the whole way without scripts', async () => {
  const context = await browser.newContext({
    ...{ viewport: PHONE, javaScriptEnabled: false, locale: 'ja-JP' },
  });
  const page = await context.newPage();
  page.setDefaultTimeout(5_000);
  const asked = new Set<string>();
  page.on('request', (request) => asked.add(new URL(request.url()).origin));
  const link = await linkOfTwoWays();
  await walk(page, link, shoot);
  await lookAround(page, link, shoot);
  await context.close();
  expect([...asked].filter((origin) => origin.startsWith('http'))).toEqual([pages.url]);
  expect((await shop.read(link.id)).status).toBe('scheduled');
}, 60_000);

test('axe finds nothing on a narrow phone, light or dark, and nothing sticks out', async () => {
  // axe is put into the page, which the page's own policy forbids.
  const context = await browser.newContext({
    ...{ viewport: NARROW, locale: 'ja-JP', bypassCSP: true },
  });
  const page = await context.newPage();
  page.setDefaultTimeout(5_000);
  const look: Look = async (seen, name) => {
    await shoot(seen, name);
    await seen.addScriptTag({ path: AXE });
    expect(await violations(seen, []), name).toEqual([]);
    await seen.emulateMedia({ colorScheme: 'dark' });
    expect(await violations(seen, ['color-contrast']), `${name}, dark`).toEqual([]);
    await shoot(seen, `dark-${name}`);
    await seen.emulateMedia({ colorScheme: 'light' });
    const width = await seen.evaluate<number>('document.documentElement.scrollWidth');
    expect(width, name).toBeLessThanOrEqual(NARROW.width);
  };
  const link = await linkOfTwoWays();
  await walk(page, link, look);
  await lookAround(page, link, look);
  await context.close();
}, 60_000);

/** The pages beside the way to the money and back, in both languages, at a desk too. */
test('axe finds nothing on what helps and what changes', async () => {
  const context = await browser.newContext({
    ...{ viewport: NARROW, locale: 'ja-JP', bypassCSP: true },
  });
  const page = await context.newPage();
  page.setDefaultTimeout(5_000);
  const look: Look = async (seen, name) => {
    await shoot(seen, name);
    await seen.addScriptTag({ path: AXE });
    expect(await violations(seen, []), name).toEqual([]);
    const width = await seen.evaluate<number>('document.documentElement.scrollWidth');
    expect(width, name).toBeLessThanOrEqual(seen.viewportSize()!.width);
  };
  const chosen = await makeLink(shop, { save_as: 'member-1' });
  const who = visitor(pages.url);
  await who.submit(await toConfirm(who, chosen));
  const known = await makeLink(shop, { save_as: 'member-1' });
  const answer = async (link: MadeLink) => {
    await page.goto(pages.url + link.path);
    await page.getByRole('textbox').fill(QUESTION.value);
    await page.locator('main button[type=submit]').click();
    await page.waitForURL((url) => url.pathname === link.path || url.pathname.endsWith('/status'));
  };
  await answer(known);
  await answer(chosen);
  const paths = {
    help: `${known.path}/help`,
    'known-account': `${known.path}/bank`,
    correct: `${chosen.path}/correct`,
    recall: `${ended.paid.path}/recall`,
  };
  for (const [name, path] of Object.entries(paths)) {
    for (const lang of ['ja', 'en']) {
      await page.goto(`${pages.url}${path}?lang=${lang}`);
      await look(page, `${name}-${lang}`);
    }
  }
  await page.setViewportSize({ width: 1366, height: 768 });
  for (const [name, path] of Object.entries(paths)) {
    await page.goto(`${pages.url}${path}?lang=ja`);
    await look(page, `${name}-desk`);
  }
  await context.close();
}, 60_000);

test('where scripts run: search while typing, the name as the bank will see it', async () => {
  // With the page's own policy: nothing inline, nothing from elsewhere.
  const context = await browser.newContext({ viewport: PHONE, locale: 'ja-JP' });
  const page = await context.newPage();
  page.setDefaultTimeout(5_000);
  const wrong: string[] = [];
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()));
  const link = await makeLink(shop, { verification: [] });
  await page.goto(`${pages.url}${link.path}/bank`);
  await page.getByLabel('銀行の名前').pressSequentially('mitsubishi');
  await page.getByRole('link', { name: /三菱UFJ信託銀行/ }).waitFor();
  await shoot(page, 'search-typed');
  await page.getByLabel('銀行の名前').fill('');
  await page.getByRole('link', { name: /みずほ銀行/ }).waitFor();
  await page.goto(`${pages.url}${link.path}/account?bank=0005&branch=001`);
  await page.getByLabel('セイ（名字）').fill('たろう');
  await page.getByLabel('メイ（名前）').fill('ﾔﾏﾀﾞ');
  await page.getByText('タロウ　ヤマダ').waitFor();
  await page.getByText('逆ではありませんか').waitFor();
  await shoot(page, 'name-typed');
  const cash = await receivableLink(world, shop);
  await page.goto(pages.url + cash.path);
  await page.getByRole('button', { name: 'この番号を印刷する' }).waitFor();
  await page.emulateMedia({ media: 'print' });
  await shoot(page, 'atm-print');
  expect(wrong).toEqual([]);
  await context.close();
}, 60_000);

/** By the rules named, or by all. */
function violations(page: Page, rules: readonly string[]): Promise<string[]> {
  return page.evaluate(async (only) => {
    const { axe } = globalThis as unknown as {
      axe: {
        run(options: object): Promise<{
          violations: { id: string; nodes: { html: string }[] }[];
        }>;
      };
    };
    const options = only.length === 0 ? {} : { runOnly: [...only] };
    const found = (await axe.run(options)).violations;
    return found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
  }, rules);
}
