// What happened to a remittance, newest first, in the words of the glossary.
import { moment } from '../format.ts';
import { defineWords } from '../language.ts';
import { Status } from '../parts/status.tsx';
import type { RemittanceDetail } from '../remittance-query.ts';

const useWords = defineWords(
  'timeline',
  {
    title: '経過',
    held: '確認のため保留しました',
    released: '保留を解きました',
    rescheduled: '送金の予定日が変わりました',
    message_bounced: '受取人へのお知らせが届きませんでした',
    link_opened: '受取人が手続きの画面を開きました',
    link_locked: '確認の答えの間違いが続き、手続きがロックされました',
    code_shown: 'ギフトコードが表示されました',
    partly_received: '一部が受け取られました',
    entered_for_recipient: '受取人に代わって口座を入力しました',
    receipt_locked: '受取番号がロックされました',
    receipt_unlocked: '受取番号のロックが解かれました',
    recall_requested: '組戻しを依頼しました',
    recall_consented: '組戻しに承諾がありました',
    recall_refused: '組戻しは承諾されませんでした',
    recall_returned: '組戻しでお金が戻りました',
  },
  {
    title: 'What happened',
    held: 'Held back for checks',
    released: 'No longer held back',
    rescheduled: 'The planned day changed',
    message_bounced: 'A message did not reach the recipient',
    link_opened: 'The recipient opened their page',
    link_locked: 'Too many wrong answers: the page was locked',
    code_shown: 'The gift code was shown',
    partly_received: 'Part of it was taken',
    entered_for_recipient: 'The account was entered for the recipient',
    receipt_locked: 'The receipt numbers were locked',
    receipt_unlocked: 'The receipt numbers were unlocked',
    recall_requested: 'A recall was asked for',
    recall_consented: 'The recall was agreed to',
    recall_refused: 'The recall was refused',
    recall_returned: 'The money came back by recall',
  },
);

const BESIDE = [
  'held',
  'released',
  'rescheduled',
  'message_bounced',
  'link_opened',
  'link_locked',
  'code_shown',
  'partly_received',
  'entered_for_recipient',
  'receipt_locked',
  'receipt_unlocked',
  'recall_requested',
  'recall_consented',
  'recall_refused',
  'recall_returned',
] as const;

export function Timeline({ detail }: { readonly detail: RemittanceDetail }) {
  const say = useWords();
  const { timeline } = detail.remittance;
  return (
    <section aria-labelledby="timeline">
      <h2 id="timeline">{say('title')}</h2>
      <ol className="timeline" reversed>
        {timeline.toReversed().map((entry) => {
          const beside = BESIDE.find((each) => `remittance.${each}` === entry.type);
          return (
            <li key={entry.sequence}>
              <time dateTime={entry.at}>{moment(entry.at)}</time>
              {beside === undefined ? <Status name={entry.status} /> : <span>{say(beside)}</span>}
            </li>
          );
        })}
      </ol>
    </section>
  );
}
