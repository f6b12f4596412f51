// The frame of every screen, and the pieces they share: money drawn as notes and coins, lists of
// facts, messages.

import { html } from 'ghtml';
import type { Reply } from '../messages.ts';

const NOTES = [10_000, 5_000, 1_000] as const;
const COINS = [500, 100, 50, 10, 5, 1] as const;

export const yenInWords = (amountYen: number): string => `${amountYen.toLocaleString('ja-JP')}円`;

export interface Screen {
  readonly title: string;
  /** Which of the two places this is: decides the mark in the head. */
  readonly place: 'atm' | 'register';
  /** HTML. */
  readonly body: string;
  readonly status?: number;
}

export function page({ title, place, body, status = 200 }: Screen): Reply {
  const mark = (of: Screen['place']) => (of === place ? ' aria-current="page"' : '');
  const text = html`<!doctype html>
<html lang="ja">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="/style.css">
<link rel="icon" href="data:,">
<script src="/keypad.js" defer></script>
</head>
<body>
<header>
<p class="band">練習用の画面です。本物の現金は動きません。</p>
<nav aria-label="場所">
<a href="/"!${mark('atm')}>ATM</a>
<a href="/register"!${mark('register')}>お店のレジ</a>
</nav>
</header>
<main>
!${body}
</main>
</body>
</html>
`;
  return {
    status,
    type: 'html',
    body: text,
    headers: {
      'cache-control': 'no-store',
      'content-security-policy':
        "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; " +
        'img-src data:',
    },
  };
}

/** Something that went wrong, in words: never by colour alone. */
export function alert(sentence: string): string {
  return html`<p class="alert" role="alert"><span aria-hidden="true">✕</span> ${sentence}</p>`;
}

export function facts(rows: readonly (readonly [string, string])[]): string {
  const lines = rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`);
  return `<dl class="facts">${lines.join('')}</dl>`;
}

/** A page that only says how things stand, and where to go next. */
export function stop(place: Screen['place'], title: string, sentences: readonly string[]): Reply {
  const paragraphs = sentences.map((sentence) => html`<p>${sentence}</p>`).join('');
  const home = place === 'atm' ? '/' : '/register';
  const body = html`<h1>${title}</h1>!${paragraphs}
<p><a class="button" href="${home}">最初の画面に戻る</a></p>`;
  return page({ title, place, body });
}

/** Notes or coins of an amount, drawn and in words. */
export function money(kind: 'notes' | 'coins', amountYen: number): string {
  let rest = amountYen;
  const [faces, drawn, counter] =
    kind === 'notes' ? ([NOTES, 'note', '枚'] as const) : ([COINS, 'coin', '個'] as const);
  const piles: string[] = [];
  const words: string[] = [];
  for (const face of faces) {
    const count = Math.floor(rest / face);
    rest -= count * face;
    if (count === 0) continue;
    const value = face.toLocaleString('ja-JP');
    words.push(`${value}円が${count}${counter}`);
    piles.push(
      html`<span class="pile"><span class="${drawn}">${value}</span>${count}${counter}</span>`,
    );
  }
  const label = words.join('、');
  return html`<div class="money" role="img" aria-label="${label}">!${piles.join('')}</div>`;
}
