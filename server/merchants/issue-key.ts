// Deeds of API keys: issued, rotated (two alive for a while), revoked. Who a key speaks for is told
// by api-keys.ts.
import type { Instant } from '../base/clock.ts';
import type { Sql } from '../base/database.ts';
import { uuidv7 } from '../base/ids.ts';
import { type ApiKey, type GrantedScope, newKeyText } from './api-key.ts';
import {
  insertKey,
  selectKeys,
  selectLiveKeyForUpdate,
  selectLiveKeys,
  updateExpiry,
  updateRevoked,
} from './api-key-store.ts';
import type { MerchantDeps } from './open-shop.ts';
import { apiKeyUnknown, keysAreForShops, shopUnknown, tooManyApiKeys } from './refusals.ts';
import type { Shop } from './shop.ts';
import { selectShopForUpdate } from './shop-store.ts';

export const MAX_LIVE_KEYS = 100;
const MAX_LISTED_KEYS = 1000;

export interface KeyDeps extends MerchantDeps {
  /** Told of changes, so that this process obeys them at once. */
  readonly keys?: { invalidate(shopId: string): void };
}

export interface IssuedKey {
  readonly keyId: string;
  /** The only time the key is seen. */
  readonly text: string;
}

export async function createApiKey(
  deps: KeyDeps,
  input: {
    readonly shopId: string;
    readonly name: string;
    readonly scopes: readonly GrantedScope[];
    readonly expiresAt: Instant | null;
    readonly by: string;
  },
): Promise<IssuedKey> {
  const issued = await deps.db.transaction(async (tx) => {
    const shop = await requireRoom(deps, tx, input.shopId);
    const key = await issue(deps, tx, shop, input);
    await deps.audit?.(tx, {
      shopId: shop.shopId,
      by: input.by,
      action: 'api_key.created',
      subject: key.keyId,
      data: {
        name: input.name,
        scopes: input.scopes,
        expires_at: input.expiresAt?.toString() ?? null,
      },
    });
    return key;
  });
  deps.keys?.invalidate(input.shopId);
  return issued;
}

/**
 * A new key of the same name and scopes; the old one lives on for `graceMs`, so that callers can
 * change over.
 */
export async function rotateApiKey(
  deps: KeyDeps,
  input: {
    readonly shopId: string;
    readonly keyId: string;
    readonly graceMs: number;
    readonly expiresAt: Instant | null;
    readonly by: string;
  },
): Promise<IssuedKey> {
  const issued = await deps.db.transaction(async (tx) => {
    const shop = await requireRoom(deps, tx, input.shopId);
    const old = await requireLiveKey(deps, tx, input.shopId, input.keyId);
    const oldEndsAt = deps.wall().add({ milliseconds: input.graceMs });
    await updateExpiry(tx, input.shopId, input.keyId, oldEndsAt);
    const key = await issue(deps, tx, shop, {
      name: old.name,
      scopes: old.scopes,
      expiresAt: input.expiresAt,
    });
    await deps.audit?.(tx, {
      shopId: shop.shopId,
      by: input.by,
      action: 'api_key.rotated',
      subject: input.keyId,
      data: { successor: key.keyId, old_ends_at: oldEndsAt.toString() },
    });
    return key;
  });
  deps.keys?.invalidate(input.shopId);
  return issued;
}

export async function revokeApiKey(
  deps: KeyDeps,
  input: { readonly shopId: string; readonly keyId: string; readonly by: string },
): Promise<void> {
  await deps.db.transaction(async (tx) => {
    await requireLiveKey(deps, tx, input.shopId, input.keyId);
    await updateRevoked(tx, input.shopId, input.keyId, deps.wall());
    await deps.audit?.(tx, {
      shopId: input.shopId,
      by: input.by,
      action: 'api_key.revoked',
      subject: input.keyId,
      data: {},
    });
  });
  deps.keys?.invalidate(input.shopId);
}

/** Every key the shop ever had, newest first, without what could be used. */
export function apiKeysOf(sql: Sql, shopId: string): Promise<ApiKey[]> {
  return selectKeys(sql, shopId, MAX_LISTED_KEYS);
}

async function requireRoom(deps: KeyDeps, tx: Sql, shopId: string): Promise<Shop> {
  const shop = await selectShopForUpdate(tx, shopId);
  if (shop === undefined) throw shopUnknown();
  if (shop.kind === 'operator') throw keysAreForShops();
  const live = await selectLiveKeys(tx, shopId, deps.wall(), MAX_LIVE_KEYS);
  if (live.length >= MAX_LIVE_KEYS) throw tooManyApiKeys(MAX_LIVE_KEYS);
  return shop;
}

async function requireLiveKey(
  deps: KeyDeps,
  tx: Sql,
  shopId: string,
  keyId: string,
): Promise<ApiKey> {
  const key = await selectLiveKeyForUpdate(tx, shopId, keyId, deps.wall());
  if (key === undefined) throw apiKeyUnknown();
  return key;
}

async function issue(
  deps: KeyDeps,
  tx: Sql,
  shop: Shop,
  input: {
    readonly name: string;
    readonly scopes: readonly string[];
    readonly expiresAt: Instant | null;
  },
): Promise<IssuedKey> {
  const now = deps.wall();
  const keyId = uuidv7(now.epochMilliseconds);
  const { text, hash, lastFour } = newKeyText(shop);
  const { name, scopes, expiresAt } = input;
  await insertKey(tx, {
    shopId: shop.shopId,
    keyId,
    name,
    hash,
    lastFour,
    scopes,
    createdAt: now,
    expiresAt,
  });
  return { keyId, text };
}
