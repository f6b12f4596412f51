// Where a recipient goes back to when their part is done: what such an address may look like, and
// the outcome that it carries, signed. Pure. The recipient's browser is sent there by their own
// press, never this server: nothing here is asked for over the network.
import { createHmac } from 'node:crypto';
import type { Instant } from '../base/clock.ts';
import { publicId } from '../base/ids.ts';
import { invalidInput, type Refusal, type RefusalDetail } from '../base/refusal.ts';
import type { Remittance } from './remittance.ts';

export const MAX_RETURN_URL = 1_000;

/** What is added to the address; it cannot have brought one of its own. */
const ADDED = ['remittance_id', 'reference', 'status', 'time', 'signature'] as const;

type Fault = Pick<RefusalDetail, 'code' | 'ja' | 'en'>;

const UNREADABLE: Fault = {
  code: 'url_invalid',
  ja: `https:// で始まる完全なURLを${MAX_RETURN_URL}文字以内で指定してください。`,
  en: `Give a complete URL that starts with https://, of at most ${MAX_RETURN_URL} characters.`,
};
const NOT_HTTPS: Fault = {
  code: 'url_not_https',
  ja: 'https:// のURLを指定してください（http:// は、テスト環境の localhost だけに使えます）。',
  en: 'Give an https:// URL (http:// is for localhost, in test mode).',
};
const CREDENTIALS: Fault = {
  code: 'url_has_credentials',
  ja: 'URLにユーザー名やパスワードを含めないでください。',
  en: 'Leave user name and password out of the URL.',
};
const TAKEN: Fault = {
  code: 'url_parameter_taken',
  ja: `URLのパラメーター ${ADDED.join('、')} は、Kawaseが付けます。別の名前にしてください。`,
  en: `The parameters ${ADDED.join(', ')} are added by Kawase. Use other names.`,
};

/** The address in its normal form, or what is wrong with it. */
export function readReturnUrl(text: string): string | Fault {
  const url = URL.parse(text);
  if (url === null || !text.isWellFormed() || url.href.length > MAX_RETURN_URL) return UNREADABLE;
  if (url.protocol !== 'https:' && !isOwnMachine(url)) return NOT_HTTPS;
  if (url.username !== '' || url.password !== '') return CREDENTIALS;
  if (ADDED.some((name) => url.searchParams.has(name))) return TAKEN;
  return url.href;
}

/** http on the developer's own machine. */
function isOwnMachine({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}

export function returnUrlRefused({ code, ja, en }: Fault): Refusal {
  return invalidInput([{ pointer: '/destination/return_url', code, ja, en }]);
}

/** What a live shop cannot have; undefined = nothing. */
export function liveReturnRefusal(returnUrl: string | null): Refusal | undefined {
  const isPlain = returnUrl?.startsWith('http:') ?? false;
  return isPlain ? returnUrlRefused(NOT_HTTPS) : undefined;
}

/**
 * The address with the outcome on it. One signature per secret that is alive, joined by dots: each
 * is HMAC-SHA-256, in hexadecimal, of `time.remittance_id.status.reference`; the reference
 * stands last because it alone may have dots. `at`: wall time, so that what is old can be refused.
 */
export function signedReturn(
  returnUrl: string,
  remittance: Pick<Remittance, 'remittanceId' | 'reference' | 'status'>,
  secrets: readonly string[],
  at: Instant,
): string {
  const { reference, status } = remittance;
  const id = publicId('rem', remittance.remittanceId);
  const time = `${Math.floor(at.epochMilliseconds / 1000)}`;
  const signed = [time, id, status, reference].join('.');
  const signature = secrets
    .map((secret) => createHmac('sha256', secret).update(signed).digest('hex'))
    .join('.');
  const url = new URL(returnUrl);
  const values = { remittance_id: id, reference, status, time, signature };
  for (const name of ADDED) url.searchParams.set(name, values[name]);
  return url.href;
}
