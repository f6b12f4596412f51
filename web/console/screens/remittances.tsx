// /console/<shop>/remittances: all remittances of a shop, newest first, by any question one has.
// The URL holds the question; which columns are shown is remembered in this browser.
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { defineWords } from '../language.ts';
import { ProblemNote } from '../parts/problem-note.tsx';
import { useShortcuts } from '../parts/shortcuts.ts';
import { pageQuery } from '../remittance-query.ts';
import { useShop } from '../session.ts';
import { useTitle } from '../shell.tsx';
import { ColumnChoice, useColumns } from './remittance-columns.tsx';
import { askedCount, fromStart, type RemittanceFilter } from './remittance-filter.ts';
import { FilterBar } from './remittance-filter-bar.tsx';
import { EmptyTable, RemittanceTable } from './remittance-table.tsx';
import './remittances.css';

const useWords = defineWords(
  'remittances',
  {
    title: '送金',
    first: '最初のページ',
    back: '前へ',
    next: '次へ',
    page: '{{page}}ページ目',
    loading: '読み込んでいます',
    again: 'もう一度読み込む',
  },
  {
    title: 'Remittances',
    first: 'First page',
    back: 'Back',
    next: 'Next',
    page: 'Page {{page}}',
    loading: 'Loading',
    again: 'Load again',
  },
);

export function Remittances() {
  const say = useWords();
  const shop = useShop();
  const filter = useSearch({ from: '/$shop/remittances' });
  const navigate = useNavigate({ from: '/$shop/remittances' });
  const query = useQuery(pageQuery(shop.id, filter));
  const columns = useColumns();
  // Of this page: another has other rows.
  const [choice, choose] = useState({ row: -1, of: filter });
  const chosen = choice.of === filter ? choice.row : -1;
  useTitle(say('title'));
  const rows = query.data?.data ?? [];
  const ask = (next: RemittanceFilter) => void navigate({ search: fromStart(next) });
  const open = (id: string) =>
    void navigate({ to: '/$shop/remittances/$id', params: { shop: shop.id, id } });
  const move = (by: number) =>
    choose({ row: Math.max(0, Math.min(rows.length - 1, chosen + by)), of: filter });
  useShortcuts({
    j: () => move(1),
    k: () => move(-1),
    Enter: rows[chosen] && (() => open(rows[chosen]!.id)),
    '/': () => document.getElementById('search')?.focus(),
  });
  const isEmpty = query.data !== undefined && rows.length === 0;
  return (
    <div className="remittances">
      <div className="title-row">
        <h1>{say('title')}</h1>
        <ColumnChoice columns={columns} />
      </div>
      <FilterBar key={JSON.stringify(fromStart(filter))} filter={filter} onAsk={ask} />
      {query.isError && (
        <div className="load-problem">
          <ProblemNote error={query.error} />
          <button type="button" className="plain" onClick={() => void query.refetch()}>
            {say('again')}
          </button>
        </div>
      )}
      {isEmpty ? (
        <EmptyTable
          isAsked={askedCount(filter) > 0 || filter.q !== undefined}
          onAll={() => ask({})}
        />
      ) : (
        !query.isError && (
          <RemittanceTable
            rows={query.data && rows}
            columns={columns.shown}
            isDense={columns.isDense}
            chosen={chosen}
            isStale={query.isPlaceholderData}
          />
        )
      )}
      <Pages filter={filter} nextCursor={query.data?.next_cursor ?? null} />
    </div>
  );
}

function Pages(props: { readonly filter: RemittanceFilter; readonly nextCursor: string | null }) {
  const say = useWords();
  const { filter, nextCursor } = props;
  const navigate = useNavigate({ from: '/$shop/remittances' });
  const page = Number(filter.page ?? 1);
  if (nextCursor === null && page === 1) return null;
  const go = (next: RemittanceFilter) => {
    void navigate({ search: next }).then(() => window.scrollTo(0, 0));
  };
  return (
    <nav className="pages no-print" aria-label={say('page', { page })}>
      {page > 2 && (
        <button type="button" className="plain" onClick={() => go(fromStart(filter))}>
          {say('first')}
        </button>
      )}
      {page > 1 && (
        <button
          type="button"
          className="plain"
          onClick={() => (page === 2 ? go(fromStart(filter)) : window.history.back())}
        >
          {say('back')}
        </button>
      )}
      <span className="soft">{say('page', { page })}</span>
      {nextCursor !== null && (
        <button
          type="button"
          className="plain"
          onClick={() => go({ ...filter, cursor: nextCursor, page: String(page + 1) })}
        >
          {say('next')}
        </button>
      )}
    </nav>
  );
}
