// What normalizeName tells about a name: each change it made and each problem it found, with their
// sentences in both languages. No rules here.

import type { NameChangeKind } from './name-character.ts';
import { markOf } from './name-character.ts';

export interface NameChange {
  readonly kind: NameChangeKind;
  readonly from: string;
  readonly to: string;
  /** UTF-16 index in the input where the change begins. */
  readonly position?: number;
  readonly messageJa: string;
  readonly messageEn: string;
}

export type NameProblemCode =
  | 'kanji'
  | 'character'
  | 'voiced-mark'
  | 'too-long'
  | 'empty'
  | 'input-too-long';

export interface NameProblem {
  readonly code: NameProblemCode;
  readonly character?: string;
  /** UTF-16 index in the input. */
  readonly position?: number;
  readonly ja: string;
  readonly en: string;
}

const WORDS: Readonly<Record<NameChangeKind, readonly [ja: string, en: string]>> = {
  width: ['半角にしました', 'made half-width'],
  hiragana: ['ひらがなをカナにしました', 'hiragana became katakana'],
  'small-kana': ['小さいカナを大きくしました', 'small kana became large'],
  'old-kana': ['古いカナを置き換えました', 'obsolete kana was replaced'],
  wo: ['「ヲ」を「オ」にしました', 'ヲ became オ'],
  dash: ['長音・ハイフンを「-」にしました', 'long vowel or dash became "-"'],
  case: ['大文字にしました', 'made upper case'],
  compatibility: ['記号を文字に展開しました', 'a composite character was spelled out'],
  space: ['空白を整えました', 'spaces were tidied'],
  corporate: ['法人格を略語にしました', 'corporate form was abbreviated'],
  cut: ['長すぎる部分を切りました', 'cut to the length of the field'],
};

/** A change with its sentences. */
export function told(change: Omit<NameChange, 'messageJa' | 'messageEn'>): NameChange {
  const { kind, from, to } = change;
  const [ja, en] = WORDS[kind];
  return {
    ...change,
    messageJa: `${ja}: 「${from}」→「${to}」`,
    messageEn: `${en}: "${from}" -> "${to}"`,
  };
}

/** The problem of a character no bank takes. */
export function characterProblem(character: string, position: number): NameProblem {
  if (markOf(character) !== undefined) {
    const ja = '濁点・半濁点が付けられない文字の後にあります';
    const en = 'A voiced mark follows a character that cannot carry it';
    return { code: 'voiced-mark', character, position, ja, en };
  }
  const shown = nameOfCharacter(character);
  if (/^[\p{Script=Han}々〆]$/u.test(character)) {
    const ja = `漢字「${shown}」は使えません。カナで入力してください`;
    const en = `Kanji "${shown}" cannot be sent to a bank; write the name in kana`;
    return { code: 'kanji', character, position, ja, en };
  }
  const ja = `「${shown}」は口座名義に使えない文字です`;
  const en = `"${shown}" is not allowed in the name of an account holder`;
  return { code: 'character', character, position, ja, en };
}

/** The character itself where it can be seen, else its number. */
function nameOfCharacter(character: string): string {
  if (!/^[\p{C}\p{M}\p{Z}]/u.test(character)) return character;
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
}

export const emptyProblem: NameProblem = {
  code: 'empty',
  ja: '口座名義が空です',
  en: 'The name of the account holder is empty',
};

export function tooLong(bytes: number, maxBytes: number): NameProblem {
  return {
    code: 'too-long',
    ja: `口座名義が長すぎます（${bytes}文字、上限${maxBytes}文字。濁点も1文字に数えます）`,
    en: `The name takes ${bytes} characters of at most ${maxBytes}; voiced marks count as one each`,
  };
}
