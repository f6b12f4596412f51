// Configuration of the HTTP connector: addresses and credentials of a GMO Aozora-style API.
// Tokens are not here: they change with every refresh and live in the TokenStore (oauth.ts).
import Type, { type Static } from 'typebox';
import { firstOutsideClass } from '../../../../zengin/kana.ts';
import type { RailAccount } from '../../rail.ts';
import { badConfig, configReader, TimingSchema } from '../config.ts';

const HttpConfigSchema = Type.Object(
  {
    /** Everything before `/corporation/v1`, `/auth/v1` and `/webhooks/v1`. */
    baseUrl: Type.String({ pattern: '^https?://[^\\s?#]+[^/\\s?#]$', maxLength: 200 }),
    clientId: Type.String({ minLength: 1, maxLength: 200 }),
    clientSecret: Type.String({ minLength: 1, maxLength: 500 }),
    clientAuthentication: Type.Union([Type.Literal('basic'), Type.Literal('post')], {
      default: 'basic',
    }),
    /** From the consent in the bank's site; used only while the TokenStore holds nothing. */
    refreshToken: Type.Optional(Type.String({ minLength: 1, maxLength: 2_000 })),
    /** 口座ID of the account the money leaves from. */
    accountId: Type.String({ pattern: '^[0-9A-Za-z]{12,29}$' }),
    /** 入金口座ID the virtual accounts belong to; without it deposits are known by notice only. */
    raId: Type.Optional(Type.String({ pattern: '^[0-9A-Za-z]{1,29}$' })),
    /** 振込依頼人名, half-width; without it the bank takes the account's holder. */
    remitterName: Type.Optional(Type.String({ minLength: 1, maxLength: 40 })),
    /** The bank itself: money leaves from it, and its virtual accounts carry its code. */
    bankCode: Type.String({ pattern: '^[0-9]{4}$', default: '0310' }),
    webhook: Type.Optional(
      Type.Object(
        {
          secret: Type.String({ minLength: 16, maxLength: 500 }),
          header: Type.String({ pattern: '^[0-9A-Za-z-]{1,100}$' }),
          encoding: Type.Union([Type.Literal('base64'), Type.Literal('hex')]),
        },
        { additionalProperties: false },
      ),
    ),
    /** Whether 総合振込 is contracted: without it a submission holds at most 99 items. */
    bulkContract: Type.Boolean({ default: true }),
    /**
     * 9,999 at most; such a body has some 3 MB, and whether the bank takes it must be tried first.
     */
    maxItems: Type.Integer({ minimum: 1, maximum: 9_999, default: 5_000 }),
    /** Submissions of at least this many items go as 総合振込. */
    bulkFromItems: Type.Integer({ minimum: 2, maximum: 100, default: 100 }),
    timing: Type.Union([TimingSchema], {
      default: { cutOffs: ['09:00', '12:00', '14:30'], leadBusinessDays: 0 },
    }),
    timeoutMs: Type.Integer({ minimum: 100, maximum: 120_000, default: 15_000 }),
    /** How long the bank may take until a request shows in its status lists. */
    absenceProofMinutes: Type.Integer({ minimum: 1, maximum: 10_080, default: 60 }),
  },
  { additionalProperties: false },
);

export type HttpConfig = Static<typeof HttpConfigSchema>;

const read = configReader('http', HttpConfigSchema);

export function readHttpConfig(account: RailAccount): HttpConfig {
  const config = read(account);
  // Live money goes over TLS only.
  if (account.mode === 'live' && !config.baseUrl.startsWith('https://')) {
    throw badConfig(account, 'http', '/baseUrl must be https in live mode');
  }
  if (firstOutsideClass(config.remitterName ?? '', 'name') >= 0) {
    throw badConfig(account, 'http', '/remitterName holds a character that banks refuse');
  }
  return config;
}
