// What only this rail does, against the simulator over the real wire: two legs, the lock, the race
// at the ATM itself, notices out of order or forged, the daily file.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { AtmDestination, PaymentReport, RailAccount, Submission } from '../rail.ts';
import { signedHeaders } from './signature.ts';
import { enter, show, takeCoins, takeNotes, wrong } from './test-atm-screen.ts';
import {
  type AtmWorld,
  type BookedReceipt,
  openAtmWorld,
  startSimulatedAtm,
} from './test-atm-world.ts';
import { submissionOf } from './test-submission.ts';

type Given = Submission<AtmDestination>;

let simulated: Awaited<ReturnType<typeof startSimulatedAtm>>;
let world: AtmWorld;
beforeAll(async () => {
  simulated = await startSimulatedAtm();
});
afterAll(() => simulated.close());
beforeEach(async () => {
  world = await openAtmWorld(simulated.simulator);
});
afterEach(() => world.close());

const signal = () => AbortSignal.timeout(20_000);
const codeOf = (given: Given): string => given.items[0]!.dispatchCode;

async function issued(amountYen: number, days: number | null = 30): Promise<Given> {
  const given = submissionOf(world.account, amountYen, days);
  expect((await world.rail.submit(given, signal())).kind).toBe('accepted');
  return given;
}

async function reportOf(given: Given): Promise<PaymentReport> {
  const inquiry = await world.rail.inquire({ ...given, railReference: null }, signal());
  if (inquiry.kind !== 'answered') throw new Error(inquiry.detail);
  return inquiry.reports[0]!;
}

async function receiptOf(given: Given): Promise<BookedReceipt> {
  const receipts = await world.receipts();
  return receipts.find((each) => each.request_id === codeOf(given))!;
}

const takeBack = (given: Given) =>
  world.rail.takeBack!(
    world.account,
    { dispatchCode: codeOf(given), railReference: null },
    signal(),
  );

const available = () => world.rail.prefundedYen!(world.account, signal());

describe('two legs', () => {
  test('notes at the ATM, coins at the register: paid only then, and whole', async () => {
    const given = await issued(28_466);
    const receipt = await receiptOf(given);
    expect((await enter(world, receipt)).words).toContain('お札28,000円を受け取る');
    const slip = await takeNotes(world, receipt);
    expect(slip.path).toBe(`/slip/${receipt.slip_number}`);
    expect(slip.words).toContain('お札28,000円をお取りください');
    expect(await reportOf(given)).toMatchObject({
      state: 'receivable',
      receivedYen: 28_000,
      detail: 'NOTES_TAKEN',
      receipt: { confirmationNumber: receipt.confirmation_number },
    });
    expect(await takeBack(given)).toBe('already_received');
    expect((await takeCoins(world, receipt)).words).toContain('硬貨466円をお渡ししました');
    const paid = await reportOf(given);
    expect(paid).toMatchObject({ state: 'paid', detail: 'RECEIVED' });
    expect(paid).not.toHaveProperty('receivedYen');
    expect(await available()).toBe(1_000_000 - 28_466);
  });

  test('coins never taken: paid in part at the end of the last day, the rest is ours', async () => {
    const given = await issued(28_466, 7);
    await takeNotes(world, await receiptOf(given));
    await world.moveTo('2026-12-01T14:59:59Z');
    expect(await reportOf(given)).toMatchObject({ state: 'receivable' });
    await world.moveTo('2026-12-01T15:00:00Z');
    const report = await reportOf(given);
    expect(report).toMatchObject({ state: 'paid', receivedYen: 28_000 });
    expect(report.at?.toString()).toBe('2026-12-01T15:00:00Z');
    const late = await takeCoins(world, await receiptOf(given));
    expect(late.words).toContain('受取期限（2026年12月1日（火））を過ぎた');
    expect(await available()).toBe(1_000_000 - 28_000);
  });

  test('less than a note: the ATM prints the slip, the register pays it all', async () => {
    const given = await issued(466);
    const receipt = await receiptOf(given);
    expect((await takeNotes(world, receipt)).words).toContain('レシートをお取りください');
    expect(await reportOf(given)).toMatchObject({ state: 'receivable', detail: 'RECEIVABLE' });
    await takeCoins(world, receipt);
    await takeCoins(world, receipt);
    expect(await reportOf(given)).toMatchObject({ state: 'paid' });
    expect(await available()).toBe(1_000_000 - 466);
  });

  test('whole notes need no register', async () => {
    const given = await issued(8_000);
    await takeNotes(world, await receiptOf(given));
    expect(await reportOf(given)).toMatchObject({ state: 'paid' });
    const { slip_number: slip } = await receiptOf(given);
    expect((await show(world, `/register?slip=${slip}`)).words).toContain('見つかりません');
  });
});

