// Reading bodies: strict JSON of storable text, and NDJSON handed through as a stream to the routes
// that take it.
import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import type { Refusal } from '../base/refusal.ts';
import { refusalOf } from './problem.ts';

const MAX_DEPTH = 32;

export const malformedJson = () =>
  refusalOf(
    'malformed_json',
    400,
    'JSONとして読み取れません。括弧・引用符・カンマをご確認ください。',
    'This is not JSON. Check brackets, quotes and commas.',
  );

const notUtf8 = () =>
  refusalOf(
    'malformed_json',
    400,
    'UTF-8として読み取れません。文字コードをUTF-8にしてください。',
    'This is not UTF-8. Send UTF-8.',
  );

const badCharacter = () =>
  refusalOf(
    'bad_character',
    422,
    '使用できない文字（NULまたは片方だけのサロゲート）が含まれています。',
    'It holds a character that cannot be used (NUL or half a surrogate pair).',
  );

/** Code that copies fields would take it for something else than a field. */
const badName = () =>
  refusalOf(
    'bad_name',
    422,
    '「__proto__」という項目名は使えません。',
    'A field cannot be named "__proto__".',
  );

const tooDeep = () =>
  refusalOf(
    'too_deep',
    422,
    `入れ子は${MAX_DEPTH}段までにしてください。`,
    `Nest no deeper than ${MAX_DEPTH} levels.`,
  );

function isSound(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

function refuseUnsound(value: unknown, depth: number): void {
  if (typeof value === 'string') {
    if (!isSound(value)) throw badCharacter();
  } else if (typeof value === 'object' && value !== null) {
    if (depth >= MAX_DEPTH) throw tooDeep();
    for (const key of Object.keys(value)) {
      if (!isSound(key)) throw badCharacter();
      if (key === '__proto__') throw badName();
      refuseUnsound((value as Record<string, unknown>)[key], depth + 1);
    }
  }
}

/**
 * Parses one JSON text. Throws the refusals `malformed_json`, `bad_character`, `bad_name`,
 * `too_deep`.
 */
export function parseJson(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw notUtf8();
  const text = bytes.toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformedJson();
  }
  refuseUnsound(value, 0);
  return value;
}

const ndjsonNotHere = (): Refusal =>
  refusalOf(
    'unsupported_media_type',
    415,
    'このURLはNDJSONを受け付けません。application/json で送ってください。',
    'This URL does not take NDJSON. Send application/json.',
  );

export function addBodyParsers(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      // No bytes are no body, as without a Content-Type.
      done(null, body.length === 0 ? undefined : parseJson(body as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });
  app.addContentTypeParser('application/x-ndjson', (request, payload, done) => {
    if (request.routeOptions.config.ndjson === true) done(null, payload);
    else done(ndjsonNotHere());
  });
}
