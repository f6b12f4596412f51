// Why a payment does not arrive, the words a statement has for it, and the account numbers that
// always bring one about. What then happens to the money is in settle.ts.

export type ReasonCode = '01' | '02' | '03' | '04' | '05' | '06' | '07' | '08' | '09';

/** 摘要 after `ｼｷﾝﾍﾝｷﾔｸ `; with it at most 20 bytes. */
export const REASON_WORDS: Readonly<Record<ReasonCode, string>> = {
  '01': 'ｺｳｻﾞﾅｼ',
  '02': 'ﾒｲｷﾞｿｳｲ',
  '03': 'ｺｳｻﾞﾊﾞﾝｺﾞｳ',
  '04': 'ｶﾓｸｿｳｲ',
  '05': 'ｶｲﾔｸｽﾞﾐ',
  '06': 'ｼﾞｶﾝｶﾞｲ',
  '07': 'ｹﾞﾝﾄﾞｶﾞｸ',
  '08': 'ｼｷﾝﾌﾞｿｸ',
  '09': 'ｿﾉﾀ',
};

export const NO_COVER: ReasonCode = '08';

/** Reasons a beneficiary's bank gives; a fault picks one of them. */
export const OUTSIDE_REASONS: readonly ReasonCode[] = ['01', '02', '03', '04', '05', '07', '09'];

export function isReasonCode(text: unknown): text is ReasonCode {
  return typeof text === 'string' && Object.hasOwn(REASON_WORDS, text);
}

/** How a payment is to end, told before it is settled; `afterBusinessDays` counts from then. */
export interface Fate {
  readonly outcome: 'paid' | 'failed' | 'returned' | 'recalled' | 'recall_refused' | 'retried';
  readonly reason: ReasonCode | null;
  readonly afterBusinessDays: number;
  /** The return line does not carry the EDI code. */
  readonly withoutEdi: boolean;
}

export const PAID: Fate = {
  outcome: 'paid',
  reason: null,
  afterBusinessDays: 0,
  withoutEdi: false,
};

/** The fate that a magic account number stands for; undefined: an ordinary account. */
export function magicFate(accountNumber: string): Fate | undefined {
  const failing = /^999000([1-79])$/.exec(accountNumber);
  if (failing) return { ...PAID, outcome: 'failed', reason: `0${failing[1]}` as ReasonCode };
  const returning = /^99910([1-9])([1-9])$/.exec(accountNumber);
  if (returning) {
    const reason = `0${returning[2]}` as ReasonCode;
    return { ...PAID, outcome: 'returned', reason, afterBusinessDays: Number(returning[1]) };
  }
  if (accountNumber === '9992001') return { ...PAID, outcome: 'retried' };
  if (accountNumber === '9995001') {
    return { outcome: 'returned', reason: '01', afterBusinessDays: 1, withoutEdi: true };
  }
  return undefined;
}

/** Refused when the request or file comes in. */
export const REFUSED_ACCOUNT = '9993001';
/** The answer is lost after, or before, the effect; once per account and amount. */
export const LOST_AFTER_ACCOUNT = '9994001';
export const LOST_BEFORE_ACCOUNT = '9994002';
