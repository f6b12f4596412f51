// The suite of every rail, over the wire to the ATM simulator.
import { afterAll, beforeAll } from 'vitest';
import { railContract } from '../rail.contract.ts';
import { openAtmWorld, startSimulatedAtm } from './test-atm-world.ts';

let simulated: Awaited<ReturnType<typeof startSimulatedAtm>>;
beforeAll(async () => {
  simulated = await startSimulatedAtm();
});
afterAll(() => simulated.close());

railContract({
  name: 'ATM',
  setup: () => openAtmWorld(simulated.simulator),
  supports: {
    results: 'inquiry',
    refusal: 'whole',
    faults: ['garbage', 'down'],
    lists: true,
    credits: false,
    resultNotices: true,
    returns: false,
    receivable: true,
  },
});
