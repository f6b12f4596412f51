// One lane per shop for single instructions: what arrives while a batch is under way makes the next
// batch (group commit). What a batch does is in instruct.ts.
import { createLane, type Lane } from '../base/lane.ts';
import type { Shop } from '../merchants/shop.ts';
import { instructBatch, type Outcome } from './instruct.ts';
import type { Instruction } from './instruction.ts';
import { type Draft, draftOf } from './prepare.ts';
import { busy } from './refusals.ts';
import type { RemittanceDeps } from './terms.ts';

export interface InstructLanes {
  instruct(shop: Shop, instruction: Instruction): Promise<Outcome>;
  /** Instructions waiting in all lanes. */
  waiting(): number;
  /** Resolves when every lane has answered what it holds: for a graceful shutdown. */
  idle(): Promise<void>;
}

const MAX_BATCH = 256;
const MAX_WAITING = 5_000;
const MAX_LANES = 10_000;

export function createInstructLanes(deps: RemittanceDeps): InstructLanes {
  const lanes = new Map<string, { lane: Lane<Draft, Outcome>; shop: Shop }>();

  function laneOf(shop: Shop): Lane<Draft, Outcome> {
    const known = lanes.get(shop.shopId);
    if (known !== undefined) {
      // The newest terms of the shop apply to the batch that is yet to leave.
      known.shop = shop;
      return known.lane;
    }
    if (lanes.size >= MAX_LANES) dropIdle();
    const entry: { lane: Lane<Draft, Outcome>; shop: Shop } = {
      shop,
      lane: createLane<Draft, Outcome>({
        maxBatch: MAX_BATCH,
        maxWaiting: MAX_WAITING,
        onFull: busy,
        flush: (drafts) => instructBatch(deps, entry.shop, drafts),
      }),
    };
    lanes.set(shop.shopId, entry);
    return entry.lane;
  }

  function dropIdle(): void {
    for (const [shopId, { lane }] of lanes) if (!lane.isRunning) lanes.delete(shopId);
  }

  return {
    instruct(shop, instruction) {
      const draft = draftOf(deps, shop.shopId, instruction);
      return laneOf(shop).submit(draft);
    },
    waiting() {
      let sum = 0;
      for (const { lane } of lanes.values()) sum += lane.waiting;
      return sum;
    },
    async idle() {
      await Promise.all([...lanes.values()].map(({ lane }) => lane.idle()));
    },
  };
}
