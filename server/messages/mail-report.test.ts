// Which mails are a final report on one of ours, and what they say.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readMailReport } from './mail-report.ts';
import { type Returned, returnedMail } from './test-returned-mail.ts';

const MESSAGE = '019ab000-0000-7000-8000-000000000001';
const SHOP = '019ab000-0000-7000-8000-000000000002';
const ID = `<${MESSAGE}.${SHOP}@mihon.example>`;

test.each<[string, Returned, string, string]>([
  ['no such mailbox', { status: '5.1.1' }, 'bounced', 'dsn_5.1.1'],
  ['a full mailbox, given up', { status: '5.2.2' }, 'bounced', 'dsn_5.2.2'],
  ['refused for what we are', { status: '5.7.1' }, 'failed', 'dsn_5.7.1'],
  ['headers alone came back', { returned: 'text/rfc822-headers' }, 'bounced', 'dsn_5.1.1'],
])('%s', async (_name, given, status, reason) => {
  expect(await readMailReport(returnedMail(ID, given))).toEqual({
    ...{ shopId: SHOP, messageId: MESSAGE, providerId: ID, status, reason },
  });
});

test.each([
  ['not_final', 'a delay', ID, { action: 'delayed', status: '4.4.1' }],
  ['not_final', 'delivered after all', ID, { action: 'delivered', status: '2.0.0' }],
  ['not_final', 'failed for now', ID, { status: '4.2.2' }],
  ['not_ours', 'about a mail of somebody else', '<a@example.com>', {}],
])('%s: %s', async (nothing, _name, id, given) => {
  expect(await readMailReport(returnedMail(id, given))).toBe(nothing);
});

test('not_a_report: what people answer, and anything at all', async () => {
  const answer = `Subject: Re\r\nMessage-ID: ${ID}\r\n\r\nStatus: 5.1.1\r\nAction: failed\r\n`;
  expect(await readMailReport(Buffer.from(answer))).toBe('not_a_report');
  const bytes = fc.uint8Array({ maxLength: 2_000 }).map((each) => Buffer.from(each));
  await fc.assert(
    fc.asyncProperty(bytes, async (mail) => {
      expect(await readMailReport(mail)).toBe('not_a_report');
    }),
    { numRuns: 50 },
  );
});
