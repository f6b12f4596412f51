// API keys as text and as rules: their form, their scopes, when one is alive. Pure; SQL is in
// api-key-store.ts.
import type { Instant } from '../base/clock.ts';
import { hashSecret, newSecret } from '../base/crypto.ts';
import type { Shop } from './shop.ts';

export const SCOPES = [
  'remittances:read',
  'remittances:write',
  'accounts:read',
  'accounts:write',
  'accounts:reveal',
  'balance:read',
  'deposits:read',
  'webhooks:read',
  'webhooks:write',
  'events:read',
  'documents:read',
  'sandbox:write',
] as const;

export type Scope = (typeof SCOPES)[number];

/** `*` grants every scope, those to come included. */
export type GrantedScope = Scope | '*';

export function isGrantedScope(text: string): text is GrantedScope {
  return text === '*' || (SCOPES as readonly string[]).includes(text);
}

export function allows(granted: ReadonlySet<string>, needed: Scope): boolean {
  return granted.has(needed) || granted.has('*');
}

const KEY_TEXT = /^sk_(test|live)_(\d{6})_([A-Za-z0-9_-]{43})$/;

/** The shop a key's text names, or undefined where the text is no key. */
export function readKeyText(
  text: string,
): { readonly mode: Shop['mode']; readonly shopNumber: number } | undefined {
  const match = KEY_TEXT.exec(text);
  if (match === null) return undefined;
  return { mode: match[1] as Shop['mode'], shopNumber: Number(match[2]) };
}

export interface NewKeyText {
  /** Shown once and never stored. */
  readonly text: string;
  readonly hash: Buffer;
  readonly lastFour: string;
}

/** `sk_live_100001_<43 base64url characters>`: the number resolves the shop without a scan. */
export function newKeyText(shop: Pick<Shop, 'mode' | 'number'>): NewKeyText {
  const text = `sk_${shop.mode}_${String(shop.number).padStart(6, '0')}_${newSecret()}`;
  return { text, hash: hashSecret(text), lastFour: text.slice(-4) };
}

export interface ApiKey {
  readonly keyId: string;
  readonly shopId: string;
  readonly name: string;
  readonly lastFour: string;
  readonly scopes: readonly string[];
  readonly createdAt: Instant;
  readonly expiresAt: Instant | null;
  readonly revokedAt: Instant | null;
  readonly lastUsedAt: Instant | null;
}

export function isAlive(key: Pick<ApiKey, 'expiresAt' | 'revokedAt'>, nowMs: number): boolean {
  if (key.revokedAt !== null) return false;
  return key.expiresAt === null || key.expiresAt.epochMilliseconds > nowMs;
}
