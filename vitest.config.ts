// How tests run: beside the code, one process per core at most two, one database server for all.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['zengin', 'server', 'simulators', 'sdk', 'tests', 'scripts', 'bench'].map(
      (room) => `${room}/**/*.test.ts`,
    ),
    globalSetup: ['tests/global-setup.ts'],
    // Without isolation a file costs what its tests cost; tests keep no state in modules.
    pool: 'forks',
    isolate: false,
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A busy machine is slow, not wrong: what is waited for by condition is given time.
    expect: { poll: { timeout: 10_000 } },
  },
});
