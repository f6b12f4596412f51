// What a resource of the management screen is written against. It exports
// `register<Resource>(consoleApi, deps)`; each route has its full path below /console/api/, TypeBox
// schemas, and says in `config.action` which line of the table in server/members/role.ts it is:
//
//   consoleApi.get(
//     '/console/api/shops/:shopId/deposits',
//     { config: { action: 'deposits.read' }, schema: { params: ShopParams, querystring: … } },
//     async (request) => listDeposits(deps.db, shopOf(request).shopId, …),
//   );
//
// A route without an action does not start. Session, origin, CSRF token, role, second factor,
// step-up, and that the shop is the merchant's own, are checked around it by console-guard.ts.
import type { FastifyRequest } from 'fastify';
import { actorOf, type Member, roleAt } from '../../members/member.ts';
import { type Action, mayDo } from '../../members/role.ts';
import type { SignedIn } from '../../members/session.ts';
import type { Shop } from '../../merchants/shop.ts';
import type { Locale } from '../locale.ts';
import type { Api } from '../resource.ts';
import { Id, Strict } from '../v1/schemas.ts';

/** As every resource of /v1: routes with schemas. Its hooks are what makes it the console's. */
export type ConsoleApi = Api;

/**
 * `anyone`: no session needed. `pending`: a session, even one whose second factor is missing. Both
 * are for the door alone (session.ts, password-reset.ts, invitations.ts).
 */
export type ConsoleAction = Action | 'anyone' | 'pending';

export interface ConsoleCaller extends SignedIn {
  /** The shop of the path, the merchant's own; null where the path names none. */
  readonly shop: Shop | null;
  readonly locale: Locale;
  /** Sent with every request that changes something. */
  readonly csrf: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    console: ConsoleCaller;
  }
  interface FastifyContextConfig {
    /** Console routes only, and all of them. */
    action?: ConsoleAction;
  }
}

export const SHOP_PREFIX = 'shp';

/** Of a path with `:shopId`; spread `shopParam` where there are others. */
export const shopParam = { shopId: Id(SHOP_PREFIX) } as const;
export const ShopParams = Strict(shopParam);

/** Who is signed in. */
export const memberOf = (request: FastifyRequest): Member => request.console.member;

/** Who acts, for the audit log and for `by`. */
export const actingAs = (request: FastifyRequest): string => actorOf(memberOf(request).memberId);

/** The shop of the path. Only in routes below /console/api/shops/:shopId. */
export function shopOf(request: FastifyRequest): Shop {
  const { shop } = request.console;
  if (shop === null) throw new Error(`${request.routeOptions.url} names no shop`);
  return shop;
}

/** For what a view shows or leaves out, e.g. account numbers (`accounts.reveal`). */
export function mayAlso(request: FastifyRequest, action: Action): boolean {
  const { member, shop } = request.console;
  return mayDo(roleAt(member, shop?.shopId ?? null), action);
}
