// The lane: batches, order, overflow, errors.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLane } from './lane.ts';

const full = () => new Error('full');

/** A lane whose batches wait to be let go, and what they were. */
function slowLane(limits: { maxBatch: number; maxWaiting: number }) {
  const batches: number[][] = [];
  const gates: ((results?: readonly (string | Error)[]) => void)[] = [];
  const lane = createLane<number, string>({
    ...limits,
    onFull: full,
    flush(items) {
      batches.push([...items]);
      const { promise, resolve } = Promise.withResolvers<readonly (string | Error)[]>();
      gates.push((results) => resolve(results ?? items.map((item) => `done ${item}`)));
      return promise;
    },
  });
  const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  return { lane, batches, gates, turn };
}

test('an idle lane flushes at once, and gathers while a batch is under way', async () => {
  const { lane, batches, gates, turn } = slowLane({ maxBatch: 3, maxWaiting: 100 });
  const first = lane.submit(1);
  expect(lane.isRunning).toBe(true);
  await turn();
  const rest = [2, 3, 4, 5].map((item) => lane.submit(item));
  expect(batches).toEqual([[1]]);
  expect(lane.waiting).toBe(4);
  gates[0]!();
  await expect(first).resolves.toBe('done 1');
  await turn();
  gates[1]!();
  await turn();
  gates[2]!();
  await expect(Promise.all(rest)).resolves.toEqual(['done 2', 'done 3', 'done 4', 'done 5']);
  expect(batches).toEqual([[1], [2, 3, 4], [5]]);
  await lane.idle();
  expect(lane.isRunning).toBe(false);
});

test('too many are refused at once, and the others go on', async () => {
  const { lane, gates, turn } = slowLane({ maxBatch: 10, maxWaiting: 2 });
  const kept = [lane.submit(1), lane.submit(2)];
  await expect(lane.submit(3)).rejects.toThrow('full');
  await turn();
  gates[0]!();
  await expect(Promise.all(kept)).resolves.toEqual(['done 1', 'done 2']);
});

test('an error of one is its own, one of the batch everyone’s; the next batch goes', async () => {
  const { lane, gates, turn } = slowLane({ maxBatch: 3, maxWaiting: 10 });
  const one = Promise.allSettled([lane.submit(1), lane.submit(2), lane.submit(3)]);
  await turn();
  gates[0]!(['a', new Error('only mine')]);
  expect(
    (await one).map((each) => (each.status === 'rejected' ? `${each.reason}` : each.value)),
  ).toEqual(['a', 'Error: only mine', 'Error: the batch lost an item']);
  const lane2 = createLane<number, number>({
    maxBatch: 2,
    maxWaiting: 10,
    onFull: full,
    flush: async (items) => {
      if (items.includes(1)) throw new Error('all of it');
      return items;
    },
  });
  const results = await Promise.allSettled([1, 2, 3].map((item) => lane2.submit(item)));
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
});

test('idle resolves at once where nothing runs', async () => {
  await slowLane({ maxBatch: 1, maxWaiting: 1 }).lane.idle();
});

test('every item is flushed once, in order, whatever the batches', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(2), { maxLength: 60 }),
      fc.integer({ min: 1, max: 7 }),
      async (pauses, maxBatch) => {
        const seen: number[] = [];
        let underWay = 0;
        const lane = createLane<number, number>({
          maxBatch,
          maxWaiting: 1_000,
          onFull: full,
          async flush(items) {
            underWay += 1;
            expect(underWay).toBe(1);
            expect(items.length).toBeLessThanOrEqual(maxBatch);
            await new Promise((resolve) => setImmediate(resolve));
            seen.push(...items);
            underWay -= 1;
            return items;
          },
        });
        const answers: Promise<number>[] = [];
        for (const [item, pause] of pauses.entries()) {
          answers.push(lane.submit(item));
          for (let turn = 0; turn < pause; turn++) {
            await new Promise((resolve) => setImmediate(resolve));
          }
        }
        expect(await Promise.all(answers)).toEqual(pauses.map((_, item) => item));
        expect(seen).toEqual(pauses.map((_, item) => item));
      },
    ),
    { numRuns: 30 },
  );
});
