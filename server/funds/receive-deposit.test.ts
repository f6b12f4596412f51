// Receiving credits on a real database: whose they are, once each, reversed spent or not, repaid
// first, unmatched.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { credit, type FundsWorld, startFundsWorld } from '../../tests/funds-world.ts';
import { eventsAfter, eventsOf } from '../base/events.ts';
import { yen } from '../base/money.ts';
import { post, transfersOfCauses } from '../ledger/books.ts';
import type { Credit, Source } from './credit.ts';
import type { AccountNumber, Channel } from './deposit.ts';
import { depositsBefore, unmatchedDeposits } from './read-deposits.ts';
import { receiveCredits } from './receive-deposit.ts';
import { closeVirtualAccount, openVirtualAccount } from './virtual-accounts.ts';
import { resolveReversal, waitingReversals } from './waiting-reversals.ts';

let world: FundsWorld;
let nextNumber = 100;

beforeAll(async () => {
  world = await startFundsWorld();
});

afterAll(() => world.close());

/** A fresh account of the shop, so that the tests do not meet. */
async function freshAccount(): Promise<AccountNumber> {
  const { shop, railAccountId } = world;
  const account = { ...world.account, accountNumber: String(nextNumber++).padStart(7, '0') };
  const input = { shopId: shop.shopId, railAccountId, holderName: 'ｶ)ｶﾜｾ', by: 'test' };
  await openVirtualAccount(world.deps, { ...input, ...account });
  return account;
}

function tell(channel: Channel, ...credits: Credit[]) {
  const { railAccountId, operatorShopId } = world;
  const source: Source = { channel, railAccountId, operatorShopId };
  return receiveCredits(world.deps, source, credits);
}

async function kinds(channel: Channel, ...credits: Credit[]): Promise<string[]> {
  return (await tell(channel, ...credits)).map(({ kind }) => kind);
}

async function delta(shopId: string, run: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = await world.balances(shopId);
  await run();
  const after = await world.balances(shopId);
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changes = names.map((name) => [name, (after[name] ?? 0) - (before[name] ?? 0)] as const);
  return Object.fromEntries(changes.filter(([, change]) => change !== 0));
}

/** As if remittances had used it: `available` goes out of the books. */
async function spendAll(shopId: string): Promise<void> {
  const { available = 0 } = await world.balances(shopId);
  if (available === 0) return;
  await world.deeds.run(shopId, (tx) =>
    post(tx, [
      {
        from: 'available',
        to: `cash:${world.railAccountId}`,
        amountYen: yen(available),
        cause: 'paid',
        causeId: crypto.randomUUID(),
      },
    ]),
  );
}

describe('a credit on a shop’s virtual account', () => {
  test('becomes one deposit, whoever tells of it and however often', async () => {
    const account = await freshAccount();
    const { shopId } = world.shop;
    const one = credit(account, 'one');
    const change = await delta(shopId, async () => {
      expect(await kinds('notice_file', one, one)).toEqual(['created', 'repeat']);
      expect(await kinds('notice_file', one)).toEqual(['repeat']);
      expect(await kinds('statement', credit(account, 'two'))).toEqual(['seen']);
      expect(await kinds('api', credit(account, 'three'))).toEqual(['seen']);
      expect(await kinds('api', credit(account, 'three'))).toEqual(['repeat']);
    });
    expect(change).toEqual({ available: 1000, cash: -1000 });
  });

  test('tells of itself without the payer, and asks for waiting remittances', async () => {
    const account = await freshAccount();
    const [taken] = await tell('api', credit(account, 'told'));
    const { shopId } = world.shop;
    const events = await eventsOf(world.db, shopId, taken!.depositId!);
    expect(events.map(({ type, objectSequence }) => [type, objectSequence])).toEqual([
      ['deposit.received', 1],
    ]);
    expect(JSON.stringify(events[0]!.payload)).not.toContain('ﾔﾏﾀﾞ');
    expect(events[0]!.payload).toMatchObject({ amount: 1000, status: 'received' });
    const work = await world.db.query<{ kind: string }>(
      `select kind from work where shop_id = $1 and kind = 'remittances.release_waiting'`,
      [shopId],
    );
    expect(work).toHaveLength(1);
    const [deposit] = await depositsBefore(world.db, world.vault, shopId, {
      beforeId: null,
      limit: 1,
    });
    expect(deposit?.payer).toEqual({ name: 'ﾔﾏﾀﾞ ﾀﾛｳ', bank: 'ﾐﾂﾊﾞ ﾎﾝﾃﾝ' });
  });

  test('told by processes at the same time is one deposit', async () => {
    const account = await freshAccount();
    const told = await Promise.all([
      kinds('notice_file', credit(account, 'a')),
      kinds('notice_file', credit(account, 'a')),
      kinds('statement', credit(account, 'b')),
      kinds('api', credit(account, 'c')),
    ]);
    const counts = told.flat().sort();
    expect(counts).toEqual(['created', 'repeat', 'seen', 'seen']);
  });

  test('closes a batch of several shops and nobodies', async () => {
    const taken = await tell(
      'statement',
      credit(world.account, 'batch1'),
      credit(world.otherAccount, 'batch2'),
      credit(world.nobodys, 'batch3'),
      credit(world.account, 'batch4'),
    );
    expect(taken.map(({ kind }) => kind)).toEqual(['created', 'created', 'created', 'created']);
    expect(taken.map(({ shopId }) => shopId)).toEqual([
      world.shop.shopId,
      world.otherShop.shopId,
      world.operatorShopId,
      world.shop.shopId,
    ]);
  });
});

