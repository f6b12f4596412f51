// Real bank files made by the codec: taken once, quarantined whole, told by two formats, large ones
// in little memory.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { BANK, type FundsWorld, startFundsWorld } from '../../tests/funds-world.ts';
import { formatNyukinTsuchi, type NyukinDataInput } from '../../zengin/nyukin-tsuchi.ts';
import { formatNyushukkinMeisai, type MeisaiDataInput } from '../../zengin/nyushukkin-meisai.ts';
import { formatSogoFurikomi } from '../../zengin/sogo-furikomi.ts';
import type { ClaimedWork } from '../base/work.ts';
import type { AccountNumber } from './deposit.ts';
import { bankFiles, importBankFile, importStoredFile, storeBankFile } from './import-bank-file.ts';
import { newStatementLines, queuedStatementLines, resolveLine } from './statement-lines.ts';

let world: FundsWorld;
const date = '2026-11-24';

beforeAll(async () => {
  world = await startFundsWorld();
});

afterAll(() => world.close());

function header(account: AccountNumber) {
  const dates = { createdOn: date, fromDate: date, toDate: date };
  return { ...dates, ...account, accountType: 'ordinary', accountName: 'ｶ)ｶﾜｾ' } as const;
}

function notice(account: AccountNumber, items: readonly Partial<NyukinDataInput>[]): Uint8Array {
  const rows = items.map((item, index) => ({
    inquiryNumber: String(index + 1).padStart(6, '0'),
    accountingDate: date,
    valueDate: date,
    amountYen: 1000,
    payerName: 'ﾔﾏﾀﾞ ﾀﾛｳ',
    ...item,
  }));
  return formatNyukinTsuchi([{ header: header(account), items: rows }]);
}

type Account = readonly [AccountNumber, readonly Partial<MeisaiDataInput>[]];

function statement(...accounts: readonly Account[]): Uint8Array {
  return formatNyushukkinMeisai(
    accounts.map(([account, items]) => ({
      header: { ...header(account), balanceBeforeYen: 50_000_000 },
      items: items.map((item, index) => ({
        inquiryNumber: String(index + 1).padStart(8, '0'),
        accountingDate: date,
        valueDate: date,
        direction: 'in' as const,
        transactionKind: 'transfer' as const,
        amountYen: 1000,
        payerName: 'ﾔﾏﾀﾞ ﾀﾛｳ',
        ...item,
      })),
    })),
  );
}

function importing(bytes: Uint8Array, name = 'file.dat') {
  const { railAccountId } = world;
  return importBankFile(world.deps, { railAccountId, name, bytes });
}

let nextNumber = 1;

/** Each test has amounts of its own. */
let amountYen = 1000;
beforeEach(() => {
  amountYen += 1000;
});

const shopYen = async () => (await world.balances(world.shop.shopId)).available ?? 0;

describe('a 振込入金通知 file', () => {
  test('brings its deposits once, under whatever name it comes again', async () => {
    const bytes = notice(world.account, [{ amountYen }, { amountYen }, { amountYen: 5 }]);
    const before = await shopYen();
    const first = await importing(bytes, 'a.dat');
    expect(first).toMatchObject({
      kind: 'imported',
      counts: { created: 3, known: 0, reversed: 0, waiting: 0, lines: 0 },
    });
    expect(await importing(bytes, 'b.dat')).toMatchObject({ kind: 'duplicate' });
    expect((await shopYen()) - before).toBe(2 * amountYen + 5);
  });

  test('that repeats lines of an earlier one brings the new ones only', async () => {
    const numbered = (inquiryNumber: string) => ({ inquiryNumber, amountYen });
    await importing(notice(world.account, [numbered('000501'), numbered('000502')]));
    const later = await importing(
      notice(world.account, [numbered('000501'), numbered('000502'), numbered('000503')]),
    );
    expect(later).toMatchObject({ counts: { created: 1, known: 2 } });
  });

  test('of a bank that numbers nothing tells equal lines of one file apart', async () => {
    const line = { inquiryNumber: '000000', amountYen };
    const bytes = notice(world.account, [line, line, { ...line, payerName: 'ｻﾄｳ' }]);
    expect(await importing(bytes)).toMatchObject({ counts: { created: 3 } });
    const more = notice(world.account, [line, line, { ...line, payerName: 'ｻﾄｳ' }, line]);
    expect(await importing(more)).toMatchObject({ counts: { created: 1, known: 3 } });
  });

  test('with 取消 reverses, however the bank counts it into its totals', async () => {
    const before = await shopYen();
    const numbered = { inquiryNumber: '000601', amountYen };
    await importing(notice(world.account, [numbered]));
    const canceled = await importing(notice(world.account, [{ ...numbered, canceled: true }]));
    expect(canceled).toMatchObject({ counts: { created: 0, reversed: 1 } });
    expect(await shopYen()).toBe(before);
    const rows = [{ ...numbered, inquiryNumber: '000602', accountingDate: date, payerName: 'ｱ' }];
    const both = [...rows, { ...rows[0]!, canceled: true }];
    const counting = { canceledInTotal: true };
    const bytes = formatNyukinTsuchi([{ header: header(world.account), items: both }], counting);
    expect(await importing(bytes)).toMatchObject({ counts: { created: 1, reversed: 1 } });
  });
});

