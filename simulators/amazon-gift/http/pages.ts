// The pages a person sees: who signs in, what is on the balance, a code to enter. Plain HTML that
// works without JavaScript, in the quiet look of the house; not in anybody's trade dress.
import type { Customer, Line, World } from '../books.ts';
import type { Person } from '../customers.ts';

const STYLE = `
:root{color-scheme:light dark;--ground:#FBFAF7;--text:#1B1F24;--muted:#5F6670;--line:#E4E1DA;
--edge:#857F73;--link:#1F3A5F;--good:#2B7253;--bad:#B33A24;--field:#fff}
@media (prefers-color-scheme:dark){:root{--ground:#15181C;--text:#ECE8DF;--muted:#A9ADB3;
--line:#343a42;--edge:#8d887d;--link:#8FB3E0;--good:#6FC29A;--bad:#F07A62;--field:#1d2127}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--text);font:18px/1.7 "Hiragino Sans",
"Noto Sans JP","BIZ UDPGothic","Yu Gothic UI",Meiryo,sans-serif;text-autospace:normal}
.band{background:#F2C14E;color:#1B1F24;padding:8px 16px;font-size:16px;text-align:center}
main{max-width:34rem;margin:0 auto;padding:24px 16px 48px}
h1{font-size:24px;line-height:1.4;margin:0 0 8px}h2{font-size:18px;margin:32px 0 8px}
p{margin:0 0 16px}.muted{color:var(--muted);font-size:16px}
.bad{color:var(--bad)}.good{color:var(--good)}a{color:var(--link)}
fieldset{border:0;margin:24px 0;padding:0}legend{padding:0;font-weight:600}
.choice{display:flex;gap:12px;align-items:center;min-height:48px;padding:8px 0;
border-bottom:1px solid var(--line)}
.choice input{width:22px;height:22px;flex:none;accent-color:var(--link)}
.choice small{display:block;color:var(--muted);font-size:16px;line-height:1.5}
label.field{display:block;margin:24px 0 4px}
input[type=text]{width:100%;min-height:48px;font:inherit;padding:8px 12px;color:inherit;
border:1px solid var(--edge);border-radius:4px;background:var(--field)}
button{font:inherit;min-height:48px;width:100%;margin-top:16px;padding:8px 16px;
border-radius:4px;border:1px solid var(--link);background:transparent;color:var(--link)}
button.main{background:#1F3A5F;border-color:#1F3A5F;color:#fff}
.amount{font-size:34px;font-variant-numeric:tabular-nums;margin:0 0 8px}
table{width:100%;border-collapse:collapse}td{padding:10px 0;border-bottom:1px solid var(--line);
vertical-align:top}td.yen{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
ul{list-style:none;margin:0;padding:0}li a{display:block;min-height:48px;padding:10px 0;
border-bottom:1px solid var(--line)}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}`;

const escaped = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const yen = (amount: number): string => `${Math.abs(amount).toLocaleString('ja-JP')}円`;

function frame(title: string, body: string): string {
  return `<!doctype html>
<html lang="ja"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escaped(title)}（模擬サイト）</title><style>${STYLE}</style></head>
<body><header class="band">動作確認用の模擬サイトです。本物のAmazonではありません。</header>
<main>${body}</main></body></html>`;
}

export function problemPage(title: string, sentence: string): string {
  return frame(title, `<h1>${escaped(title)}</h1><p>${escaped(sentence)}</p>`);
}

