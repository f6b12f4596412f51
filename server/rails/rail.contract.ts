// The suite every rail must pass, whatever carries its money: a rail's own tests call
// `railContract` with a world in which faults and fates can be chosen. What only one rail does is
// tested beside that rail.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { credits, listing } from './rail-books.contract.ts';
import { failing, losingAnswers, refusingNonsense } from './rail-faults.contract.ts';
import { resultNotices } from './rail-notices.contract.ts';
import { receivables } from './rail-receivable.contract.ts';
import { receivings } from './rail-receiving.contract.ts';
import {
  codesOf,
  createHand,
  expectBookedOnce,
  type Hand,
  type RailContract,
  readFiles,
  statesOf,
} from './rail-world.contract.ts';

/** Registers the suite; to be called once at the top of a rail's contract test. */
export function railContract(contract: RailContract): void {
  describe(`rail contract: ${contract.name}`, () => {
    const hand = createHand(contract);
    beforeEach(hand.open);
    afterEach(hand.close);
    submitting(hand);
    losingAnswers(hand);
    if (contract.supports.receivable) receivables(hand);
    else results(hand);
    inquiring(hand);
    failing(hand);
    refusingNonsense(hand);
    receivings(hand);
    if (contract.supports.lists) listing(hand);
    if (contract.supports.credits) credits(hand);
    if (contract.supports.resultNotices) resultNotices(hand);
  });
}

function submitting(hand: Hand): void {
  test('an accepted submission is known, then paid, each item once', async () => {
    const given = await hand.submission('paid', 'paid', 'paid');
    const outcome = await hand.submit(given);
    expect(outcome).toMatchObject({ kind: 'accepted', railReference: expect.stringMatching(/./) });
    await hand.world().taken();
    const inquiry = await hand.inquire(given, outcome);
    expect(inquiry).toMatchObject({ kind: 'answered', submission: 'known' });
    for (const state of Object.values(statesOf(inquiry)))
      expect(state).toMatch(/pending|receivable|paid/);
    expect(Object.keys(statesOf(inquiry))).toEqual(codesOf(given));
    await hand.world().settle();
    await expectBookedOnce(hand, given);
    const states = (await hand.world().books()).map((each) => each.state);
    expect(states).toEqual(given.items.map(() => 'paid'));
  });

  test('the same submission again pays once, where it may be sent again', async () => {
    const { rail, account } = hand.world();
    const given = await hand.submission('paid', 'paid');
    expect((await hand.submit(given)).kind).toBe('accepted');
    await hand.world().taken();
    // Elsewhere nobody may ever try: the trait is the promise.
    if (rail.traits(account).idempotentSubmit) {
      expect((await hand.submit(given)).kind).toMatch(/accepted|unknown/);
      await hand.world().taken();
      expect((await hand.submit(given)).kind).toMatch(/accepted|unknown/);
    }
    await hand.world().settle();
    await expectBookedOnce(hand, given);
  });

  test('one bad item is named, and nothing is paid that was said not to be', async () => {
    const alone = hand.maxItems() === 1;
    const given = alone
      ? await hand.submission('refused_at_once')
      : await hand.submission('paid', 'refused_at_once', 'paid');
    const outcome = await hand.submit(given);
    await hand.world().taken();
    if (hand.supports.refusal === 'whole') {
      const itemNumber = alone ? 1 : 2;
      expect(outcome).toMatchObject({ kind: 'rejected', items: [{ itemNumber }] });
      expect(await hand.world().books()).toEqual([]);
      return;
    }
    expect(outcome.kind).toBe('accepted');
    const bad = alone ? 0 : 1;
    const states = Object.values(statesOf(await hand.inquire(given, outcome)));
    expect(states[bad]).toBe('failed');
    await hand.world().settle();
    const paid = (await hand.world().books()).filter((each) => each.state === 'paid');
    const good = codesOf(given).filter((_code, index) => index !== bad);
    expect(paid.map((each) => each.dispatchCode)).toEqual(good);
  });
}

function results(hand: Hand): void {
  if (hand.supports.results === 'files') {
    test('results are files with the dispatch code: once paid, once more returned', async () => {
      const given = await hand.submission('paid', 'returned_next_day');
      expect((await hand.submit(given)).kind).toBe('accepted');
      await hand.world().settle();
      expect(await readFiles(hand, given)).toEqual([1, 1]);
      await hand.world().settleNextDay();
      expect(await readFiles(hand, given)).toEqual([0, 1]);
    });
    return;
  }

  test('a payment that fails says why', async () => {
    const given = await hand.submission('fails_no_account', 'paid');
    const outcome = await hand.submit(given);
    if (outcome.kind === 'rejected') {
      expect(outcome.reason).toBe('no_account');
      return;
    }
    await hand.world().settle();
    const inquiry = await hand.inquire(given, outcome);
    const [failed, ...others] = inquiry.kind === 'answered' ? inquiry.reports : [];
    expect(failed).toMatchObject({ state: 'failed', reason: 'no_account' });
    expect(others).toHaveLength(given.items.length - 1);
    for (const each of others) expect(each).toMatchObject({ state: 'paid', reason: null });
  });

  if (hand.supports.returns === false) return;
  test('money that comes back days after it was paid is told as returned', async () => {
    const given = await hand.submission('returned_next_day');
    const outcome = await hand.submit(given);
    await hand.world().settle();
    expect(Object.values(statesOf(await hand.inquire(given, outcome)))).toEqual(['paid']);
    await hand.world().settleNextDay();
    const later = await hand.inquire(given, outcome);
    expect(Object.values(statesOf(later))).toEqual(['returned']);
    expect((await hand.world().books()).map((each) => each.state)).toEqual(['returned']);
  });
}

function inquiring(hand: Hand): void {
  test('inquiries have no effects', async () => {
    const given = await hand.submission('paid', 'paid');
    const stranger = await hand.submission('paid');
    const outcome = await hand.submit(given);
    await hand.world().taken();
    const before = await hand.world().books();
    const answers = [];
    for (let round = 0; round < 3; round++) {
      answers.push(await hand.inquire(given, outcome));
      await hand.inquire(given);
      await hand.inquire(stranger);
    }
    expect(await hand.world().books()).toEqual(before);
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
  });

  test('who chose anew meanwhile is inquired after like everybody', async () => {
    const given = await hand.submission('paid', 'paid');
    const outcome = await hand.submit(given);
    await hand.world().taken();
    const chosenAnew = given.items.map((item) => ({ ...item, destination: {} as never }));
    const inquiry = await hand.inquire({ ...given, items: chosenAnew }, outcome);
    expect(inquiry).toEqual(await hand.inquire(given, outcome));
  });

  test('nothing told holds account data', async () => {
    for (const fate of ['paid', 'refused_at_once'] as const) {
      const given = await hand.submission(fate);
      const outcome = await hand.submit(given);
      await hand.world().taken();
      const told = JSON.stringify([outcome, await hand.inquire(given, outcome)]);
      const data = Object.values(given.items[0]!.destination as object).map(String);
      // Shorter texts (a bank's code, a number of days) say nothing of a person.
      for (const each of data.filter((text) => text.length >= 7)) {
        expect(told).not.toContain(/^\d+$/.test(each) ? `"${each}"` : each);
      }
    }
  });
}
