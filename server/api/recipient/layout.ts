// The frame of every page of the recipient and the pieces pages are made of: fields, lists, the
// error summary, icons. Plain HTML that needs no script; the looks are in recipient.css.
import { html } from 'ghtml';
import type { OperatorNotice } from '../../messages/operator-notice.ts';
import type { Locale } from '../locale.ts';
import { SCRIPT, STYLE } from './assets.ts';

export type Say = (ja: string, en: string) => string;

/** What surrounds a page. */
export interface Frame {
  readonly locale: Locale;
  readonly say: Say;
  readonly notice: OperatorNotice;
  /** Who pays; null where that is not known or must not be told. */
  readonly shop: {
    readonly name: string;
    readonly contact: string;
    readonly mode: 'test' | 'live';
  } | null;
  /** The path of the installation's public URL: '' or like '/pay'. */
  readonly root: string;
  /** Where this page is, to be shown in the other language; with its query. */
  readonly here: string;
}

export interface Page {
  readonly title: string;
  /** HTML made by the templates of this folder. */
  readonly body: string;
  /** Set where the form above it was not taken. */
  readonly isFaulty?: boolean;
}

export const sayIn =
  (locale: Locale): Say =>
  (ja, en) =>
    locale === 'ja' ? ja : en;

export function renderPage(frame: Frame, page: Page): string {
  const { locale, say, shop } = frame;
  const other = locale === 'ja' ? 'en' : 'ja';
  const separator = frame.here.includes('?') ? '&' : '?';
  const title = page.isFaulty
    ? say(`入力の確認：${page.title}`, `Check: ${page.title}`)
    : page.title;
  const from = shop === null ? '' : say(`｜${shop.name}`, ` | ${shop.name}`);
  return html`<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<meta name="color-scheme" content="light dark">
<title>${title}${from}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${frame.root}${STYLE.url}">
<script type="module" src="${frame.root}${SCRIPT.url}"></script>
</head>
<body>
<a class="skip" href="#main">${say('本文へ', 'Skip to the content')}</a>
<header class="top">!${shop?.mode === 'test' ? testBand(say) : ''}<div class="column">
<p class="from">${shop?.name ?? say('お受け取り手続き', 'Receiving a payment')}</p>
<a class="language" href="${frame.here}${separator}lang=${other}"
lang="${other}" hreflang="${other}">
${other === 'en' ? 'English' : '日本語'}</a>
</div></header>
<main id="main" class="column" tabindex="-1">!${page.body}</main>
!${footer(frame)}
</body>
</html>
`;
}

function testBand(say: Say): string {
  const text = say('テスト環境：実際のお金は動きません', 'Test mode: no real money moves.');
  return html`<p class="test"><strong>${text}</strong></p>`;
}

function footer({ locale, say, notice, shop }: Frame): string {
  const about = say('お支払いの内容について：', 'About what is paid: ');
  const asks =
    shop === null ? '' : html`<p>${about}${shop.name}<br>!${withBreaks(shop.contact)}</p>`;
  return html`<footer class="bottom"><div class="column">
<h2>${say('お問い合わせ', 'Questions')}</h2>
!${asks}
<p>!${withBreaks(notice.desk[locale])}</p>
<h2>${say('この送金について', 'About this remittance')}</h2>
<p>${notice.operatorName[locale]}<br>${notice.registrationNumber[locale]}</p>
<p>!${withBreaks(notice.legalNotice[locale])}</p>
</div></footer>`;
}

/** Escaped text whose line ends are kept. */
export function withBreaks(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => html`${line}`)
    .join('<br>');
}

