// A partner for the tests: opens a world and speaks to the network over its real wire, signed by
// hand. Only tests import this.

import { createHmac, randomUUID } from 'node:crypto';
import type { SevenAtmSimulator } from './start.ts';

export type Json = Readonly<Record<string, unknown>>;
export type Address = Pick<SevenAtmSimulator, 'url' | 'controlUrl' | 'controlToken'>;

export interface Answer {
  readonly status: number;
  readonly body: Json;
}

export interface Signing {
  readonly secret?: string;
  readonly timestamp?: string;
  readonly action?: string;
}

export async function callControl(
  network: Address,
  method: string,
  path: string,
  body?: object,
): Promise<Answer> {
  const response = await fetch(network.controlUrl + path, {
    method,
    headers: { 'x-control-token': network.controlToken },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Json };
}

export type Partner = Awaited<ReturnType<typeof openPartner>>;

/** A world held at a morning with a million yen, unless told otherwise. */
export async function openPartner(network: Address, wish: object = {}) {
  const worldId = `w-${randomUUID()}`;
  const now = '2026-11-24T09:30:00+09:00';
  const opening = { worldId, now, hold: true, prefundYen: 1_000_000, ...wish };
  const { body: contract } = await callControl(network, 'POST', '/worlds', opening);

  async function call(
    method: string,
    target: string,
    body = '',
    signing: Signing = {},
  ): Promise<Answer> {
    const timestamp = signing.timestamp ?? String(Math.floor(Date.now() / 1_000));
    const signed = `${timestamp}\n${signing.action ?? `${method} ${target}`}\n${body}`;
    const secret = signing.secret ?? String(contract.secret);
    const response = await fetch(network.url + target, {
      method,
      headers: {
        'x-key-id': String(contract.keyId),
        'x-timestamp': timestamp,
        'x-signature': createHmac('sha256', secret).update(signed).digest('hex'),
      },
      ...(body === '' ? {} : { body }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return { status: response.status, body: isJson ? JSON.parse(text) : { text } };
  }

  return {
    contract,
    call,
    control: async (method: string, path: string, body?: object) =>
      (await callControl(network, method, `/worlds/${worldId}${path}`, body)).body,
    issue: (requestId: string, amount: number, days = 30) => {
      const wanted = { request_id: requestId, amount, receive_within_days: days };
      return call('POST', '/v1/receipts', JSON.stringify(wanted));
    },
    /** A form of the screens, and the page it brings. */
    async form(path: string, fields: Record<string, string>): Promise<string> {
      const body = new URLSearchParams(fields);
      return (await fetch(network.url + path, { method: 'POST', body })).text();
    },
  };
}
