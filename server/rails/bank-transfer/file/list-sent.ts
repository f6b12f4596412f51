// What was handed over since a day, for reconciliation after a restore: the archive's copies, what
// still waits in the outbox, and what the receipts of the bank add. A receipt without its file says
// that something is missing here: nothing is concluded then.
import type { PlainDate } from '../../../base/clock.ts';
import type { PaymentReport } from '../../rail.ts';
import { folderPlace } from './folder-place.ts';
import type { Exchange } from './hand-over.ts';
import { copyOf, look, pending } from './inquiry.ts';
import type { Place } from './place.ts';
import { transferDateOf } from './transfer-file.ts';

/** Files looked up over one connection. */
const FILES_AT_ONCE = 20;
const RECEIPT = /^(.+)\.receipt\.json$/;
const MAX_NAMES_TOLD = 5;

/** Every item of every file with a transfer date from `since` on. */
export async function* listSent(
  exchange: Exchange,
  since: PlainDate,
  signal: AbortSignal,
): AsyncGenerator<PaymentReport> {
  const isWanted = (name: string) => {
    const transferDate = transferDateOf(name);
    return transferDate !== undefined && Temporal.PlainDate.compare(transferDate, since) >= 0;
  };
  const archived = (await folderPlace.list(exchange.config.archive)).map(({ name }) => name);
  const { waiting, receipted } = await exchange.withPlace(signal, async (place) => ({
    waiting: (await place.list(exchange.outbox)).map(({ name }) => name),
    receipted: (await place.list(exchange.inbox)).flatMap(
      ({ name }) => RECEIPT.exec(name)?.[1] ?? [],
    ),
  }));
  const names = [...new Set([...archived, ...waiting].filter(isWanted))].sort();
  const missing = receipted.filter((name) => isWanted(name) && !names.includes(name));
  if (missing.length > 0) {
    const told = missing.slice(0, MAX_NAMES_TOLD).join(', ');
    throw new Error(`the archive lacks ${missing.length} files that the bank has taken: ${told}`);
  }
  for (let from = 0; from < names.length; from += FILES_AT_ONCE) {
    const some = names.slice(from, from + FILES_AT_ONCE);
    yield* await exchange.withPlace(signal, async (place) => {
      const reports: PaymentReport[] = [];
      for (const name of some) reports.push(...(await reportsOf(exchange, place, name)));
      return reports;
    });
  }
}

async function reportsOf(
  exchange: Exchange,
  place: Place,
  name: string,
): Promise<readonly PaymentReport[]> {
  const identity = await copyOf(exchange, name, place);
  if (identity === undefined) return [];
  const answer = await look(exchange, place, identity, null);
  if (answer.kind === 'known') return answer.reports;
  if (answer.kind === 'absent') return [];
  return pending(identity, 'archived; the bank has not confirmed it', new Map());
}
