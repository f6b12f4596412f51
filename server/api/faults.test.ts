// The walk that words faults agrees with the compiled check: it finds something exactly where the
// check says no.
import fc from 'fast-check';
import Type from 'typebox';
import { Compile } from 'typebox/compile';
import { expect, test } from 'vitest';
import { faultsOf } from './faults.ts';
import { Amount, CalendarDate, Id, Metadata, Nullable, OneOf, Strict } from './v1/schemas.ts';

const Schema = Strict({
  id: Id('rem'),
  amount: Amount,
  on: Type.Optional(CalendarDate),
  kind: OneOf(['a', 'b']),
  note: Nullable(Type.String({ minLength: 1, maxLength: 3 })),
  grade: Nullable(OneOf(['x'])),
  list: Type.Array(Type.Boolean(), { minItems: 1, maxItems: 2 }),
  metadata: Metadata,
  to: Type.Union([
    Strict({ type: Type.Literal('p'), x: Type.Integer() }),
    Strict({ type: Type.Literal('q'), y: Type.String() }),
    Strict({ type: Type.Literal('q'), z: Type.String() }),
  ]),
});

const good = {
  id: 'rem_01jdc3q9vhf9k8t3m5n7p2r4s6',
  amount: 1,
  on: '2026-11-24',
  kind: 'a',
  note: null,
  grade: 'x',
  list: [true],
  metadata: { order: '1' },
  to: { type: 'p', x: 1 },
};

const odd = fc.oneof(
  fc.anything({ maxDepth: 2 }),
  fc.constantFrom(null, undefined, '', 0, -1, 1.5, 1e9, Number.NaN, 'a', 'b', [], {}, [1], 'x'),
  fc.constantFrom('2026-02-30', '2026-11-24', { a: 'b' }, { 'a b': '' }, 'rem_0', [true, false]),
  fc.record({ type: fc.constantFrom('p', 'q', 'r', 1), x: fc.anything(), y: fc.anything() }),
  fc.record({ type: fc.constant('q'), y: fc.string() }),
  fc.record({ type: fc.constant('q'), z: fc.string() }),
);
const keys = [...Object.keys(good), 'unknown', 'toString'];

test('words are found exactly where the check says no', () => {
  const compiled = Compile(Schema);
  expect(faultsOf(Schema, good)).toEqual([]);
  const changes = fc.array(fc.tuple(fc.constantFrom(...keys), odd), { maxLength: 3 });
  fc.assert(
    fc.property(changes, (changed) => {
      const value = { ...good, ...Object.fromEntries(changed) };
      const present = Object.fromEntries(
        Object.entries(value).filter(([, member]) => member !== undefined),
      );
      const faults = faultsOf(Schema, present);
      expect(faults.length === 0).toBe(compiled.Check(present));
      for (const fault of faults) {
        expect(fault.pointer).toMatch(/^(\/|$)/);
        expect([fault.ja.isWellFormed(), fault.en.length > 0]).toEqual([true, true]);
      }
    }),
    { numRuns: 3000, seed: 11 },
  );
});

test('of a union, the branch that was meant is explained', () => {
  const told = (to: unknown) =>
    faultsOf(Schema, { ...good, to }).map((fault) => [fault.pointer, fault.code]);
  expect(told({ type: 'q', z: 1 })).toEqual([['/to/z', 'wrong_type']]);
  expect(told({ type: 'q' })).toEqual([['/to/y', 'required']]);
  expect(told({ type: 'p', x: 1, z: '' })).toEqual([['/to/z', 'unknown_field']]);
  expect(told({ type: 'r' })).toEqual([['/to/type', 'not_allowed']]);
  expect(told(null)).toEqual([['/to', 'wrong_type']]);
});
