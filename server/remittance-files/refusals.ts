// Every refusal and remark of this folder, with its sentence and what to do.
import { Refusal, type RefusalDetail } from '../base/refusal.ts';

const at = (pointer: string, code: string, ja: string, en: string): RefusalDetail => ({
  ...{ pointer, code, ja, en },
});

export const undecodable = (field: string) =>
  at(
    `/${field}`,
    'undecodable',
    '文字コードとして読めない文字があります。UTF-8で保存し直すか、この項目を直してください。',
    'A character cannot be read. Save the file as UTF-8 or mend this field.',
  );

export const amountMissing = () =>
  at('/amount', 'required', '金額がありません。', 'The amount is missing.');

export const amountWrong = (limitYen: number) =>
  at(
    '/amount',
    'amount_wrong',
    `金額は1円から${limitYen.toLocaleString('ja-JP')}円までの整数です。`,
    `An amount is a whole number of yen from 1 to ${limitYen}.`,
  );

export const descriptionTooLong = (limit: number) =>
  at(
    '/description',
    'too_long',
    `摘要は${limit}文字までです。`,
    `A description has at most ${limit} characters.`,
  );

export const accountIdForm = (field: string) =>
  at(
    `/${field}`,
    'invalid_account_id',
    '口座IDは半角英数字と . _ ~ - で60文字までです。',
    'An account ID has up to 60 letters, digits and . _ ~ -.',
  );

export const twoDestinations = () =>
  at(
    '/account_id',
    'two_destinations',
    '口座IDと口座の項目の両方があります。どちらか一方にしてください。',
    'There are both an account ID and bank details. Give one of them.',
  );

export const destinationMissing = () =>
  at('/account_id', 'required', '送金先がありません。', 'The row says no destination.');

export const typeTakenAsOrdinary = () =>
  at(
    '/account_type',
    'account_type_assumed',
    '預金種目がないため、普通としました。',
    'No account type is given: taken as ordinary (普通).',
  );

export const dayWrong = () =>
  at(
    '/scheduled_for',
    'day_wrong',
    '日付として読めません。2026-11-30 のように書いてください。',
    'This is no date. Write it like 2026-11-30.',
  );

export const referenceTwice = (row: number) =>
  at(
    '/reference',
    'reference_twice_in_file',
    `管理番号が${row}行目と同じです。別の番号にするか、一方を外してください。`,
    `Row ${row} has the same reference. Give another one or leave one row out.`,
  );

export const leftOut = () =>
  at('', 'left_out', 'この行は送信の対象外です。', 'This row is left out.');

export const sameInFile = (row: number) =>
  at(
    '',
    'same_in_file',
    `${row}行目と同じ口座・同じ金額です。二重でないか確認してください。`,
    `Row ${row} pays the same account the same amount. Is it meant twice?`,
  );

export const looksAlike = (reference: string, day: string) =>
  at(
    '',
    'look_alike',
    `${day}に同じ口座へ同じ金額の送金があります（管理番号：${reference}）。二重でないか確認してください。`,
    `On ${day} the same account was sent the same amount under "${reference}". Meant twice?`,
  );

const refusal = (status: number, code: string, ja: string, en: string, extra = {}): Refusal =>
  new Refusal(code, { ja, en }, { status, extra });

export const fileNotFound = () =>
  refusal(404, 'file_not_found', 'このファイルは見つかりません。', 'There is no such file.');

export const rowNotFound = () =>
  refusal(404, 'row_not_found', 'この行は見つかりません。', 'There is no such row.');

export const fileTooLarge = (limit: number) =>
  refusal(
    413,
    'file_too_large',
    `ファイルは${limit / 1_000_000}MBまでです。分けて送ってください。`,
    `A file has at most ${limit / 1_000_000} MB. Split it.`,
  );

export const fileEmpty = () =>
  refusal(
    422,
    'file_empty',
    'ファイルに明細がありません。見出しの下に1行以上必要です。',
    'The file has no rows. It needs at least one below its headings.',
  );

export const tooManyRows = (limit: number) =>
  refusal(
    422,
    'too_many_rows',
    `1ファイルは${limit.toLocaleString('ja-JP')}行までです。分けて送ってください。`,
    `A file has at most ${limit} rows. Split it.`,
  );

export const wrongStatus = (status: string) =>
  refusal(
    409,
    'file_not_in_that_state',
    `ファイルの状態が「${status}」のため、この操作はできません。`,
    `The file is ${status}: that cannot be done now.`,
    { file_status: status },
  );

export const rowSent = () =>
  refusal(409, 'row_already_sent', 'この行は送金済みです。', 'This row has been sent already.');

export const columnsNotEnough = () =>
  refusal(
    422,
    'columns_not_enough',
    '金額と、口座ID または口座の項目（銀行・支店・口座番号・名義）を列に割り当ててください。',
    'Say which columns hold the amount and the account ID, or bank, branch, number and holder.',
  );

export const verdictChanged = () =>
  refusal(
    409,
    'verdict_changed',
    '表示された内容から変わっています。最新の検査結果を確認して、もう一度送信してください。',
    'The verdict is no longer the one that was shown. Look at it again, then submit.',
  );

export const nothingReady = () =>
  refusal(
    422,
    'nothing_to_send',
    '送金できる行がありません。',
    'No row of this file is ready to be sent.',
  );

export const lookAlikesUnanswered = (count: number) =>
  refusal(
    409,
    'look_alikes_unanswered',
    `二重送金の疑いがある行が${count}件あります。確認して外すか、承知の上で送信してください。`,
    `${count} rows look like remittances that exist. Leave them out, or accept them.`,
    { look_alikes: count },
  );
