// `npm start`: everything on one machine, from nothing. Embedded PostgreSQL (or DATABASE_URL),
// migrations, the simulators as processes of their own, the server, and a demo shop that has really
// remitted. Ends by saying where to look.
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { newKeyring } from '../server/base/crypto.ts';
import { migrate } from '../server/base/migrate.ts';
import { startPostgres } from '../server/base/postgres.ts';
import { defaultDataDir } from '../server/base/postgres-place.ts';
import { readConfiguration } from '../server/configuration.ts';
import { refreshAddresses } from '../server/sandbox/refresh-addresses.ts';
import { createServer } from '../server/server.ts';
import { buildConsole } from './build-console.ts';
import { client, makeDemo } from './demo.ts';
import { instantRails, type Simulator, sandboxPlaces } from './instant-rails.ts';
import { startSimulatorsPage } from './simulators-page.ts';
import { printWelcome } from './welcome.ts';

const say = (line: string) => process.stderr.write(`kawase: ${line}\n`);
const dataDir = defaultDataDir();
const root = join(import.meta.dirname, '..');
const READY_TIMEOUT_MS = 30_000;
const children: ReturnType<typeof spawn>[] = [];

/** A process of ours that prints one JSON line when it is ready. */
async function startChild<Ready>(script: string, args: readonly string[]): Promise<Ready> {
  // The child holds our end of its standard input open: killed or not, when we are gone it ends
  // too.
  const child = spawn(process.execPath, [join(root, script), ...args, '--until-stdin-ends'], {
    cwd: root,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  const { promise, resolve, reject } = Promise.withResolvers<Ready>();
  const timer = setTimeout(() => reject(new Error(`${script} does not start`)), READY_TIMEOUT_MS);
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    if (text.includes('\n')) resolve(JSON.parse(text.slice(0, text.indexOf('\n'))) as Ready);
  });
  child.once('exit', (code) => reject(new Error(`${script} ended with ${code}`)));
  return promise.finally(() => clearTimeout(timer));
}

/** The wished port where it is free; otherwise, unless it was asked for by name, any free one. */
async function choosePort(wished: number, isFixed: boolean): Promise<number> {
  const free = await probePort(wished);
  if (free !== undefined) return free;
  if (isFixed) throw new Error(`port ${wished} (PORT) is in use`);
  const other = await probePort(0);
  if (other === undefined) throw new Error('no free port on this machine');
  say(`port ${wished} is in use; taking ${other}`);
  return other;
}

function probePort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const probe = createTcpServer();
    probe.once('error', () => resolve(undefined));
    probe.listen(port, '127.0.0.1', () => {
      const address = probe.address();
      const found = typeof address === 'object' && address !== null ? address.port : port;
      probe.close(() => resolve(found));
    });
  });
}

function keyringFile(): string {
  const file = join(dataDir, 'keyring.json');
  if (!existsSync(file)) {
    writeFileSync(file, JSON.stringify(newKeyring()), { mode: 0o600, flag: 'wx' });
    say(`made encryption keys in ${file} (keep them: without them no data can be read)`);
  }
  return file;
}

/** The demo's own notes: which shop, which key. Readable by this user only. */
const demoFile = join(dataDir, 'demo.json');
const readDemo = () =>
  existsSync(demoFile) ? (JSON.parse(readFileSync(demoFile, 'utf8')) as never) : undefined;
const writeDemo = (demo: unknown) => {
  writeFileSync(demoFile, JSON.stringify(demo), { mode: 0o600 });
};

