// The frame of every page of the phone: plain HTML that needs no script, the look, and how amounts
// and times are written.

import { html } from 'ghtml';
import { dateOf, minuteOf } from '../../bank/tokyo-time.ts';

const STYLE = `
:root{--paper:#FBFAF7;--ink:#1B1F24;--muted:#5F6670;--line:#E4E1DA;--edge:#857F73;--ai:#1F3A5F;
--shu:#B33A24;--done:#2B7253;--hand:#fff}
@media (prefers-color-scheme:dark){:root{--paper:#15181C;--ink:#ECE8DF;--muted:#A5A9AF;
--line:#2B3036;--edge:#857F73;--ai:#8FB3E0;--shu:#F07A62;--done:#6FC29A;--hand:#15181C}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:18px/1.7 "Hiragino Sans",
"BIZ UDPGothic","Noto Sans JP","Yu Gothic UI",Meiryo,sans-serif;text-autospace:normal;
font-variant-numeric:tabular-nums}
.band{background:#F2C14E;color:#1B1F24;padding:8px 16px;font-size:14px;text-align:center}
main{max-width:480px;margin:0 auto;padding:24px 16px 48px}
h1{font-size:20px;margin:0 0 8px}
h1,p,.band{word-break:auto-phrase}h2{font-size:16px;margin:32px 0 8px}
p{margin:8px 0}a{color:var(--ai)}.small{font-size:14px;color:var(--muted)}
.balance{font-size:40px;line-height:1.3;margin:8px 0 0;font-weight:600}
.balance small{font-size:20px;font-weight:400}
ul,ol{list-style:none;margin:0;padding:0}
li{border-top:1px solid var(--line);padding:12px 0}
li:last-child{border-bottom:1px solid var(--line)}
.row{display:flex;justify-content:space-between;gap:16px;align-items:baseline}
.row b{font-weight:600;white-space:nowrap}
li>a{display:block;min-height:48px;text-decoration:none;color:inherit}
li>a .name{color:var(--ai);text-decoration:underline;text-underline-offset:4px}
.mono{font-family:ui-monospace,Menlo,Consolas,monospace}
.done{color:var(--done)}.wrong{color:var(--shu)}.wait{color:var(--muted)}
label{display:block}.choice{display:flex;gap:12px;align-items:center;min-height:48px}
input[type=radio]{width:24px;height:24px;accent-color:var(--ai);margin:0;flex:none}
input[type=text]{font:inherit;width:100%;min-height:48px;padding:8px 12px;color:inherit;
background:transparent;border:1px solid var(--edge);border-radius:4px}
button{font:inherit;min-height:48px;width:100%;border-radius:4px;border:1px solid var(--ai);
background:var(--ai);color:var(--hand);padding:8px 16px;margin-top:16px;cursor:pointer}
button.quiet{background:transparent;color:var(--ai)}
:focus-visible{outline:3px solid var(--ai);outline-offset:2px}
.ask{border:1px solid var(--edge);border-radius:4px;padding:16px;margin:16px 0}
.inline{display:flex;gap:8px;align-items:end}.inline button{width:auto;margin:0;white-space:nowrap}
`;

export interface Page {
  readonly title: string;
  readonly body: string;
  /** Looks again by itself: something is under way. */
  readonly refreshSeconds?: number;
}

export function renderPage({ title, body, refreshSeconds }: Page): string {
  const refresh =
    refreshSeconds === undefined
      ? ''
      : html`<meta http-equiv="refresh" content="${String(refreshSeconds)}">`;
  return html`<!doctype html>
<html lang="ja"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">!${refresh}
<title>${title}</title><style>!${STYLE}</style></head>
<body><header class="band">試験用シミュレーター<br>
実在のau PAYではなく、お金は動きません</header>
<main>!${body}</main></body></html>`;
}

/** `1,234円` */
export const yenText = (amountYen: number): string => `${amountYen.toLocaleString('ja-JP')}円`;

/** `11月24日 09:30` */
export function timeText(at: number): string {
  const [, month, day] = dateOf(at).split('-');
  return `${Number(month)}月${Number(day)}日 ${minuteOf(at)}`;
}

/** `1000 0000 0001` */
export const numberText = (memberNumber: string): string =>
  memberNumber.replace(/(.{4})(?=.)/g, '$1 ');
