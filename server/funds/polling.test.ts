// Asking banks: files are kept before they are acknowledged, notices before the next page, each
// taken once by its work; and asking goes on at business times.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FundsWorld, startFundsWorld } from '../../tests/funds-world.ts';
import { GENUINE, type PolledBank, polledBank } from '../../tests/polled-bank.ts';
import { formatNyukinTsuchi } from '../../zengin/nyukin-tsuchi.ts';
import { japaneseBankCalendar } from '../base/calendar.ts';
import { tokyoDate, tokyoInstant } from '../base/clock.ts';
import { yen } from '../base/money.ts';
import type { ClaimedWork } from '../base/work.ts';
import { createWorker } from '../base/worker.ts';
import type { CreditNotice } from '../rails/rail.ts';
import { collectFiles } from './collect-files.ts';
import { bankFiles } from './import-bank-file.ts';
import { pollCredits } from './poll-credits.ts';
import { FILE_TIMES, NOTICE_TIMES, nextPoll } from './poll-times.ts';
import { type PollingDeps, startPolling } from './polling-deps.ts';
import { receiveWebhook } from './receive-credit-notice.ts';
import { fundsHandlers } from './work-handlers.ts';

let world: FundsWorld;
let bank: PolledBank;
let deps: PollingDeps;
const calendar = japaneseBankCalendar();
const signal = new AbortController().signal;
const date = '2026-11-24';

beforeAll(async () => {
  world = await startFundsWorld();
  bank = polledBank();
  const rails = new Map([[bank.rail.name, bank.rail]]);
  const times = { fileTimes: FILE_TIMES, noticeTimes: NOTICE_TIMES };
  deps = { ...world.deps, rails, calendar, ...times };
});

afterAll(() => world.close());

function file(amountYen: number): Uint8Array {
  const dates = { createdOn: date, fromDate: date, toDate: date };
  const place = { ...dates, ...world.account, accountType: 'ordinary' } as const;
  const line = { inquiryNumber: '000001', accountingDate: date, amountYen, payerName: 'ﾔﾏﾀﾞ' };
  return formatNyukinTsuchi([{ header: { ...place, accountName: 'ｶ)ｶﾜｾ' }, items: [line] }]);
}

function notice(noticeKey: string, amountYen: number): CreditNotice {
  return {
    noticeKey,
    ...world.account,
    amountYen: yen(amountYen),
    payerName: 'ﾔﾏﾀﾞ ﾀﾛｳ',
    payerBank: 'ﾐﾂﾊﾞ',
    valueDate: Temporal.PlainDate.from(date),
    isReversal: false,
    creditNumber: noticeKey,
  };
}

/** Runs the work that is due, as the server does. */
async function work(): Promise<void> {
  const errors: unknown[] = [];
  const worker = createWorker({
    db: world.db,
    wall: world.deeds.wall,
    handlers: fundsHandlers(deps, async () => 'none'),
    concurrency: 2,
    onError: (error) => void errors.push(error),
  });
  await worker.drainShop(world.operatorShopId);
  await worker.stop(1000);
  expect(errors).toEqual([]);
}

const availableYen = async () => (await world.balances(world.shop.shopId)).available ?? 0;

describe('files', () => {
  test('are kept, acknowledged, then imported; a broken one stops nothing', async () => {
    const before = await availableYen();
    const broken = file(100).fill(0x58, 210, 215);
    for (let count = 0; count < 12; count++) bank.files.set(`f${count}`, file(1000 + count));
    bank.files.set('broken', broken);
    expect(await collectFiles(deps, world.railAccountId, signal)).toBe(13);
    expect(bank.acknowledged).toHaveLength(13);
    expect(await availableYen()).toBe(before);
    await work();
    expect((await availableYen()) - before).toBe(12 * 1000 + 66);
    bank.files.set('again', file(1000));
    expect(await collectFiles(deps, world.railAccountId, signal)).toBe(0);
    expect(bank.files.size).toBe(0);
    const page = { beforeId: null, limit: 100 };
    const files = await bankFiles(deps, world.operatorShopId, page);
    expect(files.filter(({ status }) => status === 'quarantined')).toHaveLength(1);
    expect(files.filter(({ status }) => status === 'imported')).toHaveLength(12);
  });
});

