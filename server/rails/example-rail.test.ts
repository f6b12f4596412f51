// Proves the seam: a rail that nothing else in the house knows passes the suite of every rail. The
// guide that goes with it is docs/guides/add-a-rail.md.
import { railContract } from './rail.contract.ts';
import type { RailFault, RailWorld } from './rail-world.contract.ts';
import { createPointsRail, type PointsPayment, type PointsWire } from './test-example-rail.ts';

/** The other side: its books, and the faults it is told to have. */
function openPoints(): { wire: PointsWire; settle: (day: 0 | 1) => void } & Pick<
  RailWorld,
  'books' | 'fault'
> {
  const payments = new Map<string, PointsPayment>();
  const struck = new Set<string>();
  let fault: RailFault = 'none';
  const answered = <T>(answer: T): T | string => {
    if (fault === 'down') throw new Error('nobody answers');
    return fault === 'garbage' ? '<html>' : answer;
  };
  return {
    wire: {
      async pay(_account, wish) {
        const { dispatchCode, handle } = wish;
        if (fault === 'down') throw new Error('nobody answers');
        if (handle === 'refused_at_once') return answered({ kind: 'closed', dispatchCode });
        const isFirst = !struck.has(dispatchCode);
        struck.add(dispatchCode);
        if (isFirst && handle === 'answer_lost_before_effect') throw new Error('lost');
        if (!payments.has(dispatchCode)) payments.set(dispatchCode, { ...wish, state: 'pending' });
        if (isFirst && handle === 'answer_lost_after_effect') throw new Error('lost');
        return answered({ kind: 'payment', payment: { ...payments.get(dispatchCode)! } });
      },
      async find(_account, dispatchCode) {
        const payment = payments.get(dispatchCode);
        if (payment === undefined) return answered({ kind: 'none', dispatchCode });
        return answered({ kind: 'payment', payment: { ...payment } });
      },
    },
    settle(day) {
      for (const payment of payments.values()) {
        const comesBack = day === 1 && payment.handle === 'returned_next_day';
        if (comesBack) payment.state = 'returned';
        else payment.state = payment.handle === 'fails_no_account' ? 'failed' : 'paid';
      }
    },
    fault: async (next) => {
      fault = next;
    },
    books: async () =>
      [...payments.values()].map(({ dispatchCode, amountYen, state }) => ({
        ...{ dispatchCode, amountYen, state },
      })),
  };
}

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
