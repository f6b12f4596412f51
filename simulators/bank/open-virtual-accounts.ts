// Opens virtual accounts (振込入金口座): for the wire and for the control API.

import type { Bank } from './bank.ts';
import type { VirtualAccount, World } from './books.ts';
import { VIRTUAL_BRANCH } from './names.ts';
import { dateOf, momentOf, plusDays } from './tokyo-time.ts';

export const VIRTUAL_ACCOUNTS_MAX = 1_000;
const EXPIRES_AFTER_DAYS = 31;

export function openVirtualAccounts(
  bank: Bank,
  world: World,
  count: number,
  holderName: string,
  typeCode: '1' | '2',
): VirtualAccount[] {
  const issuedAt = bank.now(world);
  const expiresAt =
    typeCode === '1'
      ? momentOf(plusDays(dateOf(issuedAt), EXPIRES_AFTER_DAYS + 1), '00:00') - 1000
      : null;
  const accounts = Array.from({ length: count }, (_, index) => {
    const accountNumber = String(bank.books.vaCount + index + 1).padStart(7, '0');
    const vaId = VIRTUAL_BRANCH.code + accountNumber;
    const branchCode = VIRTUAL_BRANCH.code;
    return { vaId, branchCode, accountNumber, holderName, typeCode, issuedAt, expiresAt };
  });
  bank.commit({ t: 'va', w: world.worldId, accounts });
  return accounts.map(({ vaId }) => world.virtualAccounts.get(vaId)!);
}

/** Whether money may come in now. */
export function isUsable(account: VirtualAccount, now: number): boolean {
  return account.status === '1' && (account.expiresAt === null || now <= account.expiresAt);
}
