// Importing a file of a bank. Its bytes are kept first; then the whole file is read strictly before
// any of it has an effect; then its lines are taken 500 at a time. Each step may be repeated:
// nothing is taken twice.
import { createHash } from 'node:crypto';
import { ZenginError } from '../../zengin/zengin-error.ts';
import { tokyoDate } from '../base/clock.ts';
import { uuidv7 } from '../base/ids.ts';
import type { ClaimedWork } from '../base/work.ts';
import {
  type BankFile,
  type BankFileFault,
  insertFile,
  selectBySha,
  selectFile,
  selectFileBytes,
  selectFiles,
  settleFile,
} from './bank-file-store.ts';
import {
  type BankFileFormat,
  NotAnIncomingFile,
  type ReadLinesOptions,
  readBankLines,
} from './bank-lines.ts';
import type { FundsDeps } from './funds-deps.ts';
import { bankFileTooLarge, bankFileUnknown } from './refusals.ts';
import { type LineCounts, type LineSource, takeLines } from './take-lines.ts';

export type { BankFile, BankFileFault } from './bank-file-store.ts';

/** Some 315,000 records. */
export const MAX_FILE_BYTES = 64_000_000;
const PURPOSE = 'bank_file';
const LINES_AT_ONCE = 500;
const MAX_NAME = 200;
const OWN_IMPORT_SECONDS = 300;

export interface IncomingFile {
  readonly railAccountId: string;
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface StoredFile {
  readonly bankFileId: string;
  readonly shopId: string;
  /** False: these bytes were kept before. */
  readonly isNew: boolean;
  readonly status: BankFile['status'];
}

export type ImportOutcome =
  | { readonly kind: 'imported'; readonly bankFileId: string; readonly counts: LineCounts }
  | {
      readonly kind: 'quarantined';
      readonly bankFileId: string;
      readonly fault: BankFileFault;
    }
  /** The same bytes were imported before; nothing was done. */
  | { readonly kind: 'duplicate'; readonly bankFileId: string };

/**
 * Keeps a file, encrypted, and asks for its import after `delaySeconds`. The same bytes again are
 * the same file.
 */
export async function storeBankFile(
  deps: FundsDeps,
  file: IncomingFile,
  delaySeconds = 0,
): Promise<StoredFile> {
  if (file.bytes.length > MAX_FILE_BYTES) throw bankFileTooLarge(MAX_FILE_BYTES);
  const { railAccountId, bytes } = file;
  const { operatorShopId: shopId } = await deps.railAccounts.byId(railAccountId);
  const sha256 = createHash('sha256').update(bytes).digest();
  return deps.deeds.run(shopId, async (tx) => {
    const known = await selectBySha(tx, shopId, railAccountId, sha256);
    if (known !== undefined) {
      const { bankFileId, status } = known;
      return { bankFileId, shopId, isNew: false, status };
    }
    const bankFileId = uuidv7(tx.now.epochMilliseconds);
    await insertFile(tx, {
      bankFileId,
      shopId,
      railAccountId,
      name: file.name.slice(0, MAX_NAME),
      byteCount: bytes.length,
      sha256,
      sealed: deps.vault.seal(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), PURPOSE),
      receivedAt: tx.now,
    });
    const dueAt = tx.now.add({ seconds: delaySeconds });
    tx.addWork({ kind: 'funds.import_file', key: bankFileId, dueAt, clock: 'shop' });
    return { bankFileId, shopId, isNew: true, status: 'received' };
  });
}

/**
 * Keeps a file and imports it at once: for a person who wants to see the outcome. The work that a
 * crash would leave it to waits meanwhile.
 */
export async function importBankFile(deps: FundsDeps, file: IncomingFile): Promise<ImportOutcome> {
  const { bankFileId, shopId } = await storeBankFile(deps, file, OWN_IMPORT_SECONDS);
  return processBankFile(deps, shopId, bankFileId);
}

/** Handler of `funds.import_file`. */
export async function importStoredFile(deps: FundsDeps, work: ClaimedWork): Promise<'done'> {
  const file = await selectFile(deps.deeds.db, work.shopId, work.key);
  if (file?.status === 'received') await processBankFile(deps, work.shopId, work.key);
  return 'done';
}

