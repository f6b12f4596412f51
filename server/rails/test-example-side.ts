// The other side of the example rail, in memory: what stands in simulators/ for a real one. Its
// books, and the faults it is told to have.
import type { RailFault, RailWorld } from './rail-world.contract.ts';
import type { PointsPayment, PointsWire } from './test-example-rail.ts';

/** The other side: its books, and the faults it is told to have. */
export function openPoints(): { wire: PointsWire; settle: (day: 0 | 1) => void } & Pick<
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
