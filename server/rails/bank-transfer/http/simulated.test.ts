// What only this connector has, against the bank simulator: bulk transfers and their pages,
// recalls, approvals, retries, throttling, tokens that end under way. The rest is in
// contract.test.ts.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { sumYen } from '../../../base/money.ts';
import type { InquiryOutcome, RailAccount, Submission } from '../../rail.ts';
import type { BankTransferRail } from '../bank-transfer.ts';
import {
  type BankWorld,
  openBankWorld,
  type SimulatedBank,
  startSimulatedBank,
} from '../test-bank-world.ts';
import { sampleItem, sampleSubmission } from '../test-submission.ts';

const signal = new AbortController().signal;
let simulated: SimulatedBank;
let world: BankWorld;
let rail: BankTransferRail;

beforeAll(async () => {
  simulated = await startSimulatedBank();
});
afterAll(() => simulated.close());
beforeEach(async () => {
  world = await openBankWorld(simulated, 'http');
  rail = world.rail as BankTransferRail;
});
afterEach(() => world.close());

const withConfig = (change: object): RailAccount => ({
  ...world.account,
  config: { ...(world.account.config as object), ...change },
});

function submissionOf(accountNumbers: readonly string[], account = world.account): Submission {
  const items = accountNumbers.map((accountNumber, index) => {
    const item = sampleItem(index + 1, 100 + index);
    return { ...item, destination: { ...item.destination, accountNumber } };
  });
  const totalYen = sumYen(items.map((item) => item.amountYen));
  const { transferDate } = world;
  return { ...sampleSubmission(account), transferDate, items, totalYen };
}

const inquire = (of: Submission, railReference: string | null) =>
  rail.inquire({ ...of, railReference }, signal);
const states = (inquiry: InquiryOutcome) =>
  inquiry.kind === 'answered' ? inquiry.reports.map((each) => each.state) : inquiry.detail;

test('a bulk transfer of several pages: asked for by number, found when lost, listed', async () => {
  const numbers = Array.from({ length: 1_201 }, () => '1234567');
  const given = submissionOf(numbers.with(600, '9990002').with(1_200, '9991012'));
  const outcome = await rail.submit(given, signal);
  expect(outcome.kind).toBe('accepted');
  const reference = outcome.kind === 'accepted' ? outcome.railReference : '';
  expect(reference).toMatch(/^bulktransfer:/);
  const found = await inquire(given, null);
  expect(found).toMatchObject({ submission: 'known', railReference: reference });
  await world.settle();
  const settled = states(await inquire(given, reference));
  expect(settled).toEqual(numbers.map(() => 'paid').with(600, 'failed'));
  await world.settleNextDay();
  const inquiry = await inquire(given, null);
  expect(states(inquiry)).toEqual(
    numbers
      .map(() => 'paid')
      .with(600, 'failed')
      .with(1_200, 'returned'),
  );
  expect(inquiry).toHaveProperty('reports.600.reason', 'name_mismatch');
  expect(inquiry).toHaveProperty('reports.1200.reason', 'name_mismatch');
  const listed = new Set<string>();
  const since = Temporal.PlainDate.from('2026-11-24');
  for await (const report of rail.listPayments(world.account, since, signal)) {
    listed.add(report.dispatchCode);
  }
  expect(listed.size).toBe(1_201);
});

test('a bulk transfer of the largest size that is the default is taken', async () => {
  const given = submissionOf(Array.from({ length: 5_000 }, () => '1234567'));
  const longest = given.items.map((item) => ({
    ...item,
    destination: { ...item.destination, holderName: 'ﾔﾏﾀﾞ'.padEnd(30, 'ﾀ') },
  }));
  expect((await rail.submit({ ...given, items: longest }, signal)).kind).toBe('accepted');
});

test('items of a bulk transfer that are not ready are pending, never listed in part', async () => {
  await world.control('PUT', '/settings', { bulkDetailDelaySeconds: 600 });
  const given = submissionOf(['1234567', '1234567'], withConfig({ bulkFromItems: 2 }));
  expect((await rail.submit(given, signal)).kind).toBe('accepted');
  expect(states(await inquire(given, null))).toEqual(['pending', 'pending']);
  const since = Temporal.PlainDate.from('2026-11-24');
  const list = rail.listPayments(world.account, since, signal);
  await expect(list.next()).rejects.toThrow(/not ready/);
});

test('a bulk answer lost after the effect is found, before the effect it is absent', async () => {
  const account = withConfig({ bulkFromItems: 2 });
  const taken = submissionOf(['9994001', '1234567'], account);
  expect((await rail.submit(taken, signal)).kind).toBe('unknown');
  // The configuration has changed meanwhile: it is found all the same.
  expect(states(await inquire({ ...taken, account: world.account }, null))).toEqual([
    'pending',
    'pending',
  ]);
  const untaken = submissionOf(['9994002', '1234567'], account);
  const fresh = untaken.items.map((item) => ({
    ...item,
    dispatchCode: `9${item.dispatchCode.slice(1)}`,
  }));
  const lost = { ...untaken, items: fresh };
  expect((await rail.submit(lost, signal)).kind).toBe('unknown');
  expect(states(await inquire(lost, null))).toEqual(['absent', 'absent']);
});

