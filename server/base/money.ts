// Yen as a branded integer, and the arithmetic that keeps it one. No currency other than JPY, no
// tax and no fee rule lives here.

declare const yenBrand: unique symbol;

/** A whole number of Japanese yen, safe as a JavaScript integer. May be negative (a balance). */
export type Yen = number & { readonly [yenBrand]: true };

/** Funds Transfer Services of the second type may remit at most this much at once (資金決済法). */
export const SECOND_TYPE_LIMIT_YEN = 1_000_000 as Yen;

/**
 * Asserts that `value` is whole and safe; a fraction of a yen is a bug, never a rounding matter.
 */
export function yen(value: number | bigint): Yen {
  const amount = Number(value);
  if (!Number.isSafeInteger(amount)) throw new RangeError(`not a whole, safe amount: ${value}`);
  return amount as Yen;
}

export const ZERO_YEN: Yen = yen(0);

export function sumYen(amounts: Iterable<number>): Yen {
  let total = 0;
  for (const amount of amounts) total += amount;
  return yen(total);
}

/** `1,234,567円`, as written in sentences (design: look). */
export function yenInWords(amount: number): string {
  return `${amount.toLocaleString('ja-JP')}円`;
}
