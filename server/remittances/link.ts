// A receive link: its rules. How long it lives, what proves the recipient, when it locks. Pure;
// when the recipient is reminded is in reminders.ts, tokens in link-token.ts, SQL in link-store.ts.

import { mapCharacter } from '../../zengin/name-character.ts';
import { type Instant, type PlainDate, tokyoDate, tokyoInstant } from '../base/clock.ts';
import { invalidInput, type Refusal } from '../base/refusal.ts';
import type { ReminderLadder } from '../merchants/reminder-ladder.ts';
import type { Method } from './method.ts';
import type { StatusReason } from './remittance.ts';

export interface Question {
  readonly label: string;
  /** Digest of the folded answer, base64; in older links, of the normalised one. */
  readonly answer: string;
}

export interface Deliver {
  readonly email: string | null;
  readonly sms: string | null;
}

/** `killed`: another one took its place. `withdrawn`: the sender canceled the remittance. */
export type LinkStatus = 'open' | 'used' | 'killed' | 'expired' | 'declined' | 'withdrawn';

export interface ReceiveLink {
  readonly shopId: string;
  readonly linkId: string;
  readonly remittanceId: string;
  readonly tokenHash: Buffer;
  readonly tokenSealed: Buffer;
  readonly code: string;
  readonly status: LinkStatus;
  readonly methods: readonly Method[];
  readonly locale: 'ja' | 'en';
  readonly expiresAt: Instant;
  readonly questions: readonly Question[];
  readonly wrongTries: number;
  readonly lockedAt: Instant | null;
  readonly deliverSealed: Buffer | null;
  readonly saveAs: string | null;
  /** Where the recipient may go back to afterwards. */
  readonly returnUrl: string | null;
  /** Null = as the shop says. */
  readonly reminders: ReminderLadder | null;
  readonly inputSealed: Buffer | null;
  readonly refusalReason: StatusReason | null;
  /** Set while what waits for the recipient is taken back for another way to be chosen. */
  readonly switchingSince: Instant | null;
  readonly openedAt: Instant | null;
  readonly usedAt: Instant | null;
  readonly createdAt: Instant;
}

/** What a caller asks of a link, its form checked. */
export interface LinkWish {
  readonly methods: readonly Method[];
  readonly deliver: Deliver;
  /** Last day on which it is open, in Tokyo; null = the default number of days. */
  readonly expiresOn: PlainDate | null;
  readonly expiresInDays: number | null;
  readonly questions: readonly { readonly label: string; readonly value: string }[];
  readonly saveAs: string | null;
  readonly locale: 'ja' | 'en';
  /** As `readReturnUrl` answers it. */
  readonly returnUrl: string | null;
  readonly reminders: ReminderLadder | null;
}

export const DEFAULT_DAYS = 30;
export const MAX_DAYS = 365;
export const MAX_QUESTIONS = 3;
export const MAX_WRONG_TRIES = 5;
/** From this amount on a link needs at least one question. */
export const QUESTION_FROM_YEN = 10_000;

/** The link is open through its last day in Tokyo. */
export function expiryOf(
  wish: Pick<LinkWish, 'expiresOn' | 'expiresInDays'>,
  now: Instant,
): Instant | Refusal {
  const today = tokyoDate(now);
  const lastDay = wish.expiresOn ?? today.add({ days: wish.expiresInDays ?? DEFAULT_DAYS });
  const isPast = Temporal.PlainDate.compare(lastDay, today) < 0;
  const isFar = Temporal.PlainDate.compare(lastDay, today.add({ days: MAX_DAYS })) > 0;
  if (isPast || isFar) {
    return invalidInput([
      {
        pointer: '/destination/expires_on',
        code: 'invalid_expiry',
        ja: `受取期限は本日から${MAX_DAYS}日以内で指定してください。`,
        en: `The last day must be between today and ${MAX_DAYS} days ahead.`,
      },
    ]);
  }
  return tokyoInstant(lastDay.add({ days: 1 }), '00:00');
}

export function lastDayOf(link: Pick<ReceiveLink, 'expiresAt'>): PlainDate {
  return tokyoDate(link.expiresAt.subtract({ nanoseconds: 1 }));
}

/**
 * An answer in the spelling that requests are told apart by: width, case, spaces and hyphens do not
 * count. Digests outlive us, so it never changes.
 */
export function normalisedAnswer(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\-‐－ー]/g, '');
}

/** Voiced marks typed on their own: NFKC would part them from their letter. */
const LONE_MARKS: Readonly<Record<string, string>> = { '\u309b': '\u3099', '\u309c': '\u309a' };
const UNCOUNTED = /[\s\p{Pd}\p{Cf}−・.ー]/gu;

/**
 * As answers are compared: beside width, case and spaces, neither the kind of kana (やまだ, ヤマダ),
 * its size, long vowels nor any dash, dot or invisible mark counts.
 */
export function foldedAnswer(text: string): string {
  const joined = text.replace(/[\u309b\u309c]/g, (mark) => LONE_MARKS[mark]!).normalize('NFKC');
  return [...joined]
    .map((character) => mapCharacter(character)?.canonical ?? character)
    .join('')
    .toLowerCase()
    .replace(UNCOUNTED, '');
}

/** What is wrong with a wish for this amount; undefined = nothing. */
export function linkRefusal(wish: LinkWish, amountYen: number): Refusal | undefined {
  if (amountYen >= QUESTION_FROM_YEN && wish.questions.length === 0) {
    return invalidInput([
      {
        pointer: '/destination/verification',
        code: 'verification_required',
        ja: `${QUESTION_FROM_YEN.toLocaleString('ja-JP')}円以上の受取URLには確認の質問が1つ以上必要です。`,
        en: `A link of ${QUESTION_FROM_YEN} yen or more needs at least one verification question.`,
      },
    ]);
  }
  const empty = wish.questions.findIndex(({ value }) => foldedAnswer(value) === '');
  if (empty >= 0) {
    return invalidInput([
      {
        pointer: `/destination/verification/${empty}/value`,
        code: 'empty_answer',
        ja: '確認の答えは空白や記号だけにはできません。',
        en: 'An answer cannot be spaces and dashes alone.',
      },
    ]);
  }
  return undefined;
}
