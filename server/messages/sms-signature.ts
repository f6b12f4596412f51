// X-Twilio-Signature: HMAC-SHA1 over the URL that was called and the sorted form fields, keyed by
// the account's token. What the fields mean is sms-sender.ts.
import { createHmac } from 'node:crypto';
import { sameBytes } from '../base/crypto.ts';

export function smsSignature(token: string, url: string, form: URLSearchParams): string {
  const fields = [...new Set(form.keys())].sort().map((name) => name + form.getAll(name).join(''));
  return createHmac('sha1', token)
    .update(url + fields.join(''))
    .digest('base64');
}

export function isSmsSignature(
  signature: string,
  token: string,
  url: string,
  form: URLSearchParams,
): boolean {
  return sameBytes(Buffer.from(signature), Buffer.from(smsSignature(token, url, form)));
}
