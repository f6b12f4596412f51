// What messages say in Japanese: easy words, the shop and the reason first, what to do and until
// when. The form (mail, SMS) is elsewhere.
import { yenInWords } from '../base/money.ts';
import type { Content } from './content.ts';
import type { Foot, Letter } from './letter.ts';
import { oneLine, spacedCode } from './safe-text.ts';

type Of<Kind extends Content['kind']> = Extract<Content, { readonly kind: Kind }>;
type WithWay = Extract<Content, { readonly checkUrl: string }>;

const WEEKDAYS = '月火水木金土日';

/** 2026年7月10日（金） */
function longDay(isoDate: string): string {
  const date = Temporal.PlainDate.from(isoDate);
  return `${date.year}年${date.month}月${date.day}日（${WEEKDAYS[date.dayOfWeek - 1]}）`;
}

/** 7/10(金) */
function shortDay(isoDate: string): string {
  const date = Temporal.PlainDate.from(isoDate);
  return `${date.month}/${date.day}(${WEEKDAYS[date.dayOfWeek - 1]})`;
}

const shopOf = (content: Content) => oneLine(content.shopName, 40);
const reasonOf = (content: Content) => oneLine(content.reason, 60);

/** 「○○公演中止の払い戻し 8,400円」: what every subject is about. */
function matter(content: Content): string {
  return `${oneLine(content.reason, 30)} ${yenInWords(content.amountYen)}`;
}

function subject(content: Content, what: string): string {
  return `【${oneLine(content.shopName, 20)}】${matter(content)}${what}`;
}

function smsHead(content: Content): string {
  const shop = oneLine(content.shopName, 16);
  return `【${shop}】${oneLine(content.reason, 20)} ${yenInWords(content.amountYen)}`;
}

function facts(content: Content, more: Letter['facts'] = []): Letter['facts'] {
  return [
    { label: 'お支払い元', value: shopOf(content) },
    { label: '内容', value: reasonOf(content) },
    { label: '金額', value: yenInWords(content.amountYen) },
    ...more,
  ];
}

function genuine(content: WithWay): Letter['advice'] {
  return {
    title: 'このメールが本物か心配なときは',
    lines: [
      '上のページを開かなくても、手続きができます。',
      `1. ブラウザーのアドレス欄に ${content.checkUrl} と入力します。`,
      `2. 照会コード ${spacedCode(content.referenceCode)} を入力します。`,
      '銀行の暗証番号やカード番号をおたずねすることはありません。',
    ],
  };
}

function wayLetter(
  content: WithWay,
  words: { readonly subject: string; readonly opening: readonly string[]; readonly sms: string },
): Letter {
  const shop = shopOf(content);
  return {
    subject: subject(content, words.subject),
    opening: words.opening,
    facts: facts(content, [{ label: '手続きの期限', value: `${longDay(content.lastDay)}まで` }]),
    action: { label: 'お受け取り手続きページを開く', url: content.url },
    advice: genuine(content),
    closing: [
      'このページは、お客さまだけのものです。ほかの人に転送しないでください。',
      `心当たりがないときは、ページの中の「受け取らない」を選ぶか、${shop}へお問い合わせください。`,
    ],
    sms: [
      smsHead(content),
      `${words.sms}${shortDay(content.lastDay)}まで`,
      content.url,
      `本物かの確認：${content.checkUrl.replace(/^https?:\/\//, '')}`,
      `照会コード${spacedCode(content.referenceCode)}`,
    ],
  };
}

function receiveLink(content: WithWay): Letter {
  return wayLetter(content, {
    subject: 'のお受け取り手続き',
    opening: [
      `${shopOf(content)}から、お客さまにお支払いがあります。`,
      'お受け取りには手続きが必要です。下のページで、受け取り方をお選びください。',
    ],
    sms: 'お受け取り手続きをお願いします。',
  });
}

function receiveReminder(content: WithWay): Letter {
  return wayLetter(content, {
    subject: 'のお受け取り手続きがまだです',
    opening: [
      `${shopOf(content)}からのお支払いを、まだお受け取りになっていません。`,
      '期限を過ぎると、お受け取りになれません。下のページで手続きをお願いします。',
    ],
    sms: 'お受け取り手続きがまだです。',
  });
}

function linkReissued(content: WithWay): Letter {
  return wayLetter(content, {
    subject: 'の新しいお受け取り手続きページ',
    opening: [
      `${shopOf(content)}からのお支払いについて、お受け取り手続きページが新しくなりました。`,
      '前にお送りしたページと照会コードは、もう使えません。下の新しいページをお使いください。',
    ],
    sms: '手続きページが新しくなりました。',
  });
}

