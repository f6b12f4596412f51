// The queue by time gives things back sorted by time, first in first out among equals, for any
// input.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createDueHeap } from './due-heap.ts';

test('pops in order of time, then of arrival', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 200 }), (times) => {
      const heap = createDueHeap<{ at: number; index: number }>();
      for (const [index, at] of times.entries()) heap.push(at, { at, index });
      const popped = times.map(() => heap.pop()!);
      const sorted = times
        .map((at, index) => ({ at, index }))
        .sort((left, right) => left.at - right.at || left.index - right.index);
      expect(popped).toEqual(sorted);
      expect(heap.pop()).toBeUndefined();
      expect(heap.nextAt()).toBeUndefined();
    }),
  );
});
