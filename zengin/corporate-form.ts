// Abbreviations of corporate forms in account names: which spellings stand for 株式会社 and the
// others, and what a bank writes for them at the head, in the middle and at the end of a name.
// Only the table and the search; name.ts applies it.

export interface CorporateForm {
  readonly nameJa: string;
  /** The mark between the brackets, in full-width kana without small ones. */
  readonly mark: string;
  /** Spelled out, in kanji and in kana without small ones. */
  readonly spellings: readonly string[];
  /** Short forms that count only between brackets, beside the mark itself. */
  readonly bracketed: readonly string[];
}

const form = (
  nameJa: string,
  mark: string,
  spellings: readonly string[],
  bracketed: readonly string[],
): CorporateForm => ({ nameJa, mark, spellings: [nameJa, ...spellings], bracketed });

const company = (kana: string): readonly string[] => [`${kana}ガイシヤ`, `${kana}カイシヤ`];

/** Sources: see README, "Sources and doubts". */
export const CORPORATE_FORMS: readonly CorporateForm[] = [
  form('株式会社', 'カ', company('カブシキ'), ['株']),
  form('有限会社', 'ユ', company('ユウゲン'), ['有']),
  form('合同会社', 'ド', company('ゴウドウ'), ['同']),
  form('合名会社', 'メ', company('ゴウメイ'), ['名']),
  form('合資会社', 'シ', company('ゴウシ'), ['資']),
  form(
    '医療法人',
    'イ',
    [
      '医療法人社団',
      '医療法人財団',
      '社会医療法人',
      'イリヨウホウジン',
      'イリヨウホウジンシヤダン',
      'イリヨウホウジンザイダン',
      'シヤカイイリヨウホウジン',
    ],
    ['医'],
  ),
  form(
    '財団法人',
    'ザイ',
    [
      '一般財団法人',
      '公益財団法人',
      'ザイダンホウジン',
      'イツパンザイダンホウジン',
      'コウエキザイダンホウジン',
    ],
    ['財', '一財', '公財'],
  ),
  form(
    '社団法人',
    'シヤ',
    [
      '一般社団法人',
      '公益社団法人',
      'シヤダンホウジン',
      'イツパンシヤダンホウジン',
      'コウエキシヤダンホウジン',
    ],
    ['社', '一社', '公社'],
  ),
  form('学校法人', 'ガク', ['ガツコウホウジン'], ['学']),
  form('宗教法人', 'シユウ', ['シユウキヨウホウジン'], ['宗']),
  form('社会福祉法人', 'フク', ['シヤカイフクシホウジン'], ['福', '社福']),
  form(
    '特定非営利活動法人',
    'トクヒ',
    [
      '認定特定非営利活動法人',
      'NPO法人',
      'NPOホウジン',
      'エヌピ-オ-ホウジン',
      'トクテイヒエイリカツドウホウジン',
      'ニンテイトクテイヒエイリカツドウホウジン',
    ],
    ['特非', 'NPO'],
  ),
  form('営業所', 'エイ', ['エイギヨウシヨ'], ['営']),
  form('出張所', 'シユツ', ['シユツチヨウジヨ', 'シユツチヨウシヨ'], ['出']),
];

const markBySpelling = new Map<string, string>();
for (const each of CORPORATE_FORMS) {
  for (const spelling of each.spellings) markBySpelling.set(spelling, each.mark);
  for (const short of [...each.bracketed, each.mark]) markBySpelling.set(`(${short})`, each.mark);
}

const longest = (texts: readonly string[]): string =>
  [...texts].sort((one, other) => other.length - one.length).join('|');
const spelled = longest(CORPORATE_FORMS.flatMap((each) => each.spellings));
const short = longest(CORPORATE_FORMS.flatMap((each) => [...each.bracketed, each.mark]));
const FORM = new RegExp(` *(?:\\(?(?<spelled>${spelled})\\)?|(?<short>\\((?:${short})\\))) *`, 'g');

/** A quick look whether half-width text can hold a form at all; `true` may be a false alarm. */
export function mayHoldForm(halfWidth: string): boolean {
  return /\(|ｲｼﾔ|ﾎｳｼﾞﾝ|ﾖｳｼ/.test(halfWidth);
}

export interface FoundForm {
  /** Range in the searched text, spaces and brackets around included. */
  readonly start: number;
  readonly end: number;
  /** What the bank writes: `カ)` at the head, `(カ` at the end, `(カ)` between. */
  readonly replacement: string;
}

/** All corporate forms in canonical text: full-width large kana, half-width ASCII, kanji. */
export function findForms(canonical: string): FoundForm[] {
  const found: FoundForm[] = [];
  for (const match of canonical.matchAll(FORM)) {
    const start = match.index;
    const end = start + match[0].length;
    const { spelled: long, short: bracketed } = match.groups!;
    const mark = markBySpelling.get(long ?? bracketed!)!;
    const isHead = canonical.slice(0, start).trim() === '';
    const isTail = canonical.slice(end).trim() === '';
    const replacement = isHead ? `${mark})` : isTail ? `(${mark}` : `(${mark})`;
    found.push({ start, end, replacement });
  }
  return found;
}
