// What answers mean and when a delivery is tried again, and which events an endpoint takes.
import { expect, test } from 'vitest';
import { type Answer, judge, SCHEDULE_MS } from './delivery.ts';
import { isGivenUp, matchesFilter, PING, wants } from './endpoint.ts';

const now = Temporal.Instant.from('2026-11-24T00:00:00Z');
const answer = (status: number | null, retryAfter: string | null = null): Answer => ({
  status,
  error: status === null ? 'timeout' : null,
  retryAfter,
  durationMs: 5,
});
const given = { attempts: 1, throttleLevel: 0, now, random: 0 };
const inSeconds = (at: Temporal.Instant | null) =>
  at === null ? null : (at.epochMilliseconds - now.epochMilliseconds) / 1000;

test('any 2xx is success, nothing else is', () => {
  for (const status of [200, 201, 202, 204, 299]) {
    expect(judge(answer(status), given).status).toBe('delivered');
  }
  for (const status of [100, 301, 302, 304, 307, 400, 401, 404, 500, 503, null]) {
    expect(judge(answer(status), given).status).toBe('pending');
  }
});

test('the pauses are those of the specification; after the last attempt it is dead', () => {
  const pauses = SCHEDULE_MS.map((_, index) =>
    inSeconds(judge(answer(500), { ...given, attempts: index + 1 }).nextAt),
  );
  expect(pauses).toEqual([5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400, null]);
  expect(judge(answer(500), { ...given, attempts: 10 }).status).toBe('dead');
  expect(inSeconds(judge(answer(500), { ...given, random: 0.999 }).nextAt)).toBeCloseTo(5.5, 1);
});

test('Retry-After lengthens the pause, in seconds or as a date, by a day at most', () => {
  const next = (retryAfter: string) => inSeconds(judge(answer(503, retryAfter), given).nextAt);
  expect(next('120')).toBe(120);
  expect(next('1')).toBe(5);
  expect(next('Tue, 24 Nov 2026 00:10:00 GMT')).toBe(600);
  expect(next('99999999')).toBe(86_400);
  expect(next('Mon, 23 Nov 2026 00:00:00 GMT')).toBe(5);
  expect(next('soon')).toBe(5);
});

test('429, 502 and 504 slow the whole endpoint down, more each time; 410 ends it', () => {
  const until = (status: number, throttleLevel: number, retryAfter?: string) =>
    inSeconds(judge(answer(status, retryAfter), { ...given, throttleLevel }).throttledUntil);
  expect([0, 1, 2, 7, 10].map((level) => until(429, level))).toEqual([5, 10, 20, 600, 600]);
  expect([until(502, 0), until(504, 0), until(429, 0, '60')]).toEqual([5, 5, 60]);
  expect([until(500, 0), until(503, 0), until(200, 0)]).toEqual([null, null, null]);
  expect(judge(answer(410), given)).toMatchObject({ status: 'dead', isGone: true });
});

test('filters name types or beginnings; a ping goes to the pinged endpoint alone', () => {
  expect(matchesFilter([], 'remittance.paid')).toBe(true);
  expect(matchesFilter(['remittance.*'], 'remittance.paid')).toBe(true);
  expect(matchesFilter(['remittance.*'], 'remittances.paid')).toBe(false);
  expect(matchesFilter(['deposit.received'], 'remittance.paid')).toBe(false);
  const endpoint = {
    endpointId: 'a',
    eventTypes: ['deposit.*'],
    fromSeq: 5,
    status: 'enabled' as const,
  };
  const event = { type: 'deposit.received', seq: 6, objectId: 'd' };
  expect(wants(endpoint, event)).toBe(true);
  expect(wants(endpoint, { ...event, seq: 5 })).toBe(false);
  expect(wants({ ...endpoint, status: 'disabled' }, event)).toBe(false);
  expect(wants(endpoint, { ...event, type: PING, objectId: 'a' })).toBe(true);
  expect(wants(endpoint, { ...event, type: PING, objectId: 'b' })).toBe(false);
});

test('an endpoint is given up after five days of nothing but failures', () => {
  expect(isGivenUp(null, now)).toBe(false);
  expect(isGivenUp(now.subtract({ hours: 119 }), now)).toBe(false);
  expect(isGivenUp(now.subtract({ hours: 120 }), now)).toBe(true);
});
