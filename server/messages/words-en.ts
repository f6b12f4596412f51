// What messages say in English: plain and equally short. The form (mail, SMS) is elsewhere.
import type { Content } from './content.ts';
import type { Foot, Letter } from './letter.ts';
import { oneLine, spacedCode } from './safe-text.ts';

type Of<Kind extends Content['kind']> = Extract<Content, { readonly kind: Kind }>;
type WithWay = Extract<Content, { readonly checkUrl: string }>;

const day = (isoDate: string, month: 'long' | 'short') =>
  Temporal.PlainDate.from(isoDate).toLocaleString('en-GB', {
    weekday: month,
    day: 'numeric',
    month,
    ...(month === 'long' && { year: 'numeric' }),
  });

/** Friday, 10 July 2026 */
const longDay = (isoDate: string) => day(isoDate, 'long');
/** Fri 10 Jul */
const shortDay = (isoDate: string) => day(isoDate, 'short');

const amount = (content: Content) => `${content.amountYen.toLocaleString('en')} yen`;
const shopOf = (content: Content) => oneLine(content.shopName, 40);
const reasonOf = (content: Content) => oneLine(content.reason, 60);

function subject(content: Content, what: string): string {
  const matter = `${oneLine(content.reason, 30)}, ${amount(content)}`;
  return `${oneLine(content.shopName, 20)}: ${matter} - ${what}`;
}

function smsHead(content: Content): string {
  const reason = oneLine(content.reason, 20);
  return `${oneLine(content.shopName, 16)}: ${reason}, ${amount(content)}.`;
}

function facts(content: Content, more: Letter['facts'] = []): Letter['facts'] {
  return [
    { label: 'From', value: shopOf(content) },
    { label: 'For', value: reasonOf(content) },
    { label: 'Amount', value: amount(content) },
    ...more,
  ];
}

function wayLetter(
  content: WithWay,
  words: { readonly subject: string; readonly opening: readonly string[]; readonly sms: string },
): Letter {
  const shop = shopOf(content);
  const code = spacedCode(content.referenceCode);
  return {
    subject: subject(content, words.subject),
    opening: words.opening,
    facts: facts(content, [{ label: 'Receive it by', value: longDay(content.lastDay) }]),
    action: { label: 'Choose how to receive it', url: content.url },
    advice: {
      title: 'To make sure that this message is genuine',
      lines: [
        'You can do without the link above.',
        `1. Type ${content.checkUrl} into the address bar of your browser.`,
        `2. Enter the reference code ${code}.`,
        'We never ask for a bank PIN or a card number.',
      ],
    },
    closing: [
      'This page is yours alone. Please do not pass it on.',
      `If you do not know of this payment, choose “I will not receive it” there, or ask ${shop}.`,
    ],
    sms: [
      smsHead(content),
      `${words.sms} By ${shortDay(content.lastDay)}:`,
      content.url,
      `Check: ${content.checkUrl.replace(/^https?:\/\//, '')}`,
      `Code ${code}`,
    ],
  };
}

function receiveLink(content: WithWay): Letter {
  return wayLetter(content, {
    subject: 'how to receive it',
    opening: [
      `${shopOf(content)} has a payment for you.`,
      'Choose on the page below how you would like to receive it.',
    ],
    sms: 'Choose how to receive it.',
  });
}

function receiveReminder(content: WithWay): Letter {
  return wayLetter(content, {
    subject: 'not received yet',
    opening: [
      `You have not received your payment from ${shopOf(content)} yet.`,
      'After the last day it can no longer be received. Please choose on the page below.',
    ],
    sms: 'Not received yet.',
  });
}

function linkReissued(content: WithWay): Letter {
  return wayLetter(content, {
    subject: 'your new page',
    opening: [
      `The page for your payment from ${shopOf(content)} is a new one.`,
      'The former page and reference code no longer work. Please use the new ones below.',
    ],
    sms: 'Your page is a new one.',
  });
}

function accountRefused(content: Of<'account_refused'>): Letter {
  return wayLetter(content, {
    subject: 'could not be paid in, please check your account',
    opening: [
      `Your payment from ${shopOf(content)} could not be paid into your account.`,
      `Why: ${oneLine(content.cause.en, 160)}`,
      'The money is safe. On the same page, correct the account or choose another way.',
    ],
    sms: 'Could not be paid in. Please check the account.',
  });
}

function receiptInformation(content: Of<'receipt_information'>): Letter {
  const numbers = content.numbers.map(({ label, value }) => ({ label: label.en, value }));
  const note = content.note ? [oneLine(content.note.en, 160)] : [];
  return {
    subject: subject(content, 'numbers for the ATM'),
    opening: [
      `You can take your payment from ${shopOf(content)} at any Seven Bank ATM.`,
      'Choose その他のお取引, then 送金・ATM受取, and enter the numbers below in this order.',
      ...note,
    ],
    facts: facts(content, [...numbers, { label: 'Take it by', value: longDay(content.lastDay) }]),
    action: content.url === null ? null : { label: 'How it works', url: content.url },
    advice: {
      title: 'Please note',
      lines: [
        'Anyone who knows the numbers can take the money. Do not show them to others.',
        'After several wrong entries the numbers no longer work.',
      ],
    },
    closing: ['After the last day the money can no longer be taken.'],
    sms: [
      smsHead(content),
      `Take it at a Seven Bank ATM by ${shortDay(content.lastDay)}.`,
      ...numbers.map(({ label, value }) => `${label} ${value}`),
      ...note,
    ],
  };
}

