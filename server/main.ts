#!/usr/bin/env node
// The server process: configuration from the environment, start, graceful stop on SIGTERM or
// SIGINT.
import { readConfiguration } from './configuration.ts';
import { createServer } from './server.ts';

const server = createServer(readConfiguration(process.env));
const url = await server.start();
// For whoever started this process: one line that says where it listens.
process.stdout.write(`${JSON.stringify({ ready: true, url })}\n`);

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    void server.stop(signal).then((clean) => process.exit(clean ? 0 : 1));
  });
}
