// One remittance as a story for people, in the order in which it happened. The facts are
// explain-facts.ts.
import type { Explanation } from './explain-facts.ts';
import { deposits, fee, ledger } from './explain-money.ts';
import { ACCOUNTS, BASES, inWords, time } from './explain-words.ts';
import { destinationWords } from './submission-text.ts';
import { indented, money, sheet } from './table.ts';
import type { Session } from './verb.ts';
import { word } from './words.ts';

export function explanationText(session: Session, facts: Explanation): string {
  const { say } = session;
  const { remittance } = facts;
  const title = `${say('送金', 'Remittance')} ${remittance.id}  ${word(session, remittance.status)}`;
  const chapters: readonly (readonly [title: string, text: string])[] = [
    [say('結果', 'Outcome'), outcome(session, facts)],
    [say('ショップと契約', 'Shop and contract'), shop(session, facts)],
    [say('残高の元になった入金（直近）', 'Deposits before it'), deposits(session, facts)],
    [say('指図', 'Instruction'), instruction(session, facts)],
    [say('手数料', 'Fee'), fee(session, facts)],
    [say('銀行への引渡しと回答', 'Hand-over to the bank'), attempts(session, facts)],
    [say('帳簿', 'Ledger'), ledger(session, facts)],
    [say('経過と通知', 'Events and webhooks'), events(session, facts)],
  ];
  return [title, ...chapters.map(([name, text]) => `■ ${name}\n${indented(text)}`)].join('\n\n');
}

function outcome(session: Session, { remittance, returned }: Explanation): string {
  const { say } = session;
  const {
    status_explanation: why,
    hold,
    paid_basis: basis,
    expected_arrival: arrival,
  } = remittance;
  const rows: [string, string][] = [[say('状態', 'Status'), word(session, remittance.status)]];
  if (why !== null) {
    rows.push([say('理由', 'Why'), say(why.ja, why.en)]);
    rows.push([say('対応', 'What to do'), say(why.advice_ja, why.advice_en)]);
  }
  if (hold !== null) {
    rows.push([say('保留中', 'On hold'), `${hold.reason} (${time(hold.since)})`]);
  }
  if (remittance.paid_at !== null) {
    rows.push([say('送金完了', 'Paid'), time(remittance.paid_at)]);
    rows.push([say('完了の根拠', 'By'), inWords(session, BASES, basis ?? '')]);
  }
  for (const each of returned) {
    const to = inWords(session, ACCOUNTS, each.to);
    const yen = money(each.amount_yen);
    rows.push([
      say('資金返却', 'Returned'),
      say(`${time(each.at)}に${yen}円が${to}へ`, `${yen} yen to ${to} at ${time(each.at)}`),
    ]);
  }
  if (arrival !== null && remittance.paid_at === null) {
    rows.push([say('着金見込み', 'Expected'), `${arrival.from} - ${arrival.to}`]);
  }
  return sheet(rows);
}

function shop(session: Session, { shop: facts }: Explanation): string {
  const { say } = session;
  const { contract } = facts;
  const by = contract && `${contract.name} (${contract.rail} / ${contract.connector})`;
  return sheet([
    [say('ショップ', 'Shop'), `${facts.number} ${facts.name} (${word(session, facts.mode)})`],
    [say('接続契約', 'Contract'), contract === null ? '-' : `${by} ${contract.rail_account_id}`],
    [say('1件の上限（円）', 'Limit per remittance'), money(facts.max_remittance_yen)],
  ]);
}

function instruction(session: Session, { remittance }: Explanation): string {
  const { say } = session;
  return sheet([
    [say('照会番号', 'Reference'), remittance.reference],
    [say('金額（円）', 'Amount (yen)'), money(remittance.amount)],
    [say('送金先', 'To'), destinationWords(session, remittance.destination)],
    [say('口座ID', 'Account ID'), remittance.account_id ?? '-'],
    [say('受付', 'Instructed'), time(remittance.created_at)],
    [say('締切', 'Cut-off'), time(remittance.cut_off_at)],
    [say('振込指定日', 'Transfer date'), remittance.transfer_date ?? '-'],
  ]);
}

function attempts(session: Session, { attempts: facts }: Explanation): string {
  const { say } = session;
  if (facts.length === 0) return say('まだ引き渡していません。', 'Not handed over yet.');
  return facts
    .map((each) => {
      const { submission } = each;
      return sheet([
        [say('回', 'Attempt'), `${each.number}  ${word(session, each.status)}`],
        [say('識別番号', 'Dispatch code'), each.dispatch_code],
        [say('引渡し', 'Submission'), `${submission.id} (${word(session, submission.status)})`],
        [say('ファイル名・受付番号', 'File name or number'), submission.rail_reference ?? '-'],
        ...copyRow(session, each.file_copy),
        [
          say('その中の番号', 'Item in it'),
          say(
            `${each.item_number}（全${submission.item_count}件、${money(submission.total_yen)}円）`,
            `${each.item_number} of ${submission.item_count}, ${money(submission.total_yen)} yen`,
          ),
        ],
        [say('引渡し時刻', 'Handed over'), time(submission.called_at)],
        [say('銀行の言葉', "The bank's words"), each.detail || submission.detail || '-'],
        [say('確定', 'Settled'), time(each.settled_at)],
      ]);
    })
    .join('\n\n');
}

function copyRow({ say }: Session, path: string | null): readonly [string, string][] {
  return path === null ? [] : [[say('ファイルの控え', 'Copy of the file'), path]];
}

function events(session: Session, { events: facts }: Explanation): string {
  const { say } = session;
  const heads = [
    say('順>', 'No.>'),
    say('時刻', 'Time'),
    say('イベント', 'Event'),
    say('Webhook', 'Webhook'),
  ];
  const rows = facts.map((event) => [
    event.sequence,
    time(event.at),
    event.type,
    event.deliveries
      .map((each) => {
        const answer = each.last_status ?? each.last_error ?? '-';
        return `${each.host} ${word(session, each.status)} (${answer}, ${each.attempts})`;
      })
      .join('; '),
  ]);
  return session.table(heads, rows);
}
