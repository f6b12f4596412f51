// The dispatch code: 20 digits that travel with a payment through the bank and bring its result
// home. 6 digits shop number, 13 digits derived from the remittance and the attempt, 1 check digit
// (Luhn). Derived, not counted: after a restore the code of a lost attempt can be computed again
// and recognised.
import { createHash } from 'node:crypto';
import { luhnDigit } from '../base/luhn.ts';

const DERIVED_DIGITS = 13;
const DERIVED_SPACE = 10n ** BigInt(DERIVED_DIGITS);

/** `salt` > 0 only where the code of salt 0 is already taken within the shop. */
export function dispatchCode(
  shopNumber: number,
  remittanceId: string,
  attemptNumber: number,
  salt = 0,
): string {
  const digest = createHash('sha256').update(`${remittanceId}/${attemptNumber}/${salt}`).digest();
  const derived = digest.readBigUInt64BE(0) % DERIVED_SPACE;
  const body =
    shopNumber.toString().padStart(6, '0') + derived.toString().padStart(DERIVED_DIGITS, '0');
  return body + luhnDigit(body);
}

/** The shop number inside a code, or undefined where the text is not a code of ours. */
export function shopNumberOf(code: string): number | undefined {
  if (!/^\d{20}$/.test(code) || luhnDigit(code.slice(0, 19)) !== code[19]) return undefined;
  return Number(code.slice(0, 6));
}
