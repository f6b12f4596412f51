// The refusals of this folder, each with what to do about it.
import { Refusal } from '../base/refusal.ts';

export const virtualAccountInvalid = () =>
  new Refusal('virtual_account_invalid', {
    ja: '銀行コード4桁・支店コード3桁・口座番号7桁と口座名義（1～40文字）を指定してください。',
    en: 'Give 4 digits of bank, 3 of branch, 7 of account, and a holder name of up to 40 letters.',
  });

export const virtualAccountTaken = () =>
  new Refusal(
    'virtual_account_taken',
    {
      ja: 'この口座番号は別のショップに割り当て済みです。別の番号を指定してください。',
      en: 'This account number was given to another shop. Choose another.',
    },
    { status: 409 },
  );

export const virtualAccountUnknown = () =>
  new Refusal(
    'virtual_account_not_found',
    {
      ja: '該当するバーチャル口座がありません。番号をご確認ください。',
      en: 'There is no such virtual account. Check the number.',
    },
    { status: 404 },
  );

export const otherWorld = () =>
  new Refusal('other_world', {
    ja: '入金元とショップの環境（本番・テスト）または運営者が異なります。同じ環境のショップを指定してください。',
    en: 'Deposit and shop are of different worlds or operators. Choose a shop of the same one.',
  });

export const shopIsClosed = () =>
  new Refusal(
    'shop_closed',
    {
      ja: 'このショップは閉鎖済みです。別のショップを指定してください。',
      en: 'This shop is closed. Choose another.',
    },
    { status: 409 },
  );

export const depositUnknown = () =>
  new Refusal(
    'deposit_not_found',
    {
      ja: '該当する入金がありません。入金IDをご確認ください。',
      en: 'There is no such deposit. Check its ID.',
    },
    { status: 404 },
  );

export const depositNotUnmatched = (status: string) =>
  new Refusal(
    'deposit_not_unmatched',
    {
      ja: `この入金は照合待ちではありません（現在の状態：${status}）。`,
      en: `This deposit does not wait to be matched (its status is ${status}).`,
    },
    { status: 409, extra: { status } },
  );

export const bankFileTooLarge = (maxBytes: number) =>
  new Refusal(
    'bank_file_too_large',
    {
      ja: `ファイルは${Math.floor(maxBytes / 1_000_000)}MBまでです。期間を分けて取得してください。`,
      en: `A file is at most ${Math.floor(maxBytes / 1_000_000)} MB. Fetch it for shorter periods.`,
    },
    { status: 413 },
  );

export const bankFileUnknown = () =>
  new Refusal(
    'bank_file_not_found',
    {
      ja: '該当する銀行ファイルがありません。ファイルIDをご確認ください。',
      en: 'There is no such bank file. Check its ID.',
    },
    { status: 404 },
  );

export const lineNotQueued = () =>
  new Refusal(
    'statement_line_not_queued',
    {
      ja: 'この明細は確認待ちではありません。確認待ちの一覧をご確認ください。',
      en: 'This statement line does not wait for a person. Look at the list of those that do.',
    },
    { status: 409 },
  );

export const lineIsNoCredit = () =>
  new Refusal('statement_line_no_credit', {
    ja: '出金の明細は入金として扱えません。',
    en: 'A line of money going out cannot be taken as a deposit.',
  });

export const reversalNotWaiting = () =>
  new Refusal(
    'reversal_not_waiting',
    {
      ja: 'この取消は確認待ちではありません。確認待ちの一覧をご確認ください。',
      en: 'This reversal does not wait for a person. Look at the list of those that do.',
    },
    { status: 409 },
  );

export const reversalDoesNotFit = () =>
  new Refusal('reversal_does_not_fit', {
    ja: '取消と入金の金額が一致しないか、入金がすでに取り消されています。',
    en: 'The amounts of the reversal and the deposit differ, or the deposit has been reversed.',
  });

export const noticeNotGenuine = () =>
  new Refusal(
    'notice_not_genuine',
    {
      ja: '通知の署名を確認できません。',
      en: 'The signature of the notice could not be verified.',
    },
    { status: 401 },
  );

export const railTellsNothing = () =>
  new Refusal(
    'rail_takes_no_notices',
    {
      ja: 'この接続契約は入金通知を受け取りません。',
      en: 'This rail account takes no deposit notices.',
    },
    { status: 404 },
  );
