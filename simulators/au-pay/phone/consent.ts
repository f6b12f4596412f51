// The app hand-over: checks what the partner asked for, and sends the member back with a one-time
// token or a no. The page itself is in pages.ts.

import { randomBytes } from 'node:crypto';
import type { World } from '../books.ts';
import { isFresh, isSigned } from '../signing.ts';
import type { Wallet } from '../wallet.ts';

const LINK_VALID_SECONDS = 1_800;

export interface HandOver {
  readonly world: World;
  readonly returnUrl: string;
  readonly state: string;
}

/** The request in a query string, or the sentence that says why it is none. */
export function readHandOver(wallet: Wallet, query: string): HandOver | string {
  const [asked = '', signature = ''] = query.split('&signature=');
  const fields = new URLSearchParams(asked);
  const field = (name: string) => fields.get(name) ?? '';
  const world = wallet.books.byKeyId.get(field('key_id'));
  if (!world || !isSigned(signature, world.secret, 'HANDOVER', asked)) {
    return 'リンクが正しくありません。元のページへ戻り、もう一度お試しください。';
  }
  if (!isFresh(field('timestamp'), wallet.wallNow(), LINK_VALID_SECONDS)) {
    return 'リンクの期限が切れました。元のページへ戻り、もう一度お試しください。';
  }
  const returnUrl = URL.parse(field('return_url'));
  if (!returnUrl || !world.returnOrigins.includes(returnUrl.origin)) {
    return '戻り先が契約にありません。送金サービスの運営者へお知らせください。';
  }
  return { world, returnUrl: returnUrl.href, state: field('state') };
}

/** Where the browser goes next. */
export function answerHandOver(
  wallet: Wallet,
  { world, returnUrl, state }: HandOver,
  memberNumber: string | null,
): string {
  const back = new URL(returnUrl);
  back.searchParams.set('state', state);
  if (memberNumber === null) {
    back.searchParams.set('error', 'declined');
    return back.href;
  }
  const token = `amt_${randomBytes(24).toString('base64url')}`;
  const expiresAt = wallet.wallNow() + world.settings.tokenMinutes * 60_000;
  wallet.commit({ t: 'token', w: world.worldId, token: { token, memberNumber, expiresAt } });
  back.searchParams.set('member_token', token);
  return back.href;
}
