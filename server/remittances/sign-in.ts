// A recipient signs in at the provider of a rail: the way out is noted before they go, the answer
// counts once, and the destination it brings is the recipient's choice. A process that dies between
// leaves a link that is still open, and nothing paid.
import { type Instant, isBefore, type WallClock } from '../base/clock.ts';
import { uuidv7 } from '../base/ids.ts';
import type { Shop } from '../merchants/shop.ts';
import { isOpen, linkOver, type OpenedLink } from './link-access.ts';
import { linkById } from './link-store.ts';
import { newToken, readToken } from './link-token.ts';
import type { Method } from './method.ts';
import {
  forgetSignIns,
  insertSignIn,
  type SignInStatus,
  type StoredSignIn,
  setSignInStatus,
  signInByState,
} from './sign-in-store.ts';
import { specifyDestination } from './specify-destination.ts';
import type { RemittanceDeps } from './terms.ts';

export interface SignInDeps {
  readonly remittances: RemittanceDeps;
  readonly wall: WallClock;
}

/** As long as providers keep such a page; the browser keeps its secret for as long. */
export const SIGN_IN_MINUTES = 30;
const KEPT_PER_LINK = 20;
const ANSWER_PATIENCE_MS = 20_000;

export interface BegunSignIn {
  readonly state: string;
  readonly stateHash: Buffer;
}

/** Notes that somebody leaves for the provider's page; the state brings them home. */
export async function beginSignIn(
  { remittances, wall }: SignInDeps,
  { shop, link }: Pick<OpenedLink, 'shop' | 'link'>,
  to: { readonly method: Method; readonly railAccountId: string },
): Promise<BegunSignIn> {
  const state = newToken(shop.number);
  const createdAt = wall();
  const signIn: StoredSignIn = {
    ...to,
    signInId: uuidv7(createdAt.epochMilliseconds),
    linkId: link.linkId,
    stateHash: state.hash,
    status: 'open',
    createdAt,
    expiresAt: createdAt.add({ minutes: SIGN_IN_MINUTES }),
  };
  await remittances.deeds.run(shop.shopId, async (tx) => {
    const present = await linkById(tx, shop.shopId, link.linkId);
    if (present === undefined || !isOpen(present, tx.now)) throw linkOver();
    await insertSignIn(tx, signIn);
    await forgetSignIns(tx, link.linkId, KEPT_PER_LINK);
  });
  return { state: state.text, stateHash: state.hash };
}

/** Whose a state is; undefined for one that was never given out. */
export async function signInOfState(
  { remittances }: SignInDeps,
  state: string,
): Promise<{ readonly shop: Shop; readonly signIn: StoredSignIn } | undefined> {
  const token = readToken(state);
  const shop = token && (await remittances.shops.findByNumber(token.shopNumber));
  if (token === undefined || shop === undefined) return undefined;
  const signIn = await signInByState(remittances.deeds.db, shop.shopId, token.hash);
  return signIn && { shop, signIn };
}

/** What came of an answer. `repeat`: it was given before (twice pressed, back button, reload). */
export type AnsweredSignIn =
  | { readonly kind: 'chosen' | 'declined' | 'repeat' | 'expired' }
  | { readonly kind: 'failed'; readonly detail: string };

/** Takes the answer, once. `secret` is what the browser kept; `returnUrl` as it was given out. */
export async function answerSignIn(
  deps: SignInDeps,
  { shop, signIn }: { readonly shop: Shop; readonly signIn: StoredSignIn },
  answer: {
    readonly query: URLSearchParams;
    readonly state: string;
    readonly secret: string;
    readonly returnUrl: string;
  },
): Promise<AnsweredSignIn> {
  const { remittances } = deps;
  const claim = await claimAnswer(deps, shop, signIn);
  if (claim !== 'claimed') return { kind: claim };
  const account = await remittances.railAccount(signIn.railAccountId);
  const provider = remittances.rails.get(account.rail)?.receiving?.signIn;
  if (provider === undefined) throw new Error(`nobody signs in at the rail ${account.rail}`);
  // No lock is held meanwhile: the provider takes its time.
  const signal = AbortSignal.timeout(ANSWER_PATIENCE_MS);
  const outcome = await provider.finish(account, answer, signal);
  const close = (status: SignInStatus) => closeSignIn(deps, shop, signIn, status);
  if (outcome.kind === 'declined') {
    await close('declined');
    return outcome;
  }
  if (outcome.kind === 'failed') {
    remittances.log('sign_in_failed', { rail: account.rail, detail: outcome.detail });
    await close('failed');
    return outcome;
  }
  const { method, linkId } = signIn;
  const { destination } = outcome;
  await specifyDestination(remittances, shop, linkId, { method, destination });
  await close('done');
  return { kind: 'chosen' };
}

/** A code works once at the provider too, so whoever comes second asks nothing of it. */
function claimAnswer(
  { remittances, wall }: SignInDeps,
  shop: Shop,
  { stateHash }: StoredSignIn,
): Promise<'claimed' | 'repeat' | 'expired'> {
  return remittances.deeds.run(shop.shopId, async (tx) => {
    const present = await signInByState(tx, shop.shopId, stateHash);
    if (present?.status !== 'open') return 'repeat';
    const now: Instant = wall();
    const isInTime = isBefore(now, present.expiresAt);
    await setSignInStatus(tx, present.signInId, isInTime ? 'answered' : 'failed', now);
    return isInTime ? 'claimed' : 'expired';
  });
}

function closeSignIn(
  { remittances, wall }: SignInDeps,
  shop: Shop,
  { signInId }: StoredSignIn,
  status: SignInStatus,
): Promise<void> {
  return remittances.deeds.run(shop.shopId, (tx) => setSignInStatus(tx, signInId, status, wall()));
}
