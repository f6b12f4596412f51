// Goal: what a bank would refuse is not written, with the place of the fault; large files stream.

import { describe, expect, it } from 'vitest';
import {
  closingBalanceYen,
  formatNyushukkinMeisai,
  parseNyushukkinMeisai,
} from './nyushukkin-meisai.ts';
import type { SogoDataInput } from './sogo-furikomi.ts';
import { formatSogoFurikomi, readSogoFurikomi, writeSogoFurikomi } from './sogo-furikomi.ts';
import { AS_OF, collect, meisaiBatch, sogoBatch } from './test-samples.ts';
import { ZenginError } from './zengin-error.ts';

const { header } = sogoBatch;
const [good] = [...sogoBatch.items] as [SogoDataInput];

describe('what cannot be written', () => {
  it.each<[string, Partial<Record<keyof SogoDataInput, unknown>>, object]>([
    ['an amount of zero', { amountYen: 0 }, { rule: 'field.minimum', columns: [81, 90] }],
    ['a negative amount', { amountYen: -1 }, { rule: 'field.minimum' }],
    ['a fraction of a yen', { amountYen: 1.5 }, { rule: 'field.digits' }],
    ['no number', { amountYen: Number.NaN }, { rule: 'field.digits' }],
    ['an amount as text', { amountYen: '100' }, { rule: 'field.digits' }],
    ['eleven digits', { amountYen: 10_000_000_000 }, { rule: 'field.length', field: 'amountYen' }],
    ['a short bank code', { bankCode: '310' }, { rule: 'field.length', columns: [2, 5] }],
    ['a bank code of letters', { bankCode: 'ABCD' }, { rule: 'field.digits' }],
    ['a long account number', { accountNumber: '12345678' }, { rule: 'field.length' }],
    ['an unknown account type', { accountType: 'gold' }, { rule: 'field.code' }],
    ['a full-width name', { recipientName: 'ヤマダ' }, { rule: 'field.characters' }],
    ['a lower-case name', { recipientName: 'yamada' }, { rule: 'field.characters' }],
    ['a blank name', { recipientName: '  ' }, { rule: 'field.required' }],
    ['a name of 31 bytes', { recipientName: 'ｱ'.repeat(31) }, { rule: 'field.length' }],
    ['EDI without its mark', { hasEdi: false }, { rule: 'field.condition', field: 'ediInfo' }],
    ['a customer code beside EDI', { customerCode1: '1' }, { rule: 'field.condition' }],
    ['a line break', { ediInfo: 'A\r\nB' }, { rule: 'field.characters' }],
  ])('%s', (_, change, expected) => {
    const item = { ...good, ...change } as SogoDataInput;
    const write = () => formatSogoFurikomi([{ header, items: [good, item] }]);
    expect(write).toThrow(ZenginError);
    expect(write).toThrow(
      expect.objectContaining({ recordNumber: 3, batchNumber: 1, ...expected }),
    );
  });

  it('a date that does not exist', () => {
    const write = () =>
      formatSogoFurikomi([{ header: { ...header, transferDate: '2026-02-29' }, items: [] }]);
    expect(write).toThrow(expect.objectContaining({ rule: 'field.date', field: 'transferDate' }));
  });

  it('no batches', () => {
    expect(() => formatSogoFurikomi([])).toThrow(expect.objectContaining({ rule: 'file.empty' }));
  });

  it('a stated trailer that disagrees', () => {
    const write = (totalYen: number) =>
      formatSogoFurikomi([{ ...sogoBatch, trailer: { count: 2, totalYen } }]);
    expect(() => write(12_345)).toThrow(expect.objectContaining({ rule: 'total.disagrees' }));
    expect(write(12_346)).toEqual(formatSogoFurikomi([sogoBatch]));
  });

  it('a total beyond its twelve digits', () => {
    const items = new Array<SogoDataInput>(101).fill({ ...good, amountYen: 9_999_999_999 });
    const write = () => formatSogoFurikomi([{ header, items }]);
    expect(write).toThrow(expect.objectContaining({ rule: 'field.length', field: 'totalYen' }));
  });
});

describe('balances', () => {
  it.each([
    [1_000, 'plus', -19_000],
    [20_000, 'plus', 0],
    [20_000, 'minus', -40_000],
  ] as const)('%i %s before gives %i after', (balanceBeforeYen, balanceSign, closing) => {
    const account = { ...meisaiBatch.header, balanceBeforeYen, balanceSign };
    const bytes = formatNyushukkinMeisai([{ ...meisaiBatch, header: account }]);
    const [batch] = parseNyushukkinMeisai(bytes, { asOf: AS_OF }).batches;
    expect(closingBalanceYen(batch!.trailer)).toBe(closing);
  });

  it('a bank may leave the balance out', () => {
    const bytes = Buffer.from(formatNyushukkinMeisai([meisaiBatch]));
    bytes.write(' '.repeat(15), 3 * 202 + 39, 'latin1');
    const [batch] = parseNyushukkinMeisai(bytes, { asOf: AS_OF }).batches;
    expect(closingBalanceYen(batch!.trailer)).toBeNull();
  });
});

describe('streaming', () => {
  function* items(count: number): Generator<SogoDataInput> {
    for (let index = 1; index <= count; index += 1) yield { ...good, amountYen: index };
  }

  it('takes items as they come and closes their source when stopped', async () => {
    let closed = false;
    async function* slow(): AsyncGenerator<SogoDataInput> {
      try {
        yield* items(5_000);
      } finally {
        closed = true;
      }
    }
    const chunks = writeSogoFurikomi([{ header, items: slow() }]);
    const first = await chunks.next();
    expect(first.value).toHaveProperty('length');
    await chunks.return();
    expect(closed).toBe(true);
    const whole = Buffer.concat(await collect(writeSogoFurikomi([{ header, items: slow() }])));
    expect(new Uint8Array(whole)).toEqual(formatSogoFurikomi([{ header, items: items(5_000) }]));
  });

  it('carries 200,000 records through writer and reader in little memory', async () => {
    const batch = (count: number) => ({ header, items: items(count) });
    const start = usedMegabytes();
    let most = start;
    let totalYen = 0;
    const source = writeSogoFurikomi([batch(100_000), batch(100_000)], { lineEnding: 'none' });
    for await (const record of readSogoFurikomi(source, { asOf: AS_OF })) {
      if (record.kind === 'trailer') totalYen += record.fields.totalYen;
      if (record.recordNumber % 1_000 === 0) most = Math.max(most, usedMegabytes());
    }
    expect(totalYen).toBe(100_000 * 100_001);
    expect(most - start).toBeLessThan(150);
  }, 20_000);
});

function usedMegabytes(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 1_000_000;
}
