// A file comes in: its bytes are kept sealed, piece by piece, as they arrive; then its reading is
// asked for. Uploading pays nothing, however often.
import { uuidv7 } from '../base/ids.ts';
import type { Refusal } from '../base/refusal.ts';
import {
  type FileDeps,
  filePurpose,
  MAX_FILE_BYTES,
  type RemittanceFile,
  WORK_KIND,
} from './file.ts';
import { changeFile, eraseFile, insertChunk, insertFile, selectFile } from './file-store.ts';
import { createKindDetector } from './readers/file-kind.ts';
import { fileEmpty, fileTooLarge } from './refusals.ts';

export interface Upload {
  readonly name: string;
  /** Part of every derived reference. */
  readonly label: string;
  readonly lookAlikeDays: number;
  readonly ignoresDates: boolean;
}

const CHUNK_BYTES = 262_144;

export async function uploadFile(
  deps: FileDeps,
  shopId: string,
  upload: Upload,
  source: AsyncIterable<Buffer>,
): Promise<RemittanceFile> {
  const { db } = deps.deeds;
  const createdAt = await deps.deeds.now(shopId);
  const file = { shopId, fileId: uuidv7(createdAt.epochMilliseconds) };
  const { name, label, lookAlikeDays, ignoresDates } = upload;
  const about = { name, label, header: [], columns: [] };
  await insertFile(db, deps.vault, { ...file, about, lookAlikeDays, ignoresDates, createdAt });
  const detector = createKindDetector();
  const give = async (refusal: Refusal): Promise<never> => {
    await eraseFile(db, shopId, file.fileId, createdAt);
    throw refusal;
  };
  let byteCount = 0;
  let number = 0;
  for await (const piece of inChunks(source)) {
    byteCount += piece.length;
    if (byteCount > MAX_FILE_BYTES) await give(fileTooLarge(MAX_FILE_BYTES));
    detector.see(piece);
    const sealed = deps.vault.seal(piece, filePurpose(shopId));
    await insertChunk(db, shopId, file.fileId, number++, sealed);
  }
  if (byteCount === 0) await give(fileEmpty());
  await deps.deeds.run(shopId, async (tx) => {
    const change = { kind: detector.kind(), byteCount, status: 'reading' } as const;
    await changeFile(tx, deps.vault, file, ['uploading'], tx.now, change);
    tx.addWork({ kind: WORK_KIND, key: file.fileId, dueAt: tx.now, clock: 'shop' });
  });
  return (await selectFile(db, deps.vault, shopId, file.fileId))!;
}

/** Pieces of one size, whatever the network cut. */
async function* inChunks(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let bytes = 0;
  for await (const part of source) {
    held.push(part);
    bytes += part.length;
    if (bytes < CHUNK_BYTES) continue;
    yield Buffer.concat(held);
    [held, bytes] = [[], 0];
  }
  if (bytes > 0) yield Buffer.concat(held);
}
