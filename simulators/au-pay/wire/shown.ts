// What the wire answers: charges and times as a partner reads them, and refusals.

import type { Charge } from '../books.ts';

export interface Reply {
  readonly status: number;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** The answer must not arrive. */
  readonly lost?: true;
}

export const timeText = (at: number): string => new Date(at).toISOString();

export function shownCharge(charge: Charge): object {
  const { requestId, chargeId, amountYen, state, code, changedAt } = charge;
  const status = state;
  return { requestId, chargeId, amountYen, status, code, at: timeText(changedAt) };
}

export const problem = (status: number, code: string, more: object = {}): Reply => ({
  status,
  body: { code, ...more },
});
