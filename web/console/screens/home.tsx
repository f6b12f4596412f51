// /console/<shop>: what has to be done before today's cut-off, whether the money is enough, what
// needs someone, how the last days went.
import { queryOptions, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { HomeView } from '../../../server/api/console/home.ts';
import { call } from '../call.ts';
import { civilDay, day, hour, moment, yenInWords } from '../format.ts';
import { defineWords } from '../language.ts';
import { Icon, type IconName } from '../parts/icons.tsx';
import { useAgain } from '../parts/presence.ts';
import { ProblemNote } from '../parts/problem-note.tsx';
import { useShop } from '../session.ts';
import { useTitle } from '../shell.tsx';
import { Ahead, Balance, LastDays } from './home-money.tsx';
import { EndingLinks, Troubles } from './home-rows.tsx';
import type { RemittanceFilter } from './remittance-filter.ts';
import './home.css';

const useWords = defineWords(
  'home',
  {
    title: 'ホーム',
    loading: '読み込んでいます',
    again: 'もう一度読み込む',
    moved: 'テスト用の時計：{{now}}',
    beforeToday: '本日{{hour}}の締切まで',
    before: '次の締切 {{at}} まで',
    leaves: '{{count}}件・{{amount}}を{{day}}付で送ります。',
    leavesNone: 'この締切で送る銀行振込はありません。',
    noBank: '銀行振込の契約がまだありません。ほかの受取方法はいつでも送れます。',
    approval: '承認待ち {{count}}件・{{amount}}',
    approvalMeans: '締切までに承認されないと、次の締切になります。',
    funds: '入金待ち {{count}}件・{{amount}}',
    fundsMeans: 'あと{{missing}}の入金で、すべて送れます。',
    fundsEnough: '利用可能額で足ります。まもなく確保されます。',
    nothing: 'いま急いですることはありません。',
    low: '利用可能額が、ショップで決めた目安（{{line}}）を下回っています。',
  },
  {
    title: 'Home',
    loading: 'Loading',
    again: 'Load again',
    moved: 'Clock of this test shop: {{now}}',
    beforeToday: 'Before today’s cut-off at {{hour}}',
    before: 'Before the next cut-off, {{at}}',
    leaves: '{{count}} remittances, {{amount}}, leave for {{day}}.',
    leavesNone: 'No bank transfer leaves at this cut-off.',
    noBank: 'There is no contract for bank transfers yet. Other methods can be used at any time.',
    approval: 'Awaiting approval: {{count}}, {{amount}}',
    approvalMeans: 'What is not approved by the cut-off leaves at the next one.',
    funds: 'Awaiting funds: {{count}}, {{amount}}',
    fundsMeans: 'Another {{missing}} paid in is enough for all.',
    fundsEnough: 'What is available is enough. It is reserved shortly.',
    nothing: 'Nothing is urgent now.',
    low: 'What is available is below the line of this shop ({{line}}).',
  },
);

const AGAIN_MS = 30_000;

const homeQuery = (shop: string) =>
  queryOptions({
    queryKey: ['home', shop],
    queryFn: ({ signal }) => call<HomeView>(`/shops/${shop}/home`, { signal }),
  });

export function Home() {
  const say = useWords();
  const shop = useShop();
  const refetchInterval = useAgain(AGAIN_MS);
  const query = useQuery({ ...homeQuery(shop.id), refetchInterval });
  useTitle(say('title'));
  if (query.data === undefined && query.isError) {
    return (
      <div className="load-problem">
        <ProblemNote error={query.error} />
        <button type="button" className="plain" onClick={() => void query.refetch()}>
          {say('again')}
        </button>
      </div>
    );
  }
  if (query.data === undefined) {
    return (
      <p className="soft opening" role="status">
        {say('loading')}
      </p>
    );
  }
  return <Found home={query.data} />;
}

function Found({ home }: { readonly home: HomeView }) {
  const say = useWords();
  return (
    <div className="home">
      {home.clock_moved && <p className="small soft">{say('moved', { now: moment(home.now) })}</p>}
      <CutOff home={home} />
      <div className="home-columns">
        <div>
          <Troubles rows={home.troubles} hasMore={home.more_troubles} />
          <EndingLinks links={home.ending_links} />
        </div>
        <div>
          {home.balance !== null && (
            <>
              <Balance balance={home.balance} />
              <Ahead days={home.balance.ahead} />
            </>
          )}
          <LastDays totals={home.recent} />
        </div>
      </div>
    </div>
  );
}

function CutOff({ home }: { readonly home: HomeView }) {
  const say = useWords();
  const { cut_off: cutOff, now } = home;
  const isToday = cutOff !== null && civilDay(cutOff.at) === civilDay(now);
  const heading =
    cutOff === null
      ? say('title')
      : isToday
        ? say('beforeToday', { hour: hour(cutOff.at) })
        : say('before', { at: moment(cutOff.at) });
  return (
    <section className="cut-off">
      <h1>{heading}</h1>
      {cutOff === null && <p>{say('noBank')}</p>}
      {cutOff !== null && (
        <p className="leaves">
          {cutOff.due.count === 0
            ? say('leavesNone')
            : say('leaves', {
                count: cutOff.due.count.toLocaleString('en-US'),
                amount: yenInWords(cutOff.due.amount),
                day: day(cutOff.transfer_date),
              })}
        </p>
      )}
      <ToDo home={home} />
    </section>
  );
}

function ToDo({ home }: { readonly home: HomeView }) {
  const say = useWords();
  const { awaiting_approval: approval, awaiting_funds: funds, balance } = home;
  const words = ({ count, amount }: typeof funds) => ({ count, amount: yenInWords(amount) });
  const missing = balance?.missing ?? 0;
  const isLow =
    balance !== null && balance.low_line !== null && balance.available < balance.low_line;
  if (approval.count === 0 && funds.count === 0 && !isLow) {
    return home.troubles.length === 0 && home.ending_links.length === 0 ? (
      <p className="soft">{say('nothing')}</p>
    ) : null;
  }
  return (
    <ul className="to-do">
      {approval.count > 0 && (
        <Item
          icon="approval"
          search={{ status: 'awaiting_approval' }}
          what={say('approval', words(approval))}
        >
          {say('approvalMeans')}
        </Item>
      )}
      {funds.count > 0 && (
        <Item icon="funds" search={{ status: 'awaiting_funds' }} what={say('funds', words(funds))}>
          {missing > 0 ? say('fundsMeans', { missing: yenInWords(missing) }) : say('fundsEnough')}
        </Item>
      )}
      {isLow && (
        <li>
          <Icon name="alert" />
          <span>{say('low', { line: yenInWords(balance.low_line ?? 0) })}</span>
        </li>
      )}
    </ul>
  );
}

function Item(props: {
  readonly icon: IconName;
  readonly what: string;
  readonly search: RemittanceFilter;
  readonly children: string;
}) {
  const shop = useShop();
  return (
    <li>
      <Icon name={props.icon} />
      <span>
        <Link to="/$shop/remittances" params={{ shop: shop.id }} search={props.search}>
          {props.what}
        </Link>{' '}
        <span className="soft">{props.children}</span>
      </span>
    </li>
  );
}
