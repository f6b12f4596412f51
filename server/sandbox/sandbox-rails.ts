// The other sides of a test shop's real-time rails: one world of the shop at each simulator, moved
// with the shop's clock, told what becomes of a payment, given faults. By the simulators' control
// doors alone; which rails those are is configuration.
import type { Instant } from '../base/clock.ts';
import type { ShopMethods } from '../merchants/shop-methods.ts';
import { type ControlCall, type ControlDoor, controlCall } from './control-door.ts';

/** Where a simulator speaks and is played with, by rail. */
export interface SandboxRailPlace extends ControlDoor {
  readonly url: string;
}

export type SandboxRailPlaces = Readonly<Record<string, SandboxRailPlace>>;

export interface SandboxRails {
  /** Everything due in the shop's worlds until `now` happens before this resolves. */
  setClock(shopId: string, now: Instant): Promise<void>;
  /** False where no simulator stands behind the rail. */
  has(rail: string): boolean;
  setOutcome(
    rail: string,
    shopId: string,
    plan: {
      readonly dispatchCode: string;
      readonly outcome: string;
      readonly reason?: string;
    },
  ): Promise<void>;
  setFaults(rail: string, shopId: string, faults: Readonly<Record<string, unknown>>): Promise<void>;
}

export function createSandboxRails(
  places: SandboxRailPlaces,
  deps: {
    readonly methods: Pick<ShopMethods, 'of'>;
    readonly railAccount: (id: string) => Promise<{ readonly rail: string }>;
  },
): SandboxRails {
  const calls = new Map<string, ControlCall>(
    Object.entries(places).map(([rail, place]) => [rail, controlCall(place)]),
  );
  const callOf = (rail: string): ControlCall => {
    const call = calls.get(rail);
    if (call === undefined) throw new Error(`no simulator stands behind the rail ${rail}`);
    return call;
  };
  const at = (shopId: string) => `/worlds/${shopId}`;
  return {
    has: (rail) => calls.has(rail),
    async setClock(shopId, now) {
      if (calls.size === 0) return;
      const agreed = [...(await deps.methods.of(shopId)).values()];
      const rails = await Promise.all(
        agreed.map(async ({ railAccountId }) => (await deps.railAccount(railAccountId)).rail),
      );
      const moved = [...new Set(rails)].filter((rail) => calls.has(rail));
      const body = { now: now.toString() };
      await Promise.all(moved.map((rail) => callOf(rail)('POST', `${at(shopId)}/clock`, body)));
    },
    setOutcome: (rail, shopId, plan) => callOf(rail)('POST', `${at(shopId)}/outcomes`, plan),
    setFaults: (rail, shopId, faults) => callOf(rail)('PUT', `${at(shopId)}/faults`, faults),
  };
}
