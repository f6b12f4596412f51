// Joined as bytes is what joined as text would be.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { utf8Joined } from './utf8.ts';

test('the bytes are those of the text', () => {
  const texts = fc.array(fc.string({ unit: 'binary' }));
  fc.assert(
    fc.property(texts, fc.string(), fc.string(), fc.string(), (list, open, between, close) => {
      const joined = utf8Joined(list, { open, between, close });
      expect(joined.toString()).toBe(Buffer.from(open + list.join(between) + close).toString());
    }),
  );
});
