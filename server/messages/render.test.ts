// What messages say: every kind in both languages, and that names by strangers cannot break out of
// a subject, a line or an element.
import fc from 'fast-check';
import { simpleParser } from 'mailparser';
import { createTransport } from 'nodemailer';
import { describe, expect, test } from 'vitest';
import { composeSms, SMS_UNITS_MAX, smsSegments } from './compose-sms.ts';
import { type Content, checkContent } from './content.ts';
import { SAMPLE_OPERATOR_NOTICE as operator } from './operator-notice.ts';
import { renderMail, renderSms } from './render.ts';
import { fewLines, oneLine, spacedCode } from './safe-text.ts';
import { letterJa } from './words-ja.ts';

const TOKEN = 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T0u1V';
const about = {
  shopName: 'みほんチケット',
  shopContact: 'みほんチケット お客さま窓口\n0120-111-222',
  reason: '秋の公演中止の払い戻し',
  amountYen: 8400,
};
const way = {
  url: `https://pay.example.jp/r/${TOKEN}`,
  referenceCode: '123456789012',
  checkUrl: 'https://pay.example.jp/r',
  lastDay: '2026-12-10',
};

function contents(more: Partial<typeof about> = {}): Content[] {
  const base = { ...about, ...more };
  const cause = { ja: '指定の口座が見つかりません。', en: 'There is no such account.' };
  const numbers = [
    { label: { ja: '提携先コード', en: 'Partner code' }, value: '12345' },
    { label: { ja: 'お客さま番号', en: 'Customer number' }, value: '12345678901' },
    { label: { ja: '確認番号', en: 'Confirmation number' }, value: '0042' },
  ];
  const note = {
    ja: 'お札の8,000円はATMで、硬貨の400円はセブン‐イレブンのレジで受け取ります。レジでは、ATMで出る控えを見せます。',
    en: 'Notes: 8,000 yen at the ATM. Coins: 400 yen at a 7-Eleven register, with the ATM slip.',
  };
  const method = { ja: '銀行振込', en: 'Bank transfer' };
  const { lastDay, referenceCode, url } = way;
  return [
    { kind: 'receive_link', ...base, ...way },
    { kind: 'receive_reminder', ...base, ...way },
    { kind: 'link_reissued', ...base, ...way },
    { kind: 'account_refused', ...base, ...way, cause },
    { kind: 'receipt_information', ...base, numbers, note, lastDay, url: null },
    { kind: 'paid', ...base, method, arrivalDay: '2026-12-03', url },
    { kind: 'choice_taken', ...base, by: 'shop', arrivalDay: '2026-12-03', url },
    { kind: 'choice_reopened', ...base, ...way },
    { kind: 'recall_refused', ...base, url },
    { kind: 'expired_notice', ...base, lastDay },
    { kind: 'declined_confirmation', ...base },
    { kind: 'link_withdrawn', ...base },
    { kind: 'verification_locked', ...base, referenceCode },
  ];
}

const locales = ['ja', 'en'] as const;

describe.each(contents())('$kind', (content) => {
  test.each(locales)('names shop, reason, amount, contact and operator (%s)', (locale) => {
    checkContent(content);
    const mail = renderMail(content, locale, operator);
    for (const part of [mail.text, mail.html]) {
      for (const words of [
        about.shopName,
        about.reason,
        locale === 'ja' ? '8,400円' : '8,400 yen',
        '0120-111-222',
        operator.operatorName[locale],
        operator.registrationNumber[locale],
        operator.legalNotice[locale],
      ]) {
        expect(part).toContain(words);
      }
      expect(part).not.toMatch(/kawase|為替送金|undefined|\[object/i);
    }
    expect(mail.subject.indexOf(about.shopName)).toBeLessThan(2);
    expect(mail.subject).toContain(about.reason);
    expect(mail.fromName).toBe(about.shopName);
    expect(mail.html).not.toMatch(/<img|<script|@import|url\(|src=/);
  });

  test.each(locales)('is a short SMS (%s)', (locale) => {
    const text = renderSms(content, locale, operator);
    expect(text).toContain(about.shopName);
    expect(smsSegments(text)).toBeLessThanOrEqual(locale === 'ja' ? 3 : 4);
    expect(text).toContain(operator.operatorName[locale]);
  });
});

test('a receive link says who, what, until when, and how to do without the link', () => {
  const { subject, text, html } = renderMail(contents()[0]!, 'ja', operator);
  expect(subject).toBe('【みほんチケット】秋の公演中止の払い戻し 8,400円のお受け取り手続き');
  expect(text).toContain('手続きの期限：2026年12月10日（木）まで');
  expect(text).toContain('\nhttps://pay.example.jp/r/a1B2');
  expect(text).toContain('アドレス欄に https://pay.example.jp/r と入力');
  expect(text).toContain('照会コード 1234-5678-9012');
  expect(html).toContain(`<a href="https://pay.example.jp/r/${TOKEN}"`);
  expect(renderSms(contents()[0]!, 'ja', operator)).toBe(
    [
      '【みほんチケット】秋の公演中止の払い戻し 8,400円',
      'お受け取り手続きをお願いします。12/10(木)まで',
      `https://pay.example.jp/r/${TOKEN}`,
      '本物かの確認：pay.example.jp/r',
      '照会コード1234-5678-9012',
      '送金:みほん送金サービス株式会社',
    ].join('\n'),
  );
});

test('English says days with their weekday', () => {
  expect(renderMail(contents()[0]!, 'en', operator).text).toContain('Thursday, 10 December 2026');
  expect(renderSms(contents()[0]!, 'en', operator)).toContain('Thu 10 Dec');
});

test('segments are counted as carriers bill them', () => {
  expect(smsSegments('あ'.repeat(70))).toBe(1);
  expect(smsSegments('あ'.repeat(71))).toBe(2);
  expect(smsSegments('あ'.repeat(134))).toBe(2);
  expect(smsSegments('あ'.repeat(135))).toBe(3);
  expect(smsSegments('a'.repeat(160))).toBe(1);
  expect(smsSegments('a'.repeat(161))).toBe(2);
  expect(smsSegments('€'.repeat(80))).toBe(1);
  expect(smsSegments('€'.repeat(81))).toBe(2);
  expect(smsSegments('😀'.repeat(35))).toBe(1);
});

test('content that could not be meant is a bug and throws', () => {
  const link = contents()[0] as Extract<Content, { checkUrl: string }>;
  for (const wrong of [
    { url: 'javascript:alert(1)' },
    { url: 'https://pay.example.jp/"onclick' },
    { url: 'https://pay.example.jp/\r\nBcc: a@b.jp' },
    { url: 'https://user@pay.example.jp/' },
    { checkUrl: 'ftp://pay.example.jp/r' },
    { referenceCode: '12345678901' },
    { lastDay: '2026/12/10' },
    { amountYen: 0 },
    { amountYen: 1.5 },
  ]) {
    expect(() => checkContent({ ...link, ...wrong })).toThrow(/wrong/);
  }
});

/** Text as strangers would send it: any Unicode, with what breaks things mixed in often. */
const nasty = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom(
        '\r\nBcc: evil@example.com\r\n\r\n',
        '\n',
        '<script>alert(1)</script>',
        '"><img src=x onerror=alert(1)>',
        "' onmouseover='x",
        '&lt;b&gt;',
        '\u202e\u2066',
        '\u2028\u2029',
        '\0',
        '\ud800',
        'https://evil.example/',
        '=?utf-8?B?PGI+?=',
        '払い戻し',
      ),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));

