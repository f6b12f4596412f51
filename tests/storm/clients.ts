// Merchants in a storm: they instruct, ask again with the same reference until they are answered,
// send twice on purpose, cancel, pay in, and write down every answer.

import { pause } from './processes.ts';
import type { Random } from './random.ts';

export interface StormShop {
  readonly name: string;
  readonly shopId: string;
  readonly railAccountId: string;
  readonly key: string;
}

/** What a merchant was told, by shop and reference. */
export interface Told {
  readonly shop: StormShop;
  readonly reference: string;
  readonly amount: number;
  readonly ids: Set<string>;
  refused: string | null;
  /** The path of the link that it was answered with, where it was one. */
  linkPath: string | null;
}

/** What a merchant asks for next: the amount and where it is to go. */
export interface Wish {
  readonly amount: number;
  readonly destination: object;
}

export interface Merchants {
  readonly told: Told[];
  /** Answers that make no sense, e.g. a 500 with no outage: must stay empty. */
  readonly oddities: string[];
  /** Instructs again and again, with a pause of so many milliseconds, from and to, in between. */
  run(until: () => boolean, pauseMs?: readonly [from: number, to: number]): Promise<void>;
}

const ACCOUNTS = [
  ...['1234567', '1234568', '1234569', '2345678', '3456789', '4567890', '5678901', '6789012'],
  ...['9990001', '9990002', '9990005', '9991011', '9991025', '9993001', '9994001', '9994002'],
];
const RETRY_MS = 150;
const MAX_TRIES = 400;

export async function call(
  url: string,
  key: string,
  method: string,
  path: string,
  body?: object,
): Promise<{ status: number; body: Record<string, unknown> } | undefined> {
  try {
    const response = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(40_000),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  } catch {
    // Cut off, refused or too slow: the merchant knows nothing and asks again.
    return undefined;
  }
}

/** Asks until there is an answer that settles it. */
export async function insist(
  ask: () => ReturnType<typeof call>,
): Promise<{ status: number; body: Record<string, unknown> }> {
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    const answer = await ask();
    if (answer !== undefined && answer.status < 500 && answer.status !== 429) return answer;
    await pause(RETRY_MS);
  }
  throw new Error('no answer after all');
}

export function wishForAccount(random: Random): Wish {
  return {
    amount: random.whole(1, 50_000),
    destination: {
      ...{ type: 'bank_account', bank_code: '0005', branch_code: '001' },
      ...{ account_type: 'ordinary', account_number: random.pick(ACCOUNTS) },
      account_holder: 'ヤマダ タロウ',
    },
  };
}

export function createMerchants(
  url: string,
  shops: readonly StormShop[],
  random: Random,
  wish: (random: Random) => Wish = wishForAccount,
): Merchants {
  const told: Told[] = [];
  const oddities: string[] = [];
  let counter = 0;

  async function instruct(): Promise<void> {
    counter += 1;
    const shop = random.pick(shops);
    const { amount, destination } = wish(random);
    const one: Told = {
      ...{ shop, reference: `storm-${counter}`, amount },
      ...{ ids: new Set<string>(), refused: null, linkPath: null },
    };
    told.push(one);
    const body = { reference: one.reference, amount, destination };
    const send = async () => {
      const path = '/v1/remittances';
      const answer = await insist(() => call(url, shop.key, 'POST', path, body));
      if (answer.status === 201 || answer.status === 200) {
        one.ids.add(String(answer.body.id));
        const link = answer.body.link as { readonly url: string } | null;
        if (link !== null) one.linkPath = new URL(link.url).pathname;
      } else if (answer.status === 422) one.refused = String(answer.body.code);
      else oddities.push(`instruct: ${answer.status} ${answer.body.code}`);
    };
    await Promise.all(random.chance(0.3) ? [send(), send()] : [send()]);
    if (one.ids.size > 0 && random.chance(0.1)) await cancel(one);
  }

  async function cancel(one: Told): Promise<void> {
    const [id] = one.ids;
    const path = `/v1/remittances/${id}/cancel`;
    const answer = await insist(() => call(url, one.shop.key, 'POST', path));
    if (answer.status !== 200 && answer.status !== 409) {
      oddities.push(`cancel: ${answer.status} ${answer.body.code}`);
    }
  }

  return {
    ...{ told, oddities },
    async run(until, [from, to] = [5, 60]) {
      while (!until()) {
        await instruct();
        await pause(random.whole(from, to));
      }
    },
  };
}
