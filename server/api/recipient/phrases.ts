// Dates, amounts, methods and reasons as recipients read them: easy words, in both languages. What
// merchants read about the same is in remittances/reason.ts.
import { type Instant, type PlainDate, tokyoDate } from '../../base/clock.ts';
import { yenInWords } from '../../base/money.ts';
import type { Rail } from '../../rails/rail.ts';
import { type Method, receivingOf } from '../../remittances/method.ts';
import type { StatusReason } from '../../remittances/remittance.ts';
import type { Locale } from '../locale.ts';
import type { Say } from './layout.ts';

const WEEKDAYS = '月火水木金土日';

/** 7月2日（木） */
export function dayInWords(locale: Locale, date: PlainDate): string {
  if (locale === 'ja') {
    return `${date.month}月${date.day}日（${WEEKDAYS[date.dayOfWeek - 1]}）`;
  }
  return date.toLocaleString('en-GB', { weekday: 'short', day: 'numeric', month: 'long' });
}

/** 7月1日（水）15時, 15:30 where there are minutes: when something closes. */
export function instantInWords(locale: Locale, at: Instant): string {
  const { hour, minute } = at.toZonedDateTimeISO('Asia/Tokyo');
  const minutes = minute.toString().padStart(2, '0');
  const day = dayInWords(locale, tokyoDate(at));
  if (locale === 'en') return `${hour}:${minutes} on ${day} (Japan time)`;
  return `${day}${hour}時${minute === 0 ? '' : `${minutes}分`}`;
}

export function amountInWords(locale: Locale, amountYen: number): string {
  return locale === 'ja' ? yenInWords(amountYen) : `${amountYen.toLocaleString('en-US')} yen`;
}

/** 「7月2日（木）中に入金予定」: a day, never an hour. */
export function arrivalInWords(
  locale: Locale,
  { expectedFrom, expectedTo }: { expectedFrom: PlainDate | null; expectedTo: PlainDate | null },
): string {
  if (expectedTo === null) return '';
  const to = dayInWords(locale, expectedTo);
  if (expectedFrom === null || expectedFrom.equals(expectedTo)) {
    return locale === 'ja' ? `${to}中に入金予定` : `on ${to}`;
  }
  const from = dayInWords(locale, expectedFrom);
  return locale === 'ja' ? `${from}〜${to}に入金予定` : `between ${from} and ${to}`;
}

/** What a method is called: a rail names its own. */
export function methodInWords(
  rails: ReadonlyMap<string, Rail<unknown>>,
  locale: Locale,
  method: Method,
): string {
  const names = receivingOf(rails, method)?.name;
  return (names ?? { ja: '銀行口座で受け取る', en: 'Bank account' })[locale];
}

export const accountTypes = (say: Say) => [
  { value: 'ordinary', label: say('普通', 'Ordinary (futsu)') },
  { value: 'current', label: say('当座', 'Current (toza)') },
  { value: 'savings', label: say('貯蓄', 'Savings (chochiku)') },
];

interface ForRecipient {
  readonly ja: string;
  readonly en: string;
}

const CHECK_ALL: ForRecipient = {
  ja: '銀行・支店・口座番号・名義を、通帳やアプリで確かめて直してください。',
  en: 'Check bank, branch, number and name with your passbook or banking app.',
};

const ADVICE: Partial<Record<StatusReason, ForRecipient>> = {
  name_mismatch: {
    ja: '口座の名義を、通帳のカナのとおりに直してください。',
    en: 'Correct the name: exactly as printed in kana in your passbook.',
  },
  account_number_mismatch: {
    ja: '口座番号を、通帳やアプリで確かめて直してください。',
    en: 'Check the account number with your passbook or banking app.',
  },
  account_type_mismatch: {
    ja: '普通・当座・貯蓄のどれかを確かめて直してください。',
    en: 'Check whether it is an ordinary, current or savings account.',
  },
  account_closed: {
    ja: '別の口座を入力してください。',
    en: 'Please enter another account.',
  },
  outside_hours: {
    ja: 'もう一度手続きをすると、次の営業日に送ります。',
    en: 'Confirm once more and it will be sent on the next business day.',
  },
  rail_unavailable: {
    ja: '時間をおいて、もう一度手続きをしてください。',
    en: 'Please wait a little and confirm once more.',
  },
  insufficient_funds: {
    ja: '時間をおいて、もう一度手続きをしてください。',
    en: 'Please wait a little and confirm once more.',
  },
  limit_exceeded: {
    ja: '別の口座か、別の受け取り方をお選びください。',
    en: 'Please choose another account or another way.',
  },
};

export function adviceFor(locale: Locale, reason: StatusReason): string {
  return (ADVICE[reason] ?? CHECK_ALL)[locale];
}

const SAME_AGAIN: readonly StatusReason[] = [
  'outside_hours',
  'rail_unavailable',
  'insufficient_funds',
  'other',
];

/** True where the very same account may take it the next time. */
export const mayGoAgain = (reason: StatusReason): boolean => SAME_AGAIN.includes(reason);
