// The suite every rail must pass, whatever carries its money: a rail's own tests call `railContract` with a world in
// which faults and fates can be chosen. What only one rail does is tested beside that rail.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Instant, PlainDate } from '../base/clock.ts';
import { sumYen, yen } from '../base/money.ts';
import type {
  CreditNotice,
  InquiryOutcome,
  PaymentReport,
  Rail,
  RailAccount,
  Submission,
  SubmissionItem,
  SubmitOutcome,
} from './rail.ts';

/** What the other side does with a payment to a destination. */
export type Fate =
  | 'paid'
  | 'refused_at_once'
  | 'fails_no_account'
  | 'returned_next_day'
  | 'answer_lost_after_effect'
  | 'answer_lost_before_effect';

export type RailFault = 'none' | 'garbage' | 'down';

/** The other side's books, told by the other side. */
export interface BookedPayment {
  readonly dispatchCode: string;
  readonly amountYen: number;
  readonly state: 'pending' | 'paid' | 'failed' | 'returned';
}

/** A world of its own for one test: a rail account, and the other side's hand. */
export interface RailWorld {
  readonly rail: Rail;
  readonly account: RailAccount;
  now(): Promise<Instant>;
  /** A day on which money leaves, not yet over its cut-off. */
  readonly transferDate: PlainDate;
  destination(fate: Fate): SubmissionItem['destination'];
  /** Until everything of the transfer date has happened. */
  settle(): Promise<void>;
  /** Until everything of the business day after has happened too. */
  settleNextDay(): Promise<void>;
  /** Until the other side has taken what was handed over. */
  taken(): Promise<void>;
  fault(fault: RailFault): Promise<void>;
  books(): Promise<readonly BookedPayment[]>;
  /** Where `supports.credits`: a deposit, and the notices that were pushed for it (one of them twice). */
  payIn?(amountYen: number): Promise<readonly Notice[]>;
  /** Where `supports.credits`: a deposit whose notice is never pushed. */
  payInUnnoticed?(amountYen: number): Promise<void>;
  close(): Promise<void>;
}

