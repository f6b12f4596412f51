// Files from upload to result against PostgreSQL: judged by the rules by which they are sent, sent
// as they were shown, and never twice.
import iconv from 'iconv-lite';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  type DeedShop,
  type DeedWorld,
  findFaults,
  startDeedWorld,
} from '../../tests/deed-world.ts';
import { discardFile, judgeAgain, mapColumns, mend, stopSending } from './change-file.ts';
import { selectFile } from './file-store.ts';
import { sweepFiles } from './retention.ts';
import { submitFile } from './submit-file.ts';
import { HEADER, lineOf, tableOf, uploaded } from './test-files.ts';

let world: DeedWorld;
let shop: DeedShop;

beforeAll(async () => {
  world = await startDeedWorld();
});

beforeEach(async () => {
  await world.reset();
  shop = await world.openShop();
  await shop.fund(1_000_000);
});

afterAll(() => world.close());

const THREE = [
  { reference: 'a-1', amount: 1_000 },
  { reference: 'a-2', amount: 2_000, number: '7654321', holder: 'スズキ ハナコ' },
  { reference: 'a-3', amount: 3_000, holder: '山田太郎' },
];

test('a row-by-row verdict, then what was shown is sent, and the result says so', async () => {
  const file = await uploaded(world, shop, tableOf(THREE));
  expect(await file.states()).toEqual(['ready', 'ready', 'refused']);
  const summary = await file.summary();
  expect(summary.ready).toMatchObject({ count: 2, amountYen: 3_000, feeYen: 300 });
  expect(summary.arrivals).toHaveLength(1);
  expect(summary.funds).toMatchObject({ availableYen: 1_000_000, shortYen: 0 });
  expect(await shop.all()).toHaveLength(0);
  await file.submit();
  await shop.work();
  expect(await file.states()).toEqual(['sent', 'sent', 'refused']);
  expect((await file.now()).status).toBe('submitted');
  const remittances = await shop.all();
  expect(remittances.map(({ reference, amountYen }) => [reference, amountYen])).toEqual([
    ['a-1', 1_000],
    ['a-2', 2_000],
  ]);
  const text = (await file.text('result')).toString();
  expect(text.split('\r\n')[0]).toBe(
    `\ufeff${HEADER},【結果】,【内容】,【送金ID】,【管理番号】,【送金状態】,【手数料】,【着金予定日】`,
  );
  expect(text).toContain('a-1,1000,0005,001,普通,1234567,ヤマダ タロウ,,送金済み,');
  expect((await file.text('errors')).toString()).not.toContain('a-1');
  expect(await findFaults(shop)).toEqual([]);
});

test('the same file twice pays nothing twice, with references or without', async () => {
  const plain = [{ amount: 500 }, { amount: 500 }, { amount: 700, number: '7654321' }];
  for (const lines of [THREE.slice(0, 2), plain]) {
    const first = await uploaded(world, shop, tableOf(lines), { lookAlikeDays: 0 });
    await first.submit(true);
    await shop.work();
    const before = (await shop.all()).length;
    const again = await uploaded(world, shop, iconv.encode(tableOf(lines).toString(), 'cp932'));
    expect(await again.states()).toEqual(lines.map(() => 'already_sent'));
    await expect(again.submit(true)).rejects.toMatchObject({ code: 'nothing_to_send' });
    expect((await shop.all()).length).toBe(before);
  }
  const other = await uploaded(world, shop, tableOf([{ reference: 'a-1', amount: 1_001 }]));
  expect(await other.states()).toEqual(['changed']);
  const nextMonth = await uploaded(world, shop, tableOf(plain), { label: '12月' });
  expect(await nextMonth.states()).toEqual(['ready', 'ready', 'ready']);
});

test('doubles within the file, and of what was sent, are asked about', async () => {
  const first = await uploaded(world, shop, tableOf([{ reference: 'x-1', amount: 900 }]));
  await first.submit();
  await shop.work();
  const lines = [
    { reference: 'x-2', amount: 900 },
    { reference: 'x-3', amount: 900 },
    { reference: 'x-3', amount: 40 },
  ];
  const file = await uploaded(world, shop, tableOf(lines));
  expect((await file.rows()).map(({ codes }) => codes)).toEqual([
    ['look_alike'],
    ['same_in_file', 'look_alike'],
    ['reference_twice_in_file'],
  ]);
  await expect(file.submit()).rejects.toMatchObject({ code: 'look_alikes_unanswered' });
  await mend(world.deps, file.of, 2, { fields: {}, skipped: true });
  await shop.work();
  expect((await file.rows()).map(({ codes }) => codes)).toEqual([['look_alike'], ['left_out'], []]);
  await file.submit(true);
  await shop.work();
  expect((await shop.all()).map(({ reference }) => reference)).toEqual(['x-1', 'x-2', 'x-3']);
  expect(await file.states()).toEqual(['sent', 'refused', 'sent']);
});

test('a row is mended in its place, and the corrected file names the same remittance', async () => {
  const bad = { amount: 800, holder: '山田太郎' };
  const file = await uploaded(world, shop, tableOf([bad, { amount: 900 }]));
  expect(await file.states()).toEqual(['refused', 'ready']);
  await mend(world.deps, file.of, 1, { fields: { account_holder: 'ヤマダ タロウ' } });
  await shop.work();
  expect(await file.states()).toEqual(['ready', 'ready']);
  await file.submit();
  await shop.work();
  const corrected = await uploaded(world, shop, tableOf([{ amount: 800 }, { amount: 900 }]));
  expect(await corrected.states()).toEqual(['already_sent', 'already_sent']);
  await expect(mend(world.deps, file.of, 1, { fields: {} })).rejects.toMatchObject({
    code: 'row_already_sent',
  });
  const fromResult = await uploaded(world, shop, await file.text('result'));
  expect(await fromResult.states()).toEqual(['already_sent', 'already_sent']);
});

