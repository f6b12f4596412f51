// Receiving methods (受取方法). Which rail carries one is the matter of a shop's contract.

export const METHODS = ['bank_transfer', 'atm_cash', 'amazon_gift', 'au_pay'] as const;
export type Method = (typeof METHODS)[number];

export const BANK_METHOD: Method = 'bank_transfer';
