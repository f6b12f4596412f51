// The shape of the wallet's books: worlds, members, charges, notices. What changes them is in
// entries.ts, how in apply.ts; nothing else may.

import type { Faults, Settings } from './settings.ts';

export type MemberStatus = 'active' | 'closed' | 'restricted';

export interface Member {
  readonly memberNumber: string;
  readonly name: string;
  /** Shown among the phones of the first page. */
  readonly isShown: boolean;
  status: MemberStatus;
  balanceYen: number;
  readonly charges: Charge[];
  /** What was spent in shops, newest last. */
  readonly spends: { readonly at: number; readonly amountYen: number }[];
}

export type ChargeState = 'accepted' | 'executed' | 'failed' | 'refused' | 'reversed';

/** One request, whatever became of it: a refused one is kept so that it stays refused. */
export interface Charge {
  readonly requestId: string;
  /** Null where refused. */
  readonly chargeId: string | null;
  /** What was asked for, to tell a repeat from another request. */
  readonly asked: string;
  readonly memberNumber: string | null;
  readonly amountYen: number;
  readonly acceptedAt: number;
  state: ChargeState;
  code: string | null;
  changedAt: number;
  executedAt: number | null;
}

/** One change of a charge that the partner is told of. */
export interface Notice {
  readonly noticeId: string;
  readonly requestId: string;
  readonly status: ChargeState;
  readonly code: string | null;
  readonly at: number;
  /** Deliveries beyond the first. */
  readonly repeats: number;
  state: 'waiting' | 'delivered' | 'dropped' | 'given_up';
}

/** A member's consent, until a charge uses it. */
export interface Token {
  readonly token: string;
  readonly memberNumber: string;
  readonly expiresAt: number;
  usedBy: string | null;
}

/** What somebody outside has decided of a charge. */
export type Plan =
  | { readonly kind: 'fails'; readonly code: string }
  | { readonly kind: 'reversed' };

/** What happens to a charge by itself at a time. */
export interface Due {
  readonly at: number;
  readonly requestId: string;
  readonly to: 'execute' | 'reverse';
}

export interface Birth {
  readonly worldId: string;
  readonly partnerName: string;
  readonly keyId: string;
  readonly secret: string;
  readonly noticeSecret: string;
  readonly openingPrefundYen: number;
  readonly settings: Settings;
  readonly bornAt: number;
}

export interface Clock {
  readonly offsetMs: number;
  /** The clock stands here; null: it runs. */
  readonly heldAt: number | null;
}

export interface World extends Omit<Birth, 'settings'> {
  clock: Clock;
  settings: Settings;
  faults: Faults;
  webhookUrl: string | null;
  returnOrigins: readonly string[];
  prefundYen: number;
  /** All that was ever paid in. */
  paidInYen: number;
  readonly members: Map<string, Member>;
  readonly charges: Map<string, Charge>;
  readonly tokens: Map<string, Token>;
  readonly planned: Map<string, Plan>;
  readonly notices: Map<string, Notice>;
  readonly waitingNotices: Set<string>;
  /** In order of time. */
  readonly due: Due[];
  /** Where a magic number has already lost an answer: once per member and amount. */
  readonly struck: Set<string>;
}

export interface Books {
  readonly worlds: Map<string, World>;
  readonly byKeyId: Map<string, World>;
}
