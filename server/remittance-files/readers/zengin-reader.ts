// 総合振込 (120 bytes) as accounting software exports it, read leniently: what was forgiven stands
// at its row. Totals that do not agree make the whole file unreadable.
import { readSogoFurikomi, type SogoData } from '../../../zengin/sogo-furikomi.ts';
import { ZenginError, type ZenginNote } from '../../../zengin/zengin-error.ts';
import type { RefusalDetail } from '../../base/refusal.ts';
import { type TableRow, unreadable } from './table-row.ts';

export const ZENGIN_HEADER = [
  ...['銀行コード', '銀行名', '支店コード', '支店名', '預金種目', '口座番号', '受取人名'],
  ...['金額', 'EDI情報・顧客コード', '振込指定日'],
] as const;

const MAX_NOTES_OF_ROW = 5;

/** `asOf`: an ISO date that gives the year to dates of month and day. */
export async function* readZengin(
  source: AsyncIterable<Uint8Array>,
  asOf: string,
): AsyncGenerator<TableRow> {
  let notes: ZenginNote[] = [];
  const onNote = (note: ZenginNote) => {
    if (notes.length < MAX_NOTES_OF_ROW) notes.push(note);
  };
  yield { cells: ZENGIN_HEADER, notes: [] };
  let date = '';
  try {
    for await (const record of readSogoFurikomi(source, { asOf, mode: 'lenient', onNote })) {
      if (record.kind === 'header') date = record.fields.transferDate;
      if (record.kind !== 'data') continue;
      const own = notes.map(({ messageJa: ja, message: en }): RefusalDetail => {
        return { pointer: '', code: 'zengin_forgiven', ja: `${ja}。`, en: `${en}.` };
      });
      notes = [];
      yield { cells: cellsOf(record.fields, date), notes: own };
    }
  } catch (error) {
    if (!(error instanceof ZenginError)) throw error;
    throw unreadable(`${error.messageJa}。`, `${error.message}.`);
  }
}

function cellsOf(data: SogoData, date: string): string[] {
  const codes = [data.customerCode1, data.customerCode2].filter((code) => /[1-9]/.test(code));
  return [
    ...[data.bankCode, data.bankName, data.branchCode, data.branchName, data.accountType],
    ...[data.accountNumber, data.recipientName, String(data.amountYen)],
    ...[data.hasEdi ? data.ediInfo.trim() : codes.join('-'), date],
  ];
}
