// Messages end to end: queued in deeds on a real PostgreSQL, sent by the worker over real SMTP and
// HTTP to the inbox simulator; retries, bounces, cancelling, reminders on a moved shop clock,
// status callbacks. The callback's route is server/api/hooks/sms.test.ts.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as bodyOf } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Inbox, startInbox } from '../../simulators/inbox/inbox.ts';
import type { KeptMail, KeptSms } from '../../simulators/inbox/kept.ts';
import { type TestDatabase, testDatabase } from '../../tests/database.ts';
import { createVault, newKeyring } from '../base/crypto.ts';
import { type Database, openDatabase } from '../base/database.ts';
import { createDeeds, openHead } from '../base/deed.ts';
import { uuidv7 } from '../base/ids.ts';
import { createWorker, type Worker } from '../base/worker.ts';
import type { Content } from './content.ts';
import { createMailSender, type MailSender } from './mail-sender.ts';
import type { Message } from './message.ts';
import { markSent } from './message-store.ts';
import { SAMPLE_OPERATOR_NOTICE } from './operator-notice.ts';
import { cancelMessages, messagesOf, type NewMessage, queueMessage } from './queue-message.ts';
import { receiveSmsReport } from './receive-sms-report.ts';
import { type MessageDeps, messageHandlers, type Senders, sendMessage } from './send-message.ts';
import { createSmsSender, smsCallbackPath } from './sms-sender.ts';
import { smsSignature } from './sms-signature.ts';

const START = Temporal.Instant.from('2026-11-24T08:00+09:00');
const MAIL_TO = 'hanako@example.jp';
const SMS_TO = '+819012345678';
const link: Content = {
  kind: 'receive_link',
  shopName: 'みほんチケット',
  shopContact: 'お客さま窓口 0120-111-222',
  reason: '秋の公演中止の払い戻し',
  amountYen: 8400,
  url: 'https://pay.example.jp/r/a1B2c3',
  referenceCode: '123456789012',
  checkUrl: 'https://pay.example.jp/r',
  lastDay: '2026-12-10',
};

let place: TestDatabase;
let db: Database;
let inbox: Inbox;
let hook: Server;
let publicUrl: string;
let mail: MailSender;
let worker: Worker;
let deps: MessageDeps;
let senders: Senders;
let shopId: string;
let objectId: string;
let now = START;
const errors: unknown[] = [];
const bounced: Message[] = [];
const vault = createVault(newKeyring());

beforeAll(async () => {
  place = await testDatabase();
  db = openDatabase({ url: place.url, maxConnections: 8 });
  inbox = await startInbox();
  const deeds = createDeeds(db, () => now);
  deps = {
    ...{ deeds, vault, operator: SAMPLE_OPERATOR_NOTICE, random: () => 0 },
    senders: async () => senders,
    onBounce: async (_tx, message) => void bounced.push(message),
  };
  hook = createServer(async (request, response) => {
    const [, , , callShopId = '', messageId = ''] = request.url!.split('/');
    const signature = `${request.headers['x-twilio-signature']}`;
    const call = { shopId: callShopId, messageId, body: await bodyOf(request), signature };
    // Reports come when they come, also into a later test that has taken the channel away.
    const reached = { ...deps, senders: async () => ({ mail, sms: smsSender() }) };
    await receiveSmsReport(reached, call).catch((error: unknown) => void errors.push(error));
    response.end();
  });
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
  publicUrl = `http://127.0.0.1:${(hook.address() as AddressInfo).port}`;
  mail = createMailSender({
    ...{ smtpUrl: inbox.smtpUrl, from: 'no-reply@remit.example.jp' },
    timeoutMs: 10_000,
  });
  worker = createWorker({
    ...{ db, wall: () => now, handlers: messageHandlers(deps), concurrency: 4 },
    onError: (error) => void errors.push(error),
  });
});

afterAll(async () => {
  mail.close();
  hook.closeAllConnections();
  hook.close();
  await inbox.close();
  await db.close();
  await place.drop();
});

