// Mail addresses and mobile numbers: read, brought to one form, masked. What strangers typed comes
// in here; only what came out of here is sent to.
import { domainToASCII } from 'node:url';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { Channel } from './message.ts';

/**
 * Dots anywhere in the local part: addresses that Japanese mobile carriers once gave out break RFC
 * 5321 that way and live on.
 */
const LOCAL = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}$/;
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;

/**
 * The address in its one form (narrow, domain in lower case ASCII), or undefined where it is none.
 */
export function readMailAddress(text: string): string | undefined {
  const narrow = text.normalize('NFKC').trim();
  const at = narrow.lastIndexOf('@');
  const local = narrow.slice(0, Math.max(at, 0));
  const domain = domainToASCII(narrow.slice(at + 1));
  if (!LOCAL.test(local) || !DOMAIN.test(domain)) return undefined;
  const address = `${local}@${domain}`;
  return address.length <= 254 ? address : undefined;
}

/**
 * E.164 (`+819012345678`) of a Japanese mobile number in any usual writing, or undefined. Others
 * are left out: landlines take no SMS, and messages to far countries are what SMS fraud lives on.
 */
export function readMobileNumber(text: string): string | undefined {
  const narrow = text.normalize('NFKC').trim();
  if (narrow.length > 40) return undefined;
  const number = parsePhoneNumberFromString(narrow, { defaultCountry: 'JP', extract: false });
  if (number?.country !== 'JP' || number.getType() !== 'MOBILE') return undefined;
  return number.number;
}

/** The one form of an address of this channel, or undefined where the text is none. */
export function readAddress(channel: Channel, text: string): string | undefined {
  return channel === 'mail' ? readMailAddress(text) : readMobileNumber(text);
}

/** `t•••@example.jp`, `090••••5678`: enough to know it again, too little to use it. */
export function maskAddress(channel: Channel, address: string): string {
  if (channel === 'sms')
    return `${address.replace('+81', '0').slice(0, 3)}••••${address.slice(-4)}`;
  const at = address.lastIndexOf('@');
  return `${address.slice(0, 1)}•••${address.slice(at)}`;
}
