// The lines of the journal: everything that ever happens to the books. What each does is in
// apply.ts.

import type { Birth, Charge, Clock, Due, Member, Notice, Plan, Token } from './books.ts';
import type { Faults, Settings } from './settings.ts';

export type NewMember = Pick<Member, 'memberNumber' | 'name' | 'isShown' | 'status' | 'balanceYen'>;
type NewNotice = Pick<Notice, 'noticeId' | 'repeats'> & { readonly dropped: boolean };

interface Of {
  /** The world. */
  readonly w: string;
}

export type Entry =
  | { readonly t: 'world'; readonly birth: Birth; readonly clock: Clock }
  | (Of & { readonly t: 'clock'; readonly clock: Clock })
  | (Of & { readonly t: 'settings'; readonly patch: Partial<Settings> })
  | (Of & { readonly t: 'faults'; readonly faults: Faults })
  | (Of & { readonly t: 'webhook'; readonly url: string | null })
  | (Of & { readonly t: 'returns'; readonly origins: readonly string[] })
  | (Of & { readonly t: 'paid-in'; readonly amountYen: number })
  | (Of & { readonly t: 'member'; readonly member: NewMember })
  | (Of & {
      readonly t: 'member-changed';
      readonly memberNumber: string;
      readonly status?: Member['status'];
      readonly balanceYen?: number;
    })
  | (Of & {
      readonly t: 'spent';
      readonly memberNumber: string;
      readonly amountYen: number;
      readonly at: number;
    })
  | (Of & {
      readonly t: 'planned';
      readonly requestId: string;
      /** Null: nothing is planned any more. */
      readonly plan: Plan | null;
    })
  | (Of & { readonly t: 'token'; readonly token: Omit<Token, 'usedBy'> })
  | (Of & {
      readonly t: 'accepted';
      readonly charge: Omit<Charge, 'state' | 'code' | 'changedAt' | 'executedAt'>;
      readonly token: string | null;
      readonly due: Due;
    })
  | (Of & {
      readonly t: 'refused';
      readonly charge: Omit<Charge, 'state' | 'code' | 'changedAt' | 'executedAt'>;
      readonly code: string;
    })
  | (Of & {
      readonly t: 'changed';
      readonly requestId: string;
      readonly to: 'executed' | 'failed' | 'reversed';
      readonly code: string | null;
      readonly at: number;
      readonly notice: NewNotice;
      /** What follows from it by itself. */
      readonly next: Due | null;
    })
  | (Of & { readonly t: 'struck'; readonly key: string })
  | (Of & { readonly t: 'notice'; readonly noticeId: string; readonly state: Notice['state'] });
