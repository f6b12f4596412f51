// From the cut-off to the rail and what it answers: grouped, called once, lost answers resolved by
// asking, handed over again only with proof that nothing was paid.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type DeedShop,
  type DeedWorld,
  findFaults,
  startDeedWorld,
} from '../../tests/deed-world.ts';
import { knowsNothing } from '../../tests/scripted-rail.ts';
import { yen } from '../base/money.ts';
import type { Submission } from '../rails/rail.ts';
import { submissionById, updateSubmission } from './attempt-store.ts';
import { dispatchDue } from './dispatch.ts';
import { shopNumberOf } from './dispatch-code.ts';
import { conclude } from './submit.ts';

let world: DeedWorld;
let shop: DeedShop;

beforeAll(async () => {
  world = await startDeedWorld();
});

beforeEach(async () => {
  await world.reset();
  shop = await world.openShop();
  await shop.fund(100_000);
});

afterEach(async () => {
  expect(await findFaults(shop)).toEqual([]);
});

afterAll(() => world.close());

const statusOf = async (id: string) => (await shop.remittance(id)).status;
const codesOf = (submission: Submission) => submission.items.map((item) => item.dispatchCode);

async function workAt(tokyoTime: string): Promise<void> {
  world.moveTo(tokyoTime);
  await shop.work();
}

interface Row {
  readonly status: string;
  readonly number: number;
  readonly dispatch_code: string;
}
const attempts = () =>
  shop.rows<Row>(
    'select status, number, dispatch_code from attempt where ' +
      'shop_id = $1 order by number, item_number',
  );

/** What the rail was asked to pay, whatever it said to it. */
const asked = () => world.rail.submitted.flatMap((submission) => submission.items);

describe('dispatch', () => {
  test('one submission for all of a transfer date, in order, with codes of its own', async () => {
    const ids = [await shop.scheduled(1), await shop.scheduled(2), await shop.scheduled(3)];
    await workAt('2026-11-24T09:00');
    expect(world.rail.submitted).toHaveLength(1);
    const [submission] = world.rail.submitted;
    expect(submission!.items.map(({ itemNumber, amountYen }) => [itemNumber, amountYen])).toEqual([
      ...[
        [1, 1],
        [2, 2],
        [3, 3],
      ],
    ]);
    expect(submission!.totalYen).toBe(6);
    expect(`${submission!.transferDate}`).toBe('2026-11-24');
    expect(submission!.items[0]!.destination).toMatchObject({
      ...{ bankCode: '0005', accountNumber: '1234567', holderName: 'ﾔﾏﾀﾞ ﾀﾛｳ' },
    });
    for (const code of codesOf(submission!)) expect(shopNumberOf(code)).toBe(shop.shop.number);
    expect(await Promise.all(ids.map(statusOf))).toEqual(Array(3).fill('processing'));
    expect(await shop.balances()).toMatchObject({ 'in_flight:bank_transfer': 6 });
  });

  test('no more in one than the rail takes', async () => {
    world.rail.traitsNow = { ...world.rail.traitsNow, maxItems: 4 };
    await shop.instruct(Array.from({ length: 10 }, () => shop.draft()));
    await workAt('2026-11-24T09:00');
    expect(world.rail.submitted.map(({ items }) => items.length).sort()).toEqual([2, 4, 4]);
    expect(new Set(world.rail.submitted.flatMap(codesOf)).size).toBe(10);
  });

  test('what is for later stays', async () => {
    const scheduledFor = Temporal.PlainDate.from('2026-11-26');
    await shop.instruct([shop.draft(), shop.draft({ scheduledFor })]);
    await workAt('2026-11-24T14:30');
    expect((await shop.all()).map(({ status }) => status)).toEqual(['processing', 'scheduled']);
    await workAt('2026-11-26T09:00');
    expect(world.rail.submitted.map(({ transferDate }) => `${transferDate}`)).toEqual([
      ...['2026-11-24', '2026-11-26'],
    ]);
  });

  test('an outage over the cut-offs: planned anew, and told', async () => {
    const id = await shop.scheduled();
    await workAt('2026-11-24T15:30');
    const moved = await shop.remittance(id);
    expect(moved).toMatchObject({ status: 'scheduled', eventSequence: 2 });
    expect(`${moved.transferDate} ${moved.expectedTo}`).toBe('2026-11-25 2026-11-26');
    await workAt('2026-11-25T09:00');
    expect(await statusOf(id)).toBe('processing');
  });

  test('by two workers at once: each remittance goes once', async () => {
    await shop.instruct(Array.from({ length: 30 }, () => shop.draft()));
    world.moveTo('2026-11-24T09:00');
    const work = { shopId: shop.shop.shopId } as never;
    await Promise.all([dispatchDue(world.deps, work), dispatchDue(world.deps, work)]);
    await shop.work();
    expect(asked()).toHaveLength(30);
    expect(new Set(asked().map(({ dispatchCode }) => dispatchCode)).size).toBe(30);
  });
});

