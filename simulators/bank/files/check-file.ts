// Checks a 総合振込 file and its manifest: all the bank looks at before it takes one. What then
// happens is in intake.ts.

import { createHash } from 'node:crypto';
import type { SogoBatch, SogoData } from '../../../zengin/sogo-furikomi.ts';
import { parseSogoFurikomi } from '../../../zengin/sogo-furikomi.ts';
import { ZenginError } from '../../../zengin/zengin-error.ts';
import type { Bank } from '../bank.ts';
import type { PaymentRequest, World } from '../books.ts';
import { dateOf, isDate, minuteOf, plusDays } from '../tokyo-time.ts';

export const FILE_BYTES_MAX = 16 * 1024 * 1024;
export const MANIFEST_BYTES_MAX = 64 * 1024;
const ACCOUNT_TYPE_CODES = { ordinary: '1', current: '2', savings: '4', other: '9' } as const;
const ITEMS_MAX = 9_999;
const DAYS_AHEAD_MAX = 31;

export interface Manifest {
  readonly file: string;
  readonly sha256: string;
  readonly itemCount: number;
  readonly totalYen: number;
  readonly transferDate: string;
}

export type FileCheck =
  | {
      readonly kind: 'sound';
      readonly manifest: Manifest;
      readonly remitterName: string;
      readonly items: readonly PaymentRequest[];
    }
  | { readonly kind: 'refused'; readonly reasonCode: string; readonly reason: string };

const refuse = (reasonCode: string, reason: string): FileCheck => ({
  kind: 'refused',
  reasonCode,
  reason,
});

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export function checkFile(
  bank: Bank,
  world: World,
  name: string,
  bytes: Uint8Array,
  manifestText: string,
): FileCheck {
  const manifest = readManifest(manifestText);
  if (!manifest) return refuse('manifest_invalid', 'the manifest is not readable or not complete');
  if (manifest.file !== name) return refuse('manifest_invalid', 'the manifest names another file');
  if (manifest.sha256 !== sha256Of(bytes)) {
    return refuse('sha256_mismatch', 'the bytes do not match the sha256 of the manifest');
  }
  const batch = readBatch(bank, world, bytes);
  if ('kind' in batch) return batch;
  const { header, items, trailer } = batch;
  if (
    header.bankCode !== world.bankCode ||
    header.branchCode !== world.branchCode ||
    header.accountType !== 'ordinary' ||
    header.accountNumber !== world.accountNumber ||
    header.requesterCode !== world.remitterCode
  ) {
    return refuse('header_account', 'the header does not name the account of this contract');
  }
  if (items.length > ITEMS_MAX) return refuse('too_many_items', `more than ${ITEMS_MAX} items`);
  if (trailer.count !== manifest.itemCount) {
    return refuse('count_mismatch', 'the manifest and the trailer count differently');
  }
  if (trailer.totalYen !== manifest.totalYen) {
    return refuse('total_mismatch', 'the totals of manifest and trailer differ');
  }
  if (header.transferDate.slice(5) !== manifest.transferDate.slice(5)) {
    return refuse('date_mismatch', 'manifest and header name different transfer dates');
  }
  const late = checkDate(bank, world, manifest.transferDate);
  if (late) return late;
  const payments = items.map(paymentRequest);
  return { kind: 'sound', manifest, remitterName: header.requesterName, items: payments };
}

function readManifest(text: string): Manifest | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { file, sha256, itemCount, totalYen, transferDate } = value as Record<string, unknown>;
  const whole = (amount: unknown): amount is number =>
    Number.isSafeInteger(amount) && (amount as number) >= 0;
  if (typeof file !== 'string' || typeof sha256 !== 'string') return undefined;
  if (!whole(itemCount) || !whole(totalYen) || !isDate(transferDate)) return undefined;
  return { file, sha256, itemCount, totalYen, transferDate };
}

function readBatch(bank: Bank, world: World, bytes: Uint8Array): SogoBatch | FileCheck {
  try {
    const asOf = dateOf(bank.now(world));
    const { batches } = parseSogoFurikomi(bytes, { asOf, maxRecords: 2 * ITEMS_MAX });
    const [batch, second] = batches;
    if (!batch || second) return refuse('unreadable', 'one header and one trailer are expected');
    return batch;
  } catch (error) {
    if (!(error instanceof ZenginError)) throw error;
    return refuse('unreadable', error.message);
  }
}

function checkDate(bank: Bank, world: World, date: string): FileCheck | undefined {
  const now = bank.now(world);
  const today = dateOf(now);
  if (date < today) return refuse('date_past', 'the transfer date is past');
  if (date > plusDays(today, DAYS_AHEAD_MAX)) {
    return refuse('date_too_far', `the transfer date is more than ${DAYS_AHEAD_MAX} days ahead`);
  }
  if (!bank.calendar.isOpen(date)) {
    return refuse('date_closed_day', 'the bank is closed on the transfer date');
  }
  if (date === today && minuteOf(now) >= world.settings.fileClosesAt) {
    return refuse('date_past', `files for today are taken until ${world.settings.fileClosesAt}`);
  }
  return undefined;
}

function paymentRequest(item: SogoData, index: number): PaymentRequest {
  return {
    itemNumber: index + 1,
    ediInfo: item.hasEdi ? item.ediInfo : item.customerCode1 + item.customerCode2,
    amountYen: item.amountYen,
    bankCode: item.bankCode,
    branchCode: item.branchCode,
    accountTypeCode: ACCOUNT_TYPE_CODES[item.accountType],
    accountNumber: item.accountNumber,
    beneficiaryName: item.recipientName,
    extra: {},
  };
}