describe('notices', () => {
  test('come by webhook and list, in whatever order, and are one deposit each', async () => {
    const before = await availableYen();
    const body = JSON.stringify(notice('n1', 300));
    const told = { headers: GENUINE, body };
    expect(await receiveWebhook(deps, world.railAccountId, told)).toBe(1);
    expect(await receiveWebhook(deps, world.railAccountId, told)).toBe(0);
    bank.pages.push([notice('n1', 300), notice('n2', 400)], [notice('n3', 500)]);
    const dueAt = world.deeds.wall();
    expect(await pollCredits(deps, world.railAccountId, dueAt, signal)).toBe(2);
    await work();
    expect((await availableYen()) - before).toBe(1200);
  });

  test('of credits taken back reverse what the webhook told, once, in any order', async () => {
    const before = await availableYen();
    const reversal = (of: string, amountYen: number): CreditNotice => ({
      ...notice(`${of}/cancel`, amountYen),
      ...{ isReversal: true, creditNumber: of },
    });
    const told = { headers: GENUINE, body: JSON.stringify(notice('r1', 7_000)) };
    await receiveWebhook(deps, world.railAccountId, told);
    await work();
    expect((await availableYen()) - before).toBe(7_000);
    bank.recent.push(notice('r1', 7_000), reversal('r1', 7_000), reversal('r2', 800));
    for (const count of [2, 0]) {
      expect(await pollCredits(deps, world.railAccountId, world.deeds.wall(), signal)).toBe(count);
      await work();
      expect((await availableYen()) - before).toBe(0);
    }
    // The reversal came first; its deposit is no money either.
    bank.recent.push(notice('r2', 800));
    expect(await pollCredits(deps, world.railAccountId, world.deeds.wall(), signal)).toBe(1);
    await work();
    expect((await availableYen()) - before).toBe(0);
    bank.recent.length = 0;
  });

  test('whose list was read and lost are found again, however long nobody could ask', async () => {
    const before = await availableYen();
    const dueAt = world.deeds.wall().subtract({ hours: 24 * 9 });
    // Marked as delivered at the bank the day before it was to be asked again, and never kept here.
    bank.recent.push(notice('n20', 700));
    expect(await pollCredits(deps, world.railAccountId, dueAt, signal)).toBe(1);
    const from = tokyoDate(dueAt).subtract({ days: 3 });
    expect(`${bank.askedSince.at(-1)}`).toBe(`${from}`);
    expect(await pollCredits(deps, world.railAccountId, dueAt, signal)).toBe(0);
    await work();
    expect((await availableYen()) - before).toBe(700);
    bank.recent.length = 0;
  });

  test('that are not genuine are refused', async () => {
    const told = { headers: {}, body: JSON.stringify(notice('n9', 300)) };
    await expect(receiveWebhook(deps, world.railAccountId, told)).rejects.toMatchObject({
      code: 'notice_not_genuine',
      status: 401,
    });
  });
});

test('asking begins at once and goes on by itself', async () => {
  bank.files.set('first', file(2000));
  bank.pages.push([notice('n10', 600)]);
  const before = await availableYen();
  await startPolling(deps, world.railAccountId);
  await work();
  expect((await availableYen()) - before).toBe(2600);
  const rows = await world.db.query<Pick<ClaimedWork, 'kind'>>(
    `select kind from work where shop_id = $1 and kind in ('funds.collect', 'funds.poll_credits')
       and due_at > now()`,
    [world.operatorShopId],
  );
  expect(rows).toHaveLength(2);
});

describe('the next time of asking', () => {
  const at = (day: string, time: string) => tokyoInstant(Temporal.PlainDate.from(day), time);

  test.each([
    ['before opening', '2026-11-24', '07:10', '2026-11-24', '08:00'],
    ['at a time', '2026-11-24', '08:00', '2026-11-24', '08:30'],
    ['between', '2026-11-24', '09:01', '2026-11-24', '09:30'],
    ['at the last time', '2026-11-24', '19:00', '2026-11-25', '08:00'],
    ['before a weekend', '2026-11-20', '19:30', '2026-11-24', '08:00'],
    ['at new year', '2026-12-30', '20:00', '2027-01-04', '08:00'],
  ])('%s', (_when, day, time, nextDay, nextTime) => {
    const next = nextPoll(at(day, time), calendar, FILE_TIMES);
    expect(next.toString()).toBe(at(nextDay, nextTime).toString());
  });

  test('for notices is every hour of every day', () => {
    const next = nextPoll(at('2026-11-22', '23:10'), calendar, NOTICE_TIMES);
    expect(next.toString()).toBe(at('2026-11-23', '00:00').toString());
  });
});