function accountRefused(content: Of<'account_refused'>): Letter {
  return wayLetter(content, {
    subject: 'を入金できませんでした（口座の確認のお願い）',
    opening: [
      `${shopOf(content)}からのお支払いを、お客さまの口座に入金できませんでした。`,
      `理由：${oneLine(content.cause.ja, 120)}`,
      'お金はなくなっていません。同じページで、口座を直すか、ほかの受け取り方をお選びください。',
    ],
    sms: '入金できませんでした。口座をご確認ください。',
  });
}

function receiptInformation(content: Of<'receipt_information'>): Letter {
  const numbers = content.numbers.map(({ label, value }) => ({ label: label.ja, value }));
  const note = content.note ? [oneLine(content.note.ja, 120)] : [];
  return {
    subject: subject(content, 'をATMで受け取るための番号'),
    opening: [
      `${shopOf(content)}からのお支払いを、セブン銀行ATMで受け取れます。`,
      'ATMの画面で「その他のお取引」、「送金・ATM受取」の順に選び、下の番号を上から順に入力してください。',
      ...note,
    ],
    facts: facts(content, [
      ...numbers,
      { label: '受け取りの期限', value: `${longDay(content.lastDay)}まで` },
    ]),
    action: content.url === null ? null : { label: '使い方を見る', url: content.url },
    advice: {
      title: 'ご注意',
      lines: [
        '番号を知っている人は、だれでも受け取れます。ほかの人に教えないでください。',
        '番号を何回もまちがえると、使えなくなります。',
      ],
    },
    closing: ['期限を過ぎると、お受け取りになれません。'],
    sms: [
      smsHead(content),
      `セブン銀行ATMで受け取れます。${shortDay(content.lastDay)}まで`,
      ...numbers.map(({ label, value }) => `${label}${value}`),
      ...note,
    ],
  };
}

function paid(content: Of<'paid'>): Letter {
  const { arrivalDay } = content;
  const when = arrivalDay === null ? '受け取り済みです' : `${longDay(arrivalDay)}中に入金予定`;
  const method = oneLine(content.method.ja, 40);
  return {
    subject: subject(content, 'を送金しました'),
    opening: [`${shopOf(content)}からのお支払いを送金しました。`],
    facts: facts(content, [
      { label: '受け取り方', value: method },
      { label: 'お届け', value: when },
    ]),
    action: content.url === null ? null : { label: '送金の状況を見る', url: content.url },
    advice: null,
    closing: ['お客さまの手続きは、これで終わりです。'],
    sms: [smsHead(content), `${method}へ送金しました。${when}`],
  };
}

function choiceTaken(content: Of<'choice_taken'>): Letter {
  const shop = shopOf(content);
  const { arrivalDay, by } = content;
  const when = arrivalDay === null ? 'すぐに届きます' : `${longDay(arrivalDay)}までに入金予定`;
  return {
    subject: subject(content, 'のお受け取り手続きを受け付けました'),
    opening:
      by === 'recipient'
        ? [`${shop}からのお支払いについて、お受け取り手続きを受け付けました。`]
        : [
            `お客さまからうかがった受け取り方を、${shop}の担当者が代わりに入力しました。`,
            '内容が正しいか、下のページで確かめてください。',
          ],
    facts: facts(content, [{ label: 'お届け', value: when }]),
    action: { label: '内容と状況を見る', url: content.url },
    advice: {
      title: '口座をまちがえたとき・手続きをしていないとき',
      lines: [
        '送金の前なら、上のページで止めて直せます。できるだけ早く手続きをしてください。',
        `手続きをした覚えがないときは、すぐに${shop}へお知らせください。`,
      ],
    },
    closing: [],
    sms: [smsHead(content), `手続きを受け付けました。${when}`, content.url],
  };
}

function choiceReopened(content: Of<'choice_reopened'>): Letter {
  return wayLetter(content, {
    subject: 'のお受け取り手続きを止めました',
    opening: [
      `お客さまのお申し出で、${shopOf(content)}からのお支払いの手続きを止めました。`,
      'お金はまだ送られていません。同じページで、もう一度、受け取り方をお選びください。',
    ],
    sms: '手続きを止めました。もう一度お選びください。',
  });
}

