// What recipients of links are sent, seen in their inbox: the reminder ladder of link and shop, the
// other address where one takes no message, and that the shop withdrew it.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tokyoDate, tokyoInstant, tokyoTimestamp } from '../../server/base/clock.ts';
import { updateSettings } from '../../server/merchants/open-shop.ts';
import { receiveMailReport } from '../../server/messages/receive-mail-report.ts';
import { returnedMail } from '../../server/messages/test-returned-mail.ts';
import { type Inbox, startInbox } from '../../simulators/inbox/inbox.ts';
import { type Front, startFront } from '../browser/front.ts';
import { startWorld, type World, type WorldShop } from '../world.ts';

let inbox: Inbox;
let front: Front;
let world: World;

beforeAll(async () => {
  [inbox, front] = await Promise.all([startInbox(), startFront()]);
  world = await startWorld({
    KAWASE_PUBLIC_URL: front.url,
    KAWASE_SANDBOX_SMTP_URL: inbox.smtpUrl,
    KAWASE_SANDBOX_MAIL_FROM: 'soukin@mihon.example',
    KAWASE_SANDBOX_SMS_URL: inbox.url,
    KAWASE_SANDBOX_SMS_ACCOUNT: inbox.smsAccount.sid,
    KAWASE_SANDBOX_SMS_TOKEN: inbox.smsAccount.token,
    KAWASE_SANDBOX_SMS_FROM: '+815012345678',
  });
  front.leadTo(world.url);
});

afterAll(async () => {
  await world.close();
  await Promise.all([inbox.close(), front.close()]);
});

interface Made {
  readonly id: string;
  readonly email: string;
  /** By which way each message came since the last time it was asked, oldest first. */
  arrived(): string[];
}

let people = 0;
const mobileOf = (person: number) => `+8190123${`${person}`.padStart(5, '0')}`;

/** A link to somebody new, by mail and SMS. */
async function make(shop: WorldShop, more: object = {}): Promise<Made> {
  people += 1;
  const email = `person-${people}@mihon.example`;
  const mobile = mobileOf(people);
  const destination = {
    ...{ type: 'link', methods: ['bank_transfer'], expires_in_days: 20 },
    ...{ deliver: { email, sms: mobile.replace('+81', '0') }, ...more },
  };
  const made = await shop.instruct({ more: { destination } });
  expect(made.status, made.text).toBe(201);
  let seen = 0;
  const arrived = () => {
    const all = inbox.messages.filter(({ to }) => to === email || to === mobile).toReversed();
    const fresh = all.slice(seen).map(({ channel }) => channel);
    seen = all.length;
    return fresh.sort();
  };
  return { id: made.body.id, email, arrived };
}

/** Past ten, when reminders go out: so the days are the same whenever this runs. */
async function openShop(): Promise<WorldShop> {
  const shop = await world.openShop('http');
  const tomorrow = tokyoDate(world.core.wall()).add({ days: 1 });
  await shop.jumpTo(tokyoTimestamp(tokyoInstant(tomorrow, '12:00')));
  await shop.fund(1_000_000);
  return shop;
}

/** What came on each of these days, counted from the day before each. */
async function overDays(shop: WorldShop, { arrived }: Made, spans: readonly number[]) {
  await shop.clock({ advance: 'PT1S' });
  const found = [arrived()];
  for (const days of spans) {
    await shop.clock({ advance: `P${days}D` });
    found.push(arrived());
  }
  return found;
}

const linkOf = async (shop: WorldShop, id: string) =>
  (await shop.read(id)).link as { readonly reminders: unknown };

test('as usual: a mail, then an SMS, before the end by both', async () => {
  const shop = await openShop();
  const made = await make(shop, { expires_in_days: 11 });
  expect(await overDays(shop, made, [2, 1, 4, 2])).toEqual([
    ...[['mail', 'sms'], [], ['mail'], ['sms'], ['mail', 'sms']],
  ]);
});

