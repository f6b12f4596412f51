// The part of the contract suite about payments that wait until a recipient takes them: ready,
// taken, expired, taken back, and the race between the last two.
import { expect, test } from 'vitest';
import { tokyoDate } from '../base/clock.ts';
import type { PaymentReport, Submission, TakeBackOutcome } from './rail.ts';
import { codesOf, expectBookedOnce, type Hand } from './rail-world.contract.ts';

const RACES = 8;

export function receivables(hand: Hand): void {
  const ready = async (): Promise<Submission<unknown>> => {
    const given = await hand.submission('paid');
    expect((await hand.submit(given)).kind).toBe('accepted');
    await hand.world().taken();
    return given;
  };
  const reportOf = async (given: Submission<unknown>): Promise<PaymentReport> => {
    const inquiry = await hand.inquire(given);
    if (inquiry.kind !== 'answered') throw new Error(`unanswered: ${inquiry.detail}`);
    expect(inquiry.reports).toHaveLength(1);
    return inquiry.reports[0]!;
  };
  const takeBack = (given: Submission<unknown>): Promise<TakeBackOutcome> => {
    const { rail, account } = hand.world();
    const payment = { dispatchCode: codesOf(given)[0]!, railReference: null };
    return rail.takeBack!(account, payment, hand.signal());
  };
  const take = (given: Submission<unknown>) => hand.world().take!(codesOf(given)[0]!);
  const booked = async () => (await hand.world().books()).map((each) => each.state);

  test('what is ready says how to take it; once taken it is paid, whole', async () => {
    const given = await ready();
    const { receipt, ...report } = await reportOf(given);
    expect(report).toMatchObject({ state: 'receivable', reason: null });
    const today = tokyoDate(await hand.world().now()).toString();
    expect(receipt!.receivableUntil.toString() > today).toBe(true);
    const told = JSON.stringify(report);
    expect(told).not.toContain(receipt!.customerNumber);
    expect(told).not.toContain(receipt!.confirmationNumber);
    expect(await take(given)).toBe(true);
    const paid = await reportOf(given);
    expect(paid).toMatchObject({ state: 'paid', reason: null });
    expect(paid.receivedYen ?? given.totalYen).toBe(given.totalYen);
    expect(await take(given)).toBe(false);
    await expectBookedOnce(hand, given);
  });

  test('what is taken back can no longer be taken, and stays taken back', async () => {
    const given = await ready();
    expect(await takeBack(given)).toBe('taken_back');
    expect(await take(given)).toBe(false);
    expect(await takeBack(given)).toBe('taken_back');
    expect(await reportOf(given)).toMatchObject({ state: 'taken_back' });
    expect(await booked()).toEqual(['taken_back']);
  });

  test('what was taken is not taken back', async () => {
    const given = await ready();
    expect(await take(given)).toBe(true);
    expect(await takeBack(given)).toBe('already_received');
    expect(await booked()).toEqual(['paid']);
  });

  test('when recipient and sender want it at once, exactly one has it', async () => {
    for (let race = 0; race < RACES; race++) {
      const given = await ready();
      const calls = [() => take(given), () => takeBack(given)] as const;
      const inOrder = race % 2 === 0 ? calls : calls.toReversed();
      const won = await Promise.all(inOrder.map((call) => call()));
      const { state } = await reportOf(given);
      const outcome = won.filter((each) => typeof each === 'string');
      if (won.includes(true)) {
        expect([state, ...outcome]).toEqual(['paid', 'already_received']);
      } else expect([state, ...outcome]).toEqual(['taken_back', 'taken_back']);
      expect((await booked()).at(-1)).toBe(state);
    }
  });

  test('what nobody takes expires, and only then is it ours by itself', async () => {
    const given = await ready();
    await hand.world().expire!();
    expect(await take(given)).toBe(false);
    expect(await reportOf(given)).toMatchObject({ state: 'expired' });
    // It is ours already: only `already_received` would be a lie.
    expect(await takeBack(given)).not.toBe('already_received');
    expect(await booked()).toEqual(['expired']);
  });

  test('taking back what never was, or is out of reach, proves nothing', async () => {
    const stranger = await hand.submission('paid');
    expect(await takeBack(stranger)).toBe('unknown');
    const given = await ready();
    await hand.world().fault('down');
    expect(await takeBack(given)).toBe('unknown');
    await hand.world().fault('none');
    expect(await take(given)).toBe(true);
  });
}
