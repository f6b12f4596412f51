// GET /v1/return_secret, POST /v1/return_secret/rotate: the secret by which a shop's site verifies
// that a recipient who comes back was sent from our page. Who may read it could forge that, so both
// need the scope that makes webhook secrets.
import Type from 'typebox';
import { tokyoTimestamp, type WallClock } from '../../base/clock.ts';
import type { Vault } from '../../base/crypto.ts';
import type { MerchantDeps } from '../../merchants/open-shop.ts';
import { returnSecrets, rotateReturnSecret } from '../../merchants/return-secret.ts';
import type { Shop } from '../../merchants/shop.ts';
import type { Api } from '../resource.ts';
import { both, Nullable, Strict, Timestamp } from './schemas.ts';
import { RotateBody } from './webhook-schemas.ts';

export interface ReturnSecretDeps extends MerchantDeps {
  readonly vault: Pick<Vault, 'fingerprint'>;
  readonly wall: WallClock;
}

const DEFAULT_FORMER_HOURS = 24;

const SecretView = Strict({
  secret: Type.String({ examples: [`krs_${'0'.repeat(64)}`] }),
  former_secret: Nullable(Type.String()),
  former_secret_ends_at: Nullable(Timestamp),
});

const CONFIG = { scope: 'webhooks:write' } as const;

export function registerReturnSecret(api: Api, deps: ReturnSecretDeps): void {
  const view = (shop: Shop) => {
    const [secret, former = null] = returnSecrets(deps.vault, shop, deps.wall());
    const endsAt = former === null ? null : shop.formerReturnSecretEndsAt;
    const former_secret_ends_at = endsAt && tokyoTimestamp(endsAt);
    return { secret, former_secret: former, former_secret_ends_at };
  };
  const response = { 200: SecretView };
  const tags = ['links'];
  api.get(
    '/v1/return_secret',
    {
      config: CONFIG,
      schema: {
        tags,
        summary: both('戻り先URLの署名鍵', 'The secret that signs returns'),
        description: both(
          '受取URLの return_url に付く signature（HMAC-SHA256）の鍵です。',
          'The key of the `signature` (HMAC-SHA256) added to the return_url of a receive link.',
        ),
        response,
      },
    },
    async (request) => view(request.caller.shop),
  );
  api.post(
    '/v1/return_secret/rotate',
    {
      config: CONFIG,
      schema: {
        tags,
        summary: both('戻り先URLの署名鍵を替える', 'Replace the secret that signs returns'),
        description: both(
          '前の鍵でもしばらく署名します（signature に点で区切って並びます）。',
          'The former secret signs beside it for a while: signatures are joined by a dot.',
        ),
        body: RotateBody,
        response,
      },
    },
    async (request) => {
      const { shop, keyId } = request.caller;
      const hours = request.body.previous_valid_hours ?? DEFAULT_FORMER_HOURS;
      return view(await rotateReturnSecret(deps, shop.shopId, hours, keyId));
    },
  );
}
