// One HTTP call to a rail and what came of it: time limit, size limit, parsed JSON. It is sent
// once; what an answer means is the rail's own matter.

export interface RailCall {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs: number;
  /** 1 MB where left out. */
  readonly maxAnswerBytes?: number;
}

/**
 * `answer`: HTTP status and parsed JSON (`undefined` where it is none).
 * `unsent`: proof that this request never left. `lost`: nobody knows what the other side did.
 */
export type RailCallResult =
  | { readonly kind: 'answer'; readonly status: number; readonly body: unknown }
  | { readonly kind: 'unsent'; readonly detail: string }
  | { readonly kind: 'lost'; readonly detail: string };

const MEBIBYTE = 1024 * 1024;
/** Failures before a connection exists: nothing of the request can have arrived. */
const UNSENT_CODES = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);

/** Never throws for what the network does. */
export async function callRail(
  fetchNow: typeof fetch,
  call: RailCall,
  signal: AbortSignal,
): Promise<RailCallResult> {
  return (await callOnce(fetchNow, call, signal)).result;
}

/** The same, and how long the other side asks to be left alone; 0 where it does not. */
export async function callOnce(
  fetchNow: typeof fetch,
  call: RailCall,
  signal: AbortSignal,
): Promise<{ readonly result: RailCallResult; readonly retryAfterMs: number }> {
  try {
    const response = await fetchNow(call.url, {
      method: call.method,
      headers: call.headers,
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(call.timeoutMs)]),
      ...(call.body === undefined ? {} : { body: call.body }),
    });
    const seconds = Number(response.headers.get('retry-after') ?? 0);
    const body = parsed(await limitedText(response, call.maxAnswerBytes ?? MEBIBYTE));
    return {
      result: { kind: 'answer', status: response.status, body },
      retryAfterMs: Number.isFinite(seconds) ? seconds * 1_000 : 0,
    };
  } catch (error) {
    return { result: failure(error), retryAfterMs: 0 };
  }
}

async function limitedText(response: Response, maxBytes: number): Promise<string> {
  if (response.body === null) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new Error(`answer exceeds ${maxBytes / MEBIBYTE} MB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Network errors by code and name only: messages may hold addresses with credentials in them. */
function failure(error: unknown): RailCallResult {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = codeOf(cause);
  if (code !== undefined && UNSENT_CODES.has(code)) {
    return { kind: 'unsent', detail: `no connection (${code})` };
  }
  const name = error instanceof Error ? error.name : 'unknown';
  if (name === 'TimeoutError') return { kind: 'lost', detail: 'no answer in time' };
  return { kind: 'lost', detail: `no answer (${code ?? name})` };
}

/** A connect to several addresses fails as one error; it proves something only if all are alike. */
function codeOf(error: unknown): string | undefined {
  if (error instanceof AggregateError && error.errors.length > 0) {
    const codes = new Set(error.errors.map((each: unknown) => codeOf(each) ?? 'unknown'));
    return codes.size === 1 ? [...codes][0] : undefined;
  }
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}
