// Who gets the money, in one line, from the masked destination: the name as far as it is shown, and
// where to.

import { defineWords } from '../language.ts';
import type { RemittanceRow } from '../remittance-query.ts';

const useWords = defineWords(
  'recipient',
  {
    ends: '末尾{{digits}}',
    ordinary: '普通',
    current: '当座',
    savings: '貯蓄',
    waiting: '（受取人の指定待ち）',
  },
  {
    ends: 'ending {{digits}}',
    ordinary: 'ordinary',
    current: 'current',
    savings: 'savings',
    waiting: '(recipient has not chosen)',
  },
);

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

export interface RecipientWords {
  readonly name: string;
  readonly place: string;
}

export function useRecipient(): (row: RemittanceRow) => RecipientWords {
  const say = useWords();
  return ({ method, destination }) => {
    if (method === 'unspecified') return { name: '', place: say('waiting') };
    if (method !== 'bank_transfer') {
      const shown = text(destination.email) || text(destination.sms) || text(destination.phone);
      return { name: '', place: shown };
    }
    const type = text(destination.account_type);
    const digits = text(destination.account_number_last3);
    const known = type === 'ordinary' || type === 'current' || type === 'savings';
    const account = [known ? say(type) : '', digits === '' ? '' : say('ends', { digits })];
    const bank = text(destination.bank_name) || text(destination.bank_code);
    const branch = text(destination.branch_name) || text(destination.branch_code);
    return {
      name: text(destination.account_holder_masked),
      place: [bank, branch, ...account].filter((part) => part !== '').join(' '),
    };
  };
}
