// Opens a world: a contract with an account, credentials and folders of its own. Asked again for
// the same world, the bank answers with the same contract.

import { randomBytes } from 'node:crypto';
import type { Bank } from './bank.ts';
import type { World } from './books.ts';
import { foldersOf, makeFolders } from './files/outbox.ts';
import { MAIN_BRANCH } from './names.ts';
import type { Settings } from './settings.ts';
import { DEFAULT_SETTINGS } from './settings.ts';
import { exactText } from './tokyo-time.ts';

export interface WorldWish {
  readonly worldId: string;
  readonly nowMs?: number;
  readonly hold: boolean;
  readonly holderName?: string;
  readonly holderNameKana?: string;
  readonly balanceYen?: number;
  readonly accountNumber?: string;
  readonly settings: Partial<Settings>;
}

const HOLDER = { name: 'カワセ株式会社', kana: 'ｶ)ｶﾜｾ' } as const;
/** Ordinary account with interest, as the middle of an accountId. */
const ACCOUNT_KIND_DIGITS = '01';

const secret = (bytes: number): string => randomBytes(bytes).toString('base64url');

/** Undefined when the wished account number is taken. */
export function openWorld(bank: Bank, wish: WorldWish): World | undefined {
  const known = bank.books.worlds.get(wish.worldId);
  if (known) return known;
  const serial = bank.books.worlds.size + 1;
  const branchCode = MAIN_BRANCH.code;
  const accountNumber = wish.accountNumber ?? freeAccountNumber(bank, serial);
  if (bank.books.byAccount.has(`${branchCode}-${accountNumber}`)) return undefined;
  const wallMs = bank.wallNow();
  const nowMs = wish.nowMs ?? wallMs;
  bank.commit({
    t: 'world',
    clock: { offsetMs: nowMs - wallMs, heldAt: wish.hold ? nowMs : null },
    birth: {
      worldId: wish.worldId,
      bankCode: bank.bankCode,
      branchCode,
      accountNumber,
      accountId: `${branchCode}${ACCOUNT_KIND_DIGITS}${accountNumber}`,
      holderName: wish.holderName ?? HOLDER.name,
      holderNameKana: wish.holderNameKana ?? HOLDER.kana,
      remitterCode: String(serial).padStart(10, '0'),
      clientId: secret(12),
      clientSecret: secret(32),
      refreshToken: secret(32),
      webhookSecret: secret(32),
      sftpPassword: secret(18),
      openingYen: wish.balanceYen ?? 0,
      settings: { ...DEFAULT_SETTINGS, ...wish.settings },
      bornAt: nowMs,
    },
  });
  makeFolders(bank, wish.worldId);
  return bank.books.worlds.get(wish.worldId)!;
}

function freeAccountNumber(bank: Bank, serial: number): string {
  for (let number = 100_000 + serial; ; number += 1) {
    const text = String(number).padStart(7, '0');
    if (!bank.books.byAccount.has(`${MAIN_BRANCH.code}-${text}`)) return text;
  }
}

/** What a customer is handed with the contract. */
export function contractOf(bank: Bank, world: World, sftp: { host: string; port: number | null }) {
  const { outbound, inbound } = foldersOf(bank, world.worldId);
  return {
    worldId: world.worldId,
    now: exactText(bank.now(world)),
    bankCode: world.bankCode,
    accountId: world.accountId,
    branchCode: world.branchCode,
    accountTypeCode: '1',
    accountNumber: world.accountNumber,
    raId: world.accountId,
    holderNameKana: world.holderNameKana,
    remitterCode: world.remitterCode,
    clientId: world.clientId,
    clientSecret: world.clientSecret,
    refreshToken: world.tokens.refresh,
    webhookSecret: world.webhookSecret,
    sftp: { ...sftp, user: world.worldId, password: world.sftpPassword },
    outboundDir: outbound,
    inboundDir: inbound,
  };
}
