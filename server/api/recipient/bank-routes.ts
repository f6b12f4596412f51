// Finding a bank and then its branch: by a search that takes kanji, kana, romaji and codes, or by
// the 五十音 with at most 50 a page. ゆうちょ has a way of its own.
import { html } from 'ghtml';
import { tokyoDate } from '../../base/clock.ts';
import { isClosed } from '../../recipients/bank-closures.ts';
import type { Bank, Page as ListPage } from '../../recipients/bank-directory.ts';
import type { Api } from '../resource.ts';
import { bankTitle, narrowLatin } from './account-words.ts';
import { knownOffer } from './known-account.ts';
import { type Page, remark, type Say } from './layout.ts';
import { go, linkRoute, type RecipientDeps, show, type Visit } from './visit.ts';

const PAGE = 50;
const MAX_QUERY = 60;
const MAX_FROM = 2_000;
const KANA = [
  'アイウエオ',
  'カキクケコ',
  'サシスセソ',
  'タチツテト',
  'ナニヌネノ',
  'ハヒフヘホ',
  'マミムメモ',
  'ヤユヨ',
  'ラリルレロ',
  'ワ',
];
/** Where most people have their account: shown before anything is typed. */
const OFTEN = ['0001', '0005', '0009', '0010', '0036', '0033'];

export function registerBanks(scope: Api, deps: RecipientDeps): void {
  const { directory } = deps.remittances;
  const isReady = (visit: Visit) => visit.link.methods.includes('bank_transfer');
  linkRoute(scope, deps, {
    method: 'GET',
    path: '/bank',
    needs: 'open',
    handle: async (visit) => {
      if (!isReady(visit)) return go(`${visit.base}/methods`);
      const found = listOf(visit, {
        search: (query) => directory.searchBanks(query, PAGE),
        list: (initial, from) => directory.listBanks({ initial, from, limit: PAGE }),
      });
      if (isPart(visit)) return { kind: 'part', html: banksIn(deps, visit, found) };
      const known = found === null ? await knownOffer(deps, visit) : '';
      return show(visit, bankPage(deps, visit, found, known));
    },
  });
  linkRoute(scope, deps, {
    method: 'GET',
    path: '/branch',
    needs: 'open',
    handle: async (visit) => {
      const bank = directory.bank(visit.query.get('bank') ?? '');
      if (!isReady(visit) || bank === undefined) return go(`${visit.base}/bank`);
      const found = listOf(visit, {
        search: (query) => directory.searchBranches(bank.code, query, PAGE),
        list: (initial, from) => directory.listBranches(bank.code, { initial, from, limit: PAGE }),
      });
      const all = directory.listBranches(bank.code, { limit: PAGE });
      const few = found === null && all.next === null ? all : found;
      if (isPart(visit)) return { kind: 'part', html: branchesIn(visit, bank, few) };
      return show(visit, branchPage(visit, bank, few));
    },
  });
}

/** The script asks for what was found alone. */
const isPart = ({ query }: Visit) => query.get('part') === '1';

interface Sought {
  readonly search: (query: string) => readonly Bank[];
  readonly list: (initial: string, from: number) => ListPage<Bank>;
}

/** Null where nothing has been asked yet. Closed ones are not shown: nothing can go there. */
function listOf(visit: Visit, sought: Sought): ListPage<Bank> | null {
  const { query, now } = visit;
  const today = tokyoDate(now).toString();
  const isAlive = ({ closure }: Bank) => closure === null || !isClosed(closure, today);
  const typed = (query.get('q') ?? '').trim().slice(0, MAX_QUERY);
  if (typed !== '') return { items: sought.search(typed).filter(isAlive), next: null };
  const initial = query.get('initial') ?? '';
  if (!KANA.some((row) => initial.length === 1 && row.includes(initial))) return null;
  const from = Math.min(Math.max(Math.trunc(Number(query.get('from') ?? 0)) || 0, 0), MAX_FROM);
  const { items, next } = sought.list(initial, from);
  return { items: items.filter(isAlive), next };
}

function bankPage(
  deps: RecipientDeps,
  visit: Visit,
  found: ListPage<Bank> | null,
  known: string,
): Page {
  const { base, frame } = visit;
  const { say } = frame;
  const title = say('銀行を選ぶ', 'Choose the bank');
  const body = html`<h1>${title}</h1>!${known}
!${searchForm(visit, `${base}/bank`, '', say('銀行の名前', 'Name of the bank'))}
!${foundPlace(banksIn(deps, visit, found))}
<h2>${say('五十音から探す', 'By the first kana')}</h2>!${kanaIndex(say, `${base}/bank?initial=`)}
<p><a class="quiet" href="${base}/methods">${say('戻る', 'Back')}</a></p>`;
  return { title, body };
}

