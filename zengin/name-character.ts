// What each character of a typed name becomes: the table behind normalizeName. One character in,
// one canonical character (full-width large kana or half-width ASCII) and the kinds of change out.

export type NameChangeKind =
  | 'width'
  | 'hiragana'
  | 'small-kana'
  | 'old-kana'
  | 'wo'
  | 'dash'
  | 'case'
  | 'compatibility'
  | 'space'
  | 'corporate'
  | 'cut';

export interface MappedCharacter {
  readonly canonical: string;
  readonly kinds: readonly NameChangeKind[];
}

const HALF = 'ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝ';
const FULL =
  'アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン';
const CAN_BE_VOICED = 'カキクケコサシスセソタチツテトハヒフヘホウ';
const CAN_BE_HALF_VOICED = 'ハヒフヘホ';
const SMALL = { from: 'ァィゥェォッャュョヮヵヶ', to: 'アイウエオツヤユヨワカケ' };
const SMALL_HALF = { from: 'ｧｨｩｪｫｬｭｮｯ', to: 'アイウエオヤユヨツ' };
const HIRAGANA_SHIFT = 0x60;
const WIDE_SHIFT = 0xfee0;
const DASHES = 'ーｰ‐‑‒–—―−－─﹘﹣⁻';
const ASCII_ALLOWED = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789()-.';
const SPACES = String.fromCharCode(
  ...[0x09, 0xa0, 0x1680, 0x202f, 0x205f, 0x3000],
  ...[0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200a],
);

const halfOf = new Map<string, string>();
const voiced = new Map<string, string>();
const wideOf = new Map<string, string>();
const characters = buildCharacters();
const plain: { readonly half: string; readonly wide: string }[] = [];
for (const [from, { canonical }] of characters) {
  const half = toHalfWidth(canonical);
  plain[from.charCodeAt(0)] = { half, wide: toFullWidth(half) };
}

/** The canonical character, or undefined when this character alone has none (marks, kanji...). */
export function mapCharacter(character: string): MappedCharacter | undefined {
  return characters.get(character);
}

/** What a UTF-16 unit becomes in half and full width; undefined where others have a say in it. */
export function plainForms(
  unit: number,
): { readonly half: string; readonly wide: string } | undefined {
  return plain[unit];
}

/** Bytes (half-width characters) of a canonical character; what has none stays as it is. */
export function toHalfWidth(canonical: string): string {
  return halfOf.get(canonical) ?? canonical;
}

/** Canonical `base` with a voiced mark (`ﾞ`) or half-voiced one (`ﾟ`), or undefined. */
export function withMark(base: string, mark: 'ﾞ' | 'ﾟ'): string | undefined {
  return voiced.get(base + mark);
}

/** Which mark a character is: combining, spacing or half-width. */
export function markOf(character: string): 'ﾞ' | 'ﾟ' | undefined {
  if (character === 'ﾞ' || character === '\u3099' || character === '\u309b') return 'ﾞ';
  if (character === 'ﾟ' || character === '\u309a' || character === '\u309c') return 'ﾟ';
  return undefined;
}

/** Full-width preview of half-width text: pairs joined, ASCII widened, `-` as `－`. */
export function toFullWidth(halfWidth: string): string {
  let text = '';
  for (let index = 0; index < halfWidth.length; index += 1) {
    const character = halfWidth[index]!;
    const next = halfWidth[index + 1];
    const pair = next === 'ﾞ' || next === 'ﾟ' ? wideOf.get(character + next) : undefined;
    text += pair ?? wideOf.get(character) ?? character;
    if (pair !== undefined) index += 1;
  }
  return text;
}

function buildCharacters(): Map<string, MappedCharacter> {
  const table = new Map<string, MappedCharacter>();
  const add = (from: string, canonical: string, ...kinds: NameChangeKind[]): void => {
    table.set(from, { canonical, kinds });
  };
  const addKana = (full: string, canonical: string, ...kinds: NameChangeKind[]): void => {
    add(full, canonical, ...kinds, 'width');
    const hiragana = String.fromCharCode(full.charCodeAt(0) - HIRAGANA_SHIFT);
    add(hiragana, canonical, ...kinds, 'hiragana');
  };
  for (const [index, full] of [...FULL].entries()) {
    const half = HALF[index]!;
    learn(full, half);
    add(half, full);
    addKana(full, full);
  }
  for (const [bases, mark, combining] of [
    [CAN_BE_VOICED, 'ﾞ', '\u3099'],
    [CAN_BE_HALF_VOICED, 'ﾟ', '\u309a'],
  ] as const) {
    for (const base of bases) {
      const full = (base + combining).normalize('NFC');
      learn(full, halfOf.get(base)! + mark);
      voiced.set(base + mark, full);
      addKana(full, full);
    }
  }
  for (const [index, small] of [...SMALL.from].entries()) {
    addKana(small, SMALL.to[index]!, 'small-kana');
  }
  for (const [index, small] of [...SMALL_HALF.from].entries()) {
    add(small, SMALL_HALF.to[index]!, 'small-kana');
  }
  addKana('ヲ', 'オ', 'wo');
  add('ｦ', 'オ', 'wo');
  addKana('ヰ', 'イ', 'old-kana');
  addKana('ヱ', 'エ', 'old-kana');
  for (const ascii of ASCII_ALLOWED) {
    const wide = String.fromCharCode(ascii.charCodeAt(0) + WIDE_SHIFT);
    wideOf.set(ascii, wide);
    add(ascii, ascii);
    add(wide, ascii, 'width');
    const lower = ascii.toLowerCase();
    if (lower === ascii) continue;
    add(lower, ascii, 'case');
    add(String.fromCharCode(lower.charCodeAt(0) + WIDE_SHIFT), ascii, 'width', 'case');
  }
  for (const dash of DASHES) add(dash, '-', 'dash');
  wideOf.set(' ', '\u3000');
  add(' ', ' ');
  for (const space of SPACES) add(space, ' ', 'space');
  return table;
}

function learn(full: string, half: string): void {
  halfOf.set(full, half);
  wideOf.set(half, full);
}
