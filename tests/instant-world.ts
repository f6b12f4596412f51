// The simulators of the real-time rails for tests of the whole house, and a shop that has a
// contract with each of them.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  control,
  instantRails,
  openInstantRails,
  type Simulator,
  sandboxPlaces,
} from '../scripts/instant-rails.ts';
import type { Core } from '../server/core.ts';
import { startAmazonGiftSimulator } from '../simulators/amazon-gift/start.ts';
import { startAuPaySimulator } from '../simulators/au-pay/start.ts';
import { startSevenAtmSimulator } from '../simulators/seven-atm/start.ts';
import type { World, WorldShop } from './world.ts';

export type InstantName = 'atm' | 'amazon' | 'auPay';

export interface InstantWorld {
  readonly simulators: Readonly<Record<InstantName, Simulator>>;
  /** What a server is told of them, so that its sandbox moves their worlds too. */
  readonly environment: Readonly<Record<string, string>>;
  /** Gives the shop every method; answers its rail accounts by rail. */
  contract(world: World, shop: WorldShop): Promise<ReadonlyMap<string, string>>;
  contractFor(
    core: Core,
    shopId: string,
    us: { readonly url: string; readonly publicUrl: string },
  ): Promise<ReadonlyMap<string, string>>;
  /** Opens a world beforehand, with other money than usual. */
  open(name: InstantName, fields: object): Promise<Record<string, unknown>>;
  /** A control call below the shop's world at a simulator. */
  at(
    name: InstantName,
    shop: WorldShop,
    method: string,
    path: string,
    body?: object,
  ): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

export async function startInstantWorld(): Promise<InstantWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'kawase-instant-'));
  const place = async (name: string) => ({ port: 0, dataDir: await mkdtemp(join(folder, name)) });
  const [atm, amazon, auPay] = await Promise.all([
    startSevenAtmSimulator({ ...(await place('atm')), tickMs: 20 }),
    startAmazonGiftSimulator(await place('amazon')),
    startAuPaySimulator(await place('au-pay')),
  ]);
  const simulators = { atm, amazon, auPay };
  return {
    simulators,
    environment: { KAWASE_SANDBOX_RAILS: JSON.stringify(sandboxPlaces(simulators)) },
    contract(world, shop) {
      const { url, core } = world;
      const us = { url, publicUrl: core.remittances.publicUrl };
      return openInstantRails(core, shop.shop.shopId, instantRails(simulators), us);
    },
    contractFor: (core, shopId, us) => openInstantRails(core, shopId, instantRails(simulators), us),
    open: (name, fields) => control(simulators[name], 'POST', '/worlds', fields),
    at: (name, shop, method, path, body) =>
      control(simulators[name], method, `/worlds/${shop.shop.shopId}${path}`, body),
    async close() {
      await Promise.all([atm.close(), amazon.close(), auPay.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
