// A world for the operator's command line: a database, a keyring, folders of a bank, the real
// command line as a process, and the worker that runs beside it. Shop clocks stand on a day of the
// future, so that today's date matters to nobody.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wallClock } from '../server/base/clock.ts';
import { newKeyring } from '../server/base/crypto.ts';
import { yen } from '../server/base/money.ts';
import { createWorker } from '../server/base/worker.ts';
import { readConfiguration } from '../server/configuration.ts';
import { type Core, createCore } from '../server/core.ts';
import { checkBankAccount } from '../server/recipients/bank-account.ts';
import { instructBatch } from '../server/remittances/instruct.ts';
import { draftOf } from '../server/remittances/prepare.ts';
import { workHandlers } from '../server/work-handlers.ts';
import { testDatabase } from './database.ts';

const CLI = join(import.meta.dirname, '..', 'server', 'cli.ts');

export interface Told {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
  /** Of an answer with `--json`; the test names the members it looks at. */
  readonly json: Record<string, unknown>;
}

export interface OperatorWorld {
  readonly folder: string;
  readonly core: Core;
  kawase(...args: readonly string[]): Promise<Told>;
  /** Moves the clocks of all shops forward to this Tokyo time and lets all that is due happen. */
  moveTo(tokyoTime: string): Promise<void>;
  /** What a merchant does by API. Answers the public id, or throws the refusal. */
  instruct(shopNumber: string, reference: string, amountYen: number, holder: string): Promise<void>;
  close(): Promise<void>;
}

export async function startOperatorWorld(): Promise<OperatorWorld> {
  const database = await testDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'kawase-operator-'));
  for (const name of ['outbox', 'inbox']) mkdirSync(join(folder, name));
  const env = {
    DATABASE_URL: database.url,
    KAWASE_KEYRING: JSON.stringify(newKeyring()),
    KAWASE_DATA_DIR: join(folder, 'data'),
    USER: 'tanto',
    LANG: 'ja_JP.UTF-8',
  };
  const core = createCore(readConfiguration(env), { log: () => {} });
  const worker = createWorker({
    db: core.db,
    wall: wallClock,
    handlers: workHandlers(core),
    concurrency: 4,
    // What cannot be done stays as work, and tests look at it there.
    onError: () => {},
  });
  return {
    ...{ folder, core },
    kawase: (...args) => run(args, { PATH: process.env.PATH ?? '', ...env }),
    async moveTo(tokyoTime) {
      const to = Temporal.Instant.from(`${tokyoTime}+09:00`).epochMilliseconds;
      await core.db.run('update shop_head set clock_offset_ms = $1', [to - Date.now()]);
      // The caches of a second are not to hide what another process has changed.
      core.shops.invalidate();
      core.railAccounts.invalidate();
      for (const { shopId } of await core.shops.list(-1, 100)) await worker.drainShop(shopId);
    },
    async instruct(shopNumber, reference, amountYen, holder) {
      const shop = await core.shops.byNumber(Number(shopNumber));
      const account = accountOf(core, holder);
      const draft = draftOf(core.remittances, shop.shopId, {
        reference,
        amountYen: yen(amountYen),
        destination: { type: 'bank_account', account, saveAs: null },
        description: '',
        metadata: {},
        scheduledFor: null,
        holidayRule: 'next_business_day',
      });
      const [outcome] = await instructBatch(core.remittances, shop, [draft]);
      if (outcome?.kind === 'refused') throw outcome.refusal;
    },
    async close() {
      await worker.stop(5_000);
      await core.db.close();
      await database.drop();
      rmSync(folder, { recursive: true });
    },
  };
}

function accountOf({ directory }: Core, account_holder: string) {
  const given = {
    bank_code: '0005',
    branch_code: '001',
    account_type: 'ordinary',
    account_number: '1234567',
    account_holder,
  };
  const { account, problems } = checkBankAccount(given, { directory, today: '2030-11-19' });
  if (account === null) throw new Error(JSON.stringify(problems));
  return account;
}

/** The command line as a process of its own. */
export function run(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Told> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, ...args], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const text = { out: '', errors: '' };
    child.stdout.on('data', (chunk) => (text.out += chunk));
    child.stderr.on('data', (chunk) => (text.errors += chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      const json = args.includes('--json') && text.out !== '' ? JSON.parse(text.out) : {};
      resolve({ code: code ?? -1, ...text, json });
    });
  });
}
