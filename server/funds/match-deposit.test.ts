// What came for nobody: matched to a shop in two deeds, sent back, reversed in between; crashes at
// every seam.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { credit, type FundsWorld, startFundsWorld } from '../../tests/funds-world.ts';
import { eventsOf } from '../base/events.ts';
import { uuidv7 } from '../base/ids.ts';
import { yen } from '../base/money.ts';
import { Refusal } from '../base/refusal.ts';
import type { ClaimedWork } from '../base/work.ts';
import { finishMatchWork, matchDeposit, reverseMatchWork, startMatch } from './match-deposit.ts';
import { depositsBefore, findDeposit } from './read-deposits.ts';
import { receiveCredits } from './receive-deposit.ts';
import {
  finishSendBack,
  finishSendBackWork,
  type InstructSendBack,
  partsOf,
  sendBack,
  startSendBack,
} from './send-back.ts';

let world: FundsWorld;
let count = 0;

beforeAll(async () => {
  world = await startFundsWorld();
});

afterAll(() => world.close());

function tell(channelKey: string, overrides: Parameters<typeof credit>[2]) {
  const { railAccountId, operatorShopId } = world;
  const source = { channel: 'notice_file', railAccountId, operatorShopId } as const;
  return receiveCredits(world.deps, source, [credit(world.nobodys, channelKey, overrides)]);
}

async function unmatched(amountYen: number, inquiryNumber = ''): Promise<string> {
  const [taken] = await tell(`u${++count}`, { amountYen, inquiryNumber });
  return taken!.depositId!;
}

function workOf(kind: string, key: string): ClaimedWork {
  const dueAt = Temporal.Instant.from('2026-11-24T00:00:00Z');
  const claim = { attempts: 1, version: 1, fence: 1, payload: null };
  return { shopId: world.operatorShopId, kind, key, dueAt, ...claim };
}

const input = (depositId: string, shop = world.shop) => ({
  operatorShopId: world.operatorShopId,
  depositId,
  shopId: shop.shopId,
  by: 'test',
});

describe('a match', () => {
  test('moves the money from the operator to the shop, once', async () => {
    const depositId = await unmatched(3000);
    const own = await matchDeposit(world.deps, input(depositId));
    expect(await matchDeposit(world.deps, input(depositId))).toBe(own);
    await finishMatchWork(world.deps, workOf('funds.finish_match', depositId));
    expect(await world.balances(world.operatorShopId)).toMatchObject({ clearing: 3000 });
    expect(await world.balances(world.shop.shopId)).toEqual({ clearing: -3000, available: 3000 });
    const [deposit] = await depositsBefore(world.db, world.vault, world.shop.shopId, {
      beforeId: null,
      limit: 1,
    });
    expect(deposit).toMatchObject({ depositId: own, amountYen: 3000, status: 'received' });
    expect(deposit?.payer.name).toBe('ﾔﾏﾀﾞ ﾀﾛｳ');
    const events = await eventsOf(world.db, world.operatorShopId, depositId);
    expect(events.map(({ type }) => type)).toEqual(['deposit.unmatched', 'deposit.matched']);
  });

  test('is finished by its work after a crash between the halves', async () => {
    const depositId = await unmatched(2000);
    const before = await world.balances(world.otherShop.shopId);
    expect(before).toEqual({});
    await startMatch(world.deps, input(depositId, world.otherShop));
    expect(await world.balances(world.otherShop.shopId)).toEqual({});
    const work = workOf('funds.finish_match', depositId);
    await Promise.all([finishMatchWork(world.deps, work), finishMatchWork(world.deps, work)]);
    expect(await world.balances(world.otherShop.shopId)).toEqual({
      clearing: -2000,
      available: 2000,
    });
  });

  test('with a second shop, or of a shop of another world, is refused', async () => {
    const depositId = await unmatched(100);
    await matchDeposit(world.deps, input(depositId));
    await expect(matchDeposit(world.deps, input(depositId, world.otherShop))).rejects.toMatchObject(
      { code: 'deposit_not_unmatched' },
    );
    const operator = { ...world.shop, shopId: world.operatorShopId };
    await expect(matchDeposit(world.deps, input(depositId, operator))).rejects.toMatchObject({
      code: 'other_world',
    });
    await expect(matchDeposit(world.deps, input(uuidv7()))).rejects.toMatchObject({
      code: 'deposit_not_found',
    });
  });

  test('is undone in both tenants when the bank takes it back, even half done', async () => {
    const operatorBefore = await world.balances(world.operatorShopId);
    const shopBefore = await world.balances(world.shop.shopId);
    const depositId = await unmatched(4000, '000123');
    await startMatch(world.deps, input(depositId));
    const [reversed] = await tell('u-reversed', {
      amountYen: 4000,
      inquiryNumber: '000123',
      isReversal: true,
    });
    expect(reversed).toMatchObject({ kind: 'reversed', depositId });
    const work = workOf('funds.reverse_match', depositId);
    await reverseMatchWork(world.deps, work);
    await reverseMatchWork(world.deps, work);
    await finishMatchWork(world.deps, workOf('funds.finish_match', depositId));
    expect(await world.balances(world.operatorShopId)).toEqual(operatorBefore);
    expect(await world.balances(world.shop.shopId)).toEqual(shopBefore);
  });
});

