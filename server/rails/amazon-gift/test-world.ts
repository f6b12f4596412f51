// For the tests of this folder: a world of the simulator behind the rail, with a hand on its faults
// and books. Production code never imports this.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PEOPLE } from '../../../simulators/amazon-gift/customers.ts';
import {
  type AmazonGiftSimulator,
  startAmazonGiftSimulator,
} from '../../../simulators/amazon-gift/start.ts';
import {
  type Contract,
  openPartner,
  type Partner,
} from '../../../simulators/amazon-gift/test-partner.ts';
import { type Yen, yen } from '../../base/money.ts';
import type { AmazonDestination, Rail, RailAccount, Submission } from '../rail.ts';
import type { BookedPayment, Fate, RailFault, RailWorld } from '../rail-world.contract.ts';
import { type AmazonGiftRail, createAmazonGiftRail } from './amazon-gift.ts';

export interface SimulatedAmazon {
  readonly simulator: AmazonGiftSimulator;
  close(): Promise<void>;
}

export interface AmazonWorld extends RailWorld {
  readonly gift: AmazonGiftRail;
  readonly partner: Partner;
  readonly warnings: string[];
}

const person = (index: number): string => PEOPLE[index]!.userId;
export const HANAKO = person(0);

const USERS: Readonly<Record<Fate, string>> = {
  paid: HANAKO,
  refused_at_once: person(3),
  fails_no_account: person(6),
  returned_next_day: HANAKO,
  answer_lost_after_effect: person(4),
  answer_lost_before_effect: person(5),
};

const FAULTS: Readonly<Record<RailFault, object>> = {
  none: {},
  garbage: { garbageRate: 1, seed: 7 },
  down: { down: true },
};

export async function startSimulatedAmazon(): Promise<SimulatedAmazon> {
  const dataDir = await mkdtemp(join(tmpdir(), 'kawase-amazon-gift-'));
  const simulator = await startAmazonGiftSimulator({ port: 0, dataDir });
  return {
    simulator,
    async close() {
      await simulator.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

const NOW = Temporal.Instant.from('2026-11-24T01:00:00Z');

export async function openAmazonWorld({ simulator }: SimulatedAmazon): Promise<AmazonWorld> {
  const partner = await openPartner(simulator, { now: NOW.toString(), hold: true });
  const warnings: string[] = [];
  const gift = createAmazonGiftRail({
    pause: async () => {},
    warn: (_account, detail) => void warnings.push(detail),
  });
  const moveTo = (to: string) => partner.control('POST', '/clock', { now: to, hold: true });
  return {
    rail: gift as Rail<unknown>,
    gift,
    partner,
    warnings,
    account: accountOf(partner.contract),
    transferDate: Temporal.PlainDate.from('2026-11-24'),
    now: async () => NOW,
    destination: (fate): AmazonDestination => ({ amazonUserId: USERS[fate] }),
    settle: async () => void (await moveTo('2026-11-24T12:00:00+09:00')),
    settleNextDay: async () => void (await moveTo('2026-11-25T12:00:00+09:00')),
    taken: async () => {},
    fault: async (fault) => void (await partner.control('PUT', '/faults', FAULTS[fault])),
    books: () => booksOf(partner),
    close: async () => {},
  };
}

async function booksOf({ books, contract }: Partner): Promise<readonly BookedPayment[]> {
  const { orders } = await books();
  return orders.map(({ requestId, amountYen, state }) => ({
    dispatchCode: requestId.slice(contract.partnerId.length),
    amountYen,
    state: state === 'undone' ? 'returned' : 'paid',
  }));
}

export function accountOf(contract: Contract, change: object = {}): RailAccount {
  const { worldId: id, baseUrl, partnerId, accessKeyId, secretAccessKey, login } = contract;
  const config = { baseUrl, partnerId, accessKeyId, secretAccessKey, login, ...change };
  return { id, connector: 'http', mode: 'test', config };
}

/** An account that needs no other side, for what is decided before a byte leaves. */
export const sampleAccount = (change: object = {}): RailAccount => ({
  id: 'ra-1',
  connector: 'http',
  mode: 'test',
  config: { partnerId: 'Kawas', accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret', ...change },
});

export function submissionOf(
  account: RailAccount,
  number = 1,
  amountYen = 8_400,
  amazonUserId = HANAKO,
): Submission<AmazonDestination> & { readonly railReference: null } {
  const amount: Yen = yen(amountYen);
  const dispatchCode = String(number).padStart(20, '0');
  return {
    id: `sub-${number}`,
    account,
    transferDate: Temporal.PlainDate.from('2026-11-24'),
    createdAt: NOW,
    items: [
      {
        itemNumber: 1,
        attemptId: `attempt-${number}`,
        dispatchCode,
        amountYen: amount,
        destination: { amazonUserId },
      },
    ],
    totalYen: amount,
    railReference: null,
  };
}
