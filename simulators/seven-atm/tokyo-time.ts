// Tokyo dates and times as the network writes and reads them, from milliseconds since 1970. Japan
// keeps UTC+9 all year.

const OFFSET_MS = 9 * 60 * 60 * 1000;
export const DAY_MS = 24 * 60 * 60 * 1000;

/** `2026-11-24T09:30:00.000+09:00` */
export function timeText(atMs: number): string {
  return `${new Date(atMs + OFFSET_MS).toISOString().slice(0, -1)}+09:00`;
}

/** `2026-11-24` */
export function dateOf(atMs: number): string {
  return timeText(atMs).slice(0, 10);
}

/** `2026年11月24日（火）` */
export function dateInWords(date: string): string {
  const [year, month, day] = date.split('-').map(Number) as [number, number, number];
  const weekday = '日月火水木金土'[new Date(Date.UTC(year, month - 1, day)).getUTCDay()];
  return `${year}年${month}月${day}日（${weekday}）`;
}

export function plusDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** The moment at which Tokyo clocks show `time` (HH:MM) on `date`. */
export function momentOf(date: string, time = '00:00'): number {
  return Date.parse(`${date}T${time}:00.000Z`) - OFFSET_MS;
}

/** Whether a text is a date of the calendar, written YYYY-MM-DD. */
export function isDate(text: unknown): text is string {
  if (typeof text !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().slice(0, 10) === text;
}

/** Milliseconds of a date-time with offset; undefined for anything else. */
export function momentOfText(text: unknown): number | undefined {
  if (typeof text !== 'string' || !/T.*(Z|[+-]\d{2}:?\d{2})$/.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
}
