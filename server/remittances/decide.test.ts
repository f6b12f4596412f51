// The decision over a batch: in order, never more than is there, refused items take nothing.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Yen } from '../base/money.ts';
import { type Candidate, type Decision, decide, type Standing } from './decide.ts';
import { notStorable } from './refusals.ts';

const FIRST = '00000000-0000-7000-8000-000000000000';
const BAD = notStorable();

/** An id that tells whose it is. */
function idFor(reference: string, amount: number): string {
  const tail = `${reference.charCodeAt(0)}`.padStart(6, '0') + `${amount}`.padStart(6, '0');
  return `00000000-0000-7000-8000-${tail}`;
}

function candidate(reference: string, amount: number, more: Partial<Candidate> = {}): Candidate {
  return {
    reference,
    fingerprint: Buffer.from(`${amount}`),
    amountYen: amount as Yen,
    refusal: undefined,
    remittanceId: idFor(reference, amount),
    ...more,
  };
}

function standing(more: Partial<Standing> = {}): Standing {
  return {
    availableYen: 10_000,
    owedYen: 0,
    instructedTodayYen: 0,
    maxDayYen: 1_000_000,
    maxRemittanceYen: 1_000_000,
    queuesWithoutFunds: false,
    known: new Map(),
    ...more,
  };
}

function told(decision: Decision): string {
  if (decision.kind === 'refuse') return decision.refusal.code;
  if (decision.kind === 'replay') return `replay ${decision.remittanceId}`;
  return decision.funded ? 'take' : 'queue';
}

const known = (reference: string, amount: number) =>
  new Map([[reference, { remittanceId: FIRST, fingerprint: Buffer.from(`${amount}`) }]]);

const cases: readonly [string, Candidate[], Partial<Standing>, string[]][] = [
  ['exactly what is there', [candidate('a', 10_000)], {}, ['take']],
  ['one yen more', [candidate('a', 10_001)], {}, ['insufficient_funds']],
  [
    'a smaller one fits after one that does not',
    [candidate('a', 10_001), candidate('b', 9_000), candidate('c', 1_001), candidate('d', 1_000)],
    {},
    ['insufficient_funds', 'take', 'insufficient_funds', 'take'],
  ],
  ['known, same content', [candidate('a', 5)], { known: known('a', 5) }, [`replay ${FIRST}`]],
  [
    'known, other content',
    [candidate('a', 6)],
    { known: known('a', 5) },
    ['reference_already_used'],
  ],
  [
    'a replay answers whatever has changed since',
    [candidate('a', 5, { refusal: BAD })],
    { known: known('a', 5), owedYen: 1, availableYen: 0 },
    [`replay ${FIRST}`],
  ],
  [
    'twice in a batch',
    [candidate('a', 5), candidate('a', 5), candidate('a', 6)],
    {},
    ['take', `replay ${idFor('a', 5)}`, 'reference_already_used'],
  ],
  [
    'a refused one consumes no reference',
    [candidate('a', 5, { refusal: BAD }), candidate('a', 6), candidate('a', 5)],
    {},
    ['not_storable', 'take', 'reference_already_used'],
  ],
  ['something is owed', [candidate('a', 5)], { owedYen: 1 }, ['funds_owed']],
  ['over the limit of one', [candidate('a', 11)], { maxRemittanceYen: 10 }, ['amount_over_limit']],
  [
    'the day fills up',
    [candidate('a', 60), candidate('b', 50), candidate('c', 40)],
    { maxDayYen: 150, instructedTodayYen: 50 },
    ['take', 'day_limit_exceeded', 'take'],
  ],
  [
    'queues for want of money',
    [candidate('a', 10_001), candidate('b', 10_000), candidate('c', 1)],
    { queuesWithoutFunds: true },
    ['queue', 'take', 'queue'],
  ],
];

describe('decide', () => {
  test.each(cases)('%s', (_name, candidates, more, expected) => {
    expect(decide(candidates, standing(more)).map(told)).toEqual(expected);
  });

  test('says how much is left', () => {
    const [refused] = decide([candidate('a', 20_000)], standing());
    expect(refused).toMatchObject({ refusal: { extra: { needed: 20_000, available: 10_000 } } });
  });
});

const anyCandidate = fc
  .record({
    reference: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'),
    amount: fc.integer({ min: 1, max: 400 }),
    bad: fc.boolean(),
  })
  .map(({ reference, amount, bad }) =>
    candidate(reference, amount, bad && amount % 3 === 0 ? { refusal: BAD } : {}),
  );

const anyStanding = fc.record({
  availableYen: fc.integer({ min: 0, max: 2_000 }),
  instructedTodayYen: fc.integer({ min: 0, max: 500 }),
  maxDayYen: fc.integer({ min: 0, max: 2_000 }),
  maxRemittanceYen: fc.integer({ min: 1, max: 400 }),
  queuesWithoutFunds: fc.boolean(),
});

describe('for any batch', () => {
  test('no more is taken than is available, and than the day allows', () => {
    fc.assert(
      fc.property(fc.array(anyCandidate), anyStanding, (candidates, more) => {
        const at = standing(more);
        const decisions = decide(candidates, at);
        const sum = (which: (decision: Decision) => boolean) =>
          candidates.reduce((all, c, i) => (which(decisions[i]!) ? all + c.amountYen : all), 0);
        expect(sum((d) => d.kind === 'take' && d.funded)).toBeLessThanOrEqual(at.availableYen);
        const left = Math.max(0, at.maxDayYen - at.instructedTodayYen);
        expect(sum((d) => d.kind === 'take')).toBeLessThanOrEqual(left);
      }),
    );
  });

  test('a refused item changes nothing for the others', () => {
    fc.assert(
      fc.property(fc.array(anyCandidate), anyStanding, (candidates, more) => {
        const at = standing(more);
        const decisions = decide(candidates, at);
        const stayed = candidates.filter((_, i) => decisions[i]!.kind !== 'refuse');
        const expected = decisions.filter((decision) => decision.kind !== 'refuse');
        expect(decide(stayed, at).map(told)).toEqual(expected.map(told));
      }),
    );
  });

  test('cut anywhere into two batches, it decides the same', () => {
    fc.assert(
      fc.property(
        fc.array(anyCandidate, { maxLength: 30 }),
        anyStanding,
        fc.nat(),
        (candidates, more, cut) => {
          const at = standing(more);
          const whole = decide(candidates, at);
          const head = candidates.slice(0, cut % (candidates.length + 1));
          const first = decide(head, at);
          const taken = head.filter((_, i) => first[i]!.kind === 'take');
          const reserved = head.filter((_, i) => {
            const decision = first[i]!;
            return decision.kind === 'take' && decision.funded;
          });
          const total = (list: readonly Candidate[]) => list.reduce((n, c) => n + c.amountYen, 0);
          const rest = decide(candidates.slice(head.length), {
            ...at,
            availableYen: at.availableYen - total(reserved),
            instructedTodayYen: at.instructedTodayYen + total(taken),
            known: new Map(taken.map((c) => [c.reference, c])),
          });
          expect([...first, ...rest].map(told)).toEqual(whole.map(told));
        },
      ),
    );
  });

  test('a reference is taken at most once', () => {
    fc.assert(
      fc.property(fc.array(anyCandidate), anyStanding, (candidates, more) => {
        const decisions = decide(candidates, standing(more));
        const taken = candidates.filter((_, i) => decisions[i]!.kind === 'take');
        expect(new Set(taken.map((c) => c.reference)).size).toBe(taken.length);
      }),
    );
  });
});
