// Puts files into `inbound/`, where the customer finds them: whole, under their final name, once.
// After a kill a file that was not known to be written is written again with the same bytes.

import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bank } from '../bank.ts';
import type { World } from '../books.ts';
import { renderFile } from './render.ts';

export interface Folders {
  readonly root: string;
  readonly outbound: string;
  readonly inbound: string;
  /** The bank's own: files being read, and what has been read. */
  readonly taking: string;
  readonly taken: string;
}

export function foldersOf(bank: Bank, worldId: string): Folders {
  const root = join(bank.dataDir, 'exchange', worldId);
  return {
    root,
    outbound: join(root, 'outbound'),
    inbound: join(root, 'inbound'),
    taking: join(bank.dataDir, 'taking', worldId),
    taken: join(bank.dataDir, 'taken', worldId),
  };
}

export function makeFolders(bank: Bank, worldId: string): Folders {
  const folders = foldersOf(bank, worldId);
  const { outbound, inbound, taking, taken } = folders;
  for (const folder of [outbound, inbound, taking, taken]) mkdirSync(folder, { recursive: true });
  return folders;
}

export function writeOutbox(bank: Bank, world: World): void {
  if (world.unwritten.size === 0) return;
  const { inbound } = makeFolders(bank, world.worldId);
  for (const name of [...world.unwritten]) {
    const bytes = renderFile(world, world.inbound.get(name)!.content);
    const part = join(inbound, `${name}.part`);
    writeFileSync(part, bytes);
    renameSync(part, join(inbound, name));
    bank.commit({ t: 'written', w: world.worldId, name });
  }
}
