// The fields by which a bank account is given, in registrations, checks and destinations alike, and
// how findings about them are shown. What the fields must hold is the rule of
// recipients/bank-account.ts.
import Type, { type Static } from 'typebox';
import type { RefusalDetail } from '../../base/refusal.ts';
import type { ChangeDetail } from '../../recipients/refusals.ts';
import type { Locale } from '../locale.ts';
import { both, OneOf, Strict } from './schemas.ts';

/**
 * Longer than any right value, so that the rule can say what is wrong with one that is too long.
 */
const CODE_LENGTH = 40;

/** Spread into a `Strict`. All optional: either the bank fields or the two of ゆうちょ are given. */
export const bankAccountFields = {
  bank_code: Type.Optional(
    Type.String({
      maxLength: CODE_LENGTH,
      description: both('銀行コード（4桁）', 'Bank code, 4 digits'),
      examples: ['0005'],
    }),
  ),
  branch_code: Type.Optional(
    Type.String({
      maxLength: CODE_LENGTH,
      description: both('支店コード（3桁）', 'Branch code, 3 digits'),
      examples: ['100'],
    }),
  ),
  account_type: Type.Optional(
    OneOf(['ordinary', 'current', 'savings'], {
      description: both(
        '預金種目。ordinary: 普通、current: 当座、savings: 貯蓄',
        'Account type: ordinary (普通), current (当座) or savings (貯蓄)',
      ),
      examples: ['ordinary'],
    }),
  ),
  account_number: Type.Optional(
    Type.String({
      maxLength: CODE_LENGTH,
      description: both(
        '口座番号。7桁に満たないときは先頭に0を補います',
        'Account number; fewer than 7 digits are filled with leading zeros',
      ),
      examples: ['1234567'],
    }),
  ),
  yucho_symbol: Type.Optional(
    Type.String({
      maxLength: CODE_LENGTH,
      description: both(
        'ゆうちょ銀行の記号（5桁）。銀行・支店・種目・口座番号の代わりに番号とともに指定',
        'Symbol (記号) of a Yucho account, 5 digits; with the number, instead of the bank fields',
      ),
    }),
  ),
  yucho_number: Type.Optional(
    Type.String({
      maxLength: CODE_LENGTH,
      description: both('ゆうちょ銀行の番号', 'Number (番号) of a Yucho account'),
    }),
  ),
  account_holder: Type.Optional(
    Type.String({
      maxLength: 200,
      description: both(
        '口座名義（カナ）。全角・半角・ひらがな・小書き文字・法人略語は銀行の表記に直します',
        "Account holder's name in kana; width, hiragana, small kana, corporate forms are mended",
      ),
      examples: ['ヤマダ タロウ'],
    }),
  ),
  cut_account_holder: Type.Optional(
    Type.Boolean({
      description: both(
        '30文字を超える名義を切って送る（既定は拒否）',
        'Cut a name of more than 30 characters instead of refusing it',
      ),
    }),
  ),
} as const;

/** What was found about a field. */
export const Finding = Strict({
  pointer: Type.String({ examples: ['/account_holder'] }),
  code: Type.String({ examples: ['name_wo'] }),
  detail: Type.String({ examples: ['「ヲ」を「オ」にしました: 「ヲ」→「ｵ」'] }),
});

export const Change = Strict({
  pointer: Type.String({ examples: ['/account_number'] }),
  code: Type.String({ examples: ['zeros_added'] }),
  detail: Type.String({ examples: ['先頭に0を補いました: 「12345」→「0012345」'] }),
  from: Type.String({ examples: ['12345'] }),
  to: Type.String({ examples: ['0012345'] }),
});

export function showFinding(finding: RefusalDetail, locale: Locale): Static<typeof Finding> {
  return { pointer: finding.pointer, code: finding.code, detail: finding[locale] };
}

export function showChange(change: ChangeDetail, locale: Locale): Static<typeof Change> {
  return { ...showFinding(change, locale), from: change.from, to: change.to };
}
