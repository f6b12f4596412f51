// Guessing made slow: every try at a password, a code or a reset is counted beforehand, by whom it
// is aimed at and by where it comes from. The numbers are lock.ts.
import { isIPv6 } from 'node:net';
import type { Instant } from '../base/clock.ts';
import type { Sql } from '../base/database.ts';
import { FORGET_AFTER_HOURS, pausesOf, type TrySubject } from './lock.ts';
import type { MemberDeps } from './members-deps.ts';
import { locked } from './refusals.ts';
import { countTry, forgetTries, takeTryBack } from './try-store.ts';

export interface Tried {
  readonly subject: TrySubject;
  /** The mail address, the network address, the member's id. */
  readonly value: string;
}

type Deps = Pick<MemberDeps, 'db' | 'vault' | 'wall'>;

/** Throws the refusal `sign_in_locked`, which says until when; else the try is on record. */
export async function takeTry(deps: Deps, tried: Tried): Promise<void> {
  const { db, wall } = deps;
  const now = wall();
  const until = await countTry(db, keyOf(deps, tried), {
    now,
    forgetBefore: now.subtract({ hours: FORGET_AFTER_HOURS }),
    pausesSeconds: pausesOf(tried.subject),
  });
  if (until !== null) throw locked(until, secondsBetween(now, until));
}

/** After success: answers how many failures there were before. */
export function tryWasRight(deps: Deps, sql: Sql, tried: Tried): Promise<number> {
  return forgetTries(sql, keyOf(deps, tried));
}

/** After success, of what others share: only this try is taken back. */
export async function tryWasNone(deps: Deps, sql: Sql, tried: Tried): Promise<void> {
  const freeTries = pausesOf(tried.subject).filter((pause) => pause === 0).length + 1;
  await takeTryBack(sql, keyOf(deps, tried), freeTries);
}

function keyOf({ vault }: Deps, { subject, value }: Tried): Buffer {
  const isAddress = subject === 'address' || subject === 'reset_address';
  return vault.fingerprint(`sign_in_try.${subject}`, isAddress ? network(value) : value);
}

/** One household or office has a whole /64 of IPv6 addresses. */
function network(address: string): string {
  if (!isIPv6(address) || address.includes('.')) return address.replace(/^::ffff:/i, '');
  const [head = '', tail = ''] = address.toLowerCase().split('%')[0]!.split('::');
  const front = head.split(':').filter(Boolean);
  const back = tail.split(':').filter(Boolean);
  const gap = Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => '0');
  const groups = [...front, ...(address.includes('::') ? gap : []), ...back];
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}

function secondsBetween(now: Instant, until: Instant): number {
  return Math.max(1, Math.ceil((until.epochMilliseconds - now.epochMilliseconds) / 1000));
}
