// What remittances need of the lines of bank statements: the shape, and the port through which they are read and settled.
// The lines themselves are kept by server/funds.
import type { PlainDate } from '../base/clock.ts';
import type { Yen } from '../base/money.ts';

/** A line of our settlement account, opened. */
export interface PaymentLine {
  readonly lineKey: string;
  readonly railAccountId: string;
  readonly direction: 'in' | 'out';
  /** 訂正: takes an earlier line back. */
  readonly isCorrection: boolean;
  readonly amountYen: Yen;
  readonly valueDate: PlainDate;
  readonly dispatchCode: string | null;
  /** 振込依頼人名 as the bank prints it: on a return, the name the money was sent to. */
  readonly payerName: string;
  readonly payerBankName: string;
  readonly payerBranchName: string;
  readonly remarks: string;
}

/** The lines of statements that wait to be applied, and where what was done with them is noted. */
export interface StatementLines {
  /** In the order in which they came; at most `limit`. */
  waiting(tenantId: string, limit: number): Promise<readonly PaymentLine[]>;
  settle(
    tenantId: string,
    lineKeys: readonly string[],
    to: {
      readonly status: 'applied' | 'queued' | 'ignored';
      readonly note: string;
      readonly appliedTo: string | null;
    },
  ): Promise<void>;
}
