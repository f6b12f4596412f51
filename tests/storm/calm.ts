// When a storm is over: the bank has nothing more coming and has told all of it, Kawase has nothing
// left in hand, and everybody who asks daily has asked once more. A condition, not a number of
// days: any number ends at some hour between what the bank books and the statement that tells it.
import { addBusinessDays, japaneseBankCalendar } from '../../server/base/calendar.ts';
import type { Database } from '../../server/base/database.ts';
import type { BankBooks } from '../world.ts';
import { pause } from './processes.ts';

export interface CalmingShop {
  readonly shopId: string;
  readonly connector: 'file' | 'http';
  /** Moves the shop's clock on by a day; answers what it then shows. */
  advanceDay(): Promise<string>;
  books(): Promise<BankBooks>;
}

/** A payment may wait for cut-off, transfer date and return, each over the longest closure. */
const MAX_DAYS = 40;
/** Work that failed in the storm waits this long at most before it is tried again. */
const HANDS_PATIENCE_MS = 70_000;
/** All of it, on a machine that has much else to do: what still stirs is told, not timed out. */
const PATIENCE_MS = 200_000;
const LOOK_AGAIN_MS = 100;

const calendar = japaneseBankCalendar();

/** Moves the clock until nothing stirs; answers what still does after all. */
export async function calmDown(db: Database, shop: CalmingShop): Promise<string[]> {
  let stillSince: Temporal.PlainDate | undefined;
  let stirring: string[] = [];
  const patienceEndsAt = performance.now() + PATIENCE_MS;
  for (let day = 0; day < MAX_DAYS; day++) {
    if (performance.now() > patienceEndsAt) return [...stirring, `no calm after ${day} days`];
    const today = Temporal.PlainDate.from((await shop.advanceDay()).slice(0, 10));
    stirring = [...(await dead(db, shop)), ...(await inHand(db, shop))];
    if (stirring.length > 0) return stirring;
    stirring = await ahead(db, shop);
    if (stirring.length > 0) stillSince = undefined;
    else stillSince ??= today;
    if (stillSince === undefined) continue;
    // A whole business day lies between: its polls and daily inquiries have been.
    const asked = addBusinessDays(calendar, stillSince, 2);
    if (Temporal.PlainDate.compare(asked, today) <= 0) return [];
  }
  return stirring.length > 0 ? stirring : ['it never was still for a business day'];
}

/** What Kawase has given up: no waiting helps. */
async function dead(db: Database, { shopId }: CalmingShop): Promise<string[]> {
  const rows = await db.query<{ what: string }>(
    `select kind || ' ' || key || ' is dead: ' || coalesce(last_error, '') as what
     from work where shop_id = $1 and state = 'dead'`,
    [shopId],
  );
  return rows.map(({ what }) => what);
}

/** What Kawase could do now and has not done, back-off included: only waiting helps. */
async function inHand(db: Database, { shopId }: CalmingShop): Promise<string[]> {
  const look = async () => {
    const rows = await db.query<{ what: string; n: number }>(
      `select concat_ws(' ', kind, min(last_error)) as what, count(*) as n
       from work w join shop_head h on h.shop_id = w.shop_id
       where w.shop_id = $1 and w.state = 'ready' and w.due_at <= now() + case when w.clock = 'shop'
         then h.clock_offset_ms * interval '1 millisecond' else interval '0' end
       group by kind
       union all select 'files', count(*) from bank_file where shop_id = $1 and status = 'received'
       union all
       select 'lines', count(*) from statement_line where shop_id = $1 and status = 'new'`,
      [shopId],
    );
    return rows.filter(({ n }) => n > 0).map(({ what, n }) => `${n} ${what} are in hand`);
  };
  const patienceEndsAt = performance.now() + HANDS_PATIENCE_MS;
  for (;;) {
    const found = await look();
    if (found.length === 0 || performance.now() > patienceEndsAt) return found;
    await pause(LOOK_AGAIN_MS);
  }
}

/** What time must bring: at the bank, between it and Kawase, and here. */
export async function ahead(db: Database, shop: CalmingShop): Promise<string[]> {
  const { upcoming, untold, uncollected, notices } = await shop.books();
  const [open] = await db.query<{ n: number }>(
    `select count(*) as n from remittance where shop_id = $1
       and status in ('scheduled', 'processing', 'receivable')`,
    [shop.shopId],
  );
  const counts: readonly (readonly [number, string])[] = [
    [upcoming, 'things are to happen at the bank'],
    [untold.lines, 'lines are in no statement yet'],
    [untold.deposits, 'deposits are in no notice yet'],
    [shop.connector === 'file' ? uncollected.length : 0, 'files of the bank lie there unread'],
    [shop.connector === 'http' ? notices.unsent : 0, 'deposit notices were not delivered'],
    [open!.n, 'remittances are under way'],
  ];
  return counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
}
