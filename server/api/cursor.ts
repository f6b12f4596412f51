// Opaque cursors and the page envelope `{data, next_cursor, has_more}`. A cursor holds the sort key
// of the last row; what a resource puts in is its own matter.
import { Refusal } from '../base/refusal.ts';

export const DEFAULT_LIMIT = 20;
export const MAX_LIMIT = 100;
const MAX_CURSOR_LENGTH = 500;

export interface Page<Row> {
  data: Row[];
  next_cursor: string | null;
  has_more: boolean;
}

export function cursorUnreadable(): Refusal {
  const sentence = {
    ja: 'cursor が正しくありません。前のページの next_cursor をそのまま指定してください。',
    en: 'The cursor is not valid. Pass next_cursor of the page before, unchanged.',
  };
  const detail = { pointer: '/cursor', code: 'invalid_cursor', ...sentence };
  return new Refusal('invalid_cursor', sentence, { status: 422, details: [detail] });
}

export function encodeCursor(parts: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/**
 * The parts of a cursor, checked against `shape` (`'string'` or `'number'` per part). Undefined
 * where no cursor was given; throws the refusal `invalid_cursor` for anything not made by
 * `encodeCursor`.
 */
export function decodeCursor<const Shape extends readonly ('string' | 'number')[]>(
  cursor: string | undefined,
  shape: Shape,
): { [Index in keyof Shape]: Shape[Index] extends 'number' ? number : string } | undefined {
  if (cursor === undefined) return undefined;
  if (cursor.length > MAX_CURSOR_LENGTH) throw cursorUnreadable();
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw cursorUnreadable();
  }
  const fits =
    Array.isArray(parts) &&
    parts.length === shape.length &&
    parts.every((part, index) => typeof part === shape[index] && isSound(part));
  if (!fits) throw cursorUnreadable();
  return parts as unknown as ReturnType<typeof decodeCursor<Shape>>;
}

function isSound(part: string | number): boolean {
  if (typeof part === 'number') return Number.isSafeInteger(part);
  return part.isWellFormed() && !part.includes('\0');
}

/**
 * A page from one row more than asked for: `rows` were read with `limit + 1`. `cursorOf` names the
 * row after which the next page starts.
 */
export function pageOf<Row, Shown>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (row: Row) => readonly (string | number)[],
  show: (row: Row) => Shown,
): Page<Shown> {
  const has_more = rows.length > limit;
  const shown = has_more ? rows.slice(0, limit) : rows;
  const last = shown.at(-1);
  return {
    data: shown.map(show),
    next_cursor: has_more && last !== undefined ? encodeCursor(cursorOf(last)) : null,
    has_more,
  };
}
