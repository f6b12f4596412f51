// For the contract tests: a world of the bank simulator behind either connector, with its hand on
// the clock, the faults and the books. Production code never imports this.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BankSimulator, startBankSimulator } from '../../../simulators/bank/start.ts';
import type { BookedPayment, Fate, RailFault, RailWorld } from '../rail-world.contract.ts';
import { receiveNotices } from '../test-notice-receiver.ts';
import { createBankTransferRail } from './bank-transfer.ts';
import type { TokenStore, Tokens } from './http/oauth.ts';
import {
  accountOf,
  type Channel,
  type Contract,
  type Control,
  controlOf,
} from './test-bank-contract.ts';

export interface SimulatedBank {
  readonly bank: BankSimulator;
  readonly folder: string;
  close(): Promise<void>;
}

export interface BankWorld extends RailWorld {
  /** A call of the bank's control API under this world's own path. */
  readonly control: Control;
  moveTo(to: Temporal.Instant): Promise<void>;
}

const ACCOUNT_NUMBERS: Readonly<Record<Fate, string>> = {
  paid: '1234567',
  refused_at_once: '9993001',
  fails_no_account: '9990001',
  returned_next_day: '9991011',
  answer_lost_after_effect: '9994001',
  answer_lost_before_effect: '9994002',
};

const BOOKED: Readonly<Record<string, BookedPayment['state']>> = {
  applied: 'pending',
  reserved: 'pending',
  in_process: 'pending',
  retrying: 'pending',
  paid: 'paid',
  failed: 'failed',
  rejected: 'failed',
  returned: 'returned',
};

const FAULTS: Readonly<Record<RailFault, object>> = {
  none: {},
  garbage: { garbageRate: 1, seed: 7 },
  down: { down: true },
};

export async function startSimulatedBank(): Promise<SimulatedBank> {
  const folder = await mkdtemp(join(tmpdir(), 'kawase-rail-contract-'));
  const dataDir = join(folder, 'bank');
  await mkdir(dataDir);
  const bank = await startBankSimulator({ port: 0, dataDir, sftpPort: 0 });
  const close = async () => {
    await bank.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { bank, folder, close };
}

let worlds = 0;

export async function openBankWorld(
  { bank, folder }: SimulatedBank,
  connector: Channel,
): Promise<BankWorld> {
  worlds += 1;
  const worldId = `world-${worlds}`;
  const top = controlOf(bank);
  const control: Control = (method, path, body) => top(method, `/worlds/${worldId}${path}`, body);
  let clock = Temporal.Instant.from('2026-11-24T01:00:00Z');
  const contract = (await top('POST', '/worlds', {
    worldId,
    now: clock.toString(),
    hold: true,
    bankAccount: { balanceYen: 10_000_000 },
  })) as Contract;
  const moveTo = async (to: Temporal.Instant): Promise<void> => {
    clock = to;
    await control('POST', '/clock', { now: clock.toString(), hold: true });
  };
  const archive = join(folder, `archive-${worldId}`);
  const webhooks = await receiveNotices();
  const now = () => Temporal.Instant.from('2026-11-24T00:00:00Z');
  const rail = createBankTransferRail({ tokens: tokensInMemory(), now, pause: async () => {} });
  const account = await accountOf(bank, contract, connector, archive);
  await rail.prepare(account);
  return {
    ...{ rail, account },
    transferDate: Temporal.PlainDate.from('2026-11-25'),
    now: async () => clock,
    destination: (fate) => ({
      bankCode: '0001',
      branchCode: '001',
      accountType: 'ordinary',
      accountNumber: ACCOUNT_NUMBERS[fate],
      holderName: 'ﾔﾏﾀﾞ ﾀﾛｳ',
    }),
    settle: () => moveTo(Temporal.Instant.from('2026-11-25T03:30:00Z')),
    settleNextDay: () => moveTo(Temporal.Instant.from('2026-11-26T03:30:00Z')),
    taken: () => moveTo(clock.add({ seconds: 1 })),
    fault: async (fault) => void (await control('PUT', '/faults', FAULTS[fault])),
    books: () => booksOf(control),
    async payIn(amountYen) {
      await control('PUT', '/webhook', { url: webhooks.url });
      await control('PUT', '/faults', { repeatNoticeRate: 1, seed: 1 });
      await payIn(control, amountYen);
      return webhooks.take(2);
    },
    async payInUnnoticed(amountYen) {
      await payIn(control, amountYen);
      await moveTo(clock.add({ seconds: 1 }));
    },
    control,
    moveTo,
    close: () => webhooks.close(),
  };
}

function tokensInMemory(): TokenStore {
  const stored = new Map<string, Tokens>();
  return {
    load: async (id) => stored.get(id),
    save: async (id, tokens) => void stored.set(id, tokens),
  };
}

async function payIn(control: Control, amountYen: number): Promise<void> {
  const made = await control('POST', '/virtual-accounts', { count: 1 });
  const { virtualAccounts } = made as { virtualAccounts: [Contract] };
  const [{ branchCode, accountNumber }] = virtualAccounts;
  const remitterNameKana = 'ﾔﾏﾀﾞ ﾀﾛｳ';
  await control('POST', '/pay-ins', { branchCode, accountNumber, amountYen, remitterNameKana });
}

async function booksOf(control: Control): Promise<readonly BookedPayment[]> {
  const books = (await control('GET', '/books')) as {
    payments: readonly { ediInfo: string; amountYen: number; state: string }[];
  };
  return books.payments.map(({ ediInfo, amountYen, state }) => {
    const known = BOOKED[state];
    if (known === undefined) throw new Error(`the bank's books say ${state}`);
    return { dispatchCode: ediInfo, amountYen, state: known };
  });
}
