// Taking a batch of lines of a bank file: credits become deposits, the other lines of a statement
// are kept for server/remittances or a person. May be repeated: every line is known by its key.
import { type BankLine, bankName } from './bank-lines.ts';
import type { Credit } from './credit.ts';
import type { FundsDeps } from './funds-deps.ts';
import { receiveCredits } from './receive-deposit.ts';
import {
  dispatchCodeIn,
  type LineMeaning,
  meaningOf,
  reversedNumber,
  sweptAccount,
} from './statement-line.ts';
import { insertLines, type StoredLine } from './statement-line-store.ts';
import { sealLine } from './statement-lines.ts';
import type { TakenKind } from './take-credits.ts';
import { numberKey, selectByNumbers } from './virtual-account-store.ts';

export interface LineSource {
  readonly railAccountId: string;
  readonly operatorShopId: string;
  readonly bankFileId: string;
}

/** What became of the lines of a file. */
export interface LineCounts {
  /** New deposits, those for nobody included. */
  created: number;
  /** Told of before, by this channel or another. */
  known: number;
  reversed: number;
  /** Reversals whose deposit is not known. */
  waiting: number;
  /** Lines kept that are no deposits; only new ones. */
  lines: number;
}

const COUNTED: Readonly<Record<TakenKind, Exclude<keyof LineCounts, 'lines'>>> = {
  created: 'created',
  seen: 'known',
  repeat: 'known',
  reversed: 'reversed',
  waits: 'waiting',
  elsewhere: 'known',
};

type StatementLine = Extract<BankLine, { format: 'nyushukkin-meisai' }>;

/** Takes at most 500 lines and adds to `counts`. */
export async function takeLines(
  deps: FundsDeps,
  source: LineSource,
  lines: readonly BankLine[],
  counts: LineCounts,
): Promise<void> {
  const notices = lines.flatMap((line) => (line.format === 'nyukin-tsuchi' ? [line.credit] : []));
  await takeAs(deps, source, 'notice_file', notices, counts);

  const statement = lines.filter((line) => line.format === 'nyushukkin-meisai');
  if (statement.length === 0) return;
  const meanings = await meaningsOf(deps, source, statement);
  const credits = statement.flatMap((line, index) => {
    const { kind } = meanings[index]!;
    return kind === 'line' ? [] : [creditOf(line, kind === 'reversal')];
  });
  await takeAs(deps, source, 'statement', credits, counts);
  await keepLines(deps, source, statement, meanings, counts);
}

async function takeAs(
  deps: FundsDeps,
  source: LineSource,
  channel: 'notice_file' | 'statement',
  credits: readonly Credit[],
  counts: LineCounts,
): Promise<void> {
  if (credits.length === 0) return;
  for (const { kind } of await receiveCredits(deps, { ...source, channel }, credits)) {
    counts[COUNTED[kind]] += 1;
  }
}

async function meaningsOf(
  deps: FundsDeps,
  source: LineSource,
  lines: readonly StatementLine[],
): Promise<LineMeaning[]> {
  const swept = lines.map((line) => {
    const account = sweptAccount(line.data);
    return account && { bankCode: line.account.bankCode, ...account };
  });
  const accounts = [
    ...lines.map(({ account }) => account),
    ...swept.filter((each) => each !== null),
  ];
  const numbers = await selectByNumbers(deps.deeds.db, source.operatorShopId, accounts);
  return lines.map((line, index) =>
    meaningOf(line.data, {
      isVirtualAccount: numbers.has(numberKey(line.account)),
      isSweep: swept[index] != null && numbers.has(numberKey(swept[index])),
    }),
  );
}

function creditOf(line: StatementLine, isReversal: boolean): Credit {
  const { data, lineKey, account, valueDate } = line;
  return {
    channelKey: lineKey,
    account,
    amountYen: line.amountYen,
    valueDate,
    payer: { name: data.payerName, bank: bankName(data) },
    isReversal,
    inquiryNumber: isReversal ? reversedNumber(data) : data.inquiryNumber,
  };
}

async function keepLines(
  deps: FundsDeps,
  source: LineSource,
  lines: readonly StatementLine[],
  meanings: readonly LineMeaning[],
  counts: LineCounts,
): Promise<void> {
  const kept = lines.flatMap((line, index) => {
    const meaning = meanings[index]!;
    return meaning.kind === 'line' ? [{ line, meaning }] : [];
  });
  if (kept.length === 0) return;
  const rows = kept.map(({ line, meaning }) => rowOf(deps, source, line, meaning));
  await deps.deeds.run(source.operatorShopId, async (tx) => {
    const seenAt = tx.now;
    counts.lines += await insertLines(
      tx,
      tx.shopId,
      rows.map((row) => ({ ...row, seenAt })),
    );
    if (rows.every(({ status }) => status !== 'new')) return;
    const { railAccountId: key } = source;
    tx.addWork({ kind: 'remittances.apply_statement', key, dueAt: tx.now, clock: 'shop' });
  });
}

function rowOf(
  deps: FundsDeps,
  source: LineSource,
  line: StatementLine,
  meaning: Extract<LineMeaning, { kind: 'line' }>,
): Omit<StoredLine, 'appliedTo' | 'seenAt'> {
  const { data } = line;
  const { payerName, remarks, ediInfo, inquiryNumber } = data;
  const words = { payerName, payerBank: bankName(data), remarks, ediInfo, inquiryNumber };
  return {
    lineKey: line.lineKey,
    bankFileId: source.bankFileId,
    railAccountId: source.railAccountId,
    ...line.account,
    direction: data.direction,
    isCorrection: data.transactionKind === 'correction',
    amountYen: line.amountYen,
    valueDate: line.valueDate,
    sealed: sealLine(deps.vault, words),
    dispatchCode: dispatchCodeIn(ediInfo),
    status: meaning.status,
    note: meaning.note,
  };
}
