// The refusals of this folder, each with what to do about it. Those of the door say the same
// whether or not there is such a member.
import { type Instant, TOKYO, tokyoTimestamp } from '../base/clock.ts';
import { invalidInput, Refusal } from '../base/refusal.ts';
import { type FactorKind, MAX_PASSWORD, MIN_PASSWORD, type PasswordFault } from './member.ts';

export const signInFailed = () =>
  new Refusal(
    'sign_in_failed',
    {
      ja: 'メールアドレスまたはパスワードが正しくありません。ご確認のうえ、もう一度入力してください。',
      en: 'The mail address or the password is wrong. Check both and try again.',
    },
    { status: 401 },
  );

export const notSignedIn = () =>
  new Refusal(
    'not_signed_in',
    {
      ja: 'サインインしていないか、時間が経ったため終了しました。もう一度サインインしてください。',
      en: 'You are not signed in, or the session has ended. Sign in again.',
    },
    { status: 401 },
  );

export const locked = (until: Instant, seconds: number) => {
  const time = until.toZonedDateTimeISO(TOKYO).toPlainTime().toString({ smallestUnit: 'minute' });
  return new Refusal(
    'sign_in_locked',
    {
      ja: `続けて失敗したため、${time}（日本時間）を過ぎるまでお待ちください。`,
      en: `Too many failures in a row. Wait until after ${time}, Japan time.`,
    },
    {
      status: 429,
      retryAfterSeconds: seconds,
      extra: { lockedUntil: tokyoTimestamp(until) },
    },
  );
};

export const tooBusy = () =>
  new Refusal(
    'too_busy',
    {
      ja: 'ただいま混み合っています。少し待って、もう一度お試しください。',
      en: 'Too much is going on right now. Wait a little and try again.',
    },
    { status: 503, retryAfterSeconds: 2 },
  );

export const secondFactorNeeded = (
  methods: readonly FactorKind[],
  more: Readonly<Record<string, unknown>> = {},
) =>
  new Refusal(
    'second_factor_needed',
    {
      ja: '続いて、認証アプリの6桁のコードかパスキーで本人確認をしてください。',
      en: 'Next, prove yourself with the code of your authenticator app or with a passkey.',
    },
    { status: 403, extra: { secondFactor: { required: true, done: false, methods }, ...more } },
  );

export const secondFactorSetUpNeeded = () =>
  new Refusal(
    'second_factor_setup_needed',
    {
      ja: 'この操作には2段階目の本人確認が必要です。認証アプリかパスキーを登録してください。',
      en: 'This needs a second factor. Set up an authenticator app or a passkey first.',
    },
    { status: 403 },
  );

export const stepUpNeeded = (methods: readonly (FactorKind | 'password')[]) =>
  new Refusal(
    'step_up_needed',
    {
      ja: '大切な操作のため、もう一度本人確認をしてください。',
      en: 'This is an important step: prove yourself once more.',
    },
    { status: 403, extra: { methods } },
  );

export const passwordWrong = (pointer = '/password') =>
  invalidInput([
    {
      pointer,
      code: 'password_wrong',
      ja: 'パスワードが正しくありません。ご確認のうえ、もう一度入力してください。',
      en: 'The password is wrong. Check it and try again.',
    },
  ]);

export const codeWrong = () =>
  new Refusal(
    'code_wrong',
    {
      ja: 'コードが正しくないか、使用済みです。新しいコードを入力してください。',
      en: 'The code is wrong or was used before. Enter a new one.',
    },
    { status: 422 },
  );

export const passkeyFailed = () =>
  new Refusal(
    'passkey_failed',
    {
      ja: 'パスキーで本人確認ができませんでした。もう一度試すか、ほかの方法を使ってください。',
      en: 'The passkey did not prove you. Try again, or use another way.',
    },
    { status: 422 },
  );

export const passkeyUnknown = () =>
  new Refusal(
    'passkey_not_found',
    {
      ja: '該当するパスキーがありません。一覧を開き直してご確認ください。',
      en: 'There is no such passkey. Open the list again and check.',
    },
    { status: 404 },
  );

