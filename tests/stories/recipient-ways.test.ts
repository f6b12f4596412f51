// The other ways it goes on the recipient's phone: wrong answers, no wish for the money, no time,
// another address; and all that a person does by accident: twice, backwards, in two tabs, too late,
// in a tunnel.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Kept } from '../../simulators/inbox/kept.ts';
import type { Phone } from '../browser/phone.ts';
import * as steps from '../browser/recipient-steps.ts';
import { type RecipientWorld, SHOP_DESK, startRecipientWorld } from '../browser/recipient-world.ts';
import type { WorldShop } from '../world.ts';

let rw: RecipientWorld;
let shop: WorldShop;

beforeAll(async () => {
  rw = await startRecipientWorld();
  shop = await rw.openShop();
}, 60_000);

afterAll(() => rw.close());

const phoneFor: RecipientWorld['phone'] = (...asked) => rw.phone(...asked);

const linkCall = (id: string, call: string, body?: object) =>
  shop.client.post(`/v1/remittances/${id}/link/${call}`, body);

/** As far as the one calm page before money moves. */
async function toConfirm(phone: Phone, made: steps.LinkRemittance, number?: string) {
  await steps.openLink(phone, made);
  await steps.toMethods(phone);
  await steps.choose(phone, 'bankTransfer');
  await steps.findAccount(phone);
  await steps.enterAccount(phone, number === undefined ? {} : { number });
}

/** One outcome: the account of the number given, taken once. */
async function expectTakenOnce(id: string, number = steps.ACCOUNT.number): Promise<void> {
  const found = await shop.read(id);
  expect(found).toMatchObject({
    status: 'scheduled',
    destination: { account_number_last3: number.slice(-3) },
  });
  const types = found.timeline.map(({ type }) => type);
  expect(types.filter((type) => type === 'remittance.scheduled')).toHaveLength(1);
}

test('wrong answers lock it, nothing is told, the merchant lifts the lock', async () => {
  const email = 'locked@mihon.example';
  const made = await steps.instructLink(shop, { deliver: { email } });
  const phone = await phoneFor('locked', 'ja', false);
  const words = steps.wordsOf(phone);
  await steps.openLink(phone, made);
  for (let count = 0; count < 4; count++) await steps.answer(phone, `B-${count}`);
  expect(await steps.text(phone)).not.toContain('8,400');
  await phone.look('wrong-answer');
  await steps.answer(phone, 'B-9');
  await steps.openLink(phone, made);
  await steps.expectHeading(phone, words.locked);
  expect(await steps.text(phone)).toContain(SHOP_DESK);
  await phone.look('locked');
  expect((await steps.read(shop, made.id)).link.locked).toBe(true);
  await steps.arrived(rw, email, '手続きを止めました');
  await linkCall(made.id, 'unlock');
  await steps.openLink(phone, made);
  await steps.answer(phone);
  expect(await steps.text(phone)).toContain('8,400円');
  await phone.close();
});

test('declined: the money goes back at once, and it is told in writing', async () => {
  const before = await shop.balance();
  const email = 'decline@mihon.example';
  const made = await steps.instructLink(shop, { deliver: { email } });
  const phone = await phoneFor('decline', 'ja', false);
  const words = steps.wordsOf(phone);
  await steps.openLink(phone, made);
  await steps.answer(phone);
  await phone.press(steps.link(phone, words.decline));
  await phone.look('sure');
  await phone.press(steps.button(phone, words.declineNow));
  await steps.expectHeading(phone, words.declined);
  await phone.look('declined');
  await phone.close();
  expect(await steps.read(shop, made.id)).toMatchObject({
    ...{ status: 'canceled', status_reason: 'recipient_declined' },
  });
  expect(await shop.balance()).toEqual(before);
  await steps.arrived(rw, email, '受け取らない手続きが終わりました');
});

