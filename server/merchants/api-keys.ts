// Who speaks: an API key's text -> shop, key and scopes. The live keys of a shop are cached for a
// second, so the hot path asks the database nothing and a flood of wrong keys costs a hash each.
import type { WallClock } from '../base/clock.ts';
import { hashSecret } from '../base/crypto.ts';
import type { Database } from '../base/database.ts';
import { isAlive, readKeyText } from './api-key.ts';
import { type KeyWithHash, selectLiveKeys, updateLastUsed } from './api-key-store.ts';
import { createBriefCache } from './cache.ts';
import { MAX_LIVE_KEYS } from './issue-key.ts';
import type { Shop } from './shop.ts';
import type { Shops } from './shops.ts';

export interface Caller {
  readonly shop: Shop;
  readonly keyId: string;
  readonly scopes: ReadonlySet<string>;
}

export interface ApiKeys {
  /** Undefined for text that is no key, and for unknown, revoked and expired keys. */
  authenticate(text: string): Promise<Caller | undefined>;
  /** Forgets a shop's keys: after one was issued, rotated or revoked by this process. */
  invalidate(shopId: string): void;
}

const CACHE_MS = 1000;
const MAX_SHOPS = 10_000;
const MAX_TEXTS = 20_000;
const LAST_USED_EVERY_MS = 60_000;

interface LiveKey {
  readonly key: KeyWithHash;
  readonly scopes: ReadonlySet<string>;
}

/**
 * What a recently seen key text turned out to be, as long as the shop's keys and row are the same
 * ones.
 */
interface KnownText {
  readonly caller: Caller;
  readonly live: LiveKey;
  readonly untilMs: number;
}

export function createApiKeys(deps: {
  readonly db: Database;
  readonly shops: Shops;
  readonly wall: WallClock;
  /** Told when the time of last use could not be written: nothing depends on it. */
  readonly onError?: (error: Error) => void;
}): ApiKeys {
  const { db, shops, wall } = deps;
  const nowMs = () => wall().epochMilliseconds;
  const keysOfShop = createBriefCache({
    lifeMs: CACHE_MS,
    maxEntries: MAX_SHOPS,
    nowMs,
    load: async (shopId: string) => {
      const rows = await selectLiveKeys(db, shopId, wall(), MAX_LIVE_KEYS);
      return new Map(
        rows.map((key): [string, LiveKey] => [
          key.hash.toString('latin1'),
          { key, scopes: new Set(key.scopes) },
        ]),
      );
    },
  });
  const texts = new Map<string, KnownText>();
  const lastUsedMs = new Map<string, number>();

  function noteUse(key: KeyWithHash, atMs: number): void {
    const before = lastUsedMs.get(key.keyId) ?? key.lastUsedAt?.epochMilliseconds ?? 0;
    if (atMs - before < LAST_USED_EVERY_MS) return;
    if (lastUsedMs.size >= MAX_TEXTS) lastUsedMs.clear();
    lastUsedMs.set(key.keyId, atMs);
    const at = Temporal.Instant.fromEpochMilliseconds(atMs);
    const unlessSince = at.subtract({ milliseconds: LAST_USED_EVERY_MS });
    updateLastUsed(db, key.shopId, key.keyId, { at, unlessSince }).catch((error: Error) =>
      deps.onError?.(error),
    );
  }

  async function resolve(text: string): Promise<Caller | undefined> {
    const named = readKeyText(text);
    if (named === undefined) return undefined;
    const shop = await shops.findByNumber(named.shopNumber);
    if (shop === undefined || shop.mode !== named.mode) return undefined;
    const live = (await keysOfShop.get(shop.shopId)).get(hashSecret(text).toString('latin1'));
    const atMs = nowMs();
    if (live === undefined || !isAlive(live.key, atMs)) return undefined;
    const caller = { shop, keyId: live.key.keyId, scopes: live.scopes };
    if (texts.size >= MAX_TEXTS) texts.clear();
    texts.set(text, { caller, live, untilMs: atMs + CACHE_MS });
    noteUse(live.key, atMs);
    return caller;
  }

  return {
    async authenticate(text) {
      const known = texts.get(text);
      if (known === undefined) return resolve(text);
      const atMs = nowMs();
      if (atMs < known.untilMs && isAlive(known.live.key, atMs)) return known.caller;
      texts.delete(text);
      return resolve(text);
    },
    invalidate(shopId) {
      keysOfShop.forget(shopId);
      for (const [text, known] of texts)
        if (known.caller.shop.shopId === shopId) texts.delete(text);
    },
  };
}
