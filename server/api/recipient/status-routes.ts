// Where the money is now, in words and with dates; stays useful long after the choice. For cash at
// an ATM: the numbers, large, to be printed or shown.
import { html } from 'ghtml';
import { isBefore, tokyoDate } from '../../base/clock.ts';
import { spacedCode } from '../../messages/safe-text.ts';
import type { ReceivingWords } from '../../rails/receiving.ts';
import type { MaskedAccount } from '../../recipients/masked.ts';
import { withBankNames } from '../../recipients/masked.ts';
import { fullView } from '../../remittances/find.ts';
import { endOf } from '../../remittances/link-access.ts';
import { receivingOf } from '../../remittances/method.ts';
import type { Remittance } from '../../remittances/remittance.ts';
import { isRevealed } from '../../remittances/reveal.ts';
import { RECEIPT_LOCKED } from '../../remittances/settle-steps.ts';
import type { ReceiptView } from '../../remittances/view.ts';
import type { Api } from '../resource.ts';
import { bankTitle, narrowLatin } from './account-words.ts';
import { nextSteps, switchOffer } from './change-routes.ts';
import { overPage } from './closed-pages.ts';
import { paymentFacts } from './entry-routes.ts';
import { type Frame, facts, ICONS, type Page, remark, SEAL } from './layout.ts';
import {
  amountInWords,
  arrivalInWords,
  dayInWords,
  instantInWords,
  methodInWords,
} from './phrases.ts';
import { returnButton } from './return-routes.ts';
import { revealForm } from './reveal-routes.ts';
import {
  type Answer,
  go,
  isWaiting,
  linkRoute,
  type RecipientDeps,
  show,
  type Visit,
} from './visit.ts';

const MAX_LOOKS = 15;
const LOOK_AGAIN_SECONDS = 2;

export function registerStatus(scope: Api, deps: RecipientDeps): void {
  linkRoute(scope, deps, {
    method: 'GET',
    path: '/status',
    needs: 'answered',
    handle: (visit) => status(deps, visit),
  });
}

async function status(deps: RecipientDeps, visit: Visit): Promise<Answer> {
  const { link, remittance, frame } = visit;
  const { say } = frame;
  if (isWaiting(visit)) return go(visit.base);
  const end = endOf(visit, visit.now);
  if (end !== null && end !== 'killed') {
    const code = [say('照会コード', 'Reference code'), spacedCode(link.code)] as const;
    const { title, body } = overPage(frame, end, facts([...paymentFacts(visit), code]));
    return show(visit, { title, body: body + returnButton(visit) });
  }
  if (remittance.status === 'receivable') {
    const { receipt_information } = await fullView(deps.remittances, remittance);
    if (receipt_information !== null) {
      const note = (await railWords(deps, visit))?.note?.[visit.locale] ?? null;
      return show(visit, atmPage(visit, receipt_information, note));
    }
  }
  const page = statusPage(deps, visit, {
    done: (await railWords(deps, visit))?.done[visit.locale] ?? null,
    isRevealed: await isRevealed(deps.remittances, remittance),
  });
  const refresh = lookAgain(visit);
  return { ...show(visit, page), ...(refresh && { refresh }) };
}

/** What the rail of the method says of this payment; undefined for a bank. */
async function railWords(deps: RecipientDeps, visit: Visit): Promise<ReceivingWords | undefined> {
  const { amountYen, method, railAccountId } = visit.remittance;
  const receiving = receivingOf(deps.remittances.rails, method);
  if (receiving === undefined || railAccountId === null) return undefined;
  return receiving.words(await deps.remittances.railAccount(railAccountId), amountYen);
}

/** Something that takes seconds is looked at again by itself, a bounded number of times. */
function lookAgain({ base, query, remittance }: Visit) {
  const isUnderWay = remittance.status === 'scheduled' || remittance.status === 'processing';
  if (!isUnderWay || remittance.method === 'bank_transfer') return undefined;
  const looks = Number(query.get('looks') ?? 0);
  if (!(looks >= 0 && looks < MAX_LOOKS)) return undefined;
  return { seconds: LOOK_AGAIN_SECONDS, to: `${base}/status?looks=${looks + 1}` };
}

interface Standing {
  readonly icon: keyof typeof ICONS;
  readonly title: string;
  readonly text: string;
}

