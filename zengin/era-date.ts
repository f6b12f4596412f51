// Dates of bank files: 和暦 YYMMDD and MMDD to and from ISO 'YYYY-MM-DD'. The files name neither era
// nor year, so an explicit reference date (`asOf`) decides. No clock is read here.

const REIWA_BASE = 2018;
const REIWA_START = '2019-05-01';
const HEISEI_BASE = 1988;
const HEISEI_START = '1989-01-08';
const ISO_DATE = /^(\d{4})-(\d{2})-(\d{2})$/;

/**
 * ISO date of 和暦 `yymmdd`, or null when no era gives a date. 令和 unless that lies more than a
 * year after `asOf` (value dates lie a little ahead) or before the era began; then 平成.
 */
export function eraDateToIso(yymmdd: string, asOf: string): string | null {
  if (!/^\d{6}$/.test(yymmdd)) return null;
  const year = Number(yymmdd.slice(0, 2));
  const month = Number(yymmdd.slice(2, 4));
  const day = Number(yymmdd.slice(4, 6));
  if (year === 0) return null;
  const reiwa = isoDate(REIWA_BASE + year, month, day);
  if (reiwa !== null && reiwa >= REIWA_START && reiwa <= oneYearAfter(asOf)) return reiwa;
  const heisei = isoDate(HEISEI_BASE + year, month, day);
  return heisei !== null && heisei >= HEISEI_START && heisei < REIWA_START ? heisei : null;
}

/** 和暦 YYMMDD of an ISO date from 1989-01-08 on, or null when it is no such date. */
export function isoToEraDate(iso: string): string | null {
  if (!isIsoDate(iso) || iso < HEISEI_START) return null;
  const year = Number(iso.slice(0, 4)) - (iso >= REIWA_START ? REIWA_BASE : HEISEI_BASE);
  if (year > 99) return null;
  return `${String(year).padStart(2, '0')}${iso.slice(5, 7)}${iso.slice(8, 10)}`;
}

/**
 * ISO date of `mmdd` nearest to `asOf` among the years before, of and after it; so 0104 read on
 * 30 December is next year's. Null when none of the three years has that day (29 February).
 */
export function monthDayToIso(mmdd: string, asOf: string): string | null {
  if (!/^\d{4}$/.test(mmdd)) return null;
  const month = Number(mmdd.slice(0, 2));
  const day = Number(mmdd.slice(2, 4));
  const reference = Date.parse(asOf);
  let nearest: string | null = null;
  let distance = Number.POSITIVE_INFINITY;
  for (let year = Number(asOf.slice(0, 4)) - 1, last = year + 2; year <= last; year += 1) {
    const candidate = isoDate(year, month, day);
    if (candidate === null) continue;
    const away = Math.abs(Date.parse(candidate) - reference);
    // A tie goes to the later year: transfer dates lie ahead more often than behind.
    if (away <= distance) [nearest, distance] = [candidate, away];
  }
  return nearest;
}

/** MMDD of an ISO date, or null when it is none. */
export function isoToMonthDay(iso: string): string | null {
  return isIsoDate(iso) ? `${iso.slice(5, 7)}${iso.slice(8, 10)}` : null;
}

export function isIsoDate(text: string): boolean {
  const match = ISO_DATE.exec(text);
  return match !== null && isoDate(Number(match[1]), Number(match[2]), Number(match[3])) === text;
}

function isoDate(year: number, month: number, day: number): string | null {
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return null;
  const two = (value: number): string => (value < 10 ? `0${value}` : `${value}`);
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function oneYearAfter(iso: string): string {
  return `${String(Number(iso.slice(0, 4)) + 1).padStart(4, '0')}${iso.slice(4)}`;
}
