// What must hold between Kawase and the real-time rails after a storm, read from both sides: each
// attempt has the fate that the rail's own books give it, and the prepaid money agrees to the yen.
import type { Database } from '../../server/base/database.ts';
import type { InstantWorld } from '../instant-world.ts';
import type { BankBooks } from '../world.ts';
import { STANDS } from './agreement.ts';
import type { Race } from './cash.ts';
import type { StormShop } from './clients.ts';
import { type Booked, booksOf } from './rail-books.ts';

interface AttemptRow {
  readonly dispatch_code: string;
  readonly remittance_id: string;
  readonly status: string;
  readonly rail: string;
  readonly received_yen: number | null;
  readonly remittance_status: string;
}

/** Everything that is wrong with one shop, in sentences; empty = all books agree to the yen. */
export async function instantDisagreements(
  db: Database,
  instant: InstantWorld,
  shop: StormShop,
  bank: BankBooks,
): Promise<string[]> {
  const { shopId } = shop;
  const attempts = await db.query<AttemptRow>(
    `select a.dispatch_code, a.remittance_id, a.status, s.rail, r.received_yen,
       r.status as remittance_status
     from attempt a join submission s on s.shop_id = a.shop_id and s.submission_id = a.submission_id
     join remittance r on r.shop_id = a.shop_id and r.remittance_id = a.remittance_id
     where a.shop_id = $1`,
    [shopId],
  );
  const all = await booksOf(instant, shopId);
  const faults: string[] = [];
  const standing = new Set(
    bank.payments.filter(({ state }) => STANDS.test(state)).map(({ ediInfo }) => ediInfo),
  );
  for (const [rail, { booked, spentYen }] of Object.entries(all)) {
    const ofRail = attempts.filter((attempt) => attempt.rail === rail);
    faults.push(...attemptFaults(rail, ofRail, booked));
    for (const { fate, code } of booked) if (fate === 'paid') standing.add(code);
    const prefundYen = await prefundOf(db, shopId, rail);
    if (prefundYen !== spentYen) {
      faults.push(`${rail}: ${spentYen} have left the rail, ${prefundYen} are booked here`);
    }
  }
  faults.push(...standingFaults(attempts, standing));
  return faults.map((fault) => `${shop.name}: ${fault}`);
}

async function prefundOf(db: Database, shopId: string, rail: string): Promise<number> {
  const [row] = await db.query<{ sum: number }>(
    `select coalesce(sum(balance_yen), 0) as sum from ledger_account l
     join rail_account r on l.account = 'prefund:' || r.rail_account_id
     where l.shop_id = $1 and r.rail = $2`,
    [shopId, rail],
  );
  return row!.sum;
}

function attemptFaults(
  rail: string,
  attempts: readonly AttemptRow[],
  booked: readonly Booked[],
): string[] {
  const faults: string[] = [];
  const byCode = new Map(attempts.map((attempt) => [attempt.dispatch_code, attempt]));
  if (new Set(booked.map(({ code }) => code)).size !== booked.length) {
    faults.push(`${rail} has a dispatch code twice`);
  }
  for (const { code, fate, paidYen } of booked) {
    const attempt = byCode.get(code);
    byCode.delete(code);
    if (attempt?.status !== fate) {
      faults.push(`${code} is ${fate} at ${rail} and ${attempt?.status ?? 'unknown'} here`);
    } else if (fate === 'paid' && attempt.received_yen !== paidYen) {
      faults.push(`${code} paid ${paidYen} at ${rail}, ${attempt.received_yen} here`);
    }
  }
  for (const { dispatch_code: code, status } of byCode.values()) {
    if (status !== 'failed') faults.push(`${code} is ${status} here and unknown to ${rail}`);
  }
  return faults;
}

/** Over all rails together: the money of a remittance is in one place. */
function standingFaults(attempts: readonly AttemptRow[], standing: ReadonlySet<string>): string[] {
  const faults: string[] = [];
  for (const [id, own] of Map.groupBy(attempts, (attempt) => attempt.remittance_id)) {
    const paid = own.filter(({ dispatch_code: code }) => standing.has(code));
    const status = own[0]!.remittance_status;
    if (paid.length > 1) faults.push(`${id} was paid by ${paid.map(({ rail }) => rail).join()}`);
    if ((status === 'paid') !== (paid.length === 1)) {
      faults.push(`${id} is ${status}, paid ${paid.length} times`);
    }
  }
  return faults;
}

/** Of take-back and pick-up exactly one has won, and both sides were told the truth. */
export async function unfairRaces(db: Database, races: readonly Race[]): Promise<string[]> {
  const faults: string[] = [];
  for (const { shop, remittanceId, isCanceled, isTaken } of races) {
    const [row] = await db.query<{ status: string }>(
      'select status from remittance where shop_id = $1 and remittance_id = $2',
      [shop.shopId, remittanceId],
    );
    if (isCanceled && isTaken) faults.push(`${remittanceId} was canceled and taken`);
    const is = row?.status;
    if (isCanceled && is !== 'canceled') faults.push(`${remittanceId}: canceled, and is ${is}`);
    if (isTaken && is !== 'paid') faults.push(`${remittanceId}: taken, and is ${is}`);
  }
  return faults;
}
