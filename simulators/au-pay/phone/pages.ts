// The pages of the phone: which phone, its balance and history, and the app's consent. Where they
// are answered is in phone.ts.

import { html } from 'ghtml';
import type { Charge, Member, World } from '../books.ts';
import { numberText, type Page, renderPage, timeText, yenText } from './page.ts';

const HISTORY_MAX = 50;

const STATUS_WORDS: Readonly<Record<Member['status'], string>> = {
  active: '受け取れます',
  restricted: '受け取り停止中',
  closed: '解約済み',
};

const CODE_WORDS: Readonly<Record<string, string>> = {
  member_not_found: '会員が見つかりませんでした',
  member_closed: '解約されています',
  member_restricted: '受け取りを停止しています',
  member_declined: '受け取りを辞退しました',
  balance_cap_exceeded: '残高の上限を超えます',
  daily_limit_exceeded: '一日の上限を超えます',
};

const shownMembers = (world: World) => [...world.members.values()].filter((each) => each.isShown);

const phonePath = (world: World, member: Member) =>
  `/phones/${world.worldId}/${member.memberNumber}`;

function phoneList(world: World): string {
  const items = shownMembers(world).map(
    (member) => html`<li><a href="${phonePath(world, member)}">
<span class="row"><span class="name">${member.name}さんの電話</span>
<b>${yenText(member.balanceYen)}</b></span>
<span class="small"><span class="mono">${numberText(member.memberNumber)}</span>
／ ${STATUS_WORDS[member.status]}</span></a></li>`,
  );
  return html`<ul>!${items}</ul>`;
}

export function startPage(worlds: readonly World[]): string {
  const parts = worlds.map(
    (world) => html`<h2>${world.partnerName} <span class="small mono">${world.worldId}</span></h2>
!${phoneList(world)}`,
  );
  const empty = html`<p>まだ電話がありません。送金サービスとの契約（world）が開かれると、ここに並びます。</p>`;
  return renderPage({
    title: '電話を選ぶ（au PAYシミュレーター）',
    body: html`<h1>どの電話を使いますか</h1>
<p class="small">名前も番号も作りものです。電話を開くと、残高とチャージの様子が見られます。</p>
!${parts.length === 0 ? empty : parts.join('')}`,
  });
}

export function worldPage(world: World): string {
  return renderPage({
    title: '電話を選ぶ（au PAYシミュレーター）',
    body: html`<h1>${world.partnerName}</h1><h2>どの電話を使いますか</h2>!${phoneList(world)}`,
  });
}

export function phonePage(world: World, member: Member, fault: string | null): string {
  const pending = member.charges.filter(({ state }) => state === 'accepted');
  const page: Page = {
    title: `${member.name}さんの電話（au PAYシミュレーター）`,
    body: html`<h1>${member.name}さんの残高</h1>
<p class="balance">${member.balanceYen.toLocaleString('ja-JP')}<small> 円</small></p>
<p class="small">会員番号 <span class="mono">${numberText(member.memberNumber)}</span><br>
上限 ${yenText(world.settings.balanceCapYen)}／${STATUS_WORDS[member.status]}</p>
!${incoming(world, pending)}
<h2>履歴</h2>!${history(world, member)}
!${actions(world, member, fault)}
<p class="small"><a href="/phones/${world.worldId}">別の電話を選ぶ</a></p>`,
  };
  return renderPage(pending.length > 0 ? { ...page, refreshSeconds: 3 } : page);
}

function incoming(world: World, pending: readonly Charge[]): string {
  if (pending.length === 0) return '';
  const items = pending.map(
    (charge) => html`<li class="row"><span>
<span class="wait" aria-hidden="true">◷</span> ${world.partnerName}からチャージ処理中</span>
<b>+${yenText(charge.amountYen)}</b></li>`,
  );
  return html`<h2>届いているチャージ</h2><ul>!${items}</ul>`;
}

interface Happening {
  readonly at: number;
  readonly line: string;
}