/** Rows of name and value; values are text. */
export function facts(rows: readonly (readonly [string, string])[]): string {
  const items = rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`);
  return html`<dl class="facts">!${items.join('')}</dl>`;
}

/** One fault of a form, and the field to go to. */
export interface Fault {
  readonly field: string;
  readonly text: string;
}

export function errorSummary(say: Say, faults: readonly Fault[]): string {
  if (faults.length === 0) return '';
  const items = faults.map(({ field, text }) => html`<li><a href="#${field}">${text}</a></li>`);
  return html`<div class="summary" role="alert">
<h2>!${ICONS.alert}${say('入力をご確認ください', 'Please check what you entered')}</h2>
<ul>!${items.join('')}</ul></div>`;
}

export interface TextField {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly faults: readonly Fault[];
  readonly isNumber?: boolean;
  readonly autocomplete?: string;
  readonly maxLength?: number;
}

export function textField(field: TextField): string {
  const { name, label, hint = '', value, isNumber = false, maxLength = 60 } = field;
  const own = field.faults.filter((fault) => fault.field === name);
  const described = [hint && `${name}-hint`, own.length > 0 && `${name}-fault`].filter(Boolean);
  const aria = html`!${described.length > 0 ? html`aria-describedby="${described.join(' ')}"` : ''}
!${own.length > 0 ? 'aria-invalid="true"' : ''}`;
  return html`<div class="field!${own.length > 0 ? ' faulty' : ''}">
<label for="${name}">${label}</label>
!${hint === '' ? '' : html`<p class="hint" id="${name}-hint">${hint}</p>`}
!${faultLines(name, own)}
<input id="${name}" name="${name}" type="text" value="${value}" maxlength="${maxLength}"
class="!${isNumber ? 'number' : ''}" !${isNumber ? 'inputmode="numeric"' : ''}
autocomplete="${field.autocomplete ?? 'off'}" !${aria}>
</div>`;
}

export function faultLines(name: string, own: readonly Fault[]): string {
  if (own.length === 0) return '';
  const lines = own.map(({ text }) => html`<span>!${ICONS.alert}${text}</span>`);
  return html`<p class="fault" id="${name}-fault">!${lines.join('')}</p>`;
}

export interface Radio {
  readonly value: string;
  readonly label: string;
}

export function radios(
  name: string,
  legend: string,
  choices: readonly Radio[],
  chosen: string,
): string {
  const items = choices.map(
    (
      { value, label },
      index,
    ) => html`<label class="choice" for="${index === 0 ? name : `${name}-${value}`}">
<input type="radio" id="${index === 0 ? name : `${name}-${value}`}" name="${name}"
value="${value}" !${value === chosen ? 'checked' : ''}> ${label}</label>`,
  );
  return html`<fieldset class="field"><legend>${legend}</legend>
<div class="choices">!${items.join('')}</div></fieldset>`;
}

/** A line that says what happened; the icon carries no meaning of its own. */
export function remark(kind: keyof typeof ICONS, text: string): string {
  return html`<p class="remark ${kind}">!${ICONS[kind]}<span>${text}</span></p>`;
}

const icon = (path: string) =>
  `<svg class="icon" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" fill="none" ` +
  `stroke="currentColor" stroke-width="2">${path}</svg>`;

export const ICONS = {
  alert: icon('<path d="M10 2 19 18H1Z" stroke-linejoin="round"/><path d="M10 8v4M10 14.5v1"/>'),
  done: icon('<circle cx="10" cy="10" r="8"/><path d="m6 10.5 3 3 5-6.5"/>'),
  waiting: icon('<circle cx="10" cy="10" r="8"/><path d="M10 5v5l3.5 2.5"/>'),
  info: icon('<circle cx="10" cy="10" r="8"/><path d="M10 9v5.5M10 5.5v1"/>'),
} as const;

/** The red seal on a payment that has been made. */
export const SEAL =
  '<svg class="seal" viewBox="0 0 64 64" width="64" height="64" aria-hidden="true">' +
  '<circle cx="32" cy="32" r="29" fill="none" stroke="currentColor" stroke-width="3"/>' +
  '<text x="32" y="43" text-anchor="middle" font-size="32" fill="currentColor">済</text></svg>';
