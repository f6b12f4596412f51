// The part of the contract suite about what goes wrong: lost answers, garbage, a rail that is down,
// callers that give up, submissions and configurations that make no sense.
import { expect, test } from 'vitest';
import { yen } from '../base/money.ts';
import type { Submission, SubmissionItem } from './rail.ts';
import { codesOf, expectBookedOnce, type Hand, statesOf } from './rail-world.contract.ts';

type Item = SubmissionItem<unknown>;

export function losingAnswers(hand: Hand): void {
  test('an answer lost after the effect: never absent, found again, paid once', async () => {
    const given = await hand.submission('answer_lost_after_effect');
    expect((await hand.submit(given)).kind).toMatch(/unknown|accepted/);
    await hand.world().taken();
    await expectBookedOnce(hand, given);
    expect(Object.values(statesOf(await hand.inquire(given)))).not.toContain('absent');
    expect(await hand.resolve(given)).toMatchObject({ kind: 'answered', submission: 'known' });
    await hand.world().settle();
    await expectBookedOnce(hand, given);
  });

  test('an answer lost before the effect: absent, or sent again and paid once', async () => {
    const given = await hand.submission('answer_lost_before_effect');
    expect((await hand.submit(given)).kind).toMatch(/unknown|accepted/);
    await hand.world().taken();
    expect(await hand.world().books()).toEqual([]);
    const resolved = await hand.resolve(given);
    await hand.world().settle();
    if (resolved.kind === 'answered' && resolved.submission === 'known') {
      await expectBookedOnce(hand, given);
    } else {
      expect(Object.values(statesOf(resolved))).toEqual(['absent']);
      expect(await hand.world().books()).toEqual([]);
    }
  });

  test('a submission that was never handed over is never known', async () => {
    const other = await hand.submission('paid');
    const given = await hand.submission('paid');
    expect((await hand.submit(other)).kind).toBe('accepted');
    await hand.world().taken();
    const inquiry = await hand.inquire(given);
    if (inquiry.kind === 'answered') {
      expect(inquiry).toMatchObject({ submission: 'absent', railReference: null });
      expect(statesOf(inquiry)).toEqual({ [codesOf(given)[0]!]: 'absent' });
    }
    await expectBookedOnce(hand, other);
  });
}

export function failing(hand: Hand): void {
  for (const fault of hand.supports.faults) {
    test(`${fault}: nothing is concluded that is not so`, async () => {
      const { world } = hand;
      const given = await hand.submission('paid');
      await world().rail.ping(world().account, hand.signal());
      await world().fault(fault);
      const outcome = await hand.submit(given);
      const during = await hand.inquire(given, outcome);
      expect(Object.values(statesOf(during))).not.toContain('absent');
      expect(await world().rail.ping(world().account, hand.signal())).toHaveProperty('ok');
      await world().fault('none');
      await world().taken();
      if (outcome.kind === 'rejected') {
        expect(outcome.reason).toBe('rail_unavailable');
        expect(await world().books()).toEqual([]);
        return;
      }
      const after = await hand.resolve(given, outcome);
      const booked = await world().books();
      if (outcome.kind === 'accepted') expect(booked).toHaveLength(1);
      const submission = booked.length === 0 ? 'absent' : 'known';
      expect(after).toMatchObject({ kind: 'answered', submission });
      if (submission === 'known') await expectBookedOnce(hand, given);
    });
  }

  test('a caller that gives up gets an outcome, not an error', async () => {
    const given = await hand.submission('paid');
    const gone = AbortSignal.abort();
    const { rail } = hand.world();
    expect((await rail.submit(given, gone)).kind).toBe('unknown');
    const inquiry = await rail.inquire({ ...given, railReference: null }, gone);
    expect(inquiry.kind).toBe('unanswered');
    expect(await hand.world().books()).toEqual([]);
  });
}

export function refusingNonsense(hand: Hand): void {
  test('a submission that breaks an invariant never leaves', async () => {
    const given = await hand.submission('paid', 'paid');
    const [first, second] = given.items as [Item, Item | undefined];
    const restYen = second?.amountYen ?? 0;
    const spoiled = (change: Partial<Item>, totalYen = given.totalYen): Submission<unknown> => ({
      ...given,
      totalYen,
      items: [{ ...first, ...change }, ...given.items.slice(1)],
    });
    const faulty = [
      { ...given, items: [] },
      { ...given, totalYen: yen(given.totalYen + 1) },
      { ...given, items: [second ?? { ...first, itemNumber: 2 }, first].slice(0, hand.maxItems()) },
      spoiled({ dispatchCode: '123' }),
      spoiled({ itemNumber: 2 }),
      ...(second === undefined ? [] : [spoiled({ dispatchCode: second.dispatchCode })]),
      spoiled({ amountYen: yen(0) }, yen(restYen)),
      spoiled({ amountYen: yen(1_000_001) }, yen(restYen + 1_000_001)),
    ];
    for (const each of faulty) await expect(hand.submit(each)).rejects.toThrow(/submission/);
    await hand.world().taken();
    expect(await hand.world().books()).toEqual([]);
  });

  test('a configuration that is not valid is refused without its values', async () => {
    const { rail, account } = hand.world();
    const config = { ...(account.config as object), surplus: 'a-secret-value' };
    const traits = () => rail.traits({ ...account, config });
    expect(traits).toThrow(/surplus/);
    expect(traits).not.toThrow(/a-secret-value/);
  });
}
