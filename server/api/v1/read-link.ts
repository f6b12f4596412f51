// From the JSON of a link destination to what the domain takes: addresses read, dates that exist.
import type { Static } from 'typebox';
import { invalidInput, Refusal, type RefusalDetail } from '../../base/refusal.ts';
import type { Rung } from '../../merchants/reminder-ladder.ts';
import { readMailAddress, readMobileNumber } from '../../messages/address.ts';
import type { InstructedDestination } from '../../remittances/instruction.ts';
import type { Deliver as DeliverTo } from '../../remittances/link.ts';
import { readReturnUrl, returnUrlRefused } from '../../remittances/return-url.ts';
import { readDay } from './read-day.ts';
import type { Deliver, LinkDestination, Reminder } from './remittance-schemas.ts';

export function readLink(json: Static<typeof LinkDestination>): InstructedDestination | Refusal {
  const deliver = readDeliver(json.deliver ?? {}, '/destination/deliver');
  if (deliver instanceof Refusal) return deliver;
  if (json.expires_on !== undefined && json.expires_in_days !== undefined) return twoExpiries();
  const expiresOn = readDay('/destination/expires_on', json.expires_on);
  if (expiresOn instanceof Refusal) return expiresOn;
  const returnUrl = json.return_url === undefined ? null : readReturnUrl(json.return_url);
  if (returnUrl !== null && typeof returnUrl !== 'string') return returnUrlRefused(returnUrl);
  return {
    type: 'link',
    wish: {
      methods: json.methods as never,
      deliver,
      expiresOn,
      expiresInDays: json.expires_in_days ?? null,
      questions: json.verification ?? [],
      saveAs: json.save_as ?? null,
      locale: json.locale ?? 'ja',
      returnUrl,
      reminders: json.reminders === undefined ? null : json.reminders.map(readRung),
    },
  };
}

/** One of the two days is there: the schema takes no other number of fields. */
function readRung(json: Static<typeof Reminder>): Rung {
  const { channel, days_after: after, days_before_expiry: before } = json;
  return after === undefined ? { before: before!, channel } : { after, channel };
}

function twoExpiries(): Refusal {
  return invalidInput([
    {
      pointer: '/destination/expires_in_days',
      code: 'two_expiries',
      ja: 'expires_on と expires_in_days は、どちらか一方だけ指定してください。',
      en: 'Give expires_on or expires_in_days, not both.',
    },
  ]);
}

/** Addresses in the form in which they are kept and compared. */
export function readDeliver(json: Static<typeof Deliver>, pointer: string): DeliverTo | Refusal {
  const email = json.email === undefined ? null : (readMailAddress(json.email) ?? undefined);
  const sms = json.sms === undefined ? null : (readMobileNumber(json.sms) ?? undefined);
  const faults: RefusalDetail[] = [];
  if (email === undefined) {
    faults.push({
      pointer: `${pointer}/email`,
      code: 'invalid_mail_address',
      ja: 'メールアドレスの形式が正しくありません。',
      en: 'This is no mail address.',
    });
  }
  if (sms === undefined) {
    faults.push({
      pointer: `${pointer}/sms`,
      code: 'invalid_mobile_number',
      ja: '携帯電話番号の形式が正しくありません（例：090-1234-5678）。',
      en: 'This is no Japanese mobile number (e.g. 090-1234-5678).',
    });
  }
  if (email === undefined || sms === undefined) return invalidInput(faults);
  return { email, sms };
}
