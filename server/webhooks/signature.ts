// Signing by the Standard Webhooks specification: headers, secrets, the signed content. Receivers
// verify with any of its libraries. Where secrets are kept is endpoint-store.ts.
import { createHmac, randomBytes } from 'node:crypto';
import type { Instant } from '../base/clock.ts';

const PREFIX = 'whsec_';
const SECRET_BYTES = 32;

/** `whsec_` and 32 random bytes in base64 (the specification asks for 24 to 64). */
export function newWebhookSecret(): string {
  return PREFIX + randomBytes(SECRET_BYTES).toString('base64');
}

/**
 * The three headers of an attempt. `id` is the same at every attempt, so that receivers know a
 * repeat; `at` is the attempt's own wall time, so that they can refuse what is old. One signature
 * per secret that is alive.
 */
export function signedHeaders(
  message: { readonly id: string; readonly at: Instant; readonly body: string },
  secrets: readonly string[],
): Record<string, string> {
  const seconds = Math.floor(message.at.epochMilliseconds / 1000);
  const content = `${message.id}.${seconds}.${message.body}`;
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
    return `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
  });
  return {
    'webhook-id': message.id,
    'webhook-timestamp': `${seconds}`,
    'webhook-signature': signatures.join(' '),
  };
}
