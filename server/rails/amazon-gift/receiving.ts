// How recipients meet the Amazon gift balance: words, the way to Amazon's sign-in and back, and,
// where a contract has no balance load, the gift code they are shown. Holds no state.
import type { Sentence } from '../../base/refusal.ts';
import type { AmazonDestination, RailAccount } from '../rail.ts';
import type { Entry, Receiving, Revealed, SignedIn, SignIn } from '../receiving.ts';
import { readConfig, readLoginConfig } from './config.ts';
import { authorizeUrl, exchangeCode, newPkce, readCallback } from './login.ts';
import type { PaidPayment, RevealOutcome } from './payment.ts';

export interface ReceivingDependencies {
  readonly fetch: typeof fetch;
  readonly reveal: (
    account: RailAccount,
    payment: PaidPayment,
    signal: AbortSignal,
  ) => Promise<RevealOutcome>;
}

const isLoad = (account: RailAccount) => readConfig(account).mode === 'load';

const SIGN_IN: Sentence = {
  ja: 'Amazonにサインインして受け取る',
  en: 'Sign in at Amazon and receive it',
};

const ABOUT: Sentence = {
  ja: 'Amazonのサインイン画面へ進みます。サインインが済むと、そのアカウントのギフトカード残高に加わり、取り消せません。',
  en:
    'You go on to the sign-in page of Amazon. Once you have signed in, the money is added to the ' +
    'gift card balance of that account and cannot be taken back.',
};

export function amazonReceiving(deps: ReceivingDependencies): Receiving<AmazonDestination> {
  return {
    method: 'amazon_gift',
    name: { ja: 'Amazonギフトカード残高', en: 'Amazon gift balance' },
    words: (account) => (isLoad(account) ? LOAD_WORDS : CODE_WORDS),
    entry(account): Entry {
      return { fields: [], signsIn: isLoad(account) };
    },
    // A gift code belongs to whoever enters it: no account is named.
    read: (account) => (isLoad(account) ? undefined : { amazonUserId: '' }),
    facts: () => [],
    masked: () => ({}),
    signIn: signInOf(deps),
    reveals: (account) => !isLoad(account),
    async reveal(account, payment, signal): Promise<Revealed> {
      const shown = await deps.reveal(account, payment, signal);
      if (shown.kind !== 'code') return shown;
      return { kind: 'code', code: shown.claimCode, expiresOn: shown.expiresOn ?? null };
    },
  };
}

function signInOf({ fetch }: ReceivingDependencies): SignIn<AmazonDestination> {
  return {
    button: SIGN_IN,
    about: ABOUT,
    origin: (account) => new URL(readLoginConfig(account).authorizeUrl).origin,
    begin(account, { state, returnUrl, random }) {
      const { codeVerifier, codeChallenge } = newPkce(random);
      const question = { state, codeChallenge, redirectUri: returnUrl };
      return { url: authorizeUrl(readLoginConfig(account), question), secret: codeVerifier };
    },
    async finish(account, answer, signal): Promise<SignedIn<AmazonDestination>> {
      const back = readCallback(answer.query, answer.state);
      if (back.kind === 'denied') return { kind: 'declined' };
      if (back.kind === 'forged') return { kind: 'failed', detail: 'another state' };
      const exchange = {
        code: back.code,
        codeVerifier: answer.secret,
        redirectUri: answer.returnUrl,
      };
      const login = readLoginConfig(account);
      const outcome = await exchangeCode({ fetch }, login, exchange, signal);
      if (outcome.kind !== 'signed_in') return { kind: 'failed', detail: outcome.detail };
      return { kind: 'signed_in', destination: { amazonUserId: outcome.amazonUserId } };
    },
  };
}

const LOAD_WORDS = {
  when: { ja: 'サインインのあと、すぐに加わります', en: 'At once after you have signed in' },
  needs: { ja: 'Amazonのアカウント', en: 'Your Amazon account' },
  note: null,
  take: SIGN_IN,
  done: {
    ja: 'Amazonギフトカード残高に加わりました。',
    en: 'It has been added to your Amazon gift card balance.',
  },
} as const;

const CODE_WORDS = {
  when: {
    ja: '手続きのあと、すぐにギフトコードがこの画面に出ます',
    en: 'The gift code appears on this page at once',
  },
  needs: {
    ja: 'Amazonのアカウント（コードを登録します）',
    en: 'Your Amazon account, for the code',
  },
  note: null,
  take: { ja: 'ギフトコードで受け取る', en: 'Receive a gift code' },
  done: { ja: 'ギフトコードができました。', en: 'Your gift code is ready.' },
} as const;
