// Remittances that look like one that is about to be made: the same account, the same amount, not
// long ago. Whether it is meant twice only a person knows.
import type { Instant } from '../base/clock.ts';
import type { Sql } from '../base/database.ts';

export interface Payment {
  /** Blind index of the whole account: the first of its search keys. */
  readonly accountKey: string;
  readonly amountYen: number;
}

export interface LookAlike extends Payment {
  readonly reference: string;
  readonly createdAt: Instant;
}

const MAX_FOUND = 5_000;

/** Newest first; what came to nothing is nobody's double. */
export async function lookAlikesOf(
  sql: Sql,
  shopId: string,
  payments: readonly Payment[],
  since: Instant,
): Promise<LookAlike[]> {
  if (payments.length === 0) return [];
  const rows = await sql.query<{
    reference: string;
    amount_yen: number;
    search_keys: readonly string[];
    created_at: Instant;
  }>(
    `select reference, amount_yen, search_keys::text[] as search_keys, created_at
     from remittance
     where shop_id = $1 and search_keys && $2::bigint[] and amount_yen = any($3::bigint[])
       and created_at >= $4 and status not in ('canceled', 'expired', 'failed', 'returned')
     order by remittance_id desc limit $5`,
    [
      ...[shopId, payments.map(({ accountKey }) => accountKey)],
      ...[payments.map(({ amountYen }) => amountYen), since, MAX_FOUND],
    ],
  );
  const asked = new Set(payments.map(({ accountKey }) => accountKey));
  return rows.flatMap((row) => {
    const accountKey = row.search_keys.find((key) => asked.has(key));
    if (accountKey === undefined) return [];
    const { reference, amount_yen: amountYen, created_at: createdAt } = row;
    return { accountKey, amountYen, reference, createdAt };
  });
}
