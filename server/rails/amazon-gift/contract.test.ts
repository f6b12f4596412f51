// The suite of every rail, over the real wire.
import { afterAll, beforeAll } from 'vitest';
import { railContract } from '../rail.contract.ts';
import { openAmazonWorld, type SimulatedAmazon, startSimulatedAmazon } from './test-world.ts';

let simulated: SimulatedAmazon;
beforeAll(async () => {
  simulated = await startSimulatedAmazon();
});
afterAll(() => simulated.close());

railContract({
  name: 'Amazon gift balance',
  setup: () => openAmazonWorld(simulated),
  supports: {
    results: 'inquiry',
    refusal: 'whole',
    faults: ['garbage', 'down'],
    lists: false,
    credits: false,
    returns: false,
  },
});
