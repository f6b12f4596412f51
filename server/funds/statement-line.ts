// What a line of a statement (入出金取引明細) is to us: a deposit, a deposit taken back, or a matter of
// our own payments. Pure; what payments make of a line is for server/remittances.
import type { MeisaiData } from '../../zengin/nyushukkin-meisai.ts';

/**
 * Words in 摘要 or in the payer's name that say that a credit is a transfer of ours coming back.
 * Compared without spaces; the left is what banks print.
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

/**
 * The 20 digits that Kawase put into the EDI field of its transfer, where the bank gives them back.
 */
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

/** 照会番号 of the deposit that a correction takes back, as `ﾄﾘｹｼ 000042` in 摘要; else ''. */
export function reversedNumber(line: Pick<MeisaiData, 'remarks'>): string {
  return /ﾄﾘｹｼ\s*(\d{1,8})(?!\d)/.exec(line.remarks)?.[1] ?? '';
}

/**
 * The virtual account (branch and number, ten digits in 摘要) whose money a 振替 line moves on to
 * the settlement account or back; null for other lines.
 */
export function sweptAccount(
  line: Pick<MeisaiData, 'transactionKind' | 'remarks'>,
): { readonly branchCode: string; readonly accountNumber: string } | null {
  if (line.transactionKind !== 'book-transfer') return null;
  const match = /(?<!\d)(\d{3})(\d{7})(?!\d)/.exec(line.remarks);
  return match && { branchCode: match[1]!, accountNumber: match[2]! };
}

/** What the account of a line is to us. */
export interface LinePlace {
  readonly isVirtualAccount: boolean;
  /** The line moves the money of one of our virtual accounts (`sweptAccount`). */
  readonly isSweep: boolean;
}

/**
 * - `deposit`, `reversal`: money that came in for somebody, or was taken back by the bank.
 * - `line`: kept as a line of the statement: `new` for server/remittances to apply, `queued` for a
 *   person, `ignored` where another line tells the same.
 */
export type LineMeaning =
  | { readonly kind: 'deposit' | 'reversal' }
  | {
      readonly kind: 'line';
      readonly status: 'new' | 'queued' | 'ignored';
      readonly note: string;
    };

const lineFor = (status: 'new' | 'queued' | 'ignored', note = ''): LineMeaning => ({
  kind: 'line',
  status,
  note,
});

/** A correction (訂正) of a credit shows as money out, of a debit as money in. */
export function meaningOf(line: Line, place: LinePlace): LineMeaning {
  const isCorrection = line.transactionKind === 'correction';
  const isIn = line.direction === 'in';
  if (place.isVirtualAccount) {
    if (isIn && !isCorrection) return { kind: 'deposit' };
    if (!isIn && isCorrection) return { kind: 'reversal' };
    return lineFor('queued', isIn ? 'debit_corrected' : 'debit_on_virtual_account');
  }
  if (place.isSweep) return lineFor('ignored', 'sweep_of_virtual_account');
  if (line.transactionKind === 'book-transfer') return lineFor('queued', 'book_transfer');
  if (looksLikeReturn(line)) return lineFor('new');
  if (isIn) return isCorrection ? lineFor('new') : { kind: 'deposit' };
  return isCorrection ? { kind: 'reversal' } : lineFor('new');
}
