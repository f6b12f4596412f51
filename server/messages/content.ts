// What messages say, as data: the kinds and what each is filled with. How it is worded is
// words-ja.ts and words-en.ts. No account data is among it, by design.
import type { Sentence } from '../base/refusal.ts';

/** Whom it concerns and what it is about: said first in every message. */
interface About {
  readonly shopName: string;
  /** Whom a recipient asks about the refund itself: name, telephone, mail; may have lines. */
  readonly shopContact: string;
  /** 「○○公演中止の払い戻し」 */
  readonly reason: string;
  readonly amountYen: number;
}

/** The way to the recipient's page, by tapping and without. */
interface Way {
  /** http or https; pays whoever opens it, so it stands nowhere else in clear. */
  readonly url: string;
  /** 12 digits, shown 4-4-4. */
  readonly referenceCode: string;
  /** The well-known page (`https://…/r`) where the code is typed. */
  readonly checkUrl: string;
  /** Last day, ISO date in Japan. */
  readonly lastDay: string;
}

export interface ReceiptNumber {
  readonly label: Sentence;
  /** Digits as they are typed at the machine. */
  readonly value: string;
}

export type Content =
  | (About & Way & { readonly kind: 'receive_link' | 'receive_reminder' | 'link_reissued' })
  /** The bank refused: the same page is open again. `cause` without account data. */
  | (About & Way & { readonly kind: 'account_refused'; readonly cause: Sentence })
  /** `numbers` as they are typed at the ATM, in that order. */
  | (About & {
      readonly kind: 'receipt_information';
      readonly numbers: readonly ReceiptNumber[];
      /** What the rail has said of it before the choice: where the coins are. */
      readonly note?: Sentence | null;
      readonly lastDay: string;
      /** A page with the same numbers and how to use them; null = none. */
      readonly url: string | null;
    })
  /** `arrival`: the day on which the money is there, null = it is there now. */
  | (About & {
      readonly kind: 'paid';
      readonly method: Sentence;
      readonly arrivalDay: string | null;
      readonly url: string | null;
    })
  /**
   * What was chosen has been taken; `by` the shop where its staff wrote down what the recipient
   * told them. `arrivalDay`: the day on which the money should be there, null = at once.
   */
  | (About & {
      readonly kind: 'choice_taken';
      readonly by: 'recipient' | 'shop';
      readonly arrivalDay: string | null;
      readonly url: string;
    })
  /** The recipient took the choice back to make another. */
  | (About & Way & { readonly kind: 'choice_reopened' })
  /** 組戻し: whoever got the money does not give it back. */
  | (About & { readonly kind: 'recall_refused'; readonly url: string })
  | (About & { readonly kind: 'expired_notice'; readonly lastDay: string })
  | (About & { readonly kind: 'declined_confirmation' })
  /** The shop canceled it: what was sent before leads nowhere. */
  | (About & { readonly kind: 'link_withdrawn' })
  /** Too many wrong answers; only the shop can unlock. */
  | (About & { readonly kind: 'verification_locked'; readonly referenceCode: string });

export type ContentKind = Content['kind'];

const ISO_DATE = /^\d{4}-\d{2}-\d{2}$/;

/** Throws (a bug of the caller) where a URL, a code, a date or an amount is not one. */
export function checkContent(content: Content): void {
  const fault = (what: string) => new Error(`a ${content.kind} message has a wrong ${what}`);
  if (!Number.isSafeInteger(content.amountYen) || content.amountYen < 1) throw fault('amount');
  const urls = [
    'url' in content ? content.url : null,
    'checkUrl' in content ? content.checkUrl : null,
  ];
  for (const url of urls) {
    if (url !== null && !isWebAddress(url)) throw fault('URL');
  }
  if ('referenceCode' in content && !/^\d{12}$/.test(content.referenceCode)) {
    throw fault('reference code');
  }
  const days = [
    'lastDay' in content ? content.lastDay : null,
    'arrivalDay' in content ? content.arrivalDay : null,
  ];
  for (const day of days) {
    if (day !== null && !ISO_DATE.test(day)) throw fault('day');
  }
  if ('numbers' in content && !content.numbers.every(({ value }) => /^\d{1,20}$/.test(value))) {
    throw fault('receipt number');
  }
}

/** Printable ASCII without what could leave an attribute or a line; http and https only. */
function isWebAddress(text: string): boolean {
  if (!/^https?:\/\/[\w.~:/?#[\]@!$&()*+,;=%-]+$/.test(text) || text.length > 1_000) return false;
  const url = URL.parse(text);
  return url !== null && url.username === '' && url.password === '';
}
