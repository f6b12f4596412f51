// A call of a simulator's control door, and what is said where it cannot be reached or refuses.
// Test shops only; no live code path comes here.
import { Refusal } from '../base/refusal.ts';

/** Where a simulator's control door is, and what opens it. */
export interface ControlDoor {
  readonly controlUrl: string;
  readonly controlToken: string;
}

const TIMEOUT_MS = 30_000;

export type ControlCall = <T>(method: string, path: string, body: unknown) => Promise<T>;

export function controlCall(door: ControlDoor): ControlCall {
  return async <T>(method: string, path: string, body: unknown) => {
    let response: Response;
    try {
      response = await fetch(`${door.controlUrl}${path}`, {
        method,
        headers: { 'content-type': 'application/json', 'x-control-token': door.controlToken },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch (error) {
      throw away(error);
    }
    const answer = (await response.json()) as T & { error?: string };
    if (!response.ok) throw notPossible(answer.error ?? `HTTP ${response.status}`);
    return answer;
  };
}

function away(cause: unknown): Refusal {
  const refusal = new Refusal(
    'sandbox_bank_away',
    {
      ja: 'サンドボックスのシミュレータに接続できません。起動しているか確認してください。',
      en: 'A sandbox simulator cannot be reached. Check that it is running.',
    },
    { status: 503, retryAfterSeconds: 5 },
  );
  refusal.cause = cause;
  return refusal;
}

export function notPossible(why: string): Refusal {
  return new Refusal(
    'sandbox_not_possible',
    {
      ja: `サンドボックスのシミュレータが受け付けませんでした：${why}`,
      en: `The sandbox simulator refused: ${why}`,
    },
    { status: 409 },
  );
}
