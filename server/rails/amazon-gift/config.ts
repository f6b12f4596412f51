// Configuration of an Amazon account: who we are at the Incentives API and at Login with Amazon,
// which operation pays, and the limits. What is sent is transform.ts's and login.ts's matter.
import Type, { type Static } from 'typebox';
import type { RailAccount } from '../rail.ts';
import { badRailConfig, railConfigReader } from '../rail-config.ts';

const closed = { additionalProperties: false };
const ADDRESS = { pattern: '^https?://[^\\s?#]+[^/\\s?#]$', maxLength: 200 };
const address = (fallback: string) => Type.String({ ...ADDRESS, default: fallback });

/** Reasons that `refusals` may name: those of `FailureReason` that a refusal by Amazon can mean. */
const ReasonSchema = Type.Union([
  Type.Literal('no_account'),
  Type.Literal('account_closed'),
  Type.Literal('limit_exceeded'),
  Type.Literal('rail_unavailable'),
  Type.Literal('other'),
]);

/** Login with Amazon: our client there, and where its pages and calls are. */
const LoginSchema = Type.Object(
  {
    clientId: Type.String({ minLength: 1, maxLength: 200 }),
    clientSecret: Type.String({ minLength: 1, maxLength: 500 }),
    authorizeUrl: address('https://www.amazon.com/ap/oa'),
    tokenUrl: address('https://api.amazon.com/auth/o2/token'),
    tokenInfoUrl: address('https://api.amazon.com/auth/o2/tokeninfo'),
    profileUrl: address('https://api.amazon.com/user/profile'),
  },
  closed,
);

const ConfigSchema = Type.Object(
  {
    /** How money is handed over: onto the recipient's balance, or as a gift code shown once. */
    mode: Type.Union([Type.Literal('load'), Type.Literal('code')], { default: 'load' }),
    /** Before `/LoadAmazonBalance`. Japan; production where the account is live. */
    baseUrl: Type.Optional(Type.String(ADDRESS)),
    region: Type.String({ pattern: '^[a-z0-9-]{1,30}$', default: 'us-west-2' }),
    /** Given by Amazon; case matters. With 20 digits behind it it must fit into 40 characters. */
    partnerId: Type.String({ pattern: '^[A-Za-z0-9]{3,20}$' }),
    accessKeyId: Type.String({ minLength: 1, maxLength: 200 }),
    secretAccessKey: Type.String({ minLength: 1, maxLength: 500 }),
    /** What a load shows as its source to Amazon (assumed field `transactionSource.sourceId`). */
    sourceId: Type.String({ minLength: 1, maxLength: 100, default: 'kawase' }),
    /** What Amazon tells the recipient; nothing where absent. No personal data. */
    notificationMessage: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    /** Contracts of resellers name a programme. */
    programId: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    login: Type.Optional(LoginSchema),
    minYen: Type.Integer({ minimum: 1, maximum: 1_000_000, default: 1 }),
    maxYen: Type.Integer({ minimum: 1, maximum: 1_000_000, default: 500_000 }),
    /** The share of this process in Amazon's 10 calls a second. */
    callsPerSecond: Type.Integer({ minimum: 1, maximum: 100, default: 10 }),
    timeoutMs: Type.Integer({ minimum: 100, maximum: 15_000, default: 6_000 }),
    /** After this long a lost request may be handed over again, under the same id. */
    askAgainAfterSeconds: Type.Integer({ minimum: 1, maximum: 86_400, default: 30 }),
    /** Error types that a contract adds: proof that nothing was paid, with the reason. */
    refusals: Type.Record(Type.String({ pattern: '^[A-Za-z]{3,60}$' }), ReasonSchema, {
      default: {},
    }),
  },
  closed,
);

export type LoginConfig = Static<typeof LoginSchema>;
export type AmazonConfig = Static<typeof ConfigSchema> & { readonly baseUrl: string };

const SANDBOX_URL = 'https://agcod-v2-fe-gamma.amazon.com';
const PRODUCTION_URL = 'https://agcod-v2-fe.amazon.com';
const read = railConfigReader('amazon_gift', ConfigSchema);

/** @throws naming the account, the place and the rule, never a value. */
export function readConfig(account: RailAccount): AmazonConfig {
  const config = read(account);
  const usual = account.mode === 'live' ? PRODUCTION_URL : SANDBOX_URL;
  const whole = { ...config, baseUrl: config.baseUrl ?? usual };
  if (whole.minYen > whole.maxYen) throw badConfig(account, '/minYen is above /maxYen');
  if (account.mode === 'live') assertEncrypted(account, whole);
  return whole;
}

/** Live money and live sign-ins go over TLS only. */
function assertEncrypted(account: RailAccount, config: AmazonConfig): void {
  const { login } = config;
  const addresses: Readonly<Record<string, string | undefined>> = {
    '/baseUrl': config.baseUrl,
    '/login/authorizeUrl': login?.authorizeUrl,
    '/login/tokenUrl': login?.tokenUrl,
    '/login/tokenInfoUrl': login?.tokenInfoUrl,
    '/login/profileUrl': login?.profileUrl,
  };
  for (const [place, url] of Object.entries(addresses)) {
    if (url !== undefined && !url.startsWith('https://')) {
      throw badConfig(account, `${place} must be https in live mode`);
    }
  }
}

/** @throws where the account has no client of Login with Amazon. */
export function readLoginConfig(account: RailAccount): LoginConfig {
  const { login } = readConfig(account);
  if (login === undefined) throw badConfig(account, '/login is missing');
  return login;
}

/**
 * What the idempotency of open requests hangs on may not change under them: the same attempt would
 * become another request. Such a change needs a rail account of its own.
 */
export function assertSameContract(former: RailAccount, next: RailAccount): void {
  const [before, after] = [readConfig(former), readConfig(next)];
  for (const name of ['mode', 'baseUrl', 'region', 'partnerId'] as const) {
    if (before[name] !== after[name]) {
      throw badConfig(next, `/${name} is fixed: make another rail account for another contract`);
    }
  }
}

const badConfig = (account: RailAccount, fault: string): Error =>
  badRailConfig(account, 'amazon_gift', fault);
