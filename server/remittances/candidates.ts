// Which payments a statement line without a dispatch code may mean: same account of ours, same
// amount, not long ago, the same name. Asked across shops, because a live account serves many of
// them.
import type { Sql } from '../base/database.ts';
import type { StatementLine } from '../funds/statement-lines.ts';
import type { BankAccount } from '../recipients/bank-account.ts';
import { destinationPurpose } from './prepare.ts';
import type { RemittanceDeps } from './terms.ts';

export interface Candidate {
  readonly shopId: string;
  readonly attemptId: string;
  readonly dispatchCode: string;
}

const LOOK_BACK_DAYS = 60;
const MAX_CANDIDATES = 500;

interface Row {
  readonly shop_id: string;
  readonly attempt_id: string;
  readonly dispatch_code: string;
  readonly destination_sealed: Buffer;
}

export async function findCandidates(
  deps: RemittanceDeps,
  line: StatementLine,
): Promise<readonly Candidate[]> {
  const rows = await candidateRows(deps.deeds.db, line);
  // So many of one amount cannot be told apart by name with any confidence.
  if (rows.length >= MAX_CANDIDATES) return rows.map(toCandidate);
  const name = bare(line.words.payerName);
  return rows
    .filter((row) => {
      const text = deps.vault.open(row.destination_sealed, destinationPurpose(row.shop_id));
      return bare((JSON.parse(text) as BankAccount).holderName) === name;
    })
    .map(toCandidate);
}

function toCandidate(row: Row): Candidate {
  return { shopId: row.shop_id, attemptId: row.attempt_id, dispatchCode: row.dispatch_code };
}

/** Banks set spaces as they like. */
function bare(name: string): string {
  return name.replace(/\s/g, '');
}

/** A credit can be the return of what is paid or under way; a debit only of what is under way. */
function candidateRows(sql: Sql, line: StatementLine): Promise<Row[]> {
  const statuses = line.direction === 'in' ? ['paid', 'processing'] : ['processing'];
  return sql.query<Row>(
    `select a.shop_id, a.attempt_id, a.dispatch_code, r.destination_sealed
     from submission s
     join attempt a on a.shop_id = s.shop_id and a.submission_id = s.submission_id
     join remittance r on r.shop_id = a.shop_id and r.remittance_id = a.remittance_id
     where s.rail_account_id = $1 and a.amount_yen = $2 and a.status = any($3::text[])
       and s.transfer_date between $4 and $5
     order by a.attempt_id limit $6`,
    [
      line.railAccountId,
      line.amountYen,
      statuses,
      line.valueDate.subtract({ days: LOOK_BACK_DAYS }),
      line.valueDate,
      MAX_CANDIDATES,
    ],
  );
}
