// Where the money of a remittance is now: one sentence, the four places it can be in, and, where it
// did not arrive, why and what to do.
import { day, moment, yenInWords } from '../format.ts';
import { defineWords, locale } from '../language.ts';
import { Icon } from '../parts/icons.tsx';
import type { RemittanceDetail } from '../remittance-query.ts';

const useWords = defineWords(
  'where',
  {
    title: 'お金はいま',
    available: '利用可能額',
    reserved: '送金予定額（確保済み）',
    in_flight: '送金処理中',
    recipient: '受取人',
    awaiting_approval: '承認を待っています。{{amount}}は確保してあり、承認されるまで送られません。',
    awaiting_funds: '送金資金の入金を待っています。入金があると自動で確保され、送金に進みます。',
    awaiting_recipient:
      '受取人の手続きを待っています。{{amount}}は確保してあります。受取URLは{{until}}まで有効です。',
    awaiting_recipient_plain: '受取人の手続きを待っています。{{amount}}は確保してあります。',
    scheduled: '{{cutOff}}の締切で送ります。{{arrival}}中に入金予定です。',
    scheduled_plain: '送金の準備ができています。まもなく送ります。',
    processing: '送金経路に渡しました。結果を待っています。{{arrival}}中に入金予定です。',
    processing_plain: '送金経路に渡しました。結果を待っています。',
    receivable: '受取人がいつでも受け取れます。受取人が受け取ると完了します。',
    paid: '{{paid}}に受取人へ届きました。',
    partly: 'うち{{received}}が受け取られ、残りは利用可能額に戻りました。',
    failed: '送金できませんでした。{{amount}}は利用可能額に戻っています。',
    expired: '期限までに受け取られませんでした。{{amount}}は利用可能額に戻っています。',
    canceled: '取り消されました。{{amount}}は利用可能額に戻っています。',
    returned: '受取側の銀行から戻ってきました。{{amount}}は利用可能額に戻っています。',
    held: '確認中のため送金を止めています（{{since}}から）。確認が済むと次の締切で送られます。',
    why: '理由',
    todo: 'できること',
    recall_requested: '組戻しを依頼しています。受取人の承諾を待っています。',
    recall_consented: '組戻しに承諾がありました。お金が戻るのを待っています。',
    recall_refused: '組戻しは承諾されませんでした。お金は受取人にあります。',
    recall_returned: '組戻しでお金が戻りました。',
  },
  {
    title: 'The money now',
    available: 'Available',
    reserved: 'Reserved',
    in_flight: 'In flight',
    recipient: 'Recipient',
    awaiting_approval: 'It waits for approval. {{amount}} is reserved and not sent until then.',
    awaiting_funds: 'It waits for funds. Once they arrive it is reserved and goes on by itself.',
    awaiting_recipient:
      'It waits for the recipient. {{amount}} is reserved. The receive link is open ' +
      'until {{until}}.',
    awaiting_recipient_plain: 'It waits for the recipient. {{amount}} is reserved.',
    scheduled: 'It leaves at the cut-off of {{cutOff}} and arrives by {{arrival}}.',
    scheduled_plain: 'It is ready and leaves shortly.',
    processing: 'It was handed to the rail. It arrives by {{arrival}}; the result is awaited.',
    processing_plain: 'It was handed to the rail. The result is awaited.',
    receivable: 'The recipient can take it at any time. It is complete once they have.',
    paid: 'It reached the recipient on {{paid}}.',
    partly: '{{received}} of it was taken; the rest is available again.',
    failed: 'It could not be sent. {{amount}} is available again.',
    expired: 'It was not taken in time. {{amount}} is available again.',
    canceled: 'It was canceled. {{amount}} is available again.',
    returned: 'The receiving bank sent it back. {{amount}} is available again.',
    held: 'It is held back for checks (since {{since}}). It leaves at the next cut-off after that.',
    why: 'Why',
    todo: 'What you can do',
    recall_requested: 'A recall was asked for. The recipient’s consent is awaited.',
    recall_consented: 'The recall was agreed to. The money is on its way back.',
    recall_refused: 'The recall was refused. The money stays with the recipient.',
    recall_returned: 'The money came back by recall.',
  },
);

