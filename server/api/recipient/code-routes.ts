// /r, the page whose address people know: a typed code instead of a tapped URL. It says that a code
// is genuine and who had it issued; more only after the questions. Where a link has none, only its
// URL lets in: twelve digits alone are too few to guard a payment.
import { html } from 'ghtml';
import { spacedCode } from '../../messages/safe-text.ts';
import { endOf, linkOfCode, type OpenedLink } from '../../remittances/link-access.ts';
import { resendLink } from '../../remittances/link-deeds.ts';
import { linkUrl } from '../../remittances/make-link.ts';
import { localeOf } from '../locale.ts';
import type { Api } from '../resource.ts';
import { busyPage, killedPage, lockedPage, overPage, resentPage } from './closed-pages.ts';
import { answerFaults, isRight, verifyPage } from './entry-routes.ts';
import { helpLink } from './help-routes.ts';
import {
  errorSummary,
  type Fault,
  type Frame,
  facts,
  ICONS,
  type Page,
  textField,
} from './layout.ts';
import { CODE_NAME, openText, sealText } from './session.ts';
import {
  type Answer,
  type Ask,
  cookieOf,
  frameOf,
  go,
  hasTriesLeft,
  hereOf,
  ownCookie,
  type RecipientDeps,
  readAsk,
  rootOf,
  send,
  sessionCookie,
} from './visit.ts';

const CODE_PURPOSE = 'recipient_code';
const SCHEMA = { schema: { hide: true } } as const;

export function registerCodes(scope: Api, deps: RecipientDeps): void {
  const asked = (request: Parameters<typeof readAsk>[1]) =>
    readAsk(deps, request, localeOf(request.headers['accept-language']));
  scope.get('/r', SCHEMA, async (request, reply) => {
    const ask = asked(request);
    const frame = frameOf(deps, ask, hereOf(`${rootOf(deps)}/r`, ask.query));
    return send(deps, request, reply, answerOf(frame, codePage(frame, '', [])));
  });
  scope.post('/r', SCHEMA, async (request, reply) =>
    send(deps, request, reply, await enterCode(deps, asked(request))),
  );
  scope.get('/r/check', SCHEMA, async (request, reply) =>
    send(deps, request, reply, await check(deps, asked(request), 'look')),
  );
  scope.post('/r/check', SCHEMA, async (request, reply) =>
    send(deps, request, reply, await check(deps, asked(request), 'answer')),
  );
  scope.post('/r/resend', SCHEMA, async (request, reply) =>
    send(deps, request, reply, await resend(deps, asked(request))),
  );
}

const answerOf = (frame: Frame, page: Page, status = 200): Answer => ({
  kind: 'page',
  frame,
  page,
  status: page.isFaulty ? 422 : status,
});

async function enterCode(deps: RecipientDeps, ask: Ask): Promise<Answer> {
  const frame = frameOf(deps, ask, `${rootOf(deps)}/r`);
  if (!hasTriesLeft(deps, `address:${ask.address}`))
    return answerOf(frame, busyPage(frame.say), 429);
  const typed = (ask.form.get('code') ?? '').slice(0, 60);
  const opened = await linkOfCode(deps.remittances, typed);
  if (opened === undefined) {
    const text = frame.say(
      'この照会コードは確認できませんでした。12桁の数字をもう一度お確かめください。',
      'This code could not be confirmed. Please check the 12 digits.',
    );
    return answerOf(frame, codePage(frame, typed, [{ field: 'code', text }]));
  }
  const sealed = sealText(deps.remittances.vault, CODE_PURPOSE, opened.link.code);
  return go(`${rootOf(deps)}/r/check`, [ownCookie(deps, CODE_NAME, sealed)]);
}

async function check(deps: RecipientDeps, ask: Ask, act: 'look' | 'answer'): Promise<Answer> {
  const { remittances } = deps;
  // The code of the form comes first: another tab may have asked about another one since.
  const sealed = ask.form.get('sealed_code') ?? cookieOf(deps, ask, CODE_NAME) ?? '';
  const code = openText(remittances.vault, CODE_PURPOSE, sealed);
  const opened = code === undefined ? undefined : await linkOfCode(remittances, code);
  if (opened === undefined) return go(`${rootOf(deps)}/r`);
  const { link, shop } = opened;
  const here = `${rootOf(deps)}/r/check`;
  const frame = frameOf(deps, ask, here, shop);
  const closed = closedPage(frame, opened, await remittances.deeds.now(shop.shopId));
  if (closed !== undefined) return answerOf(frame, closed);
  const lost = lostForm(frame, sealed);
  if (link.questions.length === 0) return answerOf(frame, genuinePage(deps, frame, opened, lost));
  const visit = { ...ask, ...opened, frame };
  let faults: Fault[] = [];
  if (act === 'answer') {
    if (!hasTriesLeft(deps, `address:${ask.address}`))
      return answerOf(frame, busyPage(frame.say), 429);
    faults = answerFaults(visit, await isRight(deps, visit));
    if (faults.length === 0) {
      const { pathname } = new URL(linkUrl(remittances, link));
      return go(pathname, [sessionCookie(deps, opened), ownCookie(deps, CODE_NAME, '', 0)]);
    }
  }
  const hidden = html`<input type="hidden" name="sealed_code" value="${sealed}">`;
  const form = verifyPage(visit, here, hidden, faults);
  return answerOf(frame, genuinePage(deps, frame, opened, form.body + lost, faults.length > 0));
}