describe('a reversal', () => {
  test('takes back what is unspent', async () => {
    const account = await freshAccount();
    const numbered = { inquiryNumber: '000042' };
    const change = await delta(world.shop.shopId, async () => {
      const [taken] = await tell('notice_file', credit(account, 'c', numbered));
      const reversal = { ...numbered, isReversal: true, valueDate: '2026-11-26' };
      expect(await kinds('notice_file', credit(account, 'r', reversal))).toEqual(['reversed']);
      const events = await eventsOf(world.db, world.shop.shopId, taken!.depositId!);
      expect(events.map(({ type }) => type)).toEqual(['deposit.received', 'deposit.reversed']);
      expect(await kinds('notice_file', credit(account, 'r', reversal))).toEqual(['repeat']);
    });
    expect(change).toEqual({});
  });

  test('of what is spent leaves the shop owing, and later deposits repay it first', async () => {
    const account = { ...world.otherAccount };
    const { shopId } = world.otherShop;
    await tell('notice_file', credit(account, 's1', { amountYen: 5000, inquiryNumber: '1' }));
    await spendAll(shopId);
    await tell('notice_file', credit(account, 's2', { amountYen: 1500, inquiryNumber: '2' }));
    const reversal = { amountYen: 5000, isReversal: true, inquiryNumber: '1' };
    const change = await delta(shopId, () => tell('notice_file', credit(account, 's1R', reversal)));
    expect(change).toEqual({ available: -1500, due_from_shop: -3500, cash: 5000 });
    const partly = await delta(shopId, () =>
      tell('notice_file', credit(account, 's3', { amountYen: 2000, inquiryNumber: '3' })),
    );
    expect(partly).toEqual({ due_from_shop: 2000, cash: -2000 });
    const [last] = await tell('api', credit(account, 's4', { amountYen: 4000 }));
    const transfers = await transfersOfCauses(world.db, shopId, [last!.depositId!]);
    expect(transfers.map(({ to, amountYen, cause }) => [to, amountYen, cause])).toEqual([
      ['due_from_shop', 1500, 'deposit_repays_shortfall'],
      ['available', 2500, 'deposit'],
    ]);
  });

  test('that takes the balance below the shop’s line warns of it', async () => {
    const account = await freshAccount();
    const { shopId } = world.shop;
    await spendAll(shopId);
    const numbered = { inquiryNumber: '9', amountYen: 800 };
    await tell('statement', credit(account, 'w', numbered));
    const [head] = await world.db.query<{ event_seq: number }>(
      'select event_seq from shop_head where shop_id = $1',
      [shopId],
    );
    await tell('statement', credit(account, 'wR', { ...numbered, isReversal: true }));
    const events = await eventsAfter(world.db, shopId, head!.event_seq, 10);
    expect(events.map(({ type }) => type)).toEqual(['deposit.reversed', 'balance.low']);
  });

  test('before its deposit waits, is listed, and is applied when the deposit appears', async () => {
    const account = await freshAccount();
    const { shopId } = world.shop;
    const numbered = { inquiryNumber: '000077' };
    const reversal = credit(account, 'earlyR', { ...numbered, isReversal: true });
    expect(await kinds('notice_file', reversal)).toEqual(['waits']);
    expect(await kinds('notice_file', reversal)).toEqual(['repeat']);
    const listed = await waitingReversals(world.db, world.vault, shopId, 10);
    expect(listed.map(({ payer }) => payer.name)).toEqual(['ﾔﾏﾀﾞ ﾀﾛｳ']);
    const change = await delta(shopId, async () => {
      expect(await kinds('notice_file', credit(account, 'late', numbered))).toEqual(['created']);
    });
    expect(change).toEqual({});
    expect(await waitingReversals(world.db, world.vault, shopId, 10)).toEqual([]);
  });

  test('that nothing names is for a person, who applies or drops it', async () => {
    const account = await freshAccount();
    const { shopId } = world.shop;
    const [taken] = await tell('api', credit(account, 'p'));
    const reversal = { isReversal: true, payer: { name: 'ﾍﾞﾂｼﾞﾝ', bank: '' } };
    await tell('statement', credit(account, 'pR', reversal), credit(account, 'pR2', reversal));
    const resolve = (channelKey: string, depositId: string | null) =>
      resolveReversal(world.deps, {
        ...{ shopId, channel: 'statement', channelKey, depositId, note: 'checked', by: 'test' },
      } as const);
    const change = await delta(shopId, () => resolve('pR', taken!.depositId));
    expect(change).toEqual({ available: -1000, cash: 1000 });
    await expect(resolve('pR2', taken!.depositId)).rejects.toMatchObject({
      code: 'reversal_does_not_fit',
    });
    await resolve('pR2', null);
    await expect(resolve('pR2', null)).rejects.toMatchObject({ code: 'reversal_not_waiting' });
  });
});

