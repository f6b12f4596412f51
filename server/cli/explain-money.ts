// The chapters of `explain` about money: deposits, fee, ledger.
import type { Explanation } from './explain-facts.ts';
import { ACCOUNTS, CAUSES, inWords, time } from './explain-words.ts';
import { readRuleWords } from './fee-rules.ts';
import { money, sheet } from './table.ts';
import type { Session } from './verb.ts';
import { word } from './words.ts';

export function deposits(session: Session, { deposits: facts }: Explanation): string {
  const { say } = session;
  if (facts.length === 0) return say('なし', 'none');
  const heads = [
    say('入金ID', 'Deposit'),
    say('金額（円）>', 'Yen>'),
    say('状態', 'Status'),
    say('振込人', 'Payer'),
    say('受領', 'Received'),
  ];
  const rows = facts.map((each) => [
    each.id,
    money(each.amount_yen),
    word(session, each.status),
    each.payer,
    time(each.received_at),
  ]);
  return session.table(heads, rows);
}

export function fee(session: Session, { fee: facts, remittance }: Explanation): string {
  const { say } = session;
  const open = say('受取方法が決まるまで未定', 'open until a method is chosen');
  const orOpen = (yen: number | null) => (yen === null ? open : money(yen));
  const rule = facts.rule === null ? '-' : readRuleWords(session, facts.rule);
  return sheet([
    [say('手数料（税抜・円）', 'Fee without tax'), orOpen(remittance.fee.amount)],
    [say('消費税（目安・円）', 'Tax (indicative)'), orOpen(remittance.fee.tax)],
    [
      say('手数料表', 'Fee table'),
      say(
        `第${facts.version}版（${facts.effective_from ?? '-'}から）`,
        `version ${facts.version}, from ${facts.effective_from ?? '-'}`,
      ),
    ],
    [say('適用した規則', 'Rule'), rule],
  ]);
}

export function ledger(session: Session, { transfers }: Explanation): string {
  const { say } = session;
  if (transfers.length === 0) return say('動きなし', 'nothing moved');
  const heads = [
    say('番号>', 'No.>'),
    say('時刻', 'Time'),
    say('事由', 'Cause'),
    say('から', 'From'),
    say('へ', 'To'),
    say('金額（円）>', 'Yen>'),
    say('利用可能額の残り（円）>', 'Available after>'),
  ];
  const rows = transfers.map((each) => [
    each.seq,
    time(each.at),
    inWords(session, CAUSES, each.cause),
    inWords(session, ACCOUNTS, each.from),
    inWords(session, ACCOUNTS, each.to),
    money(each.amount_yen),
    each.available_after_yen === null ? '' : money(each.available_after_yen),
  ]);
  return session.table(heads, rows);
}
