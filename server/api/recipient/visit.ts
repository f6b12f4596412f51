// One request of a recipient: which link, whether they have answered its questions, in which
// language; and what it is answered with. Every page below /l/:token comes through `linkRoute`.
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { Instant, WallClock } from '../../base/clock.ts';
import { Refusal } from '../../base/refusal.ts';
import type { OperatorNotice } from '../../messages/operator-notice.ts';
import { endOf, isOpen, linkOfToken, type OpenedLink } from '../../remittances/link-access.ts';
import type { RemittanceDeps } from '../../remittances/terms.ts';
import { cookie, cookieName, readCookies } from '../cookies.ts';
import { type Locale, localeOf } from '../locale.ts';
import type { Buckets, RateLimit } from '../rate-limit.ts';
import type { Api } from '../resource.ts';
import { killedPage, lockedPage, overPage, stalePage, unknownPage } from './closed-pages.ts';
import { type Frame, type Page, renderPage, sayIn } from './layout.ts';
import * as session from './session.ts';

export interface RecipientDeps {
  readonly remittances: RemittanceDeps;
  readonly notice: OperatorNotice;
  readonly wall: WallClock;
  /** Made once, by `TRIES`. */
  readonly tries: Buckets;
}

export interface Ask {
  readonly query: URLSearchParams;
  readonly form: URLSearchParams;
  readonly cookies: ReadonlyMap<string, string>;
  readonly locale: Locale;
  readonly address: string;
}

export interface Visit extends OpenedLink, Ask {
  /** `/l/<token>` below the root: what its pages lie below. */
  readonly base: string;
  /** The shop's present time. */
  readonly now: Instant;
  readonly frame: Frame;
  readonly formToken: string;
}

export type Answer =
  | {
      readonly kind: 'page';
      readonly page: Page;
      readonly frame: Frame;
      readonly status?: number;
      readonly cookies?: readonly string[];
      /** Where its form may lead beside here: an origin. */
      readonly formOrigin?: string;
      /** The page is asked for again by itself. */
      readonly refresh?: { readonly seconds: number; readonly to: string };
    }
  /** A piece of a page, for the script that asked for it. */
  | { readonly kind: 'part'; readonly html: string; readonly cookies?: readonly string[] }
  | { readonly kind: 'go'; readonly to: string; readonly cookies?: readonly string[] };

export const go = (to: string, cookies: readonly string[] = []): Answer => ({
  kind: 'go',
  to,
  cookies,
});

export const show = (visit: Visit, page: Page, status = 200): Answer => ({
  kind: 'page',
  page,
  frame: visit.frame,
  status: page.isFaulty ? 422 : status,
});

/** What stands before every path of these pages, where a proxy serves them below one. */
export const rootOf = ({ remittances }: RecipientDeps) =>
  new URL(remittances.publicUrl).pathname.replace(/\/$/, '');

export const isSecure = (deps: RecipientDeps) => deps.remittances.publicUrl.startsWith('https:');

export function ownCookie(
  deps: RecipientDeps,
  name: string,
  value: string,
  minutes: number = session.SESSION_MINUTES,
): string {
  return cookie(isSecure(deps), name, value, minutes * 60);
}

export function cookieOf(deps: RecipientDeps, ask: Ask, name: string): string | undefined {
  return ask.cookies.get(cookieName(isSecure(deps), name));
}

/** The cookie that says that this browser has answered. */
export function sessionCookie(deps: RecipientDeps, opened: OpenedLink): string {
  const { vault } = deps.remittances;
  const value = session.newSession(vault, opened.link, deps.wall());
  return ownCookie(deps, session.sessionName(opened.link), value);
}

export function readAsk(deps: RecipientDeps, request: FastifyRequest, locale: Locale): Ask {
  const query = new URLSearchParams(request.url.split('?')[1] ?? '');
  const form = new URLSearchParams(typeof request.body === 'string' ? request.body : '');
  const cookies = readCookies(request.headers.cookie);
  const chosen = query.get('lang') ?? cookies.get(cookieName(isSecure(deps), 'receive_lang'));
  const isKnown = chosen === 'ja' || chosen === 'en';
  return { query, form, cookies, locale: isKnown ? chosen : locale, address: request.ip };
}

/** This page's own address without the choice of language; `get` where a form was sent. */
export function hereOf(path: string, query: URLSearchParams): string {
  const rest = new URLSearchParams(query);
  rest.delete('lang');
  const text = rest.toString();
  return text === '' ? path : `${path}?${text}`;
}

export function frameOf(
  deps: RecipientDeps,
  ask: Ask,
  here: string,
  shop: Frame['shop'] = null,
): Frame {
  const { locale } = ask;
  return { locale, say: sayIn(locale), notice: deps.notice, root: rootOf(deps), here, shop };
}

/** `formOrigin`: browsers hold the redirect after a form to the page's policy, too. */
export function contentPolicy(formOrigin?: string): string {
  const forms = formOrigin === undefined ? "'self'" : `'self' ${formOrigin}`;
  return (
    `default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; ` +
    `form-action ${forms}; ` +
    "base-uri 'none'; frame-ancestors 'none'"
  );
}