beforeEach(async () => {
  shopId = uuidv7();
  objectId = uuidv7();
  await openHead(db, shopId);
  senders = { mail, sms: smsSender() };
});

afterEach(async () => {
  inbox.clearFaults();
  now = START;
  bounced.length = 0;
  expect(errors.splice(0)).toEqual([]);
});

function smsSender(timeoutMs = 10_000) {
  const { sid: account, token } = inbox.smsAccount;
  const from = '+815012345678';
  return createSmsSender({ baseUrl: inbox.url, account, token, from, publicUrl, timeoutMs });
}

function queue(more: Partial<NewMessage> = {}): Promise<string> {
  const { channel = 'mail' } = more;
  const address = channel === 'mail' ? MAIL_TO : SMS_TO;
  return deps.deeds.run(shopId, (tx) =>
    queueMessage(tx, vault, {
      ...{ objectId, channel, address, locale: 'ja', content: link, ...more },
    }),
  );
}

const work = () => worker.drainShop(shopId);
const sent = () => messagesOf({ db, vault }, shopId, objectId);
const statuses = async () => (await sent()).map(({ status, reason }) => [status, reason]);
const mails = () => inbox.messages.filter((one) => one.channel === 'mail') as KeptMail[];
const texts = () => inbox.messages.filter((one) => one.channel === 'sms') as KeptSms[];

/** The wall clock goes on, and every shop's with it. */
function pass(duration: Temporal.DurationLike): void {
  now = now.add(duration);
}

