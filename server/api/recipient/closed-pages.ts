// Pages on which nothing can be done any more: unknown, dead, locked, over, or simply gone wrong.
// Each says what happened and whom to ask, and nothing about the payment.
import { html } from 'ghtml';
import { type Frame, type Page, remark, type Say, withBreaks } from './layout.ts';

/** The shop's contact, where there is one. */
export function askShop({ say, shop }: Frame): string {
  if (shop === null) return '';
  const where = shop.contact === '' ? shop.name : `${shop.name}\n${shop.contact}`;
  return html`<section class="ask"><h2>${say('お問い合わせ先', 'Whom to ask')}</h2>
<p>!${withBreaks(where)}</p></section>`;
}

function notice(title: string, lines: readonly string[], after = ''): Page {
  const text = lines.map((line) => html`<p>${line}</p>`).join('');
  return { title, body: html`<h1>${title}</h1>!${text}!${after}` };
}

export function unknownPage({ say, root }: Frame): Page {
  const enter = say('照会コードを入力する', 'Enter a reference code');
  const link = html`<p><a class="button" href="${root}/r">${enter}</a></p>`;
  return notice(
    say('ページが見つかりません', 'This page was not found'),
    [
      say(
        'URLがちがうか、もう使えないページです。メールやSMSのURLを、もう一度お確かめください。',
        'The address is wrong or no longer in use. Please check the URL in your message.',
      ),
      say(
        '12桁の照会コードをお持ちの方は、コードを入力しても手続きができます。',
        'With a 12-digit reference code you can also go on by entering the code.',
      ),
    ],
    link,
  );
}

export function killedPage(frame: Frame): Page {
  const { say } = frame;
  return notice(
    say('このURLは使えません', 'This URL is no longer in use'),
    [
      say(
        '新しいURLが届いているか、手続きが取りやめになっています。新しいメールやSMSをお確かめください。',
        'A newer URL was sent to you, or the payment was withdrawn. Look for a newer message.',
      ),
    ],
    askShop(frame),
  );
}

export function lockedPage(frame: Frame): Page {
  const { say } = frame;
  return notice(
    say('手続きを止めています', 'This has been locked'),
    [
      say(
        '確認の答えが続けてちがったため、お客さまを守るために手続きを止めました。',
        'Several answers were wrong, so we stopped here to protect you.',
      ),
      say(
        'ふたたび手続きをするには、下のお問い合わせ先にご連絡ください。お金はまだ送られていません。',
        'To go on, please contact the sender below. No money has been sent.',
      ),
    ],
    askShop(frame),
  );
}

/** How it ended; what it was about is told only to those who have answered (`about`, HTML). */
export function overPage(
  frame: Frame,
  end: 'withdrawn' | 'declined' | 'expired',
  about = '',
): Page {
  const { say } = frame;
  if (end === 'withdrawn') return withdrawnPage(frame, about);
  if (end === 'declined') {
    return notice(
      say('受け取らない手続きが済んでいます', 'This payment was declined'),
      [
        say(
          'お支払いは送り主に戻りました。受け取りたいときは、送り主にご連絡ください。',
          'The money went back to the sender. If you want it after all, contact the sender.',
        ),
      ],
      about + askShop(frame),
    );
  }
  return notice(
    say('受け取りの期限が過ぎました', 'The time to receive this is over'),
    [
      say(
        '期限までに手続きがなかったため、お支払いは送り主に戻りました。',
        'Nothing was chosen in time, so the money went back to the sender.',
      ),
      say(
        'お受け取りになりたいときは、送り主にご連絡ください。',
        'If you still want to receive it, please contact the sender.',
      ),
    ],
    about + askShop(frame),
  );
}

function withdrawnPage(frame: Frame, about: string): Page {
  const { say, shop } = frame;
  const sender = shop?.name ?? say('送り主', 'The sender');
  return notice(
    say('このお支払いは取りやめになりました', 'This payment was withdrawn'),
    [
      say(
        `${sender}が、このお支払いを取りやめました。お受け取り手続きはできません。お金は送られていません。`,
        `${sender} has withdrawn this payment. It can no longer be received. No money was sent.`,
      ),
      say(
        '取りやめの理由や、これからのことは、下のお問い合わせ先にご連絡ください。',
        'To ask why, and what happens now, please contact the sender below.',
      ),
    ],
    about + askShop(frame),
  );
}

/** A form that is not, or no longer, one of ours. */
export function stalePage({ say }: Frame, base: string): Page {
  const back = say('手続きのはじめに戻る', 'Start again');
  const link = html`<p><a class="button" href="${base}">${back}</a></p>`;
  return notice(
    say('ページを開き直してください', 'Please open the page again'),
    [
      say(
        '画面が古くなったため、押したボタンを受け付けませんでした。何も送られていません。',
        'The page was out of date, so the button was not taken. Nothing was sent.',
      ),
    ],
    link,
  );
}

/** The same words whether something was sent or there is nowhere to send it. */
export function resentPage(frame: Frame): Page {
  const { say } = frame;
  return notice(
    say('もう一度送りました', 'Sent again'),
    [
      say(
        '登録されたメールアドレスか電話番号に、URLを送りました。数分たっても届かないときは、迷惑メールの中もご確認ください。',
        'The URL is on its way to the registered address or number. If it is not there in a few ' +
          'minutes, please look among unwanted mail too.',
      ),
      say(
        '1日に送れる回数には限りがあります。アドレスや番号が変わった方は、下のお問い合わせ先にご連絡ください。',
        'It is sent a few times a day at most. If your address or number has changed, please ' +
          'contact the sender below.',
      ),
    ],
    askShop(frame),
  );
}

export function busyPage(say: Say): Page {
  const title = say('しばらくお待ちください', 'Please wait a while');
  const text = say(
    '入力の回数が多いため、受け付けを止めています。10分ほどたってから、もう一度お試しください。',
    'There were too many tries. Please try again in about ten minutes.',
  );
  return { title, body: html`<h1>${title}</h1>!${remark('waiting', text)}` };
}

export function faultPage(say: Say, isOurs: boolean): Page {
  if (!isOurs) {
    return notice(say('この操作はできません', 'This cannot be done'), [
      say(
        '画面を戻って、もう一度お試しください。何も送られていません。',
        'Go back and try again. Nothing was sent.',
      ),
    ]);
  }
  return notice(say('ただいま処理できません', 'We cannot do this right now'), [
    say(
      '少し待ってから、ページを開き直してください。二重に送られることはありません。',
      'Wait a little and open the page again. Nothing is ever sent twice.',
    ),
    say(
      '続くときは、下の窓口にお問い合わせください。',
      'If it goes on, please contact the desk below.',
    ),
  ]);
}

/** Back from a provider's sign-in, but not in the browser that left, or too late to know. */
export function elsewherePage(say: Say): Page {
  return notice(say('サインインを確認できません', 'This sign-in cannot be confirmed'), [
    say(
      'お受け取り手続きを始めたときと同じ端末・ブラウザで続けてください。お金はまだ送られていません。',
      'Please go on in the browser in which you began. No money has been sent.',
    ),
    say(
      'メールやSMSのURLをもう一度開くと、はじめから手続きができます。',
      'Open the address in your message once more to begin again.',
    ),
  ]);
}
