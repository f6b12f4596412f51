// For tests: the recipient's pages on a server of their own over a test world's core, and a visitor
// who has no script, keeps cookies, follows redirects and fills in the forms a page has.

import type { World, WorldShop } from '../../../tests/world.ts';
import { uuidOf } from '../../base/ids.ts';
import { createApiKeys } from '../../merchants/api-keys.ts';
import { SAMPLE_OPERATOR_NOTICE } from '../../messages/operator-notice.ts';
import { receiptPurpose } from '../../remittances/settle-steps.ts';
import { createApi } from '../app.ts';
import { createLog } from '../log.ts';
import { createMetrics } from '../metrics.ts';
import { createBuckets, type RateLimit } from '../rate-limit.ts';
import { registerRecipientPages } from './recipient-pages.ts';
import { TRIES } from './visit.ts';

export interface Pages {
  readonly url: string;
  /** Moves the wall clock that sessions live by. */
  advance(minutes: number): void;
  close(): Promise<void>;
}

export interface PagesOptions {
  readonly tries?: RateLimit;
  /** The path of the public URL. */
  readonly root?: string;
  readonly trustProxy?: readonly string[] | number;
}

export async function startPages(world: World, options: PagesOptions = {}): Promise<Pages> {
  const { tries = TRIES, root = '', trustProxy = false } = options;
  const { core } = world;
  const { db, vault, wall, shops } = core;
  let aheadMinutes = 0;
  const api = createApi({
    ...{ db, vault, wall, keys: createApiKeys({ db, shops, wall }), log: createLog('silent') },
    ...{ logRequests: false, metrics: createMetrics([]), metricsToken: null, version: '0' },
    readiness: {},
    ...{ root, trustProxy },
    isShuttingDown: () => false,
    register() {},
    registerPublic: (open) =>
      registerRecipientPages(open, {
        remittances: { ...core.remittances, publicUrl: core.remittances.publicUrl + root },
        notice: SAMPLE_OPERATOR_NOTICE,
        tries: createBuckets(tries),
        wall: () => wall().add({ minutes: aheadMinutes }),
      }),
  });
  const url = await api.listen({ host: '127.0.0.1', port: 0 });
  return {
    url,
    advance(minutes) {
      aheadMinutes += minutes;
    },
    close: () => api.close(),
  };
}

export interface Seen {
  readonly status: number;
  /** Path and query of the page that came at the end; the whole address where it is not ours. */
  readonly path: string;
  readonly html: string;
  readonly headers: Headers;
}

export interface Visitor {
  readonly jar: Map<string, string>;
  get(path: string): Promise<Seen>;
  /** Sends the form to `action` (the first by default) with what it holds and `fields`. */
  submit(page: Seen, fields?: Record<string, string>, action?: string): Promise<Seen>;
  post(path: string, fields: Record<string, string>): Promise<Seen>;
}

const MAX_REDIRECTS = 8;

