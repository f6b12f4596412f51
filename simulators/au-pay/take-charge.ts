// Decides about a charge request: known already, refused for ever, or taken. How it travels is in
// wire/, what becomes of it later in due.ts.

import type { Charge, Member, World } from './books.ts';
import type { NewMember } from './entries.ts';
import { isKnownNumber, limitCode, type Magic, magicOf } from './members.ts';
import type { Wallet } from './wallet.ts';

export interface ChargeWish {
  readonly requestId: string;
  readonly member: { readonly number: string } | { readonly token: string };
  readonly amountYen: number;
}

export type Taken =
  | { readonly kind: 'charge'; readonly charge: Charge; readonly isNew: boolean }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'other_content' };

const SLOW_MS = 60 * 60 * 1_000;

/** A known request is answered by what became of it, before anything else is looked at. */
export function takeCharge(wallet: Wallet, world: World, wish: ChargeWish): Taken {
  const asked = JSON.stringify([wish.member, wish.amountYen]);
  const known = world.charges.get(wish.requestId);
  if (known !== undefined) {
    if (known.asked !== asked) return { kind: 'other_content' };
    return known.chargeId === null
      ? { kind: 'refused', code: known.code! }
      : { kind: 'charge', charge: known, isNew: false };
  }
  const now = wallet.now(world);
  const { requestId, amountYen } = wish;
  const found = memberNumberOf(wallet, world, wish);
  const memberNumber = 'code' in found ? null : found.memberNumber;
  const charge = { requestId, asked, memberNumber, amountYen, acceptedAt: now };
  const code = 'code' in found ? found.code : refusalOf(world, found.memberNumber, amountYen, now);
  const w = world.worldId;
  if (code !== null) {
    wallet.commit({ t: 'refused', w, charge: { ...charge, chargeId: null }, code });
    return { kind: 'refused', code };
  }
  openMember(wallet, world, memberNumber!);
  const slow = magicOf(memberNumber)?.kind === 'slow';
  const at = now + (slow ? SLOW_MS : world.settings.executionDelayMs);
  const chargeId = `chg_${String(world.charges.size + 1).padStart(8, '0')}`;
  wallet.commit({
    t: 'accepted',
    w,
    charge: { ...charge, chargeId },
    token: 'token' in wish.member ? wish.member.token : null,
    due: { at, requestId, to: 'execute' },
  });
  return { kind: 'charge', charge: world.charges.get(requestId)!, isNew: true };
}

/** Tokens live by the wall clock: they are a matter of safety. */
function memberNumberOf(
  wallet: Wallet,
  world: World,
  { member }: ChargeWish,
): { readonly memberNumber: string } | { readonly code: string } {
  if ('number' in member) return { memberNumber: member.number };
  const token = world.tokens.get(member.token);
  if (token === undefined) return { code: 'member_not_found' };
  if (token.usedBy !== null) return { code: 'token_used' };
  if (token.expiresAt <= wallet.wallNow()) return { code: 'token_expired' };
  return { memberNumber: token.memberNumber };
}

function refusalOf(
  world: World,
  memberNumber: string,
  amountYen: number,
  now: number,
): string | null {
  const magic: Magic | undefined = magicOf(memberNumber);
  if (magic?.kind === 'refused') return magic.code;
  if (!isKnownNumber(world, memberNumber)) return 'member_not_found';
  const member = world.members.get(memberNumber);
  if (member !== undefined && member.status !== 'active') return `member_${member.status}`;
  const overLimit = magic === undefined ? limitCode(world, member, amountYen, now) : null;
  if (overLimit !== null) return overLimit;
  return amountYen > world.prefundYen ? 'prefund_insufficient' : null;
}

export function openMember(wallet: Wallet, world: World, memberNumber: string): Member {
  const known = world.members.get(memberNumber);
  if (known !== undefined) return known;
  const member: NewMember = {
    memberNumber,
    name: `カイイン ${memberNumber.slice(-4)}`,
    isShown: false,
    status: 'active',
    balanceYen: 0,
  };
  wallet.commit({ t: 'member', w: world.worldId, member });
  return world.members.get(memberNumber)!;
}