describe('sending back', () => {
  const destination = {
    bankCode: '0005',
    branchCode: '001',
    accountType: 'ordinary',
    accountNumber: '7654321',
    accountHolder: 'ヤマダ タロウ',
  } as const;

  function rail() {
    const asked = new Map<string, { id: string; amountYen: number }>();
    const instruct: InstructSendBack = async (_shopId, { reference, amountYen }) => {
      const known = asked.get(reference) ?? { id: uuidv7(), amountYen };
      asked.set(reference, known);
      return known.id;
    };
    return { asked, instruct };
  }

  const send = (depositId: string) => ({
    operatorShopId: world.operatorShopId,
    depositId,
    destination,
    by: 'test',
  });

  test('frees the money for remittances of at most a million each', async () => {
    expect(partsOf(yen(2_500_000))).toEqual([1_000_000, 1_000_000, 500_000]);
    const depositId = await unmatched(2_500_000);
    const { asked, instruct } = rail();
    const ids = await sendBack(world.deps, instruct, send(depositId));
    expect(ids).toHaveLength(3);
    expect([...asked.values()].map(({ amountYen }) => amountYen)).toEqual(partsOf(yen(2_500_000)));
    expect([...asked.keys()].every((reference) => /^sendback-[!-~]{36,40}$/.test(reference))).toBe(
      true,
    );
    const deposit = await findDeposit(world.db, world.vault, world.operatorShopId, depositId);
    expect(deposit).toMatchObject({ status: 'sent_back', sentBackRemittanceIds: ids });
    expect(await world.balances(world.operatorShopId)).toMatchObject({ available: 2_500_000 });
    expect(await finishSendBack(world.deps, instruct, world.operatorShopId, depositId)).toEqual(
      ids,
    );
    expect(asked.size).toBe(3);
  });

  test('is finished by its work after a crash, with the same references', async () => {
    const depositId = await unmatched(1_200_000);
    const { asked, instruct } = rail();
    let calls = 0;
    const dying: InstructSendBack = async (...args) => {
      if (++calls === 2) throw new Error('the process dies');
      return instruct(...args);
    };
    await expect(sendBack(world.deps, dying, send(depositId))).rejects.toThrow('dies');
    await finishSendBackWork(world.deps, instruct, workOf('funds.finish_send_back', depositId));
    expect(asked.size).toBe(2);
    const deposit = await findDeposit(world.db, world.vault, world.operatorShopId, depositId);
    expect(deposit?.status).toBe('sent_back');
  });

  test('to a refused destination leaves the deposit unmatched', async () => {
    const depositId = await unmatched(900);
    const before = await world.balances(world.operatorShopId);
    const refusing: InstructSendBack = async () => {
      throw new Refusal('unknown_bank', { ja: '', en: '' });
    };
    await expect(sendBack(world.deps, refusing, send(depositId))).rejects.toBeInstanceOf(Refusal);
    expect(await world.balances(world.operatorShopId)).toEqual(before);
    await finishSendBackWork(world.deps, refusing, workOf('funds.finish_send_back', depositId));
    await startSendBack(world.deps, send(depositId));
    const { instruct } = rail();
    expect(
      await finishSendBack(world.deps, instruct, world.operatorShopId, depositId),
    ).toHaveLength(1);
    await expect(startSendBack(world.deps, send(depositId))).rejects.toMatchObject({
      code: 'deposit_not_unmatched',
    });
  });

  test('and then taken back by the bank is owed by the operator', async () => {
    const depositId = await unmatched(650, '000650');
    const { instruct } = rail();
    await sendBack(world.deps, instruct, send(depositId));
    await tell('u650R', { amountYen: 650, inquiryNumber: '000650', isReversal: true });
    expect(await world.balances(world.operatorShopId)).toMatchObject({ due_from_shop: -650 });
  });
});
