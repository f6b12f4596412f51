// A change of mind after the choice: stop and correct before the cut-off, another way than the ATM,
// money asked back from a wrong account (組戻し). Each says on a page of its own what it does, and is
// one press there.
import { html } from 'ghtml';
import { Refusal } from '../../base/refusal.ts';
import { correctDestination, isCorrectable } from '../../remittances/correct-destination.ts';
import { isRecallable, requestRecall } from '../../remittances/recall.ts';
import { isSwitchable, switchMethod } from '../../remittances/switch-method.ts';
import type { Api } from '../resource.ts';
import { paymentFacts } from './entry-routes.ts';
import { facts, type Page, remark } from './layout.ts';
import { instantInWords } from './phrases.ts';
import { type Answer, go, linkRoute, type RecipientDeps, show, type Visit } from './visit.ts';

interface Change {
  readonly path: '/correct' | '/switch' | '/recall';
  readonly isPossible: (visit: Visit) => boolean;
  readonly words: (visit: Visit) => {
    readonly title: string;
    readonly lines: readonly string[];
    readonly button: string;
  };
  /** Answers where to go on. */
  readonly make: (deps: RecipientDeps, visit: Visit) => Promise<string>;
}

const canCorrect = ({ link, remittance }: Visit) =>
  link.status === 'used' && remittance.method === 'bank_transfer' && isCorrectable(remittance);

/** From the page only once: after a refusal it is a matter for the desk. */
const canRecall = ({ link, remittance }: Visit) =>
  link.status === 'used' && isRecallable(remittance) && remittance.recall === null;

const CORRECT: Change = {
  path: '/correct',
  isPossible: canCorrect,
  words: ({ frame: { say } }) => ({
    title: say('送金を止めて直す', 'Stop it and correct it'),
    lines: [
      say(
        'いまの送金を止めます。お金は送られません。',
        'This stops the payment. No money is sent.',
      ),
      say(
        '次の画面で口座を直して、もう一度手続きをしてください。',
        'On the next page, correct the account and confirm once more.',
      ),
    ],
    button: say('送金を止めて、口座を直す', 'Stop it and correct the account'),
  }),
  async make(deps, visit) {
    await correctDestination(deps.remittances, visit.shop, visit.link.linkId);
    return '/account';
  },
};

const SWITCH: Change = {
  path: '/switch',
  isPossible: ({ link, remittance }) => isSwitchable(link, remittance),
  words: ({ frame: { say } }) => ({
    title: say('ほかの受け取り方に変える', 'Receive it another way'),
    lines: [
      say(
        'いまの受け取りの番号は、使えなくなります。',
        'The numbers you have now will no longer work.',
      ),
      say('そのあと、ほかの受け取り方を選べます。', 'After that you can choose another way.'),
    ],
    button: say('番号を止めて、ほかの方法を選ぶ', 'Stop the numbers and choose another way'),
  }),
  async make(deps, visit) {
    await switchMethod(deps.remittances, visit.shop, visit.link.linkId);
    return '/methods';
  },
};

const RECALL: Change = {
  path: '/recall',
  isPossible: canRecall,
  words: ({ frame: { say } }) => ({
    title: say('まちがえた口座に届いたとき', 'It went to a wrong account'),
    lines: [
      say(
        'お金が届いた口座の持ち主に、返してもらえるかどうかを、銀行を通してたずねます。これを「組戻し（くみもどし）」といいます。',
        'Through the bank, whoever has the account is asked to give the money back ' +
          '(in Japanese: kumimodoshi).',
      ),
      say(
        '持ち主が「返さない」と言ったときは、お金は戻りません。答えが出るまで、2週間くらいかかることがあります。',
        'If they do not agree, the money does not come back. An answer can take some two weeks.',
      ),
      say(
        'お金が戻ったら、このページでもう一度、正しい口座を入力できます。',
        'When it has come back, you can enter the right account on this page.',
      ),
    ],
    button: say('組戻しを頼む', 'Ask for it back'),
  }),
  async make(deps, visit) {
    if (!canRecall(visit)) return '/status';
    await requestRecall(deps.remittances, visit.shop, visit.remittance.remittanceId);
    return '/status';
  },
};

export function registerChanges(scope: Api, deps: RecipientDeps): void {
  for (const change of [CORRECT, SWITCH, RECALL]) {
    const { path } = change;
    linkRoute(scope, deps, {
      ...{ method: 'GET', path, needs: 'answered' },
      handle: async (visit) => {
        if (!change.isPossible(visit)) return go(`${visit.base}/status`);
        return show(visit, changePage(visit, change));
      },
    });
    linkRoute(scope, deps, {
      ...{ method: 'POST', path, needs: 'answered' },
      handle: (visit) => makeChange(deps, visit, change),
    });
  }
}

/** What has become impossible meanwhile is told by the page that is right now. */
async function makeChange(deps: RecipientDeps, visit: Visit, change: Change): Promise<Answer> {
  const { base } = visit;
  try {
    return go(base + (await change.make(deps, visit)));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // Where the take-back is pending, the page itself says so.
    if (error.code === 'take_back_pending') return go(`${base}/status`);
    return go(`${base}/status?${error.code === 'too_many_changes' ? 'many' : 'late'}=1`);
  }
}

