// What stands before every route of the management screen's API: own page, session, CSRF token,
// second factor, role, shop, step-up. The order matters: nobody learns of a shop or a role before
// the session is known.
import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import type { Vault } from '../../base/crypto.ts';
import { sameBytes } from '../../base/crypto.ts';
import { uuidOf } from '../../base/ids.ts';
import { Refusal } from '../../base/refusal.ts';
import { factorsOf, roleAt } from '../../members/member.ts';
import type { MemberDeps } from '../../members/members-deps.ts';
import {
  actionForbidden,
  notSignedIn,
  secondFactorNeeded,
  secondFactorSetUpNeeded,
  stepUpNeeded,
  testShopsOnly,
} from '../../members/refusals.ts';
import {
  ACTIONS,
  type Action,
  isDangerous,
  isTestOnly,
  mayDo,
  needsSecondFactor,
  ROLE_NAMES,
} from '../../members/role.ts';
import { isFresh, LIFE_HOURS, type SignedIn } from '../../members/session.ts';
import { findSession } from '../../members/sessions.ts';
import { shopUnknown } from '../../merchants/refusals.ts';
import type { Shop } from '../../merchants/shop.ts';
import type { Shops } from '../../merchants/shops.ts';
import { cookie, cookieName, readCookies } from '../cookies.ts';
import { localeOf } from '../locale.ts';
import { NO_BODY } from '../openapi.ts';
import { type Buckets, type RateLimit, tooManyRequests } from '../rate-limit.ts';
import { type ConsoleAction, type ConsoleApi, SHOP_PREFIX } from './console-route.ts';
import { isFromOwnPage } from './own-origin.ts';

export interface ConsoleDeps {
  readonly members: MemberDeps;
  readonly shops: Pick<Shops, 'byId'>;
  /** Made once, by `BY_ADDRESS` and `BY_SESSION`. */
  readonly strangers: Buckets;
  readonly signedIn: Buckets;
}

/** Of one network address at the door. */
export const BY_ADDRESS: RateLimit = { perSecond: 2, burst: 120 };
export const BY_SESSION: RateLimit = { perSecond: 30, burst: 300 };

export const CONSOLE_ROOT = '/console/api/';
export const CSRF_HEADER = 'x-kawase-csrf';
const SESSION_COOKIE = 'kawase_session';

/** Plugs the console's API in; `register` adds the resources. */
export function registerConsole(
  api: ConsoleApi,
  deps: ConsoleDeps,
  register: (consoleApi: ConsoleApi) => void,
): void {
  api.register(async (open) => {
    const consoleApi = open as ConsoleApi;
    consoleApi.decorateRequest('console', null as never);
    consoleApi.addHook('onRoute', (route) => prepareRoute(deps, route));
    register(consoleApi);
  });
}

function prepareRoute(deps: ConsoleDeps, route: RouteOptions): void {
  const name = `${route.method} ${route.url}`;
  const action = route.config?.action;
  if (!route.url.startsWith(CONSOLE_ROOT)) throw new Error(`${name} is not below ${CONSOLE_ROOT}`);
  if (action === undefined || !isKnown(action)) throw new Error(`${name} states no config.action`);
  if (route.url.includes(':') && route.schema?.params === undefined) {
    throw new Error(`${name} has path parameters without a schema`);
  }
  const takesBody = !['GET', 'HEAD'].includes(String(route.method));
  route.schema = {
    ...route.schema,
    hide: true,
    ...(takesBody && route.schema?.body === undefined && { body: NO_BODY }),
  };
  const guard = async (request: FastifyRequest) => admit(deps, request, action);
  route.onRequest = [guard, ...[route.onRequest ?? []].flat()];
}

function isKnown(action: string): action is ConsoleAction {
  return action === 'anyone' || action === 'pending' || Object.hasOwn(ACTIONS, action);
}

