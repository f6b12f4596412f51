// The way in and out: the questions, what is paid by whom, and 「心当たりがない・受け取らない」.
import { html } from 'ghtml';
import { spacedCode } from '../../messages/safe-text.ts';
import { lastDayOf } from '../../remittances/link.ts';
import { verifyAnswers } from '../../remittances/link-access.ts';
import { declineLink, lastInput } from '../../remittances/link-deeds.ts';
import { REASONS, RECALLED } from '../../remittances/reason.ts';
import { type Choice, isBankChoice } from '../../remittances/specify-destination.ts';
import type { Api } from '../resource.ts';
import { accountFacts } from './account-words.ts';
import { busyPage } from './closed-pages.ts';
import { draftOf, sealDraft } from './draft.ts';
import { helpLink } from './help-routes.ts';
import { maskedFacts } from './known-account.ts';
import { errorSummary, type Fault, facts, type Page, remark, textField } from './layout.ts';
import { adviceFor, amountInWords, dayInWords, mayGoAgain } from './phrases.ts';
import {
  type Answer,
  go,
  hasAnswered,
  hasTriesLeft,
  isWaiting,
  linkRoute,
  type RecipientDeps,
  sessionCookie,
  show,
  type Visit,
} from './visit.ts';

const MAX_ANSWER = 200;

export function registerEntry(scope: Api, deps: RecipientDeps): void {
  linkRoute(scope, deps, {
    method: 'GET',
    path: '',
    needs: 'nothing',
    handle: async (visit) => {
      if (!hasAnswered(deps, visit))
        return show(visit, verifyPage(visit, `${visit.base}/verify`, '', []));
      if (!isWaiting(visit)) return go(`${visit.base}/status`);
      if (visit.link.questions.length === 0 && visit.link.openedAt === null) {
        await verifyAnswers(deps.remittances, visit.shop, visit.link.linkId, []);
      }
      return show(visit, overview(deps, visit));
    },
  });
  linkRoute(scope, deps, {
    method: 'POST',
    path: '/verify',
    needs: 'nothing',
    handle: (visit) => verify(deps, visit),
  });
  linkRoute(scope, deps, {
    method: 'GET',
    path: '/decline',
    needs: 'open',
    handle: async (visit) => show(visit, declinePage(visit)),
  });
  linkRoute(scope, deps, {
    method: 'POST',
    path: '/decline',
    needs: 'answered',
    handle: async (visit) => {
      await declineLink(deps.remittances, visit.shop, visit.link.linkId);
      return go(`${visit.base}/status`);
    },
  });
}

export function answersOf(visit: Pick<Visit, 'form' | 'link'>): string[] {
  return visit.link.questions.map((_, index) =>
    (visit.form.get(`answer${index}`) ?? '').slice(0, MAX_ANSWER),
  );
}

async function verify(deps: RecipientDeps, visit: Visit): Promise<Answer> {
  const { link, shop, base, frame } = visit;
  if (!hasTriesLeft(deps, `link:${link.linkId}`)) return show(visit, busyPage(frame.say), 429);
  const faults = answerFaults(visit, await isRight(deps, visit));
  if (faults.length > 0) return show(visit, verifyPage(visit, `${base}/verify`, '', faults));
  return go(base, [sessionCookie(deps, { shop, link, remittance: visit.remittance })]);
}

/** Null where nothing was compared, because an answer is missing. */
export async function isRight(
  deps: RecipientDeps,
  visit: Pick<Visit, 'form' | 'link' | 'shop'>,
): Promise<boolean | null> {
  const answers = answersOf(visit);
  if (answers.some((answer) => answer.trim() === '')) return null;
  return verifyAnswers(deps.remittances, visit.shop, visit.link.linkId, answers);
}

