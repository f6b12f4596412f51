// What was agreed for a remittance: to whom, by what, for what, at which fee; and what it is called
// by.
import { UnstyledButton } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { day, stamp, yen } from '../format.ts';
import { defineWords } from '../language.ts';
import { Icon } from '../parts/icons.tsx';
import { useRecipient } from '../parts/recipient.tsx';
import { useMethodName } from '../parts/status.tsx';
import type { RemittanceDetail } from '../remittance-query.ts';

const useWords = defineWords(
  'facts',
  {
    title: '内容',
    recipient: '受取人',
    method: '受取方法',
    purpose: '用途',
    fee: '手数料（税抜）',
    feeOpen: '受取方法が決まると確定します',
    tax: '消費税（参考）',
    account: '口座ID',
    asked: '指定日',
    leaves: '送金日',
    arrival: '入金予定',
    received: '受付',
    updated: '最終更新',
    basis: '完了の根拠',
    rail_result: '送金経路の結果',
    bank_statement: '入出金明細',
    no_return: '返却がないまま所定の日数が経過',
    id: '送金ID',
    copy: '送金IDをコピー',
    copied: 'コピーしました',
    other: '加盟店の項目',
  },
  {
    title: 'Details',
    recipient: 'Recipient',
    method: 'Method',
    purpose: 'Purpose',
    fee: 'Fee without tax',
    feeOpen: 'Known once the method is',
    tax: 'Tax (indicative)',
    account: 'Account ID',
    asked: 'Asked for',
    leaves: 'Leaves on',
    arrival: 'Arrives by',
    received: 'Received',
    updated: 'Last change',
    basis: 'Known to be paid by',
    rail_result: 'The rail’s result',
    bank_statement: 'The bank statement',
    no_return: 'No return within the set days',
    id: 'Remittance ID',
    copy: 'Copy the remittance ID',
    copied: 'Copied',
    other: 'Your own fields',
  },
);

export function RemittanceFacts({
  remittance,
}: {
  readonly remittance: RemittanceDetail['remittance'];
}) {
  const say = useWords();
  const methodName = useMethodName();
  const { name, place } = useRecipient()(remittance);
  const { fee, expected_arrival, transfer_date, scheduled_for, paid_basis } = remittance;
  const own = Object.entries(remittance.metadata);
  const basis = (['rail_result', 'bank_statement', 'no_return'] as const).find(
    (each) => each === paid_basis,
  );
  return (
    <aside className="facts">
      <h2>{say('title')}</h2>
      <dl>
        <Fact name={say('recipient')}>
          {name !== '' && <span className="recipient-name">{name}</span>} {place}
        </Fact>
        <Fact name={say('method')}>{methodName(remittance.method)}</Fact>
        <Fact name={say('purpose')}>{remittance.description}</Fact>
        <Fact name={say('fee')}>{fee.amount === null ? say('feeOpen') : yen(fee.amount)}</Fact>
        <Fact name={say('tax')}>{fee.tax !== null && yen(fee.tax)}</Fact>
        <Fact name={say('account')}>{remittance.account_id}</Fact>
        <Fact name={say('asked')}>{scheduled_for !== null && day(scheduled_for)}</Fact>
        <Fact name={say('leaves')}>{transfer_date !== null && day(transfer_date)}</Fact>
        <Fact name={say('arrival')}>{expected_arrival && day(expected_arrival.to)}</Fact>
        <Fact name={say('basis')}>{basis && say(basis)}</Fact>
        <Fact name={say('received')}>{stamp(remittance.created_at)}</Fact>
        <Fact name={say('updated')}>{stamp(remittance.updated_at)}</Fact>
        <Fact name={say('id')}>
          <CopyableId id={remittance.id} />
        </Fact>
      </dl>
      {own.length > 0 && (
        <>
          <h3>{say('other')}</h3>
          <dl>
            {own.map(([key, value]) => (
              <Fact key={key} name={key}>
                {value}
              </Fact>
            ))}
          </dl>
        </>
      )}
    </aside>
  );
}

/** Nothing where there is nothing to say. */
function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  if (children === null || children === undefined || children === false || children === '') {
    return null;
  }
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function CopyableId({ id }: { readonly id: string }) {
  const say = useWords();
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(id);
    setCopied(true);
  };
  return (
    <>
      <code>{id}</code>{' '}
      <UnstyledButton
        className="copy no-print"
        aria-label={say('copy')}
        onClick={() => void copy()}
      >
        <Icon name="copy" />
      </UnstyledButton>
      <span role="status" className="small soft">
        {isCopied && say('copied')}
      </span>
    </>
  );
}
