// Sends one SMS over the wire that Twilio made common (POST …/Messages.json, form fields, Basic
// authentication, a signed status callback) and says what its answers mean. Another provider's wire
// is another file with the same interface.
import { request } from 'undici';
import type { DeliveryReport, SendOutcome } from './message.ts';
import { isSmsSignature } from './sms-signature.ts';

export interface OutgoingSms {
  readonly shopId: string;
  readonly messageId: string;
  /** E.164 */
  readonly to: string;
  readonly text: string;
}

export interface SmsSender {
  /** Rejects only where `signal` ended it. */
  send(sms: OutgoingSms, signal: AbortSignal): Promise<SendOutcome>;
  /** What a status callback says; undefined where its signature is not the provider's. */
  readReport(callback: {
    readonly shopId: string;
    readonly messageId: string;
    readonly body: string;
    readonly signature: string;
  }): DeliveryReport | undefined;
}

export interface SmsSenderOptions {
  /** `https://api.twilio.com`, or another that speaks the same. */
  readonly baseUrl: string;
  readonly account: string;
  readonly token: string;
  /** A number in E.164, a name of up to 11 letters, or a messaging service (`MG…`). */
  readonly from: string;
  /** How the provider reaches this server: `https://pay.example.jp`. */
  readonly publicUrl: string;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 20_000;
const ANSWER_CHARACTERS_MAX = 64 * 1024;

/** The address is none or takes no SMS: not a number, unroutable, opted out, a landline. */
const NO_SUCH_ADDRESS = new Set([21211, 21214, 21217, 21610, 21612, 21614]);
/** In a status callback: unreachable, unknown, landline or not reachable by this way. */
const UNREACHED = new Set([30003, 30005, 30006]);

export const smsCallbackPath = (shopId: string, messageId: string) =>
  `/hooks/sms/${shopId}/${messageId}`;

export function createSmsSender(options: SmsSenderOptions): SmsSender {
  const { account, token, from, publicUrl, timeoutMs = TIMEOUT_MS } = options;
  const path = `/2010-04-01/Accounts/${encodeURIComponent(account)}/Messages.json`;
  const url = new URL(path, options.baseUrl);
  const callbackUrl = (shopId: string, messageId: string) =>
    publicUrl + smsCallbackPath(shopId, messageId);
  return {
    async send({ shopId, messageId, to, text }, signal) {
      const form = new URLSearchParams({
        To: to,
        [from.startsWith('MG') ? 'MessagingServiceSid' : 'From']: from,
        Body: text,
        StatusCallback: callbackUrl(shopId, messageId),
      });
      try {
        const answer = await request(url, {
          method: 'POST',
          headers: {
            authorization: `Basic ${Buffer.from(`${account}:${token}`).toString('base64')}`,
            'content-type': 'application/x-www-form-urlencoded',
          },
          body: form.toString(),
          signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
        });
        const after = Number(answer.headers['retry-after']);
        const body = await readAnswer(answer.body);
        return outcomeOf(answer.statusCode, body, Number.isFinite(after) ? after * 1_000 : 0);
      } catch {
        signal.throwIfAborted();
        return { kind: 'deferred', reason: 'sms_no_answer' };
      }
    },
    readReport({ shopId, messageId, body, signature }) {
      const form = new URLSearchParams(body);
      const called = callbackUrl(shopId, messageId);
      return isSmsSignature(signature, token, called, form) ? reportOf(form) : undefined;
    },
  };
}

interface Answer {
  readonly sid?: unknown;
  readonly code?: unknown;
}

async function readAnswer(body: AsyncIterable<Buffer>): Promise<Answer> {
  let text = '';
  for await (const chunk of body) {
    text += chunk.toString('utf8');
    if (text.length > ANSWER_CHARACTERS_MAX) throw new Error('an answer without end');
  }
  try {
    return (JSON.parse(text) ?? {}) as Answer;
  } catch {
    return {};
  }
}

/**
 * Taken: 2xx with an id. Only what the request itself is refused for (400 and a code) is for good;
 * a wrong login, throttling and the provider's own trouble are tried again.
 */
function outcomeOf(status: number, { sid, code }: Answer, retryAfterMs: number): SendOutcome {
  if (status >= 200 && status < 300 && typeof sid === 'string') {
    return { kind: 'accepted', providerId: sid };
  }
  const number = typeof code === 'number' ? code : undefined;
  const reason = `sms_${number ?? `http_${status}`}`;
  if (status === 400 && number !== undefined) {
    const isAddress = NO_SUCH_ADDRESS.has(number);
    return { kind: 'refused', status: isAddress ? 'bounced' : 'failed', reason };
  }
  return { kind: 'deferred', reason, retryAfterMs };
}

function reportOf(form: URLSearchParams): DeliveryReport {
  const providerId = form.get('MessageSid') ?? '';
  const said = form.get('MessageStatus');
  if (said === 'delivered' || said === 'read') {
    return { providerId, status: 'delivered', reason: null };
  }
  if (said !== 'undelivered' && said !== 'failed') {
    return { providerId, status: 'sent', reason: null };
  }
  const code = /^\d{5}$/.exec(form.get('ErrorCode') ?? '')?.[0];
  const isAddress = UNREACHED.has(Number(code)) || NO_SUCH_ADDRESS.has(Number(code));
  return {
    providerId,
    status: isAddress ? 'bounced' : 'failed',
    reason: `sms_${code ?? said}`,
  };
}