function standingOf(visit: Visit, done: string | null): Standing {
  const { frame, remittance } = visit;
  const { say, locale } = frame;
  const when = arrivalInWords(locale, remittance);
  const soon = say(
    `${when}です。入金されたかどうかは、この画面でも確かめられます。`,
    `The money should arrive ${when}. This page will show when it is there.`,
  );
  const isBank = remittance.method === 'bank_transfer';
  if (remittance.holdReason !== null && remittance.status !== 'paid') {
    return {
      icon: 'waiting',
      title: say('内容を確認しています', 'We are checking this payment'),
      text: say(
        '確認のため、送金に時間がかかっています。お客さまの手続きは済んでいます。',
        'It takes longer because we are checking. Nothing is left for you to do.',
      ),
    };
  }
  switch (remittance.status) {
    case 'scheduled':
      return {
        icon: 'done',
        title: say('手続きを受け付けました', 'Your choice has been taken'),
        text: isBank ? soon : (laterWords(visit) ?? waitWords(frame)),
      };
    case 'processing':
    case 'receivable':
      return {
        icon: 'waiting',
        title: say('送金の手続き中です', 'The money is on its way'),
        text: isBank ? soon : waitWords(frame),
      };
    case 'paid':
      return paidStanding(frame, remittance, done);
    case 'awaiting_approval':
    case 'awaiting_funds':
    case 'awaiting_recipient':
      return {
        icon: 'waiting',
        title: say('準備しています', 'This is being prepared'),
        text: say(
          'お支払い元が準備をしています。しばらくしてから、もう一度開いてください。',
          'The sender is still preparing it. Please come back a little later.',
        ),
      };
    default:
      return endedStanding(frame);
  }
}

/** What waits for the end of maintenance; null where it goes at once. */
function laterWords({ frame, remittance, now }: Visit): string | null {
  const { say, locale } = frame;
  const { dispatchAt } = remittance;
  if (dispatchAt === null || !isBefore(now.add({ minutes: 1 }), dispatchAt)) return null;
  const at = instantInWords(locale, dispatchAt);
  return say(
    `メンテナンスのため、${at}から送金の手続きを進めます。お客さまの手続きは済んでいます。`,
    `Because of maintenance it goes on at ${at}. Nothing is left for you to do.`,
  );
}

function waitWords({ say }: Frame): string {
  return say(
    'まもなく完了します。少し待ってから、この画面を開き直してください。二重に送られることはありません。',
    'It will be done shortly. Please open this page again in a while. Nothing is sent twice.',
  );
}

function paidStanding(
  { say, locale }: Frame,
  remittance: Remittance,
  done: string | null,
): Standing {
  const { paidAt, amountYen, receivedYen } = remittance;
  const day = paidAt === null ? '' : dayInWords(locale, tokyoDate(paidAt));
  const amount = amountInWords(locale, receivedYen ?? amountYen);
  return {
    icon: 'done',
    title: say('お支払いが完了しました', 'The payment has been made'),
    text: say(
      `${day}に、${amount}の送金が完了しました。${done ?? ''}`,
      `${amount} was paid on ${day}. ${done ?? ''}`.trim(),
    ),
  };
}

function endedStanding({ say }: Frame): Standing {
  return {
    icon: 'alert',
    title: say('お支払いは行われていません', 'This payment was not made'),
    text: say(
      'この送金は行われず、お金は送り主に戻りました。お支払い元にお問い合わせください。',
      'It was ended and the money went back to the sender. Please ask the sender.',
    ),
  };
}

function statusPage(
  deps: RecipientDeps,
  visit: Visit,
  what: { readonly done: string | null; readonly isRevealed: boolean },
): Page {
  const { frame, remittance, link } = visit;
  const { say } = frame;
  const { icon, title, text } = standingOf(visit, what.done);
  const isPaid = remittance.status === 'paid';
  const rows = [
    ...paymentFacts(visit),
    [
      say('受け取り方', 'How'),
      methodInWords(deps.remittances.rails, frame.locale, remittance.method),
    ] as const,
    ...destinationFacts(deps, visit),
    [say('照会コード', 'Reference code'), spacedCode(link.code)] as const,
  ];
  const isChosen = remittance.method !== 'unspecified';
  const code = say('ギフトコードを表示する', 'Show the gift code');
  const body = html`<div class="standing ${icon}">!${isPaid ? SEAL : ICONS[icon]}
<div><h1>${title}</h1>
<p>${text}</p></div></div>
!${what.isRevealed ? revealForm(visit.base, visit.formToken, code) : ''}
!${facts(isChosen ? rows : rows.filter(([name]) => name !== say('受け取り方', 'How')))}
!${returnButton(visit)}
!${nextSteps(visit)}`;
  return { title, body };
}

