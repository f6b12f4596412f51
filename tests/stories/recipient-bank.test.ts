// Bank transfers whose account the recipient gives, on a phone: the mail, the page, the account,
// the money. With scripts and without, in Japanese and English; days pass by the sandbox's clock.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as steps from '../browser/recipient-steps.ts';
import { type RecipientWorld, startRecipientWorld } from '../browser/recipient-world.ts';
import type { WorldShop } from '../world.ts';

const REFERENCE = '照会コード';

let rw: RecipientWorld;
let shop: WorldShop;

beforeAll(async () => {
  rw = await startRecipientWorld();
  shop = await rw.openShop('bank');
}, 60_000);

afterAll(() => rw.close());

const phoneFor: RecipientWorld['phone'] = (...asked) => rw.phone(...asked);

/** 2日（木）, or Thu 2 July; the month stands before it or before the day before it. */
function dayInWords(locale: 'ja' | 'en', isoDate: string): string {
  const day = Temporal.PlainDate.from(isoDate);
  return locale === 'ja'
    ? `${day.day}日（${'月火水木金土日'[day.dayOfWeek - 1]}）`
    : day.toLocaleString('en-GB', { weekday: 'short', day: 'numeric', month: 'long' });
}

describe.each([
  { locale: 'ja', hasScripts: false },
  { locale: 'ja', hasScripts: true },
  { locale: 'en', hasScripts: true },
] as const)('in $locale, scripts: $hasScripts', ({ locale, hasScripts }) => {
  test('from the mail to the money in the account', async () => {
    const email = `hanako-${locale}-${hasScripts}@mihon.example`;
    const deliver = { email, sms: '090-1234-5678' };
    const { id } = await steps.instructLink(shop, { locale, deliver });
    const mail = await steps.arrived(rw, email, '8,400');
    const mailer = await phoneFor('bank', locale, hasScripts);
    const phone = await steps.tapMail(rw, mailer, mail);
    const words = steps.wordsOf(phone);
    await steps.expectHeading(phone, words.asked);
    expect(await steps.text(phone)).not.toContain('8,400');
    await phone.look('questions');
    await phone.press(steps.button(phone, words.answer));
    await phone.look('questions-unanswered');
    await steps.answer(phone, '　ａ１０２４ ');
    expect(await steps.text(phone)).toContain(steps.REASON);
    expect(await steps.text(phone)).toContain('8,400');
    await phone.look('overview');
    await phone.press(steps.link(phone, words.toMethods));
    await phone.look('methods');
    await steps.choose(phone, 'bankTransfer');
    await phone.look('banks');
    await steps.searchBank(phone, '三菱');
    await phone.look('banks-found');
    await phone.press(steps.link(phone, /三菱UFJ銀行 .*0005/));
    await phone.look('branches');
    await steps.searchBranch(phone, '001');
    await phone.press(steps.link(phone, /001$/).first());
    await phone.look('account');
    await steps.enterAccount(phone, { number: '12345678', givenName: '' });
    await phone.look('account-faulty');
    expect(await phone.page.getByLabel(words.number).inputValue()).toBe('12345678');
    await steps.enterAccount(phone, { familyName: 'ﾔﾏﾀﾞ' });
    expect(await steps.text(phone)).toContain('ヤマダ　タロウ');
    await phone.look('confirm');
    await steps.confirm(phone);
    await steps.expectHeading(phone, words.taken);
    const scheduled = await steps.read(shop, id);
    expect(scheduled).toMatchObject({ status: 'scheduled', method: 'bank_transfer' });
    const day = dayInWords(locale, scheduled.expected_arrival!.to);
    expect(await steps.text(phone)).toContain(day);
    expect(await steps.text(phone)).not.toContain(steps.ACCOUNT.number);
    await phone.look('taken');
    await shop.clock({ to_next: 'cut_off' });
    await phone.page.reload();
    await steps.expectHeading(phone, words.sending);
    await phone.look('sending');
    await shop.clock({ advance: 'PT72H' });
    expect(await steps.read(shop, id)).toMatchObject({ status: 'paid' });
    await phone.page.reload();
    await steps.expectHeading(phone, words.paid);
    await phone.look('paid');
    await mailer.close();
  });
});

