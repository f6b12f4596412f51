// The wire of the HTTP connector: one call in, what came of it out. Time-outs, size limits, and
// retries of GETs live here; a POST is sent once. What a body means is transform.ts's matter.
import { setTimeout as sleep } from 'node:timers/promises';

export interface Call {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs: number;
  /** Only for GETs without effects. */
  readonly retry?: boolean;
}

/**
 * `answer`: HTTP status and parsed JSON (`undefined` where it is none).
 * `unsent`: proof that the request never left. `lost`: nobody knows what the other side did.
 */
export type CallResult =
  | { readonly kind: 'answer'; readonly status: number; readonly body: unknown }
  | { readonly kind: 'unsent'; readonly detail: string }
  | { readonly kind: 'lost'; readonly detail: string };

export type Pause = (milliseconds: number, signal: AbortSignal) => Promise<unknown>;

export interface ClientDependencies {
  readonly fetch: typeof fetch;
  readonly pause?: Pause;
}

export type BankClient = (call: Call, signal: AbortSignal) => Promise<CallResult>;

const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
const MAX_ATTEMPTS = 3;
const FIRST_PAUSE_MS = 250;
const MAX_PAUSE_MS = 10_000;
/** Failures before a connection exists: nothing of the request can have arrived. */
const UNSENT_CODES = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);

export function createClient(dependencies: ClientDependencies): BankClient {
  const pause: Pause = dependencies.pause ?? ((ms, signal) => sleep(ms, undefined, { signal }));
  return async (call, signal) => {
    const attempts = call.method === 'GET' && call.retry === true ? MAX_ATTEMPTS : 1;
    for (let attempt = 1; ; attempt++) {
      const { result, retryAfterMs } = await once(dependencies.fetch, call, signal);
      if (attempt >= attempts || signal.aborted || !isPassing(result)) return result;
      const wait = Math.max(retryAfterMs, FIRST_PAUSE_MS * 4 ** (attempt - 1));
      if (wait > MAX_PAUSE_MS) return result;
      try {
        await pause(wait, signal);
      } catch {
        return result;
      }
    }
  };
}

function isPassing(result: CallResult): boolean {
  return result.kind !== 'answer' || result.status === 429 || result.status >= 500;
}

async function once(
  fetchNow: typeof fetch,
  call: Call,
  signal: AbortSignal,
): Promise<{ result: CallResult; retryAfterMs: number }> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(call.timeoutMs)]);
  try {
    const response = await fetchNow(call.url, {
      method: call.method,
      headers: call.headers,
      redirect: 'manual',
      signal: limit,
      ...(call.body === undefined ? {} : { body: call.body }),
    });
    const seconds = Number(response.headers.get('retry-after') ?? 0);
    const body = parseJson(await readLimited(response));
    return {
      result: { kind: 'answer', status: response.status, body },
      retryAfterMs: Number.isFinite(seconds) ? seconds * 1_000 : 0,
    };
  } catch (error) {
    return { result: failure(error), retryAfterMs: 0 };
  }
}

async function readLimited(response: Response): Promise<string> {
  if (response.body === null) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > MAX_ANSWER_BYTES) throw new Error('answer exceeds 16 MB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Network errors by code and name only: messages may hold addresses with credentials in them. */
function failure(error: unknown): CallResult {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = codeOf(cause);
  if (code !== undefined && UNSENT_CODES.has(code)) {
    return { kind: 'unsent', detail: `no connection (${code})` };
  }
  const name = error instanceof Error ? error.name : 'unknown';
  if (name === 'TimeoutError') return { kind: 'lost', detail: 'no answer in time' };
  return { kind: 'lost', detail: `no answer (${code ?? name})` };
}

/**
 * A connect to several addresses fails as one error; it proves something only if all failed alike.
 */
function codeOf(error: unknown): string | undefined {
  if (error instanceof AggregateError && error.errors.length > 0) {
    const codes = new Set(error.errors.map((each: unknown) => codeOf(each) ?? 'unknown'));
    return codes.size === 1 ? [...codes][0] : undefined;
  }
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}