describe('a rail is asked once', () => {
  test('the database refuses a second call', async () => {
    await shop.scheduled();
    await workAt('2026-11-24T09:00');
    const { id } = world.rail.submitted[0]!;
    const again = world.core.deeds.run(shop.shop.shopId, (tx) =>
      updateSubmission(tx, id, { status: 'calling' }),
    );
    await expect(again).rejects.toThrow('a rail is never asked twice');
  });

  test('and a second living attempt of one remittance', async () => {
    await shop.scheduled();
    await workAt('2026-11-24T09:00');
    const copy = shop.rows(
      `insert into attempt (shop_id, attempt_id, remittance_id, number, submission_id, item_number,
         dispatch_code, amount_yen, status, created_at)
       select shop_id, gen_random_uuid(), remittance_id, 2, submission_id, 2, 'x', amount_yen,
         'processing', created_at from attempt where shop_id = $1`,
    );
    await expect(copy).rejects.toMatchObject({ constraint: 'attempt_one_alive' });
  });

  test('a crash between the call and its answer: asked after, not asked again', async () => {
    const id = await shop.scheduled();
    world.rail.onSubmit = () => new Promise(() => {});
    world.moveTo('2026-11-24T09:00');
    await dispatchDue(world.deps, { shopId: shop.shop.shopId } as never);
    const [row] = await shop.rows<{ submission_id: string }>(
      'select submission_id from submission where shop_id = $1',
    );
    // What a process leaves that dies in the call.
    await world.core.deeds.run(shop.shop.shopId, (tx) =>
      updateSubmission(tx, row!.submission_id, { status: 'calling' }),
    );
    await shop.work();
    expect(world.rail.submitted).toEqual([]);
    const [attempt] = await attempts();
    world.rail.say(attempt!.dispatch_code, 'paid');
    await workAt('2026-11-24T09:02');
    expect(await statusOf(id)).toBe('paid');
    expect(world.rail.submitted).toEqual([]);
  });
});

