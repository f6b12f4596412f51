// What is wrong with a value that does not fit its schema: exact pointers, one fault a place,
// sentences in both languages. Runs only after a compiled check said no (validation.ts). Reads the
// JSON Schema keywords that our schemas use.
import Format from 'typebox/format';
import type { RefusalDetail, Sentence } from '../base/refusal.ts';

const MAX_FAULTS = 20;
const MAX_SEGMENT = 100;

/** The keywords read here; TypeBox makes them, `schemas.ts` makes them. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Faults of `value` under `schema`, at most 20. Empty only where nothing that is read here is
 * broken.
 */
export function faultsOf(schema: unknown, value: unknown, pointer = ''): RefusalDetail[] {
  const faults: RefusalDetail[] = [];
  walk(schema as Schema, value, pointer, faults);
  return faults;
}

function add(faults: RefusalDetail[], pointer: string, code: string, sentence: Sentence): void {
  if (faults.length >= MAX_FAULTS) return;
  const name = nameAt(pointer);
  faults.push({
    pointer,
    code,
    ja: name === '' ? `本文は${sentence.ja}` : `「${name}」は${sentence.ja}`,
    en: name === '' ? `The content ${sentence.en}` : `"${name}" ${sentence.en}`,
  });
}

function nameAt(pointer: string): string {
  const segments = pointer.split('/').slice(1);
  const name = segments.at(-1) ?? '';
  const shown = /^\d+$/.test(name) ? segments.slice(-2).join('/') : name;
  return shown.replaceAll('~1', '/').replaceAll('~0', '~');
}

