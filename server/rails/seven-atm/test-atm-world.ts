// For the tests of this folder: a world of the ATM simulator behind the rail, with its hand on the
// clock, the faults, the recipient and the books. Production code never imports this.
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type SevenAtmSimulator,
  startSevenAtmSimulator,
} from '../../../simulators/seven-atm/start.ts';
import type { RailAccount } from '../rail.ts';
import type { BookedPayment, Fate, Notice, RailFault, RailWorld } from '../rail-world.contract.ts';
import { createSevenAtmRail, type SevenAtmRail } from './seven-atm.ts';

/** A call of the control API under the world's own path. */
type Control = (method: string, path: string, body?: object) => Promise<Record<string, unknown>>;

export interface AtmWorld extends RailWorld {
  readonly rail: SevenAtmRail;
  readonly url: string;
  readonly control: Control;
  readonly transferDate: Temporal.PlainDate;
  moveTo(to: string): Promise<void>;
  receipts(): Promise<readonly BookedReceipt[]>;
  take(dispatchCode: string): Promise<boolean>;
  resultNotices(count: number): Promise<readonly Notice[]>;
}

export interface BookedReceipt {
  readonly request_id: string;
  readonly amount: number;
  readonly state: string;
  readonly partner_code: string;
  readonly customer_number: string;
  readonly confirmation_number: string;
  readonly slip_number: string;
}

/** Days with a fate of their own in a world that has them (the simulator's README). */
const DAYS: Readonly<Record<Fate, number>> = {
  paid: 30,
  refused_at_once: 51,
  answer_lost_after_effect: 52,
  answer_lost_before_effect: 53,
  // Cash needs no account and does not come back.
  fails_no_account: 30,
  returned_next_day: 30,
};

const BOOKED: Readonly<Record<string, BookedPayment['state']>> = {
  RECEIVABLE: 'pending',
  NOTES_TAKEN: 'pending',
  RECEIVED: 'paid',
  RECEIVED_IN_PART: 'paid',
  EXPIRED: 'expired',
  TAKEN_BACK: 'taken_back',
};

const FAULTS: Readonly<Record<RailFault, object>> = {
  none: { repeatNoticeRate: 1 },
  garbage: { garbageRate: 1, seed: 7 },
  down: { down: true },
};

export async function startSimulatedAtm() {
  const dataDir = await mkdtemp(join(tmpdir(), 'kawase-atm-'));
  const simulator = await startSevenAtmSimulator({ port: 0, dataDir, tickMs: 20 });
  const close = async () => {
    await simulator.close();
    await rm(dataDir, { recursive: true, force: true });
  };
  return { simulator, close };
}

let worlds = 0;

/** Opened at 10:00 of 24 November 2026, with a million yen, everything noticed twice. */
export async function openAtmWorld(simulator: SevenAtmSimulator, wish = {}): Promise<AtmWorld> {
  worlds += 1;
  const worldId = `world-${worlds}`;
  const call = controlOf(simulator);
  const control: Control = (method, path, body) => call(method, `/worlds/${worldId}${path}`, body);
  let clock = Temporal.Instant.from('2026-11-24T01:00:00Z');
  const contract = await call('POST', '/worlds', {
    worldId,
    now: clock.toString(),
    hold: true,
    prefundYen: 1_000_000,
    settings: { hasMagicDays: true },
    ...wish,
  });
  const moveTo = async (to: string): Promise<void> => {
    clock = Temporal.Instant.from(to);
    await control('POST', '/clock', { now: to, hold: true });
  };
  const notices = await receiveNotices();
  await control('PUT', '/webhook', { url: notices.url });
  await control('PUT', '/faults', FAULTS.none);
  const receipts = async () => (await control('GET', '/books')).receipts as BookedReceipt[];
  const take = async (requestId: string): Promise<boolean> => {
    const { took } = await control('POST', '/receive', { requestId });
    return (took as string[]).length > 0;
  };
  return {
    rail: createSevenAtmRail({ warn: () => {} }),
    account: accountOf(simulator.url, contract),
    url: simulator.url,
    control,
    moveTo,
    receipts,
    take,
    now: async () => clock,
    transferDate: Temporal.PlainDate.from('2026-11-24'),
    destination: (fate) => ({ receiveWithinDays: DAYS[fate] }),
    async settle() {
      for (const { request_id } of await receipts()) await take(request_id);
    },
    settleNextDay: () => moveTo('2026-11-25T01:00:00Z'),
    taken: async () => {},
    expire: () => moveTo('2027-02-01T01:00:00Z'),
    fault: async (fault) => void (await control('PUT', '/faults', FAULTS[fault])),
    books: async () =>
      (await receipts()).map(({ request_id: dispatchCode, amount: amountYen, state }) => ({
        dispatchCode,
        amountYen,
        state: BOOKED[state]!,
      })),
    resultNotices: notices.take,
    close: notices.close,
  };
}

function accountOf(baseUrl: string, contract: Record<string, unknown>): RailAccount {
  const { worldId, keyId, secret, noticeKeyId, noticeSecret } = contract;
  const config = {
    baseUrl,
    key: { keyId, secret },
    noticeKeys: [{ keyId: noticeKeyId, secret: noticeSecret }],
  };
  return { id: String(worldId), connector: 'http', mode: 'test', config };
}

function controlOf({ controlUrl, controlToken }: SevenAtmSimulator): Control {
  return async (method, path, body) => {
    const response = await fetch(`${controlUrl}${path}`, {
      method,
      headers: { 'x-control-token': controlToken },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as Record<string, unknown>;
    if (response.ok) return answer;
    throw new Error(`${method} ${path} -> ${JSON.stringify(answer)}`);
  };
}

/** The receiving end of result notices: keeps every one. */
async function receiveNotices() {
  const came: Notice[] = [];
  let wake = () => {};
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    came.push({ headers, body: Buffer.concat(chunks).toString('utf8') });
    response.end();
    wake();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/notices`,
    async take(count: number): Promise<readonly Notice[]> {
      while (came.length < count) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return came;
    },
    close(): Promise<void> {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
