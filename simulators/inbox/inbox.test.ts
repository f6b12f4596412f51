// The inbox on its own: its command line, control API, SMS wire and pages.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createTransport } from 'nodemailer';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Inbox, startInbox } from './inbox.ts';

let inbox: Inbox;

beforeEach(async () => {
  inbox = await startInbox();
});

afterEach(() => inbox.close());

const read = async (at: string) => await (await fetch(inbox.url + at)).text();

function postSms(form: Record<string, string>, token = inbox.smsAccount.token) {
  const { sid } = inbox.smsAccount;
  return fetch(`${inbox.url}/2010-04-01/Accounts/${sid}/Messages.json`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${sid}:${token}`).toString('base64')}` },
    body: new URLSearchParams(form),
  });
}

function control(method: string, at: string, body?: unknown, token = inbox.controlToken) {
  return fetch(`${inbox.url}/control/${at}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

async function sendMail(html: string, to = 'hanako@example.jp'): Promise<void> {
  const transport = createTransport({ host: '127.0.0.1', port: inbox.smtpPort, ignoreTLS: true });
  const from = { name: '<b>店</b>', address: 'shop@example.jp' };
  await transport.sendMail({ from, to, subject: '件名<script>', text: '本文', html });
}

test('a mail is listed and shown, shut in a frame where nothing runs', async () => {
  await sendMail('<p>本文 <a href="https://example.jp/r">開く</a></p><script>top.x=1</script>');
  const list = await read('/');
  expect(list).toContain('件名&#60;script&#62;');
  expect(list).not.toContain('<b>店');
  const [mail] = JSON.parse(await read('/messages?to=hanako@example.jp')) as { id: string }[];
  expect(JSON.parse(await read('/messages?to=x@example.jp'))).toEqual([]);
  const page = await read(`/message/${mail!.id}`);
  expect(page).toMatch(/<iframe [^>]*sandbox="allow-same-origin allow-popups/);
  const body = await fetch(`${inbox.url}/message/${mail!.id}/body`);
  expect(body.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(body.headers.get('content-security-policy')).not.toContain('allow-scripts');
  expect(await body.text()).toContain('href="https://example.jp/r"');
  expect(await read(`/message/${mail!.id}?view=text`)).toContain('<pre>本文');
});

test('an SMS is shown as on a phone, its address a link that ends where it ends', async () => {
  const text = '手続きは\nhttps://example.jp/r/abc\n<b>まで';
  const answer = await postSms({ To: '+819012345678', From: 'SHOP', Body: text });
  expect(answer.status).toBe(201);
  const { sid, status } = (await answer.json()) as { sid: string; status: string };
  expect([sid.slice(0, 2), status]).toEqual(['SM', 'queued']);
  const page = await read(`/message/${sid}`);
  expect(page).toContain('>https://example.jp/r/abc</a>\n&#60;b&#62;まで');
});

test('the SMS wire refuses as the real one does', async () => {
  const good = { To: '+819012345678', From: 'SHOP', Body: 'x' };
  const code = async (answer: Response) => ((await answer.json()) as { code: number }).code;
  expect(await code(await postSms(good, 'wrong'))).toBe(20003);
  expect(await code(await postSms({ ...good, To: '09012345678' }))).toBe(21211);
  expect(await code(await postSms({ ...good, Body: '' }))).toBe(21602);
  expect((await postSms({ ...good, Body: 'x'.repeat(70_000) })).status).toBe(400);
  expect(inbox.messages).toEqual([]);
});

test('faults strike whom they are for, as often as told, and only by the token', async () => {
  expect((await control('POST', 'faults', { kind: 'temporary' }, 'wrong')).status).toBe(401);
  expect((await control('POST', 'faults', { kind: 'no such' })).status).toBe(400);
  const fault = { kind: 'reject_recipient', to: 'hanako@example.jp', times: 1 };
  expect((await control('POST', 'faults', fault)).status).toBe(201);
  await sendMail('x', 'taro@example.jp');
  await expect(sendMail('x')).rejects.toMatchObject({ responseCode: 550 });
  await sendMail('x');
  expect(inbox.messages).toHaveLength(2);
  expect(await (await control('GET', 'faults')).json()).toEqual([]);
  await control('DELETE', 'messages');
  expect(inbox.messages).toHaveLength(0);
  expect((await control('GET', 'nothing')).status).toBe(404);
});

test('a message that is not there is 404', async () => {
  expect((await fetch(`${inbox.url}/message/none`)).status).toBe(404);
});

test('the command line says where it is, and ends with its starter', async () => {
  const main = path.join(import.meta.dirname, 'main.ts');
  const child = spawn(process.execPath, [main, '--until-stdin-ends'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const ready = JSON.parse(line.toString()) as Record<string, unknown>;
  expect(Object.keys(ready)).toEqual(['url', 'smtpPort', 'smtpUrl', 'smsAccount', 'controlToken']);
  expect((await fetch(`${ready.url}/messages`)).status).toBe(200);
  child.stdin.end();
  const [code] = (await once(child, 'exit')) as [number];
  expect(code).toBe(0);
});
