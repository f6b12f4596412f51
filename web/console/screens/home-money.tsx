// The money of a shop on its home page: what can be used, what is spoken for, what leaves when, and
// where the remittances of the last days are.
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { HomeView } from '../../../server/api/console/home.ts';
import { day, yen } from '../format.ts';
import { defineWords } from '../language.ts';
import { STATUS_NAMES, Status } from '../parts/status.tsx';
import { useShop } from '../session.ts';

const useWords = defineWords(
  'home-money',
  {
    balance: '残高',
    available: '利用可能額',
    reserved: '送金予定額（確保済み）',
    in_flight: '送金処理中',
    ahead: 'これからの送金',
    aheadNone: '日付の決まった送金予定はありません。',
    lastDays: 'この7日間に受け付けた送金',
    lastNone: 'この7日間に受け付けた送金はありません。',
    count: '{{count}}件',
  },
  {
    balance: 'Balance',
    available: 'Available',
    reserved: 'Reserved',
    in_flight: 'In flight',
    ahead: 'What leaves when',
    aheadNone: 'Nothing is planned for a day.',
    lastDays: 'Instructed in the last 7 days',
    lastNone: 'Nothing was instructed in the last 7 days.',
    count: '{{count}}',
  },
);

type BalanceView = NonNullable<HomeView['balance']>;

export function Balance({ balance }: { readonly balance: BalanceView }) {
  const say = useWords();
  const shop = useShop();
  const params = { shop: shop.id };
  return (
    <section aria-labelledby="balance">
      <h2 id="balance">{say('balance')}</h2>
      <dl className="account">
        <Line name={say('available')} amount={balance.available} isMain />
        <Line
          name={
            <Link
              to="/$shop/remittances"
              params={params}
              search={{ status: 'scheduled,awaiting_recipient,awaiting_approval' }}
            >
              {say('reserved')}
            </Link>
          }
          amount={balance.reserved}
        />
        <Line
          name={
            <Link
              to="/$shop/remittances"
              params={params}
              search={{ status: 'processing,receivable' }}
            >
              {say('in_flight')}
            </Link>
          }
          amount={balance.in_flight}
        />
      </dl>
    </section>
  );
}

function Line(props: {
  readonly name: ReactNode;
  readonly amount: number;
  readonly isMain?: boolean;
}) {
  return (
    <div className={props.isMain ? 'main-line' : undefined}>
      <dt>{props.name}</dt>
      <dd>{yen(props.amount)}</dd>
    </div>
  );
}

export function Ahead({ days }: { readonly days: BalanceView['ahead'] }) {
  const say = useWords();
  return (
    <section aria-labelledby="ahead">
      <h2 id="ahead">{say('ahead')}</h2>
      {days.length === 0 ? (
        <p className="soft">{say('aheadNone')}</p>
      ) : (
        <dl className="account">
          {days.map(({ date, count, amount }) => (
            <div key={date}>
              <dt>
                {day(date)} <span className="soft">{countWords(say, count)}</span>
              </dt>
              <dd>{yen(amount)}</dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}

const countWords = (say: ReturnType<typeof useWords>, count: number) =>
  say('count', { count: count.toLocaleString('en-US') });

export function LastDays({ totals }: { readonly totals: HomeView['recent'] }) {
  const say = useWords();
  const shop = useShop();
  const ordered = STATUS_NAMES.flatMap((name) => totals.filter(({ status }) => status === name));
  return (
    <section aria-labelledby="last-days">
      <h2 id="last-days">{say('lastDays')}</h2>
      {ordered.length === 0 ? (
        <p className="soft">{say('lastNone')}</p>
      ) : (
        <dl className="account">
          {ordered.map(({ status, count, amount }) => (
            <div key={status}>
              <dt>
                <Link to="/$shop/remittances" params={{ shop: shop.id }} search={{ status }}>
                  <Status name={status} />
                </Link>{' '}
                <span className="soft">{countWords(say, count)}</span>
              </dt>
              <dd>{yen(amount)}</dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}
