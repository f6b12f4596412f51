// Tokyo dates and times as the bank writes them, from milliseconds since 1970. Japan keeps UTC+9
// all year. Which days the bank is open is in bank-calendar.ts.

const OFFSET_MS = 9 * 60 * 60 * 1000;
export const DAY_MS = 24 * 60 * 60 * 1000;

/** `2026-11-24T09:30:00.000` on Tokyo's clocks. */
function tokyoText(atMs: number): string {
  return new Date(atMs + OFFSET_MS).toISOString().slice(0, -1);
}

/** `2026-11-24` */
export function dateOf(atMs: number): string {
  return tokyoText(atMs).slice(0, 10);
}

/** `09:30` */
export function minuteOf(atMs: number): string {
  return tokyoText(atMs).slice(11, 16);
}

/** `09:30:00+09:00` */
export function baseTime(atMs: number): string {
  return `${tokyoText(atMs).slice(11, 19)}+09:00`;
}

/** `2026-11-24T09:30:00+09:00` */
export function dateTimeText(atMs: number): string {
  return `${tokyoText(atMs).slice(0, 19)}+09:00`;
}

/** The same with milliseconds, for the control API. */
export function exactText(atMs: number): string {
  return `${tokyoText(atMs)}+09:00`;
}

/** `20261124093000` */
export function secondDigits(atMs: number): string {
  return tokyoText(atMs).slice(0, 19).replace(/\D/g, '');
}

/** The moment at which Tokyo clocks show `time` (HH:MM) on `date`. */
export function momentOf(date: string, time: string): number {
  return Date.parse(`${date}T${time}:00.000Z`) - OFFSET_MS;
}

export function plusDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Whether a text is a date of the calendar, written YYYY-MM-DD. */
export function isDate(text: unknown): text is string {
  if (typeof text !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().slice(0, 10) === text;
}
