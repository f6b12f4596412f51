// Receiving methods (受取方法). Which rail carries one is the matter of a shop's contract.

/** What a recipient may choose, and a sender ask for. */
export const METHODS = ['bank_transfer', 'atm_cash', 'amazon_gift', 'au_pay'] as const;

/** `unspecified`: the recipient has not chosen yet. */
export const UNSPECIFIED = 'unspecified';
export type Method = (typeof METHODS)[number] | typeof UNSPECIFIED;

export const BANK_METHOD: Method = 'bank_transfer';
