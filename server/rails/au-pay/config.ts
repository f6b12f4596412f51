// Configuration of an au PAY contract: addresses, keys, limits. What is in it and why is told in
// README.md.
import Type, { type Static } from 'typebox';
import type { RailAccount } from '../rail.ts';
import { badRailConfig, railConfigReader } from '../rail-config.ts';

/** No charge is larger, whatever the contract says: the wallet takes so much a day. */
export const MAX_CHARGE_YEN = 500_000;

const ADDRESS = '^https?://[^\\s?#]+[^/\\s?#]$';

const AuPayConfigSchema = Type.Object(
  {
    /** Everything before `/v1`. */
    baseUrl: Type.String({ pattern: ADDRESS, maxLength: 200 }),
    keyId: Type.String({ pattern: '^[0-9A-Za-z_-]{1,64}$' }),
    /** Signs our requests. */
    secret: Type.String({ minLength: 32, maxLength: 500 }),
    /** Signs their notices; without it no notice is read. */
    noticeSecret: Type.Optional(Type.String({ minLength: 32, maxLength: 500 })),
    /** The app's consent page; without it members only type their number. */
    handOverUrl: Type.Optional(Type.String({ pattern: ADDRESS, maxLength: 200 })),
    memberNumberDigits: Type.Integer({ minimum: 8, maximum: 20, default: 12 }),
    minYen: Type.Integer({ minimum: 1, maximum: MAX_CHARGE_YEN, default: 1 }),
    maxYen: Type.Integer({ minimum: 1, maximum: MAX_CHARGE_YEN, default: 100_000 }),
    /** What a wallet may hold. */
    balanceCapYen: Type.Integer({ minimum: 1, maximum: 1_000_000, default: 1_000_000 }),
    timeoutMs: Type.Integer({ minimum: 100, maximum: 60_000, default: 10_000 }),
    /** Longer than a signed request stays valid: after it none of ours can still arrive. */
    absenceProofSeconds: Type.Integer({ minimum: 61, maximum: 86_400, default: 120 }),
    /** Until then the wallet may take a charge back. */
    returnWatchDays: Type.Integer({ minimum: 0, maximum: 180, default: 30 }),
  },
  { additionalProperties: false },
);

export type AuPayConfig = Static<typeof AuPayConfigSchema>;

const read = railConfigReader('au_pay', AuPayConfigSchema);

export function readAuPayConfig(account: RailAccount): AuPayConfig {
  const config = read(account);
  const addresses = { baseUrl: config.baseUrl, handOverUrl: config.handOverUrl };
  for (const [name, address] of Object.entries(addresses)) {
    // Live money goes over TLS only.
    if (account.mode === 'live' && address !== undefined && !address.startsWith('https://')) {
      throw badRailConfig(account, 'au_pay', `/${name} must be https in live mode`);
    }
  }
  if (config.minYen > config.maxYen) {
    throw badRailConfig(account, 'au_pay', '/minYen must not be above /maxYen');
  }
  return config;
}
