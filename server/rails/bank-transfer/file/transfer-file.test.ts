// Names and bytes of transfer files; the codec itself is tested in zengin.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sumYen, yen } from '../../../base/money.ts';
import { fileAccount, sampleItem, sampleSubmission } from '../test-submission.ts';
import { readFileConfig } from './config.ts';
import { dispatchCodesIn, makeTransferFile, transferDateOf } from './transfer-file.ts';

const account = fileAccount({ folder: { outbox: '/o', inbox: '/i' } });
const config = readFileConfig(account);

test('whatever is submitted is what is written, and the same each time', () => {
  const amounts = fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 40 });
  const days = fc.integer({ min: 0, max: 800 });
  fc.assert(
    fc.property(amounts, days, (list, day) => {
      const items = list.map((amount, index) => sampleItem(index + 1, amount));
      const submission = {
        ...sampleSubmission(account),
        items,
        totalYen: sumYen(list),
        transferDate: Temporal.PlainDate.from('2026-01-05').add({ days: day }),
      };
      const file = makeTransferFile(config, submission);
      expect(makeTransferFile(config, submission).sha256).toBe(file.sha256);
      expect(transferDateOf(file.name)?.toString()).toBe(submission.transferDate.toString());
      expect(dispatchCodesIn(file.bytes, submission.transferDate)).toEqual(
        items.map((item) => item.dispatchCode),
      );
    }),
    { numRuns: 50 },
  );
});

test('control totals that are not those of the items are a bug, before anything leaves', () => {
  const submission = { ...sampleSubmission(account), totalYen: yen(1) };
  expect(() => makeTransferFile(config, submission)).toThrow(/control totals/);
});

test('an id that cannot name a file is refused', () => {
  for (const id of ['', '../x', 'a/b', 'ア', 'x'.repeat(65)]) {
    const submission = { ...sampleSubmission(account), id };
    expect(() => makeTransferFile(config, submission)).toThrow(/submission id/);
  }
});

test('records may stand without line ends, and with the mark for wire transfers', () => {
  const bare = { ...config, lineEnding: 'none' as const, wireMark: true };
  const { bytes } = makeTransferFile(bare, sampleSubmission(account, 1));
  expect(bytes.byteLength).toBe(480);
  expect(Buffer.from(bytes.subarray(120, 240)).toString('latin1').slice(111, 113)).toBe('7Y');
});

test('only our own names have a transfer date', () => {
  expect(transferDateOf('furikomi-20261124-sub-1.txt.part')).toBeUndefined();
  expect(transferDateOf('meisai-20261124.dat')).toBeUndefined();
});
