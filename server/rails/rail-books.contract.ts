// The part of the contract suite about a rail's own books: listings for reconciliation, and credits
// told once.
import { expect, test } from 'vitest';
import { tokyoDate } from '../base/clock.ts';
import type { CreditNotice } from './rail.ts';
import { codesOf, type Hand } from './rail-world.contract.ts';

export function listing(hand: Hand): void {
  test('a listing sees every payment once', async () => {
    const { rail, account, now } = hand.world();
    const since = tokyoDate(await now());
    const given = [await hand.submission('paid'), await hand.submission('paid', 'paid', 'paid')];
    for (const each of given) expect((await hand.submit(each)).kind).toBe('accepted');
    await hand.world().taken();
    const seen: string[] = [];
    for await (const report of rail.listPayments!(account, since, hand.signal())) {
      expect(report.state).toMatch(/pending|receivable|paid/);
      seen.push(report.dispatchCode);
    }
    expect(seen.sort()).toEqual(given.flatMap(codesOf).sort());
  });

  test('a listing that cannot be complete fails', async () => {
    const { rail, account, now } = hand.world();
    const list = rail.listPayments!(account, tokyoDate(await now()), AbortSignal.abort());
    const given = await hand.submission('paid');
    await hand.submit(given);
    await expect(list.next()).rejects.toThrow();
  });
}

export function credits(hand: Hand): void {
  const keys = (notices: readonly CreditNotice[] | undefined) =>
    (notices ?? []).map((notice) => notice.noticeKey);

  test('a deposit is noticed under one key, however often it is told', async () => {
    const { rail, account, payIn } = hand.world();
    const notices = await payIn!(43_210);
    const read = notices.map((notice) => rail.readCreditNotice!(account, notice));
    expect(read.length).toBeGreaterThan(1);
    for (const each of read) expect(each).toMatchObject([{ amountYen: 43_210 }]);
    expect(new Set(read.flatMap(keys)).size).toBe(1);
  });

  test('a notice that is not genuine is not read', async () => {
    const { rail, account, payIn } = hand.world();
    const [notice] = await payIn!(1_000);
    const { headers, body } = notice!;
    const forged = body.replace('1000', '9000');
    expect(rail.readCreditNotice!(account, { headers, body: forged })).toBeUndefined();
    expect(rail.readCreditNotice!(account, { headers: {}, body })).toBeUndefined();
    expect(rail.readCreditNotice!(account, { headers, body: '' })).toBeUndefined();
  });

  test('what was not pushed is caught up with, once', async () => {
    const { rail, account, payInUnnoticed } = hand.world();
    await payInUnnoticed!(5_000);
    await payInUnnoticed!(6_000);
    const notices = await rail.unsentCredits!(account, hand.signal());
    expect(notices.map((notice) => notice.amountYen)).toEqual([5_000, 6_000]);
    expect(await rail.unsentCredits!(account, hand.signal())).toEqual([]);
  });
}
