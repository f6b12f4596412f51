// The entries of the bank's journal: everything that can change the books. How each does is in
// apply.ts and bookings.ts.

import type {
  AccessToken,
  Deposit,
  FileContent,
  OrderRequest,
  PaymentRequest,
  PaymentState,
  Step,
  TakenFile,
  VirtualAccount,
  World,
  WorldBirth,
} from './books.ts';
import type { Fate } from './reasons.ts';
import type { Faults, Settings } from './settings.ts';

/** One payment's change, with what it books. */
export interface Move {
  readonly p: number;
  readonly to: PaymentState;
  readonly reason?: string;
  /** The account is debited, credited, or debited and at once credited. */
  readonly book?: 'out' | 'in' | 'out-in';
  readonly withoutEdi?: boolean;
  readonly next?: Step;
  readonly resettleAt?: number;
}

/**
 * The journal's entries. `w` names the world, `at` is its time in milliseconds; entries `together`
 * are remembered all or not at all.
 */
export type Entry =
  | { t: 'world'; birth: WorldBirth; clock: World['clock'] }
  | { t: 'together'; w: string; entries: Entry[] }
  | { t: 'clock'; w: string; clock: World['clock'] }
  | { t: 'settings'; w: string; patch: Partial<Settings> }
  | { t: 'faults'; w: string; faults: Faults }
  | { t: 'webhook'; w: string; url: string | null }
  | { t: 'subscribe'; w: string; on: boolean }
  | { t: 'fate'; w: string; ediInfo: string; others?: string[]; fate: Fate }
  | { t: 'struck'; w: string; key: string }
  | { t: 'token'; w: string; refresh: string; former: string; access: string; token: AccessToken }
  | { t: 'token-used'; w: string }
  | { t: 'tokens-expired'; w: string }
  | {
      t: 'order';
      w: string;
      at: number;
      order: OrderRequest;
      items: PaymentRequest[];
      /** itemNumbers that are refused while the others are taken. */
      rejected: number[];
      dueAt: number;
    }
  | {
      t: 'decided';
      w: string;
      at: number;
      applyNo: string;
      to: 'reserved' | 'sent_back' | 'withdrawn' | 'canceled' | 'expired';
      dueAt?: number;
    }
  | { t: 'moved'; w: string; at: number; moves: Move[] }
  | { t: 'step'; w: string; p: number; step: Step }
  | {
      t: 'deposit';
      w: string;
      at: number;
      deposit: Omit<Deposit, 'number' | 'at' | 'canceledAt' | 'cancelNumber'>;
      notice: { messageId: string; repeats: number; dropped: boolean } | null;
    }
  | { t: 'deposit-canceled'; w: string; at: number; depositId: string }
  | { t: 'notice'; w: string; messageIds: string[]; state: 'unsent' | 'delivered' }
  | { t: 'va'; w: string; accounts: Omit<VirtualAccount, 'status' | 'changedAt' | 'totalYen'>[] }
  | { t: 'va-status'; w: string; at: number; vaIds: string[]; status: '1' | '2' | '3' }
  | { t: 'intake'; w: string; intake: string; taken: Omit<TakenFile, 'duplicates'> | null }
  | { t: 'duplicate'; w: string; intake: string; of: string }
  | { t: 'file'; w: string; at: number; name: string; content: FileContent }
  | { t: 'file-again'; w: string; name: string }
  | { t: 'written'; w: string; name: string };