test('returned days after it was paid: the same link opens with the reason', async () => {
  const email = 'returned@mihon.example';
  const made = await steps.instructLink(shop, { deliver: { email } });
  const first = await phoneFor('returned', 'ja', false);
  await steps.receiveByBank(first, made, { number: '9991025' });
  await first.close();
  await shop.clock({ advance: 'P6D' });
  const refused = await steps.read(shop, made.id);
  expect(refused).toMatchObject({
    status: 'awaiting_recipient',
    status_reason: 'account_closed',
  });
  const mailer = await phoneFor('returned', 'ja', false);
  const mail = await steps.arrived(rw, email, '入金できませんでした');
  const phone = await steps.tapMail(rw, mailer, mail);
  expect(phone.page.url()).toBe(made.link.url);
  const words = steps.wordsOf(phone);
  await steps.answer(phone);
  await steps.expectHeading(phone, words.refused);
  expect(await steps.text(phone)).toContain('解約');
  await phone.look('refused');
  await phone.press(steps.link(phone, words.repair));
  expect(await phone.page.getByLabel(words.number).inputValue()).toBe('9991025');
  expect(await phone.page.getByLabel(words.familyName).inputValue()).toBe('ヤマダ');
  await phone.look('repair');
  await steps.enterAccount(phone, { number: '7654321' });
  await steps.confirm(phone);
  await steps.expectHeading(phone, words.taken);
  await shop.clock({ advance: 'P6D' });
  await phone.page.reload();
  await steps.expectHeading(phone, words.paid);
  expect(await steps.read(shop, made.id)).toMatchObject({ status: 'paid' });
  await mailer.close();
});

test('refused for a passing reason: the same account once more', async () => {
  const made = await steps.instructLink(shop);
  await shop.client.post(`/v1/sandbox/remittances/${made.id}/outcome`, {
    ...{ outcome: 'failed', reason: 'outside_hours' },
  });
  const phone = await phoneFor('again', 'en');
  await steps.receiveByBank(phone, made);
  await shop.clock({ advance: 'P4D' });
  expect(await steps.read(shop, made.id)).toMatchObject({ status: 'awaiting_recipient' });
  await shop.client.post(`/v1/sandbox/remittances/${made.id}/outcome`, { outcome: 'paid' });
  const words = steps.wordsOf(phone);
  await steps.openLink(phone, made);
  await steps.expectHeading(phone, words.refused);
  await phone.look('refused');
  await phone.press(steps.button(phone, words.again));
  await steps.expectHeading(phone, words.taken);
  await shop.clock({ advance: 'P4D' });
  expect(await steps.read(shop, made.id)).toMatchObject({ status: 'paid' });
  await phone.close();
});

test('noticed in time: stopped before the cut-off and corrected', async () => {
  const made = await steps.instructLink(shop);
  const phone = await phoneFor('correct', 'ja', false);
  await steps.receiveByBank(phone, made, { number: '1234576' });
  await phone.press(steps.link(phone, '止めて直す'));
  await phone.look('sure');
  await phone.press(steps.button(phone, '送金を止めて、口座を直す'));
  expect(await steps.read(shop, made.id)).toMatchObject({ status: 'awaiting_recipient' });
  expect(await phone.page.getByLabel(steps.wordsOf(phone).number).inputValue()).toBe('1234576');
  await steps.enterAccount(phone);
  await steps.confirm(phone);
  await steps.expectHeading(phone, steps.wordsOf(phone).taken);
  await shop.clock({ advance: 'P4D' });
  expect(await shop.read(made.id)).toMatchObject({
    status: 'paid',
    destination: { account_number_last3: '567' },
  });
  await phone.page.reload();
  expect(await steps.link(phone, '止めて直す').count()).toBe(0);
  await phone.close();
});

test('a wrong but valid account, noticed too late: asked back, returned, paid anew', async () => {
  const made = await steps.instructLink(shop);
  const phone = await phoneFor('recall', 'ja', false);
  const words = steps.wordsOf(phone);
  await steps.receiveByBank(phone, made, { number: '1234576' });
  await shop.clock({ advance: 'P4D' });
  await phone.page.reload();
  await steps.expectHeading(phone, words.paid);
  await phone.press(steps.link(phone, '口座をまちがえていたとき'));
  await phone.look('sure');
  await phone.press(steps.button(phone, '組戻しを頼む'));
  await steps.expectHeading(phone, '組戻しを頼んでいます');
  await phone.look('asked-back');
  expect(await shop.read(made.id)).toMatchObject({ status: 'paid', recall: 'requested' });
  const outcome = `/v1/sandbox/remittances/${made.id}/outcome`;
  expect((await shop.client.post(outcome, { outcome: 'recalled' })).status).toBe(200);
  await shop.clock({ advance: 'P7D' });
  await steps.until(shop, made.id, 'awaiting_recipient');
  await steps.openLink(phone, made);
  await phone.look('back');
  await phone.press(steps.link(phone, words.repair));
  await steps.enterAccount(phone);
  await steps.confirm(phone);
  await steps.expectHeading(phone, words.taken);
  await shop.clock({ advance: 'P4D' });
  expect(await steps.read(shop, made.id)).toMatchObject({ status: 'paid' });
  await phone.close();
});

