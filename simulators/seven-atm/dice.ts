// Repeatable chance for faults: the same seed and the same calls bring the same throws.

export interface Dice {
  /** True so often; never for 0, always for 1. */
  readonly chance: (rate: number) => boolean;
  /** A whole number from 0 to `sides` - 1. */
  readonly throw: (sides: number) => number;
}

export function createDice(seed: number): Dice {
  let state = seed >>> 0;

  // An xorshift over a Weyl sequence: small, and good enough to choose faults.
  function next(): number {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  }

  return {
    chance: (rate) => rate > 0 && next() < rate,
    throw: (sides) => Math.floor(next() * sides),
  };
}
