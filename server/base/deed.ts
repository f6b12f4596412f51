// A deed: one transaction on one shop. Its first statement locks the shop's head row, so deeds of a
// shop follow one another, event and transfer sequences have no gaps, and `now` is the shop's own
// time. Events and work are gathered and written in one go at the end, together with COMMIT.
import { type Instant, shopTime, type WallClock } from './clock.ts';
import { CommitUnknown, type Database, type Sql, type Transaction } from './database.ts';
import { type NewEvent, writeEvents } from './events.ts';
import { type NewWork, writeWork } from './work.ts';

/** The locked head row of a shop. The sequences are the last numbers used. */
export interface ShopHead {
  readonly clockOffsetMs: number;
  eventSeq: number;
  transferSeq: number;
}

export interface Tx extends Sql {
  readonly shopId: string;
  /** The shop's time at which this deed happens. */
  readonly now: Instant;
  readonly head: ShopHead;
  emit(event: NewEvent): void;
  addWork(work: NewWork): void;
  /**
   * A write that has been sent, and whose answer nobody waits for before the deed ends: what comes
   * after it follows at once, and its failure fails the deed. All its statements must be on their
   * way already; one that came after COMMIT would be a bug, and throws.
   */
  alongside(write: Promise<unknown>): void;
}

export interface Deeds {
  readonly wall: WallClock;
  /** Reads outside any deed. */
  readonly db: Database;
  /** Runs `run` as one deed; everything in it commits together or not at all. */
  run<T>(shopId: string, run: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * The same with reads that every such deed begins with: sent right behind the lock, they see the
   * shop as it is once the lock is held, and cost no round trip of their own.
   */
  runReading<R, T>(
    shopId: string,
    read: (sql: Sql) => Promise<R>,
    run: (tx: Tx, read: R) => Promise<T>,
  ): Promise<T>;
  /** The shop's present time, read without a lock. */
  now(shopId: string): Promise<Instant>;
}

interface HeadRow {
  readonly clock_offset_ms: number;
  readonly event_seq: number;
  readonly transfer_seq: number;
}

const LOCK = `
  select clock_offset_ms, event_seq, transfer_seq from shop_head where shop_id = $1 for update`;

const SAVE_HEAD = `
  update shop_head set event_seq = $2, transfer_seq = $3 where shop_id = $1`;

/** Hints after a commit that save the pollers' delay. They must not throw. */
export interface CommitHints {
  /** The shop has new work. */
  readonly onWork?: (shopId: string) => void;
  /** The shop has new events. */
  readonly onEvents?: (shopId: string) => void;
}

export function createDeeds(db: Database, wall: WallClock, hints: CommitHints = {}): Deeds {
  async function runReading<R, T>(
    shopId: string,
    read: (sql: Sql) => Promise<R>,
    run: (tx: Tx, read: R) => Promise<T>,
  ): Promise<T> {
    let written: OpenTx | undefined;
    const result = await db.transaction(async (transaction) => {
      const locked = transaction.query<HeadRow>(LOCK, [shopId]);
      const reading = read(transaction);
      // Awaited after the lock; where that fails first, its failure is the telling one.
      reading.catch(() => {});
      const tx = begin(transaction, shopId, wall, await locked);
      const value = await run(tx, await reading);
      await finish(transaction, tx);
      written = tx;
      return value;
    });
    if (written?.work.length) hints.onWork?.(shopId);
    if (written?.events.length) hints.onEvents?.(shopId);
    return result;
  }
  return {
    wall,
    db,
    run: (shopId, run) => runReading(shopId, async () => {}, run),
    runReading,
    async now(shopId) {
      const [row] = await db.query<{ clock_offset_ms: number }>(
        'select clock_offset_ms from shop_head where shop_id = $1',
        [shopId],
      );
      if (row === undefined) throw new Error(`shop ${shopId} has no head row`);
      return shopTime(wall(), row.clock_offset_ms);
    },
  };
}

interface OpenTx extends Tx {
  readonly before: { eventSeq: number; transferSeq: number };
  readonly events: NewEvent[];
  readonly work: NewWork[];
  readonly writes: Promise<unknown>[];
}

function begin(
  transaction: Transaction,
  shopId: string,
  wall: WallClock,
  [row]: readonly HeadRow[],
): OpenTx {
  if (row === undefined) throw new Error(`shop ${shopId} has no head row`);
  const events: NewEvent[] = [];
  const work: NewWork[] = [];
  const writes: Promise<unknown>[] = [];
  const head = {
    clockOffsetMs: row.clock_offset_ms,
    eventSeq: row.event_seq,
    transferSeq: row.transfer_seq,
  };
  return {
    query: transaction.query,
    run: transaction.run,
    shopId,
    now: shopTime(wall(), row.clock_offset_ms),
    head,
    before: { eventSeq: head.eventSeq, transferSeq: head.transferSeq },
    events,
    work,
    writes,
    emit: (event) => void events.push(event),
    addWork: (item) => void work.push(item),
    alongside(write) {
      // Awaited at the end; until then, or where the deed ends otherwise, it is not unhandled.
      write.catch(() => {});
      writes.push(write);
    },
  };
}

async function finish(transaction: Transaction, tx: OpenTx): Promise<void> {
  const last = tx.writes;
  if (tx.events.length > 0) last.push(writeEvents(transaction, tx, tx.events));
  if (tx.work.length > 0) last.push(writeWork(transaction, tx.shopId, tx.work));
  const { head, before } = tx;
  if (head.eventSeq !== before.eventSeq || head.transferSeq !== before.transferSeq) {
    last.push(transaction.run(SAVE_HEAD, [tx.shopId, head.eventSeq, head.transferSeq]));
  }
  // Pipelined: the first failure is the telling one, the rest only say that the transaction is
  // aborted.
  last.push(transaction.commit());
  const outcomes = await Promise.allSettled(last);
  const failures = outcomes.filter((outcome) => outcome.status === 'rejected');
  // Lost together with the statements before it, COMMIT may still have been done.
  const unknown = failures.find(({ reason }) => reason instanceof CommitUnknown);
  const telling = unknown ?? failures[0];
  if (telling !== undefined) throw telling.reason;
}

/** Opens a shop's head row; its ledger accounts and the rest follow in the same transaction. */
export async function openHead(sql: Sql, shopId: string): Promise<void> {
  await sql.run('insert into shop_head (shop_id) values ($1)', [shopId]);
}
