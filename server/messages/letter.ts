// The shape between words and form: what a message says, in order, before it is a mail or an SMS.
// Words are words-ja.ts and words-en.ts; form is compose-mail.ts and compose-sms.ts.

export interface Letter {
  readonly subject: string;
  readonly opening: readonly string[];
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  readonly action: { readonly label: string; readonly url: string } | null;
  /** A titled list, e.g. how to make sure that the message is genuine. */
  readonly advice: { readonly title: string; readonly lines: readonly string[] } | null;
  readonly closing: readonly string[];
  /** Short lines; each line goes on one of its own, so that a URL ends where it ends. */
  readonly sms: readonly string[];
}

/** What stands below every mail. */
export interface Foot {
  readonly shopTitle: string;
  readonly operatorTitle: string;
  readonly noReply: string;
}
