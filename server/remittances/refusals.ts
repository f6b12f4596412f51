// Every refusal of this folder, with its sentence and what to do.
import { publicId } from '../base/ids.ts';
import { yenInWords } from '../base/money.ts';
import { Refusal } from '../base/refusal.ts';
import type { Status } from './remittance.ts';

export const insufficientFunds = (neededYen: number, availableYen: number) =>
  new Refusal(
    'insufficient_funds',
    {
      ja:
        `利用可能額が不足しています（必要：${yenInWords(neededYen)}、` +
        `利用可能：${yenInWords(availableYen)}）。入金後に送り直してください。`,
      en:
        `The available balance is short (needed ${neededYen} yen, available ` +
        `${availableYen} yen). Pay in funds and send again.`,
    },
    { extra: { needed: neededYen, available: availableYen } },
  );

export const fundsOwed = (owedYen: number) =>
  new Refusal('funds_owed', {
    ja: `取り消された入金の不足分${yenInWords(owedYen)}が未解消のため、新しい送金を受け付けられません。不足分を入金してください。`,
    en:
      `A cancelled deposit left ${owedYen} yen owed; new ` +
      `remittances are refused until it is paid in.`,
  });

export const referenceAlreadyUsed = (reference: string, remittanceId: string) =>
  new Refusal(
    'reference_already_used',
    {
      ja: `reference「${reference}」は内容の異なる送金にすでに使われています。新しい送金には別のreferenceを付けてください。`,
      en:
        `The reference "${reference}" already names a remittance with other ` +
        `content. Use a new reference for a new remittance.`,
    },
    { status: 409, extra: { remittance_id: publicId('rem', remittanceId) } },
  );

export const overRemittanceLimit = (amountYen: number, limitYen: number) =>
  new Refusal(
    'amount_over_limit',
    {
      ja: `1回の送金は${yenInWords(limitYen)}までです（指定：${yenInWords(amountYen)}）。`,
      en: `One remittance is at most ${limitYen} yen (asked for ${amountYen} yen).`,
    },
    {
      details: [
        {
          pointer: '/amount',
          code: 'amount_over_limit',
          ja: `1回の送金は${yenInWords(limitYen)}までです。`,
          en: `One remittance is at most ${limitYen} yen.`,
        },
      ],
    },
  );

export const underRemittanceLimit = (amountYen: number, limitYen: number) =>
  new Refusal(
    'amount_under_limit',
    {
      ja: `この受取方法では1回${yenInWords(limitYen)}からです（指定：${yenInWords(amountYen)}）。`,
      en: `By this method one remittance is at least ${limitYen} yen (asked for ${amountYen} yen).`,
    },
    {
      details: [
        {
          pointer: '/amount',
          code: 'amount_under_limit',
          ja: `この受取方法では1回${yenInWords(limitYen)}からです。`,
          en: `By this method one remittance is at least ${limitYen} yen.`,
        },
      ],
    },
  );

export const notInUnits = (amountYen: number, unitYen: number) =>
  new Refusal(
    'amount_not_in_units',
    {
      ja: `この受取方法では${yenInWords(unitYen)}単位の金額にしてください（指定：${yenInWords(amountYen)}）。`,
      en: `The amount must be a multiple of ${unitYen} yen (asked for ${amountYen} yen).`,
    },
    {
      details: [
        {
          pointer: '/amount',
          code: 'amount_not_in_units',
          ja: `${yenInWords(unitYen)}単位で指定してください。`,
          en: `Must be a multiple of ${unitYen} yen.`,
        },
      ],
    },
  );

/** Why a method does not carry this amount; undefined = it does. */
export function amountRefusal(
  limits: { readonly minYen: number; readonly maxYen: number; readonly unitYen: number },
  amountYen: number,
): Refusal | undefined {
  const { minYen, maxYen, unitYen } = limits;
  if (amountYen > maxYen) return overRemittanceLimit(amountYen, maxYen);
  if (amountYen < minYen) return underRemittanceLimit(amountYen, minYen);
  return amountYen % unitYen === 0 ? undefined : notInUnits(amountYen, unitYen);
}

