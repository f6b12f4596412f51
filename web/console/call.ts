// Calls of the console's own API: the member's session travels as a cookie, a token against foreign
// pages beside every change. An answer that is no success becomes a Problem: words for the reader,
// a code for us.
import { locale } from './language.ts';

export interface ProblemFault {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

interface Said {
  readonly code?: string;
  readonly detail?: string;
  readonly errors?: readonly ProblemFault[];
  readonly request_id?: string;
  readonly csrf?: string;
  readonly secondFactor?: { readonly methods: readonly string[] };
}

export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly faults: readonly ProblemFault[];
  readonly requestId: string | null;
  /** Where a second factor is missing: the token for giving it. */
  readonly csrf: string | null;
  /** By which it can be given. */
  readonly factors: readonly string[];
  constructor(status: number, said: Said) {
    super(said.detail ?? '');
    this.status = status;
    this.code = said.code ?? 'unreachable';
    this.faults = said.errors ?? [];
    this.requestId = said.request_id ?? null;
    this.csrf = said.csrf ?? null;
    this.factors = said.secondFactor?.methods ?? [];
  }
}

/** The path under which this installation is reached: '' or like '/pay'. */
export const root =
  document.querySelector<HTMLMetaElement>('meta[name=kawase-root]')?.content ?? '';

let csrf = '';

/** From the session; goes with every change. A later session has another. */
export function keepToken(token: string): void {
  csrf = token;
}

const UNREACHABLE = {
  ja: 'サーバーにつながりません。通信状態を確かめて、もう一度お試しください。入力した内容は残っています。',
  en: 'The server cannot be reached. Check the connection and try again. What you typed is kept.',
};
const BROKEN = {
  ja: 'サーバーが応答できませんでした。少し待って、もう一度お試しください。',
  en: 'The server could not answer. Wait a little and try again.',
};

export interface Change {
  readonly method?: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** GET, or the change that is asked for. Throws Problem. */
export async function call<Answer>(path: string, change: Change = {}): Promise<Answer> {
  const { method = 'GET', body, signal } = change;
  const answer = await send(path, { method, body, signal });
  if (answer.status === 204) return undefined as Answer;
  const text = await answer.text();
  const said = parse(text);
  if (answer.ok && said !== undefined) return said as Answer;
  const isProblem = typeof said === 'object' && said !== null;
  throw new Problem(answer.status, isProblem ? said : { detail: BROKEN[locale()] });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function send(
  path: string,
  { method, body, signal }: { method: string; body: unknown; signal: AbortSignal | undefined },
): Promise<Response> {
  try {
    return await fetch(`${root}/console/api${path}`, {
      method,
      credentials: 'same-origin',
      headers: {
        'accept-language': locale(),
        ...(method !== 'GET' && { 'x-kawase-csrf': csrf }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Problem(0, { detail: UNREACHABLE[locale()] });
  }
}
