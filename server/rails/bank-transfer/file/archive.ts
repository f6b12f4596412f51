// The archive: made with the rail account; and copies of the bank's files in it, kept before a file
// is put away at the bank, so that a database that was restored to an earlier point reads them
// again. Named by the day on which they were taken.
import type { Instant, PlainDate } from '../../../base/clock.ts';
import type { CollectedFile } from '../../rail.ts';
import { folderPlace } from './folder-place.ts';
import type { Exchange } from './hand-over.ts';

/** Of one file, and the most that one call of `collect` holds in memory. */
export const MAX_INBOUND_BYTES = 64 * 1024 * 1024;

const COPY_NAME = /^([0-9]{8})-([0-9a-f]{16})-(.+)$/;

const folderOf = (exchange: Exchange) => `${exchange.config.archive}/received`;

const birthOf = (exchange: Exchange) => `${exchange.config.archive}/since.json`;
const BIRTH_BYTES = 1_000;

/**
 * The archive, beside a folder of exchange that is there, and since when it is: one made anew in
 * place of a lost one says nothing of what left before.
 */
export async function makeArchive(exchange: Exchange, now: Instant): Promise<void> {
  const { folder } = exchange.config;
  // A mistyped folder is to be told, not made.
  for (const path of folder === undefined ? [] : [folder.outbox, folder.inbox]) {
    await folderPlace.list(path);
  }
  await folderPlace.makeFolder(folderOf(exchange));
  if ((await folderPlace.read(birthOf(exchange), BIRTH_BYTES)) !== undefined) return;
  const born = Buffer.from(`${JSON.stringify({ madeAt: now.toString() })}\n`);
  await folderPlace.write(birthOf(exchange), born);
}

/** Whether a file that left at this moment would have its copy here. */
export async function keepsSince(exchange: Exchange, moment: Instant): Promise<boolean> {
  const bytes = await folderPlace.read(birthOf(exchange), BIRTH_BYTES);
  if (bytes === undefined) return false;
  const { madeAt } = JSON.parse(Buffer.from(bytes).toString('utf8')) as { madeAt: string };
  return Temporal.Instant.compare(Temporal.Instant.from(madeAt), moment) <= 0;
}

/** Before the file is put away. The same file again replaces its copy by itself. */
export async function keepReceived(
  exchange: Exchange,
  file: { readonly name: string; readonly hash: string; readonly bytes: Uint8Array },
  today: PlainDate,
): Promise<void> {
  const { name, hash } = file;
  const path = `${folderOf(exchange)}/${today.toString().replaceAll('-', '')}-${hash}-${name}`;
  await folderPlace.write(`${path}.part`, file.bytes);
  await folderPlace.rename(`${path}.part`, path);
}

/** In order of the day, one file in memory at a time. */
export async function* receivedSince(
  exchange: Exchange,
  since: PlainDate,
  signal: AbortSignal,
): AsyncGenerator<CollectedFile> {
  const from = since.toString().replaceAll('-', '');
  for (const { name: copy } of await folderPlace.list(folderOf(exchange))) {
    signal.throwIfAborted();
    const [, day, hash, name] = COPY_NAME.exec(copy) ?? [];
    if (day === undefined || copy.endsWith('.part') || day < from) continue;
    const bytes = await folderPlace.read(`${folderOf(exchange)}/${copy}`, MAX_INBOUND_BYTES);
    if (bytes !== undefined) yield { name: `${name}#${hash}`, bytes };
  }
}
