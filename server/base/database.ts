// The connection to PostgreSQL: pool, type parsers, prepared statements, ambiguous commits told
// apart. No SQL of any table lives here; transactions that move a shop's money go through deed.ts.
import { createHash } from 'node:crypto';
import pg from 'pg';

/**
 * Runs SQL. Rows come back typed by the caller; every store states the row shape beside its SQL.
 */
export interface Sql {
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Like `query`, for statements whose row count is the answer. */
  run(text: string, values?: readonly unknown[]): Promise<number>;
}

export interface Transaction extends Sql {
  /**
   * Ends the transaction. Called by `transaction` itself; a deed may pipeline it with its last
   * statements.
   */
  commit(): Promise<void>;
}

export interface Database extends Sql {
  /** One transaction, READ COMMITTED; retried on 40001 and 40P01. Never call a rail inside. */
  transaction<T>(run: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Resolves when a connection answers; for readiness. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/**
 * The connection broke while COMMIT was under way: it happened or it did not; ask by reference or
 * id.
 */
export class CommitUnknown extends Error {
  constructor(cause: unknown) {
    super('the answer to COMMIT was lost', { cause });
    this.name = 'CommitUnknown';
  }
}

const MAX_TRIES = 6;
const MAX_PREPARED = 600;
const names = new Map<string, string>();

function statementName(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined) return known;
  if (names.size >= MAX_PREPARED) return undefined;
  const name = `k${createHash('sha1').update(text).digest('hex').slice(0, 16)}`;
  names.set(text, name);
  return name;
}

function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError('a bigint beyond the safe integers');
  return value;
}

const parsers = new pg.TypeOverrides();
parsers.setTypeParser(pg.types.builtins.INT8, safeInteger);
parsers.setTypeParser(pg.types.builtins.NUMERIC, safeInteger);
parsers.setTypeParser(pg.types.builtins.DATE, (text) => Temporal.PlainDate.from(text));
parsers.setTypeParser(pg.types.builtins.TIMESTAMPTZ, (text) => Temporal.Instant.from(text));

