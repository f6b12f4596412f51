// Codes of authenticator apps (RFC 6238: six digits, 30 seconds, SHA-1, as every app has), over
// the library. Taking a code once is member-store.ts, setting up factor-set-up.ts.
import { generateSecret, generateURI, verify } from 'otplib';
import type { Instant } from '../base/clock.ts';

/** A code typed late, or a telephone whose clock is off by so much. */
const TOLERANCE_SECONDS = 30;
const CODE = /^\d{6}$/;

export const newTotpSecret = () => generateSecret();

/** For the app: `otpauth://totp/…`. */
export function otpauthUri(secret: string, issuer: string, mail: string): string {
  return generateURI({ secret, issuer, label: mail });
}

/** The time step of a right code; null for a wrong one. */
export async function totpStepOf(
  secret: string,
  typed: string,
  now: Instant,
): Promise<number | null> {
  const token = typed.normalize('NFKC').replace(/\s/g, '');
  if (!CODE.test(token)) return null;
  const epoch = Math.floor(now.epochMilliseconds / 1000);
  const result = await verify({ secret, token, epoch, epochTolerance: TOLERANCE_SECONDS });
  return result.valid && 'timeStep' in result ? result.timeStep : null;
}
