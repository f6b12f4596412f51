// The recipient's side of a rail: the receiving method it carries, in words, what a recipient is
// asked for it, and where they sign in elsewhere. The pages are made of this and know no rail.
import type { Yen } from '../base/money.ts';
import type { Sentence } from '../base/refusal.ts';
import type { RailAccount } from './rail-account.ts';

/** One line to be typed. */
export interface EntryField {
  /** Lower case; its name in the form. */
  readonly name: string;
  readonly label: Sentence;
  readonly hint: Sentence;
  /** Exactly so many digits; null = any text. */
  readonly digits: number | null;
}

/** What is asked of a recipient under one contract. Nothing of both: the choice is enough. */
export interface Entry {
  readonly fields: readonly EntryField[];
  /** They may, or, where there are no fields, must, sign in at the provider. */
  readonly signsIn: boolean;
}

/** What a recipient reads of the method, for one amount under one contract. */
export interface ReceivingWords {
  /** When it is there. */
  readonly when: Sentence;
  /** What is needed for it. */
  readonly needs: Sentence;
  /** Limits and peculiarities to be known before the choice; null = none. */
  readonly note: Sentence | null;
  /** On the button that asks for it. */
  readonly take: Sentence;
  /** Once it is paid, as a sentence. */
  readonly done: Sentence;
}

/** Whether the destination can take the amount. `unanswered`: nothing is concluded. */
export type ReceivingCheck =
  | { readonly kind: 'fits' }
  | { readonly kind: 'refused'; readonly why: Sentence }
  | { readonly kind: 'unanswered'; readonly detail: string };

/** What the recipient came back with. `failed`: this sign-in is void, another one is in order. */
export type SignedIn<Destination> =
  | { readonly kind: 'signed_in'; readonly destination: Destination }
  | { readonly kind: 'declined' }
  | { readonly kind: 'failed'; readonly detail: string };

/** The way to the provider's own page and back. */
export interface SignIn<Destination> {
  /** On the button that leads there. */
  readonly button: Sentence;
  /** What happens there, said before. */
  readonly about: Sentence;
  /** Where the browser is sent begins with this: the policy of the page before must allow it. */
  origin(account: RailAccount): string;
  /**
   * Where the browser is sent. `state` comes back with it; `random` is 32 bytes; `secret` stays
   * sealed in the recipient's browser. Providers know `returnUrl` character by character.
   */
  begin(
    account: RailAccount,
    question: {
      readonly state: string;
      readonly returnUrl: string;
      readonly random: Uint8Array;
    },
  ): { readonly url: string; readonly secret: string };
  /** Asked once for what came back; never throws for what the network does. */
  finish(
    account: RailAccount,
    answer: {
      readonly query: URLSearchParams;
      readonly state: string;
      readonly secret: string;
      readonly returnUrl: string;
    },
    signal: AbortSignal,
  ): Promise<SignedIn<Destination>>;
}

/** Shown to the recipient and forgotten: never stored, never logged. */
export type Revealed =
  | { readonly kind: 'code'; readonly code: string; readonly expiresOn: string | null }
  | { readonly kind: 'unknown'; readonly detail: string };

export interface Receiving<Destination = unknown> {
  /** The receiving method: `atm_cash`, ... Never changes; fees, links and contracts name it. */
  readonly method: string;
  /** 「au PAY 残高」: in lists and on the choice. */
  readonly name: Sentence;
  words(account: RailAccount, amountYen: Yen): ReceivingWords;
  entry(account: RailAccount): Entry;
  /** The destination of what was typed (nothing, where nothing is asked); undefined = not one. */
  read(account: RailAccount, typed: Readonly<Record<string, string>>): Destination | undefined;
  /** Rows for the page before the money moves. */
  facts(destination: Destination): readonly (readonly [Sentence, string])[];
  /** As merchants may see it in lists and events; snake_case. */
  masked(destination: Destination): Readonly<Record<string, string>>;
  /** Asks the provider; free of effects. The caller limits how often. */
  check?(
    account: RailAccount,
    destination: Destination,
    amountYen: Yen,
    signal: AbortSignal,
  ): Promise<ReceivingCheck>;
  readonly signIn?: SignIn<Destination>;
  /** True where what is paid is a code that the recipient must be shown. */
  reveals?(account: RailAccount): boolean;
  reveal?(
    account: RailAccount,
    payment: {
      readonly dispatchCode: string;
      readonly amountYen: Yen;
      readonly railReference: string;
    },
    signal: AbortSignal,
  ): Promise<Revealed>;
}
