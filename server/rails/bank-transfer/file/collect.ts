// Files from the bank: statements and deposit notices, fetched as bytes and put away once they are
// ours and a copy of them is kept. A file is named with its content's hash: a newer one under the
// same name is never put away unread.
import type { PlainDate } from '../../../base/clock.ts';
import type { CollectedFile } from '../../rail.ts';
import type { Warn } from '../connector.ts';
import { keepReceived, MAX_INBOUND_BYTES } from './archive.ts';
import type { Exchange } from './hand-over.ts';
import type { Place } from './place.ts';
import { sha256Of } from './transfer-file.ts';

const MAX_FILES_A_CALL = 1_000;
const INBOUND_NAME = /^[0-9A-Za-z][0-9A-Za-z._-]{0,119}\.(txt|dat)$/i;
const COLLECTED_NAME = /^([^#]+)#([0-9a-f]{16})$/;
const HASH_DIGITS = 16;

/** In order of name, until `limit` files or 64 MB are together; at least one where there is one. */
export function collect(
  exchange: Exchange,
  limit: number,
  warn: Warn,
  signal: AbortSignal,
): Promise<readonly CollectedFile[]> {
  return exchange.withPlace(signal, async (place) => {
    const files: CollectedFile[] = [];
    let total = 0;
    for (const { name, bytes: size } of await inboundFiles(exchange, place)) {
      if (size > MAX_INBOUND_BYTES) {
        warn(exchange.account.id, `${name} exceeds ${MAX_INBOUND_BYTES} bytes and is left there`);
        continue;
      }
      if (files.length >= Math.min(limit, MAX_FILES_A_CALL)) break;
      if (total + size > MAX_INBOUND_BYTES) break;
      const bytes = await place.read(`${exchange.inbox}/${name}`, MAX_INBOUND_BYTES);
      if (bytes === undefined) continue;
      total += bytes.byteLength;
      files.push({ name: `${name}#${hashOf(bytes)}`, bytes });
    }
    return files;
  });
}

export async function inboundFiles(exchange: Exchange, place: Place) {
  return (await place.list(exchange.inbox)).filter(({ name }) => INBOUND_NAME.test(name));
}

/** May be repeated: what is gone already, or was replaced by a newer file, is left alone. */
export function acknowledge(
  exchange: Exchange,
  collected: string,
  today: PlainDate,
  signal: AbortSignal,
) {
  const [, name, hash] = COLLECTED_NAME.exec(collected) ?? [];
  if (name === undefined || hash === undefined || !INBOUND_NAME.test(name)) {
    throw new Error('not a name that collectFiles gave');
  }
  return exchange.withPlace(signal, async (place): Promise<void> => {
    const path = `${exchange.inbox}/${name}`;
    const standing = await place.read(path, MAX_INBOUND_BYTES);
    if (standing === undefined || hashOf(standing) !== hash) return;
    await keepReceived(exchange, { name, hash, bytes: standing }, today);
    if (exchange.config.acknowledge === 'remove') return place.remove(path);
    await place.makeFolder(`${exchange.inbox}/done`);
    await place.rename(path, `${exchange.inbox}/done/${hash}-${name}`);
  });
}

function hashOf(bytes: Uint8Array): string {
  return sha256Of(bytes).slice(0, HASH_DIGITS);
}