describe('the answer is lost', () => {
  const lost = async () => ({ kind: 'unknown', detail: 'cut' }) as const;

  test('the rail has it: taken as accepted', async () => {
    const id = await shop.scheduled();
    world.rail.onSubmit = lost;
    await workAt('2026-11-24T09:00');
    expect(await statusOf(id)).toBe('processing');
    world.rail.say(codesOf(world.rail.submitted[0]!)[0]!, 'paid');
    await workAt('2026-11-24T09:01');
    expect(await statusOf(id)).toBe('paid');
    expect(world.rail.submitted).toHaveLength(1);
  });

  test('the rail never had it: proven by time only, then handed over with a new code', async () => {
    const id = await shop.scheduled();
    const accepts = world.rail.onSubmit;
    const answers = world.rail.onInquire;
    world.rail.onSubmit = lost;
    world.rail.onInquire = knowsNothing;
    await workAt('2026-11-24T09:00');
    await workAt('2026-11-24T09:59');
    expect(world.rail.submitted).toHaveLength(1);
    world.rail.onSubmit = accepts;
    await workAt('2026-11-24T10:00');
    expect(world.rail.submitted).toHaveLength(2);
    const [first, second] = world.rail.submitted.flatMap(codesOf);
    expect(second).not.toBe(first);
    world.rail.onInquire = answers;
    world.rail.say(second!, 'paid');
    await workAt('2026-11-24T10:30');
    expect(await statusOf(id)).toBe('paid');
    expect((await attempts()).map(({ status }) => status)).toEqual(['failed', 'paid']);
    expect(await shop.balances()).toMatchObject({ cash: -99_000, available: 99_000 });
  });

  test('nothing is concluded from no answer', async () => {
    const id = await shop.scheduled();
    world.rail.onSubmit = lost;
    world.rail.onInquire = async () => ({ kind: 'unanswered', detail: 'down' });
    await workAt('2026-11-24T09:00');
    for (const hour of ['12', '15', '20']) await workAt(`2026-11-24T${hour}:00`);
    expect(await statusOf(id)).toBe('processing');
    expect(world.rail.submitted).toHaveLength(1);
  });

  test('a rail that throws may have paid', async () => {
    const id = await shop.scheduled();
    world.rail.onSubmit = async () => {
      throw new TypeError('a bug');
    };
    await workAt('2026-11-24T09:00');
    expect(await statusOf(id)).toBe('processing');
    world.rail.say(codesOf(world.rail.submitted[0]!)[0]!, 'paid');
    await workAt('2026-11-24T09:01');
    expect(await statusOf(id)).toBe('paid');
  });

  test('what it accepted it cannot have lost: a person must look', async () => {
    const id = await shop.scheduled();
    await workAt('2026-11-24T09:00');
    world.rail.onInquire = knowsNothing;
    await workAt('2026-11-25T09:00');
    expect(await statusOf(id)).toBe('processing');
    expect(world.logged).toContain('contradiction');
    expect(world.rail.submitted).toHaveLength(1);
  });
});

describe('answers that come late', () => {
  async function lostAndKnown() {
    const id = await shop.scheduled();
    world.rail.onSubmit = async () => ({ kind: 'unknown', detail: 'cut' });
    await workAt('2026-11-24T09:00');
    await workAt('2026-11-24T09:01');
    const submissionId = world.rail.submitted[0]!.id;
    const stored = await submissionById(world.core.db, shop.shop.shopId, submissionId);
    expect(stored?.status).toBe('accepted');
    return { id, stored: stored! };
  }

  test('a refusal after the rail was found to have it changes nothing', async () => {
    const { id, stored } = await lostAndKnown();
    const refusal = { kind: 'rejected', reason: 'other', detail: 'late', items: [] } as const;
    await conclude(world.deps, { ...stored, status: 'calling' }, refusal);
    expect(await statusOf(id)).toBe('processing');
    expect(await attempts()).toMatchObject([{ status: 'processing' }]);
  });

  test('an acceptance after the same is heard twice without harm', async () => {
    const { id, stored } = await lostAndKnown();
    await conclude(world.deps, stored, { kind: 'accepted', railReference: 'other' });
    expect(await statusOf(id)).toBe('processing');
    const after = await submissionById(world.core.db, shop.shop.shopId, stored.submissionId);
    expect(after?.railReference).toBe(stored.railReference);
  });
});