function history(world: World, member: Member): string {
  const charges = member.charges
    .filter(({ state }) => state !== 'accepted')
    .map((charge) => ({ at: charge.changedAt, line: chargeLine(world, charge) }));
  const spends = member.spends.map(({ at, amountYen }) => ({
    at,
    line: html`<li><span class="row"><span>お店での支払い</span><b>−${yenText(amountYen)}</b></span>
<span class="small">${timeText(at)}</span></li>`,
  }));
  const all: Happening[] = [...charges, ...spends].sort((a, b) => b.at - a.at);
  if (all.length === 0) {
    return html`<p>まだありません。${world.partnerName}でau PAYを受け取り方法に選ぶと、ここに届きます。</p>`;
  }
  const lines = all.slice(0, HISTORY_MAX).map(({ line }) => line);
  return html`<ol>!${lines}</ol>`;
}

function chargeLine(world: World, charge: Charge): string {
  const { amountYen, changedAt, code } = charge;
  const why = code === null ? '' : `（${CODE_WORDS[code] ?? code}）`;
  const told = {
    executed: { icon: '✓', kind: 'done', words: 'チャージ済み', sign: '+' },
    failed: { icon: '✕', kind: 'wrong', words: `チャージできませんでした${why}`, sign: '' },
    reversed: { icon: '↩', kind: 'wrong', words: `チャージの取り消し${why}`, sign: '−' },
  }[charge.state as 'executed' | 'failed' | 'reversed'];
  return html`<li><span class="row"><span><span class="${told.kind}" aria-hidden="true">
${told.icon}</span> ${told.words}</span><b>${told.sign}${yenText(amountYen)}</b></span>
<span class="small">${world.partnerName}／${timeText(changedAt)}</span></li>`;
}

function actions(world: World, member: Member, fault: string | null): string {
  if (member.status === 'closed') return '';
  const path = phonePath(world, member);
  const on = member.status === 'restricted';
  const told = fault === null ? '' : html`<p class="wrong" role="alert">✕ ${fault}</p>`;
  return html`<h2>ためしに</h2>
<form method="post" action="${path}/spend"><label for="yen">お店で使う金額（円）</label>
<div class="inline"><input id="yen" name="amount_yen" type="text" inputmode="numeric"
autocomplete="off"><button>使う</button></div>!${told}</form>
<form method="post" action="${path}/receiving">
<input type="hidden" name="on" value="${on ? '1' : '0'}">
<button class="quiet">${on ? '受け取りを再開する' : '受け取りを停止する'}</button></form>`;
}

/** The app asks whether the partner may charge this wallet. */
export function consentPage(world: World, query: string, fault: string | null): string {
  const choices = shownMembers(world)
    .filter(({ status }) => status !== 'closed')
    .map(
      (member, index) => html`<li><label class="choice">
<input type="radio" name="member_number" value="${member.memberNumber}"
${index === 0 ? 'checked' : ''}><span>${member.name}<br>
<span class="small mono">${numberText(member.memberNumber)}</span></span></label></li>`,
    );
  const told = fault === null ? '' : html`<p class="wrong" role="alert">✕ ${fault}</p>`;
  return renderPage({
    title: '連携の確認（au PAYシミュレーター）',
    body: html`<h1>${world.partnerName}に、残高へのチャージを許可しますか</h1>
<p>許可すると、${world.partnerName}は<b>一度だけ</b>あなたの残高にお金を入れられます。
残高を見たり、引き出したりはできません。</p>!${told}
<form method="post" action="/app/link"><input type="hidden" name="query" value="${query}">
<h2>どの電話で受け取りますか</h2><ul>!${choices}</ul>
<button name="answer" value="yes">許可して戻る</button>
<button name="answer" value="no" class="quiet">許可しないで戻る</button></form>`,
  });
}

/** Says what is wrong and what to do. */
export function wrongPage(title: string, words: string): string {
  return renderPage({
    title: `${title}（au PAYシミュレーター）`,
    body: html`<h1>${title}</h1><p>${words}</p><p><a href="/">電話を選ぶ</a></p>`,
  });
}
