// What a webhook URL may look like. Where its name leads to is asked by sender.ts, at creation and
// at each connection.
import type { RefusalDetail } from '../base/refusal.ts';

export const MAX_URL_LENGTH = 2_048;
const LIVE_PORTS = ['', '443', '8443'];

type Fault = Pick<RefusalDetail, 'code' | 'ja' | 'en'>;

const UNREADABLE: Fault = {
  code: 'url_invalid',
  ja: 'URLとして読めません。https:// で始まる完全なURLを指定してください。',
  en: 'This is no URL. Give a complete one that starts with https://.',
};
const NOT_HTTPS: Fault = {
  code: 'url_not_https',
  ja: '本番では https:// のURLだけを登録できます。',
  en: 'In live mode only https:// URLs can be registered.',
};
const NOT_HTTP: Fault = {
  code: 'url_not_http',
  ja: 'https:// または http:// のURLを指定してください。',
  en: 'Give a URL that starts with https:// or http://.',
};
const CREDENTIALS: Fault = {
  code: 'url_has_credentials',
  ja: 'URLにユーザー名やパスワードを含めないでください。受信側では署名を検証してください。',
  en: 'Leave user name and password out of the URL. Verify the signature instead.',
};
const FRAGMENT: Fault = {
  code: 'url_has_fragment',
  ja: 'URLの # 以降は送信されません。取り除いてください。',
  en: 'What follows # is never sent. Leave it out of the URL.',
};
const PORT: Fault = {
  code: 'url_port_not_allowed',
  ja: '本番で使えるポートは 443 と 8443 です。',
  en: 'In live mode the ports are 443 and 8443.',
};

/** The URL in its normal form, or what is wrong with it. Test shops may use http and any port. */
export function readTargetUrl(text: string, mode: 'test' | 'live'): URL | Fault {
  const url = URL.parse(text);
  if (url === null || text.length > MAX_URL_LENGTH || !text.isWellFormed()) return UNREADABLE;
  if (url.protocol !== 'https:') {
    if (mode === 'live') return NOT_HTTPS;
    if (url.protocol !== 'http:') return NOT_HTTP;
  }
  if (url.username !== '' || url.password !== '') return CREDENTIALS;
  if (url.hash !== '') return FRAGMENT;
  if (mode === 'live' && !LIVE_PORTS.includes(url.port)) return PORT;
  return url;
}
