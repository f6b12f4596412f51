// Goal: N real credits, told by several channels in any order, in any batches, any number of times,
// become exactly N deposits, and M real reversals reverse exactly M of them. Method: a world of
// credits is told by random channels.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { yen } from '../base/money.ts';
import type { Channel, DepositStatus, KnownDeposit, Telling } from './deposit.ts';
import { creditKey, linkReversal, payerIndexText } from './deposit.ts';
import { followTellings, type Known } from './deposit-book.ts';

const account = { bankCode: '0310', branchCode: '501', accountNumber: '0000001' };
const channels: readonly Channel[] = ['notice_file', 'statement', 'api'];

function telling(overrides: Partial<Telling> = {}): Telling {
  return {
    channel: 'notice_file',
    channelKey: 'k1',
    account,
    amountYen: yen(1000),
    valueDate: '2026-11-24',
    payerKey: '1',
    isReversal: false,
    inquiryNumber: '',
    ...overrides,
  };
}

/** The durable side of the rule, as the tables keep it. */
interface World {
  deposits: Map<string, KnownDeposit>;
  readonly told: Map<string, { key: string; depositId: string | null }[]>;
  waiting: Telling[];
  next: number;
}

const newWorld = (): World => ({ deposits: new Map(), told: new Map(), waiting: [], next: 1 });

function tell(world: World, batch: readonly Telling[], mayCreate = true) {
  const { channel } = batch[0]!;
  const known: Known = {
    deposits: [...world.deposits.values()],
    toldKeys: new Set((world.told.get(channel) ?? []).map(({ key }) => key)),
    waiting: world.waiting,
  };
  const followed = followTellings(known, batch, {
    mayCreate: () => mayCreate,
    newDepositId: () => String(world.next++).padStart(6, '0'),
    initialStatus: 'received',
    loose: true,
  });
  for (const { telling: each, change, waited } of followed) {
    if (change.kind === 'repeat' || change.kind === 'elsewhere') continue;
    if (waited) world.waiting = world.waiting.filter((one) => one.channelKey !== each.channelKey);
    else {
      const told = world.told.get(each.channel) ?? [];
      world.told.set(each.channel, [...told, { key: each.channelKey, depositId: null }]);
    }
    if (change.kind === 'waits') {
      world.waiting.push(each);
      continue;
    }
    const before = world.deposits.get(change.depositId);
    const { amountYen, valueDate, payerKey, inquiryNumber, isReversal } = each;
    const status: DepositStatus = change.kind === 'reversed' ? 'reversed' : 'received';
    const deposit: KnownDeposit = before ?? {
      depositId: change.depositId,
      account: each.account,
      amountYen,
      valueDate,
      payerKey,
      status,
      reversedOn: null,
      tellings: [],
    };
    world.deposits.set(change.depositId, {
      ...deposit,
      ...(change.kind === 'reversed' && { status, reversedOn: valueDate }),
      tellings: [...deposit.tellings, { channel: each.channel, isReversal, inquiryNumber }],
    });
  }
  return followed.map(({ change }) => change.kind);
}

interface Credit {
  readonly amountYen: number;
  readonly day: number;
  readonly payer: number;
  /** Days after the credit on which it is cancelled; null: never. */
  readonly canceledAfter: number | null;
}

const credit = fc.record({
  amountYen: fc.constantFrom(1000, 2000),
  day: fc.integer({ min: 20, max: 22 }),
  payer: fc.integer({ min: 1, max: 2 }),
  canceledAfter: fc.option(fc.integer({ min: 0, max: 3 }), { nil: null }),
});

/** How a bank numbers the same credits in its channels. */
type Numbering = 'shared' | 'own' | 'none';

function numberFor(numbering: Numbering, channel: Channel, index: number): string {
  if (numbering === 'none') return '000000';
  const shift = numbering === 'own' ? channels.indexOf(channel) * 3 : 0;
  return String(index + 1 + shift).padStart(6, '0');
}

function tellingsOf(
  channel: Channel,
  credits: readonly Credit[],
  numbering: Numbering,
  dating: 'canceled' | 'original',
): Telling[] {
  return credits.flatMap((each, index) => {
    const common = {
      channel,
      amountYen: yen(each.amountYen),
      payerKey: String(each.payer),
      inquiryNumber: numberFor(numbering, channel, index),
    };
    const on = (day: number) => `2026-11-${day}`;
    const came = telling({ ...common, channelKey: `${channel}${index}`, valueDate: on(each.day) });
    if (each.canceledAfter === null) return [came];
    const valueDate = on(dating === 'canceled' ? each.day + each.canceledAfter : each.day);
    const key = { channelKey: `${channel}${index}R`, valueDate, isReversal: true };
    return [came, telling({ ...common, ...key })];
  });
}

