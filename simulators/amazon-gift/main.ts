// The command line of the simulator. Prints one JSON line when ready; SIGTERM or SIGINT stops it.
import { parseArgs } from 'node:util';
import { startAmazonGiftSimulator } from './start.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'data-dir': { type: 'string' },
    host: { type: 'string' },
    'control-token': { type: 'string' },
    'until-stdin-ends': { type: 'boolean', default: false },
  },
});

function stop(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(2);
}

const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535) stop('--port: not a port');
const dataDir = values['data-dir'] ?? stop('--data-dir: missing');
const simulator = await startAmazonGiftSimulator({
  port,
  dataDir,
  ...(values.host === undefined ? {} : { host: values.host }),
  ...(values['control-token'] === undefined ? {} : { controlToken: values['control-token'] }),
});
const { url, controlUrl, controlToken } = simulator;
process.stdout.write(`${JSON.stringify({ url, controlUrl, controlToken })}\n`);

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    simulator.close().then(() => process.exit(0));
  });
}
// One process per data directory: whoever started this one must not leave it behind when killed.
if (values['until-stdin-ends']) process.stdin.resume().once('end', () => process.exit(0));
