// Whole jobs on the management screen in a real browser, against a running installation: who makes
// remittances looks the day over, finds one and cancels it; who answers callers helps a recipient
// and never sees an account number.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildConsole } from '../../scripts/build-console.ts';
import { addMember } from '../../server/members/add-member.ts';
import type { Role } from '../../server/members/role.ts';
import { openDesk } from '../browser/desk.ts';
import { type RecipientWorld, startRecipientWorld } from '../browser/recipient-world.ts';
import type { WorldShop } from '../world.ts';

/** Where the screens have not been built before. */
const BUILD_MS = 180_000;
const PASSWORD = 'correct horse 47 staple';
const HOSTILE = '<img src=x onerror=alert(1)>"\'><script>alert(2)</script>';

let world: RecipientWorld;
let shop: WorldShop;

beforeAll(async () => {
  world = await startRecipientWorld({ KAWASE_CONSOLE_DIR: await buildConsole(() => {}) });
  shop = await world.openShop('bank');
  for (const role of ['maker', 'support'] as const) await enter(role);
}, BUILD_MS);

afterAll(() => world.close());

async function enter(role: Role): Promise<void> {
  const { core } = world.world;
  const person = { name: `${role} 花子`, mail: `${role}@example.jp`, password: PASSWORD };
  const merchantId = shop.shop.merchantId;
  await addMember(core.members, { ...person, locale: 'ja', merchantId, role, by: 'test' });
}

const linkTo = (email: string) => ({
  ...{ type: 'link', methods: ['bank_transfer'], deliver: { email }, expires_in_days: 2 },
  verification: [{ label: '受付番号', value: 'A-1' }],
});

async function instructAll(): Promise<void> {
  await shop.instruct({ reference: 'refund-1', amount: 8_400 });
  await shop.instruct({
    ...{ reference: 'refund-2', amount: 12_300, accountNumber: '9990002' },
    more: { description: HOSTILE, metadata: { note: HOSTILE } },
  });
  await shop.client.post('/v1/remittances', {
    ...{ reference: 'refund-link', amount: 9_000, description: '公演中止の払い戻し' },
    destination: linkTo('hanako@example.jp'),
  });
}

describe('the management screen', () => {
  test('before the first remittance it says how the first comes about', async () => {
    const desk = await openDesk({ ...at(), story: 'console-empty', locale: 'ja' });
    await desk.signIn('maker@example.jp', PASSWORD);
    await desk.page.getByText('いま急いですることはありません').waitFor();
    await desk.look('home');
    await desk.page.keyboard.press('g');
    await desk.page.keyboard.press('r');
    await desk.page.getByText('まだ送金がありません').waitFor();
    await desk.look('list');
    await desk.close();
  });

  test('a maker finds a remittance by keys, reads it and cancels it', async () => {
    await instructAll();
    const desk = await openDesk({ ...at(), story: 'console-maker', locale: 'ja' });
    const { page } = desk;
    await desk.signIn('maker@example.jp', PASSWORD);
    await page.getByText('件・20,700円を').waitFor();
    await desk.look('home');
    await page.getByRole('link', { name: '送金', exact: true }).click();
    await page.getByRole('link', { name: 'refund-2' }).waitFor();
    await desk.look('list');
    await page.keyboard.press('/');
    await page.keyboard.type('refund-2');
    await page.keyboard.press('Enter');
    await page.waitForURL(/q=refund-2/);
    await expect.poll(() => page.locator('tbody tr').count()).toBe(1);
    await page.locator('h1').click();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'refund-2' }).waitFor();
    await expect.poll(() => page.locator('main').textContent()).toContain(HOSTILE);
    await desk.look('remittance');
    await page.getByRole('button', { name: '送金を取り消す' }).click();
    await page.getByText('refund-2（12,300円）の送金を取り消しますか').waitFor();
    await desk.look('confirm');
    await page.getByRole('dialog').getByRole('button', { name: '送金を取り消す' }).click();
    await page.getByText('送金を取り消しました。12,300円は').waitFor();
    await desk.look('canceled');
    await desk.close();
    const { body } = await shop.client.get('/v1/remittances?reference=refund-2');
    expect(body).toMatchObject({ data: [{ status: 'canceled' }] });
  });

  test('support helps a recipient and never sees an account number', async () => {
    const desk = await openDesk({ ...at(), story: 'console-support', locale: 'en' });
    const { page } = desk;
    const seen: string[] = [];
    await page.route('**/console/api/**', async (route) => {
      const response = await route.fetch();
      seen.push(await response.text());
      await route.fulfill({ response });
    });
    await desk.signIn('support@example.jp', PASSWORD);
    await page.getByRole('link', { name: 'Remittances' }).click();
    await page.getByRole('link', { name: 'refund-link' }).click();
    await page.getByText('They have not opened it yet').waitFor();
    await desk.look('link');
    await page.getByRole('button', { name: 'Give more time' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Give more time' }).click();
    await page.getByText('The recipient has until').waitFor();
    await page.getByRole('button', { name: 'Remind the recipient' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remind the recipient' }).click();
    await page.getByText('The message to the recipient is on its way').waitFor();
    expect(await page.getByRole('button', { name: 'Cancel the remittance' }).count()).toBe(0);
    await desk.look('reminded');
    await page.getByRole('link', { name: 'All remittances' }).click();
    await page.getByRole('link', { name: 'refund-1' }).click();
    await page.getByRole('heading', { name: 'refund-1' }).waitFor();
    expect(seen.length).toBeGreaterThan(4);
    expect(seen.join('\n')).not.toMatch(/last3|account_number|\/l\/|"code":"\d{12}"/);
    await desk.close();
  });

  test('what fails says so, keeps the page, and works when it works again', async () => {
    const desk = await openDesk({ ...at(), story: 'console-failing', locale: 'ja' });
    const { page } = desk;
    await desk.signIn('maker@example.jp', PASSWORD);
    await page.getByText('件・8,400円を').waitFor();
    const api = '**/console/api/shops/*/remittances*';
    await page.route(api, (route) =>
      route.fulfill({
        status: 409,
        contentType: 'application/problem+json',
        body: JSON.stringify({ code: 'x', detail: 'ただいま一覧を出せません。' }),
      }),
    );
    await page.getByRole('link', { name: '送金', exact: true }).click();
    await page.getByText('ただいま一覧を出せません。').waitFor();
    await desk.look('list');
    await page.unroute(api);
    await page.getByRole('button', { name: 'もう一度読み込む' }).click();
    await page.getByRole('link', { name: 'refund-1' }).waitFor();
    await page.goto(`${world.world.url}/console/shp_00000000000000000000000000`);
    await page.getByText('このショップは見られません').waitFor();
    await desk.look('foreign');
    await desk.close();
  });

  test('a session that ended leads to the door, and back', async () => {
    const desk = await openDesk({ ...at(), story: 'console-ended', locale: 'ja' });
    const { page } = desk;
    await desk.signIn('maker@example.jp', PASSWORD);
    await page.getByText('件・8,400円を').waitFor();
    await page.context().clearCookies();
    await page.getByRole('link', { name: '送金', exact: true }).click();
    await page.waitForURL(/\/sign-in/);
    await page.locator('input[type=email]').fill('maker@example.jp');
    await page.locator('input[type=password]').fill(PASSWORD);
    await page.locator('button[type=submit]').click();
    await page.waitForURL(/\/remittances$/);
    await page.getByRole('link', { name: 'refund-1' }).waitFor();
    await desk.close();
  });
});

const at = () => ({ browser: world.browser, url: world.world.url });