export interface Notice {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface RailContract {
  readonly name: string;
  readonly setup: () => Promise<RailWorld>;
  readonly supports: {
    /** Where results come from: asked for, or read out of files that carry the dispatch code. */
    readonly results: 'inquiry' | 'files';
    /** What one bad item does: the whole submission is refused, or that item alone. */
    readonly refusal: 'whole' | 'item';
    readonly faults: readonly Exclude<RailFault, 'none'>[];
    readonly lists: boolean;
    readonly credits: boolean;
  };
}

/** Registers the suite; to be called once at the top of a rail's contract test. */
export function railContract(contract: RailContract): void {
  describe(`rail contract: ${contract.name}`, () => {
    const hand = createHand(contract);
    beforeEach(hand.open);
    afterEach(hand.close);
    submitting(hand);
    losingAnswers(hand);
    results(hand);
    inquiring(hand);
    failing(hand);
    refusingNonsense(hand);
    if (contract.supports.lists) listing(hand);
    if (contract.supports.credits) credits(hand);
  });
}

type Hand = ReturnType<typeof createHand>;

function createHand({ setup, supports }: RailContract) {
  let world: RailWorld | undefined;
  let submissions = 0;
  const signal = () => AbortSignal.timeout(30_000);
  const present = (): RailWorld => {
    if (world === undefined) throw new Error('no world is open');
    return world;
  };

  async function submission(...fates: Fate[]): Promise<Submission> {
    submissions += 1;
    const { account, transferDate, destination, now } = present();
    const items = fates.map((fate, index): SubmissionItem => {
      const itemNumber = index + 1;
      const dispatchCode = `7${String(submissions).padStart(9, '0')}${String(itemNumber).padStart(10, '0')}`;
      const amountYen = yen(1_000 * submissions + itemNumber);
      const attemptId = `attempt-${dispatchCode}`;
      return { itemNumber, attemptId, dispatchCode, amountYen, destination: destination(fate) };
    });
    const totalYen = sumYen(items.map((item) => item.amountYen));
    const id = `contract-${submissions}`;
    return { id, account, transferDate, createdAt: await now(), items, totalYen };
  }

  return {
    supports,
    signal,
    submission,
    world: present,
    open: async () => {
      world = await setup();
    },
    close: async () => {
      await world?.close();
      world = undefined;
    },
    submit: (of: Submission) => present().rail.submit(of, signal()),
    inquire: (of: Submission, outcome?: SubmitOutcome) => {
      const railReference = outcome?.kind === 'accepted' ? outcome.railReference : null;
      return present().rail.inquire({ ...of, railReference }, signal());
    },
  };
}

function statesOf(outcome: InquiryOutcome): Record<string, PaymentReport['state']> {
  if (outcome.kind === 'unanswered') return {};
  return Object.fromEntries(outcome.reports.map((each) => [each.dispatchCode, each.state]));
}

const codesOf = (of: Submission) => of.items.map((item) => item.dispatchCode);

/** Every payment of the submission stands in the books once, with its amount, and nothing else does. */
async function expectBookedOnce(hand: Hand, ...of: Submission[]): Promise<void> {
  const booked = (await hand.world().books()).map(({ dispatchCode, amountYen }) => ({
    dispatchCode,
    amountYen,
  }));
  const expected = of.flatMap(({ items }) =>
    items.map(({ dispatchCode, amountYen }) => ({ dispatchCode, amountYen: Number(amountYen) })),
  );
  const byCode = (left: { dispatchCode: string }, right: { dispatchCode: string }) =>
    left.dispatchCode < right.dispatchCode ? -1 : 1;
  expect(booked.sort(byCode)).toEqual(expected.sort(byCode));
}

/** All files that wait, acknowledged; how often each dispatch code stands in them. */
async function readFiles(hand: Hand, of: Submission): Promise<number[]> {
  const { rail, account } = hand.world();
  const files = (await rail.collectFiles?.(account, 100, hand.signal())) ?? [];
  for (const file of files) await rail.acknowledgeFile?.(account, file.name, hand.signal());
  const text = files.map((file) => Buffer.from(file.bytes).toString('latin1')).join('\n');
  return codesOf(of).map((code) => text.split(code).length - 1);
}

function submitting(hand: Hand): void {
  test('an accepted submission is known, then paid, each item once', async () => {
    const given = await hand.submission('paid', 'paid', 'paid');
    const outcome = await hand.submit(given);
    expect(outcome).toMatchObject({ kind: 'accepted', railReference: expect.stringMatching(/./) });
    await hand.world().taken();
    const inquiry = await hand.inquire(given, outcome);
    expect(inquiry).toMatchObject({ kind: 'answered', submission: 'known' });
    for (const state of Object.values(statesOf(inquiry))) expect(state).toMatch(/pending|paid/);
    expect(Object.keys(statesOf(inquiry))).toEqual(codesOf(given));
    await hand.world().settle();
    await expectBookedOnce(hand, given);
    expect((await hand.world().books()).map((each) => each.state)).toEqual(Array(3).fill('paid'));
  });

  test('the same submission again pays once, where the rail says that it may be sent again', async () => {
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
    const given = await hand.submission('paid', 'refused_at_once', 'paid');
    const outcome = await hand.submit(given);
    await hand.world().taken();
    if (hand.supports.refusal === 'whole') {
      expect(outcome).toMatchObject({ kind: 'rejected', items: [{ itemNumber: 2 }] });
      expect(await hand.world().books()).toEqual([]);
      return;
    }
    expect(outcome.kind).toBe('accepted');
    const states = Object.values(statesOf(await hand.inquire(given, outcome)));
    expect(states[1]).toBe('failed');
    await hand.world().settle();
    const paid = (await hand.world().books()).filter((each) => each.state === 'paid');
    expect(paid.map((each) => each.dispatchCode)).toEqual([codesOf(given)[0], codesOf(given)[2]]);
  });
}

function losingAnswers(hand: Hand): void {
  /** What the core does: asks; and sends again only where the rail promises that this pays once. */
  async function resolve(given: Submission): Promise<InquiryOutcome> {
    const { rail, account } = hand.world();
    const inquiry = await hand.inquire(given);
    if (inquiry.kind === 'answered' && inquiry.submission === 'known') return inquiry;
    if (!rail.traits(account).idempotentSubmit) return inquiry;
    const outcome = await hand.submit(given);
    await hand.world().taken();
    return hand.inquire(given, outcome);
  }

  test('an answer lost after the effect: never absent, found again, paid once', async () => {
    const given = await hand.submission('answer_lost_after_effect');
    expect((await hand.submit(given)).kind).toMatch(/unknown|accepted/);
    await hand.world().taken();
    await expectBookedOnce(hand, given);
    expect(Object.values(statesOf(await hand.inquire(given)))).not.toContain('absent');
    expect(await resolve(given)).toMatchObject({ kind: 'answered', submission: 'known' });
    await hand.world().settle();
    await expectBookedOnce(hand, given);
  });

  test('an answer lost before the effect: absent, or sent again and paid once', async () => {
    const given = await hand.submission('answer_lost_before_effect');
    expect((await hand.submit(given)).kind).toMatch(/unknown|accepted/);
    await hand.world().taken();
    expect(await hand.world().books()).toEqual([]);
    const resolved = await resolve(given);
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

function results(hand: Hand): void {
  if (hand.supports.results === 'files') {
    test('results are files that carry the dispatch code: once paid, once more returned', async () => {
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
    await hand.world().settle();
    const inquiry = await hand.inquire(given, outcome);
    expect(Object.values(statesOf(inquiry))).toEqual(['failed', 'paid']);
    expect(inquiry).toMatchObject({ reports: [{ reason: 'no_account' }, { reason: null }] });
  });

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

  test('nothing told holds account data', async () => {
    const given = await hand.submission('paid', 'refused_at_once');
    const outcome = await hand.submit(given);
    await hand.world().taken();
    const told = JSON.stringify([outcome, await hand.inquire(given, outcome)]);
    for (const { destination } of given.items) {
      expect(told).not.toContain(destination.holderName);
      expect(told).not.toContain(`"${destination.accountNumber}"`);
    }
  });
}

function failing(hand: Hand): void {
  for (const fault of hand.supports.faults) {
    test(`${fault}: nothing is concluded that is not so`, async () => {
      const { world } = hand;
      const given = await hand.submission('paid');
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
      const after = await hand.inquire(given, outcome);
      const booked = await world().books();
      if (outcome.kind === 'accepted') expect(booked).toHaveLength(1);
      const submission = booked.length === 0 ? 'absent' : 'known';
      expect(after).toMatchObject({ kind: 'answered', submission });
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

function refusingNonsense(hand: Hand): void {
  test('a submission that breaks an invariant never leaves', async () => {
    const given = await hand.submission('paid', 'paid');
    const [first, second] = given.items as [SubmissionItem, SubmissionItem];
    const spoiled = (change: Partial<SubmissionItem>, totalYen = given.totalYen): Submission => ({
      ...given,
      totalYen,
      items: [{ ...first, ...change }, second],
    });
    const faulty = [
      { ...given, items: [] },
      { ...given, totalYen: yen(given.totalYen + 1) },
      { ...given, items: [second, first] },
      spoiled({ dispatchCode: '123' }),
      spoiled({ dispatchCode: second.dispatchCode }),
      spoiled({ amountYen: yen(0) }, second.amountYen),
      spoiled({ amountYen: yen(1_000_001) }, yen(second.amountYen + 1_000_001)),
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

function listing(hand: Hand): void {
  test('a listing sees every payment once', async () => {
    const { rail, account, transferDate } = hand.world();
    const given = [await hand.submission('paid'), await hand.submission('paid', 'paid', 'paid')];
    for (const each of given) expect((await hand.submit(each)).kind).toBe('accepted');
    await hand.world().taken();
    const seen: string[] = [];
    for await (const report of rail.listPayments!(account, transferDate, hand.signal())) {
      expect(report.state).toMatch(/pending|paid/);
      seen.push(report.dispatchCode);
    }
    expect(seen.sort()).toEqual(given.flatMap(codesOf).sort());
  });

  test('a listing that cannot be complete fails', async () => {
    const { rail, account, transferDate } = hand.world();
    const list = rail.listPayments!(account, transferDate, AbortSignal.abort());
    const given = await hand.submission('paid');
    await hand.submit(given);
    await expect(list.next()).rejects.toThrow();
  });
}

function credits(hand: Hand): void {
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