test('reminded on the days said, then too late: the money is back the same day', async () => {
  const own = await rw.openShop('bank');
  const email = 'late@mihon.example';
  const before = await own.balance();
  const link = { expires_in_days: 10, deliver: { email } };
  const made = await steps.instructLink(own, link);
  const mails = () => rw.inbox.messages.filter(({ to }) => to === email).length;
  await steps.arrived(rw, email, '受け取り方をお選びください');
  const seen: number[] = [];
  // Told on day 0, reminded on days 3, 7 and 8, two before the last, at ten o'clock.
  for (const days of [2, 2, 5, 1]) {
    await own.clock({ advance: `P${days}D` });
    seen.push(mails());
  }
  expect(seen).toEqual([1, 2, 4, 4]);
  expect(await steps.read(own, made.id)).toMatchObject({ status: 'awaiting_recipient' });
  await own.clock({ advance: 'PT24H' });
  expect(await steps.read(own, made.id)).toMatchObject({
    ...{ status: 'expired', status_reason: 'link_expired' },
  });
  expect(await own.balance()).toEqual(before);
  await steps.arrived(rw, email, '期限が過ぎました');
  const phone = await phoneFor('over', 'en');
  await steps.openLink(phone, made);
  await steps.expectHeading(phone, steps.wordsOf(phone).over);
  expect(await steps.text(phone)).toContain(SHOP_DESK);
  await phone.look('over');
  await phone.close();
});

test('extended in time, it is open after its first last day, and reminders say so', async () => {
  const own = await rw.openShop('bank');
  const email = 'extended@mihon.example';
  const made = await steps.instructLink(own, { expires_in_days: 2, deliver: { email } });
  const path = `/v1/remittances/${made.id}/link/extend`;
  const extended = await own.client.post(path, { expires_in_days: 6 });
  expect(extended.status, extended.text).toBe(200);
  await own.clock({ advance: 'P5D' });
  const { expires_at } = (await steps.read(own, made.id)).link as unknown as { expires_at: string };
  const lastDay = Temporal.PlainDate.from(expires_at.slice(0, 10)).subtract({ days: 1 });
  const reminders = rw.inbox.messages.filter(
    (kept) => kept.to === email && kept.channel === 'mail' && kept.subject.includes('まだです'),
  );
  expect(reminders).toHaveLength(2);
  for (const kept of reminders as Extract<Kept, { channel: 'mail' }>[]) {
    expect(kept.text).toContain(`${lastDay.month}月${lastDay.day}日`);
  }
  const phone = await phoneFor('extended');
  await steps.receiveByBank(phone, made);
  await phone.close();
});

test('withdrawn by the merchant: it is told in writing, and its page and code say so', async () => {
  const own = await rw.openShop('bank');
  const email = 'withdrawn@mihon.example';
  const made = await steps.instructLink(own, { deliver: { email } });
  await steps.arrived(rw, email, '受け取り方をお選びください');
  const canceled = await own.client.post(`/v1/remittances/${made.id}/cancel`);
  expect(canceled.status, canceled.text).toBe(200);
  await own.clock({ advance: 'P4D' });
  await steps.arrived(rw, email, '取りやめました');
  expect(rw.inbox.messages.filter(({ to }) => to === email)).toHaveLength(2);
  const phone = await phoneFor('withdrawn', 'ja', false);
  const words = steps.wordsOf(phone);
  // No question is asked any more, and nothing told of the payment.
  await steps.openLink(phone, made);
  await steps.expectHeading(phone, words.withdrawn);
  expect(await steps.text(phone)).toContain(SHOP_DESK);
  expect(await steps.text(phone)).not.toContain('8,400');
  await phone.look('withdrawn');
  await phone.page.goto(`${rw.front.url}/r`);
  await phone.page.getByLabel(words.code).fill(made.link.code);
  await phone.press(steps.button(phone, words.checkCode));
  await steps.expectHeading(phone, words.withdrawn);
  await phone.look('withdrawn-code');
  await phone.close();
});