type Remittance = RemittanceDetail['remittance'];

const PLACES = ['available', 'reserved', 'in_flight', 'recipient'] as const;

const AT: Readonly<Record<string, number>> = {
  awaiting_approval: 1,
  awaiting_recipient: 1,
  scheduled: 1,
  processing: 2,
  receivable: 2,
  paid: 3,
};

export function WhereNow({ detail }: { readonly detail: RemittanceDetail }) {
  const say = useWords();
  const { remittance } = detail;
  const sentence = useSentence(remittance);
  const at = AT[remittance.status] ?? 0;
  const explained = remittance.status_explanation;
  const isJa = locale() === 'ja';
  return (
    <section className={`where ${remittance.status}`} aria-labelledby="where">
      <h2 id="where">{say('title')}</h2>
      <p className="where-sentence">{sentence}</p>
      {remittance.hold !== null && (
        <p className="attention">
          <Icon name="hold" /> {say('held', { since: moment(remittance.hold.since) })}
        </p>
      )}
      <RecallNote recall={remittance.recall} />
      <ol className="places">
        {PLACES.map((place, index) => (
          <li
            key={place}
            className={index < at ? 'passed' : index === at ? 'here' : 'ahead'}
            aria-current={index === at ? 'step' : undefined}
          >
            <span>{say(place)}</span>
          </li>
        ))}
      </ol>
      {explained !== null && (
        <dl className="reason">
          <div>
            <dt>{say('why')}</dt>
            <dd>{isJa ? explained.ja : explained.en}</dd>
          </div>
          <div>
            <dt>{say('todo')}</dt>
            <dd>{isJa ? explained.advice_ja : explained.advice_en}</dd>
          </div>
        </dl>
      )}
    </section>
  );
}

function RecallNote({ recall }: { readonly recall: string | null }) {
  const say = useWords();
  const known = ['requested', 'consented', 'refused', 'returned'] as const;
  const state = known.find((each) => each === recall);
  if (state === undefined) return null;
  return (
    <p className="attention">
      <Icon name="returned" /> {say(`recall_${state}`)}
    </p>
  );
}

function useSentence(remittance: Remittance): string {
  const say = useWords();
  const { status, expected_arrival, cut_off_at, link, paid_at, received_amount } = remittance;
  const amount = yenInWords(remittance.amount);
  const arrival = expected_arrival === null ? null : day(expected_arrival.to);
  if (status === 'paid' && paid_at !== null) {
    const isPart = received_amount !== null && received_amount < remittance.amount;
    const part = isPart ? say('partly', { received: yenInWords(received_amount) }) : '';
    return `${say('paid', { paid: day(paid_at) })}${part}`;
  }
  if (status === 'awaiting_recipient') {
    if (link === null) return say('awaiting_recipient_plain', { amount });
    return say('awaiting_recipient', { amount, until: lastDay(link.expires_at) });
  }
  if (status === 'scheduled') {
    if (cut_off_at === null || arrival === null) return say('scheduled_plain');
    return say('scheduled', { cutOff: moment(cut_off_at), arrival });
  }
  if (status === 'processing') {
    return arrival === null ? say('processing_plain') : say('processing', { arrival });
  }
  const plain = [
    'awaiting_approval',
    'awaiting_funds',
    'receivable',
    'failed',
    'expired',
    'canceled',
    'returned',
  ] as const;
  const known = plain.find((each) => each === status);
  return known === undefined ? '' : say(known, { amount });
}

/** A link is open through the day before the midnight at which it ends. */
function lastDay(expiresAt: string): string {
  return day(new Date(Date.parse(expiresAt) - 1).toISOString());
}
