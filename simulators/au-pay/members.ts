// The invented members of every world, the numbers that decide what happens, and how much a member
// can take. Only reads the books.

import { dateOf } from '../bank/tokyo-time.ts';
import type { Charge, Member, World } from './books.ts';

export const MEMBER_NUMBER = /^[0-9]{12}$/;

interface Invented {
  readonly memberNumber: string;
  readonly name: string;
  readonly balanceYen: number;
  readonly status: Member['status'];
}

/** The phones of the first page. */
export const SHOWN_MEMBERS: readonly Invented[] = [
  { memberNumber: '100000000001', name: 'ヤマダ タロウ', balanceYen: 12_340, status: 'active' },
  { memberNumber: '100000000002', name: 'サトウ ハナコ', balanceYen: 0, status: 'active' },
  { memberNumber: '100000000003', name: 'スズキ イチロウ', balanceYen: 995_000, status: 'active' },
  { memberNumber: '100000000004', name: 'タカハシ メイ', balanceYen: 3_200, status: 'restricted' },
  { memberNumber: '100000000005', name: 'タナカ ケン', balanceYen: 0, status: 'closed' },
];

export type Magic =
  | { readonly kind: 'fails'; readonly code: string }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'reversed' | 'slow' | 'lost_after' | 'lost_before' };

/** What a number of its own decides; README.md lists them. */
export const MAGIC: Readonly<Record<string, Magic>> = {
  '999000000001': { kind: 'fails', code: 'member_not_found' },
  '999000000005': { kind: 'fails', code: 'member_closed' },
  '999000000006': { kind: 'fails', code: 'member_restricted' },
  '999000000007': { kind: 'fails', code: 'balance_cap_exceeded' },
  '999000000008': { kind: 'fails', code: 'member_declined' },
  '999100000001': { kind: 'reversed' },
  '999200000001': { kind: 'slow' },
  '999300000001': { kind: 'refused', code: 'member_not_found' },
  '999300000005': { kind: 'refused', code: 'member_closed' },
  '999400000001': { kind: 'lost_after' },
  '999400000002': { kind: 'lost_before' },
};

export const magicOf = (memberNumber: string | null): Magic | undefined =>
  memberNumber !== null && Object.hasOwn(MAGIC, memberNumber) ? MAGIC[memberNumber] : undefined;

/** Numbers that begin with 1, and the magic ones, are members without having been opened. */
export function isKnownNumber(world: World, memberNumber: string): boolean {
  if (world.members.has(memberNumber)) return true;
  return /^1[0-9]{11}$/.test(memberNumber) || magicOf(memberNumber) !== undefined;
}

/** How much more fits into the wallet now: cap, charges under way and what came today. */
export function roomYen(world: World, member: Member | undefined, now: number): number {
  const { balanceCapYen, dailyCapYen, maxChargeYen } = world.settings;
  const charges = member?.charges ?? [];
  const sum = (of: readonly Charge[]) => of.reduce((total, each) => total + each.amountYen, 0);
  const underWay = charges.filter(({ state }) => state === 'accepted');
  const today = charges.filter(
    ({ state, executedAt }) =>
      state === 'executed' && executedAt !== null && dateOf(executedAt) === dateOf(now),
  );
  const rooms = [
    maxChargeYen,
    balanceCapYen - (member?.balanceYen ?? 0) - sum(underWay),
    dailyCapYen - sum(today) - sum(underWay),
  ];
  return Math.max(0, Math.min(...rooms));
}

/** Why an amount does not fit; null where it does. */
export function limitCode(
  world: World,
  member: Member | undefined,
  amountYen: number,
  now: number,
): string | null {
  if (amountYen > world.settings.maxChargeYen) return 'charge_limit_exceeded';
  if (amountYen <= roomYen(world, member, now)) return null;
  const held = (member?.charges ?? [])
    .filter(({ state }) => state === 'accepted')
    .reduce((total, each) => total + each.amountYen, member?.balanceYen ?? 0);
  const overCap = held + amountYen > world.settings.balanceCapYen;
  return overCap ? 'balance_cap_exceeded' : 'daily_limit_exceeded';
}
