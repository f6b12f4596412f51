// Stop switches as dispatch sees them: read fresh each time, never from a cache, because they must
// hold at once.
import type { Sql } from '../base/database.ts';
import { type StopSwitch, stopFor } from '../merchants/shop.ts';
import { readStops } from '../merchants/stop.ts';

/** True after a restore, until every rail has said what it was given since. */
export async function isFrozen(sql: Sql): Promise<boolean> {
  return (await readStops(sql)).some((stop) => stop.scope === 'recovery');
}

/** The switch that stops this shop's hand-overs to this rail, if one is on. */
export async function stopOf(
  sql: Sql,
  shopId: string,
  rail: string,
): Promise<StopSwitch | undefined> {
  return stopFor(await readStops(sql), shopId, rail);
}