test('what has changed since it was shown is not sent, but shown again', async () => {
  const file = await uploaded(world, shop, tableOf(THREE));
  const shown = (await file.now()).verdictHash;
  await file.submit();
  // The cut-off passes before the work is done.
  world.moveTo('2026-11-25T08:00:00');
  await shop.work();
  const after = await file.now();
  expect(after).toMatchObject({ status: 'judged', changedSinceShown: true });
  expect(after.verdictHash?.equals(shown!)).toBe(false);
  expect(await shop.all()).toHaveLength(0);
  const old = { verdictHash: shown!.toString('hex'), acceptsLookAlikes: false };
  await expect(submitFile(world.deps, file.of, old)).rejects.toMatchObject({
    code: 'verdict_changed',
  });
  await file.submit();
  await shop.work();
  expect(await shop.all()).toHaveLength(2);
});

test('too little money is told of the file, not of its rows', async () => {
  const lines = [{ amount: 600_000 }, { amount: 700_000, number: '7654321' }];
  const file = await uploaded(world, shop, tableOf(lines));
  expect(await file.states()).toEqual(['ready', 'ready']);
  expect((await file.summary()).funds).toMatchObject({ shortYen: 300_000 });
  expect((await file.summary()).ready.feeYen).toBe(300);
  await expect(file.submit()).rejects.toMatchObject({ code: 'insufficient_funds' });
  await shop.fund(300_000);
  await file.submit();
  await shop.work();
  expect(await file.states()).toEqual(['sent', 'sent']);
  expect(await findFaults(shop)).toEqual([]);
});

test('headings nobody knows are asked about once', async () => {
  const bytes = Buffer.from('いくら,だれに\r\n100,customer-1\r\n');
  const file = await uploaded(world, shop, bytes);
  expect((await file.now()).status).toBe('needs_mapping');
  await expect(mapColumns(world.deps, file.of, ['amount', null])).rejects.toMatchObject({
    code: 'columns_not_enough',
  });
  await mapColumns(world.deps, file.of, ['amount', 'account_id']);
  await shop.work();
  const [row] = await file.rows();
  expect(row).toMatchObject({ state: 'refused', codes: ['account_not_found'] });
  const next = await uploaded(world, shop, bytes);
  expect((await next.now()).status).toBe('judged');
});

test('what cannot be read leaves nothing behind; what is thrown away or old is gone', async () => {
  const torn = await uploaded(world, shop, Buffer.from(`${HEADER}\r\n"a,b`));
  expect(await torn.now()).toMatchObject({
    status: 'unreadable',
    fault: { code: 'file_unreadable' },
  });
  const empty = await uploaded(world, shop, Buffer.from(`${HEADER}\r\n`));
  expect(await empty.now()).toMatchObject({ fault: { code: 'file_empty' } });
  const gone = await uploaded(world, shop, tableOf(THREE));
  await discardFile(world.deps, gone.of);
  const old = await uploaded(world, shop, tableOf(THREE));
  world.moveTo('2027-03-01T08:00:00');
  await sweepFiles(world.core, 90, new AbortController().signal);
  for (const { of } of [gone, old]) {
    const { db } = world.deps.deeds;
    expect(await selectFile(db, world.deps.vault, of.shopId, of.fileId)).toMatchObject({
      status: 'erased',
      about: { name: '' },
    });
  }
  const left = await shop.rows(
    'select 1 from remittance_file_row where shop_id = $1 union all ' +
      'select 1 from remittance_file_chunk where shop_id = $1 and file_id = any($2::uuid[])',
    [[gone.of.fileId, old.of.fileId]],
  );
  expect(left).toEqual([]);
});

test('sending is stopped; it is judged again and goes on', async () => {
  const file = await uploaded(world, shop, tableOf(THREE));
  await file.submit();
  await stopSending(world.deps, file.of);
  await shop.work();
  expect(await shop.all()).toHaveLength(0);
  expect((await file.now()).status).toBe('judged');
  await judgeAgain(world.deps, file.of);
  await shop.work();
  await file.submit();
  await shop.work();
  expect(await shop.all()).toHaveLength(2);
});

test('Shift_JIS comes back as Shift_JIS, and no cell of it is a formula', async () => {
  const formula = '=HYPERLINK(1)';
  const lines = [HEADER, lineOf({ holder: '髙﨑', description: formula })];
  const file = await uploaded(world, shop, iconv.encode(lines.join('\r\n'), 'cp932'));
  const text = iconv.decode(await file.text('errors'), 'cp932');
  expect(text).toContain(`髙﨑,'${formula},エラー`);
  const again = await uploaded(world, shop, await file.text('errors'));
  expect((await again.rows())[0]!.content.cells).toContain(formula);
});

test('nothing of a row lies in the clear', async () => {
  await uploaded(world, shop, tableOf(THREE));
  const rows = await shop.rows<{ text: string }>(
    'select r::text as text from remittance_file_row r where shop_id = $1 union all ' +
      'select f::text from remittance_file f where shop_id = $1',
  );
  const text = rows.map((row) => row.text).join('\n');
  for (const secret of ['1234567', 'ヤマダ', 'ﾔﾏﾀﾞ', 'a.csv']) expect(text).not.toContain(secret);
});
