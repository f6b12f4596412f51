// The pages of the inbox: the list, a mail as a mail program shows it, an SMS as a phone shows it.
// Everything shown was written by strangers: it is escaped, and a mail's HTML is shut in a frame
// where nothing runs and nothing is loaded.
import type { Kept, KeptMail, KeptSms } from './kept.ts';

const STYLE = `
*{box-sizing:border-box}
body{margin:0;background:#FBFAF7;color:#1B1F24;text-autospace:normal;font:16px/1.7
"Noto Sans JP","Hiragino Sans","BIZ UDPGothic","Yu Gothic UI",Meiryo,sans-serif}
main{max-width:720px;margin:0 auto;padding:0 16px 48px}
.band{background:#F2C14E;padding:4px 16px;text-align:center;font-size:14px}
h1{font-size:20px;margin:24px 0 8px;overflow-wrap:anywhere}
p{margin:0 0 16px}.muted{color:#5F6670;font-size:14px}a{color:#1F3A5F}
ol{list-style:none;margin:16px 0;padding:0;border-top:1px solid #E4E1DA}
li{border-bottom:1px solid #E4E1DA}
li a{display:grid;grid-template-columns:56px 1fr auto;gap:0 12px;padding:12px 0;color:inherit;
text-decoration:none}
li a:hover b,li a:focus b{text-decoration:underline}
li .kind{font-size:13px;color:#5F6670;border:1px solid #857F73;border-radius:4px;text-align:center;
align-self:start;line-height:22px}
li span{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}li .more{grid-column:2/-1}
time{color:#5F6670;font-size:14px;font-variant-numeric:tabular-nums}
nav{padding:12px 0}nav a{display:inline-block;min-height:32px}
dl{display:grid;grid-template-columns:auto 1fr;gap:0 12px;margin:0 0 16px;font-size:14px}
dt{color:#5F6670}dd{margin:0;overflow-wrap:anywhere}
iframe{width:100%;height:70vh;border:1px solid #E4E1DA;background:#fff;display:block}
pre{background:#fff;border:1px solid #E4E1DA;padding:16px;margin:0;white-space:pre-wrap;
overflow-wrap:anywhere;font:inherit;font-size:15px}
.phone{max-width:390px;margin:0 auto}
.bubble{background:#fff;border:1px solid #E4E1DA;border-radius:4px 16px 16px 16px;padding:12px 16px;
margin:16px 0 4px;white-space:pre-wrap;overflow-wrap:anywhere;width:fit-content;max-width:92%}`;

/** Makes the frame as high as the mail in it; without it, the frame scrolls. */
export const FRAME_SCRIPT =
  "for(const f of document.querySelectorAll('iframe')){const fit=()=>{const d=f.contentDocument;" +
  "if(d&&d.body)f.style.height=d.documentElement.scrollHeight+2+'px'};f.onload=fit;fit();" +
  "addEventListener('resize',fit)}";

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function frame(title: string, main: string, head = ''): string {
  return `<!doctype html><html lang="ja"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width">${head}<title>${escapeHtml(title)}</title>
<style>${STYLE}</style></head><body>
<header class="band">テスト環境の受信箱：ここから外へは送られません</header>
<main>${main}</main></body></html>`;
}

function shownTime(at: string): string {
  const text = new Date(at).toLocaleString('ja-JP', {
    timeZone: 'Asia/Tokyo',
    month: 'numeric',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  });
  return `<time datetime="${escapeHtml(at)}">${text}</time>`;
}

function row(message: Kept): string {
  const isMail = message.channel === 'mail';
  const from = isMail ? message.from.name || message.from.address : message.from;
  const line = isMail ? message.subject : message.text.replaceAll('\n', ' ');
  const id = encodeURIComponent(message.id);
  return `<li><a href="/message/${id}#${id}">
<span class="kind">${isMail ? 'メール' : 'SMS'}</span><span><b>${escapeHtml(from)}</b></span>
${shownTime(message.at)}
<span class="more">${escapeHtml(line)}</span>
<span class="more muted">宛先：${escapeHtml(message.to)}</span></a></li>`;
}

