// Hands a transfer file over to the bank: archive, manifest, temporary name, read back, rename.
// Until the rename begins the bank can see nothing; from then on only its receipt or its statement
// says what it did.
import type { RailAccount, Submission, SubmitOutcome } from '../../rail.ts';
import type { FileConfig } from './config.ts';
import { folderPlace } from './folder-place.ts';
import type { Place, WithPlace } from './place.ts';
import { MAX_RECEIPT_BYTES } from './receipt.ts';
import {
  MAX_TRANSFER_FILE_BYTES,
  makeTransferFile,
  sha256Of,
  type TransferFile,
} from './transfer-file.ts';

export interface Exchange {
  readonly account: RailAccount;
  readonly config: FileConfig;
  readonly outbox: string;
  readonly inbox: string;
  readonly withPlace: WithPlace;
}

/** Two different files of one name: something is deeply wrong, and no outcome tells it. */
class ForeignFile extends Error {}

export async function handOver(
  exchange: Exchange,
  submission: Submission,
  signal: AbortSignal,
): Promise<SubmitOutcome> {
  const file = makeTransferFile(exchange.config, submission);
  const progress = { published: false };
  try {
    await archive(exchange.config, file);
    return await exchange.withPlace(signal, (place) => publish(exchange, place, file, progress));
  } catch (error) {
    if (error instanceof ForeignFile) throw error;
    const detail = `${progress.published ? 'renaming' : 'writing'} failed (${codeOf(error)})`;
    // Where the same file may be handed over again, this need not have been the first time.
    if (progress.published || exchange.config.bankRefusesDuplicates || signal.aborted) {
      return { kind: 'unknown', detail };
    }
    await forget(exchange.config, file);
    return { kind: 'rejected', reason: 'rail_unavailable', detail, items: [] };
  }
}

async function archive(config: FileConfig, file: TransferFile): Promise<void> {
  const path = `${config.archive}/${file.name}`;
  const standing = await folderPlace.read(path, MAX_TRANSFER_FILE_BYTES);
  if (standing !== undefined) return assertSame(standing, file);
  await folderPlace.write(`${path}.part`, file.bytes);
  await folderPlace.rename(`${path}.part`, path);
}

/**
 * The archive holds what may have left. A copy too many does no harm, so a failure here is none.
 */
async function forget(config: FileConfig, file: TransferFile): Promise<void> {
  await folderPlace.remove(`${config.archive}/${file.name}`).catch(() => {});
}

async function publish(
  exchange: Exchange,
  place: Place,
  file: TransferFile,
  progress: { published: boolean },
): Promise<SubmitOutcome> {
  const path = `${exchange.outbox}/${file.name}`;
  const accepted: SubmitOutcome = { kind: 'accepted', railReference: file.name };
  const standing = await place.read(path, MAX_TRANSFER_FILE_BYTES);
  if (standing !== undefined) {
    assertSame(standing, file);
    return accepted;
  }
  const receipt = await place.read(receiptPath(exchange, file.name), MAX_RECEIPT_BYTES);
  if (receipt !== undefined) return accepted;
  await writeManifest(place, `${exchange.outbox}/${file.manifestName}`, file);
  await place.write(`${path}.part`, file.bytes);
  const written = await place.read(`${path}.part`, MAX_TRANSFER_FILE_BYTES);
  if (written === undefined || sha256Of(written) !== file.sha256) {
    throw new Error('the file read back is not the file written');
  }
  progress.published = true;
  await place.rename(`${path}.part`, path);
  return accepted;
}

/** Before the file itself: where the file is, its manifest is there. */
async function writeManifest(place: Place, path: string, file: TransferFile): Promise<void> {
  const standing = await place.read(path, file.manifest.byteLength);
  if (standing !== undefined && sha256Of(standing) === sha256Of(file.manifest)) return;
  await place.write(`${path}.part`, file.manifest);
  await place.rename(`${path}.part`, path);
}

function assertSame(standing: Uint8Array, file: TransferFile): void {
  if (sha256Of(standing) === file.sha256) return;
  throw new ForeignFile(`another file stands under the name ${file.name}`);
}

export function receiptPath(exchange: Exchange, fileName: string): string {
  return `${exchange.inbox}/${fileName}.receipt.json`;
}

export function codeOf(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown };
  return typeof code === 'string' ? code : String(name ?? 'unknown');
}
