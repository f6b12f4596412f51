// The rail against the simulator, in what only au PAY has: members and their limits, hand-over to
// the app, notices of any order, maintenance, signatures.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { yen } from '../../base/money.ts';
import type { AuPayDestination, Submission } from '../rail.ts';
import { createAuPayRail } from './au-pay.ts';
import {
  type AuPayWorld,
  openAuPayWorld,
  type SimulatedAuPay,
  startSimulatedAuPay,
} from './test-au-pay-world.ts';

let simulated: SimulatedAuPay;
let world: AuPayWorld;
beforeAll(async () => {
  simulated = await startSimulatedAuPay();
});
afterAll(() => simulated.close());
beforeEach(async () => {
  world = await openAuPayWorld(simulated);
});
afterEach(() => world.close());

const signal = () => AbortSignal.timeout(20_000);
const DISPATCH_CODE = '00000100000000000012';
const SHOWN = '100000000001';
const NEARLY_FULL = '100000000003';

function submission(memberNumber: string, amountYen: number, dispatchCode = DISPATCH_CODE) {
  const destination: AuPayDestination = { memberNumber };
  const given: Submission<AuPayDestination> & { readonly railReference: null } = {
    id: `sub-${dispatchCode}`,
    account: world.account,
    transferDate: world.transferDate,
    createdAt: Temporal.Instant.from('2026-11-24T01:00:00Z'),
    items: [
      { itemNumber: 1, attemptId: 'a', dispatchCode, amountYen: yen(amountYen), destination },
    ],
    totalYen: yen(amountYen),
    railReference: null,
  };
  return given;
}

const submit = (memberNumber: string, amountYen: number, dispatchCode?: string) =>
  world.rail.submit(submission(memberNumber, amountYen, dispatchCode), signal());

const check = (memberNumber: string, amountYen: number) =>
  world.rail.checkMember(world.account, memberNumber, yen(amountYen), signal());

const balanceOf = async (memberNumber: string) =>
  (await world.shown()).members.find((each) => each.memberNumber === memberNumber)?.balanceYen;

describe('limits and members', () => {
  test.each([
    ['over the balance cap', NEARLY_FULL, 5_001, 'limit_exceeded'],
    ['over the largest charge', SHOWN, 500_001, 'limit_exceeded'],
    ['an unknown number', '200000000000', 1_000, 'no_account'],
    ['a closed wallet', '100000000005', 1_000, 'account_closed'],
    ['a wallet that may not receive', '100000000004', 1_000, 'other'],
    ['an invented token', `amt_${'x'.repeat(32)}`, 1_000, 'no_account'],
  ])('%s is refused with its reason, and stays refused', async (_name, member, amount, reason) => {
    expect(await submit(member, amount)).toMatchObject({ kind: 'rejected', reason });
    await world.control('PUT', '/members', { memberNumber: NEARLY_FULL, balanceYen: 0 });
    expect(await submit(member, amount)).toMatchObject({ kind: 'rejected', reason });
    const later = await world.rail.inquire(submission(member, amount), signal());
    expect(later).toMatchObject({
      submission: 'known',
      railReference: null,
      reports: [{ state: 'failed', reason }],
    });
  });

  test('the day has a limit of its own, and charges under way count', async () => {
    expect((await submit('100000000002', 300_000, '00000100000000000001')).kind).toBe('accepted');
    const over = await submit('100000000002', 200_001, '00000100000000000002');
    expect(over).toMatchObject({ kind: 'rejected', reason: 'limit_exceeded' });
    expect(await check('100000000002', 300_000)).toMatchObject({ fits: false, fitsYen: 200_000 });
    await world.moveBy({ hours: 24 });
    expect(await check('100000000002', 300_000)).toMatchObject({ fits: true });
  });

  test('a wallet that filled up meanwhile fails in the end, and the prefund is whole', async () => {
    expect((await submit(NEARLY_FULL, 5_000)).kind).toBe('accepted');
    expect(await world.rail.prefundedYen(world.account, signal())).toBe(9_995_000);
    await world.control('PUT', '/members', { memberNumber: NEARLY_FULL, balanceYen: 996_000 });
    await world.settle();
    const inquiry = await world.rail.inquire(submission(NEARLY_FULL, 5_000), signal());
    expect(inquiry).toMatchObject({ reports: [{ state: 'failed', reason: 'limit_exceeded' }] });
    expect(await world.rail.prefundedYen(world.account, signal())).toBe(10_000_000);
  });

  test('a prefund that is used up refuses, until it is filled', async () => {
    const pay = (number: number) => {
      const digits = String(number).padStart(3, '0');
      return submit(`100000000${digits}`, 500_000, digits.padStart(20, '0'));
    };
    for (let number = 101; number <= 120; number++)
      expect((await pay(number)).kind).toBe('accepted');
    expect(await pay(121)).toMatchObject({ kind: 'rejected', reason: 'rail_unavailable' });
    await world.control('POST', '/prefund', { amountYen: 500_000 });
    expect((await pay(122)).kind).toBe('accepted');
    const { prefundYen, paidInYen } = await world.shown();
    expect([prefundYen, paidInYen]).toEqual([0, 10_500_000]);
  });

  test('a member that is none is a fault of the caller', async () => {
    await expect(submit('1000-0000-0001', 1_000)).rejects.toThrow(/submission/);
    await expect(submit('10000000001', 1_000)).rejects.toThrow(/submission/);
  });

  test('a check says what was asked and no more', async () => {
    expect(await check(SHOWN, 8_400)).toEqual({
      ...{ kind: 'answered', member: 'able', fitsYen: 8_400, fits: true },
    });
    expect(await check(NEARLY_FULL, 8_400)).toMatchObject({ fits: false, fitsYen: 5_000 });
    expect(await check('100000000005', 1)).toMatchObject({ member: 'closed', fitsYen: 0 });
    expect(await check('100000000004', 1)).toMatchObject({ member: 'unable', fitsYen: 0 });
    expect(await check('200000000000', 1)).toMatchObject({ member: 'unknown', fitsYen: 0 });
    await world.fault('down');
    expect(await check(SHOWN, 1)).toMatchObject({ kind: 'unanswered' });
  });
});

