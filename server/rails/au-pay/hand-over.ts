// The way to the wallet's app and back: the recipient consents there and comes back with a one-time
// token that stands for the member. Pure; who may be sent this way is the caller's matter.
import type { Instant } from '../../base/clock.ts';
import { sameBytes } from '../../base/crypto.ts';
import type { AuPayConfig } from './config.ts';
import { secondsOf, signatureOf } from './signature.ts';
import { memberNumberOf } from './transform.ts';

export interface HandOver {
  /** Ties the answer to the recipient's own session: >= 128 random bits, used once. */
  readonly state: string;
  /** Must begin with an address the contract names. */
  readonly returnUrl: string;
}

/**
 * `member`: the token goes into `AuPayDestination.memberNumber`; it pays one charge, and lives for
 * half an hour.
 */
export type HandedOver =
  | { readonly kind: 'member'; readonly memberNumber: string }
  | { readonly kind: 'declined' };

/** Undefined where the contract has no app hand-over. */
export function handOverUrl(
  config: AuPayConfig,
  handOver: HandOver,
  now: Instant,
): string | undefined {
  if (config.handOverUrl === undefined) return undefined;
  const query = new URLSearchParams({
    key_id: config.keyId,
    state: handOver.state,
    return_url: handOver.returnUrl,
    timestamp: secondsOf(now),
  });
  query.set('signature', signatureOf(config.secret, ['HANDOVER', query.toString()]));
  return `${config.handOverUrl}?${query}`;
}

/** Undefined where the answer does not belong to `state` or makes no sense. */
export function readHandOver(query: URLSearchParams, state: string): HandedOver | undefined {
  const given = query.get('state') ?? '';
  if (state === '' || !sameBytes(Buffer.from(given), Buffer.from(state))) return undefined;
  if (query.get('error') === 'declined') return { kind: 'declined' };
  const memberNumber = memberNumberOf(query.get('member_token') ?? '', 0);
  return memberNumber === undefined ? undefined : { kind: 'member', memberNumber };
}
