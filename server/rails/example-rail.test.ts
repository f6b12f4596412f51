// Proves the seam: a rail that nothing else in the house knows passes the suite of every rail. The
// guide that goes with it is docs/guides/add-a-rail.md.
import { railContract } from './rail.contract.ts';
import { createPointsRail } from './test-example-rail.ts';
import { openPoints } from './test-example-side.ts';

railContract({
  name: 'the example',
  setup: async () => {
    const { wire, settle, books, fault } = openPoints();
    const config = { key: 'key-of-the-example' };
    return {
      rail: createPointsRail(wire),
      account: { id: 'example', connector: 'memory', mode: 'test', config },
      now: async () => Temporal.Instant.from('2026-11-24T01:00:00Z'),
      transferDate: Temporal.PlainDate.from('2026-11-24'),
      destination: (fate) => ({ handle: fate }),
      settle: async () => settle(0),
      settleNextDay: async () => settle(1),
      taken: async () => {},
      close: async () => {},
      ...{ books, fault },
    };
  },
  supports: {
    results: 'inquiry',
    refusal: 'whole',
    faults: ['garbage', 'down'],
    lists: false,
    credits: false,
  },
});
