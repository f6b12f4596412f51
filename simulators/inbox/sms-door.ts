// The SMS side, in the wire that Twilio made common: POST …/Messages.json with form fields and
// Basic authentication, answered by an id; then status callbacks, signed. No SMS leaves it.
import { createHmac, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { bodyOf, sendJson } from './http.ts';
import type { Keeper, KeptSms } from './kept.ts';

export interface SmsAccount {
  readonly sid: string;
  readonly token: string;
}

export interface SmsDoor {
  /** True where the request was one of this wire's. */
  answer(request: IncomingMessage, response: ServerResponse, path: string): Promise<boolean>;
  /** Says by status callback what became of an SMS. */
  report(sms: KeptSms, status: KeptSms['status'], errorCode?: number): Promise<void>;
  close(): Promise<void>;
}

const CALLBACK_TIMEOUT_MS = 5_000;
const CALLBACK_TRIES = 3;
const BETWEEN_TRIES_MS = 200;
const DELAY_MAX_MS = 60_000;
const TEXT_MAX = 1_600;

export function openSmsDoor(keeper: Keeper, account: SmsAccount): SmsDoor {
  const ending = new AbortController();
  const underWay = new Set<Promise<void>>();
  const path = `/2010-04-01/Accounts/${account.sid}/Messages.json`;

  async function report(sms: KeptSms, status: KeptSms['status'], code?: number): Promise<void> {
    const now = { ...sms, status };
    keeper.replace(now);
    if (sms.statusCallback === null) return;
    const form = callbackForm(account, now, code);
    await callBack(account, sms.statusCallback, form, ending.signal);
  }

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isAuthorised(request, account)) {
      refuse(response, 401, 20003, 'Authenticate');
      return;
    }
    const form = new URLSearchParams(await bodyOf(request));
    const to = form.get('To') ?? '';
    const text = form.get('Body') ?? '';
    const from = form.get('From') ?? form.get('MessagingServiceSid') ?? '';
    if (!/^\+[1-9]\d{6,14}$/.test(to)) refuse(response, 400, 21211, "Invalid 'To' Phone Number");
    else if (from === '') refuse(response, 400, 21603, "A 'From' is required");
    else if (text === '') refuse(response, 400, 21602, 'Message body is required');
    else if (text.length > TEXT_MAX) refuse(response, 400, 21617, 'Body exceeds 1600 characters');
    else if (!(await playFault(keeper, to, response))) {
      const sms: KeptSms = {
        channel: 'sms',
        id: `SM${randomBytes(16).toString('hex')}`,
        at: new Date().toISOString(),
        ...{ from, to, text },
        status: 'queued',
        statusCallback: form.get('StatusCallback'),
      };
      keeper.add(sms);
      const isLost = keeper.strike(['undeliverable'], 'sms', to) !== undefined;
      if (keeper.strike(['lose_answer'], 'sms', to)) response.destroy();
      else sendJson(response, 201, created(account, sms));
      const told = isLost ? report(sms, 'undelivered', 30003) : reportArrival(sms);
      underWay.add(told);
      void told.finally(() => underWay.delete(told));
    }
  }

  async function reportArrival(sms: KeptSms): Promise<void> {
    await report(sms, 'sent');
    await report(sms, 'delivered');
  }

  return {
    report,
    async answer(request, response, called) {
      if (request.method !== 'POST' || called !== path) return false;
      await take(request, response);
      return true;
    },
    async close() {
      ending.abort();
      await Promise.allSettled(underWay);
    },
  };
}

function isAuthorised(request: IncomingMessage, { sid, token }: SmsAccount): boolean {
  const expected = `Basic ${Buffer.from(`${sid}:${token}`).toString('base64')}`;
  return request.headers.authorization === expected;
}

/** Plays the fault that strikes this number; true where that was the answer. */
async function playFault(keeper: Keeper, to: string, response: ServerResponse): Promise<boolean> {
  const delay = keeper.strike(['delay'], 'sms', to);
  if (delay !== undefined) await sleep(Math.min(delay.delayMs ?? 1_000, DELAY_MAX_MS));
  const fault = keeper.strike(['not_mobile', 'temporary', 'throttle'], 'sms', to);
  if (fault === undefined) return false;
  if (fault.kind === 'not_mobile') {
    refuse(response, 400, 21614, "'To' number is not a valid mobile number");
  } else if (fault.kind === 'throttle') {
    response.setHeader('retry-after', '60');
    refuse(response, 429, 20429, 'Too Many Requests');
  } else refuse(response, 503, 20503, 'Service unavailable');
  return true;
}

function refuse(response: ServerResponse, status: number, code: number, message: string): void {
  sendJson(response, status, { code, message, more_info: null, status });
}

function created(account: SmsAccount, sms: KeptSms): Record<string, unknown> {
  return {
    sid: sms.id,
    account_sid: account.sid,
    api_version: '2010-04-01',
    date_created: new Date(sms.at).toUTCString().replace('GMT', '+0000'),
    direction: 'outbound-api',
    ...{ from: sms.from, to: sms.to, body: sms.text, status: sms.status },
    error_code: null,
    error_message: null,
  };
}

function callbackForm(account: SmsAccount, sms: KeptSms, errorCode?: number): URLSearchParams {
  return new URLSearchParams({
    AccountSid: account.sid,
    ApiVersion: '2010-04-01',
    MessageSid: sms.id,
    SmsSid: sms.id,
    MessageStatus: sms.status,
    SmsStatus: sms.status,
    From: sms.from,
    To: sms.to,
    ...(errorCode !== undefined && { ErrorCode: `${errorCode}` }),
  });
}

/** Tries a few times and then lets it be, as the real one does. */
async function callBack(
  account: SmsAccount,
  url: string,
  form: URLSearchParams,
  ended: AbortSignal,
): Promise<void> {
  const pairs = [...form].sort(([left], [right]) => (left < right ? -1 : 1));
  const signature = createHmac('sha1', account.token)
    .update(url + pairs.map(([name, value]) => `${name}${value}`).join(''))
    .digest('base64');
  for (let tries = 0; tries < CALLBACK_TRIES && !ended.aborted; tries++) {
    try {
      const answer = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'x-twilio-signature': signature,
        },
        body: form.toString(),
        redirect: 'manual',
        signal: AbortSignal.any([ended, AbortSignal.timeout(CALLBACK_TIMEOUT_MS)]),
      });
      await answer.body?.cancel();
      if (answer.ok) return;
    } catch {
      // Nobody listens there (yet): tried again below.
    }
    await sleep(BETWEEN_TRIES_MS);
  }
}