test('the shop has its own ladder, a link another one, or none', async () => {
  const shop = await openShop();
  const { core } = world;
  const { shopId } = shop.shop;
  const ladder = [{ after: 1, channel: 'sms' }] as const;
  await updateSettings(core, shopId, { reminders: ladder }, 'test');
  const usual = await make(shop);
  const own = await make(shop, { reminders: [{ days_before_expiry: 18, channel: 'mail' }] });
  const never = await make(shop, { reminders: [] });
  expect((await linkOf(shop, usual.id)).reminders).toEqual([{ days_after: 1, channel: 'sms' }]);
  expect((await linkOf(shop, own.id)).reminders).toEqual([
    { days_before_expiry: 18, channel: 'mail' },
  ]);
  expect((await linkOf(shop, never.id)).reminders).toEqual([]);
  await shop.clock({ advance: 'PT1S' });
  for (const each of [usual, own, never]) expect(each.arrived()).toEqual(['mail', 'sms']);
  await shop.clock({ advance: 'P3D' });
  expect([usual.arrived(), own.arrived(), never.arrived()]).toEqual([['sms'], ['mail'], []]);
  await shop.client.post(`/v1/remittances/${own.id}/link/extend`, { expires_in_days: 19 });
  await shop.client.post(`/v1/remittances/${own.id}/link/reissue`, {});
  await shop.clock({ advance: 'P2D' });
  expect(own.arrived()).toEqual(['mail', 'mail', 'sms']);
});

test.each([
  ['a rung without a day', [{ channel: 'mail' }]],
  ['two days', [{ days_after: 1, days_before_expiry: 1, channel: 'mail' }]],
  ['no such channel', [{ days_after: 1, channel: 'fax' }]],
  ['eleven rungs', Array(11).fill({ days_after: 1, channel: 'mail' })],
])('%s is refused', async (_name, reminders) => {
  const shop = await openShop();
  const destination = { type: 'link', methods: ['bank_transfer'], reminders };
  expect((await shop.instruct({ more: { destination } })).status).toBe(422);
});

test('a mail address that takes nothing: the reminders go by SMS, on their days', async () => {
  const shop = await openShop();
  inbox.setFault({ kind: 'reject_recipient', to: `person-${people + 1}@mihon.example` });
  const made = await make(shop, {
    reminders: [
      { days_after: 1, channel: 'mail' },
      { days_after: 2, channel: 'both' },
    ],
  });
  expect(await overDays(shop, made, [1, 1])).toEqual([['sms'], ['sms'], ['sms']]);
  await shop.client.post(`/v1/remittances/${made.id}/link/extend`, { expires_in_days: 9 });
  expect(await overDays(shop, made, [2])).toEqual([[], ['sms', 'sms']]);
  inbox.clearFaults();
});

test('a reminder that finds the mailbox gone goes by SMS the same day', async () => {
  const shop = await openShop();
  const made = await make(shop, { reminders: [{ days_after: 1, channel: 'mail' }] });
  await shop.clock({ advance: 'PT1S' });
  expect(made.arrived()).toEqual(['mail', 'sms']);
  inbox.setFault({ kind: 'reject_recipient', to: made.email });
  await shop.clock({ advance: 'P2D' });
  expect(made.arrived()).toEqual(['sms']);
  inbox.clearFaults();
});

test('a number that takes no SMS: the reminders go by mail', async () => {
  const shop = await openShop();
  inbox.setFault({ kind: 'not_mobile', to: mobileOf(people + 1) });
  const made = await make(shop, { reminders: [{ days_after: 1, channel: 'sms' }] });
  expect(await overDays(shop, made, [2])).toEqual([['mail'], ['mail']]);
  inbox.clearFaults();
});

const withdrawals = (email: string) =>
  inbox.messages.filter(
    (kept) => kept.to === email && kept.channel === 'mail' && kept.text.includes('取りやめました'),
  );

const cancel = async (shop: WorldShop, id: string) =>
  expect((await shop.client.post(`/v1/remittances/${id}/cancel`)).status).toBe(200);

test('withdrawn: whoever was told of it is told so, by the ways that reached them', async () => {
  const shop = await openShop();
  const made = await make(shop);
  await shop.clock({ advance: 'PT1S' });
  expect(made.arrived()).toEqual(['mail', 'sms']);
  await cancel(shop, made.id);
  await cancel(shop, made.id);
  await shop.clock({ advance: 'P4D' });
  expect(made.arrived()).toEqual(['mail', 'sms']);
  expect(withdrawals(made.email)).toHaveLength(1);
  expect(await linkOf(shop, made.id)).toMatchObject({ status: 'withdrawn' });
});

test('withdrawn where one way did not reach them: by the other; by none, nothing', async () => {
  const shop = await openShop();
  for (const to of [1, 2]) {
    inbox.setFault({ kind: 'reject_recipient', to: `person-${people + to}@mihon.example` });
  }
  inbox.setFault({ kind: 'not_mobile', to: mobileOf(people + 2) });
  const [half, none] = [await make(shop), await make(shop)];
  await shop.clock({ advance: 'PT1S' });
  expect([half.arrived(), none.arrived()]).toEqual([['sms'], []]);
  inbox.clearFaults();
  await cancel(shop, half.id);
  await cancel(shop, none.id);
  await shop.clock({ advance: 'PT1S' });
  expect([half.arrived(), none.arrived()]).toEqual([['sms'], []]);
});

