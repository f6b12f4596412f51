// The list of all deposits, against the bank simulator: what makes up for lost notices, and tells
// of deposits taken back. What no simulator does (a list without an end) is scripted.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CreditNotice, RailAccount } from '../../rail.ts';
import { createBankTransferRail } from '../bank-transfer.ts';
import {
  type BankWorld,
  openBankWorld,
  type SimulatedBank,
  startSimulatedBank,
} from '../test-bank-world.ts';

const signal = new AbortController().signal;
const today = Temporal.PlainDate.from('2026-11-24');
let simulated: SimulatedBank;
let world: BankWorld;
let place: { branchCode: string; accountNumber: string };

beforeAll(async () => {
  simulated = await startSimulatedBank();
});
afterAll(() => simulated.close());
beforeEach(async () => {
  world = await openBankWorld(simulated, 'http');
  const made = await world.control('POST', '/virtual-accounts', { count: 1 });
  place = (made as { virtualAccounts: [typeof place] }).virtualAccounts[0];
});
afterEach(() => world.close());

/** Answers the bank's id of the deposit. */
async function payIn(amountYen: number, remitterNameKana = 'ﾔﾏﾀﾞ ﾀﾛｳ'): Promise<string> {
  const paid = await world.control('POST', '/pay-ins', { ...place, amountYen, remitterNameKana });
  return (paid as { depositId: string }).depositId;
}

const cancel = (depositId: string) => world.control('POST', '/pay-ins', { cancelOf: depositId });
const recent = (since = today, account = world.account) =>
  world.rail.recentCredits!(account, since, signal);
const told = (notices: readonly CreditNotice[]) =>
  notices.map(({ amountYen, isReversal }) => (isReversal ? -amountYen : amountYen));

test('tells every deposit under the key of its notice, as often as it is asked', async () => {
  await payIn(1_000);
  await payIn(2_000, 'ｻﾄｳ ｼﾞﾛｳ');
  const unsent = await world.rail.unsentCredits!(world.account, signal);
  expect(await recent()).toEqual(unsent);
  expect(await recent()).toEqual(unsent);
  expect(told(unsent)).toEqual([1_000, 2_000]);
});

test('finds what a lost list of unsent notices had marked as delivered', async () => {
  await payIn(1_000);
  await world.control('PUT', '/faults', { loseAnswerRate: 1, seed: 5 });
  await expect(world.rail.unsentCredits!(world.account, signal)).rejects.toThrow(/read/);
  await world.control('PUT', '/faults', {});
  expect(told(await recent())).toEqual([1_000]);
});

test('tells of a deposit taken back, by the day and the number of each', async () => {
  const [kept, canceled] = [await payIn(900), await payIn(900)];
  await world.moveTo(Temporal.Instant.from('2026-11-26T02:00:00Z'));
  await cancel(canceled);
  const notices = await recent();
  expect(told(notices)).toEqual([900, 900, -900]);
  const [first, second, reversal] = notices;
  expect(reversal!.creditNumber).toBe(second!.creditNumber);
  expect(first!.creditNumber).not.toBe(second!.creditNumber);
  expect(reversal!.valueDate.toString()).toBe('2026-11-26');
  expect(new Set(notices.map(({ noticeKey }) => noticeKey)).size).toBe(3);
  // Asked from its own day on, the reversal is told without its deposit.
  expect(told(await recent(Temporal.PlainDate.from('2026-11-25')))).toEqual([-900]);
  expect(kept).not.toBe(canceled);
});

test('reads page after page, in order, to the last', async () => {
  const ids: string[] = [];
  for (let amount = 1; amount <= 1_003; amount++) ids.push(await payIn(amount));
  await cancel(ids[0]!);
  const amounts = told(await recent());
  expect(amounts).toEqual([...ids.map((_, index) => index + 1), -1]);
});

test.each([
  ['is away', { down: true }],
  ['answers with garbage', { garbageRate: 1, seed: 7 }],
  ['fails', { error5xxRate: 1, seed: 7 }],
  ['loses its answers', { loseAnswerRate: 1, seed: 7 }],
  ['throttles', { throttleRate: 1, seed: 7 }],
])('a bank that %s has told nothing, and is asked again', async (_how, faults) => {
  await payIn(1_000);
  await recent();
  await world.control('PUT', '/faults', faults);
  await expect(recent()).rejects.toThrow(/deposits/);
  await world.control('PUT', '/faults', {});
  expect(told(await recent())).toEqual([1_000]);
});

test('an account without raId has no such list', async () => {
  const { raId: _, ...config } = world.account.config as Record<string, unknown>;
  expect(await recent(today, { ...world.account, config })).toEqual([]);
});

describe('a list that makes no sense', () => {
  const warnings: string[] = [];

  /** The world's bank with the list's answers said here, page by page. */
  function scripted(pages: readonly unknown[]): (account: RailAccount) => Promise<unknown> {
    let asked = 0;
    const rail = createBankTransferRail({
      tokens: { load: async () => undefined, save: async () => {} },
      pause: async () => {},
      warn: (_account, detail) => void warnings.push(detail),
      fetch: async (input, init) => {
        if (!String(input).includes('/va/deposit-transactions')) return fetch(input, init);
        const body = pages[Math.min(asked++, pages.length - 1)];
        return Response.json(body);
      },
    });
    return (account) => rail.recentCredits(account, today, signal);
  }

  test.each([
    ['no list', [{ hasNext: false }], /no sense/],
    ['another page without a place', [{ vaTransactions: [], hasNext: true }], /its end/],
    [
      'the same place for ever',
      [{ vaTransactions: [], hasNext: true, nextItemKey: '7' }],
      /its end/,
    ],
  ])('%s is an error', async (_what, pages, message) => {
    await expect(scripted(pages)(world.account)).rejects.toThrow(message);
  });

  test('a line without sense is told, and costs the others nothing', async () => {
    const line = {
      ...{
        vaId: '5020000001',
        itemKey: '20261124100000000042',
        vaBranchCode: '502',
        vaAccountNumber: '0000001',
      },
      ...{ valueDate: '2026-11-24', depositAmount: '1000' },
    };
    const page = { vaTransactions: [null, { ...line, depositAmount: 'x' }, line], hasNext: false };
    expect(await scripted([page])(world.account)).toMatchObject([{ amountYen: 1_000 }]);
    expect(warnings).toEqual(['2 deposits make no sense']);
  });
});
