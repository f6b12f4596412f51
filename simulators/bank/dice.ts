// Repeatable chance for faults: the same seed and the same calls bring the same throws.

export interface Dice {
  /** True so often; never for 0, always for 1. */
  readonly chance: (rate: number) => boolean;
  /** A whole number from 0 to `sides` - 1. */
  readonly throw: (sides: number) => number;
  readonly pick: <T>(choices: readonly T[]) => T;
}

export function createDice(seed: number): Dice {
  let state = (seed ^ (seed / 2 ** 32)) >>> 0;

  // mulberry32: small, fast, and good enough to choose faults.
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  const toss = (sides: number): number => Math.floor(next() * sides);
  return {
    chance: (rate) => rate > 0 && next() < rate,
    throw: toss,
    pick: (choices) => choices[toss(choices.length)]!,
  };
}
