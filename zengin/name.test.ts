// Goal: a name becomes what a bank sees, every change is told, nothing is lost in silence.

import { describe, expect, it } from 'vitest';
import { CORPORATE_FORMS, mayHoldForm } from './corporate-form.ts';
import { firstOutsideClass } from './kana.ts';
import { halfWidthKana, normalizeName } from './name.ts';
import { fc } from './test-samples.ts';

describe('what becomes of a name', () => {
  it.each([
    ['ﾔﾏﾀﾞ ﾀﾛｳ', 'ﾔﾏﾀﾞ ﾀﾛｳ', []],
    ['ヤマダ　タロウ', 'ﾔﾏﾀﾞ ﾀﾛｳ', ['width', 'space', 'width']],
    ['やまだ たろう', 'ﾔﾏﾀﾞ ﾀﾛｳ', ['hiragana', 'hiragana']],
    ['ショウコ', 'ｼﾖｳｺ', ['width', 'small-kana']],
    ['ｼｮｳｺ', 'ｼﾖｳｺ', ['small-kana']],
    ['ぁゎっゕゖ', 'ｱﾜﾂｶｹ', ['small-kana', 'hiragana']],
    ['ヲトメ', 'ｵﾄﾒ', ['wo', 'width']],
    ['ヰヱ', 'ｲｴ', ['old-kana', 'width']],
    ['ゔぁん', 'ｳﾞｱﾝ', ['hiragana', 'small-kana']],
    ['yamada', 'YAMADA', ['case']],
    ['ＡＢｃ．', 'ABC.', ['width', 'case']],
    ['  ﾔﾏﾀﾞ \t　ﾀﾛｳ ', 'ﾔﾏﾀﾞ ﾀﾛｳ', ['space', 'space', 'space', 'space']],
    ['カ゛', 'ｶﾞ', ['width']],
    ['か\u3099', 'ｶﾞ', ['hiragana', 'width']],
    ['ﾊﾟﾊﾞ', 'ﾊﾟﾊﾞ', []],
    ['㌔', 'ｷﾛ', ['compatibility']],
  ])('%j becomes %j', (input, bankForm, kinds) => {
    const result = normalizeName(input);
    expect(result).toMatchObject({ bankForm, problems: [] });
    expect(result.changes.map(({ kind }) => kind).sort()).toEqual([...kinds].sort());
  });

  it.each([...'ー‐‑‒–—―−－─ｰ-'])('the dash %s becomes -', (dash) => {
    expect(normalizeName(`ﾙ${dash}ﾄ`).bankForm).toBe('ﾙ-ﾄ');
  });

  it('tells each change with place and sentence', () => {
    expect(normalizeName('ﾔﾏﾀﾞ ショウ').changes).toEqual([
      {
        kind: 'width',
        from: 'ショウ',
        to: 'ｼﾖｳ',
        position: 5,
        messageJa: '半角にしました: 「ショウ」→「ｼﾖｳ」',
        messageEn: 'made half-width: "ショウ" -> "ｼﾖｳ"',
      },
      expect.objectContaining({ kind: 'small-kana', from: 'ョ', to: 'ﾖ', position: 6 }),
    ]);
  });

  it('shows the same in full width', () => {
    expect(normalizeName('ｶ)ﾔﾏﾀﾞ-ﾊﾟﾝ A1').fullWidth).toBe('カ）ヤマダ－パン　Ａ１');
  });
});