describe('the rail refuses', () => {
  test('all of it: the reason, and the money back', async () => {
    const id = await shop.scheduled(5_000);
    world.rail.onSubmit = async () => ({
      ...{ kind: 'rejected', reason: 'limit_exceeded', detail: 'E101', items: [] },
    });
    await workAt('2026-11-24T09:00');
    expect(await shop.remittance(id)).toMatchObject({
      ...{ status: 'failed', statusReason: 'limit_exceeded', statusDetail: 'E101' },
    });
    expect(await shop.balances()).toEqual({ available: 100_000, cash: -100_000 });
  });

  test('one item: it fails, and the innocents go again at once with new codes', async () => {
    await shop.instruct([1, 2, 3].map((amount) => shop.draft({ amountYen: yen(amount) })));
    const accepts = world.rail.onSubmit;
    world.rail.onSubmit = async () => {
      world.rail.onSubmit = accepts;
      const items = [{ itemNumber: 2, reason: 'no_account', detail: 'E102' }] as const;
      return { kind: 'rejected', reason: 'other', detail: 'E101', items };
    };
    await workAt('2026-11-24T09:00');
    expect((await shop.all()).map(({ status }) => status)).toEqual([
      ...['processing', 'failed', 'processing'],
    ]);
    expect((await shop.all())[1]!.statusReason).toBe('no_account');
    const [first, second] = world.rail.submitted;
    expect(second!.items.map(({ amountYen }) => amountYen)).toEqual([1, 3]);
    expect(codesOf(first!).some((code) => codesOf(second!).includes(code))).toBe(false);
    expect((await attempts()).map(({ number, status }) => [number, status])).toEqual([
      ...[
        [1, 'failed'],
        [1, 'failed'],
        [1, 'failed'],
        [2, 'processing'],
        [2, 'processing'],
      ],
    ]);
  });

  test('because it is away: again after a pause, then with the next cut-off', async () => {
    const id = await shop.scheduled();
    const accepts = world.rail.onSubmit;
    world.rail.onSubmit = async () => ({
      ...{ kind: 'rejected', reason: 'rail_unavailable', detail: 'HTTP 429', items: [] },
    });
    await workAt('2026-11-24T09:00');
    expect(await statusOf(id)).toBe('processing');
    await workAt('2026-11-24T09:00:59');
    expect(world.rail.submitted).toHaveLength(1);
    await workAt('2026-11-24T09:01');
    await workAt('2026-11-24T09:06');
    expect(world.rail.submitted).toHaveLength(3);
    await workAt('2026-11-24T14:59');
    world.rail.onSubmit = accepts;
    // By now the day is gone, so the next attempt is for the next one.
    await workAt('2026-11-24T15:30');
    const last = world.rail.submitted.at(-1)!;
    expect(`${last.transferDate}`).toBe('2026-11-25');
    expect(`${(await shop.remittance(id)).transferDate}`).toBe('2026-11-25');
    world.rail.say(codesOf(last)[0]!, 'paid');
    await workAt('2026-11-25T10:00');
    expect(await statusOf(id)).toBe('paid');
  });

  test('for ever: given up after eight attempts, money back', async () => {
    const id = await shop.scheduled();
    world.rail.onSubmit = async () => ({
      ...{ kind: 'rejected', reason: 'rail_unavailable', detail: 'HTTP 503', items: [] },
    });
    for (let day = 24; day <= 30; day++) {
      for (const hour of ['09', '11', '14', '18', '23']) {
        await workAt(`2026-11-${day}T${hour}:00`);
      }
    }
    expect(await attempts()).toHaveLength(8);
    expect(world.rail.submitted.length).toBeLessThanOrEqual(8);
    expect(await shop.remittance(id)).toMatchObject({
      ...{ status: 'failed', statusReason: 'rail_unavailable' },
    });
    expect(await shop.balances()).toEqual({ available: 100_000, cash: -100_000 });
  });
});

test('called too late for its day, it is not called for that day', async () => {
  const id = await shop.scheduled();
  world.moveTo('2026-11-24T09:00');
  await dispatchDue(world.deps, { shopId: shop.shop.shopId } as never);
  await workAt('2026-11-24T16:00');
  expect(world.rail.submitted.map(({ transferDate }) => `${transferDate}`)).toEqual(['2026-11-25']);
  expect((await attempts()).map(({ status }) => status)).toEqual(['failed', 'processing']);
  expect(`${(await shop.remittance(id)).transferDate}`).toBe('2026-11-25');
});
