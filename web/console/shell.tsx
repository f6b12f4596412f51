// What surrounds every screen of a shop: whose money this is, test or live beyond doubt, the way to
// other screens, language, sign-out, keys.
import { Menu, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useNavigate, useRouteContext } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import { call } from './call.ts';
import { defineWords, locale, speak } from './language.ts';
import { Dialog } from './parts/dialog.tsx';
import { Icon, Mark } from './parts/icons.tsx';
import { useShortcuts } from './parts/shortcuts.ts';
import { ForeignShop } from './screens/wrong.tsx';
import { useMay, useSession, useShop } from './session.ts';
import './shell.css';

const useWords = defineWords(
  'shell',
  {
    skip: '本文へ',
    nav: '画面',
    home: 'ホーム',
    remittances: '送金',
    test: 'テスト環境',
    testMeans: '実際のお金は動きません',
    live: '本番',
    testShort: 'テスト',
    shops: 'ショップの切り替え',
    member: 'アカウント',
    language: 'English',
    light: '明るい表示',
    dark: '暗い表示',
    auto: '端末の設定に合わせる',
    keys: 'キーボード操作',
    signOut: 'ログアウト',
    goHome: 'ホームへ',
    goRemittances: '送金の一覧へ',
    find: '検索欄へ',
    nextRow: '次の行 / 前の行',
    openRow: '選んだ行を開く',
    thisHelp: 'この一覧を開く',
  },
  {
    skip: 'Skip to the content',
    nav: 'Screens',
    home: 'Home',
    remittances: 'Remittances',
    test: 'Test environment',
    testMeans: 'No real money moves',
    live: 'Live',
    testShort: 'Test',
    shops: 'Switch shop',
    member: 'Account',
    language: '日本語',
    light: 'Light',
    dark: 'Dark',
    auto: 'As the device is set',
    keys: 'Keyboard',
    signOut: 'Sign out',
    goHome: 'Go to home',
    goRemittances: 'Go to remittances',
    find: 'Go to search',
    nextRow: 'Next / previous row',
    openRow: 'Open the chosen row',
    thisHelp: 'Open this list',
  },
);

export function Shell() {
  const { isOurs } = useRouteContext({ from: '/$shop' });
  return isOurs ? <ShopShell /> : <ForeignShop />;
}

function ShopShell() {
  const say = useWords();
  const shop = useShop();
  const may = useMay();
  const navigate = useNavigate();
  const [showsKeys, setShowsKeys] = useState(false);
  const params = { shop: shop.id };
  useShortcuts({
    'g h': () => void navigate({ to: '/$shop', params }),
    'g r': () => void navigate({ to: '/$shop/remittances', params }),
    '?': () => setShowsKeys(true),
  });
  const isTest = shop.mode === 'test';
  return (
    <>
      <a className="skip" href="#main">
        {say('skip')}
      </a>
      {isTest && (
        <section className="test-band" aria-label={say('test')}>
          <strong>{say('test')}</strong>
          <span>{say('testMeans')}</span>
        </section>
      )}
      <header className="top no-print">
        <Link className="house" to="/$shop" params={params} aria-label={say('home')}>
          <Mark />
        </Link>
        <ShopSwitch />
        <nav aria-label={say('nav')}>
          <ScreenLink to="/$shop">{say('home')}</ScreenLink>
          {may('remittances.read') && (
            <ScreenLink to="/$shop/remittances">{say('remittances')}</ScreenLink>
          )}
        </nav>
        <MemberMenu onKeys={() => setShowsKeys(true)} />
      </header>
      <main id="main" tabIndex={-1}>
        <Outlet />
      </main>
      {showsKeys && <Keys onClose={() => setShowsKeys(false)} />}
    </>
  );
}

function ScreenLink(props: {
  readonly to: '/$shop' | '/$shop/remittances';
  readonly children: ReactNode;
}) {
  const shop = useShop();
  return (
    <Link
      className="screen"
      to={props.to}
      params={{ shop: shop.id }}
      activeOptions={{ exact: props.to === '/$shop', includeSearch: false }}
      activeProps={{ 'aria-current': 'page' }}
    >
      {props.children}
    </Link>
  );
}

function ShopSwitch() {
  const say = useWords();
  const { merchant, shops } = useSession();
  const current = useShop();
  const word = (mode: string) => say(mode === 'test' ? 'testShort' : 'live');
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <UnstyledButton className="shop">
          <span className="for-reader">{say('shops')}</span>
          <span className="shop-name">{current.name}</span>
          <span className={`mode ${current.mode}`}>{word(current.mode)}</span>
          <Icon name="down" />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{merchant.name}</Menu.Label>
        {shops.map((shop) => (
          <Menu.Item
            key={shop.id}
            renderRoot={(props) => <Link {...props} to="/$shop" params={{ shop: shop.id }} />}
            aria-current={shop.id === current.id}
            rightSection={<span className={`mode ${shop.mode}`}>{word(shop.mode)}</span>}
          >
            {shop.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function MemberMenu({ onKeys }: { readonly onKeys: () => void }) {
  const say = useWords();
  const { member } = useSession();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const leave = async () => {
    await call('/session', { method: 'DELETE' });
    client.clear();
    await navigate({ to: '/sign-in', search: {} });
  };
  return (
    <Menu>
      <Menu.Target>
        <UnstyledButton className="member">
          <span className="for-reader">{say('member')}</span>
          <span className="member-name">{member.name}</span>
          <Icon name="down" />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{member.mail}</Menu.Label>
        <Menu.Item onClick={() => speak(locale() === 'ja' ? 'en' : 'ja')}>
          {say('language')}
        </Menu.Item>
        <Menu.Divider />
        {(['auto', 'light', 'dark'] as const).map((scheme) => (
          <Menu.Item
            key={scheme}
            role="menuitemradio"
            aria-checked={colorScheme === scheme}
            onClick={() => setColorScheme(scheme)}
            rightSection={colorScheme === scheme ? <Icon name="paid" /> : null}
          >
            {say(scheme)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={onKeys} rightSection={<kbd>?</kbd>}>
          {say('keys')}
        </Menu.Item>
        <Menu.Item onClick={() => void leave()}>{say('signOut')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function Keys({ onClose }: { readonly onClose: () => void }) {
  const say = useWords();
  const rows = [
    ['g h', say('goHome')],
    ['g r', say('goRemittances')],
    ['/', say('find')],
    ['j / k', say('nextRow')],
    ['Enter', say('openRow')],
    ['?', say('thisHelp')],
  ] as const;
  return (
    <Dialog title={say('keys')} onClose={onClose}>
      <dl className="keys">
        {rows.map(([keys, words]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}

/** The screen's name in the browser's tab; a test shop says so first. */
export function useTitle(title: string): void {
  const say = useWords();
  const shop = useShop();
  const sign = shop.mode === 'test' ? `【${say('testShort')}】` : '';
  useEffect(() => {
    document.title = `${sign}${title} | ${shop.name}`;
  }, [sign, title, shop.name]);
}
