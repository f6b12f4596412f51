// Goal: the documentation equals the code: field tables, messages and the example of a name.

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { normalizeName } from './name.ts';
import { README, withTables } from './readme-tables.ts';
import { formatSogoFurikomi, parseSogoFurikomi } from './sogo-furikomi.ts';
import { AS_OF, overwrite, sogoBatch } from './test-samples.ts';

const readme = readFileSync(README, 'utf8');

it('has the field tables of the code (else: node zengin/readme-tables.ts)', () => {
  expect(withTables(readme)).toBe(readme);
});

it('shows messages as they are', () => {
  const bytes = formatSogoFurikomi([sogoBatch]);
  const damaged = [
    overwrite(bytes, 120, 2, 81, ' '),
    overwrite(bytes, 120, 4, 2, '000003'),
    bytes.subarray(0, 3 * 122),
  ];
  const messages = damaged.map((each) => {
    try {
      return parseSogoFurikomi(each, { asOf: AS_OF });
    } catch (error) {
      return String(error).replace('ZenginError: ', '');
    }
  });
  expect(readme).toContain(messages.join('\n'));
});

it('shows a name as it becomes', () => {
  const { bankForm, fullWidth } = normalizeName('カブシキガイシャ やまだショウテン');
  const plain = readme.replaceAll(/\s+/g, ' ');
  expect(plain).toContain(`bankForm: '${bankForm}'`);
  expect(plain).toContain(`fullWidth: '${fullWidth}'`);
});
