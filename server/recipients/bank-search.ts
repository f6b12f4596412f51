// How names of banks and branches are compared with what a person types: kanji, kana of any width,
// romaji of any school, code prefix. Ranking only; where the names come from is bank-directory.ts.

/** An entry's folded forms. */
export interface SearchKeys {
  readonly code: string;
  readonly name: string;
  readonly kana: string;
  readonly romaji: string;
  /** The same with `iyu` left open: mitsubishi begins the directory's mitsubishiyu-efujiei. */
  readonly openRomaji: string;
}

/** 0 exact, 1 prefix, 2 inside. */
export type Rank = 0 | 1 | 2;

export const MAX_QUERY_LENGTH = 60;

export function searchKeys(entry: {
  readonly code: string;
  readonly name: string;
  readonly kana: string;
  readonly roma: string;
}): SearchKeys {
  return {
    code: entry.code,
    name: foldName(entry.name),
    kana: foldKana(entry.kana),
    romaji: glides(foldRomaji(entry.roma)),
    openRomaji: foldRomaji(entry.roma),
  };
}

/** What was typed, folded in each way in which it can be read; null where it cannot. */
export function foldQuery(query: string): SearchKeys | null {
  const typed = query.slice(0, MAX_QUERY_LENGTH).normalize('NFKC').trim();
  if (typed === '') return null;
  const romaji = /^[A-Za-zĀ-ū'\s.-]+$/.test(typed) ? foldRomaji(typed) : '';
  return {
    code: /^\d+$/.test(typed) ? typed : '',
    name: foldName(typed),
    kana: foldKana(typed),
    romaji: glides(romaji),
    openRomaji: romaji,
  };
}

/** The best rank of an entry, or undefined where it does not match. */
export function rankOf(entry: SearchKeys, query: SearchKeys): Rank | undefined {
  let best: Rank | undefined;
  if (query.code !== '') {
    if (entry.code === query.code) return 0;
    if (entry.code.startsWith(query.code)) best = 1;
  }
  best = better(best, rankIn(entry.name, query.name));
  best = better(best, rankIn(entry.kana, query.kana));
  best = better(best, rankIn(entry.romaji, query.romaji));
  return better(best, rankIn(entry.openRomaji, query.openRomaji));
}

function rankIn(key: string, query: string): Rank | undefined {
  if (query === '') return undefined;
  const at = key.indexOf(query);
  if (at < 0) return undefined;
  if (at > 0) return 2;
  return key.length === query.length ? 0 : 1;
}

function better(left: Rank | undefined, right: Rank | undefined): Rank | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return left < right ? left : right;
}

const KINDS: readonly (readonly [RegExp, string])[] = [
  [/信用金庫/, '信金'],
  [/信用組合/, '信組'],
  [/労働金庫/, '労金'],
  [/農業協同組合/, '農協'],
  [/漁業協同組合/, '漁協'],
];

/** Width, case, common variants of characters, and the words the directory leaves out. */
function foldName(text: string): string {
  let folded = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s・･]/g, '');
  folded = folded.replace(/[髙﨑ヶヵｹ]/g, (character) => VARIANTS[character] ?? character);
  for (const [long, short] of KINDS) folded = folded.replace(long, short);
  return withoutEnd(withoutEnd(folded, '銀行'), '支店');
}

const VARIANTS: Readonly<Record<string, string>> = { 髙: '高', 﨑: '崎', ヶ: 'ケ', ヵ: 'カ' };

/** Katakana in the directory's own spelling: no small kana, one kind of dash. */
function foldKana(text: string): string {
  let folded = '';
  for (const character of text.normalize('NFKC').toUpperCase()) {
    const code = character.charCodeAt(0);
    const katakana =
      code >= 0x3041 && code <= 0x3096 ? String.fromCharCode(code + 0x60) : character;
    if (/[\s・.]/.test(katakana)) continue;
    folded += SMALL[katakana] ?? katakana;
  }
  for (const end of ['銀行', '支店', 'ギンコウ', 'シテン']) folded = withoutEnd(folded, end);
  return folded;
}

const SMALL: Readonly<Record<string, string>> = Object.fromEntries([
  ...[...'ァィゥェォッャュョヮヵヶ'].map((small, at) => [
    small,
    [...'アイウエオツヤユヨワカケ'][at],
  ]),
  ...[...'-‐‑–—―−ー'].map((dash) => [dash, 'ー']),
]);

/**
 * One spelling for Hepburn and Kunrei, doubled consonants and long vowels: hokkaidō, hokkaidou and
 * the directory's own hotsukaidou meet. It is coarse on purpose: a search may find too much, never
 * too little.
 */
function foldRomaji(text: string): string {
  const letters = text
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^a-z]/g, '');
  return withoutEnd(withoutEnd(letters, 'ginkou'), 'shiten')
    .replace(/tch/g, 'cch')
    .replace(/m(?=[bmp])/g, 'n')
    .replace(/([bcdfghjkmpqrstvwyz])(?=\1)/g, 'tu')
    .replace(/sh/g, 'sy')
    .replace(/ch/g, 'ty')
    .replace(/ts/g, 't')
    .replace(/j/g, 'zy')
    .replace(/f/g, 'h')
    .replace(/du/g, 'zu')
    .replace(/yi/g, 'i')
    .replace(/nn+/g, 'n')
    .replace(/o[ou]+|oh(?![aiueoy])/g, 'o')
    .replace(/uu+/g, 'u');
}

/** The directory spells small kana in full (kiyouto): kyoto and it meet. */
function glides(romaji: string): string {
  return romaji.replace(/([bghkmnprstz])iy(?=[auo])/g, '$1y');
}

function withoutEnd(text: string, end: string): string {
  return text.length > end.length && text.endsWith(end) ? text.slice(0, -end.length) : text;
}