test('a bank is found however it is written, and by the 五十音 without scripts', async () => {
  const made = await steps.instructLink(shop);
  const phone = await phoneFor('search', 'ja', false);
  await steps.openLink(phone, made);
  await steps.toMethods(phone);
  await steps.choose(phone, 'bankTransfer');
  for (const typed of ['三菱', 'みつびし', 'ﾐﾂﾋﾞｼ', 'mitsubishi', '０００５']) {
    await steps.searchBank(phone, typed);
    await steps.link(phone, /三菱UFJ銀行 .*0005/).waitFor();
  }
  await steps.searchBank(phone, 'そんな銀行はない');
  expect(await steps.text(phone)).toContain('見つかりませんでした');
  await phone.look('nothing-found');
  await phone.press(phone.page.getByRole('link', { name: 'シ', exact: true }));
  await phone.look('banks-by-kana');
  await phone.page.setViewportSize({ width: 320, height: 640 });
  const heights = await phone.page
    .locator('.list .code')
    .evaluateAll((codes) => codes.map((code) => code.getBoundingClientRect().height));
  // A code of four digits is never broken into two lines.
  expect(Math.max(...heights)).toBeLessThan(30);
  const entries = phone.page.getByRole('main').getByRole('link', { name: /\d{4}$/ });
  expect(await entries.count()).toBeGreaterThan(10);
  expect(await entries.count()).toBeLessThanOrEqual(50);
  await phone.press(entries.first());
  await phone.press(phone.page.getByRole('link', { name: 'ア', exact: true }));
  await phone.look('branches-by-kana');
  const branches = phone.page.getByRole('main').getByRole('link', { name: /\d{3}$/ });
  expect(await branches.count()).toBeLessThanOrEqual(50);
  await phone.press(branches.first());
  await steps.enterAccount(phone);
  await phone.look('confirm');
  await phone.close();
});

test('ゆうちょ by 記号 and 番号', async () => {
  const made = await steps.instructLink(shop);
  const phone = await phoneFor('yucho', 'ja', false);
  const words = steps.wordsOf(phone);
  await steps.openLink(phone, made);
  await steps.toMethods(phone);
  await steps.choose(phone, 'bankTransfer');
  await phone.press(steps.link(phone, /ゆうちょ銀行/));
  const fill = async (symbol: string, number: string) => {
    await phone.page.getByLabel(words.symbol, { exact: true }).fill(symbol);
    await phone.page.getByLabel(words.yuchoNumber, { exact: true }).fill(number);
    await phone.page.getByLabel(words.familyName).fill('すずき');
    await phone.page.getByLabel(words.givenName).fill('はなこ');
    await phone.press(steps.button(phone, words.next));
  };
  await fill('14030', '123');
  await phone.look('faulty');
  await fill('１４０３０', '12345671');
  expect(await steps.text(phone)).toContain('14030-12345671');
  expect(await steps.text(phone)).toContain('スズキ　ハナコ');
  await phone.look('confirm');
  await steps.confirm(phone);
  await steps.expectHeading(phone, words.taken);
  await shop.clock({ advance: 'P4D' });
  expect(await steps.read(shop, made.id)).toMatchObject({ status: 'paid' });
  await phone.close();
});

test('by the code of an SMS, without tapping anything', async () => {
  const sms = '080-1111-2222';
  const made = await steps.instructLink(shop, { deliver: { sms } });
  const message = await steps.arrived(rw, '+818011112222', REFERENCE);
  const code = /照会コード([\d-]+)/.exec(message.channel === 'sms' ? message.text : '')?.[1];
  const phone = await phoneFor('code', 'ja', false);
  const words = steps.wordsOf(phone);
  await phone.page.goto(`${rw.front.url}/r`);
  await phone.look('code');
  const check = async (typed: string) => {
    await phone.page.getByLabel(words.code).fill(typed);
    await phone.press(steps.button(phone, words.checkCode));
  };
  await check('1234 5678 9012');
  await phone.look('code-wrong');
  await check(code!);
  await steps.expectHeading(phone, words.genuine);
  const shown = await steps.text(phone);
  expect(shown).toContain('みほんチケット');
  expect(shown).toContain('第00000号');
  for (const secret of ['8,400', steps.REASON]) expect(shown).not.toContain(secret);
  await phone.look('genuine');
  await steps.answer(phone);
  expect(await steps.text(phone)).toContain('8,400円');
  expect(phone.page.url()).toContain('/l/');
  expect((await steps.read(shop, made.id)).link.locked).toBe(false);
  await phone.close();
});

