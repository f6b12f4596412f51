// Whatever comes in, the bank answers with its own errors and never with books or files it cannot
// read back. Method: fast-check sends random bodies and random but permitted names, then the files
// are read strictly.

import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseNyukinTsuchi } from '../../zengin/nyukin-tsuchi.ts';
import { parseNyushukkinMeisai } from '../../zengin/nyushukkin-meisai.ts';
import type { BankSimulator } from './start.ts';
import { startBankSimulator } from './start.ts';
import {
  at,
  bulkOf,
  callControl,
  item,
  openCustomer,
  temporaryFolder,
  transferOf,
} from './test-customer.ts';

const folder = temporaryFolder();
let bank: BankSimulator;
beforeAll(async () => {
  bank = await startBankSimulator({ port: 0, dataDir: folder.path, tickMs: 20 });
});
afterAll(async () => {
  await bank.close();
  folder.remove();
});

const asOf = '2026-11-24';
const POSTS = [
  '/corporation/v1/transfer/request',
  '/corporation/v1/transfer/cancel',
  '/corporation/v1/bulktransfer/request',
  '/corporation/v1/va/issue',
  '/corporation/v1/va/list',
  '/corporation/v1/va/status-change',
  '/webhooks/v1/subscribe',
];
const CONTROLS = [
  'POST /clock',
  'POST /pay-ins',
  'POST /outcomes',
  'POST /virtual-accounts',
  'PUT /faults',
  'PUT /settings',
  'POST /approvals',
  'POST /files',
];

test('random bodies are refused, not stumbled over', async () => {
  const customer = await openCustomer(bank);
  const { accountId } = customer.contract;
  const near = [
    transferOf(customer, [item(1, 1)]),
    bulkOf(customer, [item(1, 1)]),
    { vaIdList: [null], raId: accountId },
    { accountId, cancelTargetKeyClass: '2', applyNo: '1' },
  ];
  const spoilt = fc
    .tuple(fc.constantFrom(...near), fc.nat(9), fc.jsonValue())
    .map(([body, index, value]) => {
      const names = Object.keys(body);
      return { ...body, [names[index % names.length]!]: value };
    });
  const bodies = fc.oneof(fc.jsonValue(), spoilt);
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...POSTS), bodies, async (path, body) => {
      const { status } = await customer.post(path, body as object);
      expect([200, 400]).toContain(status);
    }),
    { numRuns: 300, seed: 7 },
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...CONTROLS), fc.jsonValue(), async (call, body) => {
      const [method, path] = call.split(' ') as [string, string];
      await customer.control(method, path, body as object);
    }),
    { numRuns: 150, seed: 7 },
  );
  expect(await callControl(bank, 'GET', '/health')).toMatchObject({ status: 'ok' });
});

test('random queries are answered', async () => {
  const customer = await openCustomer(bank);
  const paths = [
    '/corporation/v1/transfer/status',
    '/corporation/v1/bulktransfer/status',
    '/corporation/v1/transfer/request-result',
    '/corporation/v1/accounts/transactions',
    '/corporation/v1/va/deposit-transactions',
  ];
  const names = fc.constantFrom(
    'queryKeyClass',
    'applyNo',
    'dateFrom',
    'dateTo',
    'nextItemKey',
    'requestTransferTerm',
    'bulktransferItemKey',
    'sortOrderCode',
    'vaId',
  );
  const values = fc.oneof(fc.string(), fc.constantFrom('1', '2', '2026-11-24', '0000000000000001'));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...paths),
      fc.array(fc.tuple(names, values), { maxLength: 5 }),
      async (path, pairs) => {
        const { accountId } = customer.contract;
        const query = new URLSearchParams([['accountId', accountId], ...pairs]);
        const { status } = await customer.get(`${path}?${query}`);
        expect([200, 400]).toContain(status);
      },
    ),
    { numRuns: 200, seed: 7 },
  );
});

const kana = [...'ｱｲｳｴｵｶｷｸｹｺﾊﾋﾌﾍﾎﾔﾕﾖﾜﾝﾞﾟABCxyzｧｯｬｰ0123456789 ().-'];
const names = fc.string({ unit: fc.constantFrom(...kana), minLength: 1, maxLength: 45 });
const edis = fc.string({
  unit: fc.constantFrom(...'0123456789AZｦｱﾝﾞ \\｢｣()-/.'),
  maxLength: 20,
});

test('whatever names and codes the bank takes, its files read back', async () => {
  const customer = await openCustomer(bank);
  const opened = await customer.control('POST', '/virtual-accounts', {});
  const target = at(opened, 'virtualAccounts', 0) as object;
  await fc.assert(
    fc.asyncProperty(names, edis, fc.integer({ min: 1, max: 99 }), async (name, edi, yen) => {
      const one = { ...item(1, yen, '9991011'), beneficiaryName: name, ediInfo: edi };
      await customer.post('/corporation/v1/transfer/request', transferOf(customer, [one]));
      const deposit = { ...target, amountYen: yen, remitterNameKana: name };
      await customer.control('POST', '/pay-ins', deposit);
    }),
    { numRuns: 150, seed: 7 },
  );
  await customer.setClock('2026-11-25T18:00:00+09:00');
  const files = customer.inbound();
  expect(files.length).toBeGreaterThan(1);
  for (const name of files) {
    const parse = name.startsWith('meisai') ? parseNyushukkinMeisai : parseNyukinTsuchi;
    const { batches } = parse(customer.receive(name), { asOf });
    expect(batches[0]!.items.length).toBeGreaterThan(0);
  }
});

test('a cancelled deposit that was spent leaves a debt that the statement tells', async () => {
  const customer = await openCustomer(bank, { bankAccount: { balanceYen: 0 } });
  const deposit = await customer.control('POST', '/pay-ins', {
    ...customer.contract,
    amountYen: 1_000,
    remitterNameKana: 'ｱ',
  });
  await customer.post('/corporation/v1/transfer/request', transferOf(customer, [item(1, 900)]));
  await customer.control('POST', '/pay-ins', { cancelOf: deposit.depositId });
  await customer.setClock('2026-11-24T12:00:00+09:00');
  const [name] = customer.inbound();
  const { batches } = parseNyushukkinMeisai(customer.receive(name!), { asOf });
  expect(batches[0]!.trailer).toMatchObject({ balanceAfterYen: 900, balanceSign: 'minus' });
});

test('a clock that is not held runs on, ahead of the wall', async () => {
  const customer = await openCustomer(bank, { now: '2030-01-04T09:30:00+09:00', hold: false });
  const read = async () => Date.parse((await customer.books()).now);
  const first = await read();
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(await read()).toBeGreaterThan(first);
  const { body } = await customer.post(
    '/corporation/v1/transfer/request',
    transferOf(customer, [item(1, 1)], '2030-01-04'),
  );
  expect(at(body, 'resultCode')).toBe('1');
  expect((await customer.books()).payments[0]!.state).toBe('paid');
  const behind = new Date((await read()) - 30_000).toISOString();
  const { now } = await customer.control('POST', '/clock', { now: behind });
  expect(Date.parse(String(now))).toBeGreaterThanOrEqual(first);
});
