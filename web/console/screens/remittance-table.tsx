// The table of remittances itself: rows that lead to their page, and what stands in its place while
// it is fetched or where there is none.
import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { defineWords } from '../language.ts';
import { SidewaysFrame } from '../parts/sideways-frame.tsx';
import type { RemittanceRow } from '../remittance-query.ts';
import { useShop } from '../session.ts';
import { type Column, useCell, useColumnName } from './remittance-columns.tsx';

const useWords = defineWords(
  'table',
  {
    caption: '送金の一覧（新しい順）',
    loading: '読み込んでいます',
    noneYet: 'まだ送金がありません',
    noneYetMeans:
      '送金は、APIで依頼するとここに並びます。最初の1件は、APIリファレンスの例をテスト環境のキーで試せます。',
    reference: 'APIリファレンスを開く',
    noneFound: '条件に合う送金がありません',
    noneFoundMeans:
      '管理番号は先頭から、名義はカナの姓または全体、口座は口座番号の下4桁で探せます。期間や金額の条件もお確かめください。',
    all: '条件をすべて外す',
  },
  {
    caption: 'Remittances, newest first',
    loading: 'Loading',
    noneYet: 'There is no remittance yet',
    noneYetMeans:
      'Remittances appear here once they are instructed by API. Try the first with the ' +
      'example of the API reference and a key of the test environment.',
    reference: 'Open the API reference',
    noneFound: 'No remittance fits',
    noneFoundMeans:
      'A reference is found by its beginning, a holder by family or full name in kana, ' +
      'an account by its last four digits. Check the dates and amounts too.',
    all: 'Remove all conditions',
  },
);

const PLACEHOLDERS = Array.from({ length: 12 }, (_, row) => row);

export function RemittanceTable(props: {
  /** Undefined while they are fetched. */
  readonly rows: readonly RemittanceRow[] | undefined;
  readonly columns: readonly Column[];
  readonly isDense: boolean;
  readonly chosen: number;
  readonly isStale: boolean;
}) {
  const say = useWords();
  const { rows, columns, isDense, chosen, isStale } = props;
  const columnName = useColumnName();
  return (
    <SidewaysFrame label={say('caption')}>
      <table
        className={`ledger ${isDense ? 'dense' : 'roomy'}${isStale ? ' stale' : ''}`}
        aria-busy={rows === undefined || isStale}
      >
        <caption className="for-reader">{say('caption')}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col" className={`c-${column}`}>
                {columnName(column)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows?.map((row, index) => (
            <Row key={row.id} row={row} columns={columns} isChosen={index === chosen} />
          )) ?? <Placeholders columns={columns} />}
        </tbody>
      </table>
      {rows === undefined && (
        <p className="for-reader" role="status">
          {say('loading')}
        </p>
      )}
    </SidewaysFrame>
  );
}

function Row(props: {
  readonly row: RemittanceRow;
  readonly columns: readonly Column[];
  readonly isChosen: boolean;
}) {
  const { row, columns, isChosen } = props;
  const cell = useCell();
  const shop = useShop();
  const ref = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    if (isChosen) ref.current?.scrollIntoView({ block: 'nearest' });
  }, [isChosen]);
  return (
    <tr ref={ref} className={isChosen ? 'chosen' : undefined}>
      {columns.map((column) => (
        <td key={column} className={`c-${column}`}>
          {column === 'reference' ? (
            <Link to="/$shop/remittances/$id" params={{ shop: shop.id, id: row.id }}>
              {row.reference}
            </Link>
          ) : (
            cell(column, row)
          )}
        </td>
      ))}
    </tr>
  );
}

function Placeholders({ columns }: { readonly columns: readonly Column[] }) {
  return PLACEHOLDERS.map((row) => (
    <tr key={row}>
      {columns.map((column) => (
        <td key={column} className={`c-${column}`}>
          <span className="placeholder" />
        </td>
      ))}
    </tr>
  ));
}

export function EmptyTable(props: { readonly isAsked: boolean; readonly onAll: () => void }) {
  const say = useWords();
  if (!props.isAsked) {
    return (
      <div className="empty">
        <h2>{say('noneYet')}</h2>
        <p>{say('noneYetMeans')}</p>
        <p>
          <a href="/docs">{say('reference')}</a>
        </p>
      </div>
    );
  }
  return (
    <div className="empty">
      <h2>{say('noneFound')}</h2>
      <p>{say('noneFoundMeans')}</p>
      <p>
        <button type="button" className="plain" onClick={props.onAll}>
          {say('all')}
        </button>
      </p>
    </div>
  );
}
