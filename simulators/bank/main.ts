// The command line of the bank simulator. Prints one JSON line when ready; SIGTERM or SIGINT
// stops it.

import { parseArgs } from 'node:util';
import { startBankSimulator } from './start.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'data-dir': { type: 'string' },
    'sftp-port': { type: 'string' },
    host: { type: 'string' },
    'bank-code': { type: 'string' },
    'control-token': { type: 'string' },
    'until-stdin-ends': { type: 'boolean', default: false },
  },
});

function portOf(name: string, text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  process.stderr.write(`--${name}: not a port\n`);
  process.exit(2);
}

if (values['data-dir'] === undefined) {
  process.stderr.write('--data-dir: missing\n');
  process.exit(2);
}

const sftpPort = values['sftp-port'];
const bank = await startBankSimulator({
  port: portOf('port', values.port),
  dataDir: values['data-dir'],
  ...(sftpPort === undefined ? {} : { sftpPort: portOf('sftp-port', sftpPort) }),
  ...(values.host === undefined ? {} : { host: values.host }),
  ...(values['bank-code'] === undefined ? {} : { bankCode: values['bank-code'] }),
  ...(values['control-token'] === undefined ? {} : { controlToken: values['control-token'] }),
});
const { url, controlUrl, controlToken } = bank;
process.stdout.write(
  `${JSON.stringify({ url, controlUrl, controlToken, sftpPort: bank.sftpPort })}\n`,
);

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    bank.close().then(() => process.exit(0));
  });
}
// One process per data directory: whoever started this one must not leave it behind when killed.
if (values['until-stdin-ends']) process.stdin.resume().once('end', () => process.exit(0));