describe('a credit for nobody', () => {
  test('is unmatched in the operator’s tenant and reversed there', async () => {
    const numbered = { inquiryNumber: '5', amountYen: 7000 };
    const account = { ...world.nobodys, accountNumber: '0000008' };
    const change = await delta(world.operatorShopId, () =>
      tell('notice_file', credit(account, 'n', numbered)),
    );
    expect(change).toEqual({ unmatched: 7000, cash: -7000 });
    const listed = await unmatchedDeposits(world.db, world.vault, world.operatorShopId, {
      afterId: null,
      limit: 100,
    });
    expect(listed.some(({ amountYen }) => amountYen === 7000)).toBe(true);
    const back = await delta(world.operatorShopId, () =>
      tell('notice_file', credit(account, 'nR', { ...numbered, isReversal: true })),
    );
    expect(back).toEqual({ unmatched: -7000, cash: 7000 });
  });

  test('stays one where its number is given to a shop before the next channel tells', async () => {
    const { shop, railAccountId } = world;
    const account = { ...world.nobodys, accountNumber: '0000700' };
    expect((await tell('notice_file', credit(account, 'x')))[0]!.shopId).toBe(world.operatorShopId);
    const input = { shopId: shop.shopId, railAccountId, holderName: 'ｶ)ｶﾜｾ', by: 'test' };
    await openVirtualAccount(world.deps, { ...input, ...account });
    const [seen, next] = await tell('statement', credit(account, 'y1'), credit(account, 'y2'));
    expect(seen).toMatchObject({ kind: 'seen', shopId: world.operatorShopId });
    expect(next).toMatchObject({ kind: 'created', shopId: shop.shopId });
    expect(await kinds('statement', credit(account, 'y1'), credit(account, 'y2'))).toEqual([
      'repeat',
      'repeat',
    ]);
  });

  test('stays one where its number was closed before the next channel tells', async () => {
    const account = await freshAccount();
    await tell('notice_file', credit(account, 'open'));
    const { railAccountId } = world;
    await closeVirtualAccount(world.deps, { ...account, railAccountId, by: 'test' });
    const taken = await tell('statement', credit(account, 'c1'), credit(account, 'c2'));
    expect(taken.map(({ kind, shopId }) => [kind, shopId])).toEqual([
      ['seen', world.shop.shopId],
      ['created', world.operatorShopId],
    ]);
  });
});

test('a sandbox shop, its own operator, keeps its own and what is nobody’s apart', async () => {
  const own = await startFundsWorld({ ownWorld: true });
  try {
    const { shopId } = own.shop;
    const source = { railAccountId: own.railAccountId, operatorShopId: shopId };
    const take = (channel: Channel, ...credits: Credit[]) =>
      receiveCredits(own.deps, { ...source, channel }, credits);
    await take('notice_file', credit(own.account, 'a'), credit(own.nobodys, 'b'));
    await take('api', credit(own.account, 'a'), credit(own.nobodys, 'b'));
    expect(await own.balances(shopId)).toEqual({ available: 1000, unmatched: 1000, cash: -2000 });
    const page = { beforeId: null, limit: 10 };
    expect(await depositsBefore(own.db, own.vault, shopId, page)).toHaveLength(1);
  } finally {
    await own.close();
  }
});
