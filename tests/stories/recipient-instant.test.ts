// What a recipient has at once, on a phone: cash typed out of an ATM and its coins from a till, a
// wallet. Chosen on the link's page, taken at the simulators' own screens.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPhone, type Phone } from '../browser/phone.ts';
import * as steps from '../browser/recipient-steps.ts';
import { type RecipientWorld, startRecipientWorld } from '../browser/recipient-world.ts';
import type { WorldShop } from '../world.ts';

let rw: RecipientWorld;
let shop: WorldShop;

beforeAll(async () => {
  rw = await startRecipientWorld();
  shop = await rw.openShop();
}, 60_000);

afterAll(() => rw.close());

const phoneFor = (story: string, locale: 'ja' | 'en' = 'ja', hasScripts = true): Promise<Phone> =>
  openPhone({ browser: rw.browser, origin: rw.front.url, story, locale, hasScripts });

interface Numbers {
  readonly partner: string;
  readonly customer: string;
  readonly confirmation: string;
}

/** What the page says is to be typed. */
async function numbersOn(phone: Phone): Promise<Numbers> {
  const words = steps.wordsOf(phone);
  const read = async (name: string) => {
    const row = phone.page.locator('div', { has: phone.page.getByText(name, { exact: true }) });
    return (await row.last().innerText()).replace(/\D/g, '');
  };
  return {
    partner: await read(words.partnerCode),
    customer: await read(words.customerNumber),
    confirmation: await read(words.confirmationNumber),
  };
}

/** Types the three numbers at the ATM. */
async function typeAtAtm(at: Phone, numbers: Numbers): Promise<void> {
  await at.page.goto(rw.atm.url);
  await at.press(steps.button(at, '送金・ATM受取'));
  for (const digits of [numbers.partner, numbers.customer, numbers.confirmation]) {
    await at.page.getByRole('textbox').fill(digits);
    await at.press(steps.button(at, '確認').last());
  }
}

async function chooseCash(phone: Phone, made: steps.LinkRemittance): Promise<Numbers> {
  await steps.openLink(phone, made);
  await steps.toMethods(phone);
  await phone.look('methods');
  await steps.choose(phone, 'atmCash');
  await phone.look('confirm');
  await phone.press(steps.button(phone, steps.wordsOf(phone).confirmAtm));
  await steps.until(shop, made.id, 'receivable');
  await phone.page.reload();
  await steps.expectHeading(phone, steps.wordsOf(phone).atmReady);
  await phone.look('numbers');
  return numbersOn(phone);
}

describe.each([
  { locale: 'ja', hasScripts: false },
  { locale: 'en', hasScripts: true },
] as const)('cash, in $locale, scripts: $hasScripts', ({ locale, hasScripts }) => {
  test('notes at the ATM, coins at the till, paid', async () => {
    const before = await shop.balance();
    const methods = ['bank_transfer', 'atm_cash'];
    const made = await steps.instructLink(shop, { methods, locale });
    const phone = await phoneFor('cash', locale, hasScripts);
    const numbers = await chooseCash(phone, made);
    const atm = await phoneFor('cash-atm', 'ja', hasScripts);
    await typeAtAtm(atm, numbers);
    await atm.look('offer');
    await atm.press(steps.button(atm, 'お札8,000円を受け取る'));
    await atm.look('slip');
    expect(await steps.read(shop, made.id)).toMatchObject({ status: 'receivable' });
    await atm.press(steps.link(atm, 'お店のレジへ行く'));
    await atm.press(steps.button(atm, '硬貨400円を受け取る'));
    await atm.look('coins');
    await atm.close();
    const paid = await steps.until(shop, made.id, 'paid');
    expect(paid).toMatchObject({ method: 'atm_cash', received_amount: 8_400 });
    await phone.page.reload();
    await steps.expectHeading(phone, steps.wordsOf(phone).paid);
    const shown = await steps.text(phone);
    for (const digits of [numbers.customer, numbers.confirmation]) {
      expect(shown).not.toContain(digits);
    }
    await phone.look('paid');
    await phone.close();
    const { available, in_flight } = await shop.balance();
    expect({ available, in_flight }).toEqual({
      available: before.available - 8_400,
      in_flight: before.in_flight,
    });
  });
});

test('a wrong confirmation number three times closes the ATM, and the money is still there', async () => {
  const made = await steps.instructLink(shop, { methods: ['atm_cash'] });
  const phone = await phoneFor('cash-locked');
  const numbers = await chooseCash(phone, made);
  const atm = await phoneFor('cash-locked-atm');
  const confirmation = numbers.confirmation === '0000' ? '1111' : '0000';
  await typeAtAtm(atm, { ...numbers, confirmation });
  for (let count = 0; count < 2; count++) {
    await atm.page.getByRole('textbox').fill(confirmation);
    await atm.press(steps.button(atm, '確認').last());
  }
  await steps.expectHeading(atm, 'この送金は受け取れなくなりました');
  await atm.close();
  await phone.close();
  expect(await steps.read(shop, made.id)).toMatchObject({ status: 'receivable' });
  const canceled = await shop.client.post(`/v1/remittances/${made.id}/cancel`);
  expect(canceled.status, canceled.text).toBe(200);
});
