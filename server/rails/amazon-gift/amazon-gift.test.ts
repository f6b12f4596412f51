// What only this rail does, against the simulator: the same id after lost answers, gift codes shown
// and never kept, voids, funds, the limit of ten calls a second.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PEOPLE } from '../../../simulators/amazon-gift/customers.ts';
import { japaneseBankCalendar } from '../../base/calendar.ts';
import type { RailAccount, SubmitOutcome } from '../rail.ts';
import { createAmazonGiftRail } from './amazon-gift.ts';
import {
  type AmazonWorld,
  accountOf,
  HANAKO,
  openAmazonWorld,
  type SimulatedAmazon,
  sampleAccount,
  startSimulatedAmazon,
  submissionOf,
} from './test-world.ts';

const signal = new AbortController().signal;
let simulated: SimulatedAmazon;
let world: AmazonWorld;
let account: RailAccount;
let codeAccount: RailAccount;

beforeAll(async () => {
  simulated = await startSimulatedAmazon();
});
afterAll(() => simulated.close());
beforeEach(async () => {
  world = await openAmazonWorld(simulated);
  account = world.account;
  codeAccount = accountOf(world.partner.contract, { mode: 'code' });
});

const fault = (faults: object) => world.partner.control('PUT', '/faults', faults);
const submit = (number: number, amountYen?: number, userId?: string) =>
  world.gift.submit(submissionOf(account, number, amountYen, userId), signal);
const submitCode = (number: number, amountYen?: number) =>
  world.gift.submit(submissionOf(codeAccount, number, amountYen), signal);
const userOf = (fate: string) => PEOPLE.find((person) => person.fate === fate)!.userId;
const referenceOf = (outcome: SubmitOutcome) =>
  outcome.kind === 'accepted' ? outcome.railReference : '';

