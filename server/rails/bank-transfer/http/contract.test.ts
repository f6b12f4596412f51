// The suite of every rail, over HTTP.
import { afterAll, beforeAll } from 'vitest';
import { railContract } from '../../rail.contract.ts';
import { openBankWorld, type SimulatedBank, startSimulatedBank } from '../test-bank-world.ts';

let simulated: SimulatedBank;
beforeAll(async () => {
  simulated = await startSimulatedBank();
});
afterAll(() => simulated.close());

railContract({
  name: 'bank transfer over HTTP',
  setup: () => openBankWorld(simulated, 'http'),
  supports: {
    results: 'inquiry',
    refusal: 'whole',
    faults: ['garbage', 'down'],
    lists: true,
    credits: true,
  },
});
