// /console/<shop>/remittances/<id>: one remittance. Answers first where the money is now, then why
// and what to do, then everything that was done, from attempts to webhooks.
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { yenInWords } from '../format.ts';
import { defineWords } from '../language.ts';
import { Icon } from '../parts/icons.tsx';
import { useAgain } from '../parts/presence.ts';
import { ProblemNote } from '../parts/problem-note.tsx';
import { Status } from '../parts/status.tsx';
import { detailQuery, type RemittanceDetail } from '../remittance-query.ts';
import { useMay, useShop } from '../session.ts';
import { useTitle } from '../shell.tsx';
import { RemittanceActs } from './remittance-acts.tsx';
import { RemittanceFacts } from './remittance-facts.tsx';
import { RecipientSees } from './remittance-recipient.tsx';
import { Attempts, Deliveries, Messages, Transfers } from './remittance-records.tsx';
import { Timeline } from './remittance-timeline.tsx';
import { WhereNow } from './remittance-where.tsx';
import './remittances.css';
import './remittance.css';

const useWords = defineWords(
  'remittance',
  {
    all: '送金の一覧',
    title: '送金 {{reference}}',
    loading: '読み込んでいます',
    again: 'もう一度読み込む',
  },
  {
    all: 'All remittances',
    title: 'Remittance {{reference}}',
    loading: 'Loading',
    again: 'Load again',
  },
);

const AGAIN_MS = 5_000;

/** Under way by a method that takes seconds; a bank takes days. */
function isQuick(detail: RemittanceDetail | undefined): boolean {
  if (detail === undefined) return false;
  const { status, method } = detail.remittance;
  return status === 'processing' && method !== 'bank_transfer';
}

export function Remittance() {
  const say = useWords();
  const shop = useShop();
  const { id } = useParams({ from: '/$shop/remittances/$id' });
  const again = useAgain(AGAIN_MS);
  const query = useQuery({
    ...detailQuery(shop.id, id),
    refetchInterval: ({ state }) => (isQuick(state.data) ? again : false),
  });
  useTitle(say('title', { reference: query.data?.remittance.reference ?? '' }));
  return (
    <div className="remittance">
      <p className="back no-print">
        <Link to="/$shop/remittances" params={{ shop: shop.id }}>
          <Icon name="left" />
          {say('all')}
        </Link>
      </p>
      {query.data !== undefined && <Found detail={query.data} />}
      {query.data === undefined && query.isError && (
        <div className="load-problem">
          <ProblemNote error={query.error} />
          <button type="button" className="plain" onClick={() => void query.refetch()}>
            {say('again')}
          </button>
        </div>
      )}
      {query.data === undefined && !query.isError && (
        <p className="soft loading-page" role="status">
          {say('loading')}
        </p>
      )}
    </div>
  );
}

function Found({ detail }: { readonly detail: RemittanceDetail }) {
  const { remittance } = detail;
  const may = useMay();
  return (
    <>
      <header className="slip">
        <div>
          <h1>{remittance.reference}</h1>
          <p className="slip-status">
            <Status name={remittance.status} />
            {remittance.hold !== null && <Status name="held" />}
          </p>
        </div>
        <p className="slip-amount">{yenInWords(remittance.amount)}</p>
      </header>
      <WhereNow detail={detail} />
      <RemittanceActs remittance={remittance} />
      <div className="two-columns">
        <div>
          <Timeline detail={detail} />
          <RecipientSees remittance={remittance} />
          <Messages remittance={remittance} />
        </div>
        <RemittanceFacts remittance={remittance} />
      </div>
      <Attempts attempts={detail.attempts} />
      {may('balance.read') && <Transfers transfers={detail.transfers} />}
      <Deliveries deliveries={detail.deliveries} />
    </>
  );
}
