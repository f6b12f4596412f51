// What was done for one remittance, from where each fact is kept: every attempt with the submission
// it went in, and every ledger transfer. Masked; what it all means is told by find.ts and view.ts.
import type { Sql } from '../base/database.ts';
import { type StoredTransfer, transfersOfCauses } from '../ledger/books.ts';
import {
  type Attempt,
  attemptsOfRemittance,
  type StoredSubmission,
  submissionById,
} from './attempt-store.ts';
import type { Remittance } from './remittance.ts';

export interface Trail {
  /** In the order they were made. */
  readonly attempts: readonly {
    readonly attempt: Attempt;
    readonly submission: StoredSubmission;
  }[];
  /** Oldest first. */
  readonly transfers: readonly StoredTransfer[];
}

export async function trailOf(
  sql: Sql,
  { shopId, remittanceId }: Pick<Remittance, 'shopId' | 'remittanceId'>,
): Promise<Trail> {
  const found = await attemptsOfRemittance(sql, shopId, remittanceId);
  found.sort((one, other) => one.number - other.number);
  const causes = [remittanceId, ...found.map(({ attemptId }) => attemptId)];
  const [transfers, ...submissions] = await Promise.all([
    transfersOfCauses(sql, shopId, causes),
    ...found.map(({ submissionId }) => submissionById(sql, shopId, submissionId)),
  ]);
  const attempts = found.map((attempt, index) => {
    const submission = submissions[index];
    if (submission === undefined) throw new Error('an attempt without its submission');
    return { attempt, submission };
  });
  return { attempts, transfers };
}
