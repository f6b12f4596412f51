#!/usr/bin/env node
// The server process: configuration from the environment, start, graceful stop on SIGTERM or
// SIGINT.
import v8 from 'node:v8';
import { readConfiguration } from './configuration.ts';
import { createServer } from './server.ts';

// What a batch leaves behind is garbage at once. A heap that may grow to twice what lives in it,
// not four times, keeps a process that takes instructions by the 100,000 below 400 MB.
v8.setFlagsFromString('--heap-growing-percent=100');

const server = createServer(readConfiguration(process.env));
const url = await server.start();
// For whoever started this process: one line that says where it listens.
process.stdout.write(`${JSON.stringify({ ready: true, url })}\n`);

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    void server.stop(signal).then((clean) => process.exit(clean ? 0 : 1));
  });
}