export function send(
  deps: RecipientDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  answer: Answer,
): FastifyReply {
  const cookies = [...(answer.cookies ?? [])];
  const lang = new URLSearchParams(request.url.split('?')[1] ?? '').get('lang');
  if (lang === 'ja' || lang === 'en') {
    cookies.push(ownCookie(deps, session.LANGUAGE_NAME, lang, 24 * 60));
  }
  if (cookies.length > 0) reply.header('set-cookie', cookies);
  if (answer.kind === 'go') return reply.redirect(answer.to, 303);
  if (answer.kind === 'part') return reply.type('text/html; charset=utf-8').send(answer.html);
  reply.code(answer.status ?? 200).type('text/html; charset=utf-8');
  reply.header('content-language', answer.frame.locale);
  if (answer.formOrigin !== undefined) {
    reply.header('content-security-policy', contentPolicy(answer.formOrigin));
  }
  if (answer.refresh !== undefined) {
    reply.header('refresh', `${answer.refresh.seconds};url=${answer.refresh.to}`);
  }
  return reply.send(renderPage(answer.frame, answer.page));
}

export interface LinkRoute {
  readonly method: 'GET' | 'POST';
  /** Below /l/:token: '', '/decline' ... */
  readonly path: string;
  /** `open`: only while something can still be chosen. `answered`: once the questions are. */
  readonly needs: 'nothing' | 'answered' | 'open';
  readonly handle: (visit: Visit) => Promise<Answer>;
}

/**
 * What one address may try of codes, and what may be tried on one link. Many people share the
 * address of a mobile network, so it is generous: what guards a link is its lock, and a code tells
 * no more than who had it issued.
 */
export const TRIES: RateLimit = { perSecond: 0.5, burst: 60 };

/** `weight`: how many tries it counts for. */
export function hasTriesLeft(deps: RecipientDeps, key: string, weight = 1): boolean {
  let isLeft = true;
  for (let count = 0; count < weight; count++) {
    isLeft = deps.tries.take(key, performance.now()) >= 0 && isLeft;
  }
  return isLeft;
}

export function linkRoute(scope: Api, deps: RecipientDeps, route: LinkRoute): void {
  const schema = { hide: true, params: Type.Object({ token: Type.String() }) };
  scope.route({
    method: route.method,
    url: `/l/:token${route.path}`,
    schema,
    handler: async (request, reply) => {
      const { token } = request.params as { token: string };
      const opened = await linkOfToken(deps.remittances, token);
      if (opened === undefined) return send(deps, request, reply, unknownLink(deps, request));
      const visit = await visitOf(deps, request, route, opened);
      const answer = guarded(deps, visit, route) ?? (await handled(visit, route));
      return send(deps, request, reply, answer);
    },
  });
}

export function unknownLink(deps: RecipientDeps, request: FastifyRequest): Answer {
  const ask = readAsk(deps, request, localeOf(request.headers['accept-language']));
  const frame = frameOf(deps, ask, `${rootOf(deps)}/r`);
  return { kind: 'page', status: 404, frame, page: unknownPage(frame) };
}

async function visitOf(
  deps: RecipientDeps,
  request: FastifyRequest,
  route: LinkRoute,
  opened: OpenedLink,
): Promise<Visit> {
  const { shop, link } = opened;
  const ask = readAsk(deps, request, link.locale);
  const base = `${rootOf(deps)}/l/${(request.params as { token: string }).token}`;
  const here = route.path === '/verify' ? base : hereOf(`${base}${route.path}`, ask.query);
  return {
    ...opened,
    ...ask,
    base,
    now: await deps.remittances.deeds.now(shop.shopId),
    frame: frameOf(deps, ask, here, shop),
    formToken: session.formToken(deps.remittances.vault, link),
  };
}

/** A link without questions is its own proof. */
export function hasAnswered(deps: RecipientDeps, visit: Visit): boolean {
  const { link } = visit;
  if (link.questions.length === 0) return true;
  const value = cookieOf(deps, visit, session.sessionName(link));
  return session.isSession(deps.remittances.vault, link, deps.wall(), value);
}

/** What is answered in place of the page that was asked for; undefined = nothing is in the way. */
function guarded(deps: RecipientDeps, visit: Visit, route: LinkRoute): Answer | undefined {
  const { link, frame, base, now } = visit;
  const end = endOf(visit, now);
  if (end === 'killed') return show(visit, killedPage(frame), 410);
  const isAnswered = hasAnswered(deps, visit);
  if (!isAnswered && end !== null) return show(visit, overPage(frame, end), 410);
  if (!isAnswered && link.lockedAt !== null) return show(visit, lockedPage(frame), 423);
  if (route.needs !== 'nothing' && !isAnswered) return go(`${base}?again=1`);
  if (route.needs === 'open' && !isWaiting(visit)) return go(`${base}/status`);
  const needsToken = route.method === 'POST' && route.path !== '/verify';
  const given = visit.form.get('form_token') ?? '';
  if (needsToken && !session.isFormToken(deps.remittances.vault, link, given)) {
    return show(visit, stalePage(frame, base), 403);
  }
  return undefined;
}

/** True while the recipient may choose. */
export function isWaiting({ link, remittance, now }: Visit): boolean {
  return isOpen(link, now) && remittance.status === 'awaiting_recipient';
}

/** What became impossible between page and press is told by the page that is right now. */
async function handled(visit: Visit, route: LinkRoute): Promise<Answer> {
  try {
    return await route.handle(visit);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (['link_over', 'link_locked'].includes(error.code)) return go(visit.base);
    if (route.method === 'GET') throw error;
    return go(`${visit.base}/methods?refused=1`);
  }
}
