// What a recipient has at once, on a phone: cash typed out of an ATM and its coins from a till, a
// wallet. Chosen on the link's page, taken at the simulators' own screens.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Phone } from '../browser/phone.ts';
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

const phoneFor: RecipientWorld['phone'] = (...asked) => rw.phone(...asked);

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

/** What the API says is to be typed. */
function given({ receipt_information: receipt }: steps.LinkRemittance): Numbers {
  return {
    partner: receipt!.partner_code,
    customer: receipt!.customer_number,
    confirmation: receipt!.confirmation_number,
  };
}

/** Types the three numbers at the ATM. */
async function typeAtAtm(at: Phone, numbers: Numbers): Promise<void> {
  await at.page.goto(rw.instant.simulators.atm.url);
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
  expect(await steps.text(phone)).toMatch(/60日以内|within 60 days/);
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
    const email = `cash-${locale}@mihon.example`;
    const made = await steps.instructLink(shop, { methods, locale, deliver: { email } });
    const phone = await phoneFor('cash', locale, hasScripts);
    const numbers = await chooseCash(phone, made);
    const mail = await steps.arrived(rw, email, numbers.customer);
    expect(mail.text).toMatch(
      locale === 'ja'
        ? /お札の8,000円はATMで、硬貨の400円はセブン‐イレブンのレジで/
        : /Notes: 8,000 yen at the ATM. Coins: 400 yen at a 7-Eleven register/,
    );
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

test('cash without a link: the numbers by API and by mail, taken, paid', async () => {
  const email = 'cash-direct@mihon.example';
  const made = await shop.client.post('/v1/remittances', {
    ...{ reference: 'cash-direct', amount: 5_000, description: steps.REASON },
    destination: { type: 'atm_cash', deliver: { email } },
  });
  expect(made.status, made.text).toBe(201);
  const id = made.body.id as string;
  const numbers = given(await steps.until(shop, id, 'receivable'));
  const mail = await steps.arrived(rw, email, numbers.customer);
  const phone = await phoneFor('cash-direct', 'ja', false);
  await phone.page.goto(`${rw.inbox.url}/message/${mail.id}`);
  const letter = await phone.page.frameLocator('iframe').locator('body').innerText();
  for (const digits of Object.values(numbers)) expect(letter).toContain(digits);
  expect(letter).not.toMatch(/硬貨|レジ/);
  await phone.look('mail');
  await typeAtAtm(phone, numbers);
  await phone.press(steps.button(phone, 'お札5,000円を受け取る'));
  await phone.look('slip');
  expect(await steps.until(shop, id, 'paid')).toMatchObject({ received_amount: 5_000 });
  await phone.close();
});

test('cash that nobody takes is back after its days, and the ATM says so', async () => {
  const own = await rw.openShop();
  const before = await own.balance();
  const made = await own.client.post('/v1/remittances', {
    ...{ reference: 'cash-over', amount: 5_000 },
    destination: { type: 'atm_cash', receive_within_days: 3 },
  });
  const id = made.body.id as string;
  const numbers = given(await steps.until(own, id, 'receivable'));
  await own.clock({ advance: 'P5D' });
  expect(await steps.until(own, id, 'expired')).toMatchObject({ received_amount: null });
  expect(await own.balance()).toEqual(before);
  const phone = await phoneFor('cash-over', 'ja', false);
  await typeAtAtm(phone, numbers);
  await steps.expectHeading(phone, '受取期限を過ぎています');
  await phone.look('over');
  await phone.close();
});

test('the ATM is too far: its numbers are stopped, and the bank instead', async () => {
  const made = await steps.instructLink(shop, { methods: ['atm_cash', 'bank_transfer'] });
  const phone = await phoneFor('cash-switch', 'ja', false);
  const words = steps.wordsOf(phone);
  const numbers = await chooseCash(phone, made);
  await phone.press(steps.link(phone, 'ほかの受け取り方に変える'));
  await phone.look('sure');
  await phone.press(steps.button(phone, '番号を止めて、ほかの方法を選ぶ'));
  await steps.choose(phone, 'bankTransfer');
  await steps.findAccount(phone);
  await steps.enterAccount(phone);
  await steps.confirm(phone);
  await steps.expectHeading(phone, words.taken);
  expect(await steps.read(shop, made.id)).toMatchObject({ method: 'bank_transfer' });
  await typeAtAtm(phone, numbers);
  await steps.expectHeading(phone, 'この送金は取り消されました');
  await phone.close();
});

test('a wrong confirmation number three times closes the ATM, not the money', async () => {
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

/** From the choice of Amazon to its own sign-in page. */
async function leaveForAmazon(phone: Phone, made: steps.LinkRemittance): Promise<void> {
  await steps.openLink(phone, made);
  await steps.toMethods(phone);
  await steps.choose(phone, 'amazonGift');
  await phone.look('before-amazon');
  await phone.press(steps.button(phone, steps.wordsOf(phone).signIn));
  await steps.expectHeading(phone, 'Amazonアカウントでサインイン');
}

describe.each([
  { locale: 'ja', hasScripts: false },
  { locale: 'en', hasScripts: true },
] as const)('gift balance, in $locale, scripts: $hasScripts', ({ locale, hasScripts }) => {
  test('signed in at Amazon, on the balance at once, completion page', async () => {
    const methods = ['bank_transfer', 'amazon_gift'];
    const email = `gift-${locale}@mihon.example`;
    const made = await steps.instructLink(shop, { methods, locale, deliver: { email } });
    const mailer = await phoneFor('gift', locale, hasScripts);
    const phone = await steps.tapMail(rw, mailer, await steps.arrived(rw, email, '8,400'));
    await leaveForAmazon(phone, made);
    await phone.look('at-amazon');
    await phone.page.getByLabel('ほかの名前でサインインする').fill(`ヤマダ ${locale}`);
    await phone.press(steps.button(phone, 'サインインする'));
    // Where it is not there yet, the page looks again by itself.
    await steps.expectHeading(phone, steps.wordsOf(phone).paid);
    expect(await steps.text(phone)).toContain(steps.wordsOf(phone).addedToAmazon);
    await phone.look('paid');
    expect(await steps.until(shop, made.id, 'paid')).toMatchObject({ method: 'amazon_gift' });
    await phone.page.goto(`${rw.instant.simulators.amazon.url}/w/${shop.shop.shopId}/balance`);
    await phone.press(steps.link(phone, `ヤマダ ${locale}`));
    expect(await phone.page.locator('main').innerText()).toContain('8,400円');
    await phone.look('at-amazon-balance');
    await mailer.close();
  });
});

test('not signed in at Amazon after all: nothing sent, and the bank instead', async () => {
  const methods = ['bank_transfer', 'amazon_gift'];
  const made = await steps.instructLink(shop, { methods });
  const phone = await phoneFor('gift-declined', 'ja', false);
  const words = steps.wordsOf(phone);
  await leaveForAmazon(phone, made);
  await phone.press(steps.button(phone, 'やめて元のページに戻る'));
  expect(await steps.text(phone)).toContain(words.nothingSent);
  await phone.look('declined');
  await phone.press(steps.link(phone, '別の受け取り方を選ぶ'));
  await steps.choose(phone, 'bankTransfer');
  await steps.findAccount(phone);
  await steps.enterAccount(phone);
  await steps.confirm(phone);
  await steps.expectHeading(phone, words.taken);
  expect(await steps.read(shop, made.id)).toMatchObject({ method: 'bank_transfer' });
  await phone.close();
});

/** What the wallet itself says of a member. */
async function expectOnPhone(phone: Phone, member: string, words: string): Promise<void> {
  const { url } = rw.instant.simulators.auPay;
  await phone.page.goto(`${url}/phones/${shop.shop.shopId}/${member}`);
  await phone.page.getByText(words).first().waitFor();
}

describe.each([
  { locale: 'ja', hasScripts: false },
  { locale: 'en', hasScripts: true },
] as const)('au PAY, in $locale, scripts: $hasScripts', ({ locale, hasScripts }) => {
  test('by member number: checked, charged, on the phone', async () => {
    const methods = ['au_pay', 'atm_cash'];
    const made = await steps.instructLink(shop, { methods, locale }, 6_000);
    const phone = await phoneFor('au-pay', locale, hasScripts);
    const words = steps.wordsOf(phone);
    await steps.openLink(phone, made);
    await steps.toMethods(phone);
    await steps.choose(phone, 'auPay');
    await phone.look('member');
    const enter = async (member: string) => {
      await phone.page.getByLabel(words.memberNumber).fill(member);
      await phone.press(steps.button(phone, words.next));
    };
    await enter('100000000005');
    expect(await steps.text(phone)).toContain(words.notThisMember);
    await phone.look('member-closed');
    await enter('100000000003');
    expect(await steps.text(phone)).toContain(words.walletFull);
    await enter('１０００ ００００ ０００２');
    await phone.look('confirm');
    await phone.press(steps.button(phone, words.confirmAuPay));
    await steps.expectHeading(phone, words.paid);
    expect(await steps.text(phone)).toContain(words.addedToAuPay);
    await phone.look('paid');
    expect(await steps.until(shop, made.id, 'paid')).toMatchObject({ method: 'au_pay' });
    await expectOnPhone(phone, '100000000002', '6,000');
    await phone.look('wallet');
    await phone.close();
  });
});

test('au PAY by its app: a no sends nothing, a yes is charged', async () => {
  const made = await steps.instructLink(shop, { methods: ['au_pay'] }, 1_234);
  const phone = await phoneFor('au-pay-app', 'ja', false);
  const words = steps.wordsOf(phone);
  await steps.openLink(phone, made);
  await steps.toMethods(phone);
  await steps.choose(phone, 'auPay');
  await phone.press(steps.link(phone, words.auPayApp));
  await phone.look('before-app');
  await phone.press(steps.button(phone, words.auPayApp));
  await phone.press(steps.button(phone, '許可しないで戻る'));
  expect(await steps.text(phone)).toContain(words.nothingSent);
  await phone.look('declined');
  await phone.press(steps.button(phone, words.auPayApp));
  await phone.page.getByLabel('ヤマダ タロウ').check();
  await phone.press(steps.button(phone, '許可して戻る'));
  await steps.expectHeading(phone, words.paid);
  await steps.until(shop, made.id, 'paid');
  await expectOnPhone(phone, '100000000001', '1,234');
  await phone.close();
});

test('charged after all not: the same link opens again, by au PAY or by cash', async () => {
  const made = await steps.instructLink(shop, { methods: ['au_pay', 'atm_cash'] });
  const phone = await phoneFor('au-pay-failed', 'ja', false);
  const words = steps.wordsOf(phone);
  await steps.openLink(phone, made);
  await steps.toMethods(phone);
  await steps.choose(phone, 'auPay');
  await phone.page.getByLabel(words.memberNumber).fill('999000000007');
  await phone.press(steps.button(phone, words.next));
  await phone.press(steps.button(phone, words.confirmAuPay));
  await steps.until(shop, made.id, 'awaiting_recipient');
  await steps.openLink(phone, made);
  await steps.expectHeading(phone, words.refused);
  await phone.look('refused');
  await phone.press(steps.link(phone, words.toMethods));
  await steps.choose(phone, 'atmCash');
  await phone.press(steps.button(phone, words.confirmAtm));
  await steps.until(shop, made.id, 'receivable');
  await phone.close();
});
