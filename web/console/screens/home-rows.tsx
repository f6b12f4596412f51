// Remittances on the home page that need someone: what failed, came back or is held, and receive
// links that end soon.
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { HomeView } from '../../../server/api/console/home.ts';
import { day, yen } from '../format.ts';
import { defineWords, locale } from '../language.ts';
import { Status } from '../parts/status.tsx';
import type { RemittanceRow } from '../remittance-query.ts';
import { useShop } from '../session.ts';

const useWords = defineWords(
  'home-rows',
  {
    troubles: '対応が必要な送金',
    troublesNone: '送金不能・資金返却・確認中の送金は、この2週間ありません。',
    more: 'すべて見る',
    ending: 'まもなく期限の受取URL',
    endingNone: '3日以内に期限を迎える受取URLはありません。',
    until: '{{day}}まで',
    opened: '画面は開いています',
    unopened: 'まだ開いていません',
  },
  {
    troubles: 'Remittances that need someone',
    troublesNone: 'Nothing failed, came back or is held in the last two weeks.',
    more: 'See all',
    ending: 'Receive links that end soon',
    endingNone: 'No receive link ends within three days.',
    until: 'until {{day}}',
    opened: 'opened',
    unopened: 'not opened yet',
  },
);

export function Troubles(props: {
  readonly rows: HomeView['troubles'];
  readonly hasMore: boolean;
}) {
  const say = useWords();
  const shop = useShop();
  return (
    <section aria-labelledby="troubles">
      <h2 id="troubles">{say('troubles')}</h2>
      {props.rows.length === 0 && <p className="soft">{say('troublesNone')}</p>}
      {props.rows.length > 0 && (
        <ul className="slips">
          {props.rows.map((row) => (
            <Slip key={row.id} row={row}>
              <Status name={row.hold === null ? row.status : 'held'} />{' '}
              <span>{row.status_explanation?.[locale()]}</span>
            </Slip>
          ))}
        </ul>
      )}
      {props.hasMore && (
        <p>
          <Link
            to="/$shop/remittances"
            params={{ shop: shop.id }}
            search={{ status: 'failed,returned' }}
          >
            {say('more')}
          </Link>
        </p>
      )}
    </section>
  );
}

export function EndingLinks({ links }: { readonly links: HomeView['ending_links'] }) {
  const say = useWords();
  return (
    <section aria-labelledby="ending">
      <h2 id="ending">{say('ending')}</h2>
      {links.length === 0 && <p className="soft">{say('endingNone')}</p>}
      {links.length > 0 && (
        <ul className="slips">
          {links.map(({ remittance, expires_at, opened }) => {
            const lastMoment = new Date(Date.parse(expires_at) - 1).toISOString();
            return (
              <Slip key={remittance.id} row={remittance}>
                <span className="attention">{say('until', { day: day(lastMoment) })}</span>{' '}
                <span className="soft">{say(opened ? 'opened' : 'unopened')}</span>
              </Slip>
            );
          })}
        </ul>
      )}
    </section>
  );
}

function Slip({ row, children }: { readonly row: RemittanceRow; readonly children: ReactNode }) {
  const shop = useShop();
  return (
    <li>
      <p className="slip-line">
        <Link to="/$shop/remittances/$id" params={{ shop: shop.id, id: row.id }}>
          {row.reference}
        </Link>
        <span className="amount">{yen(row.amount)}</span>
      </p>
      <p>{children}</p>
      {row.description !== '' && <p className="small soft">{row.description}</p>}
    </li>
  );
}
