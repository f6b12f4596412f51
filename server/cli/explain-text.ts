// One remittance as a story for people, in the order in which it happened. The facts are explain-facts.ts.
import type { Explanation } from './explain-facts.ts';
import { readRuleWords } from './fee-rules.ts';
import { destinationWords } from './submission.ts';
import { indented, money, sheet, table } from './table.ts';
import type { Session } from './verb.ts';
import { when, word } from './words.ts';

const ACCOUNTS: Readonly<Record<string, readonly [ja: string, en: string]>> = {
  available: ['利用可能額', 'available'],
  reserved: ['送金予定額（確保済み）', 'reserved'],
  in_flight: ['送金処理中', 'in flight'],
  cash: ['銀行預金', 'cash at bank'],
  fees_receivable: ['未収手数料', 'fees receivable'],
  fee_income: ['手数料収入', 'fee income'],
};

const CAUSES: Readonly<Record<string, readonly [ja: string, en: string]>> = {
  instruct: ['送金指図', 'instructed'],
  release: ['取消・期限切れ', 'released'],
  dispatch: ['銀行への引渡し', 'handed over'],
  paid: ['送金完了', 'paid'],
  failed: ['送金不能', 'failed'],
  returned: ['資金返却', 'returned'],
  fee: ['手数料', 'fee'],
};

const BASES: Readonly<Record<string, readonly [ja: string, en: string]>> = {
  rail_result: ['銀行の結果', "the bank's result"],
  bank_statement: ['入出金明細', 'a bank statement'],
  no_return: ['所定の営業日数、返却がなかったこと', 'no return within the days agreed'],
};

type Words = Readonly<Record<string, readonly [ja: string, en: string]>>;

function inWords(session: Session, words: Words, code: string): string {
  const [kind = code] = code.split(':');
  const [ja, en] = words[kind] ?? [code, code];
  return session.say(ja, en);
}

const time = (iso: string | null) => when(iso === null ? null : Temporal.Instant.from(iso));

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

function deposits(session: Session, { deposits: facts }: Explanation): string {
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
  return table(heads, rows);
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

function fee(session: Session, { fee: facts, remittance }: Explanation): string {
  const { say } = session;
  const rule = facts.rule === null ? '-' : readRuleWords(session, facts.rule);
  return sheet([
    [say('手数料（税抜・円）', 'Fee without tax'), money(facts.amount_yen)],
    [say('消費税（目安・円）', 'Tax (indicative)'), money(remittance.fee.tax)],
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

function ledger(session: Session, { transfers }: Explanation): string {
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
  return table(heads, rows);
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
  return table(heads, rows);
}
