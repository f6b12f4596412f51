// What the contract suite works with: the world a rail's test provides, submissions to a chosen
// fate, and what is read out of answers, books and files. The tests themselves are in
// rail.contract.ts and its neighbours.
import { expect } from 'vitest';
import type { Instant, PlainDate } from '../base/clock.ts';
import { sumYen, yen } from '../base/money.ts';
import type {
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
  readonly state: 'pending' | 'paid' | 'failed' | 'returned' | 'expired' | 'taken_back';
}

/** A world of its own for one test: a rail account, and the other side's hand. */
export interface RailWorld {
  readonly rail: Rail<unknown>;
  readonly account: RailAccount;
  now(): Promise<Instant>;
  /** A day on which money leaves, not yet over its cut-off. */
  readonly transferDate: PlainDate;
  destination(fate: Fate): unknown;
  /** Until everything of the transfer date has happened. */
  settle(): Promise<void>;
  /** Until everything of the business day after has happened too. */
  settleNextDay(): Promise<void>;
  /** Until the other side has taken what was handed over. */
  taken(): Promise<void>;
  fault(fault: RailFault): Promise<void>;
  books(): Promise<readonly BookedPayment[]>;
  /**
   * Where `supports.credits`: a deposit, and the notices that were pushed for it (one of them
   * twice).
   */
  payIn?(amountYen: number): Promise<readonly Notice[]>;
  /** Where `supports.credits`: a deposit whose notice is never pushed. */
  payInUnnoticed?(amountYen: number): Promise<void>;
  /**
   * Where `supports.resultNotices`: the notices pushed so far, once there are so many; each was
   * pushed twice.
   */
  resultNotices?(count: number): Promise<readonly Notice[]>;
  /** Where `supports.receivable`: the recipient takes all there is; true where there was any. */
  take?(dispatchCode: string): Promise<boolean>;
  /** Where `supports.receivable`: until nothing of today can be taken any more. */
  expire?(): Promise<void>;
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
    /** Whether the rail pushes results. Default: no. */
    readonly resultNotices?: boolean;
    /** Whether what was paid may come back. Default: yes. */
    readonly returns?: boolean;
    /** Whether payments wait until a recipient takes them, and can be taken back. Default: no. */
    readonly receivable?: boolean;
  };
}

export type Hand = ReturnType<typeof createHand>;

const digits = (value: number, length: number) => String(value).padStart(length, '0');

export function createHand({ setup, supports }: RailContract) {
  let world: RailWorld | undefined;
  let submissions = 0;
  const signal = () => AbortSignal.timeout(30_000);
  const present = (): RailWorld => {
    if (world === undefined) throw new Error('no world is open');
    return world;
  };

  const maxItems = () => present().rail.traits(present().account).maxItems;

  /** As many of the fates as the rail takes at once: the first ones. */
  async function submission(...fates: Fate[]): Promise<Submission<unknown>> {
    submissions += 1;
    const { account, transferDate, destination, now } = present();
    const items = fates.slice(0, maxItems()).map((fate, index): SubmissionItem<unknown> => {
      const itemNumber = index + 1;
      const dispatchCode = `7${digits(submissions, 9)}${digits(itemNumber, 10)}`;
      const amountYen = yen(1_000 * submissions + itemNumber);
      const attemptId = `attempt-${dispatchCode}`;
      return { itemNumber, attemptId, dispatchCode, amountYen, destination: destination(fate) };
    });
    const totalYen = sumYen(items.map((item) => item.amountYen));
    const id = `contract-${submissions}`;
    return { id, account, transferDate, createdAt: await now(), items, totalYen };
  }

  const submit = (of: Submission<unknown>) => present().rail.submit(of, signal());
  const inquire = (of: Submission<unknown>, outcome?: SubmitOutcome) => {
    const railReference = outcome?.kind === 'accepted' ? outcome.railReference : null;
    return present().rail.inquire({ ...of, railReference }, signal());
  };

  /** What the core does: asks; and sends again only where the rail promises that this pays once. */
  async function resolve(
    of: Submission<unknown>,
    outcome?: SubmitOutcome,
  ): Promise<InquiryOutcome> {
    const { rail, account, taken } = present();
    const inquiry = await inquire(of, outcome);
    if (inquiry.kind === 'answered' && inquiry.submission === 'known') return inquiry;
    if (!rail.traits(account).idempotentSubmit) return inquiry;
    const again = await submit(of);
    await taken();
    return inquire(of, again);
  }

  return {
    supports,
    signal,
    maxItems,
    submission,
    submit,
    inquire,
    resolve,
    world: present,
    open: async () => {
      world = await setup();
    },
    close: async () => {
      await world?.close();
      world = undefined;
    },
  };
}

export function statesOf(outcome: InquiryOutcome): Record<string, PaymentReport['state']> {
  if (outcome.kind === 'unanswered') return {};
  return Object.fromEntries(outcome.reports.map((each) => [each.dispatchCode, each.state]));
}

export const codesOf = (of: Submission<unknown>) => of.items.map((item) => item.dispatchCode);

/**
 * Every payment of the submission stands in the books once, with its amount, and nothing else does.
 */
export async function expectBookedOnce(hand: Hand, ...of: Submission<unknown>[]): Promise<void> {
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
export async function readFiles(hand: Hand, of: Submission<unknown>): Promise<number[]> {
  const { rail, account } = hand.world();
  const files = (await rail.collectFiles?.(account, 100, hand.signal())) ?? [];
  for (const file of files) await rail.acknowledgeFile?.(account, file.name, hand.signal());
  const text = files.map((file) => Buffer.from(file.bytes).toString('latin1')).join('\n');
  return codesOf(of).map((code) => text.split(code).length - 1);
}