/** Before anything is asked, those where most people have their account. */
function banksIn(deps: RecipientDeps, visit: Visit, found: ListPage<Bank> | null): string {
  const { base, frame } = visit;
  const { directory } = deps.remittances;
  const href = ({ code }: Bank) =>
    code === '9900' ? `${base}/account?way=yucho` : `${base}/branch?bank=${code}`;
  if (found !== null) return results(visit, found, href, `${base}/bank?`);
  const often = OFTEN.flatMap((code) => directory.bank(code) ?? []);
  const yucho = frame.say('ゆうちょ銀行（記号・番号）', 'Japan Post Bank (symbol and number)');
  return html`<h2>${frame.say('よく使われる銀行', 'Often used')}</h2><ul class="list">
<li><a href="${base}/account?way=yucho"><span class="name">${yucho}</span></a></li>
!${often.map((bank) => entry(bank, href(bank))).join('')}</ul>`;
}

function branchesIn(visit: Visit, bank: Bank, found: ListPage<Bank> | null): string {
  if (found === null) return '';
  const href = ({ code }: Bank) => `${visit.base}/account?bank=${bank.code}&branch=${code}`;
  return results(visit, found, href, `${visit.base}/branch?bank=${bank.code}&`);
}

/** The script puts what is found here, and its heading into the line that is read out. */
function foundPlace(content: string): string {
  return html`<p id="found-said" class="unseen" role="status"></p>
<div id="found">!${content}</div>`;
}

function branchPage(visit: Visit, bank: Bank, found: ListPage<Bank> | null): Page {
  const { base, frame } = visit;
  const { say } = frame;
  const name = bankTitle(bank.code, bank.name);
  const title = say(`${name}の支店を選ぶ`, `Choose the branch of ${name}`);
  const body = html`<h1>${title}</h1>
!${searchForm(visit, `${base}/branch`, bank.code, say('支店の名前か番号', 'Name or number of the branch'))}
!${foundPlace(branchesIn(visit, bank, found))}
<h2>${say('五十音から探す', 'By the first kana')}</h2>
!${kanaIndex(say, `${base}/branch?bank=${bank.code}&initial=`)}
<p><a class="quiet" href="${base}/bank">${say('銀行を選び直す', 'Choose another bank')}</a></p>`;
  return { title, body };
}

function searchForm(visit: Visit, action: string, bank: string, label: string): string {
  const { say } = visit.frame;
  const typed = (visit.query.get('q') ?? '').slice(0, MAX_QUERY);
  const hint = say(
    '漢字・かな・ローマ字・番号で探せます',
    'In kanji, kana, roman letters or by code',
  );
  return html`<form class="search" method="get" action="${action}" role="search">
!${bank === '' ? '' : html`<input type="hidden" name="bank" value="${bank}">`}
<div class="field"><label for="q">${label}</label><p class="hint" id="q-hint">${hint}</p>
<input id="q" name="q" type="text" value="${typed}" maxlength="60" autocomplete="off"
aria-describedby="q-hint"></div>
<button type="submit" class="second">${say('探す', 'Search')}</button></form>`;
}

function results(
  visit: Visit,
  found: ListPage<Bank>,
  href: (bank: Bank) => string,
  more: string,
): string {
  const { say } = visit.frame;
  if (found.items.length === 0) {
    const text = say(
      '見つかりませんでした。名前の一部だけで探すか、五十音から選んでください。',
      'Nothing was found. Try a part of the name, or choose by the first kana.',
    );
    return remark('info', text);
  }
  const initial = visit.query.get('initial') ?? '';
  const rest = new URLSearchParams({ initial, from: String(found.next) }).toString();
  const next =
    found.next === null
      ? ''
      : html`<p><a class="button second" href="${more}${rest}">
${say('次の50件', 'Next 50')}</a></p>`;
  return html`<h2>${foundWords(visit, found)}</h2><ul class="list">
!${found.items.map((bank) => entry(bank, href(bank))).join('')}</ul>!${next}`;
}

/** How many, as far as they are shown. */
function foundWords({ frame: { say }, query }: Visit, { items }: ListPage<Bank>): string {
  const count = items.length;
  const isSearch = (query.get('q') ?? '').trim() !== '';
  if (!isSearch) return say(`${count}件を表示`, `${count} shown`);
  return count < PAGE
    ? say(`${count}件見つかりました`, `${count} found`)
    : say(`多いので、はじめの${PAGE}件`, `The first ${PAGE} of many`);
}

function entry(bank: Bank, href: string): string {
  // A bank has four digits, a branch three.
  const isBank = bank.code.length === 4;
  const name = isBank ? bankTitle(bank.code, bank.name) : narrowLatin(bank.name);
  // The directory writes long vowels with a hyphen.
  const kana = narrowLatin(bank.kana).replaceAll('-', 'ー');
  return html`<li><a href="${href}"><span><span class="name">${name}</span>
<span class="kana">${kana}</span></span> <span class="code">${bank.code}</span></a></li>`;
}

function kanaIndex(say: Say, prefix: string): string {
  const rows = KANA.map((row) => {
    const links = [...row].map(
      (kana) => html`<li><a href="${prefix}${encodeURIComponent(kana)}">${kana}</a></li>`,
    );
    return html`<ul>!${links.join('')}</ul>`;
  });
  const label = say('五十音の索引', 'Index by kana');
  return html`<nav class="kana-index" aria-label="${label}" lang="ja">!${rows.join('')}</nav>`;
}