/**
 * A channel's tellings in random order, some repeated, cut into batches, mixed with those of the
 * others.
 */
function storyOf(credits: fc.Arbitrary<Credit[]>) {
  const bank = fc.record({
    credits,
    complete: fc.subarray([...channels], { minLength: 1 }),
    numbering: fc.constantFrom<Numbering>('shared', 'own', 'none'),
    // 振込入金通知 dates a cancellation like its deposit, a statement like the day it happened.
    noticesDate: fc.constantFrom('canceled' as const, 'original' as const),
  });
  return bank.chain(({ credits, complete, numbering, noticesDate }) => {
    const tellings = (channel: Channel) =>
      tellingsOf(channel, credits, numbering, channel === 'notice_file' ? noticesDate : 'canceled');
    const all = complete.flatMap(tellings);
    const order = fc.shuffledSubarray([...all, ...all], {
      minLength: all.length * 2,
      maxLength: all.length * 2,
    });
    return fc.record({
      credits: fc.constant(credits),
      complete: fc.constant(complete),
      numbering: fc.constant(numbering),
      tellings: fc.constant(tellings),
      order,
      cuts: fc.array(fc.boolean(), { minLength: all.length * 2, maxLength: all.length * 2 }),
    });
  });
}

const equal = fc.array(credit, { minLength: 1, maxLength: 8 });
const distinct = equal.map((credits) =>
  credits.map((each, index) => ({ ...each, amountYen: 1000 + index })),
);
const story = storyOf(equal);

function batches(order: readonly Telling[], cuts: readonly boolean[]): Telling[][] {
  const result: Telling[][] = [];
  order.forEach((each, index) => {
    const last = result.at(-1);
    if (last === undefined || cuts[index] || last[0]!.channel !== each.channel) result.push([each]);
    else last.push(each);
  });
  return result;
}

const count = (values: Iterable<string>): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
};

