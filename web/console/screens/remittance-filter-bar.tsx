// The questions that the table of remittances can be asked: one search field for what a caller or a
// list names, the status, and the rest beside it.
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { defineWords } from '../language.ts';
import { Icon } from '../parts/icons.tsx';
import { METHOD_NAMES, STATUS_NAMES, useMethodName, useStatusWords } from '../parts/status.tsx';
import type { RemittanceFilter } from './remittance-filter.ts';

const useWords = defineWords(
  'filter',
  {
    search: '検索',
    searchFor: '管理番号・送金ID・名義（カナ）・口座番号の下4桁',
    status: '状態',
    all: 'すべて',
    trouble: '送金不能・資金返却',
    method: '受取方法',
    from: '受付日（から）',
    to: '受付日（まで）',
    min: '金額（円以上）',
    max: '金額（円以下）',
    ask: '絞り込む',
    clear: '条件を外す',
    more: '日付・金額・受取方法',
  },
  {
    search: 'Search',
    searchFor: 'Reference, remittance ID, holder (kana), last 4 digits of account',
    status: 'Status',
    all: 'All',
    trouble: 'Failed or returned',
    method: 'Method',
    from: 'Received from',
    to: 'Received until',
    min: 'Amount from (¥)',
    max: 'Amount to (¥)',
    ask: 'Apply',
    clear: 'Clear',
    more: 'Dates, amount, method',
  },
);

const TROUBLE = 'failed,returned';

export function FilterBar(props: {
  readonly filter: RemittanceFilter;
  readonly onAsk: (filter: RemittanceFilter) => void;
}) {
  const say = useWords();
  const { filter, onAsk } = props;
  const [draft, setDraft] = useState(filter);
  const hasMore = [filter.method, filter.from, filter.to, filter.min, filter.max].some(Boolean);
  const [showsMore, setShowsMore] = useState(hasMore);
  const change = (name: keyof RemittanceFilter, value: string) => {
    const { [name]: _old, ...others } = draft;
    const next = value === '' ? others : { ...others, [name]: value };
    setDraft(next);
    return next;
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onAsk(draft);
  };
  const isAsked = hasMore || filter.q !== undefined || filter.status !== undefined;
  return (
    <search>
      <form className="filter no-print" onSubmit={submit}>
        <div className="filter-row">
          <TextInput
            id="search"
            className="search"
            type="search"
            aria-label={`${say('search')}: ${say('searchFor')}`}
            placeholder={say('searchFor')}
            leftSection={<Icon name="search" />}
            maxLength={100}
            value={draft.q ?? ''}
            onChange={(event) => change('q', event.currentTarget.value)}
          />
          <StatusSelect
            value={draft.status ?? ''}
            onChange={(value) => onAsk(change('status', value))}
          />
          <Button type="submit" variant="default">
            {say('ask')}
          </Button>
          <Button
            variant="subtle"
            aria-expanded={showsMore}
            onClick={() => setShowsMore(!showsMore)}
            rightSection={<Icon name="down" />}
          >
            {say('more')}
          </Button>
          {isAsked && (
            <Button variant="subtle" onClick={() => onAsk({})}>
              {say('clear')}
            </Button>
          )}
        </div>
        {showsMore && <MoreQuestions draft={draft} onChange={change} />}
      </form>
    </search>
  );
}

function StatusSelect(props: {
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const say = useWords();
  const statusName = useStatusWords();
  const several = [
    { value: '', label: `${say('status')}: ${say('all')}` },
    { value: TROUBLE, label: say('trouble') },
    { value: 'held', label: statusName('held') },
  ];
  const single = STATUS_NAMES.map((name) => ({ value: name, label: statusName(name) }));
  return (
    <NativeSelect
      aria-label={say('status')}
      value={props.value}
      onChange={(event) => props.onChange(event.currentTarget.value)}
      data={[...several, ...single]}
    />
  );
}

function MoreQuestions(props: {
  readonly draft: RemittanceFilter;
  readonly onChange: (name: keyof RemittanceFilter, value: string) => void;
}) {
  const say = useWords();
  const methodName = useMethodName();
  const { draft, onChange } = props;
  const methods = METHOD_NAMES.map((name) => ({ value: name, label: methodName(name) }));
  return (
    <div className="filter-row more">
      {(['from', 'to'] as const).map((name) => (
        <TextInput
          key={name}
          type="date"
          label={say(name)}
          value={draft[name] ?? ''}
          onChange={(event) => onChange(name, event.currentTarget.value)}
        />
      ))}
      {(['min', 'max'] as const).map((name) => (
        <TextInput
          key={name}
          className="amount-field"
          label={say(name)}
          inputMode="numeric"
          pattern="[0-9]{1,7}"
          value={draft[name] ?? ''}
          onChange={(event) => onChange(name, plainDigits(event.currentTarget.value))}
        />
      ))}
      <NativeSelect
        label={say('method')}
        value={draft.method ?? ''}
        onChange={(event) => onChange('method', event.currentTarget.value)}
        data={[{ value: '', label: say('all') }, ...methods]}
      />
    </div>
  );
}

/** As pasted from a sheet: `１２，３００円` is 12300. */
function plainDigits(text: string): string {
  return text.normalize('NFKC').replace(/\D/g, '').slice(0, 7);
}
