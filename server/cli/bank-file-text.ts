// Bank files as JSON and as text: their kind, what became of their lines, where one breaks a rule.
import type { BankFile } from '../funds/import-bank-file.ts';
import type { LineCounts } from '../funds/take-lines.ts';
import { sheet } from './table.ts';
import type { Session } from './verb.ts';
import { shown, stamp } from './words.ts';

const FORMATS: Readonly<Record<string, string>> = {
  'nyukin-tsuchi': '振込入金通知',
  'nyushukkin-meisai': '入出金取引明細',
};

export const formatWord = (session: Session, format: string | null) =>
  format === null ? '-' : session.say(FORMATS[format] ?? format, format);

export const fileJson = (file: BankFile) => ({
  id: shown('bankFile', file.bankFileId),
  name: file.name,
  format: file.format,
  status: file.status,
  byte_count: file.byteCount,
  line_count: file.lineCount,
  rail_account_id: shown('railAccount', file.railAccountId),
  received_at: stamp(file.receivedAt),
  fault: file.fault,
});

export function countsText(session: Session, counts: LineCounts): string {
  const { say } = session;
  return sheet(
    [
      [say('新しい入金', 'New deposits'), counts.created],
      [say('既知', 'Known before'), counts.known],
      [say('取消', 'Reversals'), counts.reversed],
      [say('相手のない取消', 'Reversals of nothing known'), counts.waiting],
      [say('その他の明細', 'Other lines'), counts.lines],
    ],
    2,
  );
}

export function faultText(session: Session, fault: NonNullable<BankFile['fault']>): string {
  const { say } = session;
  return sheet([
    [say('レコード', 'Record'), fault.record],
    [say('桁', 'Columns'), fault.columns.join('-')],
    [say('項目', 'Field'), fault.field],
    [say('規則', 'Rule'), fault.rule],
    [say('内容', 'In words'), say(fault.ja, fault.en)],
  ]);
}
