// The demo's real-time rails: a world of its own at each simulator, the contract with it, and the
// method in the shop's contract. Run at every start, since the simulators come up at new addresses.
import type { Core } from '../server/core.ts';
import { createRailAccount, updateRailAccountConfig } from '../server/merchants/rail-accounts.ts';
import { setShopMethod } from '../server/merchants/shop-methods.ts';

export interface Simulator {
  readonly url: string;
  readonly controlUrl: string;
  readonly controlToken: string;
}

interface InstantRail {
  readonly rail: string;
  readonly method: string;
  readonly maxYen: number;
  readonly simulator: Simulator;
  readonly config: (world: Readonly<Record<string, unknown>>) => Record<string, unknown>;
}

const BY = 'npm start';

export function instantRails(atm: Simulator, auPay: Simulator): readonly InstantRail[] {
  return [
    {
      ...{ rail: 'seven_atm', method: 'atm_cash', maxYen: 100_000, simulator: atm },
      config: (world) => ({
        baseUrl: atm.url,
        key: { keyId: world.keyId, secret: world.secret },
        noticeKeys: [{ keyId: world.noticeKeyId, secret: world.noticeSecret }],
      }),
    },
    {
      ...{ rail: 'au_pay', method: 'au_pay', maxYen: 100_000, simulator: auPay },
      config: (world) => ({
        ...{ baseUrl: world.baseUrl, keyId: world.keyId, secret: world.secret },
        noticeSecret: world.noticeSecret,
      }),
    },
  ];
}

/** `publicUrl`: where the rails reach this installation with their notices. */
export async function openInstantRails(
  core: Core,
  shopId: string,
  rails: readonly InstantRail[],
  publicUrl: string,
): Promise<void> {
  const known = await core.railAccounts.list();
  for (const { rail, method, maxYen, simulator, config } of rails) {
    const prefundYen = 10_000_000;
    const world = await control(simulator, 'POST', '/worlds', { worldId: shopId, prefundYen });
    const account = known.find((one) => one.rail === rail && one.operatorShopId === shopId);
    let railAccountId = account?.id;
    if (railAccountId === undefined) {
      railAccountId = await createRailAccount(core, {
        ...{ rail, connector: 'http', mode: 'test', name: `${rail} (sandbox)`, by: BY },
        config: config(world),
        operatorShopId: shopId,
      });
    } else {
      await updateRailAccountConfig(core, { railAccountId, config: config(world), by: BY });
    }
    await setShopMethod(core, { shopId, method, railAccountId, maxYen, by: BY });
    const url = `${publicUrl}/hooks/rail/${railAccountId}`;
    await control(simulator, 'PUT', `/worlds/${shopId}/webhook`, { url });
  }
}

async function control(simulator: Simulator, method: string, path: string, body: object) {
  const response = await fetch(`${simulator.controlUrl}${path}`, {
    method,
    headers: { 'x-control-token': simulator.controlToken, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as Record<string, unknown>;
  if (!response.ok) throw new Error(`${simulator.controlUrl}${path}: ${JSON.stringify(answer)}`);
  return answer;
}
