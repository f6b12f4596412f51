// What an installation is told from outside: environment variables, read once, checked, with what
// to do where one is wrong.
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { type KeyringInput, readKeyring } from './base/crypto.ts';
import {
  type OperatorNotice,
  readOperatorNotice,
  SAMPLE_OPERATOR_NOTICE,
} from './messages/operator-notice.ts';
import type { SandboxRailPlaces } from './sandbox/sandbox-rails.ts';
import type { Retention } from './webhooks/retention.ts';

/** How messages leave; null = that channel is not set up. */
export interface MessageConfiguration {
  readonly mail: { readonly smtpUrl: string; readonly from: string } | null;
  readonly sms: {
    readonly baseUrl: string;
    readonly account: string;
    readonly token: string;
    readonly from: string;
  } | null;
}

export interface Configuration {
  readonly databaseUrl: string;
  readonly keyring: KeyringInput;
  readonly host: string;
  readonly port: number;
  /** `api`: requests only. `worker`: background work only. `all`: both. */
  readonly role: 'all' | 'api' | 'worker';
  readonly logLevel: string;
  readonly logRequests: boolean;
  /** Bearer token for /metrics; null = this host only. */
  readonly metricsToken: string | null;
  /** Blocks that webhooks may reach beside public addresses: demonstrations and tests only. */
  readonly allowPrivate: readonly string[];
  /** A JSON file of banks and branches that closed or merged, beside the known ones. */
  readonly closuresFile: string | null;
  /** The sandbox's bank; null = test shops have none. */
  readonly sandboxBank: {
    readonly apiUrl: string;
    readonly controlUrl: string;
    readonly controlToken: string;
  } | null;
  /** The simulators of other rails, by rail: a JSON object; empty = test shops have none. */
  readonly sandboxRails: SandboxRailPlaces;
  /** Where recipients, banks and rails reach this installation; null = where it listens. */
  readonly publicUrl: string | null;
  /**
   * Whose `X-Forwarded-For` is believed: addresses or blocks of the proxies in front, or how many
   * there are; false = nobody's.
   */
  readonly trustProxy: readonly string[] | number | false;
  /** A build of the management screens; null = the newest of this checkout. */
  readonly consoleDir: string | null;
  readonly maxConnections: number;
  /** Of live shops, and of test shops: what these write never goes to people. */
  readonly messages: {
    readonly live: MessageConfiguration;
    readonly sandbox: MessageConfiguration;
  };
  /** Who the operator is, as recipients are told. */
  readonly operator: OperatorNotice;
  /** After a crash, others take over what a process had in hand once this long has passed. */
  readonly workLeaseSeconds: number;
  /** Requests a second that one API key may make; short bursts may be twice that. */
  readonly requestsPerSecond: number;
  /** How long deliveries of webhooks, and the payloads of events, are kept. */
  readonly retention: Retention & {
    /** Of files of remittances: their contents. */
    readonly fileDays: number;
  };
}

type Env = Readonly<Record<string, string | undefined>>;

export function readConfiguration(env: Env): Configuration {
  const role = env.KAWASE_ROLE ?? 'all';
  if (role !== 'all' && role !== 'api' && role !== 'worker') {
    throw new Error('KAWASE_ROLE is one of all, api, worker');
  }
  const databaseUrl = env.DATABASE_URL;
  if (databaseUrl === undefined) throw new Error('DATABASE_URL names the PostgreSQL to use');
  return {
    databaseUrl,
    keyring: readKeyring(env),
    host: env.HOST ?? '127.0.0.1',
    port: wholeNumber(env, 'PORT', 4000, 65_535),
    role,
    logLevel: env.KAWASE_LOG_LEVEL ?? 'info',
    logRequests: env.KAWASE_LOG_REQUESTS !== 'off',
    metricsToken: env.KAWASE_METRICS_TOKEN ?? null,
    allowPrivate: (env.KAWASE_WEBHOOK_ALLOW_PRIVATE ?? '').split(',').filter(Boolean),
    closuresFile: env.KAWASE_BANK_CLOSURES_FILE ?? null,
    sandboxBank: readSandboxBank(env),
    sandboxRails: JSON.parse(env.KAWASE_SANDBOX_RAILS ?? '{}') as SandboxRailPlaces,
    publicUrl: readPublicUrl(env.KAWASE_PUBLIC_URL),
    trustProxy: readTrustProxy(env.KAWASE_TRUST_PROXY),
    consoleDir: env.KAWASE_CONSOLE_DIR ?? null,
    maxConnections: wholeNumber(env, 'KAWASE_DATABASE_CONNECTIONS', 16, 1_000),
    workLeaseSeconds: wholeNumber(env, 'KAWASE_WORK_LEASE_SECONDS', 90, 3_600),
    messages: {
      live: readMessages(env, 'KAWASE'),
      sandbox: readMessages(env, 'KAWASE_SANDBOX'),
    },
    operator: readOperator(env.KAWASE_OPERATOR_NOTICE_FILE),
    requestsPerSecond: wholeNumber(env, 'KAWASE_REQUESTS_PER_SECOND', 2_000, 1_000_000),
    retention: {
      deliveryDays: retentionDays(env, 'KAWASE_DELIVERY_RETENTION_DAYS', 90),
      eventDays: retentionDays(env, 'KAWASE_EVENT_RETENTION_DAYS', 730),
      fileDays: retentionDays(env, 'KAWASE_FILE_RETENTION_DAYS', 90),
    },
  };
}

