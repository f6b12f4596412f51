// The secret by which a shop's site knows that a recipient who comes back was sent by us. Derived
// from the keyring and a version, so that none is kept; a new version takes its place. What is
// signed with it is in remittances/return-url.ts.
import type { Instant } from '../base/clock.ts';
import type { Vault } from '../base/crypto.ts';
import type { MerchantDeps } from './open-shop.ts';
import { shopUnknown } from './refusals.ts';
import type { Shop } from './shop.ts';
import { nextReturnSecret } from './shop-store.ts';

type Versioned = Pick<Shop, 'shopId' | 'returnSecretVersion' | 'formerReturnSecretEndsAt'>;

/** `krs_` and 64 hexadecimal digits. The text itself is the key. */
function secretOf(vault: Pick<Vault, 'fingerprint'>, shopId: string, version: number): string {
  const halves = ['left', 'right'].map((half) =>
    vault.fingerprint(`return_secret/${half}`, `${shopId}/${version}`).toString('hex'),
  );
  return `krs_${halves.join('')}`;
}

/** Those that sign at `now`: the one in use first, then the former one while it lives. */
export function returnSecrets(
  vault: Pick<Vault, 'fingerprint'>,
  { shopId, returnSecretVersion: version, formerReturnSecretEndsAt: endsAt }: Versioned,
  now: Instant,
): readonly [string, ...string[]] {
  const current = secretOf(vault, shopId, version);
  const isFormerAlive = endsAt !== null && Temporal.Instant.compare(now, endsAt) < 0;
  return isFormerAlive ? [current, secretOf(vault, shopId, version - 1)] : [current];
}

/** A new secret; the one in use signs beside it for `formerValidHours` more. */
export async function rotateReturnSecret(
  deps: MerchantDeps,
  shopId: string,
  formerValidHours: number,
  by: string,
): Promise<Shop> {
  const formerEndsAt = deps.wall().add({ hours: formerValidHours });
  const rotated = await deps.db.transaction(async (tx) => {
    const shop = await nextReturnSecret(tx, shopId, formerEndsAt);
    if (shop === undefined) throw shopUnknown();
    const data = { version: shop.returnSecretVersion };
    const action = 'shop.return_secret_rotated';
    await deps.audit?.(tx, { shopId, by, action, subject: shopId, data });
    return shop;
  });
  deps.shops?.invalidate(shopId);
  return rotated;
}