/** `own`: headers of every request. */
export function visitor(baseUrl: string, own: Record<string, string> = {}): Visitor {
  const jar = new Map<string, string>();
  async function ask(method: string, path: string, body?: string): Promise<Seen> {
    let [verb, at, text] = [method, path, body];
    for (let count = 0; count < MAX_REDIRECTS; count++) {
      const response = await fetch(baseUrl + at, {
        method: verb,
        redirect: 'manual',
        headers: {
          ...own,
          cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
          ...(text !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
        },
        ...(text !== undefined && { body: text }),
      });
      for (const line of response.headers.getSetCookie()) keep(jar, line);
      const location = response.headers.get('location');
      // Somebody else's page: the way ends here, at its address.
      if (location !== null && URL.canParse(location)) {
        return { status: response.status, headers: response.headers, path: location, html: '' };
      }
      if (location === null) {
        const { status, headers } = response;
        // Escaped like the rest, an equals sign would make every address hard to read.
        const html = (await response.text()).replaceAll('&#61;', '=');
        return { status, headers, path: at, html };
      }
      [verb, at, text] = ['GET', location, undefined];
    }
    throw new Error(`redirected without end: ${path}`);
  }
  const post = (path: string, fields: Record<string, string>) =>
    ask('POST', path, new URLSearchParams(fields).toString());
  return {
    jar,
    get: (path) => ask('GET', path),
    post,
    submit(page, fields = {}, action) {
      const form = formsOf(page.html).find(
        (each) => action === undefined || each.action === action,
      );
      if (form === undefined) throw new Error(`no form ${action ?? ''} on ${page.path}`);
      return post(form.action, { ...form.fields, ...fields });
    },
  };
}

function keep(jar: Map<string, string>, line: string): void {
  const [pair = ''] = line.split(';');
  const at = pair.indexOf('=');
  if (/Max-Age=0/.test(line)) jar.delete(pair.slice(0, at));
  else jar.set(pair.slice(0, at), pair.slice(at + 1));
}

interface Form {
  readonly action: string;
  readonly fields: Record<string, string>;
}

/** The forms of a page that are sent by POST, with what they hold. */
function formsOf(html: string): Form[] {
  return [...html.matchAll(/<form method="post" action="([^"]*)"[^>]*>([\s\S]*?)<\/form>/g)].map(
    ([, action = '', inside = '']) => {
      const fields: Record<string, string> = {};
      for (const [tag] of inside.matchAll(/<input\b[^>]*>/g)) {
        const name = attribute(tag, 'name');
        const isOff = /type="radio"/.test(tag) && !/\bchecked\b/.test(tag);
        if (name !== '' && !isOff) fields[name] = attribute(tag, 'value');
      }
      return { action, fields };
    },
  );
}

function attribute(tag: string, name: string): string {
  const value = new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? '';
  return value.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
}

export interface MadeLink {
  readonly id: string;
  readonly path: string;
  readonly code: string;
}

export const QUESTION = { label: '受付番号', value: 'A-1024' };

/** A remittance by link; `more` goes into its destination. */
export async function makeLink(
  shop: WorldShop,
  more: Record<string, unknown> = {},
  fields: Record<string, unknown> = {},
): Promise<MadeLink> {
  const destination = { type: 'link', methods: ['bank_transfer'], verification: [QUESTION] };
  const made = await shop.instruct({
    more: {
      description: '公演中止の払い戻し',
      ...fields,
      destination: { ...destination, ...more },
    },
  });
  if (made.status !== 201) throw new Error(made.text);
  return readLink(shop, made.body.id);
}

export async function readLink(shop: WorldShop, id: string): Promise<MadeLink> {
  const { link } = (await shop.read(id)) as unknown as { link: { url: string; code: string } };
  return { id, path: new URL(link.url).pathname, code: link.code };
}

export const ACCOUNT = { number: '1234567', sei: 'ヤマダ', mei: 'タロウ' };

/** Answers the question and goes as far as the confirm page. */
export async function toConfirm(
  who: Visitor,
  link: MadeLink,
  account: Record<string, string> = {},
): Promise<Seen> {
  await who.submit(await who.get(link.path), { answer0: 'ａ1024' });
  const form = await who.get(`${link.path}/account?bank=0005&branch=001`);
  return who.submit(form, { ...ACCOUNT, ...account });
}

/** Brought by hand to where the ATM's rail would have brought it: its numbers wait. */
export async function receivableLink(world: World, shop: WorldShop): Promise<MadeLink> {
  const link = await makeLink(shop, { verification: [] });
  const { db, vault } = world.core;
  const { shopId } = shop.shop;
  const receipt = {
    ...{ partnerCode: '1234', customerNumber: '1234567890', confirmationNumber: '5678' },
    receivableUntil: '2026-12-10',
  };
  const sealed = vault.seal(JSON.stringify(receipt), receiptPurpose(shopId));
  const id = uuidOf('rem', link.id);
  for (const status of ['scheduled', 'processing', 'receivable']) {
    await db.run(
      `update remittance set status = $3, method = 'atm_cash', receipt_sealed = $4
       where shop_id = $1 and remittance_id = $2`,
      [shopId, id, status, sealed],
    );
  }
  await db.run(`update receive_link set status = 'used' where shop_id = $1 and code = $2`, [
    shopId,
    link.code,
  ]);
  return link;
}
