// A letter as an SMS, and how many segments an SMS has: what carriers bill and what phones join.
import type { Letter } from './letter.ts';
import type { MessageLocale } from './message.ts';
import type { OperatorNotice } from './operator-notice.ts';
import { oneLine } from './safe-text.ts';

/** What Japanese carriers carry in one joined message, in UTF-16 units. */
export const SMS_UNITS_MAX = 660;

const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ' +
  'ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const EXTENDED = '\f^{}\\[~]|€';

/**
 * Segments of an SMS (3GPP TS 23.038): 160 septets, or 153 each of several, where the alphabet of
 * phones has all of its characters; else UCS-2, 70 units, or 67 each of several.
 */
export function smsSegments(text: string): number {
  const septets = septetsOf(text);
  const [length, single, each] =
    septets === undefined ? [text.length, 70, 67] : [septets, 160, 153];
  return length <= single ? 1 : Math.ceil(length / each);
}

function septetsOf(text: string): number | undefined {
  let septets = 0;
  for (const character of text) {
    if (BASIC.includes(character)) septets += 1;
    else if (EXTENDED.includes(character)) septets += 2;
    else return undefined;
  }
  return septets;
}

/** The lines, and the operator's name below. Everything in it is bounded, so the whole is. */
export function composeSms(
  letter: Letter,
  locale: MessageLocale,
  operator: OperatorNotice,
): string {
  const name = oneLine(operator.operatorName[locale], 30);
  const text = [...letter.sms, locale === 'ja' ? `送金:${name}` : `By ${name}`].join('\n');
  if (text.length > SMS_UNITS_MAX) throw new Error('an SMS is longer than carriers take');
  return text;
}
