// Money that comes in from outside, to the settlement account or a virtual one, and its
// cancellation.

import { randomUUID } from 'node:crypto';
import type { Bank } from './bank.ts';
import type { Deposit, World } from './books.ts';
import { isUsable } from './open-virtual-accounts.ts';

export interface PayIn {
  readonly branchCode: string;
  readonly accountNumber: string;
  readonly amountYen: number;
  readonly remitterName: string;
  readonly bankName: string;
  readonly branchName: string;
  readonly ediInfo: string;
  readonly key: string | null;
}

/** The deposit, booked once per key; or why the account cannot take it. */
export function payIn(bank: Bank, world: World, pay: PayIn): Deposit | 'unknown' | 'closed' {
  const known = pay.key === null ? undefined : world.depositByKey.get(pay.key);
  if (known) return known;
  const vaId = receiver(world, pay);
  if (vaId === undefined) return 'unknown';
  const at = bank.now(world);
  if (vaId !== null && !isUsable(world.virtualAccounts.get(vaId)!, at)) return 'closed';
  const depositId = randomUUID();
  const { amountYen, remitterName, bankName, branchName, ediInfo, key } = pay;
  bank.commit({
    t: 'deposit',
    w: world.worldId,
    at,
    deposit: { depositId, key, vaId, amountYen, remitterName, bankName, branchName, ediInfo },
    notice: vaId === null ? null : noticeOf(bank, world),
  });
  return world.deposits.get(depositId)!;
}

/** null: the settlement account; undefined: no account of this world. */
function receiver(world: World, pay: PayIn): string | null | undefined {
  const { branchCode, accountNumber } = pay;
  if (branchCode === world.branchCode && accountNumber === world.accountNumber) return null;
  const vaId = branchCode + accountNumber;
  return world.virtualAccounts.has(vaId) ? vaId : undefined;
}

function noticeOf(bank: Bank, world: World) {
  const dice = bank.dice(world);
  const dropped = dice.chance(world.faults.dropNoticeRate);
  const repeats = dice.chance(world.faults.repeatNoticeRate) ? 1 : 0;
  return { messageId: randomUUID(), repeats, dropped };
}

export function cancelDeposit(
  bank: Bank,
  world: World,
  depositId: string,
): Deposit | 'unknown' | 'closed' {
  const deposit = world.deposits.get(depositId);
  if (!deposit) return 'unknown';
  if (deposit.canceledAt !== null) return 'closed';
  bank.commit({ t: 'deposit-canceled', w: world.worldId, at: bank.now(world), depositId });
  return deposit;
}
