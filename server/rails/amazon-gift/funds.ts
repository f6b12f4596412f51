// What is left of the prepaid money, and with it the cheap proof of life. Amazon answers this once
// a second: whoever asks within the same second shares one answer.

import { type Yen, yen } from '../../base/money.ts';
import type { AmazonConfig } from './config.ts';
import { fieldsOf, readFunds } from './transform.ts';
import { callAmazon, type WireDependencies } from './wire.ts';

export interface Funds {
  /** Undefined where it was not to be learnt. */
  readonly fundsYen: Yen | undefined;
  readonly detail: string;
}

export type FundsReader = (accountId: string, config: AmazonConfig) => Promise<Funds>;

const SHARED_MS = 1_050;

/** Calls are not bound to one caller's signal: others wait for them too. They end by time-out. */
export function createFundsReader(wire: WireDependencies): FundsReader {
  const asked = new Map<string, { readonly at: number; readonly answer: Promise<Funds> }>();
  return (accountId, config) => {
    // By account too: a repaired key must not be answered for by a wrong one.
    const key = `${accountId} ${config.baseUrl} ${config.partnerId} ${config.accessKeyId}`;
    const known = asked.get(key);
    const at = performance.now();
    if (known !== undefined && at - known.at < SHARED_MS) return known.answer;
    const answer = ask(wire, config);
    asked.set(key, { at, answer });
    return answer;
  };
}

async function ask(wire: WireDependencies, config: AmazonConfig): Promise<Funds> {
  const { partnerId } = config;
  const never = new AbortController().signal;
  const result = await callAmazon(wire, config, 'GetAvailableFunds', { partnerId }, never);
  if (result.kind !== 'answer') return { fundsYen: undefined, detail: result.detail };
  const amount = readFunds(result.status, result.body);
  const { errorCode } = fieldsOf(result.body);
  const code = typeof errorCode === 'string' && /^F[0-9]{3,4}$/.test(errorCode) ? errorCode : '';
  return {
    fundsYen: amount === undefined ? undefined : yen(amount),
    detail: `HTTP ${result.status} ${code}`.trim(),
  };
}
