// The door of the management screen in a real browser: a wrong password, an approver who must set
// up an authenticator app before anything else, signing in with its code, and with a recovery code
// where the phone is lost; and signing out.
import { generate } from 'otplib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildConsole } from '../../scripts/build-console.ts';
import { addMember } from '../../server/members/add-member.ts';
import { type OpenedBrowser, openBrowser } from '../browser/chromium.ts';
import { type Desk, openDesk } from '../browser/desk.ts';
import { startWorld, type World } from '../world.ts';

/** Where the screens have not been built before. */
const BUILD_MS = 180_000;
const PASSWORD = 'correct horse 47 staple';
const MAIL = 'approver@example.jp';

let world: World;
let opened: OpenedBrowser;

beforeAll(async () => {
  const environment = { KAWASE_CONSOLE_DIR: await buildConsole(() => {}) };
  [world, opened] = await Promise.all([startWorld(environment), openBrowser()]);
  const { shop } = await world.openShop('http');
  const person = { name: '森 和也', mail: MAIL, password: PASSWORD, locale: 'ja' as const };
  const { merchantId } = shop;
  const role = 'approver' as const;
  await addMember(world.core.members, { ...person, merchantId, role, by: 'test' });
}, BUILD_MS);

afterAll(async () => {
  await opened.close();
  await world.close();
});

/** A code counts once: a later sign-in takes the one of the next half minute. */
const codeOf = (secret: string, laterSeconds = 0) =>
  generate({ secret, epoch: Math.floor(Date.now() / 1_000) + laterSeconds });

async function enterPassword({ page }: Desk, password: string): Promise<void> {
  await page.locator('input[type=email]').fill(MAIL);
  await page.locator('input[type=password]').fill(password);
  await page.locator('button[type=submit]').click();
}

test('an approver sets up a second factor, signs in by it, and by a recovery code', async () => {
  const at = { browser: opened.browser, url: world.url, story: 'console-door' };
  const desk = await openDesk({ ...at, locale: 'ja' });
  const { page } = desk;
  await page.goto(`${world.url}/console`);
  await enterPassword(desk, 'wrong password 12');
  await page.getByRole('alert').waitFor();
  expect(await page.locator('input[type=email]').inputValue()).toBe(MAIL);
  await desk.look('wrong');
  await enterPassword(desk, PASSWORD);
  await page.getByRole('heading', { name: '二段階認証の設定' }).waitFor();
  const secret = (await page.locator('form code').textContent())!.replaceAll(' ', '');
  await desk.look('set-up');
  await page.locator('.code-field input').fill(await codeOf(secret));
  await page.getByRole('button', { name: '設定する' }).click();
  await page.getByRole('heading', { name: '回復コードの控え' }).waitFor();
  const recovery = await page.locator('.recovery-codes code').first().textContent();
  await desk.look('recovery-codes');
  await page.getByRole('button', { name: '控えました' }).click();
  await page.waitForURL(/\/console\/shp_/);

  await leave(desk, '森 和也', 'ログアウト');
  await enterPassword(desk, PASSWORD);
  await page.getByRole('heading', { name: '本人確認' }).waitFor();
  await desk.look('code');
  await page.locator('.code-field input').fill('000000');
  await page.getByRole('button', { name: '確認する', exact: true }).click();
  await page.getByRole('alert').waitFor();
  await page.locator('.code-field input').fill(await codeOf(secret, 30));
  await page.getByRole('button', { name: '確認する', exact: true }).click();
  await page.waitForURL(/\/console\/shp_/);

  await leave(desk, '森 和也', 'ログアウト');
  await enterPassword(desk, PASSWORD);
  await page.getByRole('button', { name: '認証アプリが使えないとき' }).click();
  await page.locator('.code-field input').fill(recovery!);
  await desk.look('recovery');
  await page.getByRole('button', { name: '確認する', exact: true }).click();
  await page.waitForURL(/\/console\/shp_/);
  await desk.close();
});

test('in English, and back to the screen that was asked for', async () => {
  const at = { browser: opened.browser, url: world.url, story: 'console-door' };
  const desk = await openDesk({ ...at, locale: 'en' });
  const { page } = desk;
  await page.goto(`${world.url}/console/shp_00000000000000000000000000/remittances?q=x`);
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  expect(new URL(page.url()).searchParams.get('to')).toContain('/remittances?q=x');
  await desk.look('sign-in');
  await desk.close();
});

async function leave({ page }: Desk, name: string, words: string): Promise<void> {
  await page.getByRole('button', { name }).click();
  await page.getByRole('menuitem', { name: words }).click();
  await page.waitForURL(/\/sign-in/);
}
