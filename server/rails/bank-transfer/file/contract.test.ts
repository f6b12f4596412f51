// The suite of every rail, by files over a folder and over SFTP.
import { afterAll, beforeAll } from 'vitest';
import { railContract } from '../../rail.contract.ts';
import { openBankWorld, type SimulatedBank, startSimulatedBank } from '../test-bank-world.ts';

let simulated: SimulatedBank;
beforeAll(async () => {
  simulated = await startSimulatedBank();
});
afterAll(() => simulated.close());

for (const place of ['folder', 'sftp'] as const) {
  railContract({
    name: `bank transfer by files, ${place}`,
    setup: () => openBankWorld(simulated, place),
    supports: {
      results: 'files',
      refusal: 'item',
      faults: ['down'],
      lists: true,
      credits: false,
    },
  });
}
