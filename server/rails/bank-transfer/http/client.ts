// The wire of the HTTP connector: one call in, what came of it out. The size limit and retries of
// GETs live here; a POST is sent once. What a body means is transform.ts's matter.
import { setTimeout as sleep } from 'node:timers/promises';
import { callOnce, type RailCall, type RailCallResult } from '../../rail-call.ts';

export interface Call extends RailCall {
  /** Only for GETs without effects. */
  readonly retry?: boolean;
}

export type CallResult = RailCallResult;

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

export function createClient(dependencies: ClientDependencies): BankClient {
  const pause: Pause = dependencies.pause ?? ((ms, signal) => sleep(ms, undefined, { signal }));
  return async (call, signal) => {
    const attempts = call.method === 'GET' && call.retry === true ? MAX_ATTEMPTS : 1;
    const limited = { ...call, maxAnswerBytes: MAX_ANSWER_BYTES };
    for (let attempt = 1; ; attempt++) {
      const { result, retryAfterMs } = await callOnce(dependencies.fetch, limited, signal);
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