describe('the lock', () => {
  test('three wrong confirmation numbers lock it; it can still be taken back', async () => {
    const given = await issued(5_000);
    const receipt = await receiptOf(given);
    expect((await enter(world, receipt, wrong(receipt))).words).toContain('あと2回');
    expect((await enter(world, receipt, wrong(receipt))).words).toContain('あと1回');
    expect((await enter(world, receipt, wrong(receipt))).words).toContain('受け取れなくなりました');
    expect((await takeNotes(world, receipt)).words).toContain('受け取れなくなりました');
    expect(await reportOf(given)).toMatchObject({
      state: 'receivable',
      detail: 'RECEIVABLE, locked',
    });
    const [notice] = await world.resultNotices(1);
    expect(world.rail.readResultNotice!(world.account, notice!)).toMatchObject([
      { state: 'receivable', detail: 'RECEIVABLE, locked' },
    ]);
    expect(await takeBack(given)).toBe('taken_back');
    expect(await available()).toBe(1_000_000);
  });

  test('unlocked by the network, it can be taken', async () => {
    const given = await issued(5_000);
    const receipt = await receiptOf(given);
    for (let tries = 0; tries < 3; tries++) await enter(world, receipt, wrong(receipt));
    await world.control('POST', '/unlock', { requestId: codeOf(given) });
    await takeNotes(world, receipt);
    expect(await reportOf(given)).toMatchObject({ state: 'paid' });
  });
});

describe('take-back and the recipient', () => {
  test('taken back first: the ATM and the register give nothing', async () => {
    const given = await issued(5_500);
    const receipt = await receiptOf(given);
    expect(await takeBack(given)).toBe('taken_back');
    expect((await takeNotes(world, receipt)).words).toContain('取り消されました');
    expect((await takeCoins(world, receipt)).words).toContain('使えません');
    expect(await available()).toBe(1_000_000);
  });

  test('at the same moment: the money is in exactly one place', async () => {
    await world.control('PUT', '/faults', { delayMs: [0, 3], seed: 11 });
    for (let race = 0; race < 12; race++) {
      const given = await issued(3_000);
      const receipt = await receiptOf(given);
      const before = (await available())!;
      const [back, screen] = await Promise.all([takeBack(given), takeNotes(world, receipt)]);
      const isTaken = screen.path.startsWith('/slip/');
      expect(back).toBe(isTaken ? 'already_received' : 'taken_back');
      expect(await available()).toBe(isTaken ? before : before + 3_000);
    }
  });

  test('a lost answer to a take-back is unknown, and asking again tells', async () => {
    const given = await issued(5_000);
    await world.control('PUT', '/faults', { loseAnswerRate: 1 });
    expect(await takeBack(given)).toBe('unknown');
    await world.fault('none');
    expect(await takeBack(given)).toBe('taken_back');
  });
});

describe('issuing', () => {
  test('a refusal is final for its code, even when the reason has gone', async () => {
    const given = submissionOf(world.account, 50_000, 30);
    await world.control('PUT', '/settings', { amountMaxYen: 10_000 });
    const first = await world.rail.submit(given, signal());
    expect(first).toMatchObject({ kind: 'rejected', reason: 'limit_exceeded' });
    await world.control('PUT', '/settings', { amountMaxYen: 100_000 });
    expect(await world.rail.submit(given, signal())).toEqual(first);
    expect(await reportOf(given)).toMatchObject({ state: 'failed', reason: 'limit_exceeded' });
    expect(await world.receipts()).toEqual([]);
  });

  test('more than is prepaid is refused', async () => {
    for (let count = 0; count < 10; count++) await issued(100_000);
    const given = submissionOf(world.account, 1_000);
    expect(await world.rail.submit(given, signal())).toMatchObject({
      kind: 'rejected',
      reason: 'rail_unavailable',
    });
    expect(await available()).toBe(0);
  });

  test('a configuration made stricter never calls an issued receipt refused', async () => {
    const given = await issued(8_500);
    const config = { ...(world.account.config as object), coinRule: 'refuse' };
    const account: RailAccount = { ...world.account, config };
    const again = await world.rail.submit({ ...given, account }, signal());
    expect(again).toMatchObject({ kind: 'accepted', reports: [{ state: 'receivable' }] });
    const fresh = submissionOf(account, 8_500);
    const refused = { kind: 'rejected', reason: 'limit_exceeded' };
    expect(await world.rail.submit(fresh, signal())).toMatchObject(refused);
    await world.fault('down');
    expect(await world.rail.submit(fresh, signal())).toMatchObject({ kind: 'unknown' });
  });

  test('the same code with other content proves nothing, and makes nothing', async () => {
    const given = await issued(8_000, 30);
    const [item] = given.items;
    const items = [{ ...item!, destination: { receiveWithinDays: 31 } }];
    const outcome = await world.rail.submit({ ...given, items }, signal());
    expect(outcome).toEqual({
      kind: 'unknown',
      detail: 'HTTP 409 request_id_reused proves nothing',
    });
    expect(await world.receipts()).toHaveLength(1);
  });

  test('a storm of lost answers, errors and garbage issues each receipt once', async () => {
    const faults = { loseAnswerRate: 0.3, error5xxRate: 0.2, garbageRate: 0.2, seed: 5 };
    await world.control('PUT', '/faults', faults);
    const all = Array.from({ length: 20 }, (_, index) =>
      submissionOf(world.account, 1_001 + index),
    );
    for (const given of all) {
      for (let tries = 0; tries < 4; tries++) {
        const { kind } = await world.rail.submit(given, signal());
        expect(kind).not.toBe('rejected');
      }
    }
    await world.fault('none');
    for (const given of all)
      expect((await world.rail.submit(given, signal())).kind).toBe('accepted');
    expect(await world.receipts()).toHaveLength(all.length);
  });
});

