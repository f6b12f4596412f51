// What can happen to the books, as lines of the journal. `w` is the world.

import type { Issue, RefusalCode, RefusedRequest, WorldBirth } from './books.ts';
import type { Faults, Settings } from './settings.ts';

/** How the notice of a change fares: decided with the change, so that a replay tells the same. */
export interface NoticeFate {
  readonly noticeId: string;
  readonly repeats: number;
  readonly isDropped: boolean;
}

/** What ends a leg: taken, out of time, or called back by the sender. */
export type Step = 'notes' | 'coins' | 'expired' | 'taken_back';

export type Entry =
  | { readonly t: 'world'; readonly birth: WorldBirth; readonly clock: Clock }
  | { readonly t: 'clock'; readonly w: string; readonly clock: Clock }
  | { readonly t: 'faults'; readonly w: string; readonly faults: Faults }
  | { readonly t: 'settings'; readonly w: string; readonly patch: Partial<Settings> }
  | { readonly t: 'webhook'; readonly w: string; readonly url: string | null }
  | { readonly t: 'funded'; readonly w: string; readonly amountYen: number; readonly at: number }
  | {
      readonly t: 'planned';
      readonly w: string;
      readonly requestId: string;
      /** Null: nothing is planned any more. */
      readonly refusal: RefusalCode | null;
    }
  | { readonly t: 'issued'; readonly w: string; readonly issue: Issue }
  | { readonly t: 'refused'; readonly w: string; readonly refused: RefusedRequest }
  | {
      readonly t: 'wrong';
      readonly w: string;
      readonly requestId: string;
      readonly at: number;
      /** Present where this try locks the receipt. */
      readonly locks: NoticeFate | null;
    }
  | { readonly t: 'unlocked'; readonly w: string; readonly requestId: string }
  | {
      readonly t: 'step';
      readonly w: string;
      readonly requestId: string;
      readonly step: Step;
      readonly at: number;
      readonly notice: NoticeFate;
    }
  | {
      readonly t: 'notice';
      readonly w: string;
      readonly noticeId: string;
      readonly state: 'unsent' | 'delivered';
    };

interface Clock {
  readonly offsetMs: number;
  readonly heldAt: number | null;
}
