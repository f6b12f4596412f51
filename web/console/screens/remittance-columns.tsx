// The columns that the table of remittances can have, which of them a person shows, how dense.
import { Button, Checkbox, Popover } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { day, stamp, yen } from '../format.ts';
import { defineWords } from '../language.ts';
import { Icon } from '../parts/icons.tsx';
import { useRecipient } from '../parts/recipient.tsx';
import { Status, useMethodName } from '../parts/status.tsx';
import type { RemittanceRow } from '../remittance-query.ts';

const useWords = defineWords(
  'columns',
  {
    columns: '表示項目',
    created: '受付日時',
    reference: '管理番号',
    recipient: '受取人',
    method: '受取方法',
    amount: '金額',
    status: '状態',
    arrival: '入金日（予定）',
    fee: '手数料',
    description: '用途',
    leaves: '送金日',
    id: '送金ID',
    roomy: '行をゆったり表示',
  },
  {
    columns: 'Columns',
    created: 'Received',
    reference: 'Reference',
    recipient: 'Recipient',
    method: 'Method',
    amount: 'Amount',
    status: 'Status',
    arrival: 'Arrival',
    fee: 'Fee',
    description: 'Purpose',
    leaves: 'Leaves on',
    id: 'Remittance ID',
    roomy: 'Roomy rows',
  },
);

export const COLUMNS = [
  'created',
  'reference',
  'recipient',
  'description',
  'method',
  'amount',
  'fee',
  'status',
  'leaves',
  'arrival',
  'id',
] as const;

export type Column = (typeof COLUMNS)[number];

const FIRST_SHOWN: Column[] = [
  'created',
  'reference',
  'recipient',
  'method',
  'amount',
  'status',
  'arrival',
];

export interface Columns {
  readonly shown: readonly Column[];
  readonly isDense: boolean;
  readonly toggle: (column: Column) => void;
  readonly toggleDense: () => void;
}

export function useColumns(): Columns {
  const [kept, keep] = useLocalStorage<Column[]>({
    key: 'kawase-remittance-columns',
    defaultValue: FIRST_SHOWN,
    getInitialValueInEffect: false,
  });
  const [isDense, setDense] = useLocalStorage({
    key: 'kawase-dense-rows',
    defaultValue: true,
    getInitialValueInEffect: false,
  });
  const shown = COLUMNS.filter((column) => kept.includes(column));
  return {
    shown,
    isDense,
    toggle: (column) =>
      keep(kept.includes(column) ? kept.filter((each) => each !== column) : [...kept, column]),
    toggleDense: () => setDense(!isDense),
  };
}

export function useColumnName(): (column: Column) => string {
  const say = useWords();
  return (column) => say(column);
}

export function ColumnChoice({ columns }: { readonly columns: Columns }) {
  const say = useWords();
  return (
    <Popover position="bottom-end" trapFocus returnFocus>
      <Popover.Target>
        <Button
          variant="subtle"
          size="compact-sm"
          className="no-print"
          leftSection={<Icon name="columns" />}
        >
          {say('columns')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <fieldset className="column-choice">
          <legend className="for-reader">{say('columns')}</legend>
          {COLUMNS.map((column) => (
            <Checkbox
              key={column}
              size="xs"
              label={say(column)}
              checked={columns.shown.includes(column)}
              disabled={column === 'reference'}
              onChange={() => columns.toggle(column)}
            />
          ))}
          <hr />
          <Checkbox
            size="xs"
            label={say('roomy')}
            checked={!columns.isDense}
            onChange={columns.toggleDense}
          />
        </fieldset>
      </Popover.Dropdown>
    </Popover>
  );
}

/** What a cell of a column holds. */
export function useCell(): (column: Column, row: RemittanceRow) => ReactNode {
  const methodName = useMethodName();
  const recipient = useRecipient();
  return (column, row) => {
    if (column === 'created') return <time dateTime={row.created_at}>{stamp(row.created_at)}</time>;
    if (column === 'amount') return yen(row.amount);
    if (column === 'fee') return row.fee.amount === null ? '—' : yen(row.fee.amount);
    if (column === 'method') return methodName(row.method);
    if (column === 'status') return <StatusCell row={row} />;
    if (column === 'description') return row.description;
    if (column === 'leaves') return row.transfer_date === null ? '—' : day(row.transfer_date);
    if (column === 'arrival') return arrivalOf(row);
    if (column === 'id') return <code>{row.id}</code>;
    const { name, place } = recipient(row);
    return (
      <>
        {name !== '' && <span className="recipient-name">{name}</span>}{' '}
        <span className="soft">{place}</span>
      </>
    );
  };
}

function StatusCell({ row }: { readonly row: RemittanceRow }) {
  return (
    <>
      <Status name={row.status} />
      {row.hold !== null && (
        <>
          {' '}
          <Status name="held" />
        </>
      )}
    </>
  );
}

/** While it is still to come; afterwards the status says it. */
function arrivalOf(row: RemittanceRow): string {
  if (row.status === 'paid' && row.paid_at !== null) return day(row.paid_at);
  const isToCome = ['scheduled', 'processing', 'awaiting_approval'].includes(row.status);
  return row.expected_arrival !== null && isToCome ? day(row.expected_arrival.to) : '—';
}
