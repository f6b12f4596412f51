// What happens to charges by themselves when their time comes: executed, failed, taken back. Each
// change has one notice to the partner.

import type { Due, World } from './books.ts';
import { magicOf } from './members.ts';
import type { Wallet } from './wallet.ts';

const REVERSED_AFTER_MS = 24 * 60 * 60 * 1_000;

/** Everything that is due by the world's time, in order. */
export function reachNow(wallet: Wallet, world: World): void {
  const now = wallet.now(world);
  for (let next = world.due[0]; next !== undefined && next.at <= now; next = world.due[0]) {
    if (next.to === 'reverse') changeCharge(wallet, world, next, 'reversed', 'member_closed');
    else execute(wallet, world, next);
  }
}

function execute(wallet: Wallet, world: World, due: Due): void {
  const charge = world.charges.get(due.requestId)!;
  const plan = world.planned.get(due.requestId);
  const code =
    plan?.kind === 'fails'
      ? plan.code
      : failureCode(wallet, world, charge.memberNumber!, charge.amountYen);
  if (code === null) changeCharge(wallet, world, due, 'executed', null);
  else changeCharge(wallet, world, due, 'failed', code);
}

/** What may have changed since the charge was taken is looked at again. */
function failureCode(
  wallet: Wallet,
  world: World,
  memberNumber: string,
  amountYen: number,
): string | null {
  const magic = magicOf(memberNumber);
  if (magic?.kind === 'fails') return magic.code;
  if (wallet.dice(world).chance(world.faults.rejectRate)) return 'member_restricted';
  const member = world.members.get(memberNumber)!;
  if (member.status !== 'active') return `member_${member.status}`;
  const isFull = member.balanceYen + amountYen > world.settings.balanceCapYen;
  return isFull && magic === undefined ? 'balance_cap_exceeded' : null;
}

export function changeCharge(
  wallet: Wallet,
  world: World,
  due: Pick<Due, 'at' | 'requestId'>,
  to: 'executed' | 'failed' | 'reversed',
  code: string | null,
): void {
  const { requestId, at } = due;
  const { faults } = world;
  const dice = wallet.dice(world);
  const { memberNumber } = world.charges.get(requestId)!;
  const isReversed =
    magicOf(memberNumber)?.kind === 'reversed' || world.planned.get(requestId)?.kind === 'reversed';
  const comesBack = to === 'executed' && isReversed;
  wallet.commit({
    t: 'changed',
    w: world.worldId,
    ...{ requestId, to, code, at },
    notice: {
      noticeId: `ntc_${String(world.notices.size + 1).padStart(8, '0')}`,
      repeats: dice.chance(faults.repeatNoticeRate) ? 1 : 0,
      dropped: dice.chance(faults.dropNoticeRate),
    },
    next: comesBack ? { at: at + REVERSED_AFTER_MS, requestId, to: 'reverse' } : null,
  });
}
