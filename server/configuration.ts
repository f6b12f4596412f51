// What an installation is told from outside: environment variables, read once, checked, with what
// to do where one is wrong.
import { type KeyringInput, readKeyring } from './base/crypto.ts';

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
  /** Where recipients, banks and rails reach this installation; null = where it listens. */
  readonly publicUrl: string | null;
  readonly maxConnections: number;
  /** After a crash, others take over what a process had in hand once this long has passed. */
  readonly workLeaseSeconds: number;
  /** Requests a second that one API key may make; short bursts may be twice that. */
  readonly requestsPerSecond: number;
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
    publicUrl: env.KAWASE_PUBLIC_URL?.replace(/\/+$/, '') ?? null,
    maxConnections: wholeNumber(env, 'KAWASE_DATABASE_CONNECTIONS', 16, 1_000),
    workLeaseSeconds: wholeNumber(env, 'KAWASE_WORK_LEASE_SECONDS', 90, 3_600),
    requestsPerSecond: wholeNumber(env, 'KAWASE_REQUESTS_PER_SECOND', 2_000, 1_000_000),
  };
}

function wholeNumber(env: Env, name: string, otherwise: number, max: number): number {
  const text = env[name];
  if (text === undefined || text === '') return otherwise;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > max) throw new Error(`${name} is a whole number up to ${max}`);
  return value;
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
