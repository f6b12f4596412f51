// Stories of money coming in, through the bank simulator and by every channel it has: files, the
// webhook, the list of unsent notices. What the bank's books say came in is what the shop has,
// whatever was told how often.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWorld, type World, type WorldShop } from '../world.ts';

interface DepositPage {
  readonly data: readonly {
    readonly id: string;
    readonly amount: number;
    readonly status: string;
    readonly payer_name: string;
  }[];
}

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world.close());

/** Pays in at the bank, as a payer would; answers the bank's id of the deposit. */
async function payIn(shop: WorldShop, amountYen: number): Promise<string> {
  const { body } = await shop.client.get<{ data: Record<string, string>[] }>(
    '/v1/funding_instructions',
  );
  const [account] = body.data;
  const told = await shop.bankControl('POST', '/pay-ins', {
    branchCode: account!.branch_code,
    accountNumber: account!.account_number,
    amountYen,
    remitterNameKana: 'ﾔﾏﾀﾞ ﾀﾛｳ',
  });
  return (told as { depositId: string }).depositId;
}

/** What the bank says has come in and was not taken back. */
async function bankSays(shop: WorldShop): Promise<number> {
  const { deposits } = await shop.books();
  return deposits
    .filter(({ canceledAt }) => canceledAt === null)
    .reduce((sum, { amountYen }) => sum + amountYen, 0);
}

async function deposits(shop: WorldShop) {
  return (await shop.client.get<DepositPage>('/v1/deposits?limit=100')).body.data;
}

describe.each(['file', 'http'] as const)('by %s', (connector) => {
  let shop: WorldShop;

  beforeAll(async () => {
    shop = await world.openShop(connector);
  });

  test('every deposit arrives once, though told again', async () => {
    await shop.bankControl('PUT', '/faults', { seed: 7, repeatNoticeRate: 1 });
    for (const amountYen of [300_000, 300_000, 50_000]) await payIn(shop, amountYen);
    await shop.clock({ advance: 'P3D' });
    expect((await shop.balance()).available).toBe(650_000);
    expect(await bankSays(shop)).toBe(650_000);
    const found = await deposits(shop);
    expect(found.map(({ amount }) => amount).sort()).toEqual([300_000, 300_000, 50_000]);
    expect(found.every((each) => each.payer_name === 'ﾔﾏﾀﾞ ﾀﾛｳ')).toBe(true);
    await shop.bankControl('PUT', '/faults', { repeatNoticeRate: 0 });
  });

  test('notices that the webhook drops are caught up', async () => {
    await shop.bankControl('PUT', '/faults', { dropNoticeRate: 1 });
    await payIn(shop, 1_000);
    await shop.bankControl('PUT', '/faults', { dropNoticeRate: 0 });
    await shop.clock({ advance: 'P3D' });
    expect((await shop.balance()).available).toBe(651_000);
  });

  test('the sandbox pays in by the same way', async () => {
    const paid = await shop.client.post('/v1/sandbox/deposits', { amount: 2_000 });
    expect(paid.status, paid.text).toBeLessThan(300);
    await shop.clock({ advance: 'P3D' });
    expect((await shop.balance()).available).toBe(653_000);
    expect(await bankSays(shop)).toBe(653_000);
  });
});

test.each(['file', 'http'] as const)(
  'a deposit that the bank cancels is taken back, and what was spent is owed: by %s',
  async (connector) => {
    const shop = await world.openShop(connector);
    const kept = await payIn(shop, 40_000);
    await payIn(shop, 10_000);
    await shop.clock({ advance: 'P3D' });
    const made = await shop.instruct({ amount: 30_000 });
    expect(made.status, made.text).toBe(201);
    await shop.bankControl('POST', '/pay-ins', { cancelOf: kept });
    await shop.clock({ advance: 'P4D' });
    const found = await deposits(shop);
    expect(found.map(({ amount, status }) => [amount, status])).toEqual([
      [10_000, 'received'],
      [40_000, 'reversed'],
    ]);
    expect((await shop.balance()).available).toBe(0);
    const refused = await shop.instruct({ amount: 100 });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('funds_owed');
    await payIn(shop, 25_000);
    await shop.clock({ advance: 'P3D' });
    expect((await shop.balance()).available).toBe(5_000);
  },
);