test('reissued to another address: the old link and its code are dead', async () => {
  const made = await steps.instructLink(shop, { deliver: { email: 'old@mihon.example' } });
  const phone = await phoneFor('reissued', 'ja', false);
  const words = steps.wordsOf(phone);
  await steps.openLink(phone, made);
  await steps.answer(phone);
  const email = 'new@mihon.example';
  expect((await linkCall(made.id, 'reissue', { deliver: { email } })).status).toBe(200);
  await phone.page.reload();
  await steps.expectHeading(phone, words.killed);
  await phone.look('killed');
  await phone.page.goto(`${rw.front.url}/r`);
  await phone.page.getByLabel(words.code).fill(made.link.code);
  await phone.press(steps.button(phone, words.checkCode));
  await steps.expectHeading(phone, words.killed);
  const mail = await steps.arrived(rw, email, '新しいお受け取り手続きページ');
  const fresh = await steps.tapMail(rw, phone, mail);
  expect(fresh.page.url()).not.toBe(made.link.url);
  await steps.answer(fresh);
  expect(await steps.text(fresh)).toContain('8,400円');
  await phone.close();
});

test('pressed twice, it is taken once', async () => {
  const made = await steps.instructLink(shop);
  const phone = await phoneFor('twice');
  await toConfirm(phone, made);
  await steps.button(phone, steps.wordsOf(phone).confirmBank).dblclick();
  await steps.expectHeading(phone, steps.wordsOf(phone).taken);
  await expectTakenOnce(made.id);
  await phone.close();
});

test.each([true, false])(
  'back from the end leads to how it stands now, scripts: %s',
  async (on) => {
    const made = await steps.instructLink(shop);
    const phone = await phoneFor('back', 'ja', on);
    await toConfirm(phone, made);
    await steps.confirm(phone);
    await steps.expectHeading(phone, steps.wordsOf(phone).taken);
    await phone.page.goBack();
    await steps.expectHeading(phone, steps.wordsOf(phone).taken);
    await expectTakenOnce(made.id);
    await phone.close();
  },
);

test('two tabs with two accounts: the first press counts, the second is shown it', async () => {
  const made = await steps.instructLink(shop);
  const phone = await phoneFor('tabs');
  await toConfirm(phone, made);
  const other = phone.withPage(await phone.context.newPage());
  await steps.openLink(other, made);
  await other.press(steps.link(other, steps.wordsOf(other).toMethods));
  await steps.choose(other, 'bankTransfer');
  await steps.findAccount(other);
  await steps.enterAccount(other, { number: '7654321' });
  await steps.confirm(phone);
  await steps.confirm(other);
  await steps.expectHeading(other, steps.wordsOf(other).taken);
  expect(await steps.text(other)).toContain('****567');
  await expectTakenOnce(made.id);
  await phone.close();
});

test.each(['ja', 'en'] as const)(
  'left alone too long, it asks again and sends nothing: %s',
  async (locale) => {
    const made = await steps.instructLink(shop);
    const phone = await phoneFor('session-over', locale, false);
    const words = steps.wordsOf(phone);
    await toConfirm(phone, made);
    // As browsers do with a cookie whose time is over.
    await phone.context.clearCookies({ name: /^receive_(?!draft|lang)/ });
    await steps.confirm(phone);
    expect(await steps.text(phone)).toContain(words.sessionOver);
    await phone.look('asked-again');
    expect(await steps.read(shop, made.id)).toMatchObject({ status: 'awaiting_recipient' });
    await steps.answer(phone);
    expect(await steps.text(phone)).toContain('8,400');
    await phone.close();
  },
);

test('in a tunnel after the press, it is taken once and the link says so', async () => {
  const made = await steps.instructLink(shop);
  const phone = await phoneFor('tunnel');
  await toConfirm(phone, made);
  const lost = rw.front.lost;
  rw.front.loseAnswers(1);
  await steps.button(phone, steps.wordsOf(phone).confirmBank).click();
  await expect.poll(() => rw.front.lost).toBe(lost + 1);
  await steps.openLink(phone, made);
  await steps.expectHeading(phone, steps.wordsOf(phone).taken);
  await expectTakenOnce(made.id);
  await phone.close();
});

