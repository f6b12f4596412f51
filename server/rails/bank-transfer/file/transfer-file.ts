// A submission as a 総合振込 file with its manifest, and such a file read back. Pure: the same
// submission gives the same name and the same bytes. Control totals are checked on what was
// written, through the reader.
import { createHash } from 'node:crypto';
import {
  formatSogoFurikomi,
  parseSogoFurikomi,
  type SogoData,
} from '../../../../zengin/sogo-furikomi.ts';
import type { PlainDate } from '../../../base/clock.ts';
import type { Submission, SubmissionItem } from '../../rail.ts';
import type { FileConfig } from './config.ts';

export interface TransferFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Hex. */
  readonly sha256: string;
  readonly manifestName: string;
  readonly manifest: Uint8Array;
}

/** 9,999 items of 122 bytes and some room. */
export const MAX_TRANSFER_FILE_BYTES = 2 * 1024 * 1024;

const SUBMISSION_ID = /^[0-9A-Za-z_-]{1,64}$/;
const FILE_NAME = /^furikomi-([0-9]{8})-[0-9A-Za-z_-]{1,64}\.txt$/;

/** Throws where the file does not say what the submission says: a bug, before anything has left. */
export function makeTransferFile(config: FileConfig, submission: Submission): TransferFile {
  const name = transferFileName(submission);
  const transferDate = submission.transferDate.toString();
  const { remitter } = config;
  const header = {
    requesterCode: remitter.code,
    requesterName: remitter.name,
    transferDate,
    bankCode: remitter.bankCode,
    branchCode: remitter.branchCode,
    accountType: remitter.accountType,
    accountNumber: remitter.accountNumber,
  };
  const items = submission.items.map((item) => ({
    ...fieldsOf(item),
    transferMode: config.wireMark ? ('wire' as const) : null,
  }));
  const bytes = formatSogoFurikomi([{ header, items }], { lineEnding: config.lineEnding });
  assertSays(bytes, submission);
  const sha256 = sha256Of(bytes);
  const { length: itemCount } = submission.items;
  const control = { file: name, sha256, itemCount, totalYen: submission.totalYen, transferDate };
  const manifest = Buffer.from(`${JSON.stringify(control)}\n`);
  return { name, bytes, sha256, manifestName: `${name}.manifest.json`, manifest };
}

export function transferFileName(submission: Submission): string {
  if (!SUBMISSION_ID.test(submission.id)) {
    throw new Error('a submission id must be 1 to 64 of A-Z a-z 0-9 _ - to name a file');
  }
  const date = submission.transferDate.toString().replaceAll('-', '');
  return `furikomi-${date}-${submission.id}.txt`;
}

/** The transfer date in a name that `transferFileName` gave; undefined for any other name. */
export function transferDateOf(name: string): PlainDate | undefined {
  const digits = FILE_NAME.exec(name)?.[1];
  return digits === undefined ? undefined : Temporal.PlainDate.from(digits);
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function fieldsOf(item: SubmissionItem) {
  const { bankCode, branchCode, accountType, accountNumber, holderName } = item.destination;
  return {
    bankCode,
    branchCode,
    accountType,
    accountNumber,
    recipientName: holderName,
    amountYen: item.amountYen,
    ediInfo: item.dispatchCode,
    hasEdi: true,
  };
}

function assertSays(bytes: Uint8Array, submission: Submission): void {
  const { batches } = parseSogoFurikomi(bytes, { asOf: submission.transferDate.toString() });
  const batch = batches[0];
  const { items, totalYen, transferDate, id } = submission;
  if (batch === undefined || batches.length !== 1) throw new Error(`${id}: not one batch`);
  if (batch.trailer.count !== items.length || batch.trailer.totalYen !== totalYen) {
    throw new Error(`${id}: the written control totals are not those of the submission`);
  }
  if (batch.header.transferDate !== transferDate.toString()) {
    throw new Error(`${id}: the written transfer date is not that of the submission`);
  }
  items.forEach((item, index) => {
    const written = batch.items[index] as SogoData & Readonly<Record<string, unknown>>;
    const differs = Object.entries(fieldsOf(item)).find(([name, value]) => written[name] !== value);
    if (differs !== undefined) {
      throw new Error(`${id}, item ${item.itemNumber}: ${differs[0]} was written differently`);
    }
  });
}

/** The dispatch codes of a file of ours, in order of items, read back from a copy. */
export function dispatchCodesIn(bytes: Uint8Array, transferDate: PlainDate): readonly string[] {
  const { batches } = parseSogoFurikomi(bytes, { asOf: transferDate.toString() });
  return batches.flatMap((batch) => batch.items).map((item) => item.ediInfo);
}
