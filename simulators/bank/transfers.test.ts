// Transfers and bulk transfers over the real wire: what is taken, refused, settled, returned,
// recalled. Method: a world held at a Tuesday morning, clock moved by the control API, statuses
// read back.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BankSimulator } from './start.ts';
import { startBankSimulator } from './start.ts';
import type { Customer } from './test-customer.ts';
import {
  at,
  bulkOf,
  callControl,
  ediOf,
  item,
  openCustomer,
  refreshToken,
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

const TRANSFER = '/corporation/v1/transfer';
const BULK = '/corporation/v1/bulktransfer';

async function request(customer: Customer, items: object[], date?: string): Promise<string> {
  const { body, status } = await customer.post(
    `${TRANSFER}/request`,
    transferOf(customer, items, date),
  );
  expect(status, JSON.stringify(body)).toBe(200);
  return String(body.applyNo);
}

async function statusOf(customer: Customer, applyNo: string): Promise<unknown> {
  const { accountId } = customer.contract;
  const query = `accountId=${accountId}&queryKeyClass=1&applyNo=${applyNo}`;
  const { body } = await customer.get(`${TRANSFER}/status?${query}`);
  return at(body, 'transferDetails', 0);
}

const unable = (detail: unknown, index = 0): unknown =>
  at(detail, 'transferResponses', 0, 'transferInfos', index, 'unableDetailInfos', 0);

describe('one transfer', () => {
  test('for today is paid at once and debited to the yen', async () => {
    const customer = await openCustomer(bank);
    const applyNo = await request(customer, [item(1, 12_000)]);
    expect(applyNo).toMatch(/^\d{16}$/);
    const detail = await statusOf(customer, applyNo);
    expect(detail).toMatchObject({ transferStatus: '20', transferStatusName: '手続済' });
    expect(unable(detail)).toEqual({ transferDetailStatus: '1' });
    const { body } = await customer.get('/corporation/v1/accounts/balances');
    expect(at(body, 'balances', 0, 'balance')).toBe('9988000');
  });

  test('for later waits as reserved and is never paid before its day', async () => {
    const customer = await openCustomer(bank);
    const applyNo = await request(customer, [item(1, 12_000)], '2026-11-27');
    await customer.setClock('2026-11-27T08:59:59+09:00');
    expect(await statusOf(customer, applyNo)).toMatchObject({ transferStatus: '11' });
    await customer.setClock('2026-11-27T09:00:00+09:00');
    expect(await statusOf(customer, applyNo)).toMatchObject({ transferStatus: '20' });
  });

  test('on a closed day moves on, over the turn of the year too', async () => {
    const customer = await openCustomer(bank, { now: '2026-12-30T16:00:00+09:00' });
    const applyNo = await request(customer, [item(1, 1)], '2026-12-31');
    const detail = await statusOf(customer, applyNo);
    expect(at(detail, 'transferResponses', 0, 'transferDesignatedDate')).toBe('2027-01-04');
    const strict = { ...transferOf(customer, [item(2, 1)], '2027-01-01') };
    const refused = await customer.post(`${TRANSFER}/request`, {
      ...strict,
      transferDateHolidayCode: '3',
    });
    expect(refused.status).toBe(400);
    expect(at(refused.body, 'errorDetails', 0, 'errorDetailsCode')).toBe('E005');
    await customer.setClock('2027-01-03T23:59:59+09:00');
    expect(await statusOf(customer, applyNo)).toMatchObject({ transferStatus: '11' });
    await customer.setClock('2027-01-04T09:00:00+09:00');
    expect(await statusOf(customer, applyNo)).toMatchObject({ transferStatus: '20' });
  });

  test('after closing time for today is refused', async () => {
    const customer = await openCustomer(bank, { now: '2026-11-24T15:00:00+09:00' });
    const { status } = await customer.post(
      `${TRANSFER}/request`,
      transferOf(customer, [item(1, 1)]),
    );
    expect(status).toBe(400);
    expect((await customer.books()).payments).toEqual([]);
  });

  test.each(['1', '2', '3', '4', '5', '6', '7', '9'])('reason %s fails it', async (digit) => {
    const customer = await openCustomer(bank);
    const applyNo = await request(customer, [item(1, 500, `999000${digit}`)]);
    const detail = await statusOf(customer, applyNo);
    expect(detail).toMatchObject({ transferStatus: '40' });
    expect(unable(detail)).toEqual({
      transferDetailStatus: '2',
      unableReasonCode: `0${digit}`,
    });
    expect((await customer.books()).balanceYen).toBe(10_000_000);
  });

  test('comes back after the days and for the reason of its number', async () => {
    const customer = await openCustomer(bank);
    const applyNo = await request(customer, [item(7, 500, '9991025')]);
    await customer.setClock('2026-11-26T09:59:00+09:00');
    expect(await statusOf(customer, applyNo)).toMatchObject({ transferStatus: '20' });
    await customer.setClock('2026-11-26T10:00:00+09:00');
    const detail = await statusOf(customer, applyNo);
    expect(detail).toMatchObject({ transferStatus: '22' });
    expect(unable(detail)).toEqual({
      transferDetailStatus: '1',
      isRepayment: true,
      repaymentDate: '2026-11-26',
      unableReasonCode: '05',
    });
    const { accountId } = customer.contract;
    const { body } = await customer.get(
      `/corporation/v1/accounts/deposit-transactions?accountId=${accountId}`,
    );
    expect(body.paymentArrivals).toEqual([
      expect.objectContaining({ amount: '500', remarks: 'ｼｷﾝﾍﾝｷﾔｸ ｶｲﾔｸｽﾞﾐ', ediInfo: ediOf(7) }),
    ]);
  });

  test('is retried for a business day and then paid', async () => {
    const customer = await openCustomer(bank);
    const applyNo = await request(customer, [item(1, 500, '9992001')]);
    expect(await statusOf(customer, applyNo)).toMatchObject({ transferStatus: '12' });
    await customer.setClock('2026-11-24T12:00:00+09:00');
    expect(await statusOf(customer, applyNo)).toMatchObject({ transferStatus: '13' });
    await customer.setClock('2026-11-25T09:00:00+09:00');
    expect(await statusOf(customer, applyNo)).toMatchObject({ transferStatus: '20' });
  });

  test('without cover fails with reason 08', async () => {
    const customer = await openCustomer(bank, { bankAccount: { balanceYen: 100 } });
    const applyNo = await request(customer, [item(1, 101)]);
    const detail = await statusOf(customer, applyNo);
    expect(detail).toMatchObject({ transferStatus: '40' });
    expect(unable(detail)).toMatchObject({ unableReasonCode: '08' });
  });

  test('is recalled, successfully or not, when told so', async () => {
    const customer = await openCustomer(bank);
    const won = await request(customer, [item(1, 500)]);
    const lost = await request(customer, [item(2, 600)]);
    const tell = (edi: number, outcome: string) =>
      customer.control('POST', '/outcomes', { ediInfo: ediOf(edi), outcome });
    expect(await tell(1, 'recalled')).toEqual({ applied: 'now' });
    await tell(2, 'recall_refused');
    expect(await statusOf(customer, won)).toMatchObject({ transferStatus: '24' });
    await customer.setClock('2026-11-25T10:00:00+09:00');
    expect(await statusOf(customer, won)).toMatchObject({ transferStatus: '25' });
    expect(unable(await statusOf(customer, won))).toEqual({
      transferDetailStatus: '1',
      refundStatus: '2',
      isRepayment: true,
      repaymentDate: '2026-11-25',
    });
    expect(await statusOf(customer, lost)).toMatchObject({ transferStatus: '26' });
    expect((await customer.books()).balanceYen).toBe(10_000_000 - 600);
    expect(await tell(1, 'failed')).toMatchObject({ httpStatus: 409 });
  });

  test('ends as it was told before it came', async () => {
    const customer = await openCustomer(bank);
    const outcome = { ediInfo: ediOf(5), outcome: 'failed', reason: '02' };
    expect(await customer.control('POST', '/outcomes', outcome)).toEqual({ applied: 'planned' });
    const applyNo = await request(customer, [item(5, 500)]);
    expect(unable(await statusOf(customer, applyNo))).toMatchObject({ unableReasonCode: '02' });
  });

  test('ends as it was told under whichever of its names comes first, and only once', async () => {
    const customer = await openCustomer(bank);
    const orEdiInfos = [ediOf(2), ediOf(3)];
    const outcome = { ediInfo: ediOf(1), orEdiInfos, outcome: 'failed', reason: '02' };
    expect(await customer.control('POST', '/outcomes', outcome)).toEqual({ applied: 'planned' });
    const second = await request(customer, [item(2, 500)]);
    expect(unable(await statusOf(customer, second))).toMatchObject({ unableReasonCode: '02' });
    const third = await request(customer, [item(3, 500)]);
    expect(await statusOf(customer, third)).toMatchObject({ transferStatus: '20' });
    const junk = { ...outcome, orEdiInfos: ['', 1] };
    expect(await customer.control('POST', '/outcomes', junk)).toMatchObject({ httpStatus: 400 });
  });
});

describe('refusals', () => {
  test('name the item and leave nothing behind', async () => {
    const customer = await openCustomer(bank);
    const items = [item(1, 100), item(2, 100, '9993001'), { ...item(3, 100), accountNumber: '12' }];
    const { status, body } = await customer.post(
      `${TRANSFER}/request`,
      transferOf(customer, items),
    );
    expect(status).toBe(400);
    expect(body).toMatchObject({
      errorCode: 'WG_ERR_100',
      transferErrorDetails: [
        { itemId: '2', errorDetails: [{ errorDetailsCode: 'E101' }] },
        { itemId: '3', errorDetails: [{ errorDetailsCode: 'E002' }] },
      ],
    });
    expect((await customer.books()).payments).toEqual([]);
  });

  test('of totals that do not agree, numbers that are no strings, foreign accounts', async () => {
    const customer = await openCustomer(bank);
    const good = transferOf(customer, [item(1, 100), item(2, 100)]);
    const other = await openCustomer(bank);
    const bad = [
      { ...good, totalAmount: '201' },
      { ...good, totalCount: undefined },
      { ...good, totalCount: 2 },
      { ...good, accountId: other.contract.accountId },
      { ...good, transfers: [] },
      { ...good, transfers: [{ ...item(1, 1), transferAmount: 1 }] },
      { ...good, transferDesignatedDate: '2026-11-23' },
      { ...good, transferDesignatedDate: '2026-02-30' },
      { ...good, transfers: [{ ...item(1, 1), beneficiaryName: '山田' }] },
    ];
    for (const body of bad) {
      expect((await customer.post(`${TRANSFER}/request`, body)).status).toBe(400);
    }
    expect((await customer.books()).payments).toEqual([]);
  });

  test('of tokens that are unknown, expired or without scope', async () => {
    const customer = await openCustomer(bank);
    const path = `${bank.url}/corporation/v1/accounts`;
    const headers = { 'x-access-token': 'nobody' };
    expect((await fetch(path, { headers })).status).toBe(401);
    await customer.control('POST', '/tokens/expire');
    const { status, body } = await customer.get('/corporation/v1/accounts');
    expect([status, body.errorCode]).toEqual([401, 'WG_ERR_201']);
  });

  test('of bodies that are no JSON or too large', async () => {
    const customer = await openCustomer(bank);
    const tokens = await refreshToken(bank, customer.contract, await currentRefresh(customer));
    const send = (body: string) =>
      fetch(`${bank.url}${TRANSFER}/request`, {
        method: 'POST',
        headers: { 'x-access-token': String(tokens.access_token) },
        body,
      });
    expect((await send('{"accountId":')).status).toBe(400);
    expect((await send('x'.repeat(2 * 1024 * 1024 + 1))).status).toBe(413);
  });
});

async function currentRefresh(customer: Customer): Promise<string> {
  const path = `/worlds/${customer.contract.worldId}`;
  return String((await callControl(bank, 'GET', path)).refreshToken);
}

describe('tokens', () => {
  test('rotate, and a lost answer locks nobody out', async () => {
    const { contract } = await openCustomer(bank);
    const first = String(
      (await callControl(bank, 'GET', `/worlds/${contract.worldId}`)).refreshToken,
    );
    const lost = await refreshToken(bank, contract, first);
    const again = await refreshToken(bank, contract, first);
    expect(again.access_token).toBeTypeOf('string');
    expect(await refreshToken(bank, contract, String(lost.refresh_token))).toEqual({
      error: 'invalid_grant',
    });
    const headers = { 'x-access-token': String(again.access_token) };
    expect((await fetch(`${bank.url}/corporation/v1/accounts`, { headers })).status).toBe(200);
    expect(await refreshToken(bank, contract, first)).toEqual({ error: 'invalid_grant' });
  });

  test('come from a consent code too, once', async () => {
    const { contract } = await openCustomer(bank);
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: contract.clientId,
      redirect_uri: 'https://kawase.example/callback',
      scope: 'private:account',
      state: 's1',
    });
    const consent = await fetch(`${bank.url}/auth/v1/authorization?${query}`, {
      redirect: 'manual',
    });
    const target = new URL(consent.headers.get('location')!);
    expect(target.searchParams.get('state')).toBe('s1');
    const form = () =>
      fetch(`${bank.url}/auth/v1/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          code: target.searchParams.get('code')!,
          redirect_uri: 'https://kawase.example/callback',
          client_id: contract.clientId,
          client_secret: contract.clientSecret,
        }),
      });
    const tokens = (await (await form()).json()) as Record<string, string>;
    expect(tokens).toMatchObject({ token_type: 'Bearer', expires_in: '3600' });
    expect((await form()).status).toBe(400);
    const denied = await fetch(`${bank.url}${TRANSFER}/status`, {
      headers: { 'x-access-token': tokens.access_token! },
    });
    expect(denied.status).toBe(403);
  });
});

describe('approval and cancellation', () => {
  test('waits for a person, is approved, sent back, or expires', async () => {
    const customer = await openCustomer(bank, { approval: true });
    const [yes, no, never, withdrawn] = [
      await request(customer, [item(1, 100)], '2026-11-25'),
      await request(customer, [item(2, 100)], '2026-11-25'),
      await request(customer, [item(3, 100)], '2026-11-25'),
      await request(customer, [item(4, 100)], '2026-11-25'),
    ];
    expect(await statusOf(customer, yes)).toMatchObject({ transferStatus: '2' });
    await customer.control('POST', '/approvals', { applyNo: yes, decision: 'approve' });
    await customer.control('POST', '/approvals', { applyNo: no, decision: 'send_back' });
    const cancel = await customer.post(`${TRANSFER}/cancel`, {
      accountId: customer.contract.accountId,
      cancelTargetKeyClass: '1',
      applyNo: withdrawn,
    });
    expect(cancel.body).toMatchObject({ resultCode: '1' });
    expect(await statusOf(customer, yes)).toMatchObject({ transferStatus: '11' });
    await customer.setClock('2026-11-25T09:00:00+09:00');
    expect(await statusOf(customer, yes)).toMatchObject({ transferStatus: '20' });
    expect(await statusOf(customer, no)).toMatchObject({ transferStatus: '3' });
    expect(await statusOf(customer, never)).toMatchObject({ transferStatus: '5' });
    expect(await statusOf(customer, withdrawn)).toMatchObject({ transferStatus: '4' });
    const { accountId } = customer.contract;
    const path = `${TRANSFER}/request-result?accountId=${accountId}&applyNo=`;
    expect((await customer.get(path + never)).body).toMatchObject({ resultCode: '8' });
    expect((await customer.get(path + yes)).body).toMatchObject({ resultCode: '1' });
  });

  test('takes back what is reserved, and nothing else', async () => {
    const customer = await openCustomer(bank);
    const paid = await request(customer, [item(1, 100)]);
    const reserved = await request(customer, [item(2, 100)], '2026-11-30');
    const cancel = (applyNo: string, cancelTargetKeyClass: string) =>
      customer.post(`${TRANSFER}/cancel`, {
        accountId: customer.contract.accountId,
        cancelTargetKeyClass,
        applyNo,
      });
    expect((await cancel(paid, '2')).status).toBe(400);
    expect((await cancel(reserved, '1')).status).toBe(400);
    expect((await cancel(reserved, '4')).status).toBe(400);
    expect((await cancel(reserved, '2')).status).toBe(200);
    expect((await cancel(reserved, '2')).status).toBe(400);
    expect(await statusOf(customer, reserved)).toMatchObject({ transferStatus: '8' });
    await customer.setClock('2026-12-01T12:00:00+09:00');
    expect((await customer.books()).balanceYen).toBe(10_000_000 - 100);
  });
});

describe('inquiries over days', () => {
  test('page by 500 and find every reference once', async () => {
    const customer = await openCustomer(bank);
    const sent = Array.from({ length: 503 }, (_, index) => index + 1);
    for (const edi of sent) await request(customer, [item(edi, 1)]);
    const found: unknown[] = [];
    let next = '';
    const { accountId } = customer.contract;
    for (let page = 0; page < 3; page += 1) {
      const query = `accountId=${accountId}&queryKeyClass=2&dateFrom=2026-11-24${next}`;
      const { body } = await customer.get(`${TRANSFER}/status?${query}`);
      for (const detail of body.transferDetails as unknown[]) {
        found.push(at(detail, 'transferResponses', 0, 'transferInfos', 0, 'ediInfo'));
      }
      const range = at(body, 'transferQueryBulkResponses', 0);
      if (at(range, 'hasNext') !== true) break;
      next = `&nextItemKey=${String(at(range, 'nextItemKey'))}`;
    }
    expect(found).toEqual(sent.map(ediOf));
  }, 20_000);

  test('choose by status and by designated date', async () => {
    const customer = await openCustomer(bank);
    await request(customer, [item(1, 1)]);
    const later = await request(customer, [item(2, 1)], '2026-11-30');
    const { accountId } = customer.contract;
    const list = async (more: string): Promise<unknown> => {
      const query = `accountId=${accountId}&queryKeyClass=2&${more}`;
      return (await customer.get(`${TRANSFER}/status?${query}`)).body;
    };
    expect(at(await list('requestTransferStatus=11'), 'count')).toBe('1');
    const byDay = await list('requestTransferTerm=2&dateFrom=2026-11-30&dateTo=2026-11-30');
    expect(at(byDay, 'transferDetails', 0, 'transferApplies', 0, 'applyNo')).toBe(later);
    expect(at(await list('dateFrom=2026-11-25&dateTo=2026-11-24'), 'errorCode')).toBe('WG_ERR_100');
    expect(at(await list(`applyNo=${later}`), 'errorCode')).toBe('WG_ERR_100');
  });
});

describe('bulk', () => {
  test('shows each item, gives back what failed, and is 30', async () => {
    const customer = await openCustomer(bank);
    const items = [item(1, 100), item(2, 200, '9990002'), item(3, 300, '9991011')];
    const taken = await customer.post(`${BULK}/request`, bulkOf(customer, items));
    expect(taken.status, JSON.stringify(taken.body)).toBe(200);
    const { accountId } = customer.contract;
    const query = `accountId=${accountId}&queryKeyClass=1&applyNo=${String(taken.body.applyNo)}`;
    const path = `${BULK}/status?${query}`;
    const plain = (await customer.get(path)).body;
    expect(at(plain, 'bulkTransferDetails', 0, 'transferStatus')).toBe('30');
    const whole = at(plain, 'bulkTransferDetails', 0, 'bulktransferResponses', 0);
    expect(whole).toMatchObject({
      transferDataName: 'batch-1',
      totalCount: '3',
      totalAmount: '600',
    });
    expect(at(whole, 'bulkTransferInfos')).toBeUndefined();
    await customer.setClock('2026-11-25T10:00:00+09:00');
    const detailed = (await customer.get(`${path}&detailInfoNecessity=true`)).body;
    const infos = at(
      detailed,
      'bulkTransferDetails',
      0,
      'bulktransferResponses',
      0,
      'bulkTransferInfos',
    ) as object[];
    expect(infos.map((info) => at(info, 'unableDetailInfos', 0))).toEqual([
      { transferDetailStatus: '1' },
      {
        transferDetailStatus: '2',
        isRepayment: true,
        repaymentDate: '2026-11-24',
        unableReasonCode: '02',
      },
      {
        transferDetailStatus: '1',
        isRepayment: true,
        repaymentDate: '2026-11-25',
        unableReasonCode: '01',
      },
    ]);
    expect((await customer.books()).balanceYen).toBe(10_000_000 - 100);
  });

  test('reads 1,200 items in pages of 500', async () => {
    const customer = await openCustomer(bank);
    const items = Array.from({ length: 1_200 }, (_, index) => item(index + 1, 1));
    const taken = await customer.post(`${BULK}/request`, bulkOf(customer, items));
    const { accountId } = customer.contract;
    const query = `accountId=${accountId}&queryKeyClass=1&applyNo=${String(taken.body.applyNo)}`;
    const path = `${BULK}/status?${query}`;
    const found: unknown[] = [];
    for (const from of [1, 501, 1001]) {
      const page = await customer.get(
        `${path}&detailInfoNecessity=true&bulktransferItemKey=${from}`,
      );
      const infos = at(
        page.body,
        'bulkTransferDetails',
        0,
        'bulktransferResponses',
        0,
        'bulkTransferInfos',
      );
      found.push(...(infos as object[]).map((info) => at(info, 'itemId')));
    }
    expect(found).toEqual(items.map((_, index) => String(index + 1)));
  });

  test('prices before it pays', async () => {
    const customer = await openCustomer(bank);
    const own = { ...item(1, 1), beneficiaryBankCode: '0310' };
    const { body } = await customer.post(
      `${BULK}/transferfee`,
      bulkOf(customer, [own, item(2, 1)]),
    );
    expect(body).toMatchObject({
      totalFee: '145',
      transferFeeDetails: [
        { itemId: '1', transferFee: '0' },
        { itemId: '2', transferFee: '145' },
      ],
    });
    expect((await customer.books()).payments).toEqual([]);
  });
});