/** `kept`: the questions of the address, carried through the form. */
export function signInPage(
  kept: readonly (readonly [string, string])[],
  people: readonly Person[],
  complaint?: string,
): string {
  const hidden = kept
    .map(([name, value]) => `<input type="hidden" name="${name}" value="${escaped(value)}">`)
    .join('\n');
  const choices = people
    .map(
      ({ userId, name, note }, index) => `<label class="choice">
<input type="radio" name="user" value="${escaped(userId)}"${index === 0 ? ' checked' : ''}>
<span>${escaped(name)}<small>${escaped(note)}</small></span></label>`,
    )
    .join('\n');
  const wrong = complaint ? `<p class="bad" role="alert">✕ ${escaped(complaint)}</p>` : '';
  return frame(
    'サインイン',
    `<h1>Amazonアカウントでサインイン</h1>
<p>だれとしてサインインするかを選んでください。人物はすべて架空で、パスワードは要りません。</p>${wrong}
<form method="post" action="/ap/oa">${hidden}
<fieldset><legend>架空のお客さま</legend>${choices}</fieldset>
<label class="field" for="name">ほかの名前でサインインする（任意）</label>
<input type="text" id="name" name="name" maxlength="40" autocomplete="off"
 aria-describedby="hint"><p class="muted" id="hint">入力すると、上の選択よりこちらが優先されます。</p>
<button class="main" name="answer" value="sign-in">サインインする</button>
<button name="answer" value="cancel">やめて元のページに戻る</button></form>`,
  );
}

export function homePage(worlds: readonly World[]): string {
  const links = worlds
    .map(
      ({ worldId }) =>
        `<li><a href="/w/${encodeURIComponent(worldId)}/balance">${escaped(worldId)}</a></li>`,
    )
    .join('\n');
  const none =
    '<p>まだ契約がありません。送金サービスをつなぐと、ここに残高のページが並びます。</p>';
  return frame(
    'ギフト残高',
    `<h1>どの契約の残高を見ますか</h1>${worlds.length === 0 ? none : `<ul>${links}</ul>`}`,
  );
}

export function customersPage({ worldId, customers }: World): string {
  const links = [...customers.values()]
    .map(({ userId, name, balanceYen }) => {
      const path = `/w/${encodeURIComponent(worldId)}/balance/${encodeURIComponent(userId)}`;
      return `<li><a href="${path}">${escaped(name)}　${yen(balanceYen)}</a></li>`;
    })
    .join('\n');
  return frame('ギフト残高', `<h1>だれの残高を見ますか</h1><ul>${links}</ul>`);
}

const LINE_WORDS: Readonly<Record<Line['kind'], string>> = {
  load: '送金サービスからの受け取り',
  void: '受け取りの取り消し',
  code: 'ギフトコードの登録',
};

export type Redeemed = 'ok' | 'used' | 'unknown';
const REDEEMED_WORDS: Readonly<Record<Redeemed, string>> = {
  ok: '<p class="good" role="status">✓ ギフトコードを登録しました。</p>',
  used: '<p class="bad" role="alert">✕ このコードは使用済みか、取り消されています。</p>',
  unknown: '<p class="bad" role="alert">✕ このコードはありません。文字を確かめてください。</p>',
};

export function balancePage(world: World, customer: Customer, redeemed?: Redeemed): string {
  const rows = customer.lines
    .toReversed()
    .map(({ at, amountYen, kind }) => {
      const sign = amountYen < 0 ? '－' : '＋';
      return `<tr><td>${LINE_WORDS[kind]}<br><span class="muted">${tokyo(at)}</span></td>
<td class="yen">${sign}${yen(amountYen)}</td></tr>`;
    })
    .join('\n');
  const path = `/w/${encodeURIComponent(world.worldId)}/balance`;
  const history =
    rows === ''
      ? '<p>まだ何も届いていません。受け取り手続きが終わると、すぐここに載ります。</p>'
      : `<table>${rows}</table>`;
  return frame(
    `${customer.name}さんのギフト残高`,
    `<p class="muted">${escaped(customer.name)}さん</p><h1>ギフト残高</h1>
<p class="amount">${yen(customer.balanceYen)}</p>${redeemed ? REDEEMED_WORDS[redeemed] : ''}
<h2>受け取りの記録</h2>${history}
<h2>ギフトコードを登録する</h2>
<form method="post" action="${path}/${encodeURIComponent(customer.userId)}">
<label for="code">コード（ハイフンはなくてもかまいません）</label>
<input type="text" id="code" name="code" maxlength="40" autocomplete="off" required>
<button class="main">登録する</button></form>
<p style="margin-top:32px"><a href="${path}">ほかのお客さまの残高を見る</a></p>`,
  );
}

function tokyo(at: number): string {
  return new Date(at).toLocaleString('ja-JP', {
    timeZone: 'Asia/Tokyo',
    dateStyle: 'long',
    timeStyle: 'short',
  });
}