function paid(content: Of<'paid'>): Letter {
  const { arrivalDay } = content;
  const method = oneLine(content.method.en, 40);
  const when = arrivalDay === null ? 'It is there now' : `Expected on ${longDay(arrivalDay)}`;
  return {
    subject: subject(content, 'sent'),
    opening: [`Your payment from ${shopOf(content)} has been sent.`],
    facts: facts(content, [
      { label: 'To', value: method },
      { label: 'Arrival', value: when },
    ]),
    action: content.url === null ? null : { label: 'See how it stands', url: content.url },
    advice: null,
    closing: ['There is nothing more for you to do.'],
    sms: [smsHead(content), `Sent to: ${method}. ${when}.`],
  };
}

function choiceTaken(content: Of<'choice_taken'>): Letter {
  const shop = shopOf(content);
  const { arrivalDay, by } = content;
  const when = arrivalDay === null ? 'At once' : `Expected by ${longDay(arrivalDay)}`;
  return {
    subject: subject(content, 'your choice has been taken'),
    opening:
      by === 'recipient'
        ? [`Your choice of how to receive the payment from ${shop} has been taken.`]
        : [
            `The staff of ${shop} entered for you how you would like to receive it.`,
            'Please look at the page below and make sure that it is right.',
          ],
    facts: facts(content, [{ label: 'Arrival', value: when }]),
    action: { label: 'See what was entered', url: content.url },
    advice: {
      title: 'If the account is wrong, or it was not you',
      lines: [
        'Until it is sent you can stop and correct it on the page above. Please do so soon.',
        `If it was not you, please tell ${shop} at once.`,
      ],
    },
    closing: [],
    sms: [smsHead(content), `Your choice has been taken. ${when}.`, content.url],
  };
}

function choiceReopened(content: Of<'choice_reopened'>): Letter {
  return wayLetter(content, {
    subject: 'stopped, please choose again',
    opening: [
      `As you asked, the payment from ${shopOf(content)} has been stopped before it was sent.`,
      'The money is safe. On the same page, please choose once more how to receive it.',
    ],
    sms: 'Stopped. Please choose again.',
  });
}

function recallRefused(content: Of<'recall_refused'>): Letter {
  return {
    subject: subject(content, 'will not be given back'),
    opening: [
      'We asked through the bank to have the money back from the wrong account.',
      'Whoever received it did not agree, so it will not be given back.',
      'Please talk to the remittance desk below about what can be done next.',
    ],
    facts: facts(content),
    action: { label: 'See how it stands', url: content.url },
    advice: null,
    closing: [],
    sms: [smsHead(content), 'The money will not be given back.', content.url],
  };
}

function expiredNotice(content: Of<'expired_notice'>): Letter {
  const shop = shopOf(content);
  return {
    subject: subject(content, 'the last day has passed'),
    opening: [
      `Your payment from ${shop} could be received until ${longDay(content.lastDay)}.`,
      `The money has gone back to ${shop}. If you would like to receive it, please ask them.`,
    ],
    facts: facts(content),
    action: null,
    advice: null,
    closing: [],
    sms: [smsHead(content), `The last day has passed. Please ask ${oneLine(shop, 16)}.`],
  };
}

function declinedConfirmation(content: Of<'declined_confirmation'>): Letter {
  const shop = shopOf(content);
  return {
    subject: subject(content, 'you chose not to receive it'),
    opening: [
      `You chose not to receive this payment. The money has gone back to ${shop}.`,
      `If it was not you, or you would like to receive it after all, please ask ${shop}.`,
    ],
    facts: facts(content),
    action: null,
    advice: null,
    closing: [],
    sms: [smsHead(content), 'You chose not to receive it.'],
  };
}

function linkWithdrawn(content: Of<'link_withdrawn'>): Letter {
  const shop = shopOf(content);
  return {
    subject: subject(content, 'withdrawn by the sender'),
    opening: [
      `${shop} has withdrawn the payment that we told you of.`,
      'It can no longer be received. No money will be sent, even if you had already chosen how.',
      'The page and the reference code from before no longer work.',
      `If you have questions, please ask ${shop}.`,
    ],
    facts: facts(content),
    action: null,
    advice: null,
    closing: [],
    sms: [smsHead(content), `This payment was withdrawn. Please ask ${oneLine(shop, 16)}.`],
  };
}

function verificationLocked(content: Of<'verification_locked'>): Letter {
  const shop = shopOf(content);
  const code = spacedCode(content.referenceCode);
  return {
    subject: subject(content, 'stopped for safety'),
    opening: [
      'The answers given on your page were wrong several times, so we have stopped it for safety.',
      `To go on, please ask ${shop} and tell them the reference code.`,
      `If it was not you, please tell ${shop} too. The money is safe.`,
    ],
    facts: facts(content, [{ label: 'Reference code', value: code }]),
    action: null,
    advice: null,
    closing: [],
    sms: [
      smsHead(content),
      `Stopped after several wrong answers. Please ask ${oneLine(shop, 16)}.`,
      `Code ${code}`,
    ],
  };
}

export function letterEn(content: Content): Letter {
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

export function footEn(content: Content): Foot {
  return {
    shopTitle: `Questions about “${reasonOf(content)}”: ${shopOf(content)}`,
    operatorTitle: 'Who sends the money',
    noReply: 'This address only sends mail. We cannot answer replies.',
  };
}
