// All SQL of sign_in.
import type { Instant } from '../base/clock.ts';
import type { Sql } from '../base/database.ts';
import type { Tx } from '../base/deed.ts';

export type SignInStatus = 'open' | 'answered' | 'done' | 'declined' | 'failed';

export interface StoredSignIn {
  readonly signInId: string;
  readonly linkId: string;
  readonly method: string;
  readonly railAccountId: string;
  readonly stateHash: Buffer;
  readonly status: SignInStatus;
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
}

const SELECT = `
  select sign_in_id as "signInId", link_id as "linkId", method,
    rail_account_id as "railAccountId", state_hash as "stateHash", status,
    created_at as "createdAt", expires_at as "expiresAt"
  from sign_in`;

export async function signInByState(
  sql: Sql,
  shopId: string,
  stateHash: Buffer,
): Promise<StoredSignIn | undefined> {
  const rows = await sql.query<StoredSignIn>(`${SELECT} where shop_id = $1 and state_hash = $2`, [
    shopId,
    stateHash,
  ]);
  return rows[0];
}

export async function insertSignIn(tx: Tx, signIn: StoredSignIn): Promise<void> {
  await tx.run(
    `insert into sign_in (shop_id, sign_in_id, link_id, method, rail_account_id, state_hash,
       created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      tx.shopId,
      signIn.signInId,
      signIn.linkId,
      signIn.method,
      signIn.railAccountId,
      signIn.stateHash,
      signIn.createdAt,
      signIn.expiresAt,
    ],
  );
}

/** Those of a link beyond the newest `keep` go: nobody comes back to them. */
export async function forgetSignIns(tx: Tx, linkId: string, keep: number): Promise<void> {
  await tx.run(
    `delete from sign_in where shop_id = $1 and link_id = $2 and sign_in_id not in (
       select sign_in_id from sign_in where shop_id = $1 and link_id = $2
       order by created_at desc, sign_in_id desc limit $3)`,
    [tx.shopId, linkId, keep],
  );
}

export async function setSignInStatus(
  tx: Tx,
  signInId: string,
  status: SignInStatus,
  answeredAt: Instant,
): Promise<void> {
  await tx.run(
    `update sign_in set status = $3, answered_at = coalesce(answered_at, $4)
     where shop_id = $1 and sign_in_id = $2`,
    [tx.shopId, signInId, status, answeredAt],
  );
}
