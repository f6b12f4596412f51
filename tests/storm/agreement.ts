// What must hold after a storm, read from both sides: Kawase's tables and the bank's own books.
import type { Database } from '../../server/base/database.ts';
import { uuidOf } from '../../server/base/ids.ts';
import { findFaults } from '../deed-world.ts';
import type { BankBooks } from '../world.ts';
import type { StormShop, Told } from './clients.ts';

interface AttemptRow {
  readonly dispatch_code: string;
  readonly remittance_id: string;
  readonly amount_yen: number;
  readonly status: string;
  /** Its recipient may choose again when the money comes back. */
  readonly is_linked: boolean;
}

/** Everything that is wrong with one shop, in sentences; empty = they agree to the yen. */
export async function disagreements(
  db: Database,
  shop: StormShop,
  books: BankBooks,
): Promise<string[]> {
  const rows = <Row extends object>(sql: string) => db.query<Row>(sql, [shop.shopId]);
  const faults = await findFaults({
    rows: (sql, values = []) => db.query(sql, [shop.shopId, ...values]),
  });
  const attempts = await rows<AttemptRow>(
    `select a.dispatch_code, a.remittance_id, a.amount_yen, a.status,
       exists (select from receive_link l
         where l.shop_id = a.shop_id and l.remittance_id = a.remittance_id) as is_linked
     from attempt a join submission s on s.shop_id = a.shop_id and s.submission_id = a.submission_id
     where a.shop_id = $1 and s.rail = 'bank_transfer'`,
  );
  faults.push(...paymentFaults(attempts, books));
  const open = await rows<{ status: string; n: number }>(
    `select status, count(*) as n from remittance where shop_id = $1
       and status in ('processing', 'receivable', 'scheduled', 'awaiting_funds') group by status`,
  );
  for (const { status, n } of open) faults.push(`${n} remittances are still ${status}`);
  const [queued] = await rows<{ n: number }>(
    `select count(*) as n from statement_line where shop_id = $1 and status = 'queued'`,
  );
  if (queued!.n > 0) faults.push(`${queued!.n} lines of statements wait for a person`);
  const [cash] = await rows<{ balance_yen: number }>(
    `select balance_yen from ledger_account where shop_id = $1 and account like 'cash:%'`,
  );
  const grown = books.balanceYen - books.openingYen;
  if (cash?.balance_yen !== -grown) {
    faults.push(`cash stands at ${cash?.balance_yen}, the bank's account has grown by ${grown}`);
  }
  const [deposits] = await rows<{ n: number; sum: number }>(
    `select count(*) as n, coalesce(sum(amount_yen), 0) as sum from ledger_transfer
     where shop_id = $1 and cause = 'deposit'`,
  );
  const paidIn = books.deposits.reduce((sum, deposit) => sum + deposit.amountYen, 0);
  if (deposits?.sum !== paidIn) faults.push(`paid in ${paidIn}, deposited ${deposits?.sum}`);
  return faults.map((fault) => `${shop.name}: ${fault}`);
}

export const STANDS = /^(paid|recall_requested|recall_refused)$/;
const CAME_BACK = /^(returned|recalled)$/;

function paymentFaults(attempts: readonly AttemptRow[], books: BankBooks): string[] {
  const faults: string[] = [];
  const byCode = new Map(attempts.map((attempt) => [attempt.dispatch_code, attempt]));
  const codes = books.payments.map(({ ediInfo }) => ediInfo);
  if (new Set(codes).size !== codes.length) faults.push('the bank has a dispatch code twice');
  const debits = new Map<string, number>();
  for (const payment of books.payments) {
    const attempt = byCode.get(payment.ediInfo);
    if (attempt === undefined) {
      faults.push(`the bank has ${payment.ediInfo} (${payment.state}), Kawase does not`);
      continue;
    }
    byCode.delete(payment.ediInfo);
    const expected = STANDS.test(payment.state)
      ? ['paid']
      : CAME_BACK.test(payment.state)
        ? ['returned']
        : // A failure that was debited and given back shows as both lines in the statement.
          ['failed', 'returned'];
    if (!expected.includes(attempt.status) || attempt.amount_yen !== payment.amountYen) {
      faults.push(
        `${payment.ediInfo} is ${payment.state} at the bank and ${attempt.status} here ` +
          `(now ${books.now}, returned ${payment.returnedAt})`,
      );
    }
    const wasDebited = STANDS.test(payment.state) || CAME_BACK.test(payment.state);
    if (attempt.is_linked ? STANDS.test(payment.state) : wasDebited) {
      debits.set(attempt.remittance_id, (debits.get(attempt.remittance_id) ?? 0) + 1);
    }
  }
  for (const [id, count] of debits) if (count > 1) faults.push(`${id} was paid ${count} times`);
  for (const attempt of byCode.values()) {
    if (attempt.status !== 'failed') {
      faults.push(`${attempt.dispatch_code} is ${attempt.status} here and unknown to the bank`);
    }
  }
  return faults;
}

/** What merchants were told and what is there. */
export async function brokenPromises(db: Database, told: readonly Told[]): Promise<string[]> {
  const faults: string[] = [];
  const rows = await db.query<{ shop_id: string; reference: string; id: string; amount: number }>(
    `select shop_id, reference, remittance_id as id, amount_yen as amount from remittance`,
  );

  const kept = new Map(rows.map((row) => [`${row.shop_id}/${row.reference}`, row]));
  for (const { shop, reference, amount, ids, refused } of told) {
    const row = kept.get(`${shop.shopId}/${reference}`);
    if (ids.size > 1) faults.push(`${reference} was answered with ${ids.size} ids`);
    for (const id of ids) {
      if (row?.id !== uuidOf('rem', id)) faults.push(`${reference} was taken and is not there`);
      else if (row?.amount !== amount) faults.push(`${reference} has another amount`);
    }
    if (refused !== null && row !== undefined) faults.push(`${reference} was refused and is there`);
  }
  return faults;
}