describe('hand-over to the app', () => {
  const state = 'a-state-of-this-session';
  const returnUrl = 'https://pay.example/r/l-1?step=wallet';

  async function answer(says: 'yes' | 'no', member = SHOWN): Promise<URLSearchParams> {
    const url = new URL(world.rail.handOverUrl(world.account, { state, returnUrl })!);
    const page = await fetch(url);
    expect(page.status).toBe(200);
    const query = url.search.slice(1);
    const body = new URLSearchParams({ query, answer: says, member_number: member });
    const reply = await fetch(new URL('/app/link', url), {
      ...{ method: 'POST', body, redirect: 'manual' },
    });
    expect(reply.status).toBe(303);
    const location = reply.headers.get('location')!;
    expect(location.startsWith(`${returnUrl}&`)).toBe(true);
    return new URL(location).searchParams;
  }

  test('brings a token that pays once', async () => {
    const handed = world.rail.readHandOver(await answer('yes'), state);
    if (handed?.kind !== 'member') throw new Error('no member was handed over');
    const { memberNumber } = handed;
    expect(world.rail.readMemberNumber(world.account, memberNumber)).toBe(memberNumber);
    expect(await check(memberNumber, 8_400)).toMatchObject({ member: 'able', fits: true });
    expect((await submit(memberNumber, 8_400)).kind).toBe('accepted');
    expect((await submit(memberNumber, 8_400)).kind).toBe('accepted');
    await world.settle();
    expect(await balanceOf(SHOWN)).toBe(12_340 + 8_400);
    const second = await submit(memberNumber, 8_400, '00000100000000000020');
    expect(second).toMatchObject({ kind: 'rejected', detail: 'HTTP 422 token_used' });
  });

  test('brings a no, and nothing to another session', async () => {
    expect(world.rail.readHandOver(await answer('no'), state)).toEqual({ kind: 'declined' });
    expect(world.rail.readHandOver(await answer('yes'), 'another-state')).toBeUndefined();
    expect(world.rail.readHandOver(new URLSearchParams({ state }), state)).toBeUndefined();
    expect(world.rail.readHandOver(new URLSearchParams({ state: '' }), '')).toBeUndefined();
  });

  test('goes only where the contract says, and only as we wrote it', async () => {
    const away = { state, returnUrl: 'https://elsewhere.example/' };
    expect((await fetch(world.rail.handOverUrl(world.account, away)!)).status).toBe(400);
    const url = world.rail.handOverUrl(world.account, { state, returnUrl })!;
    expect((await fetch(url.replace('l-1', 'l-2'))).status).toBe(400);
    const config = { ...(world.account.config as object), handOverUrl: undefined };
    const without = { ...world.account, config };
    expect(world.rail.handOverUrl(without, { state, returnUrl })).toBeUndefined();
  });
});