async function main(): Promise<void> {
  mkdirSync(dataDir, { recursive: true });
  const postgres =
    process.env.DATABASE_URL === undefined
      ? await startPostgres({ dataDir, onProgress: say })
      : undefined;
  const databaseUrl = process.env.DATABASE_URL ?? postgres!.url;
  const applied = await migrate(databaseUrl);
  if (applied.length > 0) say(`database: ${applied.length} migrations applied`);

  const consoleDir = await buildConsole(say);
  say('starting the simulators');
  const { bank, atm, amazon, auPay, inbox, mail } = await startSimulators();
  const isFixed = process.env.PORT !== undefined;
  const port = await choosePort(Number(process.env.PORT ?? 4000), isFixed);
  const server = createServer(
    readConfiguration({
      KAWASE_LOG_LEVEL: 'warn',
      KAWASE_LOG_REQUESTS: 'off',
      KAWASE_WEBHOOK_ALLOW_PRIVATE: '127.0.0.0/8',
      ...process.env,
      DATABASE_URL: databaseUrl,
      KAWASE_CONSOLE_DIR: consoleDir,
      PORT: String(port),
      ...(process.env.KAWASE_KEYRING === undefined && {
        KAWASE_KEYRING_FILE: process.env.KAWASE_KEYRING_FILE ?? keyringFile(),
      }),
      KAWASE_SANDBOX_BANK_URL: bank.url,
      KAWASE_SANDBOX_BANK_CONTROL_URL: bank.controlUrl,
      KAWASE_SANDBOX_BANK_CONTROL_TOKEN: bank.controlToken,
      KAWASE_SANDBOX_RAILS: JSON.stringify(sandboxPlaces({ atm, amazon, auPay })),
      KAWASE_SANDBOX_SMTP_URL: mail.smtpUrl,
      KAWASE_SANDBOX_MAIL_FROM: 'soukin@mihon.example',
      KAWASE_SANDBOX_SMS_URL: mail.url,
      KAWASE_SANDBOX_SMS_ACCOUNT: mail.smsAccount.sid,
      KAWASE_SANDBOX_SMS_TOKEN: mail.smsAccount.token,
      KAWASE_SANDBOX_SMS_FROM: '+815012345678',
    }),
  );
  stopOnSignals(async () => {
    await server.stop('signal');
    for (const child of children) child.kill('SIGTERM');
    await postgres?.stop();
  });
  // Before any work runs: the bank may have come up at another address.
  await refreshAddresses(server.core, `http://127.0.0.1:${port}`);
  const url = await server.start();
  const rails = instantRails({ atm, amazon, auPay });
  const known = readDemo();
  const demo = await makeDemo({ server, url, inboxUrl: inbox.url, rails, known, say });
  writeDemo(demo);
  const playUrl = await startSimulatorsPage(
    {
      ...{ apiUrl: url, atmUrl: atm.url, amazonUrl: amazon.url, phonesUrl: auPay.url },
      ...{ mailUrl: mail.url, webhooksUrl: inbox.url, people: demo.people },
    },
    client(url, demo.key),
  );
  const places = { atmUrl: atm.url, amazonUrl: amazon.url, phonesUrl: auPay.url };
  const surroundings = surroundingsOf(process.env);
  const addresses = { url, inboxUrl: inbox.url, mailUrl: mail.url, ...places, playUrl };
  printWelcome({ ...addresses, surroundings, demo });
}

/** What the command line must know in another terminal to find this installation. */
function surroundingsOf(env: NodeJS.ProcessEnv): string {
  const known = {
    KAWASE_DATA_DIR: env.KAWASE_DATA_DIR === undefined ? undefined : dataDir,
    // It may hold a password, which is not to be printed.
    DATABASE_URL: env.DATABASE_URL === undefined ? undefined : '…',
    KAWASE_KEYRING_FILE: env.KAWASE_KEYRING_FILE,
  };
  const set = Object.entries(known).filter(([, value]) => value !== undefined);
  return set.map(([name, value]) => `${name}=${quoted(value!)} `).join('');
}

const quoted = (text: string): string =>
  /^[\w@%+=:,./…-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

async function startSimulators() {
  const [bank, atm, amazon, auPay, inbox, mail] = await Promise.all([
    startChild<Simulator>('simulators/bank/main.ts', ['--sftp-port', '0', ...placeOf('bank')]),
    startChild<Simulator>('simulators/seven-atm/main.ts', placeOf('seven-atm')),
    startChild<Simulator>('simulators/amazon-gift/main.ts', placeOf('amazon-gift')),
    startChild<Simulator>('simulators/au-pay/main.ts', placeOf('au-pay')),
    startChild<{ url: string }>('simulators/webhook-inbox/main.ts', []),
    startChild<MailInbox>('simulators/inbox/main.ts', []),
  ]);
  return { bank, atm, amazon, auPay, inbox, mail };
}

interface MailInbox {
  readonly url: string;
  readonly smtpUrl: string;
  readonly smsAccount: { readonly sid: string; readonly token: string };
}

/** A simulator's own folder, closed to others: it keeps its books there. */
function placeOf(name: string): readonly string[] {
  const folder = join(dataDir, name);
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o700);
  return ['--port', '0', '--data-dir', folder];
}

function stopOnSignals(stop: () => Promise<void>): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      say('stopping');
      void stop().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
}

await main().catch((error: Error) => {
  say(error.message);
  for (const child of children) child.kill('SIGTERM');
  process.exit(1);
});
