// The command line of the inbox. Prints one JSON line when ready; SIGTERM or SIGINT stops it.
import { parseArgs } from 'node:util';
import { startInbox } from './inbox.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'smtp-port': { type: 'string', default: '0' },
    host: { type: 'string', default: '127.0.0.1' },
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

const controlToken = values['control-token'];
const inbox = await startInbox({
  port: portOf('port', values.port),
  smtpPort: portOf('smtp-port', values['smtp-port']),
  host: values.host,
  ...(controlToken !== undefined && { controlToken }),
});
const { url, smtpPort, smtpUrl, smsAccount } = inbox;
process.stdout.write(
  `${JSON.stringify({ url, smtpPort, smtpUrl, smsAccount, controlToken: inbox.controlToken })}\n`,
);

const end = () => inbox.close().then(() => process.exit(0));
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, end);
if (values['until-stdin-ends']) process.stdin.resume().once('end', end);
