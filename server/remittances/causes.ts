// The public id of what a ledger transfer was made for: a remittance (also by one of its attempts)
// or a deposit.
import type { Sql } from '../base/database.ts';
import { publicId } from '../base/ids.ts';
import type { StoredTransfer } from '../ledger/books.ts';

/** By cause id; a transfer's cause tells which kind of thing the id is. */
export async function causesToIds(
  sql: Sql,
  shopId: string,
  transfers: readonly StoredTransfer[],
): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  const attempts: string[] = [];
  for (const { cause, causeId } of transfers) {
    if (cause === 'instruct' || cause === 'release') ids.set(causeId, publicId('rem', causeId));
    else if (cause.startsWith('deposit')) ids.set(causeId, publicId('dep', causeId));
    else attempts.push(causeId);
  }
  if (attempts.length === 0) return ids;
  const rows = await sql.query<{ attempt_id: string; remittance_id: string }>(
    `select attempt_id, remittance_id from attempt
     where shop_id = $1 and attempt_id = any($2::uuid[])`,
    [shopId, attempts],
  );
  for (const row of rows) ids.set(row.attempt_id, publicId('rem', row.remittance_id));
  return ids;
}
