// The throttle upon a clock that the test turns: the limit in every second, turns between lanes,
// callers that give up, and the longest queue.
import { beforeEach, expect, test } from 'vitest';
import { createThrottle, type Passage, type Throttle } from './throttle.ts';

let now = 0;
let throttle: Throttle;
const passed: { readonly lane: string; readonly at: number }[] = [];
const never = new AbortController().signal;

beforeEach(() => {
  now = 0;
  passed.length = 0;
  throttle = createThrottle({
    monotonicMs: () => now,
    async sleep(ms) {
      // Whoever passed is through before time goes on.
      await new Promise(setImmediate);
      now += ms;
    },
  });
});

async function pass(lane: string, signal = never, partner = 'p'): Promise<Passage> {
  const passage = await throttle.pass({ partner, lane, callsPerSecond: 10, signal });
  if (passage === 'passed') passed.push({ lane, at: now });
  return passage;
}

const times = (count: number, lane: string) => Array.from({ length: count }, () => pass(lane));

test('never more than the limit within any second', async () => {
  await Promise.all(times(35, 'a'));
  expect(passed).toHaveLength(35);
  for (const { at } of passed) {
    const within = passed.filter((other) => other.at >= at && other.at < at + 1_000);
    expect(within.length).toBeLessThanOrEqual(10);
  }
  expect(passed.at(-1)!.at).toBeLessThan(4_000);
});

test('a long queue of one lane delays another by one turn', async () => {
  const long = times(100, 'long');
  const short = times(3, 'short');
  await Promise.all([...long, ...short]);
  const places = passed.flatMap(({ lane }, index) => (lane === 'short' ? [index] : []));
  // The first ten passed at once, before the others came.
  expect(Math.max(...places)).toBeLessThanOrEqual(17);
});

test('partners do not wait for one another', async () => {
  const busy = times(50, 'a');
  expect(await pass('b', never, 'other')).toBe('passed');
  expect(passed.find(({ lane }) => lane === 'b')!.at).toBe(0);
  await Promise.all(busy);
});

test('who gives up does not pass, and takes no turn', async () => {
  const caller = new AbortController();
  const first = times(10, 'a');
  const waiting = pass('a', caller.signal);
  caller.abort();
  expect(await waiting).toBe('gone');
  expect(await pass('a', AbortSignal.abort())).toBe('gone');
  await Promise.all(first);
  expect(await pass('a')).toBe('passed');
  expect(passed).toHaveLength(11);
});

test('the row is bounded', async () => {
  const held = Array.from({ length: 1_011 }, () => pass('a'));
  expect(await pass('a')).toBe('full');
  expect(new Set(await Promise.all(held.slice(0, 1_000)))).toEqual(new Set(['passed']));
});
