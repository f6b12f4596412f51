// Bank transfers whose account the recipient gives, on a phone: the mail, the page, the account, the
// money. With scripts and without, in Japanese and English; days pass by the sandbox's clock.
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

/** 7月2日（木）, or Thu 2 July. */
function dayInWords(locale: 'ja' | 'en', isoDate: string): string {
  const day = Temporal.PlainDate.from(isoDate);
  return locale === 'ja'
    ? `${day.month}月${day.day}日（${'月火水木金土日'[day.dayOfWeek - 1]}）`
    : day.toLocaleString('en-GB', { weekday: 'short', day: 'numeric', month: 'long' });
}

describe.each([
  { locale: 'ja', hasScripts: false },
  { locale: 'ja', hasScripts: true },
  { locale: 'en', hasScripts: false },
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
    await phone.press(steps.link(phone, /三菱ＵＦＪ .*0005/));
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
