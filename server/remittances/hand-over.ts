// Making a submission: attempts with their dispatch codes, durable before any rail is called. Used
// when remittances are first dispatched, and again for those whose former attempt is proven not to
// have paid.
import type { Instant, PlainDate } from '../base/clock.ts';
import type { Tx } from '../base/deed.ts';
import { uuidv7 } from '../base/ids.ts';
import { sumYen } from '../base/money.ts';
import type { Shop } from '../merchants/shop.ts';
import {
  type Attempt,
  attemptsByCodes,
  insertAttempts,
  insertSubmission,
  type StoredSubmission,
} from './attempt-store.ts';
import { dispatchCode } from './dispatch-code.ts';
import type { Remittance } from './remittance.ts';

const MAX_SALT = 20;

export interface HandOver {
  readonly submission: StoredSubmission;
  readonly attempts: readonly Attempt[];
}

/**
 * Writes one submission with an attempt for each remittance, and the work that will call the rail.
 */
export async function handOver(
  tx: Tx,
  shop: Shop,
  to: {
    readonly rail: string;
    readonly railAccountId: string;
    readonly transferDate: PlainDate;
    readonly cutOffAt: Instant;
    /**
     * Set where the rail turned out to have it already (recovery.ts): it is not to be called again.
     */
    readonly adopted?: { readonly railReference: string | null };
    /** When the rail is to be called; at once where left out. */
    readonly submitAt?: Instant;
  },
  remittances: readonly Remittance[],
): Promise<HandOver> {
  const { adopted, submitAt = tx.now, ...destination } = to;
  const submissionId = uuidv7(tx.now.epochMilliseconds);
  const codes = await freeCodes(tx, shop, remittances);
  const attempts = remittances.map(
    (remittance, index): Attempt => ({
      attemptId: uuidv7(tx.now.epochMilliseconds),
      remittanceId: remittance.remittanceId,
      number: remittance.attemptCount + 1,
      submissionId,
      itemNumber: index + 1,
      dispatchCode: codes[index]!,
      amountYen: remittance.amountYen,
      status: 'processing',
      reason: null,
      detail: '',
      createdAt: tx.now,
      settledAt: null,
    }),
  );
  const submission: StoredSubmission = {
    shopId: tx.shopId,
    submissionId,
    ...destination,
    itemCount: attempts.length,
    totalYen: sumYen(attempts.map((attempt) => attempt.amountYen)),
    status: adopted === undefined ? 'prepared' : 'accepted',
    railReference: adopted?.railReference ?? null,
    detail: '',
    createdAt: tx.now,
    calledAt: null,
  };
  await insertSubmission(tx, submission);
  await insertAttempts(tx, attempts);
  tx.addWork({
    kind: adopted === undefined ? 'remittances.submit' : 'remittances.inquire',
    key: submissionId,
    dueAt: submitAt,
    clock: 'shop',
  });
  return { submission, attempts };
}

/** Codes that no attempt of the shop bears yet; a clash (1 in 10^13) takes the next salt. */
async function freeCodes(
  tx: Tx,
  shop: Shop,
  remittances: readonly Remittance[],
): Promise<string[]> {
  const codeOf = (remittance: Remittance, salt: number) =>
    dispatchCode(shop.number, remittance.remittanceId, remittance.attemptCount + 1, salt);
  const codes = remittances.map((remittance) => codeOf(remittance, 0));
  const used = new Set((await attemptsByCodes(tx, tx.shopId, codes)).map((a) => a.dispatchCode));
  for (const [index, remittance] of remittances.entries()) {
    for (let salt = 1; used.has(codes[index]!); salt++) {
      if (salt > MAX_SALT) throw new Error('no free dispatch code');
      const code = codeOf(remittance, salt);
      const [clash] = await attemptsByCodes(tx, tx.shopId, [code]);
      if (clash === undefined && !used.has(code)) codes[index] = code;
    }
    used.add(codes[index]!);
  }
  return codes;
}
