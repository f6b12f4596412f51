// The lines of a bank file as Kawase uses them, whichever of the two formats it has, each with a
// key that is the same in every file that tells of it. Streams; what a line means is decided in
// statement-line.ts.

import type { CancelCounting, NyukinData } from '../../zengin/nyukin-tsuchi.ts';
import type { MeisaiData } from '../../zengin/nyushukkin-meisai.ts';
import { readRecords } from '../../zengin/read-records.ts';
import type { PlainDate } from '../base/clock.ts';
import type { Vault } from '../base/crypto.ts';
import { type Yen, yen } from '../base/money.ts';
import type { Credit } from './credit.ts';
import type { AccountNumber } from './deposit.ts';

export type BankFileFormat = 'nyukin-tsuchi' | 'nyushukkin-meisai';

/** A line of 振込入金通知 is always a credit or its cancellation; one of a statement may be anything. */
export type BankLine =
  | { readonly format: 'nyukin-tsuchi'; readonly credit: Credit }
  | {
      readonly format: 'nyushukkin-meisai';
      readonly lineKey: string;
      readonly account: AccountNumber;
      readonly valueDate: PlainDate;
      readonly amountYen: Yen;
      readonly data: MeisaiData;
    };

export interface ReadLinesOptions extends CancelCounting {
  /** ISO date that resolves 和暦 eras. */
  readonly asOf: string;
}

const CHUNK_BYTES = 64 * 1024;

async function* chunks(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES);
}

/** A file of a format that tells of no deposits, e.g. 総合振込. */
export class NotAnIncomingFile extends Error {}

/**
 * Reads strictly, to the end: only a file read to its end is known to add up.
 * @throws ZenginError at the first broken rule; NotAnIncomingFile.
 */
export async function* readBankLines(
  vault: Vault,
  bytes: Uint8Array,
  options: ReadLinesOptions,
): AsyncGenerator<BankLine, void, undefined> {
  const ordinals = new Map<string, number>();
  let account: AccountNumber | undefined;
  for await (const record of readRecords(chunks(bytes), options)) {
    if (record.format === 'sogo-furikomi') throw new NotAnIncomingFile();
    if (record.kind === 'header') {
      const { bankCode, branchCode, accountNumber } = record.fields;
      account = { bankCode, branchCode, accountNumber };
    } else if (record.kind === 'data' && account !== undefined) {
      yield record.format === 'nyukin-tsuchi'
        ? noticeLine(vault, ordinals, account, record.fields)
        : statementLine(vault, ordinals, account, record.fields);
    }
  }
}

function noticeLine(
  vault: Vault,
  ordinals: Map<string, number>,
  account: AccountNumber,
  data: NyukinData,
): BankLine {
  const { inquiryNumber, amountYen, canceled, payerName } = data;
  const marks = [inquiryNumber, amountYen, canceled ? 'R' : 'C'];
  const channelKey = lineKey(vault, ordinals, { account, marks, ...data });
  const credit: Credit = {
    channelKey,
    account,
    amountYen: yen(amountYen),
    valueDate: dateOf(data),
    payer: { name: payerName, bank: bankName(data) },
    isReversal: canceled,
    inquiryNumber,
  };
  return { format: 'nyukin-tsuchi', credit };
}

function statementLine(
  vault: Vault,
  ordinals: Map<string, number>,
  account: AccountNumber,
  data: MeisaiData,
): BankLine {
  const { inquiryNumber, amountYen, direction, transactionKind } = data;
  const marks = [inquiryNumber, amountYen, direction, transactionKind === 'correction' ? 'K' : 'N'];
  const key = lineKey(vault, ordinals, { account, marks, ...data });
  return {
    format: 'nyushukkin-meisai',
    lineKey: key,
    account,
    valueDate: dateOf(data),
    amountYen: yen(amountYen),
    data,
  };
}

/** 起算日 where the bank gives one, else 勘定日. */
function dateOf(data: { readonly valueDate: string | null; readonly accountingDate: string }) {
  return Temporal.PlainDate.from(data.valueDate ?? data.accountingDate);
}

export function bankName(data: {
  readonly payerBankName: string;
  readonly payerBranchName: string;
}): string {
  return [data.payerBankName, data.payerBranchName].filter((name) => name !== '').join(' ');
}

/**
 * Account, 勘定日, 照会番号, amount, kind, and which of the equal lines of the file it is. A bank that
 * numbers nothing leaves the payer to tell lines apart; his name goes in as a blind index.
 */
function lineKey(
  vault: Vault,
  ordinals: Map<string, number>,
  line: {
    readonly account: AccountNumber;
    readonly accountingDate: string;
    readonly inquiryNumber: string;
    readonly payerName: string;
    readonly marks: readonly (string | number)[];
  },
): string {
  const { bankCode, branchCode, accountNumber } = line.account;
  const isNumbered = /[1-9]/.test(line.inquiryNumber);
  const payer = isNumbered ? [] : [vault.blindIndex('payer_of_line', '', line.payerName)];
  const parts = [bankCode, branchCode, accountNumber, line.accountingDate, ...line.marks, ...payer];
  const base = parts.join(':');
  const ordinal = (ordinals.get(base) ?? 0) + 1;
  ordinals.set(base, ordinal);
  return ordinal === 1 ? base : `${base}:${ordinal}`;
}
