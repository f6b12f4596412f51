// Numbers and times as people of an office read them: yen with separators, days with their weekday,
// always in Japan's time, whatever clock the browser has.
import { locale } from './language.ts';

const ZONE = 'Asia/Tokyo';

/** In tables: `¥1,234,567`. */
export function yen(amount: number): string {
  return `¥${amount.toLocaleString('en-US')}`;
}

/** In sentences: `1,234,567円`, in English `¥1,234,567`. */
export function yenInWords(amount: number): string {
  const text = amount.toLocaleString('en-US');
  return locale() === 'ja' ? `${text}円` : `¥${text}`;
}

function dayParts(date: string | Date, options: Intl.DateTimeFormatOptions): string {
  const at = typeof date === 'string' ? new Date(date) : date;
  const tag = locale() === 'ja' ? 'ja-JP' : 'en-GB';
  return new Intl.DateTimeFormat(tag, { timeZone: ZONE, ...options }).format(at);
}

/** `2026-07-02` or an instant: `7月2日（木）`, `Thu 2 Jul`; with the year where it is another. */
export function day(date: string): string {
  const at = date.length === 10 ? new Date(`${date}T12:00:00+09:00`) : new Date(date);
  const isThisYear =
    dayParts(at, { year: 'numeric' }) === dayParts(new Date(), { year: 'numeric' });
  const year = isThisYear ? {} : ({ year: 'numeric' } as const);
  if (locale() === 'en') {
    return dayParts(at, { weekday: 'short', day: 'numeric', month: 'short', ...year });
  }
  const weekday = dayParts(at, { weekday: 'short' });
  return `${dayParts(at, { month: 'long', day: 'numeric', ...year })}（${weekday}）`;
}

/** `15:00` in Japan. */
export function hour(instant: string): string {
  return dayParts(instant, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
}

/** `7月2日（木）15:00`. */
export function moment(instant: string): string {
  return locale() === 'ja'
    ? `${day(instant)}${hour(instant)}`
    : `${day(instant)}, ${hour(instant)}`;
}

/** For tables: `2026/07/02 15:00`. */
export function stamp(instant: string): string {
  const at = new Date(instant);
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: ZONE,
    ...{ year: 'numeric', month: '2-digit', day: '2-digit' },
    ...{ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  }).formatToParts(at);
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  return `${of('year')}/${of('month')}/${of('day')} ${of('hour')}:${of('minute')}`;
}

/** The civil day in Japan of an instant: `2026-07-02`. */
export function civilDay(instant: string | Date): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: ZONE }).format(new Date(instant));
}