describe('tellings of several channels', () => {
  test('become one deposit per real credit, whatever the order and repetition', () => {
    fc.assert(
      fc.property(story, ({ credits, order, cuts }) => {
        const world = newWorld();
        for (const batch of batches(order, cuts)) tell(world, batch);
        const real = credits.map((each) => `${each.day}:${each.amountYen}`);
        const found = [...world.deposits.values()].map(
          (each) => `${each.valueDate.slice(-2)}:${each.amountYen}`,
        );
        expect(count(found)).toEqual(count(real));
      }),
      { numRuns: 400 },
    );
  });

  test('make at any time as many deposits as the channel that told most', () => {
    fc.assert(
      fc.property(story, ({ order, cuts }) => {
        const world = newWorld();
        const told = new Map<string, Set<string>>();
        for (const batch of batches(order, cuts)) {
          tell(world, batch);
          for (const each of batch.filter(({ isReversal }) => !isReversal)) {
            const id = `${each.channel} ${each.valueDate} ${each.amountYen}`;
            told.set(id, (told.get(id) ?? new Set()).add(each.channelKey));
          }
          const found = [...world.deposits.values()].map((d) => `${d.valueDate} ${d.amountYen}`);
          for (const [credit, deposits] of Object.entries(count(found))) {
            const counts = channels.map((channel) => told.get(`${channel} ${credit}`)?.size ?? 0);
            expect(deposits).toBe(Math.max(...counts));
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  test('reverse no more than was cancelled', () => {
    fc.assert(
      fc.property(story, ({ credits, numbering, order, cuts }) => {
        fc.pre(numbering !== 'none');
        const world = newWorld();
        for (const batch of batches(order, cuts)) tell(world, batch);
        const canceled = credits.filter(({ canceledAfter }) => canceledAfter !== null).length;
        expect(reversedIn(world)).toBeLessThanOrEqual(canceled);
      }),
      { numRuns: 400 },
    );
  });

  test('reverse all that was cancelled where amounts tell credits apart, in any order', () => {
    fc.assert(
      fc.property(storyOf(distinct), ({ credits, numbering, order, cuts }) => {
        fc.pre(numbering !== 'none');
        const world = newWorld();
        for (const batch of batches(order, cuts)) tell(world, batch);
        const canceled = credits.filter(({ canceledAfter }) => canceledAfter !== null).length;
        expect(reversedIn(world)).toBe(canceled);
        expect(world.waiting).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  test('reverse all that was cancelled among equal credits told in order', () => {
    fc.assert(
      fc.property(story, ({ credits, complete, numbering, tellings, order, cuts }) => {
        fc.pre(numbering !== 'none');
        const queues = new Map(complete.map((each) => [each, tellings(each)]));
        for (const queue of queues.values()) queue.sort(byDay);
        const inOrder = order.flatMap(({ channel }) => queues.get(channel)!.shift() ?? []);
        const world = newWorld();
        for (const batch of batches(inOrder, cuts)) tell(world, batch);
        const canceled = credits.filter(({ canceledAfter }) => canceledAfter !== null).length;
        expect(reversedIn(world)).toBe(canceled);
      }),
      { numRuns: 400 },
    );
  });
});

function reversedIn(world: World): number {
  return [...world.deposits.values()].filter(({ reversedOn }) => reversedOn !== null).length;
}

function byDay(one: Telling, other: Telling): number {
  return one.valueDate === other.valueDate
    ? Number(one.isReversal) - Number(other.isReversal)
    : Number(one.valueDate > other.valueDate) * 2 - 1;
}

describe('one telling', () => {
  test('repeats change nothing', () => {
    const world = newWorld();
    expect(tell(world, [telling(), telling()])).toEqual(['created', 'repeat']);
    expect(tell(world, [telling()])).toEqual(['repeat']);
  });

  test('of another channel is seen, of the same payer first', () => {
    const world = newWorld();
    tell(world, [telling({ channelKey: 'a', payerKey: '1' })]);
    tell(world, [telling({ channelKey: 'b', payerKey: '2' })]);
    const statement = { channel: 'statement', channelKey: 's1', payerKey: '2' } as const;
    tell(world, [telling(statement)]);
    expect(world.deposits.get('000002')?.tellings).toHaveLength(2);
    expect(world.deposits.get('000001')?.tellings).toHaveLength(1);
  });

  test('of the sandbox stands alone', () => {
    const world = newWorld();
    tell(world, [telling({ channel: 'sandbox', channelKey: 's' })]);
    expect(tell(world, [telling()])).toEqual(['created']);
    expect(tell(world, [telling({ channel: 'statement', channelKey: 'x' })])).toEqual(['seen']);
    expect(world.deposits.size).toBe(2);
  });

  test('is elsewhere where it may not be created', () => {
    const world = newWorld();
    expect(tell(world, [telling()], false)).toEqual(['elsewhere']);
    expect(tell(world, [telling({ channelKey: 'r', isReversal: true })], false)).toEqual([
      'elsewhere',
    ]);
    expect(tell(world, [telling()])).toEqual(['created']);
  });

  test('of a reversal waits for its deposit and settles with it', () => {
    const world = newWorld();
    const reversal = telling({ channelKey: 'r', isReversal: true });
    expect(tell(world, [reversal])).toEqual(['waits']);
    const other = telling({ channel: 'statement', channelKey: 'r2', isReversal: true });
    expect(tell(world, [other])).toEqual(['waits']);
    expect(tell(world, [telling()])).toEqual(['created', 'reversed', 'seen']);
    expect(world.waiting).toEqual([]);
  });

  test('of a reversal names its deposit by the bank’s number', () => {
    const world = newWorld();
    tell(world, [
      telling({ channelKey: 'a', inquiryNumber: '000007', valueDate: '2026-11-20' }),
      telling({ channelKey: 'b', inquiryNumber: '000008' }),
    ]);
    tell(world, [telling({ channelKey: 'r', inquiryNumber: '000007', isReversal: true })]);
    expect(world.deposits.get('000001')?.status).toBe('reversed');
    expect(world.deposits.get('000002')?.status).toBe('received');
  });

  test('of a reversal without a number is of the payer’s latest deposit, in time', () => {
    const deposit = (depositId: string, valueDate: string, payerKey: string): KnownDeposit => ({
      depositId,
      account,
      amountYen: yen(1000),
      valueDate,
      payerKey,
      status: 'received',
      reversedOn: null,
      tellings: [{ channel: 'notice_file', isReversal: false, inquiryNumber: '' }],
    });
    const known = [
      deposit('1', '2026-11-21', '1'),
      deposit('2', '2026-11-23', '1'),
      deposit('3', '2026-11-24', '2'),
    ];
    const reversal = telling({ isReversal: true, payerKey: '1' });
    expect(linkReversal(known, reversal, true)?.deposit.depositId).toBe('2');
    expect(linkReversal(known, reversal, false)).toBeUndefined();
    expect(linkReversal(known, { ...reversal, payerKey: '9' }, true)).toBeUndefined();
    expect(linkReversal(known, { ...reversal, valueDate: '2026-12-26' }, true)).toBeUndefined();
    expect(linkReversal(known, { ...reversal, inquiryNumber: '7' }, true)).toBeUndefined();
  });
});

test('payers are compared without width, case and dashes', () => {
  expect(payerIndexText('ｶ)ﾔﾏﾀﾞ-ｼﾖｳｼﾞ')).toBe(payerIndexText('カ）ヤマダ ーシヨウジ'));
});

test('the key of a credit names account and amount', () => {
  expect(creditKey(telling())).toBe('0310-501-0000001:1000');
});
