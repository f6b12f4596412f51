// The real-time rails around an installation in a storm: a simulator of each in the test's own
// process, and for every shop a world at each with the contract that goes with it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { instantRails, openInstantRails, type Simulator } from '../../scripts/instant-rails.ts';
import type { Core } from '../../server/core.ts';
import { createRailAccount } from '../../server/merchants/rail-accounts.ts';
import { setShopMethod } from '../../server/merchants/shop-methods.ts';
import { startAmazonGiftSimulator } from '../../simulators/amazon-gift/start.ts';
import { startAuPaySimulator } from '../../simulators/au-pay/start.ts';
import { startSevenAtmSimulator } from '../../simulators/seven-atm/start.ts';

export interface AtmBooks {
  readonly now: string;
  readonly balanceYen: number;
  readonly receipts: readonly {
    readonly request_id: string;
    readonly state: string;
    readonly amount: number;
    readonly received_amount: number;
  }[];
  readonly notices: { readonly waiting: number };
}

export interface AuPayBooks {
  readonly now: string;
  readonly prefundYen: number;
  readonly paidInYen: number;
  readonly charges: readonly {
    readonly requestId: string;
    readonly state: string;
    readonly amountYen: number;
  }[];
  readonly notices: { readonly waiting: number };
}

export interface AmazonBooks {
  readonly openingYen: number;
  readonly fundsYen: number;
  readonly customers: readonly { readonly userId: string; readonly balanceYen: number }[];
  readonly orders: readonly {
    readonly requestId: string;
    readonly state: string;
    readonly amountYen: number;
  }[];
}

export type InstantRail = 'seven_atm' | 'au_pay' | 'amazon_gift';

export interface InstantWorld {
  /** Contracts and methods of a shop with every rail; notices go to the API at `publicUrl`. */
  open(core: Core, shopId: string, publicUrl: string): Promise<void>;
  /** The control API of a rail's simulator, below the shop's world. */
  control(
    rail: InstantRail,
    shopId: string,
    method: string,
    path: string,
    body?: object,
  ): Promise<unknown>;
  close(): Promise<void>;
}

export const PREFUND_YEN = 10_000_000;
const BY = 'test';

export async function openInstantWorld(): Promise<InstantWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'kawase-storm-instant-'));
  const at = (name: string) => ({ port: 0, dataDir: join(folder, name), tickMs: 50 });
  const [atm, auPay, amazon] = await Promise.all([
    startSevenAtmSimulator(at('atm')),
    startAuPaySimulator(at('au-pay')),
    startAmazonGiftSimulator(at('amazon')),
  ]);
  const simulators = { seven_atm: atm, au_pay: auPay, amazon_gift: amazon };
  return {
    async open(core, shopId, publicUrl) {
      await openInstantRails(core, shopId, instantRails(atm, auPay), publicUrl);
      await contractWithAmazon(core, shopId, amazon);
    },
    control: (rail, shopId, method, path, body) =>
      ask(simulators[rail], method, `/worlds/${shopId}${path}`, body),
    async close() {
      await Promise.all(Object.values(simulators).map((each) => each.close()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function contractWithAmazon(core: Core, shopId: string, amazon: Simulator): Promise<void> {
  const world = { worldId: shopId, fundsYen: PREFUND_YEN };
  const contract = (await ask(amazon, 'POST', '/worlds', world)) as Record<string, unknown>;
  const { baseUrl, partnerId, accessKeyId, secretAccessKey, login } = contract;
  const railAccountId = await createRailAccount(core, {
    ...{ rail: 'amazon_gift', connector: 'http', mode: 'test', name: 'Amazon (storm)', by: BY },
    config: {
      ...{ baseUrl, partnerId, accessKeyId, secretAccessKey, login },
      askAgainAfterSeconds: 1,
    },
    operatorShopId: shopId,
  });
  const method = 'amazon_gift';
  await setShopMethod(core, { shopId, method, railAccountId, maxYen: 100_000, by: BY });
}

async function ask(
  simulator: Simulator,
  method: string,
  path: string,
  body?: object,
): Promise<unknown> {
  const response = await fetch(simulator.controlUrl + path, {
    method,
    headers: { 'x-control-token': simulator.controlToken, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as unknown;
  if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
  return answer;
}
