// /simulators of `npm start`: everything a person can play, on one page, and for each pattern a
// button that makes a remittance by the public API and leads to where its recipient goes on.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { html } from 'ghtml';
import { authenticatorPage } from './demo-authenticator.ts';
import type { DemoMembers } from './demo-members.ts';
import type { Call } from './demo-methods.ts';

export interface PlayPlaces {
  readonly apiUrl: string;
  readonly atmUrl: string;
  readonly amazonUrl: string;
  readonly phonesUrl: string;
  readonly mailUrl: string;
  readonly webhooksUrl: string;
  readonly people: DemoMembers;
}

interface Pattern {
  readonly name: string;
  readonly title: string;
  readonly says: string;
  readonly destination: Readonly<Record<string, unknown>>;
}

const ALL = ['bank_transfer', 'atm_cash', 'amazon_gift', 'au_pay'];

const PATTERNS: readonly Pattern[] = [
  {
    name: 'choice',
    title: '受け取り方を選ぶ',
    says: '受取人になって、銀行・ATM・Amazon・au PAY から選びます。',
    destination: { type: 'link', methods: ALL },
  },
  {
    name: 'bank',
    title: '銀行口座を入力する',
    says: '銀行と支店を探し、口座を入力します。入金は次の締切のあとです（時計を進められます）。',
    destination: { type: 'link', methods: ['bank_transfer'] },
  },
  {
    name: 'atm',
    title: 'ATMで現金を受け取る',
    says: '画面に出る3つの番号を、ATMシミュレータに入力します。400円の硬貨はレジで受け取ります。',
    destination: { type: 'link', methods: ['atm_cash'] },
  },
  {
    name: 'amazon',
    title: 'Amazonギフトカード残高に受け取る',
    says: 'サインイン画面（シミュレータ）で架空のお客さまを選ぶと、残高に加わります。',
    destination: { type: 'link', methods: ['amazon_gift'] },
  },
  {
    name: 'au-pay',
    title: 'au PAY 残高に受け取る',
    says: '会員番号は 100000000002 など、1で始まる12桁です。アプリでの手続きも試せます。',
    destination: { type: 'link', methods: ['au_pay'] },
  },
  {
    name: 'mail',
    title: 'メールで案内を受け取る',
    says: '案内のメールが受信箱に届きます。確認の質問の答えは A-1024 です。',
    destination: {
      ...{ type: 'link', methods: ALL, deliver: { email: 'hanako@mihon.example' } },
      verification: [{ label: '受付番号', value: 'A-1024' }],
    },
  },
];

const HTML = 'text/html; charset=utf-8';

/** Answers where it is; it ends with the process. */
export async function startSimulatorsPage(places: PlayPlaces, call: Call): Promise<string> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://page');
    const found = PATTERNS.find(({ name }) => pathname === `/simulators/try/${name}`);
    request.resume();
    if (request.method === 'POST' && found !== undefined) {
      tryOut(found, places, call).then(
        (to) => response.writeHead(303, { location: to }).end(),
        (error: Error) => response.writeHead(500).end(error.message),
      );
      return;
    }
    if (request.method === 'GET' && pathname === '/authenticator') {
      authenticatorPage(places.people, Temporal.Now.instant(), STYLE).then(
        (text) => response.writeHead(200, { 'content-type': HTML }).end(text),
        (error: Error) => response.writeHead(500).end(error.message),
      );
      return;
    }
    const isPage = request.method === 'GET' && (pathname === '/simulators' || pathname === '/');
    response.writeHead(isPage ? 200 : 404, { 'content-type': HTML });
    response.end(isPage ? page(places) : 'ありません');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  server.unref();
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/simulators`;
}

let made = 0;

async function tryOut({ name, destination }: Pattern, { mailUrl }: PlayPlaces, call: Call) {
  made += 1;
  const remittance = await call('POST', '/v1/remittances', {
    reference: `play-${name}-${Date.now().toString(36)}-${made}`,
    ...{ amount: 8_400, description: '公演中止の払い戻し', destination },
  });
  if (name === 'mail') return mailUrl;
  const found = await call('GET', `/v1/remittances/${remittance.id}`);
  return (found.link as { readonly url: string }).url;
}

function page(places: PlayPlaces): string {
  const tries = PATTERNS.map(
    ({ name, title, says }) => html`<li><h3>${title}</h3><p>${says}</p>
<form method="post" action="/simulators/try/${name}"><button>${title}</button></form></li>`,
  );
  const rooms = [
    ['ATMの画面', places.atmUrl, '3つの番号で紙幣を受け取る'],
    ['レジ', `${places.atmUrl}/register`, 'ATMの控えで硬貨を受け取る'],
    ['Amazonの残高', places.amazonUrl, '架空のお客さまの残高と、ギフトコードの登録'],
    ['au PAY の電話', places.phonesUrl, '残高、履歴、受け取りの停止'],
    ['メールとSMSの受信箱', places.mailUrl, '受取人に届いたもの'],
    ['Webhookの受信箱', places.webhooksUrl, '加盟店のサーバーの代わり'],
    ['認証アプリ', '/authenticator', '管理画面のサインインの6桁のコード'],
    ['APIの説明', `${places.apiUrl}/docs`, ''],
  ].map(([name, url, says]) => html`<li><a href="${url!}">${name!}</a><span>${says!}</span></li>`);
  return html`<!doctype html>
<html lang="ja"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>シミュレータ</title><style>!${STYLE}</style></head>
<body><p class="band"><strong>テスト環境：実際のお金は動きません</strong></p><main>
<h1>受取人になって試す</h1>
<p>ボタンを押すと、デモのショップから8,400円の送金が作られ、受取人のページが開きます。</p>
<ul class="tries">!${tries.join('')}</ul>
<h2>シミュレータ</h2><p>どれも本物ではなく、名前もお金も架空です。</p>
<ul class="rooms">!${rooms.join('')}</ul></main></body></html>`;
}

const STYLE = `
body { margin: 0; background: #fbfaf7; color: #1b1f24; text-autospace: normal;
  font: 16px/1.7 "Hiragino Sans", "BIZ UDPGothic", "Yu Gothic UI", Meiryo, sans-serif; }
.band { margin: 0; padding: 8px 16px; background: #f2c14e; text-align: center; }
main { max-width: 44rem; margin: 0 auto; padding: 24px 16px 64px; }
h1 { font-size: 28px; } h2 { margin-top: 48px; font-size: 20px; } h3 { margin: 0; font-size: 16px; }
ul { list-style: none; margin: 0; padding: 0; }
.tries li, .rooms li { padding: 16px 0; border-top: 1px solid #e4e1da; }
.tries p { margin: 4px 0 12px; color: #5f6670; }
.rooms span { margin-left: 1em; color: #5f6670; }
a { color: #1f3a5f; }
button { min-height: 48px; padding: 8px 24px; border: 0; border-radius: 4px; background: #1f3a5f;
  color: #fff; font: inherit; cursor: pointer; }
:focus-visible { outline: 3px solid #1f3a5f; outline-offset: 2px; }
@media (prefers-color-scheme: dark) {
  body { background: #15181c; color: #ece8df; } .band { color: #1b1f24; }
  .tries p, .rooms span { color: #b9b4a9; } a { color: #8fb3e0; }
  .tries li, .rooms li { border-color: #3a3f46; }
  button { background: #8fb3e0; color: #15181c; } :focus-visible { outline-color: #8fb3e0; }
}`;