function changePage(visit: Visit, change: Change): Page {
  const { base, formToken, frame } = visit;
  const { title, lines, button } = change.words(visit);
  const body = html`<h1>${title}</h1>!${facts(paymentFacts(visit))}
!${lines.map((line) => html`<p>${line}</p>`).join('')}
<form method="post" action="${base}${change.path}">
<input type="hidden" name="form_token" value="${formToken}">
<button type="submit">${button}</button></form>
<p><a class="quiet" href="${base}/status">${frame.say('変えずに戻る', 'Back, change nothing')}</a></p>`;
  return { title, body };
}

/** What the recipient can still do, below how it stands. */
export function nextSteps(visit: Visit): string {
  const { frame, base, query, remittance } = visit;
  const { say, locale } = frame;
  const late = say(
    'すでに送金の手続きに入ったため、直せませんでした。',
    'It was being sent already, so it could not be changed.',
  );
  const many = say(
    '今日はもう変えられません。お支払い元にご連絡ください。',
    'It cannot be changed any more today. Please contact the sender.',
  );
  const told =
    (query.get('late') === '1' ? remark('alert', late) : '') +
    (query.get('many') === '1' ? remark('alert', many) : '');
  if (canCorrect(visit)) {
    const until = instantInWords(locale, remittance.dispatchAt!);
    const text = say(
      `口座をまちがえたときは、${until}までなら、止めて直せます。`,
      `If the account is wrong, you can stop it and correct it until ${until}.`,
    );
    return html`!${told}<section class="next"><h2>${say('まちがえたとき', 'If it is wrong')}</h2>
<p>${text}</p>
<p><a class="button second" href="${base}/correct">${say('止めて直す', 'Stop and correct')}</a></p>
</section>`;
  }
  if (remittance.status !== 'paid') return told;
  if (isRecallable(remittance)) return told + afterPaid(visit);
  const elsewhere = say(
    '届いていないときは、下の「お問い合わせ」の送金の窓口に、照会コードをお伝えください。',
    'If it is not there, give your reference code to the remittance desk below.',
  );
  return html`!${told}<p>${elsewhere}</p>`;
}

function afterPaid(visit: Visit): string {
  const { frame, base, remittance } = visit;
  const { say } = frame;
  switch (remittance.recall) {
    case 'requested':
      return recallRemark(
        'waiting',
        say('組戻しを頼んでいます', 'It has been asked back'),
        say(
          '届いた口座の持ち主に、返してもらえるか、銀行を通してたずねています。2週間くらいかかることがあります。この画面で確かめられます。',
          'Whoever has the account is being asked through the bank. ' +
            'It can take some two weeks. This page will show what comes of it.',
        ),
      );
    case 'consented':
      return recallRemark(
        'waiting',
        say('返してもらえることになりました', 'It will be given back'),
        say(
          'お金が戻ったらお知らせします。そのあと、このページで正しい口座を入力してください。',
          'We will tell you when it is back. Then enter the right account on this page.',
        ),
      );
    case 'refused':
      return recallRemark(
        'alert',
        say('返してもらえませんでした', 'It is not given back'),
        say(
          '届いた口座の持ち主が、返すことに同意しませんでした。下の送金の窓口にご相談ください。',
          'Whoever has the account did not agree. Please talk to the remittance desk below.',
        ),
      );
    default: {
      const text = say(
        '口座に入っていないときは、下の送金の窓口に照会コードをお伝えください。',
        'If it is not in your account, give your reference code to the remittance desk below.',
      );
      const wrong = say('口座をまちがえていたとき', 'If the account was wrong');
      return html`<section class="next"><p>${text}</p>
!${canRecall(visit) ? html`<p><a class="quiet" href="${base}/recall">${wrong}</a></p>` : ''}
</section>`;
    }
  }
}

function recallRemark(kind: 'waiting' | 'alert', title: string, text: string): string {
  return html`<section class="next"><h2>${title}</h2>!${remark(kind, text)}</section>`;
}

/** Below the numbers of what waits to be taken. */
export function switchOffer(visit: Visit): string {
  const { frame, base, link, query } = visit;
  const { say } = frame;
  const late = say(
    '番号を止められませんでした。すでに受け取りが始まっているときは、変えられません。',
    'The numbers could not be stopped. Once it is being taken, it cannot be changed.',
  );
  const pending = say(
    '番号を止められたか、確かめています。少し待ってから、この画面を開き直してください。二重に支払われることはありません。',
    'We are making sure that the numbers are stopped. Please open this page again in a while. ' +
      'Nothing is paid twice.',
  );
  const isAsked = link.switchingSince !== null;
  const told = isAsked ? remark('waiting', pending) : '';
  const failed = query.get('late') === '1' ? remark('alert', late) : '';
  if (!SWITCH.isPossible(visit)) return failed;
  const other = say('ほかの受け取り方に変える', 'Receive it another way');
  return html`<section class="next">!${failed}!${told}
<p><a class="quiet" href="${base}/switch">${other}</a></p></section>`;
}
