// The suite of every rail, over the assumed wire of au PAY.
import { afterAll, beforeAll } from 'vitest';
import { railContract } from '../rail.contract.ts';
import { openAuPayWorld, type SimulatedAuPay, startSimulatedAuPay } from './test-au-pay-world.ts';

let simulated: SimulatedAuPay;
beforeAll(async () => {
  simulated = await startSimulatedAuPay();
});
afterAll(() => simulated.close());

railContract({
  name: 'au PAY',
  setup: () => openAuPayWorld(simulated),
  supports: {
    results: 'inquiry',
    refusal: 'whole',
    faults: ['garbage', 'down'],
    lists: true,
    credits: false,
    resultNotices: true,
  },
});
