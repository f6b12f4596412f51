// Files both ways, by folder: 総合振込 in with receipts, each taken once; statements and deposit
// notices out, adding up to the balance. Method: read back what the bank wrote with the strict
// codec.

import { createHash } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseNyukinTsuchi } from '../../zengin/nyukin-tsuchi.ts';
import type { MeisaiBatch } from '../../zengin/nyushukkin-meisai.ts';
import { parseNyushukkinMeisai } from '../../zengin/nyushukkin-meisai.ts';
import type { BankSimulator } from './start.ts';
import { startBankSimulator } from './start.ts';
import type { Customer, TestFile } from './test-customer.ts';
import {
  at,
  ediOf,
  eventually,
  fileItem,
  item,
  openCustomer,
  sogoFile,
  temporaryFolder,
  transferOf,
} from './test-customer.ts';

const folder = temporaryFolder();
let bank: BankSimulator;
beforeAll(async () => {
  bank = await startBankSimulator({ port: 0, dataDir: folder.path, tickMs: 20 });
});
afterAll(async () => {
  await bank.close();
  folder.remove();
});

const asOf = '2026-11-24';

function receive(customer: Customer, name: string): Promise<Record<string, unknown>> {
  return eventually(() =>
    customer.inbound().includes(name)
      ? (JSON.parse(customer.receive(name).toString('utf8')) as Record<string, unknown>)
      : undefined,
  );
}

async function send(customer: Customer, file: TestFile, manifest: object = file.manifest) {
  customer.sendFile(file.name, file.bytes, manifest);
  return receive(customer, `${file.name}.receipt.json`);
}

function statements(customer: Customer): MeisaiBatch[] {
  return customer
    .inbound()
    .filter((name) => name.startsWith('meisai-') && name.endsWith('.dat'))
    .flatMap((name) => parseNyushukkinMeisai(customer.receive(name), { asOf }).batches);
}