describe('result notices', () => {
  const read = (request: { headers: Readonly<Record<string, string>>; body: string }) =>
    world.rail.readResultNotice!(world.account, request);

  test('several changes come in any order, each twice, and without the numbers', async () => {
    const given = await issued(8_500);
    const receipt = await receiptOf(given);
    await takeNotes(world, receipt);
    await takeCoins(world, receipt);
    const notices = await world.resultNotices(4);
    const states = notices.flatMap((each) => read(each)!).map((each) => each.state);
    expect(states.sort()).toEqual(['paid', 'paid', 'receivable', 'receivable']);
    for (const { body } of notices) {
      expect(body).not.toContain(receipt.customer_number);
      expect(body).not.toContain('confirmation');
    }
  });

  test('a dropped notice is made up for by an inquiry', async () => {
    await world.control('PUT', '/faults', { dropNoticeRate: 1 });
    const given = await issued(8_000);
    await takeNotes(world, await receiptOf(given));
    expect(await world.control('GET', '/books')).toMatchObject({
      notices: { delivered: 0, waiting: 0, unsent: 1 },
    });
    expect(await reportOf(given)).toMatchObject({ state: 'paid' });
  });

  test('one that is old, or signed with another key or for another act, is not read', async () => {
    const given = await issued(8_000);
    await takeNotes(world, await receiptOf(given));
    const { body } = (await world.resultNotices(1))[0]!;
    const { key, noticeKeys } = world.account.config as {
      key: { keyId: string; secret: string };
      noticeKeys: { keyId: string; secret: string }[];
    };
    const now = Temporal.Now.instant();
    const signed = (by: typeof key, action: string, at = now) => ({
      headers: signedHeaders(by, action, body, at),
      body,
    });
    expect(read(signed(noticeKeys[0]!, 'NOTICE'))).toMatchObject([{ state: 'paid' }]);
    expect(read(signed(noticeKeys[0]!, 'NOTICE', now.subtract({ minutes: 6 })))).toBeUndefined();
    expect(read(signed(noticeKeys[0]!, 'POST /v1/receipts'))).toBeUndefined();
    expect(read(signed(key, 'NOTICE'))).toBeUndefined();
    expect(read({ headers: {}, body })).toBeUndefined();
  });
});

describe('the daily file', () => {
  const day = (text: string) => Temporal.PlainDate.from(text);
  const file = (date: string) => world.rail.dailyFile(world.account, day(date), signal());

  test('tells each movement of its day, and adds up from day to day', async () => {
    const whole = await issued(8_500, 1);
    const part = await issued(3_400, 1);
    const back = await issued(2_000, 1);
    const never = await issued(1_000, 1);
    for (const each of [whole, part]) await takeNotes(world, await receiptOf(each));
    await takeCoins(world, await receiptOf(whole));
    await takeBack(back);
    expect(await file('2026-11-24')).toBeUndefined();
    await world.moveTo('2026-11-26T21:00:00Z');
    const first = (await file('2026-11-24'))!;
    expect([first.openingYen, first.closingYen]).toEqual([0, 1_000_000 - 8_500 - 3_000]);
    expect(first.movements.map(({ kind, amountYen }) => [kind, amountYen])).toEqual([
      ['funded', 1_000_000],
      ['issued', 8_500],
      ['issued', 3_400],
      ['issued', 2_000],
      ['issued', 1_000],
      ['notes', 8_000],
      ['notes', 3_000],
      ['coins', 500],
      ['taken_back', 2_000],
    ]);
    const second = (await file('2026-11-25'))!;
    expect(second.openingYen).toBe(first.closingYen);
    expect(second.closingYen).toBe(first.closingYen);
    expect(second.movements).toMatchObject([
      { kind: 'expired', dispatchCode: codeOf(part), amountYen: 400 },
      { kind: 'expired', dispatchCode: codeOf(never), amountYen: 1_000 },
    ]);
  });

  test('is refused rather than believed when it is broken or cannot be had', async () => {
    await world.moveTo('2026-11-26T21:00:00Z');
    await world.control('PUT', '/faults', { garbageRate: 1 });
    await expect(file('2026-11-24')).rejects.toThrow(/not whole/);
    await world.fault('down');
    await expect(file('2026-11-24')).rejects.toThrow(/not had/);
  });
});
