// What a printed letter to a recipient says, in both languages: how to receive the payment, or what
// was entered for them. Its form is letter-pdf.ts.
import { yenInWords } from '../base/money.ts';
import type { MessageLocale } from './message.ts';
import { oneLine, spacedCode } from './safe-text.ts';

export interface LetterContent {
  readonly shopName: string;
  readonly reason: string;
  readonly amountYen: number;
  /** 12 digits. */
  readonly referenceCode: string;
  /** Where the code is typed. */
  readonly checkUrl: string;
  /** Last day, ISO date in Japan. */
  readonly lastDay: string;
  /**
   * What was entered, masked, where the letter confirms it; null where it says how to receive. Rows
   * of name and value.
   */
  readonly entered: readonly (readonly [string, string])[] | null;
  /** Whether the code alone leads on: where nothing is asked, only the QR code does. */
  readonly asksQuestions: boolean;
}

export interface LetterWords {
  readonly title: string;
  readonly opening: readonly string[];
  readonly facts: readonly (readonly [string, string])[];
  readonly howTitle: string;
  readonly steps: readonly string[];
  readonly underCode: string;
  readonly notes: readonly string[];
  readonly shopTitle: string;
  readonly operatorTitle: string;
}

const WEEKDAYS = '月火水木金土日';

function dayInJapanese(isoDate: string): string {
  const date = Temporal.PlainDate.from(isoDate);
  return `${date.year}年${date.month}月${date.day}日（${WEEKDAYS[date.dayOfWeek - 1]}）`;
}

const dayInEnglish = (isoDate: string) =>
  Temporal.PlainDate.from(isoDate).toLocaleString('en-GB', { dateStyle: 'full' });

/** A day as letters write it. */
export const letterDay = (isoDate: string, locale: MessageLocale): string =>
  locale === 'ja' ? dayInJapanese(isoDate) : dayInEnglish(isoDate);

export function letterWords(content: LetterContent, locale: MessageLocale): LetterWords {
  return locale === 'ja' ? inJapanese(content) : inEnglish(content);
}

function inJapanese(content: LetterContent): LetterWords {
  const { entered, asksQuestions, amountYen } = content;
  const shop = oneLine(content.shopName, 40);
  const code = spacedCode(content.referenceCode);
  const common: [string, string][] = [
    ['お支払い元', shop],
    ['内容', oneLine(content.reason, 60)],
    ['金額', yenInWords(amountYen)],
    ['照会コード', code],
  ];
  const byCode = `または、ブラウザーのアドレス欄に ${content.checkUrl} と入力し、照会コードを入れます。`;
  const scan = 'スマートフォンのカメラで、右のQRコードを読み取ります。';
  const ways = asksQuestions ? [scan, byCode] : [scan];
  return {
    title: entered === null ? 'お受け取り手続きのご案内' : 'お受け取り手続きの内容のお知らせ',
    opening:
      entered === null
        ? [
            `${shop}から、お客さまにお支払いがあります。`,
            '次の方法で、受け取り方をお選びください。',
          ]
        : [
            `お客さまからうかがった受け取り方を、${shop}の担当者が代わりに入力しました。`,
            'まちがいがあるときは、すぐに下の問い合わせ先へお知らせください。',
          ],
    facts:
      entered === null
        ? [...common, ['手続きの期限', `${dayInJapanese(content.lastDay)}まで`]]
        : [...common.slice(1), ...entered],
    howTitle: entered === null ? '手続きのしかた' : '状況を見るには',
    steps: entered === null ? [...ways, '質問に答え、受け取り方を選びます。'] : ways,
    underCode: 'お受け取り手続きページ',
    notes: [
      'この手紙は、お客さまだけのものです。ほかの人に見せないでください。',
      '銀行の暗証番号やカード番号をおたずねすることはありません。',
      `インターネットが使えない方、心当たりがない方は、${shop}へお問い合わせください。`,
    ],
    shopTitle: `お支払いの内容についてのお問い合わせ：${shop}`,
    operatorTitle: '送金を行う会社',
  };
}

function inEnglish(content: LetterContent): LetterWords {
  const { entered, asksQuestions, amountYen } = content;
  const shop = oneLine(content.shopName, 40);
  const code = spacedCode(content.referenceCode);
  const common: [string, string][] = [
    ['From', shop],
    ['For', oneLine(content.reason, 60)],
    ['Amount', `${amountYen.toLocaleString('en-US')} yen`],
    ['Reference code', code],
  ];
  const byCode = `Or type ${content.checkUrl} into your browser and enter the reference code.`;
  const scan = 'Scan the QR code on the right with the camera of your phone.';
  const ways = asksQuestions ? [scan, byCode] : [scan];
  return {
    title: entered === null ? 'How to receive your payment' : 'What was entered for you',
    opening:
      entered === null
        ? [`${shop} has a payment for you.`, 'Please choose how you would like to receive it.']
        : [
            `The staff of ${shop} entered for you how you would like to receive it.`,
            'If anything is wrong, please tell them at once.',
          ],
    facts:
      entered === null
        ? [...common, ['Please choose by', dayInEnglish(content.lastDay)]]
        : [...common.slice(1), ...entered],
    howTitle: entered === null ? 'What to do' : 'To see how it stands',
    steps: entered === null ? [...ways, 'Answer the questions and choose.'] : ways,
    underCode: 'Your page',
    notes: [
      'This letter is for you alone. Please show it to nobody.',
      'We never ask for a bank PIN or a card number.',
      `If you cannot use the internet, or do not know of this payment, please ask ${shop}.`,
    ],
    shopTitle: `Questions about what is paid: ${shop}`,
    operatorTitle: 'Who sends the money',
  };
}
