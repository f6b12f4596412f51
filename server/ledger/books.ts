// All SQL of ledger_account and ledger_transfer. Balances are moved by the database itself when
// transfers are inserted (migrations/0002-ledger.sql); nothing here writes a balance.
import type { Instant } from '../base/clock.ts';
import type { Sql } from '../base/database.ts';
import { violatedConstraint } from '../base/database.ts';
import type { Tx } from '../base/deed.ts';
import { type Yen, yen } from '../base/money.ts';
import type { LedgerAccount, NewTransfer } from './transfer.ts';

/**
 * What is owed to the shop is not enough for a movement: thrown where the rule did not look first.
 */
export class NotEnoughBalance extends Error {
  constructor() {
    super('a transfer would take an account below zero');
    this.name = 'NotEnoughBalance';
  }
}

export async function openAccounts(
  sql: Sql,
  shopId: string,
  accounts: readonly LedgerAccount[],
): Promise<void> {
  await sql.run(
    `insert into ledger_account (shop_id, account) select $1, unnest($2::text[])
     on conflict (shop_id, account) do nothing`,
    [shopId, accounts],
  );
}

const INSERT = `
  insert into ledger_transfer (shop_id, seq, debit_account, credit_account, amount_yen, cause,
    cause_id, at, available_after_yen)
  select $1, seq, debit, credit, amount, cause, cause_id, $2,
    case when 'available' in (debit, credit) then
      (select balance_yen from ledger_account where shop_id = $1 and account = 'available')
      + sum(case when credit = 'available' then amount
                 when debit = 'available' then -amount else 0 end) over (order by seq) end
  from unnest($3::bigint[], $4::text[], $5::text[], $6::bigint[], $7::text[], $8::uuid[])
    as n(seq, debit, credit, amount, cause, cause_id)`;

/** Posts transfers in order. The deed's lock keeps the sequence and the running balance true. */
export async function post(tx: Tx, transfers: readonly NewTransfer[]): Promise<void> {
  if (transfers.length === 0) return;
  const seqs = transfers.map(() => ++tx.head.transferSeq);
  try {
    await tx.run(INSERT, [
      tx.shopId,
      tx.now,
      seqs,
      transfers.map((transfer) => transfer.from),
      transfers.map((transfer) => transfer.to),
      transfers.map((transfer) => transfer.amountYen),
      transfers.map((transfer) => transfer.cause),
      transfers.map((transfer) => transfer.causeId),
    ]);
  } catch (error) {
    if (violatedConstraint(error) === 'owed_never_negative') throw new NotEnoughBalance();
    throw error;
  }
}

export type Balances = ReadonlyMap<string, Yen>;

export async function balancesOf(sql: Sql, shopId: string): Promise<Balances> {
  const rows = await sql.query<{ account: string; balance_yen: number }>(
    'select account, balance_yen from ledger_account where shop_id = $1',
    [shopId],
  );
  return new Map(rows.map((row) => [row.account, yen(row.balance_yen)]));
}

export interface StoredTransfer {
  readonly seq: number;
  readonly from: string;
  readonly to: string;
  readonly amountYen: Yen;
  readonly cause: string;
  readonly causeId: string;
  readonly at: Instant;
  readonly availableAfterYen: Yen | null;
}

interface TransferRow {
  readonly seq: number;
  readonly debit_account: string;
  readonly credit_account: string;
  readonly amount_yen: number;
  readonly cause: string;
  readonly cause_id: string;
  readonly at: Instant;
  readonly available_after_yen: number | null;
}

const COLUMNS =
  'seq, debit_account, credit_account, amount_yen, cause, cause_id, at, available_after_yen';

function toTransfer(row: TransferRow): StoredTransfer {
  return {
    seq: row.seq,
    from: row.debit_account,
    to: row.credit_account,
    amountYen: yen(row.amount_yen),
    cause: row.cause,
    causeId: row.cause_id,
    at: row.at,
    availableAfterYen: row.available_after_yen === null ? null : yen(row.available_after_yen),
  };
}

/**
 * Newest first, before `beforeSeq` (null = from the newest). `movesAvailable`: only what touches
 * `available`.
 */
export async function transfersBefore(
  sql: Sql,
  shopId: string,
  filter: {
    readonly beforeSeq: number | null;
    readonly movesAvailable: boolean;
    readonly limit: number;
  },
): Promise<StoredTransfer[]> {
  const rows = await sql.query<TransferRow>(
    `select ${COLUMNS} from ledger_transfer
     where shop_id = $1 and ($2::bigint is null or seq < $2)
       and (not $3 or available_after_yen is not null)
     order by seq desc limit $4`,
    [shopId, filter.beforeSeq, filter.movesAvailable, filter.limit],
  );
  return rows.map(toTransfer);
}

/** All transfers of some causes (a remittance and its attempts, a deposit), oldest first. */
export async function transfersOfCauses(
  sql: Sql,
  shopId: string,
  causeIds: readonly string[],
): Promise<StoredTransfer[]> {
  const rows = await sql.query<TransferRow>(
    `select ${COLUMNS} from ledger_transfer
     where shop_id = $1 and cause_id = any($2::uuid[]) order by seq limit 1000`,
    [shopId, causeIds],
  );
  return rows.map(toTransfer);
}
