// Recipients in a storm: they choose on the pages of their link, sign in at Amazon, press twice, go
// two ways at once, decline; they take cash whole or in part, also while the merchant asks for it
// back. Each such race is written down.
import { visitor } from '../../server/api/recipient/test-visitor.ts';
import type { Database } from '../../server/base/database.ts';
import { publicId } from '../../server/base/ids.ts';
import type { InstantWorld } from '../instant-world.ts';
import { call, insist, type StormShop, type Told, type Wish } from './clients.ts';
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

export interface Recipients {
  readonly races: Race[];
  /** How often a link was gone through to its end, by the way. */
  readonly chosen: Map<Way, number>;
  choosing(until: () => boolean): Promise<void>;
  taking(until: () => boolean): Promise<void>;
  /** Everything that can still be taken at an ATM is taken, or asked back. */
  lastHands(shop: StormShop): Promise<void>;
}

const WAYS = ['bank_transfer', 'atm_cash', 'amazon_gift', 'au_pay'] as const;
type Way = (typeof WAYS)[number];

/** The last ones of each are refused, lost, slow or come back, as the simulators' READMEs say. */
const ACCOUNTS = ['1234567', '2345678', '3456789', '9990002', '9991011', '9994001'];
const MEMBERS = [
  ...['100000000001', '100000000002', '100000000011', '100000000012', '100000000013'],
  ...['100000000003', '999000000001', '999000000008', '999300000001'],
  ...['999100000001', '999200000001', '999400000001', '999400000002'],
];
const CUSTOMERS = [1, 2, 3, 4, 5, 6, 7, 1, 2].map(
  (number) => `amzn1.account.AESIM${String(number).padStart(24, '0')}`,
);

/** Half of it cash at an ATM at once, half by a link with every way. */
export function wishForInstant(random: Random): Wish {
  const amount = random.whole(1, 9_999);
  const destination = random.chance(0.5)
    ? { type: 'atm_cash', receive_within_days: random.whole(1, 3) }
    : { type: 'link', methods: [...WAYS] };
  return { amount, destination };
}

export function createRecipients(
  storm: { readonly url: string; readonly db: Database; readonly instant: InstantWorld },
  shops: readonly StormShop[],
  told: readonly Told[],
  random: Random,
): Recipients {
  const { url, db, instant } = storm;
  const races: Race[] = [];
  const chosen = new Map<Way, number>();

  async function choose(path: string, way: Way): Promise<void> {
    const who = visitor(url);
    let page = await who.submit(await who.get(`${path}/methods`), { method: way });
    if (way === 'amazon_gift') {
      const back = await signIn((await who.submit(page)).path);
      page = await who.get(back);
    } else {
      if (way === 'bank_transfer') {
        const form = await who.get(`${path}/account?bank=0005&branch=001`);
        const number = random.pick(ACCOUNTS);
        page = await who.submit(form, { number, sei: 'ヤマダ', mei: 'タロウ' });
      } else if (way === 'au_pay') page = await who.submit(page, { member: random.pick(MEMBERS) });
      const confirmed = page;
      const presses = random.chance(0.2) ? 2 : 1;
      const seen = Array.from({ length: presses }, () => who.submit(confirmed));
      page = (await Promise.all(seen))[0]!;
    }
    if (page.path.startsWith(`${path}/status`)) chosen.set(way, (chosen.get(way) ?? 0) + 1);
  }

  /** At Amazon; answers the path and query that it sends back to. */
  async function signIn(address: string): Promise<string> {
    const { origin, pathname, searchParams } = new URL(address);
    const user = random.pick(CUSTOMERS);
    const body = new URLSearchParams({ ...Object.fromEntries(searchParams), user });
    const answer = await fetch(origin + pathname, { method: 'POST', body, redirect: 'manual' });
    const back = new URL(answer.headers.get('location')!);
    return back.pathname + back.search;
  }

  async function actOn(path: string): Promise<void> {
    const dice = random.next();
    if (dice < 0.05) {
      const who = visitor(url);
      return void (await who.submit(await who.get(`${path}/decline`)));
    }
    const ways = [random.pick(WAYS), ...(dice < 0.2 ? [random.pick(WAYS)] : [])];
    await Promise.all(ways.map((way) => choose(path, way)));
  }

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
      pause(random.whole(0, 250)).then(() => take(shop, requestId, legs)),
    ]);
    races.push({ shop, ...back, isTaken });
  }

  return {
    ...{ races, chosen },
    async choosing(until) {
      while (!until()) {
        await pause(random.whole(10, 120));
        const paths = told.flatMap(({ linkPath }) => (linkPath === null ? [] : [linkPath]));
        // Cut off, over or overtaken: they see a page that says so, or none, and come again.
        if (paths.length > 0) await actOn(random.pick(paths)).catch(() => {});
      }
    },
    async taking(until) {
      while (!until()) {
        await pause(random.whole(10, 150));
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
