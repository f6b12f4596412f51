// The way to a provider's own sign-in page and back: one calm page before it, the leap, and the one
// address where everybody comes back to. What an answer does is in remittances/sign-in.ts.
import { randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { html } from 'ghtml';
import { Refusal } from '../../base/refusal.ts';
import type { SignIn } from '../../rails/receiving.ts';
import { linkOfId } from '../../remittances/link-access.ts';
import { linkUrl } from '../../remittances/make-link.ts';
import {
  answerSignIn,
  beginSignIn,
  SIGN_IN_MINUTES,
  signInOfState,
} from '../../remittances/sign-in.ts';
import { localeOf } from '../locale.ts';
import type { Api } from '../resource.ts';
import { elsewherePage } from './closed-pages.ts';
import { paymentFacts } from './entry-routes.ts';
import { facts, type Page, remark } from './layout.ts';
import { openText, sealText } from './session.ts';
import {
  type Answer,
  cookieOf,
  frameOf,
  go,
  linkRoute,
  ownCookie,
  type RecipientDeps,
  readAsk,
  rootOf,
  send,
  sessionCookie,
  type Visit,
} from './visit.ts';
import { type RailMethod, railMethodOf } from './way.ts';

/** Providers know it character by character, so it is the same for every shop and every rail. */
export const SIGNED_IN_PATH = '/r/signed-in';

const RANDOM_BYTES = 32;
/** A second press of the same answer waits for the first one so often, so long. */
const MAX_LOOKS = 10;
const LOOK_AGAIN_SECONDS = 2;

export function registerSignIn(scope: Api, deps: RecipientDeps): void {
  linkRoute(scope, deps, {
    method: 'GET',
    path: '/sign-in',
    needs: 'open',
    handle: (visit) => before(deps, visit),
  });
  linkRoute(scope, deps, {
    method: 'POST',
    path: '/sign-in',
    needs: 'open',
    handle: (visit) => leave(deps, visit),
  });
  scope.get(SIGNED_IN_PATH, { schema: { hide: true } }, (request, reply) =>
    comeBack(deps, request, reply),
  );
}

interface SignInMethod extends RailMethod {
  readonly signIn: SignIn<unknown>;
}

async function signInMethod(
  deps: RecipientDeps,
  visit: Visit,
  asked: string | null,
): Promise<SignInMethod | undefined> {
  const found = await railMethodOf(deps, visit, asked);
  const signIn = found?.receiving.signIn;
  if (found === undefined || signIn === undefined) return undefined;
  const { signsIn } = found.receiving.entry(found.terms.railAccount);
  return signsIn ? { ...found, signIn } : undefined;
}

async function before(deps: RecipientDeps, visit: Visit): Promise<Answer> {
  const { base, query } = visit;
  const found = await signInMethod(deps, visit, query.get('method'));
  if (found === undefined) return go(`${base}/methods?refused=1`);
  const outcome = query.get('outcome');
  const looks = Number(query.get('looks') ?? 0);
  if (outcome === 'pending' && looks >= 0 && looks < MAX_LOOKS) {
    const to = `${base}/sign-in?method=${found.method}&outcome=pending&looks=${looks + 1}`;
    const refresh = { seconds: LOOK_AGAIN_SECONDS, to };
    return { kind: 'page', page: waitingPage(visit), frame: visit.frame, refresh };
  }
  const formOrigin = found.signIn.origin(found.terms.railAccount);
  const page = beforePage(visit, found, outcome);
  return { kind: 'page', page, frame: visit.frame, formOrigin };
}

function waitingPage({ frame: { say } }: Visit): Page {
  const title = say('サインインを確認しています', 'Your sign-in is being checked');
  const text = say(
    'この画面は自動で切り替わります。二重に送られることはありません。',
    'This page moves on by itself. Nothing is sent twice.',
  );
  return { title, body: html`<h1>${title}</h1>!${remark('waiting', text)}` };
}

/** Why they are here again, in words; '' where they are not. */
function outcomeWords({ frame: { say } }: Visit, outcome: string | null): string {
  if (outcome === 'declined') {
    return say(
      'サインインを取りやめました。お金はまだ送られていません。もう一度サインインするか、別の受け取り方をお選びください。',
      'You did not sign in. No money has been sent. Sign in, or choose another way.',
    );
  }
  if (outcome === 'expired') {
    return say(
      '時間が過ぎたため、サインインを確認できませんでした。お金はまだ送られていません。もう一度サインインしてください。',
      'It took too long, so it does not count. No money has been sent. Please sign in again.',
    );
  }
  if (outcome === 'failed' || outcome === 'pending') {
    return say(
      'サインインを確認できませんでした。お金はまだ送られていません。もう一度サインインしてください。',
      'Your sign-in could not be confirmed. No money has been sent. Please sign in again.',
    );
  }
  return '';
}

function beforePage(visit: Visit, found: SignInMethod, outcome: string | null): Page {
  const { frame, base, formToken, locale } = visit;
  const { say } = frame;
  const { method, receiving, terms, signIn } = found;
  const title = receiving.name[locale];
  const words = outcomeWords(visit, outcome);
  const { note } = receiving.words(terms.railAccount, visit.remittance.amountYen);
  const body = html`<h1>${title}</h1>!${words === '' ? '' : remark('alert', words)}
!${facts([...paymentFacts(visit), [say('受け取り方', 'How'), receiving.name[locale]]])}
!${note === null ? '' : remark('info', note[locale])}
<p>${signIn.about[locale]}</p>
<form method="post" action="${base}/sign-in">
<input type="hidden" name="form_token" value="${formToken}">
<input type="hidden" name="method" value="${method}">
<button type="submit">${signIn.button[locale]}</button></form>
<p><a class="quiet" href="${base}/methods">${say('別の受け取り方を選ぶ', 'Choose another way')}</a></p>`;
  return { title, body };
}

/** What the browser keeps until it is back; nobody else can read or make it. */
interface Kept {
  readonly secret: string;
  readonly base: string;
}

const cookieName = (stateHash: Buffer) => `receive_away_${stateHash.toString('hex').slice(0, 12)}`;
const purposeOf = (stateHash: Buffer) => `recipient_sign_in:${stateHash.toString('hex')}`;

const returnUrlOf = (deps: RecipientDeps) => `${deps.remittances.publicUrl}${SIGNED_IN_PATH}`;

async function leave(deps: RecipientDeps, visit: Visit): Promise<Answer> {
  const { base, form, shop, link } = visit;
  const found = await signInMethod(deps, visit, form.get('method'));
  if (found === undefined) return go(`${base}/methods?refused=1`);
  const { method, terms, signIn } = found;
  const account = terms.railAccount;
  const to = { method, railAccountId: account.id };
  const { state, stateHash } = await beginSignIn(deps, { shop, link }, to);
  const random = randomBytes(RANDOM_BYTES);
  const question = { state, returnUrl: returnUrlOf(deps), random };
  const { url, secret } = signIn.begin(account, question);
  const kept: Kept = { secret, base };
  const sealed = sealText(deps.remittances.vault, purposeOf(stateHash), JSON.stringify(kept));
  return go(url, [ownCookie(deps, cookieName(stateHash), sealed, SIGN_IN_MINUTES)]);
}

/**
 * The answer counts only in the browser that left, and once. The address with the provider's code
 * is left again at once, whatever came of it.
 */
async function comeBack(
  deps: RecipientDeps,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const ask = readAsk(deps, request, localeOf(request.headers['accept-language']));
  const state = ask.query.get('state') ?? '';
  const known = await signInOfState(deps, state);
  const kept = known && keptOf(deps, ask, known.signIn.stateHash);
  if (known === undefined || kept === undefined) {
    const frame = frameOf(deps, ask, `${rootOf(deps)}/r`);
    const page = elsewherePage(frame.say);
    return send(deps, request, reply, { kind: 'page', status: 400, frame, page });
  }
  const { signIn, shop } = known;
  const forget = ownCookie(deps, cookieName(signIn.stateHash), '', 0);
  const here = { query: ask.query, state, secret: kept.secret, returnUrl: returnUrlOf(deps) };
  const outcome = await answered(deps, known, here);
  const link = await linkOfId(deps.remittances, shop.shopId, signIn.linkId);
  // Reissued meanwhile: the former address leads nowhere, and says so.
  const isKept = link !== undefined && linkUrl(deps.remittances, link.link).endsWith(kept.base);
  const base = isKept ? kept.base : `${rootOf(deps)}/r`;
  const page = `${base}/sign-in?method=${signIn.method}&outcome=`;
  if (!isKept) return send(deps, request, reply, go(base, [forget]));
  // Whoever comes back in time has answered the questions before they left.
  const session = sessionCookie(deps, link);
  if (outcome === 'chosen') {
    return send(deps, request, reply, go(`${base}/status`, [forget, session]));
  }
  // The cookie stays: a reload of this very address finds its way too.
  const next = outcome === 'repeat' ? 'pending' : outcome;
  return send(deps, request, reply, go(`${page}${next}`, [session]));
}

type Outcome = Awaited<ReturnType<typeof answerSignIn>>['kind'];

/** A link that closed meanwhile is told by its own page. */
async function answered(
  deps: RecipientDeps,
  known: Parameters<typeof answerSignIn>[1],
  answer: Parameters<typeof answerSignIn>[2],
): Promise<Outcome> {
  try {
    return (await answerSignIn(deps, known, answer)).kind;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return 'failed';
  }
}

function keptOf(
  deps: RecipientDeps,
  ask: ReturnType<typeof readAsk>,
  stateHash: Buffer,
): Kept | undefined {
  const sealed = cookieOf(deps, ask, cookieName(stateHash)) ?? '';
  const text = openText(deps.remittances.vault, purposeOf(stateHash), sealed);
  return text === undefined ? undefined : (JSON.parse(text) as Kept);
}
