// Time as Kawase sees it: wall time, a shop's own time (a test shop's clock may run ahead), and
// Asia/Tokyo dates. The business calendar is in calendar.ts; where a shop's offset is stored is the
// database's matter (deed.ts).

export type Instant = Temporal.Instant;
export type PlainDate = Temporal.PlainDate;

/** Wall time, handed down from `main`; tests hand down their own. */
export type WallClock = () => Instant;

export const wallClock: WallClock = () => Temporal.Now.instant();

export const TOKYO = 'Asia/Tokyo';

export function tokyoDate(at: Instant): PlainDate {
  return at.toZonedDateTimeISO(TOKYO).toPlainDate();
}

/** The instant at which Tokyo clocks show `time` ("15:00") on `date`. */
export function tokyoInstant(date: PlainDate, time: string): Instant {
  return date
    .toZonedDateTime({ timeZone: TOKYO, plainTime: Temporal.PlainTime.from(time) })
    .toInstant();
}

/** `2026-11-23T15:00:00+09:00`: how instants are shown in the API. */
export function tokyoTimestamp(at: Instant): string {
  const tokyo = at.toZonedDateTimeISO(TOKYO);
  return tokyo.toString({ timeZoneName: 'never', smallestUnit: 'millisecond' });
}

export function shopTime(wall: Instant, offsetMs: number): Instant {
  return offsetMs === 0 ? wall : wall.add({ milliseconds: offsetMs });
}

export function earlier(left: Instant, right: Instant): Instant {
  return Temporal.Instant.compare(left, right) <= 0 ? left : right;
}

export function isBefore(left: Instant, right: Instant): boolean {
  return Temporal.Instant.compare(left, right) < 0;
}
