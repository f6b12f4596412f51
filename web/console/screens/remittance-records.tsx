// The records of a remittance, as tables: attempts at the rail, movements of money, messages to the
// recipient, notices to the merchant's own systems.
import type { ReactNode } from 'react';
import { day, stamp, yen } from '../format.ts';
import { defineWords, locale } from '../language.ts';
import { SidewaysFrame } from '../parts/sideways-frame.tsx';
import { Status } from '../parts/status.tsx';
import type { RemittanceDetail } from '../remittance-query.ts';

const useWords = defineWords(
  'records',
  {
    attempts: '送金の試行',
    attempt: '回',
    rail: '送金経路',
    code: '送金番号（20桁）',
    leaves: '送金日',
    handed: '渡した日時',
    result: '結果',
    transfers: 'お金の動き',
    movement: '番号',
    at: '日時',
    from: 'から',
    to: 'へ',
    amount: '金額',
    left: '直後の利用可能額',
    available: '利用可能額',
    reserved: '送金予定額（確保済み）',
    in_flight: '送金処理中',
    bank: '銀行・送金経路',
    fees: '手数料',
    shortfall: '不足額',
    clearing: '清算',
    messages: '受取人へのお知らせ',
    message: '内容',
    address: '宛先',
    when: '日時',
    state: '状態',
    queued: '送信予定',
    sent: '送信済み',
    delivered: '到達',
    bounced: '届かず',
    failed: '送信できず',
    canceled: '取りやめ',
    deliveries: 'Webhookの配信',
    event: 'イベント',
    host: '配信先',
    tries: '試行',
    answer: '応答',
    pending: '配信待ち',
    dead: '配信を停止',
    ok: '配信済み',
  },
  {
    attempts: 'Attempts',
    attempt: 'No.',
    rail: 'Rail',
    code: 'Dispatch code (20 digits)',
    leaves: 'Leaves on',
    handed: 'Handed over',
    result: 'Result',
    transfers: 'Movements of money',
    movement: 'No.',
    at: 'Time',
    from: 'From',
    to: 'To',
    amount: 'Amount',
    left: 'Available after',
    available: 'Available',
    reserved: 'Reserved',
    in_flight: 'In flight',
    bank: 'Bank or rail',
    fees: 'Fees',
    shortfall: 'Shortfall',
    clearing: 'Clearing',
    messages: 'Messages to the recipient',
    message: 'Message',
    address: 'To',
    when: 'Time',
    state: 'State',
    queued: 'To be sent',
    sent: 'Sent',
    delivered: 'Delivered',
    bounced: 'Bounced',
    failed: 'Not sent',
    canceled: 'Dropped',
    deliveries: 'Webhook deliveries',
    event: 'Event',
    host: 'To',
    tries: 'Tries',
    answer: 'Answer',
    pending: 'Waiting',
    dead: 'Given up',
    ok: 'Delivered',
  },
);

const useKinds = defineWords(
  'message-kinds',
  {
    receive_link: '受取URLのお知らせ',
    receive_reminder: '手続きのご案内（再送）',
    link_reissued: '新しい受取URLのお知らせ',
    account_refused: '口座の確認のお願い',
    receipt_information: 'ATMでの受取番号',
    paid: '受け取り完了のお知らせ',
    choice_taken: '手続き受付のお知らせ',
    choice_reopened: '手続きやり直しのご案内',
    recall_refused: '組戻し結果のお知らせ',
    expired_notice: '受取期限切れのお知らせ',
    declined_confirmation: '受取辞退の確認',
    link_withdrawn: '取りやめのお知らせ',
    verification_locked: '手続きのロックのお知らせ',
    other: 'お知らせ',
  },
  {
    receive_link: 'Receive link',
    receive_reminder: 'Reminder',
    link_reissued: 'New receive link',
    account_refused: 'Please check the account',
    receipt_information: 'Numbers for the ATM',
    paid: 'Paid',
    choice_taken: 'Choice taken',
    choice_reopened: 'Choose again',
    recall_refused: 'Result of the recall',
    expired_notice: 'Time is over',
    declined_confirmation: 'Declined',
    link_withdrawn: 'Withdrawn',
    verification_locked: 'Locked',
    other: 'Message',
  },
);

const KINDS = [
  'receive_link',
  'receive_reminder',
  'link_reissued',
  'account_refused',
  'receipt_information',
  'paid',
  'choice_taken',
  'choice_reopened',
  'recall_refused',
  'expired_notice',
  'declined_confirmation',
  'link_withdrawn',
  'verification_locked',
] as const;

