// What this folder refuses and what it remarks on, each with a sentence in Japanese and English
// that says what to do. When each applies is decided by bank-account.ts and the deeds.
import { Refusal, type RefusalDetail, type Sentence } from '../base/refusal.ts';
import type { Closure } from './bank-closures.ts';

export function accountNotFound(accountId: string): Refusal {
  return new Refusal(
    'account_not_found',
    {
      ja: `口座ID「${accountId}」の登録はありません。IDを確かめるか、先に登録してください。`,
      en: `No account is registered as "${accountId}". Check the ID or register it first.`,
    },
    { status: 404, extra: { account_id: accountId } },
  );
}

export function accountIdTaken(accountId: string): Refusal {
  return new Refusal(
    'account_id_taken',
    {
      ja: `口座ID「${accountId}」は別の内容で登録済みです。変更するにはPUTを使ってください。`,
      en: `The account ID "${accountId}" holds other details. Use PUT to change them.`,
    },
    { status: 409, extra: { account_id: accountId } },
  );
}

export function accountIdRetired(accountId: string): Refusal {
  return new Refusal(
    'account_id_retired',
    {
      ja: `口座ID「${accountId}」は削除されたため再び使えません。別のIDで登録してください。`,
      en: `The account ID "${accountId}" was deleted and is never used again. Choose another.`,
    },
    { status: 409, extra: { account_id: accountId } },
  );
}

export function bankNotFound(bankCode: string): Refusal {
  return new Refusal(
    'bank_not_found',
    {
      ja: `銀行コード「${bankCode}」の金融機関はありません。GET /v1/banks で探してください。`,
      en: `There is no bank with the code "${bankCode}". Look it up with GET /v1/banks.`,
    },
    { status: 404, extra: { bank_code: bankCode } },
  );
}

export function required(pointer: string, labelJa: string, labelEn: string): RefusalDetail {
  const ja = `${labelJa}を入力してください。`;
  return { pointer, code: 'required', ja, en: `Give the ${labelEn}.` };
}

export function notDigits(
  pointer: string,
  labelJa: string,
  labelEn: string,
  digits: number,
): RefusalDetail {
  const ja = `${labelJa}は${digits}桁以内の数字です。`;
  return {
    pointer,
    code: 'not_digits',
    ja,
    en: `The ${labelEn} is a number of up to ${digits} digits.`,
  };
}

export function yuchoMixed(pointer: string): RefusalDetail {
  return {
    pointer,
    code: 'yucho_mixed',
    ja: 'ゆうちょの記号番号と、銀行・支店・種目・口座番号は、どちらか一方だけを指定してください。',
    en: 'Give either the Yucho symbol and number, or bank, branch, type and number: not both.',
  };
}

export function accountNumberTooLong(pointer: string, isYucho: boolean): RefusalDetail {
  const yuchoJa = 'ゆうちょ銀行の記号番号は yucho_symbol と yucho_number に指定してください。';
  const yuchoEn = 'Give a Yucho symbol and number as yucho_symbol and yucho_number.';
  const otherJa = '桁数と、支店番号や種目が混ざっていないかを確かめてください。';
  const otherEn = 'Check its length, and whether branch or type slipped into it.';
  return {
    pointer,
    code: 'account_number_too_long',
    ja: `口座番号は7桁までです。${isYucho ? yuchoJa : otherJa}`,
    en: `An account number has at most 7 digits. ${isYucho ? yuchoEn : otherEn}`,
  };
}

export function accountTypeUnknown(pointer: string): RefusalDetail {
  return {
    pointer,
    code: 'account_type_unknown',
    ja: '預金種目は ordinary（普通）、current（当座）、savings（貯蓄）のいずれかです。',
    en: 'The account type is ordinary (普通), current (当座) or savings (貯蓄).',
  };
}

export function unknownBank(pointer: string, code: string): RefusalDetail {
  return {
    pointer,
    code: 'unknown_bank',
    ja: `銀行コード「${code}」の金融機関はありません。コードを確かめてください。`,
    en: `There is no bank with the code "${code}". Check the code.`,
  };
}

export function unknownBranch(pointer: string, bankName: string, code: string): RefusalDetail {
  return {
    pointer,
    code: 'unknown_branch',
    ja: `「${bankName}」に支店コード「${code}」の店舗はありません。コードを確かめてください。`,
    en: `"${bankName}" has no branch with the code "${code}". Check the code.`,
  };
}

/** A bank or branch that is gone. `successor` is its name and code, null where nobody took over. */
export function closedCode(
  pointer: string,
  code: 'bank_closed' | 'branch_closed',
  gone: { readonly name: string; readonly closure: Closure },
  successor: string | null,
): RefusalDetail {
  const { name, closure } = gone;
  const goneCode = closure.branchCode ?? closure.bankCode;
  const becameJa = successor === null ? '閉鎖されました' : `統合され、今は「${successor}」です`;
  const becameEn = successor === null ? 'closed' : `was merged and is now "${successor}"`;
  return {
    pointer,
    code,
    ja: `「${name}（${goneCode}）」は${closure.closedOn}に${becameJa}。今の口座を受取人に確かめてください。`,
    en: `On ${closure.closedOn} "${name} (${goneCode})" ${becameEn}. Ask for the present account.`,
  };
}

/** A remark: the bank or branch still takes money, but not for long. */
export function closingCode(pointer: string, name: string, closure: Closure): RefusalDetail {
  return {
    pointer,
    code: closure.branchCode === null ? 'bank_closing' : 'branch_closing',
    ja: `「${name}」は${closure.closedOn}に閉鎖または統合されます。その後の送金には新しい口座が必要です。`,
    en: `"${name}" closes or merges on ${closure.closedOn}; from then on use the new account.`,
  };
}

export function yuchoSymbolAsBranch(pointer: string): RefusalDetail {
  return {
    pointer,
    code: 'yucho_symbol_as_branch',
    ja: '支店コードは3桁です。ゆうちょ銀行の記号は yucho_symbol に、番号は yucho_number に指定してください。',
    en: 'A branch code has 3 digits. Give a Yucho account as yucho_symbol and yucho_number.',
  };
}

/** A remark: such an account does not come from any 記号番号. */
export function yuchoShape(pointer: string): RefusalDetail {
  return {
    pointer,
    code: 'yucho_shape',
    ja: 'ゆうちょ銀行の店番と種目・口座番号の組み合わせが通常と異なります。受取人に確かめてください。',
    en: 'Branch, type and number do not go together as they do at Yucho. Ask the recipient.',
  };
}

/** What a name that is too long would look like if cut; added to the sentence that refuses it. */
export function cutPreview(shortened: string): Sentence {
  return {
    ja: `切ってよければ cut_account_holder に true を指定すると「${shortened}」になります。`,
    en: ` If it may be cut, set cut_account_holder to true: it becomes "${shortened}".`,
  };
}

/** Something that was made right, and how. */
export interface ChangeDetail extends RefusalDetail {
  readonly from: string;
  readonly to: string;
}

export function digitsMended(pointer: string, from: string, to: string): ChangeDetail {
  return {
    pointer,
    code: 'digits_mended',
    ja: `半角の数字だけにしました: 「${from}」→「${to}」`,
    en: `Made plain digits: "${from}" -> "${to}"`,
    from,
    to,
  };
}

export function zerosAdded(pointer: string, from: string, to: string): ChangeDetail {
  return {
    pointer,
    code: 'zeros_added',
    ja: `先頭に0を補いました: 「${from}」→「${to}」`,
    en: `Added leading zeros: "${from}" -> "${to}"`,
    from,
    to,
  };
}
