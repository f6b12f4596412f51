// One signed call: what came of it. Time-outs and size limits live here; nothing is repeated, since
// the core asks again. What a body means is transform.ts's matter.
import type { Instant } from '../../base/clock.ts';
import type { AtmConfig } from './config.ts';
import { signedHeaders } from './signature.ts';

/** `lost`: nobody knows what the other side did; `detail` holds codes only. */
export type CallResult =
  | { readonly kind: 'answer'; readonly status: number; readonly text: string }
  | { readonly kind: 'lost'; readonly detail: string };

export interface Call {
  readonly method: 'GET' | 'POST';
  /** From `/v1` on, with the query. */
  readonly target: string;
  readonly body?: string;
}

export type AtmClient = (config: AtmConfig, call: Call, signal: AbortSignal) => Promise<CallResult>;

const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

export function createClient(dependencies: {
  readonly fetch: typeof fetch;
  /** Wall time: signatures live by it. */
  readonly now: () => Instant;
}): AtmClient {
  return async (config, { method, target, body }, signal) => {
    // A base address may have a path of its own, which a proxy strips: only ours is signed.
    const signed = signedHeaders(config.key, `${method} ${target}`, body ?? '', dependencies.now());
    const limit = AbortSignal.any([signal, AbortSignal.timeout(config.timeoutMs)]);
    try {
      const response = await dependencies.fetch(`${config.baseUrl}${target}`, {
        method,
        headers: {
          ...signed,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        redirect: 'manual',
        signal: limit,
        ...(body === undefined ? {} : { body }),
      });
      return { kind: 'answer', status: response.status, text: await readLimited(response) };
    } catch (error) {
      return { kind: 'lost', detail: detailOf(error) };
    }
  };
}

async function readLimited(response: Response): Promise<string> {
  if (response.body === null) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > MAX_ANSWER_BYTES) throw new Error('answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** By code and name only: messages may hold addresses. */
function detailOf(error: unknown): string {
  const name = error instanceof Error ? error.name : 'unknown';
  if (name === 'TimeoutError') return 'no answer in time';
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = (cause as { code?: unknown } | null)?.code;
  return `no answer (${typeof code === 'string' ? code : name})`;
}
