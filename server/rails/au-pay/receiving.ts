// How recipients meet au PAY: words with the wallet's limits, the member number to be typed, the
// way to the app's consent page and back. Holds no state.
import type { Instant } from '../../base/clock.ts';
import { type Yen, yenInWords } from '../../base/money.ts';
import type { Sentence } from '../../base/refusal.ts';
import type { AuPayDestination, RailAccount } from '../rail.ts';
import type {
  Entry,
  Receiving,
  ReceivingCheck,
  ReceivingWords,
  SignedIn,
  SignIn,
} from '../receiving.ts';
import { readAuPayConfig } from './config.ts';
import { handOverUrl, readHandOver } from './hand-over.ts';
import { isToken, type MemberStanding, memberNumberOf } from './transform.ts';

export interface ReceivingDependencies {
  readonly now: () => Instant;
  readonly check: (
    account: RailAccount,
    memberNumber: string,
    amountYen: Yen,
    signal: AbortSignal,
  ) => Promise<
    | ({ readonly kind: 'answered'; readonly fits: boolean } & MemberStanding)
    | { readonly kind: 'unanswered'; readonly detail: string }
  >;
}

/** Whoever asks learns only this: the page must not become a way to find members. */
const NOT_RECEIVABLE: Sentence = {
  ja: 'この会員番号では受け取れません。番号を確かめるか、別の受け取り方をお選びください。',
  en: 'This member number cannot receive it. Check the number, or choose another way.',
};

const TOO_FULL: Sentence = {
  ja: 'au PAY 残高の上限をこえるため、いまは受け取れません。残高を使ってからもう一度入力するか、別の受け取り方をお選びください。',
  en:
    'It does not fit into the au PAY balance at present. Spend some of it and try again, or ' +
    'choose another way.',
};

export function auPayReceiving(deps: ReceivingDependencies): Receiving<AuPayDestination> {
  return {
    method: 'au_pay',
    name: { ja: 'au PAY 残高', en: 'au PAY balance' },
    words,
    entry(account): Entry {
      const { memberNumberDigits, handOverUrl: page } = readAuPayConfig(account);
      return { fields: [memberField(memberNumberDigits)], signsIn: page !== undefined };
    },
    read(account, { member = '' }) {
      const { memberNumberDigits } = readAuPayConfig(account);
      const memberNumber = memberNumberOf(member, memberNumberDigits);
      // A token comes from the hand-over alone; what is typed is a number.
      return memberNumber === undefined || isToken(memberNumber) ? undefined : { memberNumber };
    },
    facts: ({ memberNumber }) =>
      isToken(memberNumber) ? [] : [[{ ja: '会員番号', en: 'Member number' }, memberNumber]],
    masked: ({ memberNumber }) =>
      isToken(memberNumber) ? {} : { member_number_last4: memberNumber.slice(-4) },
    async check(account, { memberNumber }, amountYen, signal): Promise<ReceivingCheck> {
      const found = await deps.check(account, memberNumber, amountYen, signal);
      if (found.kind === 'unanswered') return found;
      if (found.fits) return { kind: 'fits' };
      return { kind: 'refused', why: found.member === 'able' ? TOO_FULL : NOT_RECEIVABLE };
    },
    signIn: appHandOver(deps),
  };
}

function words(account: RailAccount): ReceivingWords {
  const { balanceCapYen } = readAuPayConfig(account);
  return {
    when: { ja: '手続きのあと、すぐに届きます', en: 'At once after you confirm' },
    needs: { ja: 'au PAY の会員番号', en: 'Your au PAY member number' },
    note: {
      ja: `au PAY 残高は合わせて${yenInWords(balanceCapYen)}までです。いっぱいのときは受け取れません。`,
      en: `An au PAY balance holds at most ${balanceCapYen.toLocaleString('en-US')} yen in all.`,
    },
    take: { ja: 'au PAY 残高で受け取る', en: 'Receive it in au PAY' },
    done: { ja: 'au PAY 残高に加わりました。', en: 'It has been added to your au PAY balance.' },
  };
}

const memberField = (digits: number) => ({
  name: 'member',
  label: { ja: '会員番号', en: 'Member number' },
  hint: {
    ja: `au PAY アプリの会員情報にある${digits}桁の数字です`,
    en: `The ${digits} digits shown in the au PAY app`,
  },
  digits,
});

function appHandOver({ now }: ReceivingDependencies): SignIn<AuPayDestination> {
  const pageOf = (account: RailAccount): string => {
    const { handOverUrl: page } = readAuPayConfig(account);
    if (page === undefined) throw new Error('this contract has no app hand-over');
    return page;
  };
  return {
    button: { ja: 'au PAY アプリで手続きする', en: 'Use the au PAY app' },
    about: {
      ja: 'au PAY アプリの画面へ進みます。アプリで同意すると、au PAY 残高に加わり、取り消せません。',
      en:
        'You go on to the au PAY app. Once you agree there, the money is added to your balance ' +
        'and cannot be taken back.',
    },
    origin: (account) => new URL(pageOf(account)).origin,
    begin(account, { state, returnUrl }) {
      const url = handOverUrl(readAuPayConfig(account), { state, returnUrl }, now());
      if (url === undefined) throw new Error('this contract has no app hand-over');
      return { url, secret: '' };
    },
    async finish(_account, { query, state }): Promise<SignedIn<AuPayDestination>> {
      const back = readHandOver(query, state);
      if (back === undefined) return { kind: 'failed', detail: 'no answer of the app' };
      if (back.kind === 'declined') return back;
      return { kind: 'signed_in', destination: { memberNumber: back.memberNumber } };
    },
  };
}
