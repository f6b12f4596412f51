// Recipients in a storm: they choose on the pages of their link, press twice, choose two ways at
// once, decline; they take cash whole or in part, also while the merchant asks for it back. Each
// such race is written down.

import { visitor } from '../../server/api/recipient/test-visitor.ts';
import { publicId } from '../../server/base/ids.ts';
import type { Core } from '../../server/core.ts';
import { linkOfToken } from '../../server/remittances/link-access.ts';
import { specifyDestination } from '../../server/remittances/specify-destination.ts';
import { call, insist, type StormShop, type Told, type Wish } from './clients.ts';
import type { AtmBooks, InstantWorld } from './instant-world.ts';
import { pause } from './processes.ts';
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
  /** How often a link was gone through to its end. */
  readonly chosen: Map<Way, number>;
  choosing(until: () => boolean): Promise<void>;
  taking(until: () => boolean): Promise<void>;
}

const WAYS = ['bank_transfer', 'atm_cash', 'amazon_gift', 'au_pay'] as const;
type Way = (typeof WAYS)[number];

/** The last ones of each are refused, lost or slow, as the simulators' READMEs say. */
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
    ? { type: 'atm_cash' }
    : { type: 'link', methods: [...WAYS] };
  return { amount, destination };
}

export function createRecipients(
  storm: { readonly url: string; readonly core: Core; readonly instant: InstantWorld },
  shops: readonly StormShop[],
  told: readonly Told[],
  random: Random,
): Recipients {
  const { url, core, instant } = storm;
  const races: Race[] = [];
  const chosen = new Map<Way, number>();

  async function choose(path: string, way: Way): Promise<void> {
    if (way === 'amazon_gift') await signIn(path);
    else await press(path, way);
    chosen.set(way, (chosen.get(way) ?? 0) + 1);
  }

  async function press(path: string, way: Exclude<Way, 'amazon_gift'>): Promise<void> {
    const who = visitor(url);
    let page = await who.submit(await who.get(`${path}/methods`), { method: way });
    if (way === 'bank_transfer') {
      const form = await who.get(`${path}/account?bank=0005&branch=001`);
      const number = random.pick(ACCOUNTS);
      page = await who.submit(form, { number, sei: 'ヤマダ', mei: 'タロウ' });
    } else if (way === 'au_pay') page = await who.submit(page, { member: random.pick(MEMBERS) });
    await Promise.all(
      random.chance(0.2) ? [who.submit(page), who.submit(page)] : [who.submit(page)],
    );
  }

  /** Beyond the sign-in page: the account is known, and the choice is made. */
  async function signIn(path: string): Promise<void> {
    const found = await linkOfToken(core.remittances, path.split('/').at(-1)!);
    if (found === undefined) throw new Error(`no link ${path}`);
    const choice = { method: 'amazon_gift', amazonUserId: random.pick(CUSTOMERS) } as const;
    await specifyDestination(core.remittances, found.shop, found.link.linkId, choice);
  }

  async function decline(path: string): Promise<void> {
    const who = visitor(url);
    await who.submit(await who.get(`${path}/decline`));
  }

  async function actOn(path: string): Promise<void> {
    const dice = random.next();
    if (dice < 0.05) return decline(path);
    const ways = [random.pick(WAYS), ...(dice < 0.2 ? [random.pick(WAYS)] : [])];
    await Promise.all(ways.map((way) => choose(path, way)));
  }

  async function goToAtm(shop: StormShop): Promise<void> {
    const books = (await instant.control('seven_atm', shop.shopId, 'GET', '/books')) as AtmBooks;
    const open = books.receipts.filter(({ state }) => /^(RECEIVABLE|NOTES_TAKEN)$/.test(state));
    if (open.length === 0) return;
    const requestId = random.pick(open).request_id;
    const legs = random.pick(['all', 'all', 'notes', 'coins'] as const);
    if (random.chance(0.6)) return void (await take(shop, requestId, legs));
    const [row] = await core.db.query<{ id: string }>(
      'select remittance_id as id from attempt where shop_id = $1 and dispatch_code = $2',
      [shop.shopId, requestId],
    );
    const remittanceId = row!.id;
    const path = `/v1/remittances/${publicId('rem', remittanceId)}/cancel`;
    const [canceled, isTaken] = await Promise.all([
      insist(() => call(url, shop.key, 'POST', path)),
      pause(random.whole(0, 30)).then(() => take(shop, requestId, legs)),
    ]);
    races.push({ shop, remittanceId, isCanceled: canceled.status === 200, isTaken });
  }

  async function take(shop: StormShop, requestId: string, legs: string): Promise<boolean> {
    const body = { requestId, legs };
    const answer = await instant.control('seven_atm', shop.shopId, 'POST', '/receive', body);
    return (answer as { readonly took: readonly string[] }).took.length > 0;
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
  };
}
