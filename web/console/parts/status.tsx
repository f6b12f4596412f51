// The words of the glossary for where a remittance is, each with its one icon and tone: the same in
// table, timeline and sentence.
import { defineWords } from '../language.ts';
import { Icon, type IconName } from './icons.tsx';
import './status.css';

interface Shown {
  readonly icon: IconName;
  readonly tone: 'waiting' | 'moving' | 'good' | 'attention' | 'bad' | 'over';
}

const SHOWN = {
  awaiting_approval: { icon: 'approval', tone: 'attention' },
  awaiting_funds: { icon: 'funds', tone: 'attention' },
  awaiting_recipient: { icon: 'recipient', tone: 'waiting' },
  scheduled: { icon: 'scheduled', tone: 'moving' },
  processing: { icon: 'processing', tone: 'moving' },
  receivable: { icon: 'receivable', tone: 'moving' },
  paid: { icon: 'paid', tone: 'good' },
  failed: { icon: 'failed', tone: 'bad' },
  expired: { icon: 'expired', tone: 'over' },
  canceled: { icon: 'canceled', tone: 'over' },
  returned: { icon: 'returned', tone: 'attention' },
  held: { icon: 'hold', tone: 'attention' },
} as const satisfies Record<string, Shown>;

export type StatusName = keyof typeof SHOWN;
/** Statuses by which lists are asked for; `held` stands beside them. */
export const STATUS_NAMES = Object.keys(SHOWN).filter((name) => name !== 'held') as StatusName[];

export const useStatusWords = defineWords(
  'status',
  {
    awaiting_approval: '承認待ち',
    awaiting_funds: '入金待ち（残高不足）',
    awaiting_recipient: '受取手続き待ち',
    scheduled: '送金予定',
    processing: '送金処理中',
    receivable: '受取可能',
    paid: '送金完了',
    failed: '送金不能',
    expired: '受取期限切れ',
    canceled: '取消済み',
    returned: '資金返却',
    held: '確認中',
  },
  {
    awaiting_approval: 'Awaiting approval',
    awaiting_funds: 'Awaiting funds',
    awaiting_recipient: 'Awaiting recipient',
    scheduled: 'Scheduled',
    processing: 'Processing',
    receivable: 'Ready to receive',
    paid: 'Paid',
    failed: 'Failed',
    expired: 'Expired',
    canceled: 'Canceled',
    returned: 'Returned',
    held: 'On hold',
  },
);

export function Status({ name }: { readonly name: string }) {
  const say = useStatusWords();
  const known = name as StatusName;
  const { icon, tone } = SHOWN[known];
  return (
    <span className={`status ${tone}`}>
      <Icon name={icon} />
      <span>{say(known)}</span>
    </span>
  );
}

export const useMethodWords = defineWords(
  'method',
  {
    bank_transfer: '銀行振込',
    atm_cash: 'セブン銀行ATM',
    amazon_gift: 'Amazonギフト',
    au_pay: 'au PAY',
    unspecified: '受取人が選ぶ',
  },
  {
    bank_transfer: 'Bank transfer',
    atm_cash: 'Seven Bank ATM',
    amazon_gift: 'Amazon gift',
    au_pay: 'au PAY',
    unspecified: 'Recipient chooses',
  },
);

export const METHOD_NAMES = [
  'bank_transfer',
  'atm_cash',
  'amazon_gift',
  'au_pay',
  'unspecified',
] as const;

/** A method that came later than this build shows by its name. */
export function useMethodName(): (method: string) => string {
  const say = useMethodWords();
  return (method) =>
    (METHOD_NAMES as readonly string[]).includes(method)
      ? say(method as (typeof METHOD_NAMES)[number])
      : method;
}
