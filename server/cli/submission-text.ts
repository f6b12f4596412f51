// Hand-overs and their destinations as JSON and as text.
import type { Shop } from '../merchants/shop.ts';
import type { StoredSubmission } from '../remittances/attempt-store.ts';
import type { Remittance } from '../remittances/remittance.ts';
import { money, sheet } from './table.ts';
import type { Session } from './verb.ts';
import { shopNumber, shown, stamp, when, word } from './words.ts';

export interface FoundSubmission {
  readonly shop: Shop;
  readonly submission: StoredSubmission;
}

export const submissionJson = ({ shop, submission }: FoundSubmission) => ({
  id: shown('submission', submission.submissionId),
  shop: shopNumber(shop),
  rail: submission.rail,
  rail_account_id: shown('railAccount', submission.railAccountId),
  status: submission.status,
  /** The file's name, or the bank's application number. */
  rail_reference: submission.railReference,
  item_count: submission.itemCount,
  total_yen: submission.totalYen,
  transfer_date: submission.transferDate.toString(),
  cut_off_at: stamp(submission.cutOffAt),
  called_at: stamp(submission.calledAt),
  detail: submission.detail,
});

/** `みずほ銀行 東京営業部 普通 ***4567 ヤ●●● ●●●`. */
export function destinationWords(session: Session, masked: Remittance['masked']): string {
  const of = (key: string) => (typeof masked[key] === 'string' ? String(masked[key]) : '');
  const kinds: Record<string, string> = { ordinary: '普通', current: '当座', savings: '貯蓄' };
  const type = of('account_type');
  return [
    of('bank_name') || of('bank_code'),
    of('branch_name') || of('branch_code'),
    session.say(kinds[type] ?? type, type),
    `****${of('account_number_last3')}`,
    of('account_holder_masked'),
  ].join(' ');
}

export function submissionText(session: Session, found: FoundSubmission): string {
  const { shop, submission } = found;
  const { say } = session;
  return sheet([
    ['ID', shown('submission', submission.submissionId)],
    [say('ショップ', 'Shop'), `${shopNumber(shop)} ${shop.name}`],
    [say('状態', 'Status'), word(session, submission.status)],
    [say('銀行での名前', 'Name at the rail'), submission.railReference ?? '-'],
    [say('締切', 'Cut-off'), when(submission.cutOffAt)],
    [say('引渡し', 'Handed over'), when(submission.calledAt)],
    [say('振込指定日', 'Transfer date'), submission.transferDate.toString()],
    [say('件数', 'Payments'), submission.itemCount],
    [say('合計（円）', 'Total (yen)'), money(submission.totalYen)],
    [say('詳細', 'Detail'), submission.detail],
  ]);
}