describe('a 入出金取引明細 file', () => {
  test('and a 振込入金通知 file of the same credits make one deposit each', async () => {
    const lines = [{ amountYen }, { amountYen }, { amountYen: amountYen + 1 }];
    const numbers = ['000701', '000702', '000703'];
    const numbered = lines.map((line, index) => ({ ...line, inquiryNumber: numbers[index]! }));
    await importing(notice(world.account, numbered));
    const told = statement([
      world.account,
      numbered.map((line) => ({ ...line, inquiryNumber: `00${line.inquiryNumber}` })),
    ]);
    expect(await importing(told)).toMatchObject({ counts: { created: 0, known: 3 } });
  });

  test('keeps our own payments for remittances, and asks for them to be applied', async () => {
    const code = '01234567890123456789';
    const own: Partial<MeisaiDataInput>[] = [
      { direction: 'out', amountYen, ediInfo: code, remarks: 'ｿｳｺﾞｳﾌﾘｺﾐ' },
      { amountYen, remarks: 'ｼｷﾝﾍﾝｷﾔｸ ｺｳｻﾞﾅｼ', ediInfo: code },
      { amountYen, remarks: 'ｸﾐﾓﾄﾞｼ' },
      { amountYen: 77, remarks: 'ﾌﾘｺﾐ' },
      { amountYen: 3, direction: 'out', remarks: 'ﾃｽｳﾘﾖｳ' },
    ];
    const bytes = statement([world.settlement, own]);
    expect(await importing(bytes)).toMatchObject({ counts: { created: 1, lines: 4 } });
    const lines = await newStatementLines(world.db, world.vault, world.operatorShopId, 100);
    expect(lines.map((line) => [line.direction, line.amountYen, line.dispatchCode])).toEqual(
      expect.arrayContaining([
        ['out', amountYen, code],
        ['in', amountYen, code],
        ['in', amountYen, null],
        ['out', 3, null],
      ]),
    );
    expect(lines.find(({ direction }) => direction === 'in')?.words.payerName).toBe('ﾔﾏﾀﾞ ﾀﾛｳ');
    const work = await world.db.query<{ key: string }>(
      `select key from work where shop_id = $1 and kind = 'remittances.apply_statement'`,
      [world.operatorShopId],
    );
    expect(work).toEqual([{ key: world.railAccountId }]);
    expect(await world.balances(world.operatorShopId)).toMatchObject({ unmatched: 77 });
  });

  test('does not count money twice that moves on from a virtual account', async () => {
    const sweep = { transactionKind: 'book-transfer', payerName: '', amountYen } as const;
    const vaId = `${world.account.branchCode}${world.account.accountNumber}`;
    const bytes = statement(
      [
        world.settlement,
        [
          { ...sweep, inquiryNumber: '00000801', remarks: `ﾌﾘｶｴ ${vaId}` },
          { ...sweep, inquiryNumber: '00000802', remarks: 'ﾌﾘｶｴ' },
        ],
      ],
      [world.account, [{ amountYen, inquiryNumber: '00000801' }]],
    );
    const before = await world.balances(world.operatorShopId);
    expect(await importing(bytes)).toMatchObject({ counts: { created: 1, lines: 2 } });
    expect(await world.balances(world.operatorShopId)).toEqual(before);
    const queued = await queuedStatementLines(world.db, world.vault, world.operatorShopId, 10);
    expect(queued.map(({ note }) => note)).toEqual(['book_transfer']);
    const { lineKey } = queued[0]!;
    const decision = { operatorShopId: world.operatorShopId, lineKey, note: 'checked', by: 'test' };
    await resolveLine(world.deps, { ...decision, as: 'deposit' });
    const after = await world.balances(world.operatorShopId);
    expect(after.unmatched! - (before.unmatched ?? 0)).toBe(amountYen);
    await expect(resolveLine(world.deps, { ...decision, as: 'ignored' })).rejects.toMatchObject({
      code: 'statement_line_not_queued',
    });
  });

  test('takes a deposit back by the number in 摘要', async () => {
    const before = await shopYen();
    const bytes = statement([
      world.account,
      [
        { amountYen, inquiryNumber: '00000901' },
        {
          amountYen,
          inquiryNumber: '00000902',
          direction: 'out',
          transactionKind: 'correction',
          remarks: 'ﾄﾘｹｼ 000901',
        },
      ],
    ]);
    expect(await importing(bytes)).toMatchObject({ counts: { created: 1, reversed: 1 } });
    expect(await shopYen()).toBe(before);
  });
});