export function answerFaults(
  visit: Pick<Visit, 'form' | 'link' | 'frame'>,
  outcome: boolean | null,
): Fault[] {
  const { say } = visit.frame;
  if (outcome === true) return [];
  if (outcome === false) {
    const text = say(
      '答えがちがいます。送り主からの案内を見て、もう一度入力してください。',
      'That is not right. Please look at what the sender told you and try again.',
    );
    return [{ field: 'answer0', text }];
  }
  return answersOf(visit).flatMap((answer, index) => {
    if (answer.trim() !== '') return [];
    const { label } = visit.link.questions[index]!;
    const text = say(`「${label}」を入力してください。`, `Please enter “${label}”.`);
    return [{ field: `answer${index}`, text }];
  });
}

/** The questions; tells nothing of the payment. `hidden` goes along in the form. */
export function verifyPage(
  visit: Pick<Visit, 'form' | 'link' | 'frame' | 'shop' | 'query'>,
  target: string,
  hidden: string,
  faults: readonly Fault[],
): Page {
  const { link, frame, shop, query } = visit;
  const { say } = frame;
  const title = say('お客さまの確認', 'Please confirm who you are');
  const given = answersOf(visit);
  const fields = link.questions.map(({ label }, index) =>
    textField({ name: `answer${index}`, label, value: given[index] ?? '', faults, maxLength: 200 }),
  );
  const again =
    link.status === 'used'
      ? say(
          '時間が過ぎたため、もう一度確認をお願いします。手続きは済んでいます。',
          'Some time has passed: please confirm once more. Your choice has been taken.',
        )
      : say(
          '時間が過ぎたため、もう一度確認をお願いします。入力済みの内容はまだ送られていません。',
          'Some time has passed: please confirm once more. Nothing has been sent.',
        );
  const lead = say(
    `${shop.name}からのお受け取り手続きです。お客さまご本人か確認するため、次の質問にお答えください。`,
    `You have a payment from ${shop.name}. Please answer so that we know it is you.`,
  );
  const help = say(
    `答えが分からないときは、${shop.name}にお問い合わせください。`,
    `If you do not know the answer, please ask ${shop.name}.`,
  );
  // Below the word that a code is genuine it is the second heading.
  const isBelow = target.endsWith('/r/check') && faults.length === 0;
  const heading = isBelow ? html`<h2>${title}</h2>` : html`<h1>${title}</h1>`;
  const body = html`!${errorSummary(say, faults)}!${heading}
!${query.get('again') === '1' ? remark('waiting', again) : ''}<p>${lead}</p>
<form method="post" action="${target}" novalidate>!${hidden}
!${fields.join('')}
<button type="submit">${say('確認して進む', 'Continue')}</button></form>
<p class="hint">${help}</p>!${helpLink(frame, target.replace(/\/\w+$/, ''))}`;
  return { title, body, isFaulty: faults.length > 0 };
}

export function reasonOf({ remittance, frame }: Pick<Visit, 'remittance' | 'frame'>): string {
  const { description } = remittance;
  return description === '' ? frame.say('お支払い', 'Payment') : description;
}

export function paymentFacts(visit: Visit): [string, string][] {
  const { frame, shop, remittance } = visit;
  const { say, locale } = frame;
  return [
    [say('お支払い元', 'From'), shop.name],
    [say('内容', 'For'), reasonOf(visit)],
    [say('金額', 'Amount'), amountInWords(locale, remittance.amountYen)],
  ];
}

function overview(deps: RecipientDeps, visit: Visit): Page {
  const { frame, base, link } = visit;
  const { say, locale } = frame;
  const title = say('お受け取り手続き', 'Receive your payment');
  const day = dayInWords(locale, lastDayOf(link));
  const rows = [
    [say('お支払い元', 'From'), visit.shop.name] as const,
    [say('手続きの期限', 'Please choose by'), say(`${day}まで`, day)] as const,
    [say('照会コード', 'Reference code'), spacedCode(link.code)] as const,
  ];
  const amount = amountInWords(locale, visit.remittance.amountYen);
  const isRepair = link.inputSealed !== null;
  const isMendable = isRepair && visit.remittance.method === 'bank_transfer';
  const next = say('受け取り方を選ぶ', 'Choose how to receive it');
  const body = html`<h1>${title}</h1>!${isRepair ? again(deps, visit) : ''}
<p class="lead">${reasonOf(visit)} <strong>${amount}</strong></p>!${facts(rows)}
<p><a class="button!${isMendable ? ' second' : ''}" href="${base}/methods">${next}</a></p>
<p><a class="quiet" href="${base}/decline">
${say('心当たりがない・受け取らない', 'I do not know this, or do not want it')}</a></p>
!${helpLink(frame, base)}`;
  return { title, body };
}

