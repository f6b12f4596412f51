// What a line of a statement (入出金取引明細) is to us: a deposit, a deposit taken back, or a matter of our own payments.
// Pure; what payments make of a line is for server/remittances.
import type { MeisaiData } from '../../zengin/nyushukkin-meisai.ts';

/**
 * Words in 摘要 or in the payer's name that say that a credit is a transfer of ours coming back. Compared without
 * spaces; the left is what banks print.
 */
export const RETURN_WORDS: Readonly<Record<string, string>> = {
  ｼｷﾝﾍﾝｷﾔｸ: '資金返却',
  ｼｷﾝｶﾍﾝ: '資金返還',
  ｸﾐﾓﾄﾞｼ: '組戻し',
  ｸﾐﾓﾄﾞﾘ: '組戻り',
  ﾌﾘｺﾐﾍﾝｷﾝ: '振込返金',
  ﾌﾘｺﾐｼｷﾝﾍﾝｷﾔｸ: '振込資金返却',
};

const DISPATCH_CODE = /^\d{20}$/;

/** The 20 digits that Kawase put into the EDI field of its transfer, where the bank gives them back. */
export function dispatchCodeIn(ediInfo: string): string | null {
  const text = ediInfo.trim();
  return DISPATCH_CODE.test(text) ? text : null;
}

type Line = Pick<MeisaiData, 'direction' | 'transactionKind' | 'remarks' | 'payerName' | 'ediInfo'>;

export function looksLikeReturn(line: Line): boolean {
  if (dispatchCodeIn(line.ediInfo) !== null) return true;
  const text = `${line.remarks} ${line.payerName}`.replace(/\s/g, '');
  return Object.keys(RETURN_WORDS).some((word) => text.includes(word));
}

/**
 * - `deposit`, `reversal`: money that came in for somebody, or was taken back by the bank.
 * - `payments`: of our own payments; `queue` says why a person must look instead.
 * A correction (訂正) of a credit shows as money out, of a debit as money in.
 */
export type LineMeaning =
  | { readonly kind: 'deposit' | 'reversal' }
  | { readonly kind: 'payments'; readonly queue: string | null };

export function meaningOf(line: Line, isVirtualAccount: boolean): LineMeaning {
  const isCorrection = line.transactionKind === 'correction';
  if (isVirtualAccount) {
    if (line.direction === 'in') {
      if (!isCorrection) return { kind: 'deposit' };
      return { kind: 'payments', queue: 'correction_on_virtual_account' };
    }
    if (isCorrection) return { kind: 'reversal' };
    return { kind: 'payments', queue: 'money_out_of_virtual_account' };
  }
  const isOurs = looksLikeReturn(line);
  if (line.direction === 'in') {
    return isOurs || isCorrection ? { kind: 'payments', queue: null } : { kind: 'deposit' };
  }
  return isCorrection && !isOurs ? { kind: 'reversal' } : { kind: 'payments', queue: null };
}