describe('a broken file', () => {
  test('is quarantined whole with the place and no value, and the next goes on', async () => {
    const before = await shopYen();
    const good = notice(world.account, [{ amountYen }, { amountYen, inquiryNumber: '000999' }]);
    const bad = good.slice();
    // The first digit of the second line's amount: record 3, column 20.
    bad[2 * 202 + 19] = 'X'.charCodeAt(0);
    const outcome = await importing(bad);
    expect(outcome).toMatchObject({
      kind: 'quarantined',
      fault: { record: 3, columns: [20, 29], field: 'amountYen', rule: 'field.digits' },
    });
    expect(await shopYen()).toBe(before);
    expect(await importing(bad)).toMatchObject({ kind: 'quarantined' });
    expect(await importing(good)).toMatchObject({ kind: 'imported', counts: { created: 2 } });
    const page = { beforeId: null, limit: 2 };
    const files = await bankFiles(world.deps, world.operatorShopId, page);
    expect(files.map(({ status }) => status)).toEqual(['imported', 'quarantined']);
    expect(JSON.stringify(files[1]!.fault)).not.toContain('X00');
  });

  test('of another format, empty or cut off is quarantined too', async () => {
    const sogo = formatSogoFurikomi([
      {
        header: {
          requesterCode: '1234567890',
          requesterName: 'ｶ)ｶﾜｾ',
          transferDate: date,
          bankCode: BANK,
          branchCode: '101',
          accountType: 'ordinary',
          accountNumber: '1234567',
        },
        items: [],
      },
    ]);
    const whole = notice(world.account, [{ amountYen }]);
    const files = [sogo, new Uint8Array(0), whole.subarray(0, 500), new Uint8Array(400).fill(0x41)];
    for (const bytes of files) {
      expect(await importing(bytes)).toMatchObject({ kind: 'quarantined' });
    }
  });
});

test('a file that was kept before a crash is imported by its work', async () => {
  const { railAccountId, operatorShopId } = world;
  const bytes = notice(world.account, [{ amountYen }]);
  const before = await shopYen();
  const { bankFileId } = await storeBankFile(world.deps, { railAccountId, name: 'c.dat', bytes });
  expect(await shopYen()).toBe(before);
  const dueAt = Temporal.Instant.from('2026-11-24T00:00:00Z');
  const claim = { attempts: 1, version: 1, fence: 1, payload: null, dueAt };
  const kind = 'funds.import_file';
  const work: ClaimedWork = { shopId: operatorShopId, kind, key: bankFileId, ...claim };
  await importStoredFile(world.deps, work);
  await importStoredFile(world.deps, work);
  expect((await shopYen()) - before).toBe(amountYen);
});

test('10,000 lines are taken in seconds and little memory, and again for nothing', async () => {
  const lines = Array.from({ length: 10_000 }, (_, index) => ({
    amountYen: 10 + (index % 100),
    inquiryNumber: String(nextNumber++).padStart(6, '0'),
  }));
  const { otherShop, otherAccount } = world;
  const bytes = notice(otherAccount, lines);
  const heapBefore = process.memoryUsage().heapUsed;
  const startedAt = performance.now();
  expect(await importing(bytes)).toMatchObject({ counts: { created: 10_000 } });
  const elapsedMs = performance.now() - startedAt;
  const grownMb = (process.memoryUsage().heapUsed - heapBefore) / 1e6;
  expect(elapsedMs).toBeLessThan(20_000);
  expect(grownMb).toBeLessThan(150);
  expect(await world.balances(otherShop.shopId)).toEqual({ available: 595_000, cash: -595_000 });
  const again = notice(otherAccount, [...lines, { amountYen: 11, inquiryNumber: '999999' }]);
  expect(await importing(again)).toMatchObject({ counts: { created: 1, known: 10_000 } });
}, 60_000);