test('with scripts: banks while typing, and the name as the bank will see it', async () => {
  const made = await steps.instructLink(shop);
  const phone = await phoneFor('typing');
  const words = steps.wordsOf(phone);
  await steps.openLink(phone, made);
  await steps.toMethods(phone);
  await steps.choose(phone, 'bankTransfer');
  const field = phone.page.getByLabel(words.bank);
  const said = phone.page.getByRole('status');
  await field.focus();
  // Low on the page, as the keyboard of a phone leaves it.
  await field.evaluate((each) => each.scrollIntoView());
  const place = async () => [
    await phone.page.evaluate<number>('scrollY'),
    (await field.boundingBox())?.y,
  ];
  const before = await place();
  await field.pressSequentially('yokohama');
  await steps.link(phone, /0138/).waitFor();
  expect(await place()).toEqual(before);
  expect(await field.evaluate((each) => each === each.ownerDocument.activeElement)).toBe(true);
  expect(await field.inputValue()).toBe('yokohama');
  const count = await phone.page.locator('#found').getByRole('link').count();
  expect(await said.textContent()).toBe(`${count}件見つかりました`);
  await phone.look('banks-typed');
  // Back from a bank, what was found is there again.
  await phone.press(steps.link(phone, /0138/));
  await phone.page.goBack();
  await steps.link(phone, /0138/).waitFor();
  expect(await field.inputValue()).toBe('yokohama');
  await field.fill('そんな銀行はない');
  await expect.poll(() => said.textContent()).toContain('見つかりませんでした');
  await field.fill('');
  await steps.link(phone, /0001/).waitFor();
  await field.fill('三菱');
  // What was shown before is gone once the answer is there: only then does nothing move any more.
  await steps.link(phone, /0001/).waitFor({ state: 'detached' });
  await phone.press(steps.link(phone, /三菱UFJ銀行 .*0005/));
  await phone.page.getByLabel(words.branch).fill('001');
  await phone.press(steps.link(phone, /001$/).first());
  await phone.page.getByLabel(words.familyName).pressSequentially('タロウ');
  await phone.page.getByLabel(words.givenName).pressSequentially('やまだ');
  await phone.page.getByText('タロウ　ヤマダ').waitFor();
  await phone.page.getByText(/逆ではありませんか/).waitFor();
  await phone.look('name-typed');
  await steps.enterAccount(phone);
  await steps.confirm(phone);
  await steps.expectHeading(phone, words.taken);
  await phone.close();
});

test.each(['ja', 'en'] as const)('the account of last time is one press: %s', async (locale) => {
  const link = { save_as: `member-${locale}`, locale };
  const first = await phoneFor('last-time-before', locale, false);
  await steps.receiveByBank(first, await steps.instructLink(shop, link));
  await first.close();
  const made = await steps.instructLink(shop, link);
  const phone = await phoneFor('last-time', locale, locale === 'en');
  const words = steps.wordsOf(phone);
  await steps.openLink(phone, made);
  await steps.toMethods(phone);
  await steps.choose(phone, 'bankTransfer');
  await phone.look('offered');
  await phone.press(steps.button(phone, words.useKnown));
  expect(await steps.text(phone)).not.toContain(steps.ACCOUNT.number);
  await phone.look('confirm');
  await steps.confirm(phone);
  await steps.expectHeading(phone, words.taken);
  expect(await shop.read(made.id)).toMatchObject({
    ...{ status: 'scheduled', destination: { account_number_last3: '567' } },
  });
  await phone.close();
});

test('a lost message comes again, to the registered address only; help is at hand', async () => {
  const email = 'lost@mihon.example';
  const made = await steps.instructLink(shop, { deliver: { email } });
  const first = await steps.arrived(rw, email, '8,400');
  const phone = await phoneFor('lost', 'ja', false);
  const words = steps.wordsOf(phone);
  await phone.page.goto(`${rw.front.url}/r`);
  await phone.page.getByLabel(words.code).fill(made.link.code);
  await phone.press(steps.button(phone, words.checkCode));
  await phone.press(steps.button(phone, 'もう一度送る'));
  await phone.look('sent-again');
  await expect.poll(() => rw.inbox.messages.filter(({ to }) => to === email).length).toBe(2);
  const again = rw.inbox.messages.find(({ to, id }) => to === email && id !== first.id);
  const opened = await steps.tapMail(rw, phone, again!);
  expect(opened.page.url()).toBe(made.link.url);
  await opened.press(steps.link(opened, 'こまったとき').first());
  await opened.look('help');
  await phone.close();
});
