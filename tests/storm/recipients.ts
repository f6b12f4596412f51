// Recipients in a storm: they choose on the pages of their link, sign in at Amazon, press twice, go
// two ways at once, decline. The cash they chose is taken in cash.ts.
import { type Seen, type Visitor, visitor } from '../../server/api/recipient/test-visitor.ts';
import type { Told, Wish } from './clients.ts';
import { pause } from './processes.ts';
import type { Random } from './random.ts';

export interface Recipients {
  /** How often a link was gone through to its end, by the way. */
  readonly chosen: Map<Way, number>;
  run(until: () => boolean): Promise<void>;
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

/** At Amazon, as this customer; answers the path and query that it sends back to. */
export async function signIn(address: string, user = CUSTOMERS[0]!): Promise<string> {
  const { origin, pathname, searchParams } = new URL(address);
  const body = new URLSearchParams({ ...Object.fromEntries(searchParams), user });
  const answer = await fetch(origin + pathname, { method: 'POST', body, redirect: 'manual' });
  const back = new URL(answer.headers.get('location')!);
  return back.pathname + back.search;
}

/** Half of it cash at an ATM at once, half by a link with every way. */
export function wishForInstant(random: Random): Wish {
  const amount = random.whole(1, 9_999);
  const destination = random.chance(0.5)
    ? { type: 'atm_cash', receive_within_days: random.whole(1, 3) }
    : { type: 'link', methods: [...WAYS] };
  return { amount, destination };
}

export function createRecipients(url: string, told: readonly Told[], random: Random): Recipients {
  const chosen = new Map<Way, number>();

  async function choose(path: string, way: Way): Promise<void> {
    const who = visitor(url);
    const asked = await who.submit(await who.get(`${path}/methods`), { method: way });
    const last =
      way === 'amazon_gift'
        ? await who.get(await signIn((await who.submit(asked)).path, random.pick(CUSTOMERS)))
        : await confirm(who, await enter(who, path, way, asked));
    if (last.path.startsWith(`${path}/status`)) chosen.set(way, (chosen.get(way) ?? 0) + 1);
  }

  /** What the way needs to know; answers the page to be confirmed. */
  async function enter(who: Visitor, path: string, way: Way, asked: Seen): Promise<Seen> {
    if (way === 'au_pay') return who.submit(asked, { member: random.pick(MEMBERS) });
    if (way !== 'bank_transfer') return asked;
    const form = await who.get(`${path}/account?bank=0005&branch=001`);
    return who.submit(form, { number: random.pick(ACCOUNTS), sei: 'ヤマダ', mei: 'タロウ' });
  }

  async function confirm(who: Visitor, page: Seen): Promise<Seen> {
    const presses = random.chance(0.2) ? 2 : 1;
    const seen = await Promise.all(Array.from({ length: presses }, () => who.submit(page)));
    return seen[0]!;
  }

  async function actOn(path: string): Promise<void> {
    const dice = random.next();
    if (dice < 0.05) {
      const who = visitor(url);
      return void (await who.submit(await who.get(`${path}/decline`)));
    }
    if (dice > 0.93) {
      // The numbers for the ATM are given back, for another way.
      const who = visitor(url);
      return void (await who.submit(await who.get(`${path}/switch`)));
    }
    const ways = [random.pick(WAYS), ...(dice < 0.2 ? [random.pick(WAYS)] : [])];
    await Promise.all(ways.map((way) => choose(path, way)));
  }

  return {
    chosen,
    async run(until) {
      while (!until()) {
        await pause(random.whole(10, 120));
        const paths = told.flatMap(({ linkPath }) => (linkPath === null ? [] : [linkPath]));
        // Cut off, over or overtaken: they see a page that says so, or none, and come again.
        if (paths.length > 0) await actOn(random.pick(paths)).catch(() => {});
      }
    },
  };
}
