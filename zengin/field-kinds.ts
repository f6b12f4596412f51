// The fields that several formats have in common, as short builders: bank, branch, account, names,
// dates, amounts. Only building; what the rules mean is in field.ts.

import type { Field, Presence } from './field.ts';
import type { CharacterClass } from './kana.ts';

/** 預金種目: what an account is. `other` stands for その他 (9). */
export type AccountType = 'ordinary' | 'current' | 'savings' | 'other';

/** 預金種目 codes, and their words in Japanese for documentation and screens. */
export const ACCOUNT_TYPE_CODES: Readonly<Record<AccountType, string>> = {
  ordinary: '1',
  current: '2',
  savings: '4',
  other: '9',
};

/** コード区分: the character code a file says it is in. Only JIS bytes can be read here. */
export type CodeDivision = 'jis' | 'ebcdic';

type Extra = Pick<Field, 'initial' | 'blank' | 'onlyIf' | 'remark'>;

export function digits(
  name: string,
  label: string,
  offset: number,
  length: number,
  presence: Presence,
  extra: Extra & { fill?: boolean } = {},
): Field {
  const { fill = false, ...rest } = extra;
  const rule = { kind: 'digits', presence, fill } as const;
  return { name, label, offset, length, type: 'N', rule, ...rest };
}

export function number(
  name: string,
  label: string,
  offset: number,
  length: number,
  presence: Presence,
  extra: Extra & { minimum?: number } = {},
): Field {
  const { minimum = 0, ...rest } = extra;
  const rule = { kind: 'number', presence, minimum } as const;
  return { name, label, offset, length, type: 'N', rule, ...rest };
}

export function text(
  name: string,
  label: string,
  offset: number,
  length: number,
  presence: Presence,
  characters: CharacterClass,
  extra: Extra = {},
): Field {
  const rule = { kind: 'text', presence, characters } as const;
  return { name, label, offset, length, type: 'C', rule, ...extra };
}

export function eraDate(
  name: string,
  label: string,
  offset: number,
  presence: Presence,
  extra: Extra = {},
): Field {
  const rule = { kind: 'era-date', presence } as const;
  return { name, label, offset, length: 6, type: 'N', rule, ...extra };
}

export function code(
  name: string,
  label: string,
  offset: number,
  presence: Presence,
  codes: Readonly<Record<string, string>>,
  extra: Extra & { fallback?: string | null } = {},
): Field {
  const { fallback, ...rest } = extra;
  const rule = { kind: 'code', presence, codes, ...(fallback === undefined ? {} : { fallback }) };
  const length = Object.keys(codes)[0]!.length;
  return { name, label, offset, length, type: 'N', rule: rule as Field['rule'], ...rest };
}

export function accountType(offset: number, types: readonly AccountType[]): Field {
  const codes: Record<string, string> = {};
  for (const type of types) codes[ACCOUNT_TYPE_CODES[type]] = type;
  return code('accountType', '預金種目', offset, 'required', codes);
}

export function constant(label: string, offset: number, value: string, remark?: string): Field {
  const rule = { kind: 'constant', text: value } as const;
  const field = { name: 'constant', label, offset, length: value.length, type: 'N', rule } as const;
  return remark === undefined ? field : { ...field, remark };
}

/** 種別コード and コード区分, bytes 2 to 4 of every header. */
export function formatFields(typeCode: string): readonly Field[] {
  const codes = { 0: 'jis', 1: 'ebcdic' };
  return [
    constant('種別コード', 1, typeCode),
    code('codeDivision', 'コード区分', 3, 'required', codes, { initial: 'jis' }),
  ];
}
