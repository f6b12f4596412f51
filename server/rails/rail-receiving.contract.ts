// The part of the contract suite about how recipients meet a rail: words in both languages, what is
// typed read strictly and without harm, and nothing of a destination in what merchants may see.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { yen } from '../base/money.ts';
import type { Sentence } from '../base/refusal.ts';
import type { Rail } from './rail.ts';
import type { Hand } from './rail-world.contract.ts';
import type { Receiving } from './receiving.ts';

/** As far as a destination's texts must not be told. */
const TELLING_LENGTH = 6;

function expectWords({ ja, en }: Sentence): void {
  expect(ja.trim()).not.toBe('');
  expect(en).toMatch(/^[\x20-\x7e’“”–]+$/);
}

const receivingOf = (rail: Rail<unknown>): Receiving | undefined => rail.receiving;

/** Nothing is asked of a rail that carries no receiving method. */
export function receivings(hand: Hand): void {
  test('a recipient reads of it in both languages, whatever the amount', () => {
    const { rail, account } = hand.world();
    const receiving = receivingOf(rail);
    if (receiving === undefined) return;
    expect(receiving.method).toMatch(/^[a-z][a-z0-9_]{1,39}$/);
    expectWords(receiving.name);
    const { minYen = yen(1), maxYen = yen(1_000_000) } = rail.traits(account);
    for (const amountYen of [minYen, yen(Math.min(8_400, maxYen)), maxYen]) {
      const { when, needs, note, take, done } = receiving.words(account, amountYen);
      for (const each of [when, needs, take, done]) expectWords(each);
      if (note !== null) expectWords(note);
    }
    if (receiving.signIn !== undefined) {
      expectWords(receiving.signIn.button);
      expectWords(receiving.signIn.about);
    }
  });

  test('what is typed is a destination or none, and never a fault', () => {
    const { rail, account } = hand.world();
    const receiving = receivingOf(rail);
    if (receiving === undefined) return;
    const { fields, signsIn } = receiving.entry(account);
    for (const { name, label, hint } of fields) {
      expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
      expectWords(label);
      expectWords(hint);
    }
    const isAsked = fields.length > 0;
    if (isAsked) expect(receiving.read(account, {})).toBeUndefined();
    else if (!signsIn) expect(receiving.read(account, {})).toBeDefined();
    const digits = fc.stringMatching(/^[0-9０-９ -]{0,24}$/);
    const typed = fc.oneof(fc.string({ maxLength: 100, unit: 'binary' }), digits);
    fc.assert(
      fc.property(fc.array(typed, { minLength: 3, maxLength: 3 }), (texts) => {
        const form = Object.fromEntries(
          fields.map(({ name }, index) => [name, texts[index] ?? '']),
        );
        const destination = receiving.read(account, form);
        if (destination === undefined) return;
        for (const [label, value] of receiving.facts(destination)) {
          expectWords(label);
          expect(value).not.toBe('');
        }
        const masked = JSON.stringify(receiving.masked(destination));
        for (const value of Object.values(destination as object)) {
          const isTelling = typeof value === 'string' && value.length >= TELLING_LENGTH;
          if (isTelling) expect(masked).not.toContain(value);
        }
      }),
      { numRuns: 200 },
    );
  });
}
