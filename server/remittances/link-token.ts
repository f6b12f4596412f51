// The two ways to a link: the token in its URL (256 random bits behind the shop's number, so that
// the shop is found without a scan) and the code of 12 digits that a recipient can type.
import { randomInt } from 'node:crypto';
import { hashSecret, newSecret } from '../base/crypto.ts';
import { luhnDigit } from '../base/luhn.ts';

const TOKEN = /^(\d{6})([A-Za-z0-9_-]{43})$/;

export interface LinkToken {
  readonly shopNumber: number;
  readonly hash: Buffer;
}

export function newToken(shopNumber: number): { readonly text: string; readonly hash: Buffer } {
  const secret = newSecret();
  return { text: `${shopNumber.toString().padStart(6, '0')}${secret}`, hash: hashSecret(secret) };
}

export function readToken(text: string): LinkToken | undefined {
  const match = TOKEN.exec(text);
  if (match === null) return undefined;
  return { shopNumber: Number(match[1]), hash: hashSecret(match[2]!) };
}

/** 11 random digits and a Luhn digit: a mistyped code is told from one that does not exist. */
export function newCode(): string {
  const body = randomInt(0, 10 ** 11)
    .toString()
    .padStart(11, '0');
  return body + luhnDigit(body);
}

/** The 12 digits of a typed code, or undefined where it cannot be one. */
export function readCode(typed: string): string | undefined {
  const digits = typed.normalize('NFKC').replace(/[\s-]/g, '');
  const isCode = /^\d{12}$/.test(digits) && luhnDigit(digits.slice(0, 11)) === digits[11];
  return isCode ? digits : undefined;
}
