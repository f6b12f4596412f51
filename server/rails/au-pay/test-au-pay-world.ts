// For the tests of this folder: a world of the au PAY simulator behind the rail, with its hand on
// the clock, the faults and the books. Production code never imports this.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AuPaySimulator, startAuPaySimulator } from '../../../simulators/au-pay/start.ts';
import type { AuPayDestination, RailAccount } from '../rail.ts';
import type { BookedPayment, Fate, RailFault, RailWorld } from '../rail-world.contract.ts';
import { receiveNotices } from '../test-notice-receiver.ts';
import { createAuPayRail } from './au-pay.ts';

export interface SimulatedAuPay {
  readonly simulator: AuPaySimulator;
  close(): Promise<void>;
}

/** A call of the control API. */
export type Control = (method: string, path: string, body?: object) => Promise<unknown>;

export interface AuPayWorld extends RailWorld {
  readonly rail: ReturnType<typeof createAuPayRail>;
  /** Under this world's own path. */
  readonly control: Control;
  destination(fate: Fate): AuPayDestination;
  moveBy(duration: Temporal.DurationLike): Promise<void>;
  shown(): Promise<ShownBooks>;
}

export interface ShownBooks {
  readonly prefundYen: number;
  readonly paidInYen: number;
  readonly charges: readonly {
    readonly requestId: string;
    readonly memberNumber: string;
    readonly amountYen: number;
    readonly state: string;
    readonly code: string | null;
  }[];
  readonly members: readonly { readonly memberNumber: string; readonly balanceYen: number }[];
}

const MEMBERS: Readonly<Record<Fate, string>> = {
  paid: '100000000001',
  refused_at_once: '999300000005',
  fails_no_account: '999000000001',
  returned_next_day: '999100000001',
  answer_lost_after_effect: '999400000001',
  answer_lost_before_effect: '999400000002',
};

const BOOKED: Readonly<Record<string, BookedPayment['state']>> = {
  accepted: 'pending',
  executed: 'paid',
  failed: 'failed',
  reversed: 'returned',
};

const TWICE = { repeatNoticeRate: 1 };
const FAULTS: Readonly<Record<RailFault, object>> = {
  none: TWICE,
  garbage: { ...TWICE, garbageRate: 1, seed: 7 },
  down: { ...TWICE, down: true },
};

export async function startSimulatedAuPay(): Promise<SimulatedAuPay> {
  const dataDir = await mkdtemp(join(tmpdir(), 'kawase-au-pay-'));
  const simulator = await startAuPaySimulator({ port: 0, dataDir });
  const close = async () => {
    await simulator.close();
    await rm(dataDir, { recursive: true, force: true });
  };
  return { simulator, close };
}

function controlOf({ controlUrl, controlToken }: AuPaySimulator): Control {
  return async (method, path, body) => {
    const response = await fetch(`${controlUrl}${path}`, {
      method,
      headers: { 'x-control-token': controlToken, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as unknown;
    if (response.ok) return answer;
    throw new Error(`${method} ${path} -> ${JSON.stringify(answer)}`);
  };
}

let worlds = 0;

export async function openAuPayWorld({ simulator }: SimulatedAuPay): Promise<AuPayWorld> {
  worlds += 1;
  const worldId = `world-${worlds}`;
  const top = controlOf(simulator);
  const control: Control = (method, path, body) => top(method, `/worlds/${worldId}${path}`, body);
  let clock = Temporal.Instant.from('2026-11-24T01:00:00Z');
  const wish = { worldId, now: clock.toString(), hold: true, prefundYen: 10_000_000 };
  const contract = (await top('POST', '/worlds', wish)) as Record<string, string>;
  const moveBy = async (duration: Temporal.DurationLike): Promise<void> => {
    clock = clock.add(duration);
    await control('POST', '/clock', { now: clock.toString(), hold: true });
  };
  const webhooks = await receiveNotices();
  await control('PUT', '/webhook', { url: webhooks.url });
  await control('PUT', '/faults', TWICE);
  await control('PUT', '/return-origins', { origins: ['https://pay.example'] });
  const shown = async () => (await control('GET', '/books')) as ShownBooks;
  return {
    ...{ control, moveBy, shown },
    rail: createAuPayRail({ warn: () => {} }),
    account: accountOf(worldId, contract),
    transferDate: Temporal.PlainDate.from('2026-11-24'),
    now: async () => clock,
    destination: (fate) => ({ memberNumber: MEMBERS[fate] }),
    settle: () => moveBy({ minutes: 1 }),
    settleNextDay: () => moveBy({ hours: 25 }),
    taken: async () => {},
    fault: async (fault) => void (await control('PUT', '/faults', FAULTS[fault])),
    books: async () => (await shown()).charges.flatMap(booked),
    resultNotices: (count) => webhooks.take(count),
    close: () => webhooks.close(),
  };
}

function accountOf(id: string, contract: Record<string, string>): RailAccount {
  const { baseUrl, handOverUrl, keyId, secret, noticeSecret } = contract;
  const config = { baseUrl, handOverUrl, keyId, secret, noticeSecret };
  return { id, connector: 'http', mode: 'test', config };
}

/** Refused requests are no payments. */
function booked({ requestId, amountYen, state }: ShownBooks['charges'][number]): BookedPayment[] {
  const known = BOOKED[state];
  if (known === undefined) return [];
  return [{ dispatchCode: requestId.replace('KW-', ''), amountYen, state: known }];
}
