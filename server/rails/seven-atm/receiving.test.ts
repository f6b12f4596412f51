// What a recipient reads of notes and coins: by the amount, in both languages.
import { expect, test } from 'vitest';
import { legsOf } from './receiving.ts';

test.each([1_000, 8_000, 100_000])('%i yen are notes alone: nothing is said', (amountYen) => {
  expect(legsOf(amountYen)).toBeNull();
});

test.each([
  [8_400, ['お札の8,000円', '硬貨の400円'], ['Notes: 8,000 yen', 'Coins: 400 yen']],
  [1_001, ['お札の1,000円', '硬貨の1円'], ['Notes: 1,000 yen', 'Coins: 1 yen']],
  [99_999, ['お札の99,000円', '硬貨の999円'], ['Notes: 99,000 yen', 'Coins: 999 yen']],
  [466, ['466円は硬貨'], ['466 yen are coins']],
])('%i yen: which part is taken where', (amountYen, ja, en) => {
  const said = legsOf(amountYen);
  for (const words of ja) expect(said?.ja).toContain(words);
  for (const words of en) expect(said?.en).toContain(words);
  expect(said?.ja).toContain('セブン‐イレブンのレジ');
  expect(said?.en).toContain('7-Eleven register');
});