const SHOWN_MAX = 100;

export function listPage(messages: readonly Kept[]): string {
  const shown = messages.slice(0, SHOWN_MAX);
  const rest = messages.length > SHOWN_MAX ? `（新しい順に${SHOWN_MAX}件）` : '';
  const none =
    '<p>まだ何も届いていません。受取URLでの送金を1件作成すると、お客さま宛てのメールかSMSがここに届きます。</p>';
  const list = `<p class="muted">${messages.length}件${rest}・5秒ごとに更新します</p>
<ol>${shown.map(row).join('')}</ol>`;
  return frame(
    '受信箱',
    `<h1>受信箱</h1><p class="muted">お客さまのメールと携帯電話の代わりです。</p>${
      shown.length === 0 ? none : list
    }`,
    '<meta http-equiv="refresh" content="5">',
  );
}

export function mailPage(mail: KeptMail, view: 'html' | 'text'): string {
  const path = `/message/${encodeURIComponent(mail.id)}`;
  const other =
    view === 'html'
      ? `<a href="${path}?view=text">文字だけで見る</a>`
      : `<a href="${path}">メールの形で見る</a>`;
  const body =
    view === 'html' && mail.html !== ''
      ? `<iframe title="本文" src="${path}/body"
 sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"></iframe>
<script>${FRAME_SCRIPT}</script>`
      : `<pre>${linked(mail.text)}</pre>`;
  const from = mail.from.name === '' ? '' : `${escapeHtml(mail.from.name)} `;
  return frame(
    mail.subject,
    `<nav><a href="/">← 受信箱</a></nav><h1>${escapeHtml(mail.subject)}</h1>
<dl><dt>差出人</dt><dd>${from}&lt;${escapeHtml(mail.from.address)}&gt;</dd>
<dt>宛先</dt><dd>${escapeHtml(mail.to)}</dd><dt>日時</dt><dd>${shownTime(mail.at)}</dd></dl>
<p class="muted">${other}</p>${body}`,
  );
}

/** The mail's own HTML, links opening beside it. */
export function mailBody(mail: KeptMail): string {
  return `<!doctype html><base target="_blank">${mail.html}`;
}

const STATUS_WORDS: Readonly<Record<KeptSms['status'], string>> = {
  queued: '送信待ち',
  sent: '送信済み',
  delivered: '届きました',
  undelivered: '届きませんでした',
  failed: '送れませんでした',
};

/** All SMS to the same number from the same sender, as a phone shows them; the newest last. */
export function smsPage(sms: KeptSms, messages: readonly Kept[]): string {
  const talk = messages
    .filter((kept) => kept.channel === 'sms' && kept.to === sms.to && kept.from === sms.from)
    .slice(0, SHOWN_MAX)
    .reverse() as KeptSms[];
  const bubbles = talk.map(
    (one) => `<div class="bubble" id="${escapeHtml(one.id)}">${linked(one.text)}</div>
<div class="muted">${shownTime(one.at)}　${STATUS_WORDS[one.status]}</div>`,
  );
  return frame(
    `SMS ${sms.from}`,
    `<div class="phone"><nav><a href="/">← 受信箱</a></nav><h1>${escapeHtml(sms.from)}</h1>
<p class="muted">宛先：${escapeHtml(sms.to)}</p>${bubbles.join('')}</div>`,
  );
}

/** Text with its web addresses as links, as phones do it. */
function linked(text: string): string {
  return text
    .split(/(https?:\/\/[\w.~:/?#[\]@!$&()*+,;=%-]+)/)
    .map((part, index) => {
      const safe = escapeHtml(part);
      return index % 2 === 0
        ? safe
        : `<a href="${safe}" target="_blank" rel="noreferrer">${safe}</a>`;
    })
    .join('');
}