test('the later news may come first: each notice says what it says', async () => {
  await submit(world.destination('returned_next_day').memberNumber, 2_000);
  await world.settleNextDay();
  const notices = await world.resultNotices!(4);
  const states = notices.toReversed().flatMap((notice) => {
    const [report] = world.rail.readResultNotice(world.account, notice)!;
    return [[report!.dispatchCode, report!.state]];
  });
  expect(states.map(([code]) => code)).toEqual(Array(4).fill(DISPATCH_CODE));
  expect(states.map(([, state]) => state).sort()).toEqual(['paid', 'paid', 'returned', 'returned']);
});

test('an old notice is not believed, nor one where no secret is known', async () => {
  await submit(SHOWN, 1_000);
  await world.settle();
  const [notice] = await world.resultNotices!(1);
  const later = () => Temporal.Now.instant().add({ minutes: 6 });
  expect(createAuPayRail({ now: later }).readResultNotice(world.account, notice!)).toBeUndefined();
  const config = { ...(world.account.config as object), noticeSecret: undefined };
  expect(world.rail.readResultNotice({ ...world.account, config }, notice!)).toBeUndefined();
  const named = Object.entries(notice!.headers).map(([name, value]) => [name.toUpperCase(), value]);
  const headers = Object.fromEntries(named) as Record<string, string>;
  expect(world.rail.readResultNotice(world.account, { ...notice!, headers })).toHaveLength(1);
});

test('a request that was long under way is not taken: absence is proof after a while', async () => {
  const before = () => Temporal.Now.instant().subtract({ seconds: 65 });
  const late = createAuPayRail({ now: before });
  expect(await late.submit(submission(SHOWN, 1_000), signal())).toEqual({
    ...{ kind: 'unknown', detail: 'HTTP 401 signature_invalid proves nothing' },
  });
  expect(await world.books()).toEqual([]);
  expect(world.rail.traits(world.account).absenceProofMs).toBeGreaterThan(65_000);
});

test('announced maintenance is told, and nothing is concluded in it', async () => {
  const maintenance = { from: '2026-11-24T00:00:00Z', until: '2026-11-24T02:00:00Z' };
  await world.control('PUT', '/settings', { maintenance });
  const { rail, account } = world;
  expect((await submit(SHOWN, 1_000)).kind).toBe('unknown');
  expect((await rail.inquire(submission(SHOWN, 1_000), signal())).kind).toBe('unanswered');
  expect(await rail.ping(account, signal())).toEqual({
    ...{ ok: false, detail: 'maintenance until 2026-11-24T02:00:00Z' },
  });
  const [window] = (await rail.maintenance(account, signal()))!;
  expect(window!.until.toString()).toBe(maintenance.until);
  await world.moveBy({ hours: 2 });
  expect(await rail.ping(account, signal())).toEqual({ ok: true, detail: 'ok' });
  expect((await submit(SHOWN, 1_000)).kind).toBe('accepted');
});

test('a configuration is strict and keeps its secrets', () => {
  const { rail, account } = world;
  const secret = 'a-secret-of-the-contract-that-is-long';
  const of = (change: object) => ({
    ...{ ...account, config: { ...(account.config as object), secret, ...change } },
  });
  expect(() => rail.checkConfig(of({}))).not.toThrow();
  expect(rail.limits(of({ maxYen: 50_000 }))).toEqual({
    ...{ minYen: 1, maxYen: 50_000, balanceCapYen: 1_000_000 },
  });
  for (const wrong of [{ maxYen: 500_001 }, { keyId: '' }, { minYen: 9, maxYen: 8 }, { more: 1 }]) {
    expect(() => rail.checkConfig(of(wrong))).toThrow(account.id);
    expect(() => rail.checkConfig(of(wrong))).not.toThrow(secret);
  }
  expect(() => rail.checkConfig({ ...of({}), mode: 'live' })).toThrow(/https in live mode/);
});
