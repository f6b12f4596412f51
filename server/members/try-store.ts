// All SQL of sign_in_try. Private to this folder.
import type { Instant } from '../base/clock.ts';
import type { Sql } from '../base/database.ts';

/**
 * Counts a try as failed, in one statement, so that a thousand at once are a thousand; answers
 * until when it is locked, or null where the try may be made.
 */
export async function countTry(
  sql: Sql,
  subject: Buffer,
  input: {
    readonly now: Instant;
    readonly forgetBefore: Instant;
    readonly pausesSeconds: readonly number[];
  },
): Promise<Instant | null> {
  const taken = await sql.run(
    `insert into sign_in_try as t (subject, failures, last_at, locked_until)
     values ($1, 1, $2, nullif($2::timestamptz + ($4::int[])[1] * interval '1 second', $2))
     on conflict (subject) do update set
       failures = case when t.last_at < $3 then 1 else t.failures + 1 end,
       last_at = $2,
       locked_until = nullif($2::timestamptz + interval '1 second' * ($4::int[])[
         case when t.last_at < $3 then 1 else least(t.failures + 1, array_length($4::int[], 1)) end
       ], $2)
     where t.locked_until is null or t.locked_until <= $2`,
    [subject, input.now, input.forgetBefore, input.pausesSeconds],
  );
  if (taken > 0) return null;
  const [row] = await sql.query<{ locked_until: Instant | null }>(
    'select locked_until from sign_in_try where subject = $1',
    [subject],
  );
  return row?.locked_until ?? input.now;
}

/** It was no failure: forgets them all, and answers how many there were. */
export async function forgetTries(sql: Sql, subject: Buffer): Promise<number> {
  const rows = await sql.query<{ failures: number }>(
    'delete from sign_in_try where subject = $1 returning failures',
    [subject],
  );
  return (rows[0]?.failures ?? 1) - 1;
}

/** It was no failure: takes this one back, and the lock that it made. */
export async function takeTryBack(sql: Sql, subject: Buffer, freeTries: number): Promise<void> {
  await sql.run(
    `update sign_in_try set failures = failures - 1,
       locked_until = case when failures <= $2 then null else locked_until end
     where subject = $1 and failures > 0`,
    [subject, freeTries],
  );
}

export async function deleteOldTries(sql: Sql, before: Instant, limit: number): Promise<number> {
  return sql.run(
    `delete from sign_in_try where subject in (
       select subject from sign_in_try where last_at < $1 order by last_at limit $2)`,
    [before, limit],
  );
}
