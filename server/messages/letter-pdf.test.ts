// The printed letter: one sheet in both languages and both states, fonts embedded, whatever was
// written into it.
import { expect, test } from 'vitest';
import { letterPdf } from './letter-pdf.ts';
import { type LetterContent, letterWords } from './letter-words.ts';
import { SAMPLE_OPERATOR_NOTICE } from './operator-notice.ts';

const content: LetterContent = {
  shopName: 'みほんチケット 髙﨑店',
  reason: '○○公演中止の払い戻し',
  amountYen: 8_400,
  referenceCode: '306484740205',
  checkUrl: 'https://pay.example.jp/r',
  lastDay: '2026-12-26',
  entered: null,
  asksQuestions: true,
};

const ENTERED = [
  ['口座', '三菱ＵＦＪ　本店　****567'],
  ['口座の名義', 'ヤ●●● ●●●'],
  ['入金の予定', '2026年11月27日（金）'],
] as const;

const print = (more: Partial<LetterContent>, locale: 'ja' | 'en' = 'ja') =>
  letterPdf({
    content: { ...content, ...more },
    locale,
    url: `https://pay.example.jp/l/000001${'a'.repeat(43)}`,
    shopContact: 'お客さま係\n03-0000-0000（平日10時〜17時）\nokyaku@example.jp',
    operator: SAMPLE_OPERATOR_NOTICE,
    on: Temporal.PlainDate.from('2026-11-24'),
  });

test.each([
  ['how to receive', {}],
  ['without questions', { asksQuestions: false }],
  ['what was entered', { entered: ENTERED }],
  ['names of strangers', { shopName: 'x'.repeat(500), reason: '\u202e💴\n'.repeat(99) }],
] as const)('%s, on one sheet', async (_name, more) => {
  for (const locale of ['ja', 'en'] as const) {
    const pdf = await print(more, locale);
    const text = pdf.toString('latin1');
    expect(text.startsWith('%PDF-')).toBe(true);
    expect(text.match(/\/Type \/Page\b/g)).toHaveLength(1);
    // Two fonts, the letters used alone: each of the files has 5 MB.
    expect(text.match(/\/FontFile/g)).toHaveLength(2);
    expect(pdf.length).toBeLessThan(150_000);
  }
});

test('the words say what to do, and without questions not that the code would do', () => {
  const ja = letterWords(content, 'ja');
  expect(ja.steps.join()).toContain('https://pay.example.jp/r');
  expect(ja.facts).toContainEqual(['照会コード', '3064-8474-0205']);
  const bare = letterWords({ ...content, asksQuestions: false }, 'ja');
  expect(bare.steps.join()).not.toContain('example.jp');
  expect(JSON.stringify([ja, letterWords(content, 'en')])).not.toMatch(/kawase/i);
});