function RecordTable(props: {
  readonly title: string;
  readonly heads: readonly string[];
  /** How many of the last columns are amounts. */
  readonly amounts?: number;
  readonly children: ReactNode;
}) {
  const firstAmount = props.heads.length - (props.amounts ?? 0);
  return (
    <section className="record">
      <h2>{props.title}</h2>
      <SidewaysFrame label={props.title}>
        <table className="ledger dense plain-rows">
          <thead>
            <tr>
              {props.heads.map((head, index) => (
                <th
                  key={head}
                  scope="col"
                  className={index >= firstAmount ? 'c-amount' : undefined}
                >
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>{props.children}</tbody>
        </table>
      </SidewaysFrame>
    </section>
  );
}

export function Attempts({ attempts }: Pick<RemittanceDetail, 'attempts'>) {
  const say = useWords();
  if (attempts.length === 0) return null;
  const heads = [say('attempt'), say('rail'), say('code'), say('leaves')];
  return (
    <RecordTable title={say('attempts')} heads={[...heads, say('handed'), say('result')]}>
      {attempts.map((attempt) => (
        <tr key={attempt.number}>
          <td>{attempt.number}</td>
          <td>{attempt.rail}</td>
          <td>
            <code>{attempt.dispatch_code}</code>
          </td>
          <td>{day(attempt.transfer_date)}</td>
          <td>{stamp(attempt.created_at)}</td>
          <td>
            <Status name={attempt.status} /> {attempt.reason?.[locale()]}
          </td>
        </tr>
      ))}
    </RecordTable>
  );
}

export function Transfers({ transfers }: Pick<RemittanceDetail, 'transfers'>) {
  const say = useWords();
  if (transfers.length === 0) return null;
  const heads = [say('movement'), say('at'), say('from'), say('to'), say('amount'), say('left')];
  return (
    <RecordTable title={say('transfers')} heads={heads} amounts={2}>
      {transfers.map((transfer) => (
        <tr key={transfer.sequence}>
          <td>{transfer.sequence}</td>
          <td>{stamp(transfer.at)}</td>
          <td>{say(transfer.from)}</td>
          <td>{say(transfer.to)}</td>
          <td className="c-amount">{yen(transfer.amount)}</td>
          <td className="c-amount">
            {transfer.available_after === null ? '—' : yen(transfer.available_after)}
          </td>
        </tr>
      ))}
    </RecordTable>
  );
}

export function Messages({ remittance }: Pick<RemittanceDetail, 'remittance'>) {
  const say = useWords();
  const kind = useKinds();
  const { delivery } = remittance;
  if (delivery.length === 0) return null;
  const heads = [say('message'), say('address'), say('when'), say('state')];
  return (
    <RecordTable title={say('messages')} heads={heads}>
      {delivery.map(({ message, to, at, state, reason }) => (
        <tr key={`${message} ${to} ${at} ${state}`}>
          <td>{kind(KINDS.find((each) => each === message) ?? 'other')}</td>
          <td>{to}</td>
          <td>{stamp(at)}</td>
          <td>
            {say(state)} {reason !== null && <code>{reason}</code>}
          </td>
        </tr>
      ))}
    </RecordTable>
  );
}

export function Deliveries({ deliveries }: Pick<RemittanceDetail, 'deliveries'>) {
  const say = useWords();
  if (deliveries.length === 0) return null;
  const state = {
    pending: 'pending',
    delivered: 'ok',
    dead: 'dead',
    canceled: 'canceled',
  } as const;
  const heads = [say('event'), say('host'), say('tries'), say('answer'), say('state')];
  return (
    <RecordTable title={say('deliveries')} heads={heads}>
      {deliveries.map((delivery) => (
        <tr key={`${delivery.event_id} ${delivery.endpoint_id}`}>
          <td>
            <code>{delivery.type}</code>
          </td>
          <td>{delivery.host}</td>
          <td>{delivery.attempts}</td>
          <td>{delivery.last_status ?? '—'}</td>
          <td>
            {say(state[delivery.status])}{' '}
            {delivery.delivered_at !== null && (
              <span className="soft">{stamp(delivery.delivered_at)}</span>
            )}
          </td>
        </tr>
      ))}
    </RecordTable>
  );
}
