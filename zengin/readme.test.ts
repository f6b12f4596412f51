import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { README, withTables } from './readme-tables.ts';

it('the field tables of the README are those of the code (else: node zengin/readme-tables.ts)', () => {
  const readme = readFileSync(README, 'utf8');
  expect(withTables(readme)).toBe(readme);
});
