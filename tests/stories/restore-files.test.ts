// After a restore to an earlier point, with a bank that takes files: what was handed over since is
// found again by the copies of the files, what the bank told since is read again, and where the
// copies are lost too, statements and a person say what the truth is. Nothing is paid twice.
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { importBankFile } from '../../server/funds/import-bank-file.ts';
import { openOrphans } from '../../server/remittances/orphan-store.ts';
import { explainOrphan, liftIfClean } from '../../server/remittances/recovery.ts';
import { unreconciled } from '../../server/remittances/recovery-store.ts';
import { openRestorableWorld, type RestorableWorld } from '../restorable-world.ts';

let world: RestorableWorld;

beforeEach(async () => {
  world = await openRestorableWorld('file');
  await payIn(1_000_000);
});

afterEach(() => world.close());

async function payIn(amount: number): Promise<void> {
  const { client } = world.shop;
  const paid = await client.post<{ available: number }>('/v1/sandbox/deposits', { amount });
  expect(paid.status, paid.text).toBeLessThan(300);
}

const statuses = (ids: readonly string[]) => Promise.all(ids.map(world.statusOf));

/** A transfer date that is days away. */
async function later(): Promise<string> {
  const { now } = (await world.shop.client.get<{ now: string }>('/v1/sandbox/clock')).body;
  return Temporal.PlainDate.from(now.slice(0, 10)).add({ days: 12 }).toString();
}

/** Every yen that the bank holds of the shop's is accounted for here, to the yen. */
async function expectAgreement(): Promise<void> {
  const { balanceYen, openingYen } = await world.shop.books();
  const { available, reserved, in_flight } = await world.shop.balance();
  expect(available + reserved + in_flight).toBe(balanceYen - openingYen);
}

const railReferences = async () =>
  (
    await world.server.core.db.query<{ rail_reference: string }>(
      `select rail_reference from submission order by rail_reference`,
    )
  ).map((row) => row.rail_reference);

test('payments, deposits and results since are found again by the files', async () => {
  const ids = [await world.send('1111111', 101), await world.send('9991011', 102)];
  const next = await world.send('3333333', 103, { scheduled_for: await later() });
  await world.backUp();
  await payIn(50_000);
  await world.shop.clock({ to_next: 'cut_off' });
  await world.shop.clock({ advance: 'P3D' });
  expect(await statuses(ids)).toEqual(['paid', 'returned']);
  const names = await railReferences();
  await world.restore();
  await world.reconciled();
  expect(await world.isFrozen()).toBe(false);
  expect(await statuses(ids)).toEqual(['paid', 'returned']);
  expect(await railReferences()).toEqual(names);
  expect(await world.statusOf(next)).toBe('scheduled');
  expect(await world.shop.balance()).toMatchObject({ available: 1_049_796, in_flight: 0 });
  await expectAgreement();
  await world.shop.clock({ advance: 'P14D' });
  expect(await world.statusOf(next)).toBe('paid');
  expect(await world.paidAmounts()).toEqual([101, 103]);
  await expectAgreement();
});

test('handed over and not settled yet: results and returns come in by the old name', async () => {
  const ids = [
    await world.send('1111111', 101),
    await world.send('9991011', 102),
    await world.send('9990001', 103),
    await world.send('9993001', 104),
  ];
  await world.backUp();
  await world.shop.clock({ to_next: 'cut_off' });
  const names = await railReferences();
  await world.restore();
  await world.reconciled();
  expect(await railReferences()).toEqual(names);
  await world.shop.clock({ advance: 'P6D' });
  const [paid, returned, noAccount, refused] = await statuses(ids);
  expect([paid, returned, refused]).toEqual(['paid', 'returned', 'failed']);
  expect(['returned', 'failed']).toContain(noAccount);
  expect(await world.paidAmounts()).toEqual([101]);
  await expectAgreement();
});

test('with the copies lost too, statements and a person say what the truth is', async () => {
  const ids = [await world.send('1111111', 101), await world.send('2222222', 102)];
  const next = await world.send('3333333', 103, { scheduled_for: await later() });
  await world.backUp();
  await world.send('4444444', 104);
  await world.shop.clock({ to_next: 'cut_off' });
  await world.shop.clock({ advance: 'P3D' });
  const inbox = join(world.folder, 'exchange', world.shop.shop.shopId, 'inbound');
  await rm(join(inbox, 'sent'), { recursive: true });
  await world.restore();
  const { db, funds, recovery } = world.server.core;
  await expect.poll(async () => (await unreconciled(db))[0]?.lastError).toMatch(/ENOENT|lacks/);
  expect(await world.isFrozen()).toBe(true);
  await world.shop.clock({ advance: 'PT10M' });
  expect(await statuses(ids)).toEqual(['scheduled', 'scheduled']);
  // The operator imports what the bank told in that time, then says that this was all.
  const { railAccountId } = world.shop;
  for (const name of await readdir(join(inbox, 'done'))) {
    const bytes = await readFile(join(inbox, 'done', name));
    await importBankFile(funds, { railAccountId, name, bytes });
  }
  const account = await world.server.core.railAccounts.byId(railAccountId);
  await world.server.core.rails.get('bank_transfer')!.prepare!(account);
  await db.run(`delete from work where kind = 'remittances.reconcile'`);
  expect(await liftIfClean(recovery)).toBe(false);
  const orphans = await openOrphans(db);
  expect(orphans).toMatchObject([{ state: 'paid' }]);
  expect(await explainOrphan(recovery, orphans[0]!, 'test', 'instructed after the backup')).toBe(
    true,
  );
  expect(await statuses(ids)).toEqual(['paid', 'paid']);
  await world.shop.clock({ advance: 'P20D' });
  expect(await world.statusOf(next)).toBe('paid');
  expect(await world.paidAmounts()).toEqual([101, 102, 103, 104]);
});
