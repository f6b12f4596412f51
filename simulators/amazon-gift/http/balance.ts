// The balance pages: a customer looks at the balance and enters gift codes.
import type { World } from '../books.ts';
import type { Provider } from '../provider.ts';
import { balancePage, customersPage, homePage, problemPage, type Redeemed } from './pages.ts';
import { page, type Reply, redirect } from './reply.ts';

const SHOWN_WORLDS = 100;

export const home = (provider: Provider): Reply =>
  page(200, homePage([...provider.books.worlds.values()].slice(-SHOWN_WORLDS)));

/** `path` begins with `/w/`. `form` where something was sent. */
export function answerBalance(
  provider: Provider,
  path: string,
  query: URLSearchParams,
  form: URLSearchParams | undefined,
): Reply {
  const [, worldId, userId] = /^\/w\/([^/]+)\/balance(?:\/([^/]+))?$/.exec(path) ?? [];
  const world = provider.books.worlds.get(decoded(worldId));
  if (world === undefined) return page(404, problemPage('ページがありません', nothing));
  if (userId === undefined) return page(200, customersPage(world));
  const customer = world.customers.get(decoded(userId));
  if (customer === undefined) return page(404, problemPage('お客さまがいません', nothing));
  if (form === undefined) {
    const redeemed = (['ok', 'used', 'unknown'] as const).find((it) => it === query.get('code'));
    return page(200, balancePage(world, customer, redeemed));
  }
  const result = redeem(provider, world, customer.userId, form.get('code') ?? '');
  return redirect(`${path}?code=${result}`);
}

const nothing = '住所（URL）を確かめてください。';

function decoded(part: string | undefined): string {
  try {
    return decodeURIComponent(part ?? '');
  } catch {
    return '';
  }
}

function redeem(provider: Provider, world: World, userId: string, typed: string): Redeemed {
  const letters = typed
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]/g, '');
  const code = `${letters.slice(0, 4)}-${letters.slice(4, 10)}-${letters.slice(10)}`;
  const order = world.byClaimCode.get(code);
  if (order === undefined) return 'unknown';
  if (order.state !== 'done') return 'used';
  const { requestId } = order;
  provider.commit({ t: 'claim', w: world.worldId, requestId, userId, at: provider.now(world) });
  return 'ok';
}
