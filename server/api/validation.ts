// Checking input against TypeBox schemas: a compiled check on the way in, faults in words only
// where it says no. Bodies are taken as they are (no coercion); query strings carry text, so whole
// numbers and booleans are read from it.
import type { FastifySchemaCompiler } from 'fastify';
import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { invalidInput, type RefusalDetail } from '../base/refusal.ts';
import { faultsOf } from './faults.ts';

export interface Checked<Schema extends TSchema> {
  /** True where the value fits; narrows it. */
  fits(value: unknown): value is Static<Schema>;
  /** Why it does not fit, with pointers starting at `pointer`. Call only after `fits` said no. */
  faults(value: unknown, pointer?: string): readonly RefusalDetail[];
}

/** Compiles a schema once; for routes Fastify does it, resources need it for items of a stream. */
export function compileSchema<Schema extends TSchema>(schema: Schema): Checked<Schema> {
  const compiled = Compile(schema);
  return {
    fits: (value): value is Static<Schema> => compiled.Check(value),
    faults(value, pointer = '') {
      const faults = faultsOf(schema, value, pointer);
      return faults.length > 0 ? faults : [unfit(pointer)];
    },
  };
}

function unfit(pointer: string): RefusalDetail {
  return {
    pointer,
    code: 'invalid',
    ja: '内容が正しくありません。APIの説明をご確認ください。',
    en: 'The content is not valid. See the description of the API.',
  };
}

const WHOLE = /^-?\d{1,15}$/;

function fromText(schema: { readonly type?: unknown } | undefined, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (schema?.type === 'integer' && WHOLE.test(value)) return Number(value);
  if (schema?.type === 'boolean' && (value === 'true' || value === 'false')) {
    return value === 'true';
  }
  return schema?.type === 'array' ? [value] : value;
}

/**
 * A query's values as the schema means them. Undeclared ones stay text, so that they are refused by
 * name.
 */
function readQuery(
  properties: Readonly<Record<string, { readonly type?: unknown }>>,
  query: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const read: Record<string, unknown> = Object.create(null);
  for (const key of Object.keys(query)) {
    const schema = Object.hasOwn(properties, key) ? properties[key] : undefined;
    read[key] = fromText(schema, query[key]);
  }
  return read;
}

/** NUL and surrogate halves cannot be stored as text. */
function isStorable(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isStorable);
  return typeof value !== 'string' || (value.isWellFormed() && !value.includes('\0'));
}

function unstorable(values: Readonly<Record<string, unknown>>): RefusalDetail[] {
  const keys = Object.keys(values).filter((key) => !isStorable(values[key]) || !isStorable(key));
  return keys.slice(0, 5).map((key) => ({
    pointer: `/${key.toWellFormed().replaceAll('\0', '').slice(0, 100)}`,
    code: 'bad_character',
    ja: '使用できない文字が含まれています。',
    en: 'It holds a character that cannot be used.',
  }));
}

/**
 * Fastify's validator compiler. Faults come out as the refusal `invalid_input`. No body is an empty
 * one, so that what is missing is named.
 */
export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const checked = compileSchema(schema);
  if (httpPart === 'body') {
    return (body: unknown) => {
      // Fastify says null for no body.
      const value = body ?? {};
      return checked.fits(value) ? { value } : { error: invalidInput(checked.faults(value)) };
    };
  }
  const properties = (schema as { properties?: Record<string, { type?: unknown }> }).properties;
  return (value: Record<string, unknown>) => {
    const read = httpPart === 'querystring' ? readQuery(properties ?? {}, value) : value;
    const bad = unstorable(read);
    if (bad.length > 0) return { error: invalidInput(bad) };
    if (checked.fits(read)) return { value: read };
    return { error: invalidInput(checked.faults(read)) };
  };
};