describe('text of strangers', () => {
  test('stays on its line, without control or direction characters, and ends', () => {
    fc.assert(
      fc.property(nasty, fc.integer({ min: 2, max: 80 }), (text, max) => {
        const line = oneLine(text, max);
        expect([...line].length).toBeLessThanOrEqual(max);
        expect(line).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
        expect(line).not.toContain('://');
        const lines = fewLines(text, 3, max);
        expect(lines.length).toBeLessThanOrEqual(3);
        for (const each of lines) expect(each).toBe(oneLine(each, max));
      }),
    );
  });

  test('makes no element, attribute or link in any mail', () => {
    fc.assert(
      fc.property(nasty, nasty, nasty, (shopName, reason, shopContact) => {
        const plain = contents({ shopName: 'x', reason: 'x', shopContact: 'x\nx\nx\nx\nx\nx' });
        contents({ shopName, reason, shopContact }).forEach((content, index) => {
          for (const locale of locales) {
            const mail = renderMail(content, locale, operator);
            const tags = (html: string) => html.match(/<[^>]*>/g)!.filter((tag) => tag !== '<br>');
            expect(tags(mail.html)).toEqual(tags(renderMail(plain[index]!, locale, operator).html));
            expect(mail.subject).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
            const urls = mail.text.match(/[a-z]+:\/\/[^\s]*/gi) ?? [];
            for (const url of urls) expect(url).toMatch(/^https:\/\/pay\.example\.jp\/r/);
            expect(renderSms(content, locale, operator).length).toBeLessThan(SMS_UNITS_MAX);
          }
        });
      }),
      { numRuns: 60, seed: 20_261_124 },
    );
  });

  test('adds no header and no recipient on the wire', async () => {
    const transport = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
    await fc.assert(
      fc.asyncProperty(nasty, nasty, async (shopName, reason) => {
        const { fromName, subject, text, html } = renderMail(
          contents({ shopName, reason })[0]!,
          'ja',
          operator,
        );
        const from = { name: fromName, address: 'no-reply@remit.example.jp' };
        const sent = await transport.sendMail({ from, to: 'a@example.jp', subject, text, html });
        const mail = await simpleParser(sent.message as Buffer);
        expect(mail.headerLines.map(({ key }) => key).sort()).toEqual([
          'content-type',
          'date',
          'from',
          'message-id',
          'mime-version',
          'subject',
          'to',
        ]);
        expect(mail.from?.value.map(({ address }) => address)).toEqual([from.address]);
        expect(mail.subject?.normalize('NFC')).toBe(subject);
      }),
      { numRuns: 60, seed: 20_261_124 },
    );
  });
});

test('a code is shown 4-4-4', () => expect(spacedCode('123456789012')).toBe('1234-5678-9012'));

test('an operator’s name without end does not make an SMS without end', () => {
  const name = { ja: 'あ'.repeat(500), en: 'a'.repeat(500) };
  const text = composeSms(letterJa(contents()[0]!), 'ja', { ...operator, operatorName: name });
  expect(text.length).toBeLessThan(300);
});

test.each(locales)('coins are spoken of only where the amount has some (%s)', (locale) => {
  const all = contents().find(({ kind }) => kind === 'receipt_information')!;
  const words =
    locale === 'ja'
      ? '硬貨の400円はセブン‐イレブンのレジ'
      : 'Coins: 400 yen at a 7-Eleven register';
  for (const [content, isTold] of [
    [all, true],
    [{ ...all, note: null } as Content, false],
  ] as const) {
    expect(renderMail(content, locale, operator).text.includes(words)).toBe(isTold);
    expect(renderSms(content, locale, operator).includes(words)).toBe(isTold);
  }
});
