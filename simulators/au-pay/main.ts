// The command line of the au PAY simulator. Prints one JSON line when ready; SIGTERM or SIGINT
// stops it.

import { parseArgs } from 'node:util';
import { startAuPaySimulator } from './start.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'data-dir': { type: 'string' },
    host: { type: 'string' },
    'control-token': { type: 'string' },
    'until-stdin-ends': { type: 'boolean', default: false },
  },
});

const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  process.stderr.write('--port: not a port\n');
  process.exit(2);
}
if (values['data-dir'] === undefined) {
  process.stderr.write('--data-dir: missing\n');
  process.exit(2);
}

const { url, controlUrl, controlToken, close } = await startAuPaySimulator({
  port,
  dataDir: values['data-dir'],
  ...(values.host === undefined ? {} : { host: values.host }),
  ...(values['control-token'] === undefined ? {} : { controlToken: values['control-token'] }),
});
process.stdout.write(`${JSON.stringify({ url, controlUrl, controlToken })}\n`);

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    close().then(() => process.exit(0));
  });
}
// One process per data directory: whoever started this one must not leave it behind when killed.
if (values['until-stdin-ends']) process.stdin.resume().once('end', () => process.exit(0));