function below(pointer: string, key: string | number): string {
  const text = String(key).slice(0, MAX_SEGMENT).toWellFormed();
  return `${pointer}/${text.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hasType(type: string, value: unknown): boolean {
  if (type === 'object') return isObject(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'null') return value === null;
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type;
}

const TYPE_NAMES: Readonly<Record<string, Sentence>> = {
  object: { ja: 'オブジェクト', en: 'an object' },
  array: { ja: '配列', en: 'an array' },
  string: { ja: '文字列', en: 'a string' },
  integer: { ja: '整数（引用符なし）', en: 'a whole number, without quotes' },
  number: { ja: '数値（引用符なし）', en: 'a number, without quotes' },
  boolean: { ja: 'true または false', en: 'true or false' },
  null: { ja: 'null', en: 'null' },
};

function walk(schema: Schema, value: unknown, pointer: string, faults: RefusalDetail[]): void {
  if (faults.length >= MAX_FAULTS) return;
  if (schema.anyOf !== undefined) {
    walkUnion(schema.anyOf, value, pointer, faults);
    return;
  }
  const types = schema.type === undefined ? [] : [schema.type].flat();
  if (types.length > 0 && !types.some((type) => hasType(type, value))) {
    const names = types.map((type) => TYPE_NAMES[type] ?? { ja: type, en: type });
    add(faults, pointer, 'wrong_type', {
      ja: `${names.map((name) => name.ja).join('か')}で指定してください。`,
      en: `must be ${names.map((name) => name.en).join(' or ')}.`,
    });
    return;
  }
  const words = schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);
  if (words !== undefined && !words.includes(value)) notAllowed(words, pointer, faults);
  else if (typeof value === 'string') walkString(schema, value, pointer, faults);
  else if (typeof value === 'number') walkNumber(schema, value, pointer, faults);
  else if (Array.isArray(value)) walkArray(schema, value, pointer, faults);
  else if (isObject(value)) walkObject(schema, value, pointer, faults);
}

function notAllowed(words: readonly unknown[], pointer: string, faults: RefusalDetail[]): void {
  const list = words.filter((word) => word !== null).join(', ');
  add(faults, pointer, 'not_allowed', {
    ja: `次のいずれかで指定してください: ${list}`,
    en: `must be one of: ${list}`,
  });
}

function walkString(schema: Schema, value: string, pointer: string, faults: RefusalDetail[]): void {
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY } = schema;
  const length = value.length > 2 * maxLength ? value.length : [...value].length;
  if (length < minLength) {
    add(faults, pointer, 'too_short', {
      ja: `${minLength}文字以上で指定してください。`,
      en: `must have at least ${minLength} character${minLength === 1 ? '' : 's'}.`,
    });
  } else if (length > maxLength) {
    add(faults, pointer, 'too_long', {
      ja: `${maxLength}文字以内で指定してください。`,
      en: `must have at most ${maxLength} characters.`,
    });
  } else if (schema.pattern !== undefined && !new RegExp(schema.pattern, 'u').test(value)) {
    add(faults, pointer, 'bad_format', {
      ja: '形式が正しくありません。',
      en: `has the wrong form; it must match ${schema.pattern}.`,
    });
  } else if (schema.format !== undefined && !Format.Test(schema.format, value)) {
    const example = FORMAT_EXAMPLES[schema.format] ?? schema.format;
    add(faults, pointer, 'bad_format', {
      ja: `正しい形式で指定してください（例: ${example}）。`,
      en: `must have the right form (e.g. ${example}).`,
    });
  }
}

const FORMAT_EXAMPLES: Readonly<Record<string, string>> = {
  date: '2026-11-24',
  'date-time': '2026-11-24T09:30:00+09:00',
  email: 'tantou@example.jp',
  uri: 'https://example.jp/hook',
};

function walkNumber(schema: Schema, value: number, pointer: string, faults: RefusalDetail[]): void {
  const { minimum, maximum } = schema;
  if (minimum !== undefined && value < minimum) {
    add(faults, pointer, 'too_small', {
      ja: `${minimum.toLocaleString('ja-JP')}以上で指定してください。`,
      en: `must be at least ${minimum.toLocaleString('en')}.`,
    });
  } else if (maximum !== undefined && value > maximum) {
    add(faults, pointer, 'too_large', {
      ja: `${maximum.toLocaleString('ja-JP')}以下で指定してください。`,
      en: `must be at most ${maximum.toLocaleString('en')}.`,
    });
  }
}

function walkArray(
  schema: Schema,
  value: readonly unknown[],
  pointer: string,
  faults: RefusalDetail[],
): void {
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY, items } = schema;
  if (value.length < minItems) {
    add(faults, pointer, 'too_few', {
      ja: `${minItems}件以上で指定してください。`,
      en: `must have at least ${minItems} item${minItems === 1 ? '' : 's'}.`,
    });
  } else if (value.length > maxItems) {
    add(faults, pointer, 'too_many', {
      ja: `${maxItems.toLocaleString('ja-JP')}件以内で指定してください。`,
      en: `must have at most ${maxItems.toLocaleString('en')} items.`,
    });
    return;
  }
  if (items === undefined) return;
  for (const [index, item] of value.entries()) {
    if (faults.length >= MAX_FAULTS) return;
    walk(items, item, below(pointer, index), faults);
  }
}

function walkObject(
  schema: Schema,
  value: JsonObject,
  pointer: string,
  faults: RefusalDetail[],
): void {
  for (const name of schema.required ?? []) {
    if (Object.hasOwn(value, name)) continue;
    add(faults, below(pointer, name), 'required', { ja: '必須です。', en: 'is required.' });
  }
  const { maxProperties = Number.POSITIVE_INFINITY, minProperties = 0 } = schema;
  const keys = Object.keys(value);
  if (keys.length > maxProperties || keys.length < minProperties) {
    const [code, ja, en] =
      keys.length > maxProperties
        ? ['too_many', `${maxProperties}項目以内`, `at most ${maxProperties}`]
        : ['too_few', `${minProperties}項目以上`, `at least ${minProperties}`];
    add(faults, pointer, code, { ja: `${ja}で指定してください。`, en: `must have ${en} members.` });
  }
  for (const key of keys) {
    if (faults.length >= MAX_FAULTS) return;
    const member = memberSchema(schema, key);
    if (member !== false) walk(member, value[key], below(pointer, key), faults);
    else {
      add(faults, below(pointer, key), 'unknown_field', {
        ja: '使用できない項目です。綴りと位置を確認するか、取り除いてください。',
        en: 'is not a field here. Check its spelling and place, or remove it.',
      });
    }
  }
}

function memberSchema(schema: Schema, key: string): Schema | false {
  if (schema.properties !== undefined && Object.hasOwn(schema.properties, key)) {
    return schema.properties[key]!;
  }
  for (const [pattern, member] of Object.entries(schema.patternProperties ?? {})) {
    if (new RegExp(pattern, 'u').test(key)) return member;
  }
  const { additionalProperties = true } = schema;
  return additionalProperties === true ? {} : additionalProperties;
}

/**
 * Of a union, the faults of the branch that was meant: the one its tag (`type`) names, or else the
 * one with the least wrong. A field that does not belong weighs double, since it points to another
 * branch.
 */
function walkUnion(
  branches: readonly Schema[],
  value: unknown,
  pointer: string,
  faults: RefusalDetail[],
): void {
  const tag = tagOf(branches);
  let candidates = branches;
  if (tag !== undefined && isObject(value)) {
    const words = branches.map((branch) => branch.properties?.[tag]?.const);
    candidates = branches.filter((_, index) => words[index] === value[tag]);
    if (candidates.length === 0) {
      notAllowed([...new Set(words)], below(pointer, tag), faults);
      return;
    }
  }
  let best: RefusalDetail[] | undefined;
  let bestWeight = Number.POSITIVE_INFINITY;
  for (const branch of candidates) {
    const found: RefusalDetail[] = [];
    walk(branch, value, pointer, found);
    const weight = found.reduce((sum, { code }) => sum + (code === 'unknown_field' ? 2 : 1), 0);
    if (weight === 0) return;
    if (weight < bestWeight) [best, bestWeight] = [found, weight];
  }
  faults.push(...(best ?? []).slice(0, MAX_FAULTS - faults.length));
}

function tagOf(branches: readonly Schema[]): string | undefined {
  const names = Object.keys(branches[0]?.properties ?? {});
  return names.find((name) =>
    branches.every((branch) => typeof branch.properties?.[name]?.const === 'string'),
  );
}