/** A path is kept: recipients, banks and rails reach this installation below it. */
function readPublicUrl(text: string | undefined): string | null {
  if (text === undefined || text === '') return null;
  const url = URL.parse(text);
  const isPlain = url !== null && /^https?:$/.test(url.protocol) && url.search + url.hash === '';
  if (!isPlain || url.username !== '') {
    throw new Error('KAWASE_PUBLIC_URL is like https://pay.example.jp or https://example.jp/pay');
  }
  return url.href.replace(/\/+$/, '');
}

const MAX_PROXIES = 10;
const MIN_RETENTION_DAYS = 30;

/** Believing everybody is no choice: whoever asks could then say any address. */
function readTrustProxy(text: string | undefined): Configuration['trustProxy'] {
  if (text === undefined || text === '') return false;
  if (/^\d+$/.test(text) && Number(text) <= MAX_PROXIES) return Number(text) || false;
  const blocks = text.split(',').map((block) => block.trim());
  const isBlock = (block: string) => {
    const [address = '', bits] = block.split('/');
    const version = isIP(address);
    const widest = version === 4 ? 32 : 128;
    return version !== 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && +bits <= widest));
  };
  if (blocks.every(isBlock)) return blocks;
  throw new Error(
    'KAWASE_TRUST_PROXY is the proxies in front: addresses or blocks (10.0.0.0/8), or their number',
  );
}

/** Shorter than a month would take away what is still being delivered and replayed. */
function retentionDays(env: Env, name: string, otherwise: number): number {
  const days = wholeNumber(env, name, otherwise, 36_500);
  if (days < MIN_RETENTION_DAYS) throw new Error(`${name} is at least ${MIN_RETENTION_DAYS}`);
  return days;
}

function wholeNumber(env: Env, name: string, otherwise: number, max: number): number {
  const text = env[name];
  if (text === undefined || text === '') return otherwise;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > max) throw new Error(`${name} is a whole number up to ${max}`);
  return value;
}

/** `KAWASE_SMTP_URL`, `KAWASE_MAIL_FROM`, `KAWASE_SMS_URL`, …; a sandbox's: KAWASE_SANDBOX…. */
function readMessages(env: Env, prefix: string): MessageConfiguration {
  const of = (name: string) => env[`${prefix}_${name}`];
  const all = (names: readonly string[]): string[] | null => {
    const values = names.map(of);
    if (values.every((value) => value === undefined)) return null;
    const missing = names.filter((_, index) => values[index] === undefined);
    if (missing.length > 0) throw new Error(`${prefix}_${missing.join(`, ${prefix}_`)} is missing`);
    return values as string[];
  };
  const mail = all(['SMTP_URL', 'MAIL_FROM']);
  const sms = all(['SMS_URL', 'SMS_ACCOUNT', 'SMS_TOKEN', 'SMS_FROM']);
  return {
    mail: mail && { smtpUrl: mail[0]!, from: mail[1]! },
    sms: sms && { baseUrl: sms[0]!, account: sms[1]!, token: sms[2]!, from: sms[3]! },
  };
}

function readOperator(file: string | undefined): OperatorNotice {
  if (file === undefined) return SAMPLE_OPERATOR_NOTICE;
  return readOperatorNotice(JSON.parse(readFileSync(file, 'utf8')));
}

function readSandboxBank(env: Env): Configuration['sandboxBank'] {
  const apiUrl = env.KAWASE_SANDBOX_BANK_URL;
  const controlUrl = env.KAWASE_SANDBOX_BANK_CONTROL_URL;
  const controlToken = env.KAWASE_SANDBOX_BANK_CONTROL_TOKEN;
  if (apiUrl === undefined) return null;
  if (controlUrl === undefined || controlToken === undefined) {
    throw new Error(
      'KAWASE_SANDBOX_BANK_URL goes with KAWASE_SANDBOX_BANK_CONTROL_URL and _CONTROL_TOKEN',
    );
  }
  return { apiUrl, controlUrl, controlToken };
}
