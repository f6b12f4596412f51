// Reading what was typed: amounts, dates, times, spans, choices, files of JSON. What is wrong is a
// usage error that says what is right.
import { readFileSync } from 'node:fs';
import { type Instant, type PlainDate, tokyoInstant } from '../base/clock.ts';
import { type Given, UsageError } from './verb.ts';

const MAX_JSON_BYTES = 1_000_000;

const camel = (name: string) => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

export function text(given: Given, name: string): string | undefined {
  const value = given.options[camel(name)];
  return typeof value === 'string' ? value : undefined;
}

/** Of an option that the parser requires. */
export function needed(given: Given, name: string): string {
  const value = text(given, name);
  if (value === undefined) throw new UsageError(`--${name}を指定してください。`, `Give --${name}.`);
  return value;
}

export function flag(given: Given, name: string): boolean {
  return given.options[camel(name)] === true;
}

export function many(given: Given, name: string): readonly string[] {
  const value = given.options[camel(name)];
  return Array.isArray(value) ? value : [];
}

export function argument(given: Given, place = 0): string {
  const value = given.args[place];
  if (value === undefined) throw new UsageError('引数が足りません。', 'An argument is missing.');
  return value;
}

export function wholeNumber(given: Given, name: string, max: number): number | undefined {
  const typed = text(given, name);
  if (typed === undefined) return undefined;
  const value = Number(typed.replaceAll(',', ''));
  if (/^\d{1,3}(,\d{3})*$|^\d+$/.test(typed) && value <= max) return value;
  throw new UsageError(
    `--${name}は0以上${max.toLocaleString('ja-JP')}以下の整数で指定してください。`,
    `--${name} is a whole number from 0 to ${max.toLocaleString('en')}.`,
  );
}

export function yenAmount(given: Given, name: string): number | undefined {
  return wholeNumber(given, name, Number.MAX_SAFE_INTEGER);
}

export function choice<Value extends string>(
  given: Given,
  name: string,
  values: readonly Value[],
): Value | undefined {
  const typed = text(given, name);
  if (typed === undefined) return undefined;
  const found = values.find((value) => value === typed);
  if (found !== undefined) return found;
  const list = values.join(', ');
  throw new UsageError(`--${name}は次のいずれかです：${list}`, `--${name} is one of: ${list}`);
}

export function onOff(given: Given, name: string): boolean | undefined {
  const typed = choice(given, name, ['on', 'off']);
  return typed === undefined ? undefined : typed === 'on';
}

export function date(given: Given, name: string): PlainDate | undefined {
  const typed = text(given, name);
  if (typed === undefined) return undefined;
  try {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(typed)) throw new RangeError();
    return Temporal.PlainDate.from(typed, { overflow: 'reject' });
  } catch {
    throw new UsageError(
      `--${name}は日付（例：2026-11-24）で指定してください。`,
      `--${name} is a date such as 2026-11-24.`,
    );
  }
}

/** `2026-11-24T09:00:00+09:00`, or `2026-11-24` for its beginning in Tokyo. */
export function instant(given: Given, name: string): Instant | undefined {
  const typed = text(given, name);
  if (typed === undefined) return undefined;
  if (/^\d{4}-\d{2}-\d{2}$/.test(typed)) return tokyoInstant(date(given, name)!, '00:00');
  try {
    return Temporal.Instant.from(typed);
  } catch {
    throw new UsageError(
      `--${name}は日時（例：2026-11-24T09:00:00+09:00）で指定してください。`,
      `--${name} is a time such as 2026-11-24T09:00:00+09:00.`,
    );
  }
}

/** `30m`, `24h`, `7d` as milliseconds. */
export function span(given: Given, name: string): number | undefined {
  const typed = text(given, name);
  if (typed === undefined) return undefined;
  const match = /^(\d{1,5})(m|h|d)$/.exec(typed);
  if (match === null) {
    throw new UsageError(
      `--${name}は期間（例：30m、24h、7d）で指定してください。`,
      `--${name} is a span such as 30m, 24h or 7d.`,
    );
  }
  return Number(match[1]) * { m: 60_000, h: 3_600_000, d: 86_400_000 }[match[2] as 'm' | 'h' | 'd'];
}

const DEFAULT_LIMIT = 50;

export function limit(given: Given): number {
  return wholeNumber(given, 'limit', 1_000) ?? DEFAULT_LIMIT;
}

export function fileBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      `${path}を読み込めません（${code}）。`,
      `${path} cannot be read (${code}).`,
    );
  }
}

export function jsonFile(path: string): unknown {
  const bytes = fileBytes(path);
  try {
    if (bytes.length > MAX_JSON_BYTES) throw new RangeError();
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    // The parser's own words would quote the file, which may hold credentials.
    throw new UsageError(`${path}は正しいJSONではありません。`, `${path} is not valid JSON.`);
  }
}
