// TypeBox pieces that several resources of /v1 share: ids, amounts, times, the page envelope,
// problems. What only one resource uses stays in that resource's file. Every object schema refuses
// unknown fields.
import Type, { type Static, type TObject, type TProperties, type TSchema } from 'typebox';
import { SECOND_TYPE_LIMIT_YEN } from '../../base/money.ts';
import { DEFAULT_LIMIT, MAX_LIMIT } from '../cursor.ts';

/** `日本語 / English`: how every description of the API is written. */
export function both(ja: string, en: string): string {
  return `${ja} / ${en}`;
}

/** An object without any field but these. */
export function Strict<Properties extends TProperties>(
  properties: Properties,
  options: Readonly<Record<string, unknown>> = {},
): TObject<Properties> {
  return Type.Object(properties, { ...options, additionalProperties: false }) as never;
}

/**
 * One of some words. A plain `enum`, which errors and OpenAPI show better than a union of literals.
 */
export function OneOf<const Word extends string>(
  words: readonly Word[],
  options: Readonly<Record<string, unknown>> = {},
) {
  return Type.Unsafe<Word>({ type: 'string', enum: [...words], ...options });
}

/** Like `schema`, or null. `type: [..., 'null']`, which serializes without trying alternatives. */
export function Nullable<Schema extends TSchema>(schema: Schema) {
  const {
    type,
    enum: words,
    ...rest
  } = schema as unknown as {
    type: string;
    enum?: readonly unknown[];
  };
  const nullable = { ...rest, type: [type, 'null'], ...(words && { enum: [...words, null] }) };
  return Type.Unsafe<Static<Schema> | null>(nullable);
}

/** `rem_01jd…`: prefix and 26 characters of Crockford base32. */
export function Id(prefix: string, options: Readonly<Record<string, unknown>> = {}) {
  return Type.String({
    pattern: `^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`,
    examples: [`${prefix}_01jdc3q9vhf9k8t3m5n7p2r4s6`],
    ...options,
  });
}

export const Amount = Type.Integer({
  minimum: 1,
  maximum: SECOND_TYPE_LIMIT_YEN,
  description: both('金額（円、整数）', 'Amount in whole yen'),
  examples: [12_000],
});

/** A sum or balance: may be zero or beyond the limit of one remittance. */
export const Yen = Type.Integer({
  description: both('円（整数）', 'Whole yen'),
  examples: [1_250_000],
});

/** RFC 3339 with offset, e.g. `2026-11-23T15:00:00.000+09:00`; answers are in Tokyo time. */
export const Timestamp = Type.String({
  format: 'date-time',
  examples: ['2026-11-24T09:30:00.000+09:00'],
});

export const CalendarDate = Type.String({ format: 'date', examples: ['2026-11-24'] });

const METADATA_KEY = '^[A-Za-z0-9_.-]{1,40}$';

/** Up to 20 of the merchant's own key-value pairs; shown again, never read. */
export const Metadata = Type.Unsafe<Record<string, string>>({
  type: 'object',
  patternProperties: { [METADATA_KEY]: { type: 'string', maxLength: 500 } },
  additionalProperties: false,
  maxProperties: 20,
  description: both(
    '加盟店が自由に使える項目（20個まで、キーは英数字と _ . -）',
    "The merchant's own key-value pairs (up to 20; keys of letters, digits, _ . -)",
  ),
  examples: [{ order: '2026-0042' }],
});

/** Metadata in an answer: any pairs as they were stored. */
export const StoredMetadata = Type.Unsafe<Record<string, string>>({
  type: 'object',
  additionalProperties: { type: 'string' },
  examples: [{ order: '2026-0042' }],
});

/** Members of every list's querystring; spread them beside the resource's own filters. */
export const pageQuery = {
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: MAX_LIMIT,
      default: DEFAULT_LIMIT,
      description: both('1ページの件数（1～100）', 'Rows a page, 1 to 100'),
    }),
  ),
  cursor: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 500,
      description: both('前のページの next_cursor', 'next_cursor of the page before'),
    }),
  ),
} as const;

export function PageOf<Row extends TSchema>(row: Row) {
  return Strict({
    data: Type.Array(row),
    next_cursor: Nullable(Type.String({ examples: ['WzEwNDJd'] })),
    has_more: Type.Boolean(),
  });
}

/**
 * The one path parameter `{id}`, an id of this prefix. Anything else is simply not found: see
 * `uuidOf`.
 */
export const IdParams = Strict({ id: Type.String({ minLength: 1, maxLength: 100 }) });

/** RFC 9457. `code` is for programs, `detail` for people, in the language of Accept-Language. */
export const Problem = Type.Object(
  {
    type: Type.String({ examples: ['urn:kawase:problem:invalid_input'] }),
    title: Type.String(),
    status: Type.Integer({ examples: [422] }),
    detail: Type.String(),
    code: Type.String({ examples: ['invalid_input'] }),
    errors: Type.Optional(
      Type.Array(
        Strict({
          pointer: Type.String({ examples: ['/destination/bank_code'] }),
          code: Type.String({ examples: ['unknown_bank'] }),
          detail: Type.String(),
        }),
      ),
    ),
    request_id: Type.String({ examples: ['req_k3v9x2_1a'] }),
  },
  {
    $id: 'Problem',
    additionalProperties: true,
    description: both(
      '問題の説明（RFC 9457）。code はプログラム用、detail は利用者用の文です。',
      'What went wrong (RFC 9457): code for programs, detail for people.',
    ),
  },
);
