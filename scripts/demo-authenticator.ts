// /authenticator of `npm start`: the telephone that the demo merchant's owner and approver would
// hold, so that a newcomer signs in within a minute. Codes of real members are on no page.
import { html } from 'ghtml';
import { generate } from 'otplib';
import type { DemoMembers } from './demo-members.ts';

const PERIOD_SECONDS = 30;
const REFRESH_SECONDS = 3;

export async function authenticatorPage(
  { members, password }: DemoMembers,
  now: Temporal.Instant,
  style: string,
): Promise<string> {
  const epoch = Math.floor(now.epochMilliseconds / 1000);
  const left = PERIOD_SECONDS - (epoch % PERIOD_SECONDS);
  const rows: string[] = [];
  for (const { mail, role, totpSecret } of members) {
    if (totpSecret === undefined) continue;
    const code = await generate({ secret: totpSecret, epoch });
    rows.push(html`<li><h2>${code.slice(0, 3)} ${code.slice(3)}</h2>
<p>${mail} (${role})</p></li>`);
  }
  return html`<!doctype html>
<html lang="ja"><head><meta charset="utf-8"><meta http-equiv="refresh" content="${REFRESH_SECONDS}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>認証アプリ（デモ）</title><style>!${style}</style></head>
<body><p class="band"><strong>テスト環境：実際のお金は動きません</strong></p><main>
<h1>認証アプリ（デモ）</h1>
<p>管理画面のサインインで聞かれる6桁のコードです。あと${left}秒で変わります。1つのコードは1回だけ使えます。</p>
<p>パスワードは全員 ${password} です。</p>
<ul class="tries">!${rows.join('')}</ul></main></body></html>`;
}