export const tooManyPasskeys = (limit: number) =>
  new Refusal(
    'too_many_passkeys',
    {
      ja: `パスキーは${limit}個までです。使わないものを削除してください。`,
      en: `You may have ${limit} passkeys. Remove those not in use.`,
    },
    { status: 409 },
  );

export const notSetUp = () =>
  new Refusal(
    'not_set_up',
    {
      ja: '登録が始まっていないか、2段階目の本人確認がまだありません。登録からやり直してください。',
      en: 'Nothing is being set up, or there is no second factor yet. Begin with setting one up.',
    },
    { status: 409 },
  );

export const factorNeeded = () =>
  new Refusal(
    'factor_needed',
    {
      ja: 'あなたの役割には2段階目の本人確認が必要です。先に別の方法を登録してください。',
      en: 'Your role needs a second factor. Set up another one first.',
    },
    { status: 409 },
  );

export const actionForbidden = (action: string, role: { ja: string; en: string }) =>
  new Refusal(
    'action_forbidden',
    {
      ja: `あなたの役割（${role.ja}）ではこの操作はできません。管理者にご相談ください。`,
      en: `Your role (${role.en}) does not allow this. Ask an owner of your company.`,
    },
    { status: 403, extra: { action } },
  );

export const testShopsOnly = () =>
  new Refusal(
    'test_shops_only',
    {
      ja: 'この操作はテスト用のショップでのみ行えます。',
      en: 'This can be done in test shops only.',
    },
    { status: 403 },
  );

export const memberUnknown = () =>
  new Refusal(
    'member_not_found',
    {
      ja: '該当するメンバーがいません。一覧を開き直してご確認ください。',
      en: 'There is no such member. Open the list again and check.',
    },
    { status: 404 },
  );

export const notYourself = () =>
  new Refusal(
    'not_yourself',
    {
      ja: '自分自身については行えません。ほかの管理者に頼んでください。',
      en: 'You cannot do this to yourself. Ask another owner.',
    },
    { status: 409 },
  );

export const sessionUnknown = () =>
  new Refusal(
    'session_not_found',
    {
      ja: '該当するサインインがありません。一覧を開き直してご確認ください。',
      en: 'There is no such session. Open the list again and check.',
    },
    { status: 404 },
  );

export const mailTaken = () =>
  new Refusal(
    'mail_taken',
    {
      ja: 'このメールアドレスはすでに使われています。別のメールアドレスを使ってください。',
      en: 'This mail address is in use already. Use another one.',
    },
    { status: 409 },
  );

export const lastOwner = () =>
  new Refusal(
    'last_owner',
    {
      ja: '管理者が一人もいなくなるため、できません。先にほかの人を管理者にしてください。',
      en: 'Nobody would be an owner any more. Make somebody else an owner first.',
    },
    { status: 409 },
  );

export const mailInvalid = (pointer = '/mail') =>
  invalidInput([
    {
      pointer,
      code: 'bad_mail',
      ja: 'メールアドレスの形式が正しくありません。',
      en: 'This is not a mail address.',
    },
  ]);

export const nameInvalid = (pointer = '/name') =>
  invalidInput([
    {
      pointer,
      code: 'bad_name',
      ja: '名前を入力してください。',
      en: 'Enter a name.',
    },
  ]);

const PASSWORD_FAULTS: Readonly<Record<PasswordFault, { ja: string; en: string }>> = {
  too_short: {
    ja: `パスワードは${MIN_PASSWORD}文字以上にしてください。`,
    en: `A password has at least ${MIN_PASSWORD} characters.`,
  },
  too_long: {
    ja: `パスワードは${MAX_PASSWORD}文字以内にしてください。`,
    en: `A password has at most ${MAX_PASSWORD} characters.`,
  },
  too_simple: {
    ja: '推測されやすいパスワードです。ほかの言葉を組み合わせてください。',
    en: 'This password is easy to guess. Put different words together.',
  },
  holds_mail: {
    ja: 'パスワードにメールアドレスを含めないでください。',
    en: 'A password must not hold your mail address.',
  },
};

export const passwordInvalid = (fault: PasswordFault, pointer = '/password') =>
  invalidInput([{ pointer, code: fault, ...PASSWORD_FAULTS[fault] }]);
