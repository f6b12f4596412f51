// Opens a world: a partner's contract with keys, prefund and members of its own. Asked again for
// the same world, the wallet answers with the same contract.

import { randomBytes } from 'node:crypto';
import { exactText } from '../bank/tokyo-time.ts';
import type { World } from './books.ts';
import { DEFAULT_SETTINGS, type Settings } from './settings.ts';
import type { Wallet } from './wallet.ts';

export interface WorldWish {
  readonly worldId: string;
  readonly partnerName: string;
  readonly nowMs: number | undefined;
  readonly hold: boolean;
  readonly prefundYen: number;
  readonly settings: Partial<Settings>;
}

const secret = (bytes: number): string => randomBytes(bytes).toString('base64url');

export function openWorld(wallet: Wallet, wish: WorldWish): World {
  const known = wallet.books.worlds.get(wish.worldId);
  if (known) return known;
  const wallMs = wallet.wallNow();
  const nowMs = wish.nowMs ?? wallMs;
  wallet.commit({
    t: 'world',
    clock: { offsetMs: nowMs - wallMs, heldAt: wish.hold ? nowMs : null },
    birth: {
      worldId: wish.worldId,
      partnerName: wish.partnerName,
      keyId: `key_${secret(12)}`,
      secret: secret(32),
      noticeSecret: secret(32),
      openingPrefundYen: wish.prefundYen,
      settings: { ...DEFAULT_SETTINGS, ...wish.settings },
      bornAt: nowMs,
    },
  });
  return wallet.books.worlds.get(wish.worldId)!;
}

/** What a partner is handed with the contract. */
export function contractOf(wallet: Wallet, world: World, origin: string) {
  return {
    worldId: world.worldId,
    now: exactText(wallet.now(world)),
    partnerName: world.partnerName,
    baseUrl: `${origin}/aupay`,
    handOverUrl: `${origin}/app/link`,
    keyId: world.keyId,
    secret: world.secret,
    noticeSecret: world.noticeSecret,
    phonesUrl: `${origin}/phones/${world.worldId}`,
  };
}
