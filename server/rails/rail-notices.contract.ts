// The part of the contract suite about results that the other side pushes: told more than once, in
// any order, and never believed unless they are genuine.
import { expect, test } from 'vitest';
import type { PaymentReport } from './rail.ts';
import { codesOf, type Hand } from './rail-world.contract.ts';

export function resultNotices(hand: Hand): void {
  const readAll = async (count: number): Promise<PaymentReport[]> => {
    const { rail, account, resultNotices: pushed } = hand.world();
    return (await pushed!(count)).flatMap((notice) => rail.readResultNotice!(account, notice)!);
  };

  test('a result is told by notices, each the same however often it comes', async () => {
    // What waits to be taken needs no account and cannot fail for one.
    const second = hand.supports.receivable ? 'paid' : 'fails_no_account';
    const given = [await hand.submission('paid'), await hand.submission(second)];
    for (const each of given) expect((await hand.submit(each)).kind).toBe('accepted');
    await hand.world().settle();
    // Steps on the way may be told too; what counts is the end.
    let reports: readonly PaymentReport[] = [];
    const told = (index: number) =>
      reports.filter(
        ({ dispatchCode, state }) =>
          dispatchCode === codesOf(given[index]!)[0] && state !== 'receivable',
      );
    for (let count = 4; told(0).length < 2 || told(1).length < 2; count++) {
      reports = await readAll(count);
    }
    for (const index of [0, 1]) {
      for (const each of told(index)) expect(each).toEqual(told(index)[0]);
    }
    expect(told(0)[0]).toMatchObject({ state: 'paid', reason: null });
    if (second === 'paid') expect(told(1)[0]).toMatchObject({ state: 'paid', reason: null });
    else expect(told(1)[0]).toMatchObject({ state: 'failed', reason: 'no_account' });
  });

  test('a result notice that is not genuine is not read', async () => {
    const { rail, account } = hand.world();
    const given = await hand.submission('paid');
    expect((await hand.submit(given)).kind).toBe('accepted');
    await hand.world().settle();
    const [notice] = await hand.world().resultNotices!(2);
    const { headers, body } = notice!;
    const forged = body.replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + 1) % 10));
    expect(forged).not.toBe(body);
    expect(rail.readResultNotice!(account, { headers, body: forged })).toBeUndefined();
    expect(rail.readResultNotice!(account, { headers: {}, body })).toBeUndefined();
    expect(rail.readResultNotice!(account, { headers, body: '' })).toBeUndefined();
  });
}
