// How rails stand just now, as plans and pages ask it: the timing of a contract with its announced
// closures, and whether its rail has stopped answering. Read through a cache of a second.
import type { BusinessCalendar } from '../base/calendar.ts';
import type { Instant } from '../base/clock.ts';
import type { Sql } from '../base/database.ts';
import type { Deeds } from '../base/deed.ts';
import type { Rail, RailAccount, RailTiming } from '../rails/rail.ts';
import { closuresOf, type MaintenanceWindow } from './maintenance.ts';
import {
  putTrouble,
  type RailTrouble,
  removeTrouble,
  troublesSince,
  windowsAhead,
} from './maintenance-store.ts';

/** Of RemittanceDeps. */
interface Deps {
  readonly deeds: Deeds;
  readonly calendar: BusinessCalendar;
  readonly log: (event: string, facts: Readonly<Record<string, unknown>>) => void;
}

const CACHE_MS = 1_000;
/** A rail that was away and is not asked again counts as back after this long. */
const TROUBLE_LASTS = Temporal.Duration.from({ minutes: 15 });
const STALE_SECONDS = 30;
/** Windows that are just over may still be asked about. */
const LOOK_BACK = Temporal.Duration.from({ hours: 48 });

interface State {
  readonly until: number;
  readonly windows: readonly MaintenanceWindow[];
  readonly troubles: readonly RailTrouble[];
}

const states = new WeakMap<Sql, State>();

async function stateOf({ deeds }: Deps): Promise<State> {
  const { db, wall } = deeds;
  const known = states.get(db);
  if (known !== undefined && known.until > performance.now()) return known;
  const [windows, troubles] = await Promise.all([
    windowsAhead(db, wall().subtract(LOOK_BACK)),
    troublesSince(db, wall().subtract(TROUBLE_LASTS)),
  ]);
  const state = { until: performance.now() + CACHE_MS, windows, troubles };
  states.set(db, state);
  return state;
}

/** What was changed here is seen here at once; elsewhere within a second. */
export function forgetRailState(sql: Sql): void {
  states.delete(sql);
}

/** When a contract's rail takes what is handed over, announced maintenance included. */
export async function timingNow(
  deps: Deps,
  rail: Rail<unknown>,
  account: RailAccount,
): Promise<RailTiming & { readonly closures: readonly MaintenanceWindow[] }> {
  const { windows } = await stateOf(deps);
  const closures = closuresOf(windows, { rail: rail.name, id: account.id });
  return { ...rail.timing(account, deps.calendar), closures };
}

/** Since when the contract's rail is away unannounced; undefined where it answers. */
export async function troubleOf(deps: Deps, railAccountId: string): Promise<Instant | undefined> {
  const { troubles } = await stateOf(deps);
  return troubles.find((trouble) => trouble.railAccountId === railAccountId)?.since;
}

/** The rail refused for being away, or did not answer. Never stops what it is told of. */
export async function tellAway(deps: Deps, railAccountId: string, detail: string): Promise<void> {
  const { db, wall } = deps.deeds;
  const at = wall();
  const over = at.subtract(TROUBLE_LASTS);
  await putTrouble(db, { railAccountId, at, detail }, over, STALE_SECONDS);
  if ((await troubleOf(deps, railAccountId)) !== undefined) return;
  deps.log('rail_away', { railAccountId });
  forgetRailState(db);
}

/** The rail has answered. */
export async function tellBack(deps: Deps, railAccountId: string): Promise<void> {
  if ((await troubleOf(deps, railAccountId)) === undefined) return;
  const { db } = deps.deeds;
  await removeTrouble(db, railAccountId);
  deps.log('rail_back', { railAccountId });
  forgetRailState(db);
}
