// Recipients at the ATM in a storm: they take cash whole or in part, also while the merchant asks
// for it back. Each such race is written down.
import type { Database } from '../../server/base/database.ts';
import { publicId } from '../../server/base/ids.ts';
import type { InstantWorld } from '../instant-world.ts';
import { call, insist, type StormShop } from './clients.ts';
import { pause } from './processes.ts';
import { type AtmBooks, at } from './rail-books.ts';
import type { Random } from './random.ts';

export interface Race {
  readonly shop: StormShop;
  readonly remittanceId: string;
  /** The merchant was told that it is canceled. */
  readonly isCanceled: boolean;
  /** The recipient has notes or coins in hand. */
  readonly isTaken: boolean;
}

export interface CashTakers {
  readonly races: Race[];
  run(until: () => boolean): Promise<void>;
  /** Everything that can still be taken is taken, or asked back; a little is left to expire. */
  lastHands(shop: StormShop): Promise<void>;
}

const TAKES_WITHIN_MS = 250;

export function createCashTakers(
  storm: { readonly url: string; readonly db: Database; readonly instant: InstantWorld },
  shops: readonly StormShop[],
  random: Random,
): CashTakers {
  const { url, db, instant } = storm;
  const races: Race[] = [];

  async function openReceipts(shop: StormShop) {
    const books = (await at(instant, 'atm', shop.shopId, 'GET', '/books')) as AtmBooks;
    return books.receipts.filter(({ state }) => /^(RECEIVABLE|NOTES_TAKEN)$/.test(state));
  }

  async function askBack(shop: StormShop, requestId: string) {
    const [row] = await db.query<{ id: string }>(
      'select remittance_id as id from attempt where shop_id = $1 and dispatch_code = $2',
      [shop.shopId, requestId],
    );
    const path = `/v1/remittances/${publicId('rem', row!.id)}/cancel`;
    const { status } = await insist(() => call(url, shop.key, 'POST', path));
    return { remittanceId: row!.id, isCanceled: status === 200 };
  }

  async function take(shop: StormShop, requestId: string, legs: string): Promise<boolean> {
    const answer = await at(instant, 'atm', shop.shopId, 'POST', '/receive', { requestId, legs });
    return (answer as { readonly took: readonly string[] }).took.length > 0;
  }

  async function goToAtm(shop: StormShop): Promise<void> {
    const open = await openReceipts(shop);
    if (open.length === 0) return;
    const requestId = random.pick(open).request_id;
    const legs = random.pick(['all', 'all', 'notes', 'coins'] as const);
    if (random.chance(0.6)) return void (await take(shop, requestId, legs));
    const [back, isTaken] = await Promise.all([
      askBack(shop, requestId),
      pause(random.whole(0, TAKES_WITHIN_MS)).then(() => take(shop, requestId, legs)),
    ]);
    races.push({ shop, ...back, isTaken });
  }

  return {
    races,
    async run(until) {
      while (!until()) {
        await pause(random.whole(10, 150));
        // The database is away for a moment: they come again.
        await goToAtm(random.pick(shops)).catch(() => {});
      }
    },
    async lastHands(shop) {
      for (const { request_id: requestId, state } of await openReceipts(shop)) {
        const isAskedBack = state === 'RECEIVABLE' && random.chance(0.5);
        if (isAskedBack) await askBack(shop, requestId);
        else if (random.chance(0.8)) await take(shop, requestId, 'all');
      }
    },
  };
}
