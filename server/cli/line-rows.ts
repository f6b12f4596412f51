// Statement lines that wait for a person, as rows and as JSON.
import type { StatementLine } from '../funds/statement-lines.ts';
import type { Session } from './verb.ts';
import { maskedName, shown, stamp } from './words.ts';

/** Why a line waits. */
const NOTES: Readonly<Record<string, readonly [ja: string, en: string]>> = {
  no_candidate: ['該当する送金なし', 'no payment fits'],
  several_candidates: ['該当する送金が複数', 'several payments fit'],
  not_our_code: ['識別番号が当社のものでない', 'the code is not ours'],
  unknown_dispatch_code: ['識別番号の送金が見つからない', 'no payment bears the code'],
  amount_differs: ['金額が送金と異なる', 'the amount differs from the payment'],
  correction: ['訂正', 'a correction'],
  book_transfer: ['振替', 'a book transfer'],
  debit_corrected: ['出金の訂正', 'a debit was corrected'],
  debit_on_virtual_account: ['バーチャル口座からの出金', 'a debit on a virtual account'],
};

export function noteWords(session: Session, note: string): string {
  const [ja, en] = NOTES[note] ?? [note, note];
  return session.say(ja, en);
}

export const directionWord = ({ say }: Session, line: StatementLine) =>
  line.direction === 'in' ? say('入金', 'in') : say('出金', 'out');

export function lineJson(line: StatementLine, isRevealed: boolean) {
  const { words } = line;
  return {
    key: line.lineKey,
    direction: line.direction,
    amount_yen: line.amountYen,
    value_date: line.valueDate.toString(),
    name: isRevealed ? words.payerName.trim() : maskedName(words.payerName),
    ...(isRevealed && { remarks: words.remarks.trim() }),
    dispatch_code: line.dispatchCode,
    note: line.note,
    rail_account_id: shown('railAccount', line.railAccountId),
    bank_file_id: shown('bankFile', line.bankFileId),
    seen_at: stamp(line.seenAt),
  };
}