/** Says the same whether there is an address or not: the code alone proves little. */
async function resend(deps: RecipientDeps, ask: Ask): Promise<Answer> {
  const here = `${rootOf(deps)}/r`;
  const frame = frameOf(deps, ask, here);
  if (!hasTriesLeft(deps, `address:${ask.address}`))
    return answerOf(frame, busyPage(frame.say), 429);
  const sealed = ask.form.get('sealed_code') ?? '';
  const code = openText(deps.remittances.vault, CODE_PURPOSE, sealed);
  const opened = code === undefined ? undefined : await linkOfCode(deps.remittances, code);
  if (opened === undefined) return go(here);
  const { shop, link } = opened;
  await resendLink(deps.remittances, shop, link.linkId);
  const own = frameOf(deps, ask, here, shop);
  return answerOf(own, resentPage(own));
}

/** What stands in the way of going on with a code; undefined = nothing. */
function closedPage(frame: Frame, opened: OpenedLink, now: Temporal.Instant): Page | undefined {
  const end = endOf(opened, now);
  if (end !== null) return end === 'killed' ? killedPage(frame) : overPage(frame, end);
  return opened.link.lockedAt === null ? undefined : lockedPage(frame);
}

function codePage(frame: Frame, value: string, faults: readonly Fault[]): Page {
  const { say } = frame;
  const title = say('照会コードの確認', 'Check a reference code');
  const lead = say(
    'メール・SMS・手紙にある12桁の照会コードを入力してください。本物かどうかを確かめ、続けて手続きができます。',
    'Enter the 12-digit reference code of your message or letter. ' +
      'We tell you whether it is genuine, and you can go on from here.',
  );
  const body = html`!${errorSummary(say, faults)}<h1>${title}</h1><p>${lead}</p>
<form method="post" action="${frame.root}/r" novalidate>!${textField({
    name: 'code',
    label: say('照会コード', 'Reference code'),
    hint: say('12桁の数字（例：1234-5678-9012）', '12 digits (e.g. 1234-5678-9012)'),
    value,
    faults,
    isNumber: true,
  })}<button type="submit">${say('確かめる', 'Check')}</button></form>
!${helpLink(frame, `${frame.root}/r`)}`;
  return { title, body, isFaulty: faults.length > 0 };
}

/** For whoever has the code and not the message. */
function lostForm({ say, root }: Frame, sealed: string): string {
  const text = say(
    'お受け取り手続きページのURLを、登録されたメールアドレスか電話番号に、もう一度送ります。ほかの宛先には送れません。',
    'The URL can be sent once more to the mail address or phone number that is registered, and ' +
      'to no other.',
  );
  return html`<section class="next">
<h2>${say('URLが見つからないとき', 'If you cannot find the URL')}</h2><p>${text}</p>
<form method="post" action="${root}/r/resend">
<input type="hidden" name="sealed_code" value="${sealed}">
<button class="second" type="submit">${say('もう一度送る', 'Send it again')}</button></form>
</section>`;
}

function genuinePage(
  deps: RecipientDeps,
  frame: Frame,
  { shop, link }: OpenedLink,
  form: string,
  isFaulty = false,
): Page {
  const { say, locale } = frame;
  const title = say('照会コードは本物です', 'This code is genuine');
  const text = say(
    `この照会コードは、${shop.name}からのお支払いのために発行されたものです。`,
    `This code was issued for a payment from ${shop.name}.`,
  );
  const rows = facts([
    [say('照会コード', 'Reference code'), spacedCode(link.code)],
    [say('お支払い元', 'From'), shop.name],
    [say('送金を行う会社', 'Remitted by'), deps.notice.operatorName[locale]],
    [say('登録', 'Registration'), deps.notice.registrationNumber[locale]],
  ]);
  if (isFaulty) return { title, body: form, isFaulty };
  const openUrl = say(
    '手続きは、届いたメール・SMS・手紙にあるURLからお願いします。',
    'Please go on with the URL in your message or letter.',
  );
  const how = link.questions.length === 0 ? html`<p>${openUrl}</p>` : '';
  const body = html`<h1 class="genuine">!${ICONS.done}${title}</h1><p>${text}</p>!${rows}
!${how}!${form}`;
  return { title, body };
}
