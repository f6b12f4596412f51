// What a ladder comes to: its days, each once and within the link's life, and the addresses.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tokyoDate, tokyoInstant } from '../base/clock.ts';
import { DEFAULT_LADDER, type ReminderLadder } from '../merchants/reminder-ladder.ts';
import { addressesFor, ladderOf, remindersFor } from './reminders.ts';

const NOW = Temporal.Instant.from('2026-11-24T03:00:00Z');
/** Open through this day. */
const until = (day: string) => ({
  expiresAt: tokyoInstant(Temporal.PlainDate.from(day).add({ days: 1 }), '00:00'),
});
const planned = (ladder: ReminderLadder, lastDay: string) =>
  remindersFor(ladder, NOW, until(lastDay)).map(
    ({ dueAt, channel }) =>
      `${dueAt.toZonedDateTimeISO('Asia/Tokyo').toPlainDateTime()} ${channel}`,
  );

describe('the days', () => {
  test.each<[string, ReminderLadder, string, string[]]>([
    [
      'the usual ladder',
      DEFAULT_LADDER,
      '2026-12-24',
      ['2026-11-27T10:00:00 mail', '2026-12-01T10:00:00 sms', '2026-12-22T10:00:00 both'],
    ],
    [
      'a link of four days',
      DEFAULT_LADDER,
      '2026-11-28',
      ['2026-11-26T10:00:00 both', '2026-11-27T10:00:00 mail'],
    ],
    [
      'two rungs on a day: before the end says',
      DEFAULT_LADDER,
      '2026-12-03',
      ['2026-11-27T10:00:00 mail', '2026-12-01T10:00:00 both'],
    ],
    ['a link of today', DEFAULT_LADDER, '2026-11-24', []],
    ['nobody is reminded', [], '2026-12-24', []],
    [
      'the last day itself',
      [{ before: 0, channel: 'sms' }],
      '2026-11-30',
      ['2026-11-30T10:00:00 sms'],
    ],
    ['after the last day', [{ after: 7, channel: 'mail' }], '2026-11-30', []],
    ['before the first', [{ before: 30, channel: 'mail' }], '2026-11-30', []],
  ])('%s', (_name, ladder, lastDay, expected) => {
    expect(planned(ladder, lastDay)).toEqual(expected);
  });

  const rung = fc.tuple(fc.integer({ min: 0, max: 40 }), fc.constantFrom('mail', 'sms', 'both'));
  const someLadder = fc.array(fc.tuple(rung, fc.boolean()), { maxLength: 10 }).map((rungs) =>
    rungs.map(([[days, channel], isBefore]) => ({
      ...(isBefore ? { before: days } : { after: days }),
      channel,
    })),
  ) as fc.Arbitrary<ReminderLadder>;

  test('each once, in order, after today and within the life of the link', () => {
    fc.assert(
      fc.property(someLadder, fc.integer({ min: 0, max: 60 }), (ladder, days) => {
        const lastDay = tokyoDate(NOW).add({ days });
        const link = until(lastDay.toString());
        const found = remindersFor(ladder, NOW, link).map(({ dueAt }) => tokyoDate(dueAt));
        for (const day of found) {
          expect(Temporal.PlainDate.compare(day, tokyoDate(NOW))).toBe(1);
          expect(Temporal.PlainDate.compare(day, lastDay)).toBeLessThan(1);
        }
        expect(found).toEqual(found.toSorted(Temporal.PlainDate.compare));
        expect(new Set(found.map(String)).size).toBe(found.length);
      }),
    );
  });
});

test('the link’s own ladder comes before the shop’s, an empty one too', () => {
  const own: ReminderLadder = [{ after: 1, channel: 'sms' }];
  expect(ladderOf({ reminders: null }, { reminders: null })).toBe(DEFAULT_LADDER);
  expect(ladderOf({ reminders: own }, { reminders: null })).toBe(own);
  expect(ladderOf({ reminders: own }, { reminders: [] })).toEqual([]);
});

describe('the addresses', () => {
  const [email, sms] = ['hanako@example.jp', '+819012345678'];
  test.each([
    ['mail', { email, sms }, [], { email, sms: null }],
    ['sms', { email, sms }, [], { email: null, sms }],
    ['both', { email, sms }, [], { email, sms }],
    ['sms', { email, sms: null }, [], { email, sms: null }],
    ['mail', { email: null, sms }, [], { email: null, sms }],
    ['mail', { email, sms }, ['mail'], { email: null, sms }],
    ['both', { email, sms }, ['sms'], { email, sms: null }],
    // Perhaps it works again: better than nothing.
    ['mail', { email, sms: null }, ['mail'], { email, sms: null }],
    ['both', { email: null, sms: null }, [], { email: null, sms: null }],
  ] as const)('by %s to %j, of which %j bounced', (channel, deliver, bounced, expected) => {
    expect(addressesFor(deliver, channel, new Set(bounced))).toEqual(expected);
  });
});