test('a link of the merchant’s own channel is withdrawn without a word of ours', async () => {
  const shop = await openShop();
  const made = await make(shop, { deliver: {} });
  await cancel(shop, made.id);
  await shop.clock({ advance: 'PT1S' });
  expect(made.arrived()).toEqual([]);
  expect(await linkOf(shop, made.id)).toMatchObject({ status: 'withdrawn' });
});

interface Told extends Record<'message' | 'channel' | 'to' | 'at', string> {}

const deliveryOf = async (shop: WorldShop, id: string) => (await shop.read(id)).delivery as Told[];

/** By message and channel: which of two goes out first is nobody's promise. */
const inOrder = (told: readonly Told[]) =>
  told.toSorted((left, right) =>
    left.message + left.channel < right.message + right.channel ? -1 : 1,
  );

test('what bounced, where and why, is on the remittance and in the event', async () => {
  const shop = await openShop();
  inbox.setFault({ kind: 'reject_recipient', to: `person-${people + 1}@mihon.example` });
  const made = await make(shop, { reminders: [{ days_after: 3, channel: 'mail' }] });
  await shop.clock({ advance: 'PT1S' });
  const reason = 'smtp_550_5.1.1';
  const delivery = await deliveryOf(shop, made.id);
  expect(inOrder(delivery)).toEqual([
    expect.objectContaining({ message: 'receive_link', channel: 'mail', state: 'bounced', reason }),
    expect.objectContaining({ message: 'receive_link', channel: 'sms', reason: null }),
    expect.objectContaining({ message: 'receive_reminder', channel: 'sms', state: 'queued' }),
  ]);
  expect(delivery.map(({ at }) => at)).toEqual(delivery.map(({ at }) => at).toSorted());
  for (const { to } of delivery) expect(to).toContain('•');
  const { body } = await shop.client.get<{ data: { type: string; data: object }[] }>('/v1/events');
  const told = body.data.find(({ type }) => type === 'remittance.message_bounced');
  expect(told?.data).toMatchObject({
    ...{ id: made.id, status: 'awaiting_recipient', link: null },
    delivery: [{ message: 'receive_link', channel: 'mail', state: 'bounced', reason }],
  });
  inbox.clearFaults();
  // What the former address did stays told after another one was given.
  const deliver = { email: 'fresh@mihon.example' };
  await shop.client.post(`/v1/remittances/${made.id}/link/reissue`, { deliver });
  await shop.clock({ advance: 'PT1S' });
  expect(inOrder(await deliveryOf(shop, made.id))).toEqual([
    expect.objectContaining({ message: 'link_reissued', channel: 'mail', state: 'sent' }),
    expect.objectContaining({ message: 'receive_link', channel: 'mail', state: 'bounced' }),
    expect.objectContaining({ message: 'receive_link', channel: 'sms' }),
    expect.objectContaining({ message: 'receive_reminder', channel: 'mail', state: 'queued' }),
  ]);
});

test('a bank transfer has nobody to tell; its answer says so from the first', async () => {
  const shop = await openShop();
  const made = await shop.instruct();
  expect(made.body.delivery).toEqual([]);
  expect(await deliveryOf(shop, made.body.id)).toEqual([]);
});

test('a mail that comes back later is told on the remittance, once', async () => {
  const shop = await openShop();
  const { core } = world;
  const made = await make(shop, { reminders: [{ days_after: 1, channel: 'mail' }] });
  await shop.clock({ advance: 'PT1S' });
  expect(made.arrived()).toEqual(['mail', 'sms']);
  const [mail] = await core.db.query<{ provider_id: string }>(
    `select provider_id from message where shop_id = $1 and channel = 'mail' and status = 'sent'`,
    [shop.shop.shopId],
  );
  const deps = { ...core.messages, shops: core.shops };
  const back = () => receiveMailReport(deps, returnedMail(mail!.provider_id));
  expect(await back()).toMatchObject({ ended: { status: 'bounced', reason: 'dsn_5.1.1' } });
  expect(await back()).toEqual({ nothing: 'known_already' });
  const elsewhere = mail!.provider_id.replace(shop.shop.shopId, crypto.randomUUID());
  expect(await receiveMailReport(deps, returnedMail(elsewhere))).toEqual({ nothing: 'not_ours' });
  expect((await shop.read(made.id)).delivery).toContainEqual(
    expect.objectContaining({ channel: 'mail', state: 'bounced', reason: 'dsn_5.1.1' }),
  );
  await shop.clock({ advance: 'P1D' });
  expect(made.arrived()).toEqual(['sms']);
});