describe('corporate forms', () => {
  it.each([
    ['株式会社ヤマダ', 'ｶ)ﾔﾏﾀﾞ'],
    ['株式会社　ヤマダ', 'ｶ)ﾔﾏﾀﾞ'],
    ['ヤマダ株式会社', 'ﾔﾏﾀﾞ(ｶ'],
    ['カブシキガイシャ ヤマダ', 'ｶ)ﾔﾏﾀﾞ'],
    ['ヤマダ カブシキカイシヤ', 'ﾔﾏﾀﾞ(ｶ'],
    ['ｶﾌﾞｼｷｶﾞｲｼｬ ﾔﾏﾀﾞ', 'ｶ)ﾔﾏﾀﾞ'],
    ['かぶしきがいしゃやまだ', 'ｶ)ﾔﾏﾀﾞ'],
    ['㈱ヤマダ', 'ｶ)ﾔﾏﾀﾞ'],
    ['㍿ヤマダ', 'ｶ)ﾔﾏﾀﾞ'],
    ['(株)ヤマダ', 'ｶ)ﾔﾏﾀﾞ'],
    ['ヤマダ（株）', 'ﾔﾏﾀﾞ(ｶ'],
    ['（カ）ヤマダ', 'ｶ)ﾔﾏﾀﾞ'],
    ['カ）ヤマダ', 'ｶ)ﾔﾏﾀﾞ'],
    ['ヤマダ（カ', 'ﾔﾏﾀﾞ(ｶ'],
    ['ヤマダ(カ)オオサカ', 'ﾔﾏﾀﾞ(ｶ)ｵｵｻｶ'],
    ['ヤマダ(カ)オオサカエイギョウショ', 'ﾔﾏﾀﾞ(ｶ)ｵｵｻｶ(ｴｲ'],
    ['(カブシキガイシャ)ヤマダ', 'ｶ)ﾔﾏﾀﾞ'],
    ['ユウゲンガイシャ ミドリ', 'ﾕ)ﾐﾄﾞﾘ'],
    ['㈲ミドリ', 'ﾕ)ﾐﾄﾞﾘ'],
    ['ゴウドウガイシャ ミドリ', 'ﾄﾞ)ﾐﾄﾞﾘ'],
    ['ミドリ(同)', 'ﾐﾄﾞﾘ(ﾄﾞ'],
    ['ゴウメイガイシャ ミドリ', 'ﾒ)ﾐﾄﾞﾘ'],
    ['ミドリ合資会社', 'ﾐﾄﾞﾘ(ｼ'],
    ['医療法人社団ミドリ', 'ｲ)ﾐﾄﾞﾘ'],
    ['イリョウホウジン ミドリ', 'ｲ)ﾐﾄﾞﾘ'],
    ['公益財団法人ミドリ', 'ｻﾞｲ)ﾐﾄﾞﾘ'],
    ['イッパンシャダンホウジン ミドリ', 'ｼﾔ)ﾐﾄﾞﾘ'],
    ['学校法人ミドリ', 'ｶﾞｸ)ﾐﾄﾞﾘ'],
    ['ガッコウホウジン ミドリ', 'ｶﾞｸ)ﾐﾄﾞﾘ'],
    ['シュウキョウホウジン ミドリ', 'ｼﾕｳ)ﾐﾄﾞﾘ'],
    ['シャカイフクシホウジン ミドリ', 'ﾌｸ)ﾐﾄﾞﾘ'],
    ['NPO法人ミドリ', 'ﾄｸﾋ)ﾐﾄﾞﾘ'],
    ['特定非営利活動法人ミドリ', 'ﾄｸﾋ)ﾐﾄﾞﾘ'],
    ['ミドリシュッチョウジョ', 'ﾐﾄﾞﾘ(ｼﾕﾂ'],
  ])('%s becomes %s', (input, bankForm) => {
    expect(normalizeName(input)).toMatchObject({ bankForm, problems: [] });
  });

  it('tells the change with what stood there', () => {
    expect(normalizeName('ﾔﾏﾀﾞ ｶﾌﾞｼｷｶﾞｲｼﾔ').changes).toMatchObject([
      { kind: 'corporate', from: ' ｶﾌﾞｼｷｶﾞｲｼﾔ', to: '(ｶ', position: 4 },
    ]);
  });

  it('are never missed by the quick look', () => {
    for (const { spellings } of CORPORATE_FORMS) {
      for (const spelling of spellings) {
        const half = halfWidthKana(spelling);
        if (firstOutsideClass(half, 'name') === -1)
          expect([half, mayHoldForm(half)]).toEqual([half, true]);
        expect(normalizeName(`${spelling}ﾐﾄﾞﾘ`).bankForm).toMatch(/^[^(]+\)ﾐﾄﾞﾘ$/);
      }
    }
  });
});

describe('what no bank takes', () => {
  it.each([
    ['山田タロウ', 'kanji', '山', 0],
    ['佐々木', 'kanji', '佐', 0],
    ['ジョン・スミス', 'character', '・', 3],
    ['ヤマダ、タロウ', 'character', '、', 3],
    ['ヤマダ😀', 'character', '😀', 3],
    ['ヤマダ\ud83d', 'character', '\ud83d', 3],
    ['ヤマダ\n', 'character', '\n', 3],
    ['ﾔﾏﾀﾞ\u200b', 'character', '\u200b', 4],
    ["O'NEIL", 'character', "'", 1],
    ['ア゛', 'voiced-mark', '゛', 1],
    ['ﾅﾟ', 'voiced-mark', 'ﾟ', 1],
    ['ヷ', 'character', 'ヷ', 0],
    ['ヤマダé', 'character', 'é', 3],
  ])('%j is a problem: %s', (input, code, character, position) => {
    const { problems, bankForm } = normalizeName(input);
    expect(problems[0]).toMatchObject({ code, character, position });
    expect(bankForm).toContain(character);
    expect(problems[0]!.ja).not.toBe('');
    expect(problems[0]!.en).not.toBe('');
  });

  it.each(['', ' ', '　\t'])('an empty name %j is a problem', (input) => {
    expect(normalizeName(input).problems).toMatchObject([{ code: 'empty' }]);
  });

  it('an endless input is refused unread', () => {
    const input = 'ア'.repeat(100_000);
    const { bankForm, problems } = normalizeName(input);
    expect(problems).toMatchObject([{ code: 'input-too-long' }]);
    expect(bankForm).toBe(input);
  });
});