function destinationFacts(deps: RecipientDeps, { frame, remittance }: Visit): [string, string][] {
  if (remittance.method !== 'bank_transfer' || remittance.masked.bank_code === undefined) return [];
  const { say } = frame;
  const masked = remittance.masked as unknown as MaskedAccount;
  const named = withBankNames(deps.remittances.directory, masked);
  return [
    [say('銀行', 'Bank'), bankTitle(named.bank_code, named.bank_name)],
    [say('支店', 'Branch'), narrowLatin(named.branch_name)],
    [say('口座番号', 'Number'), `****${named.account_number_last3}`],
    [say('口座の名義', 'Name'), named.account_holder_masked],
  ];
}

/** What a recipient must know beside the numbers; '' = nothing. */
function receiptRemark({ frame, remittance }: Visit, note: string | null): string {
  const { say, locale } = frame;
  const { amountYen, receivedYen, statusDetail } = remittance;
  if (statusDetail === RECEIPT_LOCKED) {
    const words = say(
      '確認番号を続けてまちがえたため、いまはATMで受け取れません。お支払い元にご連絡ください。お金はなくなっていません。',
      'The confirmation number was wrong too often, so the ATM takes it no more. Please contact ' +
        'the sender. The money is not lost.',
    );
    return remark('alert', words);
  }
  if (receivedYen === null) return note === null ? '' : remark('info', note);
  const [taken, left] = [receivedYen, amountYen - receivedYen].map((each) =>
    amountInWords(locale, each),
  );
  const words = say(
    `お札の${taken}は受け取り済みです。残りの${left}は硬貨です。ATMで出た控えを、セブン‐イレブンのレジで見せてください。`,
    `You have taken ${taken} in notes. Show the ATM’s slip at a 7-Eleven register for ${left}.`,
  );
  return remark('info', words);
}

function atmPage(visit: Visit, receipt: ReceiptView, note: string | null): Page {
  const { frame, remittance } = visit;
  const { say, locale } = frame;
  const title = say('ATMで受け取れます', 'Ready at the ATM');
  const until = Temporal.PlainDate.from(receipt.receivable_until.slice(0, 10));
  const day = dayInWords(locale, until);
  const amount = amountInWords(locale, remittance.amountYen);
  const numbers: [string, string][] = [
    [say('提携先コード', 'Partner code'), receipt.partner_code],
    [say('お客さま番号', 'Customer number'), receipt.customer_number],
    [say('確認番号', 'Confirmation number'), receipt.confirmation_number],
  ];
  const rows = numbers.map(
    ([name, value]) => html`<div><dt>${name}</dt><dd class="digits">${value}</dd></div>`,
  );
  const steps = [
    say(
      'セブン銀行ATMの画面で「その他のお取引」を選び、次に「送金・ATM受取」を選びます。',
      'At a Seven Bank ATM choose その他のお取引, then 送金・ATM受取.',
    ),
    say('上の3つの番号を、順に入力します。', 'Enter the three numbers above, one after the other.'),
    say('金額を確かめて、現金を受け取ります。', 'Check the amount and take the cash.'),
  ];
  const until2 = say(
    `${day}までに、${amount}をお受け取りください。`,
    `Please take ${amount} by ${day}.`,
  );
  const secret = say(
    '番号は現金と同じです。ほかの人に見せないでください。',
    'These numbers are as good as cash. Show them to nobody.',
  );
  const body = html`<h1>${title}</h1><p>${until2}</p>
!${receiptRemark(visit, note)}
<dl class="numbers">!${rows.join('')}</dl>!${remark('alert', secret)}
<p><button type="button" class="second" data-print hidden>
${say('この番号を印刷する', 'Print these numbers')}</button></p>
<h2>${say('受け取るまで', 'How to take it')}</h2>
<ol class="steps">!${steps.map((step) => html`<li>${step}</li>`).join('')}</ol>
!${facts([...paymentFacts(visit), [say('照会コード', 'Reference code'), spacedCode(visit.link.code)]])}
!${returnButton(visit)}
!${switchOffer(visit)}`;
  return { title, body };
}