describe('a 総合振込 file', () => {
  test('is taken with a receipt, paid on its day, and told line by line', async () => {
    const customer = await openCustomer(bank);
    const file = sogoFile(customer, 'a-1.txt', [
      fileItem(1, 1_000),
      fileItem(2, 2_000, '9990005'),
      fileItem(3, 3_000, '9991012'),
      fileItem(4, 4_000, '9995001'),
      fileItem(5, 5_000, '9993001'),
    ]);
    expect(await send(customer, file)).toMatchObject({
      file: 'a-1.txt',
      status: 'accepted',
      itemCount: 5,
      totalYen: 15_000,
      acceptedCount: 4,
      acceptedYen: 10_000,
      reasonCode: null,
      rejectedItems: [{ itemNumber: 5, ediInfo: ediOf(5), amountYen: 5_000, reasonCode: 'E101' }],
    });
    await customer.setClock('2026-11-25T08:59:59+09:00');
    expect((await customer.books()).balanceYen).toBe(10_000_000);
    await customer.setClock('2026-11-26T12:00:00+09:00');
    const lines = statements(customer).flatMap(({ items }) => items);
    const short = lines.map(({ direction, amountYen, remarks, ediInfo }) =>
      [direction, amountYen, remarks, ediInfo].join(' '),
    );
    expect(short).toEqual([
      `out 1000 ｿｳｺﾞｳﾌﾘｺﾐ ${ediOf(1)}`,
      `out 2000 ｿｳｺﾞｳﾌﾘｺﾐ ${ediOf(2)}`,
      `out 3000 ｿｳｺﾞｳﾌﾘｺﾐ ${ediOf(3)}`,
      `out 4000 ｿｳｺﾞｳﾌﾘｺﾐ ${ediOf(4)}`,
      `in 2000 ｼｷﾝﾍﾝｷﾔｸ ｶｲﾔｸｽﾞﾐ ${ediOf(2)}`,
      `in 3000 ｼｷﾝﾍﾝｷﾔｸ ﾒｲｷﾞｿｳｲ ${ediOf(3)}`,
      'in 4000 ｼｷﾝﾍﾝｷﾔｸ ｺｳｻﾞﾅｼ ',
    ]);
    const books = await customer.books();
    expect(books.balanceYen).toBe(10_000_000 - 1_000);
    expect(books.payments.map(({ state }) => state)).toEqual([
      'paid',
      'failed',
      'returned',
      'returned',
      'rejected',
    ]);
  });

  test('for today is taken until the cut-off and paid the same day', async () => {
    const customer = await openCustomer(bank);
    const first = sogoFile(customer, 'today.txt', [fileItem(1, 500)], '2026-11-24');
    expect(await send(customer, first)).toMatchObject({ status: 'accepted' });
    await eventually(async () =>
      (await customer.books()).payments[0]?.state === 'paid' ? true : undefined,
    );
    await customer.setClock('2026-11-24T13:00:00+09:00');
    const late = sogoFile(customer, 'late.txt', [fileItem(2, 500)], '2026-11-24');
    expect(await send(customer, late)).toMatchObject({ reasonCode: 'date_past' });
  });

  test('is taken once, whatever is sent again', async () => {
    const customer = await openCustomer(bank);
    const file = sogoFile(customer, 'once.txt', [fileItem(1, 1_000)]);
    const first = await send(customer, file);
    customer.sendFile(file.name, file.bytes, file.manifest);
    expect(await receive(customer, 'once.txt.duplicate-1.receipt.json')).toMatchObject({
      status: 'rejected',
      reasonCode: 'duplicate',
      duplicateOf: 'once.txt',
    });
    const renamed = { ...file, name: 'again.txt' };
    expect(await send(customer, renamed, { ...file.manifest, file: 'again.txt' })).toMatchObject({
      status: 'rejected',
      reasonCode: 'duplicate',
      duplicateOf: 'once.txt',
    });
    const other = sogoFile(customer, 'once.txt', [fileItem(2, 9_000)]);
    customer.sendFile(other.name, other.bytes, other.manifest);
    await receive(customer, 'once.txt.duplicate-2.receipt.json');
    rmSync(join(customer.contract.inboundDir, 'once.txt.receipt.json'));
    customer.sendFile(file.name, file.bytes, file.manifest);
    expect(await receive(customer, 'once.txt.receipt.json')).toEqual(first);
    await customer.setClock('2026-11-30T12:00:00+09:00');
    expect((await customer.books()).balanceYen).toBe(10_000_000 - 1_000);
  });

  test.each([
    ['count_mismatch', { itemCount: 2 }],
    ['total_mismatch', { totalYen: 1 }],
    ['sha256_mismatch', { sha256: '00' }],
    ['manifest_invalid', { file: 'other.txt' }],
    ['manifest_invalid', { transferDate: 'soon' }],
    ['date_mismatch', { transferDate: '2026-11-26' }],
  ])('is refused: %s', async (reasonCode, change) => {
    const customer = await openCustomer(bank);
    const file = sogoFile(customer, 'bad.txt', [fileItem(1, 1_000)]);
    const receipt = await send(customer, file, { ...file.manifest, ...change });
    expect(receipt).toMatchObject({ status: 'rejected', reasonCode, acceptedCount: 0 });
    await customer.setClock('2026-11-30T12:00:00+09:00');
    expect((await customer.books()).balanceYen).toBe(10_000_000);
  });

  test('is refused for days that cannot be, and for another account', async () => {
    const customer = await openCustomer(bank);
    const on = (name: string, day: string) =>
      send(customer, sogoFile(customer, name, [fileItem(1, 1)], day));
    expect(await on('p.txt', '2026-11-20')).toMatchObject({ reasonCode: 'date_past' });
    expect(await on('s.txt', '2026-11-28')).toMatchObject({ reasonCode: 'date_closed_day' });
    expect(await on('f.txt', '2026-12-28')).toMatchObject({ reasonCode: 'date_too_far' });
    const stranger = await openCustomer(bank);
    const foreign = sogoFile(stranger, 'x.txt', [fileItem(1, 1)]);
    expect(await send(customer, foreign)).toMatchObject({ reasonCode: 'header_account' });
  });

  test('of random bytes is refused with the record, and the next one is taken', async () => {
    const customer = await openCustomer(bank);
    const good = sogoFile(customer, 'good.txt', [fileItem(1, 1_000)]);
    const bytes = Uint8Array.from(good.bytes);
    bytes[130] = 0;
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const bad = { ...good, name: 'garbage.dat', bytes };
    const receipt = await send(customer, bad, { ...good.manifest, file: 'garbage.dat', sha256 });
    expect(receipt).toMatchObject({ status: 'rejected', reasonCode: 'unreadable' });
    expect(String(receipt.reason)).toMatch(/\d/);
    expect(await send(customer, good)).toMatchObject({ status: 'accepted' });
  });

  test('is left alone while it is a .part, has no manifest, or a strange name', async () => {
    const customer = await openCustomer(bank);
    const { outboundDir } = customer.contract;
    for (const name of ['x.txt.part', 'y.txt', '.hidden.txt', 'z.pdf']) {
      writeFileSync(join(outboundDir, name), 'x');
    }
    await customer.setClock('2026-11-24T10:00:00+09:00');
    expect(customer.inbound()).toEqual([]);
  });

  test('without cover is told in an unpaid list', async () => {
    const customer = await openCustomer(bank, { bankAccount: { balanceYen: 1_500 } });
    const items = [fileItem(1, 1_000), fileItem(2, 1_000), fileItem(3, 500)];
    await send(customer, sogoFile(customer, 'poor.txt', items));
    await customer.setClock('2026-11-25T09:00:00+09:00');
    expect(await receive(customer, 'poor.txt.unpaid.json')).toMatchObject({
      file: 'poor.txt',
      items: [{ itemNumber: 2, ediInfo: ediOf(2), amountYen: 1_000, reasonCode: '08' }],
    });
    expect((await customer.books()).balanceYen).toBe(0);
  });

  test('vanishes, or is taken unanswered, once for the two magic accounts', async () => {
    const customer = await openCustomer(bank);
    const gone = sogoFile(customer, 'gone.txt', [fileItem(1, 100, '9994002')]);
    customer.sendFile(gone.name, gone.bytes, gone.manifest);
    const silent = sogoFile(customer, 'silent.txt', [fileItem(2, 200, '9994001')]);
    customer.sendFile(silent.name, silent.bytes, silent.manifest);
    await customer.setClock('2026-11-24T10:00:00+09:00');
    expect(customer.inbound()).toEqual([]);
    expect((await customer.books()).payments.map(({ ediInfo }) => ediInfo)).toEqual([ediOf(2)]);
    expect(await send(customer, gone)).toMatchObject({ status: 'accepted' });
    expect(await send(customer, silent)).toMatchObject({ status: 'accepted' });
    await customer.setClock('2026-11-25T12:00:00+09:00');
    expect((await customer.books()).balanceYen).toBe(10_000_000 - 300);
  });
});

