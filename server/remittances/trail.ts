// What was done for one remittance, from where each fact is kept: every attempt with the submission
// it went in, and every ledger transfer. Masked; what it all means is told by find.ts and view.ts.
import type { Sql } from '../base/database.ts';
import { type StoredTransfer, transfersOfCauses } from '../ledger/books.ts';
import { messagesOf, type ShownMessage } from '../messages/queue-message.ts';
import {
  type Attempt,
  attemptsOfRemittance,
  type StoredSubmission,
  submissionById,
} from './attempt-store.ts';
import { newestLinkOf } from './link-store.ts';
import type { Remittance } from './remittance.ts';
import type { RemittanceDeps } from './terms.ts';

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

/** What the recipient was and will be told by the newest link, oldest first; addresses masked. */
export async function messagesOfLink(
  { deeds, vault }: Pick<RemittanceDeps, 'deeds' | 'vault'>,
  shopId: string,
  remittanceId: string,
): Promise<readonly ShownMessage[]> {
  const { db } = deeds;
  const link = await newestLinkOf(db, shopId, remittanceId);
  return link === undefined ? [] : messagesOf({ db, vault }, shopId, link.linkId);
}
