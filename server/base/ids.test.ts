// Identifiers: order in time, uniqueness, the public form there and back.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { counterOf, publicId, uuidOf, uuidv7, uuidv7WithCounter } from './ids.ts';

const UUIDV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const anyMs = fc.nat({ max: 2 ** 48 - 1 });

test('ids are UUIDv7 and sort by their time, in both forms', () => {
  fc.assert(
    fc.property(anyMs, anyMs, (one, other) => {
      const [a, b] = [uuidv7(one), uuidv7(other)];
      expect(a).toMatch(UUIDV7);
      if (one === other) return;
      expect(a < b).toBe(one < other);
      expect(publicId('rem', a) < publicId('rem', b)).toBe(one < other);
    }),
  );
});

test('100,000 of one millisecond differ and sort as they were made', () => {
  const ids = Array.from({ length: 100_000 }, () => uuidv7(1_764_000_000_000));
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.every((id) => UUIDV7.test(id))).toBe(true);
  expect([...ids].sort()).toEqual(ids);
});

test('a counter inside an id is found again', () => {
  fc.assert(
    fc.property(anyMs, fc.nat({ max: 2 ** 40 - 1 }), (ms, counter) => {
      const id = uuidv7WithCounter(ms, counter);
      expect(id).toMatch(UUIDV7);
      expect(counterOf(id)).toBe(counter);
    }),
  );
});

test('the public form there and back', () => {
  fc.assert(
    fc.property(fc.uuid(), (uuid) => {
      const id = publicId('rem', uuid);
      expect(id).toMatch(/^rem_[0-7][0-9a-hjkmnp-tv-z]{25}$/);
      expect(uuidOf('rem', id)).toBe(uuid);
      expect(uuidOf('acc', id)).toBeUndefined();
    }),
  );
});

test('the encoding is the published one', () => {
  const uuid = '01890a5d-ac96-774b-bcce-b302099a8057';
  expect(publicId('prefix', uuid)).toBe('prefix_01h455vb4pex5vsknk084sn02q');
});

test.each([
  '',
  'rem_',
  'rem_01h455vb4pex5vsknk084sn02',
  'rem_01h455vb4pex5vsknk084sn02qq',
  'rem_81h455vb4pex5vsknk084sn02q',
  'rem_01H455VB4PEX5VSKNK084SN02Q',
  'rem_01h455vb4pex5vsknk084sn02l',
  `rem_${'０'.repeat(26)}`,
])('%j is no id', (text) => expect(uuidOf('rem', text)).toBeUndefined());

test('no text crashes it', () => {
  fc.assert(fc.property(fc.string(), (text) => void uuidOf('rem', `rem_${text}`)));
});