describe('submit', () => {
  test('a load is paid at once, and the reference tells so ever after', async () => {
    const outcome = await submit(17);
    const requestId = `${world.partner.contract.partnerId}00000000000000000017`;
    expect(outcome).toMatchObject({
      kind: 'accepted',
      railReference: `load:${requestId}`,
      reports: [{ dispatchCode: '00000000000000000017', state: 'paid', reason: null }],
    });
    await fault({ down: true });
    const railReference = referenceOf(outcome);
    const inquiry = await world.gift.inquire(
      { ...submissionOf(account, 17), railReference },
      signal,
    );
    expect(inquiry).toMatchObject({ submission: 'known', reports: [{ state: 'paid' }] });
  });

  test('through mixed faults each attempt is paid once, and what was refused never', async () => {
    const rates = { loseAnswerRate: 0.3, error5xxRate: 0.2, garbageRate: 0.2, resendRate: 0.2 };
    await fault({ ...rates, throttleRate: 0.1, seed: 11 });
    const users = [HANAKO, HANAKO, HANAKO, userOf('not_eligible')];
    const numbers = Array.from({ length: 8 }, (_, index) => index);
    const once = (number: number) => submit(number, 100 + number, users[number % users.length]);
    const kinds = await Promise.all(numbers.map(async (number) => (await once(number)).kind));
    expect(new Set(kinds)).toContain('unknown');
    await fault({});
    for (const number of numbers) {
      const isRefused = number % users.length === 3;
      expect((await once(number)).kind).toBe(isRefused ? 'rejected' : 'accepted');
    }
    const { orders, customers } = await world.partner.books();
    expect(orders).toHaveLength(6);
    const paidYen = orders.reduce((sum, { amountYen }) => sum + amountYen, 0);
    expect(customers.find(({ userId }) => userId === HANAKO)!.balanceYen).toBe(paidYen);
  });

  test.each(['lost_after_effect', 'lost_before_effect'])(
    '%s through all tries: unknown, then paid once by the same id',
    async (fate) => {
      const first = await submit(1, 8_400, userOf(fate));
      expect(first.kind).toBe('unknown');
      const inquiry = await world.gift.inquire(
        submissionOf(account, 1, 8_400, userOf(fate)),
        signal,
      );
      expect(inquiry.kind).toBe('unanswered');
      expect((await submit(1, 8_400, userOf(fate))).kind).toBe('accepted');
      const { orders, fundsYen, openingYen } = await world.partner.books();
      expect(orders).toHaveLength(1);
      expect(fundsYen).toBe(openingYen - 8_400);
    },
  );

  test.each([
    ['garbage', { garbageRate: 1, seed: 2 }],
    ['5xx', { error5xxRate: 1, seed: 2 }],
    ['RESEND', { resendRate: 1, seed: 2 }],
    ['throttling', { throttleRate: 1 }],
    ['nobody there', { down: true }],
  ])('%s: unknown, and paid once when it is over', async (_name, faults) => {
    await fault(faults);
    expect((await submit(1)).kind).toBe('unknown');
    await fault({});
    expect((await submit(1)).kind).toBe('accepted');
    expect((await world.partner.books()).orders).toHaveLength(1);
  });

  test.each([
    ['velocity_limit', 'limit_exceeded'],
    ['not_eligible', 'account_closed'],
    ['not_found', 'no_account'],
  ])('a customer who is refused (%s) is refused with the reason %s', async (fate, reason) => {
    const outcome = await submit(1, 8_400, userOf(fate));
    expect(outcome).toMatchObject({ kind: 'rejected', reason, items: [{ itemNumber: 1, reason }] });
    expect((await world.partner.books()).orders).toEqual([]);
  });

  test('prepaid money that is gone refuses what is new, not what was paid', async () => {
    const { openingYen } = await world.partner.books();
    for (let number = 1; number <= 20; number++) await submit(number, openingYen / 20);
    expect(await submit(21, 1)).toMatchObject({ kind: 'rejected', reason: 'rail_unavailable' });
    expect((await submit(20, openingYen / 20)).kind).toBe('accepted');
  });

  test('an id used for other content proves nothing, and somebody is told', async () => {
    await submit(1, 1_000);
    expect(await submit(1, 1_001)).toMatchObject({ kind: 'unknown' });
    expect(world.warnings.join()).toContain('RequestIdUsedForOtherContent');
  });

  test('a wrong key is no proof that nothing was paid', async () => {
    const config = { ...(account.config as object), secretAccessKey: 'wrong' };
    const wrong = { ...submissionOf(account), account: { ...account, config } };
    expect(await world.gift.submit(wrong, signal)).toMatchObject({ kind: 'unknown' });
    expect(world.warnings.join()).toContain('InvalidSignature');
    expect(world.warnings.join()).not.toContain('wrong');
  });

  test('a destination that is none never leaves', async () => {
    await expect(submit(1, 8_400, 'hanako@example.jp')).rejects.toThrow(/user id/);
    await expect(submit(1, 500_001)).rejects.toThrow(/500000/);
    await expect(submit(1, 500_001)).rejects.not.toThrow(/example/);
  });
});

describe('gift codes', () => {
  test('are shown by the same id, again and again, and are in no outcome', async () => {
    const outcome = await submitCode(1, 3_000);
    expect(outcome).toMatchObject({ kind: 'accepted', reports: [{ state: 'paid' }] });
    const railReference = referenceOf(outcome);
    const payment = { dispatchCode: '00000000000000000001', amountYen: 3_000, railReference };
    const shown = await world.gift.revealCode(codeAccount, payment, signal);
    expect(shown).toMatchObject({ kind: 'code', expiresOn: expect.stringContaining('GMT') });
    expect(await world.gift.revealCode(codeAccount, payment, signal)).toEqual(shown);
    const claimCode = shown.kind === 'code' ? shown.claimCode : '';
    expect(claimCode).toMatch(/^[A-Z0-9]{4}-[A-Z0-9]{6}-[A-Z0-9]{4}$/);
    expect(JSON.stringify([outcome, world.warnings])).not.toContain(claimCode);
    expect((await world.partner.books()).orders).toHaveLength(1);
  });

  test('are not made by asking to see one', async () => {
    const payment = { dispatchCode: '00000000000000000001', amountYen: 3_000 };
    const reveal = (railReference: string, of = codeAccount) =>
      world.gift.revealCode(of, { ...payment, railReference }, signal);
    const reference = `code:${world.partner.contract.partnerId}00000000000000000001`;
    await expect(reveal('')).rejects.toThrow(/no gift code/);
    await expect(reveal(reference.replace('code', 'load'))).rejects.toThrow(/no gift code/);
    await expect(reveal(reference, account)).rejects.toThrow(/no gift code/);
    expect((await world.partner.books()).orders).toEqual([]);
  });

  test('a cancelled one is not shown, and its attempt never paid again', async () => {
    const railReference = referenceOf(await submitCode(1, 3_000));
    const payment = { dispatchCode: '00000000000000000001', amountYen: 3_000, railReference };
    expect(await world.gift.undo(codeAccount, payment, signal)).toEqual({ kind: 'undone' });
    expect((await world.gift.revealCode(codeAccount, payment, signal)).kind).toBe('unknown');
    expect((await submitCode(1, 3_000)).kind).toBe('unknown');
    const { fundsYen, openingYen } = await world.partner.books();
    expect(fundsYen).toBe(openingYen);
  });
});