const NEEDS_QUOTES = /[{}",\\\s]|^$|^null$/i;

function arrayElement(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  if (typeof value === 'number') return `${value}`;
  if (typeof value === 'string') {
    return NEEDS_QUOTES.test(value) ? `"${value.replace(/["\\]/g, '\\$&')}"` : value;
  }
  return Array.isArray(value) ? arrayLiteral(value) : `"${value}"`;
}

/**
 * An array as PostgreSQL's text form; several times faster than the driver's own on long arrays.
 */
function arrayLiteral(values: readonly unknown[]): string {
  let last: unknown;
  let text = 'NULL';
  const texts = values.map((value) => {
    // Neighbours are often the same instant, date or word.
    if (value !== last) text = arrayElement(value);
    last = value;
    return text;
  });
  return `{${texts.join(',')}}`;
}

/**
 * A bytea[] in PostgreSQL's binary form (array_recv): hexadecimal text would be twice as long, and
 * slow to read.
 */
function byteStrings(values: readonly (Buffer | null | undefined)[]): Buffer {
  const length = values.reduce((sum, value) => sum + 4 + (value?.length ?? 0), 20);
  const bytes = Buffer.allocUnsafe(length);
  const header = [1, 1, pg.types.builtins.BYTEA, values.length, 1];
  let offset = 0;
  for (const word of header) offset = bytes.writeInt32BE(word, offset);
  for (const value of values) {
    offset = bytes.writeInt32BE(value?.length ?? -1, offset);
    offset += value?.copy(bytes, offset) ?? 0;
  }
  return bytes;
}

/**
 * Temporal values travel as ISO text, arrays as array literals (of Buffers: in binary), everything
 * else as `pg` sends it.
 */
function toParameter(value: unknown): unknown {
  if (value instanceof Temporal.Instant || value instanceof Temporal.PlainDate) return `${value}`;
  if (!Array.isArray(value)) return value;
  const first = value.find((element) => element !== null && element !== undefined);
  return Buffer.isBuffer(first) ? byteStrings(value) : arrayLiteral(value);
}

function sqlOver(client: { query(config: pg.QueryConfig): Promise<pg.QueryResult> }): Sql {
  const send = (text: string, values: readonly unknown[] = []) => {
    const name = statementName(text);
    return client.query({ ...(name && { name }), text, values: values.map(toParameter) });
  };
  return {
    query: async <Row extends object>(text: string, values?: readonly unknown[]) =>
      (await send(text, values)).rows as Row[],
    run: async (text, values) => (await send(text, values)).rowCount ?? 0,
  };
}

export function isRetryable(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return code === '40001' || code === '40P01';
}

/** What every statement of a transaction answers after one of them failed. */
function isAfterFailure(error: unknown): boolean {
  return (error as { code?: unknown }).code === '25P02';
}

/** The name of the violated constraint, where a constraint was violated. */
export function violatedConstraint(error: unknown): string | undefined {
  const { code, constraint } = error as { code?: string; constraint?: string };
  return code?.startsWith('23') ? constraint : undefined;
}

/** True for errors that say the server or the way to it is gone, as against a refused statement. */
export function isConnectionLoss(error: unknown): boolean {
  const { code, message, syscall } = error as { code?: string; message?: string; syscall?: string };
  // A socket of the database that is gone, not some missing file.
  if (code === 'ENOENT') return syscall === 'connect';
  if (code !== undefined && /^(57P0[123]|08...|ECONN|EPIPE)/.test(code)) return true;
  return /Connection terminated|not queryable|connection timeout|timeout exceeded/i.test(
    message ?? '',
  );
}

const LOOK_AGAIN_MS = 250;

/**
 * Waits for a database that is starting or recovering, `patienceMs` at most; one that refuses us
 * is not waited for. Rejects with what the last try said.
 */
export async function untilReady(
  db: Pick<Database, 'ping'>,
  patienceMs: number,
  onWait: (error: unknown) => void,
): Promise<void> {
  const patienceEndsAt = performance.now() + patienceMs;
  for (let isTold = false; ; isTold = true) {
    try {
      return await db.ping();
    } catch (error) {
      if (!isConnectionLoss(error) || performance.now() > patienceEndsAt) throw error;
      if (!isTold) onWait(error);
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }
}

async function commit(client: pg.PoolClient): Promise<void> {
  let result: pg.QueryResult;
  try {
    result = await client.query('commit');
  } catch (error) {
    if (isConnectionLoss(error)) throw new CommitUnknown(error);
    throw error;
  }
  if (result.command !== 'COMMIT') throw new Error('the transaction had failed before COMMIT');
}

async function transactOnce<T>(pool: pg.Pool, run: (tx: Transaction) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  // Of pipelined statements the caller may hear a later one first, which only says that one before
  // it failed.
  let telling: unknown;
  let ended = false;
  const onError = (error: Error) => {
    broken = error;
  };
  client.on('error', onError);
  try {
    const begun = client.query('begin');
    begun.catch(() => {});
    const watched = {
      query(config: pg.QueryConfig) {
        // It would run outside the transaction, and hold.
        if (ended) throw new Error('a statement after COMMIT');
        return client.query(config).catch((error: unknown) => {
          telling ??= error;
          throw error;
        });
      },
    };
    const tx: Transaction = {
      ...sqlOver(watched),
      commit() {
        ended = true;
        return commit(client);
      },
    };
    const result = await run(tx);
    await begun;
    if (!ended) await tx.commit();
    return result;
  } catch (error) {
    if (error instanceof CommitUnknown || isConnectionLoss(error)) broken = error as Error;
    else await client.query('rollback').catch((lost: Error) => (broken = lost));
    throw isAfterFailure(error) ? (telling ?? error) : error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}

export function openDatabase(options: {
  readonly url: string;
  readonly maxConnections?: number;
  readonly onError?: (error: Error) => void;
}): Database {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.maxConnections ?? 10,
    pipeline: true,
    types: parsers,
    connectionTimeoutMillis: 10_000,
    application_name: 'kawase',
  });
  pool.on('error', options.onError ?? (() => {}));
  return {
    ...sqlOver(pool),
    async transaction(run) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await transactOnce(pool, run);
        } catch (error) {
          if (!isRetryable(error) || attempt >= MAX_TRIES) throw error;
          await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * 2 ** attempt));
        }
      }
    },
    async ping() {
      await pool.query('select 1');
    },
    close: () => pool.end(),
  };
}