test('one request with several fates tells each item’s own', async () => {
  const given = submissionOf(['1234567', '9990005', '9992001']);
  const outcome = await rail.submit(given, signal);
  const reference = outcome.kind === 'accepted' ? outcome.railReference : '';
  await world.settle();
  expect(states(await inquire(given, reference))).toEqual(['paid', 'failed', 'pending']);
  await world.settleNextDay();
  const inquiry = await inquire(given, reference);
  expect(states(inquiry)).toEqual(['paid', 'failed', 'paid']);
  expect(inquiry).toHaveProperty('reports.1.reason', 'account_closed');
});

test.each([
  ['recalled', ['recall_requested', 'returned']],
  ['recall_refused', ['recall_requested', 'recall_refused']],
])('組戻: %s', async (outcome, expected) => {
  const given = submissionOf(['1234567']);
  await rail.submit(given, signal);
  await world.settle();
  const ediInfo = given.items[0]!.dispatchCode;
  await world.control('POST', '/outcomes', { ediInfo, outcome, afterBusinessDays: 1 });
  const first = states(await inquire(given, null));
  await world.settleNextDay();
  expect([...first, ...states(await inquire(given, null))]).toEqual(expected);
});

test('without cover the payment fails, and says so', async () => {
  const given = submissionOf(['1234567']);
  const broke = { ...given.items[0]!, amountYen: sumYen([1_000_000]) };
  const submissions = Array.from({ length: 11 }, (_, index) => ({
    ...given,
    items: [{ ...broke, dispatchCode: String(index).padStart(20, '5') }],
    totalYen: broke.amountYen,
  }));
  for (const each of submissions) expect((await rail.submit(each, signal)).kind).toBe('accepted');
  await world.settle();
  expect(states(await inquire(submissions[0]!, null))).toEqual(['paid']);
  expect(await inquire(submissions[10]!, null)).toMatchObject({
    reports: [{ state: 'failed', reason: 'insufficient_funds' }],
  });
});

test('where a person must approve: pending until then, failed when nobody does', async () => {
  await world.control('PUT', '/settings', { approval: true });
  const given = submissionOf(['1234567']);
  const outcome = await rail.submit(given, signal);
  const reference = outcome.kind === 'accepted' ? outcome.railReference : '';
  expect(states(await inquire(given, reference))).toEqual(['pending']);
  await world.settle();
  expect(states(await inquire(given, reference))).toEqual(['failed']);
});

test('a date that is closed or past is refused, not moved', async () => {
  for (const day of ['2026-11-28', '2026-11-20']) {
    const given = { ...submissionOf(['1234567']), transferDate: Temporal.PlainDate.from(day) };
    expect(await rail.submit(given, signal)).toMatchObject({
      kind: 'rejected',
      reason: 'outside_hours',
    });
  }
  expect(await world.books()).toEqual([]);
});

test('throttled is refused for certain; an inquiry waits its turn', async () => {
  await rail.ping(world.account, signal);
  await world.control('PUT', '/faults', { throttleRate: 1, seed: 3 });
  const given = submissionOf(['1234567']);
  expect(await rail.submit(given, signal)).toMatchObject({
    kind: 'rejected',
    reason: 'rail_unavailable',
  });
  expect((await inquire(given, null)).kind).toBe('unanswered');
  expect(await world.books()).toEqual([]);
});

test('tokens that end under way are renewed, each refresh token once', async () => {
  for (let round = 0; round < 3; round++) {
    const given = submissionOf(['1234567']);
    const code = String(round).padStart(20, '8');
    const items = [{ ...given.items[0]!, dispatchCode: code }];
    expect((await rail.submit({ ...given, items }, signal)).kind).toBe('accepted');
    await world.control('POST', '/tokens/expire', {});
  }
  expect(await world.books()).toHaveLength(3);
});

test('fees are known before anything is sent', async () => {
  const given = submissionOf(['1234567', '1234567']);
  expect(await rail.inquireFees(given, signal)).toMatchObject({
    kind: 'answered',
    quote: { totalFeeYen: 290 },
  });
  expect(await world.books()).toEqual([]);
});

test('the bank answers to a ping', async () => {
  expect(await rail.ping(world.account, signal)).toEqual({ ok: true, detail: 'HTTP 200' });
  const stranger = withConfig({ clientSecret: 'not-the-secret', refreshToken: 'nor-the-token' });
  const refused = await rail.ping({ ...stranger, id: 'stranger' }, signal);
  expect(refused).toEqual({ ok: false, detail: 'token refresh refused with HTTP 401' });
});
