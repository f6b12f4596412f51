// The rules of a receive link: how answers are compared. Its life is told by the stories.
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createVault } from '../base/crypto.ts';
import { foldedAnswer, normalisedAnswer } from './link.ts';
import { isAnswer } from './make-link.ts';

describe('answers that are the same', () => {
  test.each([
    ['A-1024', 'ａ 1024'],
    ['やまだ', 'ヤマダ'],
    ['やまだ', 'ﾔﾏﾀﾞ'],
    ['ヤマダ', 'やまた゛'],
    ['ぱく', 'ﾊﾟｸ'],
    ['ぱく', 'は゜く'],
    ['かおり', 'ｶｦﾘ'],
    ['りょうこ', 'リヨウコ'],
    ['コーヒー', 'こ－ひ―'],
    ['コーヒー', 'コヒ'],
    ['090-1234-5678', '０９０—１２３４−５６７８'],
    ['山田 太郎', '山田　太郎'],
    ['山田太郎', '山田・太郎'],
    ['東京', '東\u200b京'],
    ['Ärzte', 'A\u0308RZTE'],
  ])('%s and %s', (one, other) => {
    expect(foldedAnswer(one)).toBe(foldedAnswer(other));
  });
});

test.each([
  ['やまだ', 'やまた'],
  ['はく', 'ぱく'],
  ['1024', '1042'],
  ['山田', '山口'],
  ['びょういん', 'びょいん'],
])('%s is not %s', (one, other) => {
  expect(foldedAnswer(one)).not.toBe(foldedAnswer(other));
});

test.each(['', ' 　', '-ー―', '・.'])('nothing is left of 「%s」', (text) => {
  expect(foldedAnswer(text)).toBe('');
});

test('folding twice changes nothing, and what was equal before is equal still', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), (text) => {
      expect(foldedAnswer(foldedAnswer(text))).toBe(foldedAnswer(text));
    }),
  );
  const letters = fc.constantFrom(...'aAａ-‐－ー 　ヤﾔやパぱ1１');
  fc.assert(
    fc.property(fc.string({ unit: letters, maxLength: 12 }), (text) => {
      expect(foldedAnswer(normalisedAnswer(text))).toBe(foldedAnswer(text));
    }),
  );
});

test('an answer kept before kana was folded still opens, and no other does', () => {
  const key = randomBytes(32).toString('base64');
  const vault = createVault({ primary: 'k1', keys: { k1: key }, index: key });
  const remittanceId = '0191f1b0-0000-7000-8000-000000000001';
  const kept = (spelled: string) => ({
    label: 'お名前',
    answer: vault.fingerprint(`answer:${remittanceId}`, spelled).toString('base64'),
  });
  const opens = (spelled: string, given: string) =>
    isAnswer({ vault }, remittanceId, kept(spelled), given);
  expect(opens(normalisedAnswer('やまだ A-1'), 'やまだ ａ１')).toBe(true);
  expect(opens(normalisedAnswer('ヤマダ'), 'やまだ')).toBe(true);
  expect(opens(foldedAnswer('やまだ'), 'ﾔﾏﾀﾞ')).toBe(true);
  expect(opens(foldedAnswer('やまだ'), 'やまた')).toBe(false);
  expect(opens(normalisedAnswer('やまだ'), '')).toBe(false);
});
