// The rules of a message: pauses and delivery reports; and what the answers of SMTP mean.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { outcomeOf, readSmtpUrl } from './mail-sender.ts';
import { afterReport, type MessageStatus, pauseMs } from './message.ts';
import { smsSignature } from './sms-signature.ts';

test('pauses grow, end after nine, and keep to what a provider asks within six hours', () => {
  const pauses = Array.from({ length: 10 }, (_, index) => pauseMs(index + 1, 0));
  expect(pauses.at(-1)).toBeNull();
  const hours = pauses.slice(0, 9) as number[];
  expect(hours).toEqual([...hours].sort((a, b) => a - b));
  expect(pauseMs(1, 0, 60_000)).toBe(60_000);
  expect(pauseMs(1, 0, 1e12)).toBe(6 * 3_600_000);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (n, random) => {
        expect(pauseMs(n, random)).toBeGreaterThanOrEqual(pauseMs(n, 0)!);
        expect(pauseMs(n, random)).toBeLessThan(pauseMs(n, 0)! * 1.2);
      },
    ),
  );
});

test('what arrived stays so, whatever is reported and in whatever order', () => {
  const report = fc.record({
    providerId: fc.constantFrom('a', 'b'),
    status: fc.constantFrom('sent', 'delivered', 'bounced', 'failed'),
    reason: fc.constant(null),
  });
  fc.assert(
    fc.property(fc.array(report, { maxLength: 8 }), (reports) => {
      let status: MessageStatus = 'sent';
      let hasArrived = false;
      for (const each of reports) {
        const before = status;
        status = afterReport({ status, providerId: 'a', attempts: 1 }, each) ?? status;
        if (each.status === 'delivered') hasArrived = true;
        if (each.providerId === 'b' && each.status !== 'delivered') expect(status).toBe(before);
      }
      expect(status === 'delivered').toBe(hasArrived);
    }),
  );
});

test.each([
  [
    { code: 'EENVELOPE', command: 'RCPT TO', responseCode: 550, response: '550 5.1.1 no' },
    'bounced',
  ],
  [{ code: 'EENVELOPE', command: 'RCPT TO', responseCode: 550, response: '550 no' }, 'bounced'],
  [
    { code: 'EENVELOPE', command: 'RCPT TO', responseCode: 550, response: '550 5.7.1 no' },
    'failed',
  ],
  [{ code: 'EMESSAGE', command: 'DATA', responseCode: 554, response: '554 5.6.0 no' }, 'failed'],
  [{ code: 'EENVELOPE', command: 'RCPT TO', responseCode: 451, response: '451 4.7.1' }, undefined],
  [{ code: 'EENVELOPE', command: 'RCPT TO', responseCode: 503, response: '503 5.5.1' }, undefined],
  [
    { code: 'EENVELOPE', command: 'MAIL FROM', responseCode: 553, response: '553 5.1.8' },
    undefined,
  ],
  [{ code: 'EAUTH', command: 'AUTH PLAIN', responseCode: 535, response: '535 5.7.8' }, undefined],
  [{ code: 'ECONNECTION', command: 'CONN' }, undefined],
  [{}, undefined],
])('the SMTP answer %j is for good: %j', (error, status) => {
  const outcome = outcomeOf(error);
  expect(outcome.kind === 'refused' ? outcome.status : undefined).toBe(status);
  expect(outcome).toMatchObject({ reason: expect.stringMatching(/^smtp_[a-z0-9_.]+$/) });
});

test('TLS is required everywhere but here, unless it is switched off by name', () => {
  expect(readSmtpUrl('smtp://u%40x:p%2Fw@mail.example.jp')).toMatchObject({
    ...{ host: 'mail.example.jp', port: 587, secure: false, requireTLS: true },
    auth: { user: 'u@x', pass: 'p/w' },
  });
  expect(readSmtpUrl('smtps://mail.example.jp')).toMatchObject({ port: 465, secure: true });
  expect(readSmtpUrl('smtp://127.0.0.1:2525')).toMatchObject({ ignoreTLS: true });
  expect(readSmtpUrl('smtp://mail.example.jp:25?tls=off')).toMatchObject({ ignoreTLS: true });
  for (const wrong of ['', 'http://mail.example.jp', 'smtp://', 'secret:password']) {
    expect(() => readSmtpUrl(wrong)).toThrow(/^the SMTP server is given as/);
  }
});

// The example of Twilio's own documentation ("Validating signatures from Twilio").
test('signatures are those of the wire', () => {
  const form = new URLSearchParams({
    CallSid: 'CA1234567890ABCDE',
    Caller: '+12349013030',
    Digits: '1234',
    From: '+12349013030',
    To: '+18005551212',
  });
  const url = 'https://mycompany.com/myapp.php?foo=1&bar=2';
  expect(smsSignature('12345', url, form)).toBe('0/KCTR6DLpKmkAf8muzZqo1nDgQ=');
});