test('by keyboard alone', async () => {
  const made = await steps.instructLink(shop);
  const phone = await phoneFor('keyboard');
  const words = steps.wordsOf(phone);
  const { page } = phone;
  await steps.openLink(phone, made);
  /** Tab until it has the focus, then what a keyboard does there. */
  const reach = async (target: ReturnType<typeof steps.button>) => {
    for (let presses = 0; presses < 60; presses++) {
      await page.keyboard.press('Tab');
      if (await target.evaluate((each) => each === each.ownerDocument.activeElement)) return;
    }
    throw new Error('the keyboard does not get there');
  };
  const go = async (target: ReturnType<typeof steps.button>) => {
    await reach(target);
    await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
  };
  const type = async (label: string | RegExp, typed: string) => {
    await reach(page.getByLabel(label));
    await page.keyboard.insertText(typed);
  };
  await type(steps.QUESTION.label, steps.QUESTION.value);
  await go(steps.button(phone, words.answer));
  await go(steps.link(phone, words.toMethods));
  await go(steps.button(phone, words.bankTransfer));
  await type(words.bank, 'mitsubishi');
  await go(steps.button(phone, words.search));
  await go(steps.link(phone, /三菱UFJ銀行 .*0005/));
  await type(words.branch, '001');
  await go(steps.button(phone, words.search));
  await go(steps.link(phone, /001$/).first());
  await type(words.number, steps.ACCOUNT.number);
  await type(words.familyName, steps.ACCOUNT.familyName);
  await type(words.givenName, steps.ACCOUNT.givenName);
  await go(steps.button(phone, words.next));
  await go(steps.button(phone, words.confirmBank));
  await steps.expectHeading(phone, words.taken);
  await expectTakenOnce(made.id);
  await phone.close();
});

test('an address that is nobody’s tells nothing and leads on', async () => {
  const phone = await phoneFor('unknown', 'en', false);
  await phone.page.goto(`${rw.front.url}/l/100001${'x'.repeat(43)}`);
  await phone.look('unknown');
  await phone.press(phone.page.getByRole('main').getByRole('link'));
  await phone.page.getByLabel(steps.wordsOf(phone).code).waitFor();
  await phone.close();
});

test('a way that cannot carry the amount says so before it is chosen', async () => {
  const methods = ['bank_transfer', 'atm_cash', 'au_pay'];
  const made = await steps.instructLink(shop, { methods }, 120_000);
  const phone = await phoneFor('closed-ways', 'ja', false);
  const words = steps.wordsOf(phone);
  await steps.openLink(phone, made);
  await steps.toMethods(phone);
  await phone.look('methods');
  const shown = await steps.text(phone);
  expect(shown.match(/1回100,000円までの受け取り方です/g)).toHaveLength(2);
  expect(await steps.button(phone, words.atmCash).count()).toBe(0);
  expect(await steps.button(phone, words.bankTransfer).count()).toBe(1);
  await phone.close();
});

test.each(['/r', 'link'])('the first page weighs little, cold: %s', async (first) => {
  const made = await steps.instructLink(shop);
  const phone = await phoneFor('weight');
  const devtools = await phone.context.newCDPSession(phone.page);
  await devtools.send('Network.enable');
  let [bytes, requests] = [0, 0];
  devtools.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
    requests += 1;
  });
  const url = first === 'link' ? made.link.url : `${rw.front.url}${first}`;
  await phone.page.goto(url);
  expect(requests).toBeGreaterThanOrEqual(2);
  expect(requests).toBeLessThanOrEqual(4);
  expect(bytes).toBeGreaterThan(1_000);
  expect(bytes).toBeLessThanOrEqual(30 * 1_024);
  await phone.close();
});
