// From content to what is sent, in the recipient's language. Pure.
import { composeMail, type MailText } from './compose-mail.ts';
import { composeSms } from './compose-sms.ts';
import type { Content } from './content.ts';
import type { MessageLocale } from './message.ts';
import type { OperatorNotice } from './operator-notice.ts';
import { footEn, letterEn } from './words-en.ts';
import { footJa, letterJa } from './words-ja.ts';

export function renderMail(
  content: Content,
  locale: MessageLocale,
  operator: OperatorNotice,
): MailText {
  const letter = locale === 'ja' ? letterJa(content) : letterEn(content);
  const foot = locale === 'ja' ? footJa(content) : footEn(content);
  return composeMail({ content, letter, foot, locale, operator });
}

export function renderSms(
  content: Content,
  locale: MessageLocale,
  operator: OperatorNotice,
): string {
  const letter = locale === 'ja' ? letterJa(content) : letterEn(content);
  return composeSms(letter, locale, operator);
}