test('a void takes a load back, and the same attempt does not pay again', async () => {
  await submit(1, 1_000);
  const payment = { dispatchCode: '00000000000000000001' };
  expect(await world.gift.undo(account, payment, signal)).toEqual({ kind: 'undone' });
  expect((await submit(1, 1_000)).kind).toBe('unknown');
  const none = await world.gift.undo(account, { dispatchCode: '0'.repeat(20) }, signal);
  expect(none).toMatchObject({ kind: 'unknown', detail: expect.stringContaining('OrderNotFound') });
  expect(await world.books()).toMatchObject([{ state: 'returned' }]);
});

test('funds: one call serves all who ask within a second', async () => {
  await submit(1, 1_000);
  const asked = [1, 2, 3].map(() => world.gift.prefundedYen(account, signal));
  expect(await Promise.all(asked)).toEqual([9_999_000, 9_999_000, 9_999_000]);
  expect(await world.gift.ping(account, signal)).toEqual({ ok: true, detail: 'HTTP 200' });
  const config = { ...(account.config as object), accessKeyId: 'AKIANOBODY' };
  const wrong = { ...account, config };
  expect(await world.gift.ping(wrong, signal)).toEqual({ ok: false, detail: 'HTTP 403 F300' });
  expect(await world.gift.prefundedYen(wrong, signal)).toBeUndefined();
});

test('twenty-five at once keep to ten a second, and all are paid', async () => {
  const numbers = Array.from({ length: 25 }, (_, index) => index + 1);
  const started = performance.now();
  const outcomes = await Promise.all(numbers.map((number) => submit(number, 10)));
  expect(outcomes.map(({ kind }) => kind)).toEqual(numbers.map(() => 'accepted'));
  expect(performance.now() - started).toBeGreaterThan(2_000);
});

describe('what the core is told', () => {
  test('traits and timing', () => {
    const rail = createAmazonGiftRail();
    expect(rail.name).toBe('amazon_gift');
    expect(rail.traits(sampleAccount())).toEqual({
      maxItems: 1,
      idempotentSubmit: true,
      confirmation: { kind: 'per_item' },
      absenceProofMs: 30_000,
      settlesFrom: 'prefund',
      minYen: 1,
      maxYen: 500_000,
    });
    const calendar = japaneseBankCalendar();
    expect(rail.timing(sampleAccount(), calendar)).toMatchObject({ isInstant: true });
  });

  test('a configuration that would pay twice or in the clear is refused', () => {
    const rail = createAmazonGiftRail();
    const check = (change: object, former?: object, mode: 'test' | 'live' = 'test') =>
      rail.checkConfig(
        { ...sampleAccount(change), mode },
        former === undefined ? undefined : { ...sampleAccount(former), mode },
      );
    expect(() => check({ accessKeyId: 'AKIANEW' }, {})).not.toThrow();
    expect(() => check({ mode: 'code' }, {})).toThrow(/mode is fixed/);
    expect(() => check({ partnerId: 'Other' }, {})).toThrow(/partnerId is fixed/);
    expect(() => check({ baseUrl: 'https://example.jp' }, {})).toThrow(/baseUrl is fixed/);
    expect(() => check({ baseUrl: 'http://example.jp' }, undefined, 'live')).toThrow(/https/);
    expect(() => check({ minYen: 2, maxYen: 1 })).toThrow(/minYen/);
    expect(() => check({ refusals: { Locked: 'name_mismatch' } })).toThrow(/refusals/);
  });
});
