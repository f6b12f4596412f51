// What to do when something does not fit: a name that changed, an account of somebody else, a lost
// message, an address that is gone. General words and whom to ask; nothing of the payment.
import { html } from 'ghtml';
import { localeOf } from '../locale.ts';
import type { Api } from '../resource.ts';
import { askShop } from './closed-pages.ts';
import type { Frame, Page, Say } from './layout.ts';
import { frameOf, linkRoute, type RecipientDeps, readAsk, rootOf, send, show } from './visit.ts';

export function registerHelp(scope: Api, deps: RecipientDeps): void {
  linkRoute(scope, deps, {
    method: 'GET',
    path: '/help',
    needs: 'nothing',
    handle: async (visit) => show(visit, helpPage(visit.frame, visit.base)),
  });
  scope.get('/r/help', { schema: { hide: true } }, async (request, reply) => {
    const ask = readAsk(deps, request, localeOf(request.headers['accept-language']));
    const root = rootOf(deps);
    const frame = frameOf(deps, ask, `${root}/r/help`);
    const page = helpPage(frame, `${root}/r`);
    return send(deps, request, reply, { kind: 'page', frame, page });
  });
}

/** `base`: what /help lies below. */
export function helpLink({ say }: Frame, base: string): string {
  const text = say('こまったとき', 'If something does not fit');
  return html`<p><a class="quiet" href="${base}/help">${text}</a></p>`;
}

interface Topic {
  readonly title: string;
  readonly lines: readonly string[];
}

function helpPage(frame: Frame, back: string): Page {
  const { say } = frame;
  const title = say('こまったとき', 'If something does not fit');
  const topics = [...aboutAccounts(say), ...aboutMessages(say)].map(
    ({ title: heading, lines }) =>
      html`<h2>${heading}</h2>!${lines.map((line) => html`<p>${line}</p>`).join('')}`,
  );
  const body = html`<h1>${title}</h1>!${topics.join('')}!${askShop(frame)}
<p><a class="button second" href="${back}">${say('戻る', 'Back')}</a></p>`;
  return { title, body };
}

function aboutAccounts(say: Say): Topic[] {
  return [
    {
      title: say('名字が変わった', 'Your family name has changed'),
      lines: [
        say(
          '通帳や銀行のアプリにある名前を、そのまま入力してください。口座が前の名字のままなら、前の名字で入力します。',
          'Enter the name as it is in your passbook or banking app, even if it is still your ' +
            'former name.',
        ),
      ],
    },
    {
      title: say('家族などの口座で受け取りたい', 'You want it in somebody else’s account'),
      lines: [
        say(
          'お受け取りになる方ご本人の口座を入力してください。お子さまのかわりに保護者の方が、またはご本人のかわりに後見人の方が受け取るときは、先にお支払い元にご連絡ください。',
          'Please enter an account of the person the payment is for. If you receive it for a ' +
            'child or as a guardian, please contact the sender first.',
        ),
      ],
    },
    {
      title: say('受け取る方が亡くなった', 'The recipient has died'),
      lines: [
        say(
          'このページでは手続きをしないで、お支払い元にご連絡ください。相続の手続きをご案内します。',
          'Please do not go on here, and contact the sender, who will tell you what heirs can do.',
        ),
      ],
    },
    {
      title: say('銀行の口座がない', 'You have no bank account'),
      lines: [
        say(
          'ほかの受け取り方が選べることがあります。「受け取り方を選ぶ」でご確認ください。選べないときは、お支払い元にご連絡ください。',
          'There may be other ways: see “Choose how to receive it”. If there is none, please ' +
            'contact the sender.',
        ),
      ],
    },
  ];
}

function aboutMessages(say: Say): Topic[] {
  return [
    {
      title: say('メールやSMSをなくした', 'You lost the message'),
      lines: [
        say(
          '照会コードがわかれば、登録された宛先にもう一度送れます。わからないときは、お支払い元にご連絡ください。',
          'With the reference code it can be sent again to the registered address. Without it, ' +
            'please contact the sender.',
        ),
      ],
    },
    {
      title: say('アドレスや電話番号が変わった', 'Your address or number has changed'),
      lines: [
        say(
          'お支払い元にご連絡ください。ご本人か確かめたうえで、新しい宛先に送り直します。前のURLは使えなくなります。',
          'Please contact the sender, who makes sure that it is you and sends it to the new one. ' +
            'The former URL then no longer works.',
        ),
      ],
    },
    {
      title: say('だれかに見られたかもしれない', 'Somebody may have seen it'),
      lines: [
        say(
          'すぐにお支払い元にご連絡ください。URLを新しくして、前のURLを使えなくします。',
          'Please contact the sender at once: you get a new URL, and the former stops working.',
        ),
      ],
    },
  ];
}
