// /v1/deposits, /v1/funding_instructions and the bank's hook over real HTTP: one shop's own only,
// page by page.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiWorld, startApiWorld } from '../../../tests/api-world.ts';
import { credit } from '../../../tests/funds-world.ts';
import { GENUINE, polledBank } from '../../../tests/polled-bank.ts';
import { japaneseBankCalendar } from '../../base/calendar.ts';
import { yen } from '../../base/money.ts';
import { FILE_TIMES, NOTICE_TIMES } from '../../funds/poll-times.ts';
import type { PollingDeps } from '../../funds/polling-deps.ts';
import { receiveCredits } from '../../funds/receive-deposit.ts';
import { openVirtualAccount } from '../../funds/virtual-accounts.ts';
import { createMerchant, openShop } from '../../merchants/open-shop.ts';
import { createRailAccount, createRailAccounts } from '../../merchants/rail-accounts.ts';
import { loadBankDirectory } from '../../recipients/bank-directory.ts';
import { registerBankHook } from '../hooks/bank.ts';
import { registerDeposits } from './deposits.ts';

interface DepositPage {
  readonly data: readonly { readonly id: string; readonly amount: number }[];
  readonly next_cursor: string | null;
  readonly has_more: boolean;
}

const amounts = (page: DepositPage) => page.data.map(({ amount }) => amount);

let world: ApiWorld;
let deps: PollingDeps;
let railAccountId: string;
let operatorShopId: string;
const account = { bankCode: '0310', branchCode: '101', accountNumber: '0000001' };
const otherAccount = { ...account, accountNumber: '0000002' };

beforeAll(async () => {
  const bank = polledBank();
  world = await startApiWorld(
    (api, { db, vault }) => registerDeposits(api, { db, vault, directory: loadBankDirectory() }),
    {
      registerPublic: (api) =>
        registerBankHook(
          api,
          lazily(() => deps),
        ),
    },
  );
  const { db, vault, deeds, shops, wall } = world;
  const railAccounts = createRailAccounts(db, vault);
  const rails = new Map([[bank.rail.name, bank.rail]]);
  const times = { fileTimes: FILE_TIMES, noticeTimes: NOTICE_TIMES };
  const calendar = japaneseBankCalendar();
  deps = { deeds, vault, shops, railAccounts, rails, calendar, ...times };
  const merchants = { db, vault, wall, shops };
  const merchantId = await createMerchant(merchants, { name: '運営', by: 'test' });
  const kind = { mode: 'test', kind: 'operator', by: 'test' } as const;
  operatorShopId = (await openShop(merchants, { merchantId, name: '運営', ...kind })).shopId;
  railAccountId = await createRailAccount(merchants, {
    ...{ rail: 'bank_transfer', connector: 'http', mode: 'test', name: '契約', config: {} },
    ...{ operatorShopId, by: 'test' },
  } as const);
  const holder = { railAccountId, holderName: 'ｶ)ｶﾜｾ', by: 'test' };
  await openVirtualAccount(deps, { ...account, ...holder, shopId: world.shop.shopId });
  await openVirtualAccount(deps, { ...otherAccount, ...holder, shopId: world.otherShop.shopId });
  const source = { channel: 'api', railAccountId, operatorShopId } as const;
  for (let count = 1; count <= 5; count++) {
    await receiveCredits(deps, source, [credit(account, `d${count}`, { amountYen: count * 100 })]);
  }
});

afterAll(() => world.close());

/** The dependencies exist only after the world does. */
function lazily<Deps extends object>(get: () => Deps): Deps {
  return new Proxy({} as Deps, { get: (_, name) => get()[name as keyof Deps] });
}

test('deposits are listed newest first, page by page', async () => {
  const first = await world.client.get<DepositPage>('/v1/deposits?limit=3');
  expect(first.status).toBe(200);
  expect(amounts(first.body)).toEqual([500, 400, 300]);
  expect(first.body).toMatchObject({ has_more: true });
  const next = `/v1/deposits?limit=3&cursor=${first.body.next_cursor}`;
  const second = await world.client.get<DepositPage>(next);
  expect(amounts(second.body)).toEqual([200, 100]);
  expect(second.body).toMatchObject({ has_more: false, next_cursor: null });
  expect(first.body.data[0]).toMatchObject({
    currency: 'JPY',
    status: 'received',
    value_date: '2026-11-24',
    reversed_on: null,
    payer_name: 'ﾔﾏﾀﾞ ﾀﾛｳ',
    account: { bank_code: '0310', branch_code: '101', account_number: '0000001' },
  });
});

test('one deposit is read by its own shop, and by nobody else', async () => {
  const list = await world.client.get<DepositPage>('/v1/deposits?limit=1');
  const { id } = list.body.data[0]!;
  const found = await world.client.get(`/v1/deposits/${id}`);
  expect(found.body).toEqual(list.body.data[0]);
  expect((await world.otherClient.get(`/v1/deposits/${id}`)).status).toBe(404);
  expect((await world.client.get('/v1/deposits/dep_nothing')).body.code).toBe('deposit_not_found');
  expect((await world.client.get('/v1/deposits?cursor=WyJ4Il0')).body.code).toBe('invalid_cursor');
  expect((await world.otherClient.get('/v1/deposits')).body.data).toEqual([]);
});

test('funding instructions name the shop’s own virtual account', async () => {
  const { body } = await world.client.get<{ data: Record<string, string>[] }>(
    '/v1/funding_instructions',
  );
  expect(body.data).toHaveLength(1);
  expect(body.data[0]).toMatchObject({
    bank_code: '0310',
    branch_code: '101',
    account_type: 'ordinary',
    account_number: '0000001',
    account_holder: 'ｶ)ｶﾜｾ',
  });
  expect(body.data[0]!.bank_name).toMatch(/ＧＭＯ|GMO/);
});

test('the bank’s hook keeps a genuine notice before it answers, and refuses others', async () => {
  const notice = {
    noticeKey: 'hook1',
    ...account,
    amountYen: yen(700),
    payerName: 'ﾔﾏﾀﾞ ﾀﾛｳ',
    payerBank: '',
    valueDate: '2026-11-24',
  };
  const { port } = world.api.server.address() as { port: number };
  const post = (headers: Record<string, string>, id = railAccountId) =>
    fetch(`http://127.0.0.1:${port}/hooks/bank/${id}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json;charset=UTF-8', ...headers },
      body: JSON.stringify(notice),
    });
  expect((await post(GENUINE)).status).toBe(200);
  expect((await post(GENUINE)).status).toBe(200);
  const rows = await world.db.query<{ notice_key: string }>(
    'select notice_key from credit_notice where shop_id = $1',
    [operatorShopId],
  );
  expect(rows).toEqual([{ notice_key: 'hook1' }]);
  expect((await post({})).status).toBe(401);
  expect((await post(GENUINE, crypto.randomUUID())).status).toBe(404);
  expect((await post(GENUINE, 'nonsense')).status).toBe(422);
});