describe('length', () => {
  const long = 'ガギグゲゴガギグゲゴガギグゲゴガ';

  it('counts voiced marks', () => {
    const result = normalizeName(long);
    expect(result.problems).toMatchObject([{ code: 'too-long' }]);
    expect(result.bankForm).toHaveLength(32);
    expect(normalizeName(long, { maxBytes: 32 }).problems).toEqual([]);
  });

  it('cuts on request, never within a pair', () => {
    expect(normalizeName(long, { cut: true }).bankForm).toBe('ｶﾞｷﾞｸﾞｹﾞｺﾞ'.repeat(3));
    const { bankForm, changes } = normalizeName(long, { cut: true, maxBytes: 29 });
    expect(bankForm).toHaveLength(28);
    expect(changes.at(-1)).toMatchObject({ kind: 'cut', to: bankForm });
  });

  it('sets a form right that stands last after the cut', () => {
    expect(normalizeName('ﾐﾄﾞﾘ(ｶ)ｵｵｻｶ', { cut: true, maxBytes: 7 }).bankForm).toBe('ﾐﾄﾞﾘ(ｶ');
  });
});

describe('properties', () => {
  const pieces = fc.constantFrom(
    ...CORPORATE_FORMS.flatMap(({ spellings, mark }) => [
      ...spellings,
      `(${mark})`,
      `${mark})`,
      `(${mark}`,
    ]),
    ...'カガハパﾊﾞﾟ゛゜\u3099\u309aァョヲー-() 　.aAａ１山・\u200b㈱㍿',
    '😀',
    '\ud83d',
  );
  const text = fc.oneof(
    fc.array(pieces, { maxLength: 12 }).map((list) => list.join('')),
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc
      .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 30 })
      .map((units) => String.fromCharCode(...units)),
    fc
      .array(fc.integer({ min: 0x3041, max: 0x30ff }), { maxLength: 30 })
      .map((units) => String.fromCharCode(...units)),
  );
  const options = fc.record({ maxBytes: fc.integer({ min: 1, max: 48 }), cut: fc.boolean() });

  it('normalising again changes nothing', () => {
    const property = fc.property(text, options, (input, given) => {
      const once = normalizeName(input, given);
      const twice = normalizeName(once.bankForm, given);
      expect(twice.bankForm).toBe(once.bankForm);
      expect(twice.problems.length === 0).toBe(once.problems.length === 0);
      expect(twice.changes).toEqual([]);
    });
    fc.assert(property, { numRuns: 3000 });
  });

  it('without problems the result is within class and length, and pairs are whole', () => {
    const property = fc.property(text, options, (input, given) => {
      const { bankForm, problems } = normalizeName(input, given);
      if (problems.length > 0) return;
      expect(firstOutsideClass(bankForm, 'name')).toBe(-1);
      expect(bankForm.length).toBeLessThanOrEqual(given.maxBytes);
      expect(bankForm).toMatch(/^(?:[ｶ-ﾄﾊ-ﾎｳ]ﾞ|[ﾊ-ﾎ]ﾟ|[^ﾞﾟ])+$/);
      expect(bankForm).not.toMatch(/^ | $| {2}/);
    });
    fc.assert(property, { numRuns: 3000 });
  });

  it('is the same where nobody asks what was changed', () => {
    const property = fc.property(text, options, (input, given) => {
      const { bankForm, fullWidth, problems } = normalizeName(input, given);
      const quick = normalizeName(input, { ...given, tells: false });
      expect(quick).toMatchObject({ bankForm, fullWidth, problems });
    });
    fc.assert(property, { numRuns: 3000 });
  });

  it('the full-width preview means the same name', () => {
    const property = fc.property(text, (input) => {
      const { bankForm, fullWidth, problems } = normalizeName(input, { maxBytes: 1000 });
      if (problems.length === 0) {
        expect(normalizeName(fullWidth, { maxBytes: 1000 }).bankForm).toBe(bankForm);
      }
    });
    fc.assert(property, { numRuns: 1500 });
  });

  it('what is cut is a beginning of what is not', () => {
    const property = fc.property(text, options, (input, { maxBytes }) => {
      const whole = normalizeName(input, { maxBytes: 1000 });
      if (whole.problems.length > 0) return;
      const { bankForm } = normalizeName(input, { maxBytes, cut: true });
      expect(whole.bankForm.startsWith(bankForm)).toBe(true);
    });
    fc.assert(property, { numRuns: 1500 });
  });
});

it('directory names keep their corporate words and their length', () => {
  expect(halfWidthKana('ミドリ　エイギヨウシヨ－')).toBe('ﾐﾄﾞﾘ ｴｲｷﾞﾖｳｼﾖ-');
});