async function admit(
  deps: ConsoleDeps,
  request: FastifyRequest,
  action: ConsoleAction,
): Promise<void> {
  const { members } = deps;
  const isWrite = !['GET', 'HEAD'].includes(request.method);
  if (isWrite && !isFromOwnPage(request, members.publicUrl)) throw foreignPage();
  if (action === 'anyone') return limit(deps.strangers, request.ip, BY_ADDRESS);
  const signedIn = await findSession(members, tokenOf(members, request));
  if (signedIn === undefined) {
    limit(deps.strangers, request.ip, BY_ADDRESS);
    throw notSignedIn();
  }
  const { session } = signedIn;
  limit(deps.signedIn, session.sessionId, BY_SESSION);
  const csrf = csrfOf(members.vault, session.sessionId);
  if (isWrite && !isCsrf(csrf, request.headers[CSRF_HEADER])) throw csrfWrong();
  const locale = localeOf(request.headers['accept-language']);
  request.console = { ...signedIn, shop: null, locale, csrf };
  if (action === 'pending') return;
  if (session.state === 'pending') throw secondFactorNeeded(factorsOf(signedIn.member), { csrf });
  const shop = await ownShop(deps, request, signedIn);
  request.console = { ...request.console, shop };
  requireAllowed(signedIn, action, shop, members.wall());
}

function limit(buckets: Buckets, key: string, { perSecond }: RateLimit): void {
  if (buckets.take(key, performance.now()) < 0) throw tooManyRequests(Math.ceil(1 / perSecond));
}

/** Another merchant's shop is as unknown as one that does not exist. */
async function ownShop(
  deps: ConsoleDeps,
  request: FastifyRequest,
  { member }: SignedIn,
): Promise<Shop | null> {
  const { shopId } = request.params as { readonly shopId?: string };
  if (shopId === undefined) return null;
  const uuid = uuidOf(SHOP_PREFIX, shopId);
  if (uuid === undefined) throw shopUnknown();
  const shop = await deps.shops.byId(uuid);
  if (shop.merchantId !== member.merchantId || shop.kind !== 'shop') throw shopUnknown();
  return shop;
}

/** Throws where this member may not do this here and now. */
export function requireAllowed(
  { member, session }: SignedIn,
  action: Action,
  shop: Shop | null,
  now: Temporal.Instant,
): void {
  const role = roleAt(member, shop?.shopId ?? null);
  if (!mayDo(role, action)) throw actionForbidden(action, ROLE_NAMES[role]);
  const factors = factorsOf(member);
  const isOwn = action.startsWith('own.');
  const isForced = needsSecondFactor(role) || isDangerous(action);
  if (!isOwn && isForced && factors.length === 0) throw secondFactorSetUpNeeded();
  if (isTestOnly(action) && shop?.mode !== 'test') throw testShopsOnly();
  if (isDangerous(action) && !isFresh(session, factors.length > 0, now)) {
    throw stepUpNeeded(factors.length > 0 ? factors : ['password']);
  }
}

export function csrfOf(vault: Vault, sessionId: string): string {
  return vault.fingerprint('console.csrf', sessionId).toString('base64url');
}

function isCsrf(csrf: string, given: string | string[] | undefined): boolean {
  return typeof given === 'string' && sameBytes(Buffer.from(csrf), Buffer.from(given));
}

const isSecure = ({ publicUrl }: Pick<MemberDeps, 'publicUrl'>) => publicUrl.startsWith('https:');

function tokenOf(members: MemberDeps, request: FastifyRequest): string | undefined {
  const name = cookieName(isSecure(members), SESSION_COOKIE);
  return readCookies(request.headers.cookie).get(name);
}

/** For the door, where there may be a session or none. */
export function sessionAt(
  { members }: ConsoleDeps,
  request: FastifyRequest,
): Promise<SignedIn | undefined> {
  return findSession(members, tokenOf(members, request));
}

export function setSession(members: MemberDeps, reply: FastifyReply, token: string): void {
  const life = LIFE_HOURS * 3_600;
  reply.header('set-cookie', cookie(isSecure(members), SESSION_COOKIE, token, life));
}

export function dropSession(members: MemberDeps, reply: FastifyReply): void {
  reply.header('set-cookie', cookie(isSecure(members), SESSION_COOKIE, '', 0));
}

const foreignPage = () =>
  new Refusal(
    'foreign_page',
    {
      ja: '別のサイトからの操作は受け付けません。管理画面を開き直してください。',
      en: 'This came from another site. Open the management screen again.',
    },
    { status: 403 },
  );

const csrfWrong = () =>
  new Refusal(
    'csrf_failed',
    {
      ja: '画面の有効期限が切れました。画面を開き直して、もう一度操作してください。',
      en: 'This page is out of date. Load it again and repeat what you did.',
    },
    { status: 403 },
  );