async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  const endsAt = Date.now() + 5_000;
  while (!(await isSo())) {
    if (Date.now() > endsAt) throw new Error('it did not come to pass');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

test('a mail arrives as meant, in Japanese, from the shop, and its data is gone', async () => {
  const messageId = await queue();
  expect(await statuses()).toEqual([['queued', null]]);
  await work();
  const [kept] = mails();
  expect(kept).toMatchObject({
    from: { name: 'みほんチケット', address: 'no-reply@remit.example.jp' },
    to: MAIL_TO,
    subject: '【みほんチケット】秋の公演中止の払い戻し 8,400円のお受け取り手続き',
  });
  expect(kept!.text).toContain('\nhttps://pay.example.jp/r/a1B2c3\n');
  expect(kept!.html).toContain('<a href="https://pay.example.jp/r/a1B2c3"');
  expect(kept!.headers['message-id']).toBe(`<${messageId}.${shopId}@remit.example.jp>`);
  expect(kept!.headers['auto-submitted']).toBe('auto-generated');
  expect(await sent()).toMatchObject([
    { status: 'sent', attempts: 1, maskedAddress: 'h•••@example.jp', kind: 'receive_link' },
  ]);
  const rows = await db.query<{ text: string }>(
    'select message::text as text from message where shop_id = $1 and data_sealed is null',
    [shopId],
  );
  expect(rows).toHaveLength(1);
  expect(rows[0]!.text).not.toContain('hanako');
});

test('an address that breaks the rules of mail, as carriers gave out, is reached', async () => {
  await queue({ address: 'taro..yamada.@docomo.example' });
  await work();
  expect(mails()[0]!.to).toBe('taro..yamada.@docomo.example');
});

test('an SMS arrives, and the status callback makes it delivered', async () => {
  await queue({ channel: 'sms' });
  await work();
  expect(texts()[0]).toMatchObject({ to: SMS_TO, from: '+815012345678' });
  expect(texts()[0]!.text).toContain('照会コード1234-5678-9012');
  await until(async () => (await sent())[0]!.status === 'delivered');
  expect(await sent()).toMatchObject([
    { status: 'delivered', providerId: texts()[0]!.id, maskedAddress: '090••••5678' },
  ]);
});

test('nothing is queued by a deed that fails', async () => {
  const failing = deps.deeds.run(shopId, async (tx) => {
    const message = { objectId, channel: 'mail', address: MAIL_TO, locale: 'ja' } as const;
    await queueMessage(tx, vault, { ...message, content: link });
    throw new Error('the deed fails');
  });
  await expect(failing).rejects.toThrow('the deed fails');
  expect(await sent()).toEqual([]);
  expect(await work()).toBe(0);
});

test('an address that was not read first is a bug', async () => {
  await expect(queue({ address: 'a@b.jp\r\nBcc: c@d.jp' })).rejects.toThrow('wrong mail address');
  await expect(queue({ channel: 'sms', address: '0312345678' })).rejects.toThrow('wrong sms');
});

test('a refused recipient bounces at once and is told in the deed', async () => {
  inbox.setFault({ kind: 'reject_recipient', to: MAIL_TO });
  const messageId = await queue();
  await work();
  expect(await statuses()).toEqual([['bounced', 'smtp_550_5.1.1']]);
  expect(bounced).toMatchObject([{ messageId, objectId, kind: 'receive_link', channel: 'mail' }]);
  pass({ hours: 48 });
  expect(await work()).toBe(0);
});

test('a refused content fails; it says nothing of the address', async () => {
  inbox.setFault({ kind: 'reject_content', times: 1 });
  await queue();
  await work();
  expect(await statuses()).toEqual([['failed', 'smtp_554_5.6.0']]);
  expect(bounced).toHaveLength(1);
});

test('a failing callback of a bounce undoes the bounce, and it is done again', async () => {
  inbox.setFault({ kind: 'reject_recipient' });
  let isFirst = true;
  const failing: MessageDeps = {
    ...deps,
    onBounce: async (tx, message) => {
      if (isFirst) {
        isFirst = false;
        throw new Error('not now');
      }
      await deps.onBounce(tx, message);
    },
  };
  const messageId = await queue();
  const claimed = {
    ...{ shopId, kind: 'messages.send', key: messageId, dueAt: now, payload: { messageId } },
    ...{ attempts: 1, version: 1, fence: 1 },
  };
  const run = () => sendMessage(failing, claimed, new AbortController().signal);
  await expect(run()).rejects.toThrow('not now');
  expect(await statuses()).toEqual([['queued', null]]);
  expect(await run()).toBe('done');
  expect(await statuses()).toEqual([['bounced', 'smtp_550_5.1.1']]);
  await work();
});

test('what is refused for now is tried again by the wall clock, with growing pauses', async () => {
  inbox.setFault({ kind: 'temporary', times: 2 });
  const before = mails().length;
  await queue();
  await work();
  expect(await statuses()).toEqual([['queued', 'smtp_451_4.7.1']]);
  // The shop's own clock does not hurry it.
  await db.run('update shop_head set clock_offset_ms = 864000000 where shop_id = $1', [shopId]);
  expect(await work()).toBe(0);
  pass({ seconds: 30 });
  await work();
  expect(await statuses()).toEqual([['queued', 'smtp_451_4.7.1']]);
  pass({ seconds: 30 });
  expect(await work()).toBe(0);
  pass({ seconds: 90 });
  await work();
  expect(await statuses()).toEqual([['sent', null]]);
  expect(mails()).toHaveLength(before + 1);
});

test('after a day of trying in vain it fails and is told', async () => {
  inbox.setFault({ kind: 'temporary' });
  await queue();
  let attempts = 0;
  for (let step = 0; step < 20; step++) {
    attempts += await work();
    pass({ hours: 13 });
  }
  expect(attempts).toBe(10);
  expect(await statuses()).toEqual([['failed', 'smtp_451_4.7.1']]);
  expect(bounced).toMatchObject([{ status: 'failed', attempts: 10 }]);
});

test('a lost answer sends again, with the same Message-ID', async () => {
  inbox.setFault({ kind: 'lose_answer', times: 1 });
  const messageId = await queue();
  await work();
  expect((await sent())[0]).toMatchObject({ status: 'queued', attempts: 1 });
  pass({ seconds: 30 });
  await work();
  expect((await sent())[0]).toMatchObject({ status: 'sent', attempts: 2 });
  const ids = mails().map(({ headers }) => headers['message-id']);
  expect(ids.filter((id) => id === `<${messageId}.${shopId}@remit.example.jp>`)).toHaveLength(2);
});

test('a server that is not there, and one that says nothing, are tried again', async () => {
  const gone = createMailSender({ smtpUrl: 'smtp://127.0.0.1:1', from: 'a@example.jp' });
  senders = { mail: gone, sms: null };
  await queue();
  await work();
  expect((await sent())[0]).toMatchObject({ status: 'queued', reason: 'smtp_esocket' });
  gone.close();
  senders = { mail, sms: smsSender(50) };
  inbox.setFault({ kind: 'delay', channel: 'sms', delayMs: 300, times: 1 });
  // A number of its own: the answer may come while the next test has faults for the usual one.
  await queue({ channel: 'sms', address: '+819087654321' });
  await work();
  expect((await sent())[1]).toMatchObject({ status: 'queued', reason: 'sms_no_answer' });
});

test('a channel that is not set up fails at once', async () => {
  senders = { mail: null, sms: null };
  await queue();
  await queue({ channel: 'sms' });
  await work();
  expect(await statuses()).toEqual([
    ['failed', 'channel_not_set_up'],
    ['failed', 'channel_not_set_up'],
  ]);
});

test('a landline bounces; throttling waits as long as it is told to', async () => {
  inbox.setFault({ kind: 'not_mobile', to: SMS_TO, times: 1 });
  await queue({ channel: 'sms' });
  await work();
  expect(await statuses()).toEqual([['bounced', 'sms_21614']]);
  inbox.setFault({ kind: 'throttle', to: SMS_TO, times: 1 });
  await queue({ channel: 'sms' });
  await work();
  pass({ seconds: 45 });
  expect(await work()).toBe(0);
  expect((await statuses())[1]).toEqual(['queued', 'sms_20429']);
  pass({ seconds: 15 });
  await work();
  await until(async () => (await sent())[1]!.status === 'delivered');
});

test('a phone that is not reached bounces by the callback', async () => {
  inbox.setFault({ kind: 'undeliverable', times: 1 });
  await queue({ channel: 'sms' });
  await work();
  await until(async () => (await sent())[0]!.status !== 'sent');
  expect(await statuses()).toEqual([['bounced', 'sms_30003']]);
  expect(bounced).toHaveLength(1);
});

test('callbacks are checked, come in any order and more than once', async () => {
  const messageId = await queue({ channel: 'sms' });
  await work();
  await until(async () => (await sent())[0]!.status === 'delivered');
  const call = (form: Record<string, string>, more: { token?: string; to?: string } = {}) => {
    const { token = inbox.smsAccount.token, to = messageId } = more;
    const body = new URLSearchParams({ MessageSid: texts()[0]!.id, ...form });
    const url = publicUrl + smsCallbackPath(shopId, messageId);
    const signature = smsSignature(token, url, body);
    return receiveSmsReport(deps, { shopId, messageId: to, body: body.toString(), signature });
  };
  const late = { MessageStatus: 'undelivered', ErrorCode: '30005' };
  await call(late);
  await call({ MessageStatus: 'sent' });
  await call({ MessageStatus: 'delivered' });
  expect(await statuses()).toEqual([['delivered', null]]);
  await expect(call(late, { token: 'another token' })).rejects.toThrow('signature_invalid');
  await expect(call(late, { to: uuidv7() })).rejects.toThrow('signature_invalid');
  expect(bounced).toEqual([]);
});

test('a callback that comes together with our note of the answer is never lost', async () => {
  const hour = now.add({ hours: 1 });
  const ids = await Promise.all(
    Array.from({ length: 12 }, () => queue({ channel: 'sms', dueAt: hour })),
  );
  await db.run('update message set attempts = 1 where shop_id = $1', [shopId]);
  await Promise.all(
    ids.flatMap((messageId, index) => {
      const MessageStatus = index % 2 === 0 ? 'delivered' : 'undelivered';
      const form = new URLSearchParams({ MessageSid: messageId, MessageStatus });
      const url = publicUrl + smsCallbackPath(shopId, messageId);
      const signature = smsSignature(inbox.smsAccount.token, url, form);
      const callback = { shopId, messageId, body: form.toString(), signature };
      return [
        markSent(db, shopId, { messageId, providerId: messageId, now }),
        receiveSmsReport(deps, callback),
      ];
    }),
  );
  const ended = await sent();
  for (const { messageId, status, providerId } of ended) {
    expect(status).toBe(ids.indexOf(messageId) % 2 === 0 ? 'delivered' : 'failed');
    expect(providerId).toBe(messageId);
  }
  expect(bounced).toHaveLength(6);
});

test('a callback that is quicker than our own note of the answer counts', async () => {
  inbox.setFault({ kind: 'lose_answer', times: 1 });
  const messageId = await queue({ channel: 'sms' });
  senders = { mail, sms: null };
  const sms = smsSender();
  const quick: MessageDeps = {
    ...deps,
    senders: async () => ({
      mail,
      sms: {
        ...sms,
        async send() {
          const body = new URLSearchParams({ MessageSid: 'SMquick', MessageStatus: 'delivered' });
          const url = publicUrl + smsCallbackPath(shopId, messageId);
          const signature = smsSignature(inbox.smsAccount.token, url, body);
          const callback = { shopId, messageId, body: body.toString(), signature };
          await receiveSmsReport({ ...deps, senders: async () => ({ mail, sms }) }, callback);
          return { kind: 'accepted', providerId: 'SMquick' } as const;
        },
      },
    }),
  };
  const claimed = {
    ...{ shopId, kind: 'messages.send', key: messageId, dueAt: now, payload: { messageId } },
    ...{ attempts: 1, version: 1, fence: 1 },
  };
  expect(await sendMessage(quick, claimed, new AbortController().signal)).toBe('done');
  expect(await sent()).toMatchObject([{ status: 'delivered', providerId: 'SMquick' }]);
});

test('reminders come due on the moved clock of the shop, and canceled ones never do', async () => {
  const reminder: Content = { ...link, kind: 'receive_reminder' };
  const before = mails().length;
  await queue();
  for (const days of [3, 7]) {
    await queue({ content: reminder, dueAt: now.add({ hours: 24 * days }) });
  }
  const otherId = uuidv7();
  await queue({ objectId: otherId, content: reminder, dueAt: now.add({ hours: 24 * 8 }) });
  await work();
  expect(mails()).toHaveLength(before + 1);
  const moveShop = (days: number) =>
    db.run('update shop_head set clock_offset_ms = $2 where shop_id = $1', [
      shopId,
      days * 86_400_000,
    ]);
  await moveShop(3);
  await work();
  expect(mails()).toHaveLength(before + 2);
  expect(mails()[0]!.subject).toContain('まだです');
  expect(await deps.deeds.run(shopId, (tx) => cancelMessages(tx, objectId))).toBe(1);
  await moveShop(9);
  await work();
  expect(await statuses()).toEqual([
    ['sent', null],
    ['sent', null],
    ['canceled', null],
  ]);
  expect(mails()).toHaveLength(before + 3);
  const shown = await messagesOf({ db, vault }, shopId, otherId);
  expect(shown.map(({ status }) => status)).toEqual(['sent']);
});

test('only the kinds named are canceled', async () => {
  await queue({ dueAt: now.add({ hours: 1 }) });
  await queue({ content: { ...link, kind: 'receive_reminder' }, dueAt: now.add({ hours: 1 }) });
  const canceled = await deps.deeds.run(shopId, (tx) =>
    cancelMessages(tx, objectId, ['receive_reminder']),
  );
  expect(canceled).toBe(1);
  expect((await statuses()).map(([status]) => status)).toEqual(['queued', 'canceled']);
});

test('what comes too late is not sent any more', async () => {
  const before = mails().length;
  inbox.setFault({ kind: 'temporary', times: 1 });
  await queue({ notAfter: now.add({ seconds: 20 }) });
  await work();
  pass({ seconds: 30 });
  await work();
  expect(await statuses()).toEqual([['canceled', 'too_late']]);
  expect(mails()).toHaveLength(before);
  expect(bounced).toEqual([]);
});