export const overDayLimit = (limitYen: number, leftYen: number) =>
  new Refusal(
    'day_limit_exceeded',
    {
      ja:
        `ショップの1日の送金限度額${yenInWords(limitYen)}を超えます（本日の残り：${yenInWords(leftYen)}）。` +
        `翌日に送るか、限度額の変更を依頼してください。`,
      en:
        `The shop's limit per day of ${limitYen} yen would be exceeded (${leftYen} ` +
        `yen left today). Send tomorrow or ask for a higher limit.`,
    },
    { extra: { day_limit: limitYen, left: leftYen } },
  );

export const accountNotFound = (accountId: string) =>
  new Refusal(
    'account_not_found',
    {
      ja: `口座ID「${accountId}」は登録されていません。先に口座を登録してください。`,
      en: `No account is kept under the account ID "${accountId}". Register it first.`,
    },
    {
      details: [
        {
          pointer: '/destination/account_id',
          code: 'account_not_found',
          ja: 'この口座IDは登録されていません。',
          en: 'No account is kept under this account ID.',
        },
      ],
    },
  );

export const saveAsTaken = (accountId: string) =>
  new Refusal(
    'account_id_taken',
    {
      ja: `口座ID「${accountId}」は別の口座に使われています。別の口座IDを指定してください。`,
      en: `The account ID "${accountId}" is in use for another account. Choose another one.`,
    },
    { status: 409 },
  );

export const shopNotOpen = () =>
  new Refusal(
    'shop_not_open',
    {
      ja: 'このショップは新しい送金を受け付けていません。運営者にお問い合わせください。',
      en: 'This shop takes no new remittances. Ask the operator.',
    },
    { status: 403 },
  );

export const methodNotInContract = (method: string) =>
  new Refusal('method_not_available', {
    ja: `受取方法「${method}」はこのショップの契約では利用できません。`,
    en: `The receiving method "${method}" is not part of this shop's contract.`,
  });

export const noFeeRule = (method: string) =>
  new Refusal('no_fee_agreed', {
    ja: `「${method}」のこの金額には手数料が定められていません。運営者にお問い合わせください。`,
    en: `No fee is agreed for "${method}" at this amount. Ask the operator.`,
  });

export const remittanceNotFound = () =>
  new Refusal(
    'remittance_not_found',
    {
      ja: 'この送金は見つかりません。IDをご確認ください。',
      en: 'There is no such remittance. Check the id.',
    },
    { status: 404 },
  );

export const notCancelable = (status: Status) =>
  new Refusal(
    'not_cancelable',
    {
      ja: `この送金は取り消せません（現在の状態：${status}）。`,
      en: `The remittance cannot be canceled any more (its status is ${status}).`,
    },
    { status: 409, extra: { status } },
  );

export const takeBackPending = () =>
  new Refusal(
    'take_back_pending',
    {
      ja: '取り消しを依頼しましたが、結果がまだ分かりません。しばらくして状態をご確認ください。',
      en: 'The money was asked back, and the outcome is not known yet. Look again shortly.',
    },
    { status: 409, retryAfterSeconds: 30 },
  );

export const busy = () =>
  new Refusal(
    'too_many_waiting',
    {
      ja: '処理待ちが多いため受け付けられませんでした。少し待って同じ内容で送り直してください。',
      en: 'Too many requests are waiting. Send the same request again shortly.',
    },
    { status: 429, retryAfterSeconds: 1 },
  );

export const notAtomic = () =>
  new Refusal('batch_refused', {
    ja: '受け付けられない明細があるため、まとめて取りやめました（何も送金されていません）。',
    en: 'At least one item was refused, so the whole batch was not taken (nothing was sent).',
  });

export const notStorable = () =>
  new Refusal('not_storable', {
    ja: 'この送金は内容に記録できない値があるため受け付けられませんでした。内容を確認してください。',
    en:
      'This remittance holds a value that cannot be recorded ' +
      'and was not taken. Check its content.',
  });

export const notWhileRecovering = () =>
  new Refusal(
    'recovery_under_way',
    {
      ja: '復旧後の銀行照合が終わるまで取り消せません。しばらくしてからやり直してください。',
      en:
        'Nothing can be canceled until the banks are reconciled ' +
        'after a recovery. Try again shortly.',
    },
    { status: 503, retryAfterSeconds: 60 },
  );
