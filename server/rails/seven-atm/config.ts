// Configuration of the ATM rail: keys, address, and the facts of the contract that differ from one
// to the next. What each means on the wire is in README.md.
import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { Clone, Default } from 'typebox/value';
import type { RailAccount } from '../rail.ts';

const KeySchema = Type.Object(
  {
    keyId: Type.String({ pattern: '^[0-9A-Za-z_-]{1,64}$' }),
    secret: Type.String({ minLength: 16, maxLength: 500 }),
  },
  { additionalProperties: false },
);

const digits = (least: number, most: number, usual: number) =>
  Type.Integer({ minimum: least, maximum: most, default: usual });

const ConfigSchema = Type.Object(
  {
    /** Everything before `/v1`. */
    baseUrl: Type.String({ pattern: '^https?://[^\\s?#]+[^/\\s?#]$', maxLength: 200 }),
    /** Signs our calls. */
    key: KeySchema,
    /** Sign their notices; two while a key is changed. */
    noticeKeys: Type.Array(KeySchema, { minItems: 1, maxItems: 3 }),
    /** 提携先コード. */
    partnerCodeDigits: Type.Object(
      { min: digits(1, 16, 4), max: digits(1, 16, 5) },
      { additionalProperties: false, default: {} },
    ),
    /** お客さま番号. */
    customerNumberDigits: digits(1, 16, 11),
    /** 確認番号. */
    confirmationNumberDigits: digits(1, 16, 4),
    minYen: Type.Integer({ minimum: 1, maximum: 1_000_000, default: 1 }),
    maxYen: Type.Integer({ minimum: 1, maximum: 1_000_000, default: 100_000 }),
    /** Where a remittance does not say for how long it may be received. */
    receiveWithinDays: Type.Integer({ minimum: 1, maximum: 366, default: 60 }),
    maxReceiveWithinDays: Type.Integer({ minimum: 1, maximum: 366, default: 60 }),
    /** What becomes of the part below 1,000 yen: paid at a register, or such amounts refused. */
    coinRule: Type.Union([Type.Literal('register'), Type.Literal('refuse')], {
      default: 'register',
    }),
    timeoutMs: Type.Integer({ minimum: 100, maximum: 120_000, default: 15_000 }),
    /** More than the life of a signature: then no call of ours can still be under way. */
    absenceProofMinutes: Type.Integer({ minimum: 6, maximum: 10_080, default: 10 }),
  },
  { additionalProperties: false },
);

export type AtmConfig = Static<typeof ConfigSchema>;

/** An ATM pays notes only. */
export const NOTE_UNIT_YEN = 1_000;

const MAX_FAULTS_TOLD = 5;
const validator = Compile(ConfigSchema);

/**
 * Fills in defaults, then checks strictly. The error names the account, the place and the rule,
 * never a value: configurations hold secrets.
 */
export function readConfig(account: RailAccount): AtmConfig {
  const config = Default(ConfigSchema, Clone(account.config));
  if (!validator.Check(config)) {
    const faults = validator.Errors(config).map((error) => {
      const { additionalProperties: surplus } = error.params as {
        additionalProperties?: readonly string[];
      };
      const more = surplus === undefined ? '' : ` (${surplus.join(', ')})`;
      return `${error.instancePath === '' ? 'it' : error.instancePath} ${error.message}${more}`;
    });
    throw badConfig(account, faults.slice(0, MAX_FAULTS_TOLD).join('; '));
  }
  // Live money goes over TLS only.
  if (account.mode === 'live' && !config.baseUrl.startsWith('https://')) {
    throw badConfig(account, '/baseUrl must be https in live mode');
  }
  if (config.minYen > config.maxYen) throw badConfig(account, '/minYen is above /maxYen');
  if (config.coinRule === 'refuse' && config.maxYen < NOTE_UNIT_YEN) {
    throw badConfig(account, '/maxYen leaves no whole note');
  }
  if (config.receiveWithinDays > config.maxReceiveWithinDays) {
    throw badConfig(account, '/receiveWithinDays is above /maxReceiveWithinDays');
  }
  if (config.partnerCodeDigits.min > config.partnerCodeDigits.max) {
    throw badConfig(account, '/partnerCodeDigits/min is above /partnerCodeDigits/max');
  }
  return config;
}

function badConfig(account: RailAccount, fault: string): Error {
  return new Error(
    `configuration of rail account ${account.id} (seven_atm) is not valid: ${fault}`,
  );
}