describe('files for the customer', () => {
  test('hold deposits, cancellations and sweeps that add up', async () => {
    const customer = await openCustomer(bank, { now: '2026-11-20T18:30:00+09:00' });
    const opened = await customer.control('POST', '/virtual-accounts', { count: 2 });
    const [one, two] = opened.virtualAccounts as { branchCode: string; accountNumber: string }[];
    const pay = (to: object, amountYen: number) =>
      customer.control('POST', '/pay-ins', { ...to, amountYen, remitterNameKana: 'ｽｽﾞｷ ﾊﾅｺ' });
    const first = await pay(one!, 50_000);
    await pay(two!, 7_000);
    await pay(customer.contract, 3_000);
    await customer.setClock('2026-11-22T12:00:00+09:00');
    const canceled = await pay(one!, 800);
    await customer.control('POST', '/pay-ins', { cancelOf: canceled.depositId });
    expect(customer.inbound()).toEqual([]);
    await customer.setClock('2026-11-24T10:00:00+09:00');
    expect(customer.inbound()).toEqual([
      'meisai-20261124-0800-000001.dat',
      'nyukin-20261124-1000-000002.dat',
    ]);
    const notice = customer.receive('nyukin-20261124-1000-000002.dat');
    const { batches } = parseNyukinTsuchi(notice, { asOf });
    expect(batches.map(({ header }) => header.accountNumber)).toEqual([
      one!.accountNumber,
      two!.accountNumber,
    ]);
    expect(batches[0]!.items.map((each) => [each.amountYen, each.canceled])).toEqual([
      [50_000, false],
      [800, false],
      [800, true],
    ]);
    expect(batches[0]!.items[0]!.inquiryNumber).toBe(String(first.itemKey).slice(-6));
    expect(batches[0]!.items[2]!.inquiryNumber).toBe(canceled.inquiryNumber);
    const [main, own, other] = statements(customer);
    expect(main!.header.balanceBeforeYen).toBe(10_000_000);
    expect(main!.trailer.balanceAfterYen).toBe(10_060_000);
    expect(main!.items.map(({ transactionKind }) => transactionKind)).toEqual([
      'book-transfer',
      'book-transfer',
      'transfer',
      'book-transfer',
      'book-transfer',
    ]);
    expect(own!.header.accountNumber).toBe(one!.accountNumber);
    expect(own!.trailer.balanceAfterYen).toBe(50_000);
    expect(own!.items[2]!.transactionKind).toBe('correction');
    expect(other!.items).toHaveLength(1);
  });

  test('come only on business days, over the turn of the year, and never twice', async () => {
    const customer = await openCustomer(bank, { now: '2026-12-30T18:30:00+09:00' });
    const pay = () =>
      customer.control('POST', '/pay-ins', {
        ...customer.contract,
        amountYen: 1,
        remitterNameKana: 'ｱ',
      });
    await pay();
    await customer.setClock('2027-01-01T09:00:00+09:00');
    await pay();
    await customer.setClock('2027-01-12T00:00:00+09:00');
    expect(customer.inbound()).toEqual(['meisai-20270104-0800-000001.dat']);
    expect(statements(customer)[0]!.items).toHaveLength(2);
    await customer.setClock('2027-03-31T00:00:00+09:00');
    expect(customer.inbound()).toHaveLength(1);
  });

  test('are broken when told so, and whole in the next one', async () => {
    const customer = await openCustomer(bank);
    await customer.control('PUT', '/faults', { corruptFileRate: 1, seed: 7 });
    const { body } = await customer.post(
      '/corporation/v1/transfer/request',
      transferOf(customer, [item(1, 100), item(2, 200)]),
    );
    expect(at(body, 'resultCode')).toBe('1');
    await customer.setClock('2026-11-25T12:00:00+09:00');
    const broken = customer.inbound();
    expect(broken).toHaveLength(4);
    for (const name of broken) {
      expect(() => parseNyushukkinMeisai(customer.receive(name), { asOf })).toThrow();
      rmSync(join(customer.contract.inboundDir, name));
    }
    await customer.control('PUT', '/faults', {});
    await customer.setClock('2026-11-25T17:00:00+09:00');
    expect(statements(customer).flatMap(({ items }) => items)).toHaveLength(2);
  });

  test('are issued now when asked, and twice by a fault', async () => {
    const customer = await openCustomer(bank);
    await customer.control('PUT', '/faults', { repeatNoticeRate: 1 });
    const opened = await customer.control('POST', '/virtual-accounts', {});
    const target = at(opened, 'virtualAccounts', 0) as object;
    await customer.control('POST', '/pay-ins', {
      ...target,
      amountYen: 5,
      remitterNameKana: 'ｱ',
    });
    const { files } = await customer.control('POST', '/files', { kinds: ['deposit_notice'] });
    expect(files).toEqual(['nyukin-20261124-0930-000001.dat', 'nyukin-20261124-0930-000002.dat']);
    const [first, second] = (files as string[]).map((name) => customer.receive(name));
    expect(first!.equals(second!)).toBe(true);
  });
});