/** Why it is open again, what was entered, and the way to mend it. */
function again(deps: RecipientDeps, visit: Visit): string {
  const { frame, base, link, formToken } = visit;
  const { say, locale } = frame;
  const reason = link.refusalReason;
  const input = lastInput(deps.remittances, link) as Choice | undefined;
  const isBank = input !== undefined && isBankChoice(input);
  const { directory } = deps.remittances;
  const isKnown = isBank && input.knownVersion !== undefined;
  const rows = (): [string, string][] => {
    if (!isBank) return [];
    if (isKnown) return maskedFacts(deps, say, input.account);
    return accountFacts(say, directory, input.account);
  };
  const before = isBank ? facts(rows()) : '';
  const draft = input && draftOf(input);
  // Where the reason may be gone by now, one press sends it once more: all of it is shown above.
  const once = html`<form method="post" action="${base}/confirm">
<input type="hidden" name="form_token" value="${formToken}">
<input type="hidden" name="draft" value="${draft ? sealDraft(deps, visit, draft) : ''}">
<button class="second" type="submit">
${say('同じ口座でもう一度送る', 'Send to the same account again')}</button></form>`;
  const heading = say('もう一度、手続きをお願いします', 'Please have another look');
  const to = isKnown ? '/bank' : '/account';
  const mend = say('口座を直す', 'Correct the account');
  // What was asked back went to the wrong account: one tap must not send it there once more.
  const isAskedBack = visit.remittance.recall === 'returned';
  const mayRepeat = isBank && !isAskedBack && (reason === null || mayGoAgain(reason));
  const advice = reason === null ? '' : html`<p>${adviceFor(locale, reason)}</p>`;
  return html`<section class="refused"><h2>${heading}</h2>
!${remark(reason === null || isAskedBack ? 'info' : 'alert', whyAgain(visit))}!${advice}!${before}
!${isBank ? html`<p><a class="button" href="${base}${to}">${mend}</a></p>` : ''}
!${mayRepeat ? once : ''}</section>`;
}

function whyAgain({ frame: { say }, link: { refusalReason }, remittance }: Visit): string {
  if (remittance.recall === 'returned') return say(RECALLED.ja, RECALLED.en);
  if (refusalReason === null) {
    return say(
      'お客さまのお申し出で、手続きを止めています。お金はまだ送られていません。',
      'It was stopped as you asked. No money has been sent.',
    );
  }
  const { ja, en } = REASONS[refusalReason].sentence;
  if (remittance.method !== 'bank_transfer') {
    return say(
      `選んだ受け取り方では、お渡しできませんでした。${ja}`,
      `It could not be paid in the way you chose. ${en}`,
    );
  }
  return say(
    `銀行から、入金できなかったと知らせがありました。${ja}`,
    `The bank could not credit the account. ${en}`,
  );
}

function declinePage(visit: Visit): Page {
  const { frame, base, formToken, shop } = visit;
  const { say } = frame;
  const title = say('受け取らない手続き', 'Decline this payment');
  const text = say(
    `お支払いは${shop.name}に戻ります。この手続きは取り消せません。`,
    `The money goes back to ${shop.name}. This cannot be undone.`,
  );
  const body = html`<h1>${title}</h1>!${facts(paymentFacts(visit))}<p>${text}</p>
<form method="post" action="${base}/decline">
<input type="hidden" name="form_token" value="${formToken}">
<button class="danger" type="submit">${say('受け取らない', 'Decline')}</button></form>
<p><a class="quiet" href="${base}">${say('戻る', 'Back')}</a></p>`;
  return { title, body };
}