/** A quarantined file is tried again: what could not be read may be readable by now. */
async function processBankFile(
  deps: FundsDeps,
  shopId: string,
  bankFileId: string,
): Promise<ImportOutcome> {
  const file = await selectFile(deps.deeds.db, shopId, bankFileId);
  if (file === undefined) throw bankFileUnknown();
  if (file.status === 'imported') return { kind: 'duplicate', bankFileId };
  const sealed = await selectFileBytes(deps.deeds.db, shopId, bankFileId);
  if (sealed === undefined) throw bankFileUnknown();
  const bytes = deps.vault.openBytes(sealed, PURPOSE);
  const asOf = tokyoDate(await deps.deeds.now(shopId)).toString();
  const checked = await check(deps, bytes, asOf);
  if ('fault' in checked) {
    const { fault } = checked;
    await settle(deps, file, { status: 'quarantined', fault, format: null, lineCount: null });
    return { kind: 'quarantined', bankFileId, fault };
  }
  const counts = await takeAll(deps, file, bytes, checked.options);
  const { format, lineCount } = checked;
  await settle(deps, file, { status: 'imported', fault: null, format, lineCount });
  return { kind: 'imported', bankFileId, counts };
}

type Checked =
  | {
      readonly format: BankFileFormat;
      readonly lineCount: number;
      readonly options: ReadLinesOptions;
    }
  | { readonly fault: BankFileFault };

/**
 * Reads the file to its end without any effect. Whether 取消 counts into its totals, it shows itself.
 */
async function check(deps: FundsDeps, bytes: Uint8Array, asOf: string): Promise<Checked> {
  const first = await tryRead(deps, bytes, { asOf, canceledInTotal: false });
  if (!('fault' in first) || first.fault.rule !== 'total.disagrees') return first;
  const second = await tryRead(deps, bytes, { asOf, canceledInTotal: true });
  return 'fault' in second ? first : second;
}

async function tryRead(
  deps: FundsDeps,
  bytes: Uint8Array,
  options: ReadLinesOptions,
): Promise<Checked> {
  let format: BankFileFormat = 'nyukin-tsuchi';
  let lineCount = 0;
  try {
    for await (const line of readBankLines(deps.vault, bytes, options)) {
      format = line.format;
      lineCount += 1;
    }
    return { format, lineCount, options };
  } catch (error) {
    if (error instanceof ZenginError) return { fault: faultOf(error) };
    if (error instanceof NotAnIncomingFile) return { fault: wrongFormat };
    throw error;
  }
}

function faultOf(error: ZenginError): BankFileFault {
  const { recordNumber: record, batchNumber: batch, columns, field, rule } = error;
  return { record, batch, columns, field, rule, ja: error.messageJa, en: error.message };
}

const wrongFormat: BankFileFault = {
  record: 1,
  batch: 1,
  columns: [2, 3],
  field: 'typeCode',
  rule: 'file.format',
  ja: '1件目のレコード 2-3桁「種別コード」: 入金を知らせるファイル（01 または 03）ではありません',
  en: 'record 1, columns 2-3 (typeCode): this file does not tell of deposits (01 or 03)',
};

async function takeAll(
  deps: FundsDeps,
  file: BankFile,
  bytes: Uint8Array,
  options: ReadLinesOptions,
): Promise<LineCounts> {
  const { railAccountId, shopId: operatorShopId, bankFileId } = file;
  const source: LineSource = { railAccountId, operatorShopId, bankFileId };
  const counts: LineCounts = { created: 0, known: 0, reversed: 0, waiting: 0, lines: 0 };
  let batch = [];
  for await (const line of readBankLines(deps.vault, bytes, options)) {
    batch.push(line);
    if (batch.length < LINES_AT_ONCE) continue;
    await takeLines(deps, source, batch, counts);
    batch = [];
  }
  await takeLines(deps, source, batch, counts);
  return counts;
}

async function settle(
  deps: FundsDeps,
  file: BankFile,
  outcome: Pick<BankFile, 'fault' | 'format' | 'lineCount'> & {
    readonly status: 'imported' | 'quarantined';
  },
): Promise<void> {
  await deps.deeds.run(file.shopId, (tx) =>
    settleFile(tx, file.shopId, file.bankFileId, { ...outcome, at: tx.now }),
  );
}

/** A file of one of some operators' tenants; throws the refusal `bank_file_not_found`. */
export async function bankFileBy(
  deps: Pick<FundsDeps, 'deeds'>,
  operatorShopIds: readonly string[],
  bankFileId: string,
): Promise<BankFile> {
  for (const shopId of operatorShopIds) {
    const file = await selectFile(deps.deeds.db, shopId, bankFileId);
    if (file !== undefined) return file;
  }
  throw bankFileUnknown();
}

/** Files of an operator's tenant, newest first; quarantined ones with their fault. */
export function bankFiles(
  deps: Pick<FundsDeps, 'deeds'>,
  operatorShopId: string,
  page: { readonly beforeId: string | null; readonly limit: number },
): Promise<BankFile[]> {
  return selectFiles(deps.deeds.db, operatorShopId, page);
}

/** One file of an operator's tenant. */
export function bankFileById(
  deps: Pick<FundsDeps, 'deeds'>,
  operatorShopId: string,
  bankFileId: string,
): Promise<BankFile | undefined> {
  return selectFile(deps.deeds.db, operatorShopId, bankFileId);
}