function recallRefused(content: Of<'recall_refused'>): Letter {
  return {
    subject: subject(content, 'は返してもらえませんでした'),
    opening: [
      'まちがえた口座に届いたお金について、返してもらえるか銀行にたずねました。',
      'お金を受け取った方の同意がなく、返してもらえませんでした。',
      'この先のことは、下の送金の窓口にご相談ください。',
    ],
    facts: facts(content),
    action: { label: '送金の状況を見る', url: content.url },
    advice: null,
    closing: [],
    sms: [smsHead(content), '組戻しができませんでした。', content.url],
  };
}

function expiredNotice(content: Of<'expired_notice'>): Letter {
  const shop = shopOf(content);
  return {
    subject: subject(content, 'のお受け取り期限が過ぎました'),
    opening: [
      `${shop}からのお支払いは、${longDay(content.lastDay)}で受け取りの期限が過ぎました。`,
      `お金は${shop}に戻りました。受け取りたいときは、${shop}へお問い合わせください。`,
    ],
    facts: facts(content),
    action: null,
    advice: null,
    closing: [],
    sms: [
      smsHead(content),
      `受け取りの期限が過ぎました。${oneLine(shop, 16)}へお問い合わせください`,
    ],
  };
}

function declinedConfirmation(content: Of<'declined_confirmation'>): Letter {
  const shop = shopOf(content);
  return {
    subject: subject(content, 'を受け取らない手続きが終わりました'),
    opening: [
      `${shop}からのお支払いを「受け取らない」とのお申し出を受けました。お金は${shop}に戻りました。`,
      `お申し出をしていないときや、やはり受け取りたいときは、${shop}へお問い合わせください。`,
    ],
    facts: facts(content),
    action: null,
    advice: null,
    closing: [],
    sms: [smsHead(content), '受け取らない手続きが終わりました'],
  };
}

function linkWithdrawn(content: Of<'link_withdrawn'>): Letter {
  const shop = shopOf(content);
  return {
    subject: subject(content, 'は取りやめになりました'),
    opening: [
      `先にお知らせした${shop}からのお支払いは、${shop}が取りやめました。`,
      'お受け取り手続きはできません。手続きがお済みの場合も、お金は送られません。',
      `前にお送りしたページと照会コードは、もう使えません。くわしいことは、${shop}へお問い合わせください。`,
    ],
    facts: facts(content),
    action: null,
    advice: null,
    closing: [],
    sms: [
      smsHead(content),
      `お支払いは取りやめになりました。${oneLine(shop, 16)}へお問い合わせください`,
    ],
  };
}

function verificationLocked(content: Of<'verification_locked'>): Letter {
  const shop = shopOf(content);
  const code = spacedCode(content.referenceCode);
  return {
    subject: subject(content, 'のお受け取り手続きを止めました'),
    opening: [
      'お受け取り手続きページで、確認の答えが何回も違いました。安全のため、手続きを止めました。',
      `続けるには、${shop}へお問い合わせください。その際、照会コードをお伝えください。`,
      `お客さまが操作していないときも、${shop}へお知らせください。お金は送られていません。`,
    ],
    facts: facts(content, [{ label: '照会コード', value: code }]),
    action: null,
    advice: null,
    closing: [],
    sms: [
      smsHead(content),
      `答えが何回も違ったため、手続きを止めました。${oneLine(shop, 16)}へお問い合わせください`,
      `照会コード${code}`,
    ],
  };
}

export function letterJa(content: Content): Letter {
  switch (content.kind) {
    case 'receive_link':
      return receiveLink(content);
    case 'receive_reminder':
      return receiveReminder(content);
    case 'link_reissued':
      return linkReissued(content);
    case 'account_refused':
      return accountRefused(content);
    case 'receipt_information':
      return receiptInformation(content);
    case 'paid':
      return paid(content);
    case 'choice_taken':
      return choiceTaken(content);
    case 'choice_reopened':
      return choiceReopened(content);
    case 'recall_refused':
      return recallRefused(content);
    case 'expired_notice':
      return expiredNotice(content);
    case 'declined_confirmation':
      return declinedConfirmation(content);
    case 'link_withdrawn':
      return linkWithdrawn(content);
    case 'verification_locked':
      return verificationLocked(content);
  }
}

export function footJa(content: Content): Foot {
  return {
    shopTitle: `「${reasonOf(content)}」についてのお問い合わせ：${shopOf(content)}`,
    operatorTitle: '送金を行う会社',
    noReply: 'このメールは送信専用です。返信いただいても、お答えできません。',
  };
}
