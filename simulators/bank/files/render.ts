// The bytes of a file for the customer, made from the books: 入出金取引明細 and 振込入金通知, and the ways
// in which a broken one is broken. Which lines go into which file is decided in issue.ts.

import type { NyukinSyncBatchInput } from '../../../zengin/nyukin-tsuchi.ts';
import { formatNyukinTsuchi } from '../../../zengin/nyukin-tsuchi.ts';
import type { MeisaiDataInput, MeisaiSyncBatchInput } from '../../../zengin/nyushukkin-meisai.ts';
import { formatNyushukkinMeisai } from '../../../zengin/nyushukkin-meisai.ts';
import { inquiryNumber } from '../bookings.ts';
import type { DepositRecord, FileContent, Line, World } from '../books.ts';
import { dateOf } from '../tokyo-time.ts';

type Issued = Exclude<FileContent, { kind: 'text' }>;

const BANK_NAME = 'ｱｵﾊﾞ';
const CRLF_RECORD_BYTES = 202;

export function renderFile(world: World, content: FileContent): Uint8Array {
  if (content.kind === 'text') return Buffer.from(content.text, 'utf8');
  const bytes =
    content.kind === 'statement' ? statement(world, content) : depositNotice(world, content);
  return content.corruption === null ? bytes : broken(bytes, content.corruption);
}

function statement(world: World, content: Issued): Uint8Array {
  const lines = world.lines.slice(content.from, content.to);
  const byAccount = Map.groupBy(lines, (line) => line.vaId);
  const vaIds = [...byAccount.keys()].filter((vaId) => vaId !== null).sort();
  const batches: MeisaiSyncBatchInput[] = [];
  for (const vaId of byAccount.has(null) ? [null, ...vaIds] : vaIds) {
    const own = byAccount.get(vaId)!;
    const before = balanceBefore(own[0]!);
    batches.push({
      header: {
        ...account(world, vaId, content.createdAt, own),
        balanceSign: before < 0 ? 'minus' : 'plus',
        balanceBeforeYen: Math.abs(before),
      },
      items: own.map(statementItem),
    });
  }
  return formatNyushukkinMeisai(batches);
}

function balanceBefore(line: Line): number {
  return line.balanceAfterYen + (line.direction === 'in' ? -line.amountYen : line.amountYen);
}

function statementItem(line: Line): MeisaiDataInput {
  return {
    inquiryNumber: inquiryNumber(line.number, 8),
    accountingDate: dateOf(line.at),
    valueDate: dateOf(line.at),
    direction: line.direction,
    transactionKind: line.kind,
    amountYen: line.amountYen,
    payerName: line.name,
    payerBankName: line.bankName,
    payerBranchName: line.branchName,
    remarks: line.remarks,
    ediInfo: line.ediInfo,
  };
}

/** Header fields that both formats share. */
function account(
  world: World,
  vaId: string | null,
  createdAt: number,
  records: readonly { at: number }[],
) {
  const virtual = vaId === null ? undefined : world.virtualAccounts.get(vaId)!;
  return {
    createdOn: dateOf(createdAt),
    fromDate: dateOf(records[0]!.at),
    toDate: dateOf(records.at(-1)!.at),
    bankCode: world.bankCode,
    bankName: BANK_NAME,
    branchCode: virtual?.branchCode ?? world.branchCode,
    accountType: 'ordinary',
    accountNumber: virtual?.accountNumber ?? world.accountNumber,
    accountName: virtual?.holderName ?? world.holderNameKana,
  } as const;
}

function depositNotice(world: World, content: Issued): Uint8Array {
  const records = world.depositRecords.slice(content.from, content.to);
  const byAccount = Map.groupBy(records, (record) => record.deposit.vaId!);
  const batches: NyukinSyncBatchInput[] = [];
  for (const [vaId, own] of byAccount) {
    const header = account(world, vaId, content.createdAt, own);
    batches.push({ header, items: own.map(noticeItem) });
  }
  return formatNyukinTsuchi(batches);
}

function noticeItem({ deposit, canceled, at }: DepositRecord) {
  return {
    inquiryNumber: inquiryNumber(deposit.number, 6),
    accountingDate: dateOf(at),
    valueDate: dateOf(deposit.at),
    amountYen: deposit.amountYen,
    payerName: deposit.remitterName,
    payerBankName: deposit.bankName,
    payerBranchName: deposit.branchName,
    canceled,
    ediInfo: deposit.ediInfo,
  };
}

/** Broken so that no reader may take it: cut short, a byte that is no character, a wrong total. */
function broken(bytes: Uint8Array, corruption: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const trailerAt = copy.length - 2 * CRLF_RECORD_BYTES;
  if (corruption === 0) return copy.subarray(0, trailerAt - 101);
  if (corruption === 1) {
    // A column of the last data record that holds part of an amount in both formats.
    copy[trailerAt - CRLF_RECORD_BYTES + 27] = 0;
    return copy;
  }
  // The last digit of the first total of the trailer, in both formats past column 18.
  const digitAt = trailerAt + 18;
  copy[digitAt] = 0x30 + ((copy[digitAt]! - 0x30 + 1) % 10);
  return copy;
}
