// The HTTP connector against scripted answers: what each proves and what it does not.
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { yen } from '../../../base/money.ts';
import { createBankTransferRail } from '../bank-transfer.ts';
import { httpAccount, sampleSubmission } from '../test-submission.ts';
import type { Tokens } from './oauth.ts';
import {
  type Asked,
  cut,
  json,
  type Reply,
  type ScriptedBank,
  startScriptedBank,
  text,
} from './test-scripted-bank.ts';

let bank: ScriptedBank;
const tokens: Tokens = { accessToken: 'a-1', refreshToken: 'r-1', expiresAtMs: 9e15 };
const warnings: string[] = [];
let stored: Tokens | undefined;
const rail = createBankTransferRail({
  tokens: {
    load: async () => stored,
    save: async (_id, next) => {
      stored = next;
    },
  },
  pause: async () => {},
  warn: (_account, detail) => void warnings.push(detail),
});
const signal = new AbortController().signal;
const account = () => httpAccount({ baseUrl: bank.url, timeoutMs: 1_000, refreshToken: undefined });
const submission = (count = 1) => ({ ...sampleSubmission(account(), count), railReference: null });
const applyNo = '2026112400000017';
const accepted = { accountId: '101010100001', resultCode: '1', applyNo };
const refusal = { errorCode: 'WG_ERR_201', errorMessage: 'token' };
const asked = (path: string) => bank.asked.filter((each) => each.path.endsWith(path));

beforeAll(async () => {
  bank = await startScriptedBank();
});
afterAll(() => bank.close());
beforeEach(() => {
  bank.asked.length = 0;
  warnings.length = 0;
  stored = tokens;
});

describe('submit', () => {
  test('sends the token in the bank’s own header', async () => {
    bank.answer(json(200, accepted));
    expect(await rail.submit(submission(), signal)).toEqual({
      kind: 'accepted',
      railReference: `transfer:${applyNo}`,
    });
    expect(bank.asked[0]).toMatchObject({
      method: 'POST',
      path: '/corporation/v1/transfer/request',
      headers: { 'x-access-token': 'a-1', 'content-type': 'application/json;charset=UTF-8' },
    });
  });

  test('100 items and more go as 総合振込', async () => {
    bank.answer(json(200, accepted));
    expect(await rail.submit(submission(100), signal)).toMatchObject({
      railReference: `bulktransfer:${applyNo}`,
    });
    expect(bank.asked[0]?.path).toBe('/corporation/v1/bulktransfer/request');
  });

  test.each<[string, Reply]>([
    ['HTTP 500', json(500, refusal)],
    ['HTTP 409', json(409, refusal)],
    ['a gateway’s 400', text(400, '<html>')],
    ['a cut connection', cut()],
    ['a cut answer', cut(JSON.stringify(accepted).slice(0, 20))],
    ['HTML with 200', text(200, '<html>')],
    ['an empty object', json(200, {})],
    ['an acceptance of another account', json(200, { ...accepted, accountId: '9' })],
    ['a redirect', json(302, accepted, { location: '/elsewhere' })],
    ['silence', () => {}],
  ])('%s is unknown, and nothing is sent again', async (_name, reply) => {
    bank.answer(reply);
    expect((await rail.submit(submission(), signal)).kind).toBe('unknown');
    expect(bank.asked).toHaveLength(1);
  });

  test('a refused token is renewed once; what then comes stands', async () => {
    bank.answer((one, response) => {
      if (one.path.endsWith('/token')) {
        const fresh = { access_token: 'a-2', refresh_token: 'r-2', expires_in: '60000' };
        return json(200, fresh)(one, response);
      }
      const fine = one.headers['x-access-token'] === 'a-2';
      return json(fine ? 200 : 401, fine ? accepted : refusal)(one, response);
    });
    expect((await rail.submit(submission(), signal)).kind).toBe('accepted');
    expect(asked('/transfer/request')).toHaveLength(2);
    expect(stored?.refreshToken).toBe('r-2');
    bank.answer((one, response) => {
      const fresh = { access_token: `a-${bank.asked.length}`, expires_in: '60000' };
      return json(one.path.endsWith('/token') ? 200 : 401, { ...refusal, ...fresh })(one, response);
    });
    bank.asked.length = 0;
    expect(await rail.submit(submission(), signal)).toMatchObject({
      kind: 'rejected',
      reason: 'rail_unavailable',
    });
    expect(asked('/transfer/request')).toHaveLength(2);
  });

  test('a gateway’s 401 is no reason to send again', async () => {
    bank.answer(text(401, 'who are you'));
    expect((await rail.submit(submission(), signal)).kind).toBe('unknown');
    expect(bank.asked).toHaveLength(1);
  });

  test('without a token nothing is sent, and that is certain', async () => {
    stored = undefined;
    expect(await rail.submit(submission(), signal)).toMatchObject({
      kind: 'rejected',
      reason: 'rail_unavailable',
    });
    expect(bank.asked).toHaveLength(0);
  });
});

/** A bank that lists these applications, one a page, under `key` 1, 2, 3 …. */
function listing(all: readonly object[]): Reply {
  return (one, response) => {
    const at = Number(one.query.get('nextItemKey') ?? 0);
    const only = one.query.get('applyNo');
    const rows = only === null ? all : all.filter((row) => JSON.stringify(row).includes(only));
    const kind = one.path.includes('bulk') ? 'bulkTransferDetails' : 'transferDetails';
    const here = one.path.includes('bulk') ? [] : rows.slice(at, at + 1);
    const hasNext = kind === 'transferDetails' && at + 1 < rows.length;
    const next = hasNext ? { hasNext, nextItemKey: String(at + 1) } : { hasNext };
    const body = {
      acceptanceKeyClass: one.query.get('queryKeyClass'),
      count: String(here.length),
      transferQueryBulkResponses: [next],
      [kind]: here,
    };
    return json(200, body)(one, response);
  };
}

function applied(number: number, ediInfo: string, transferAmount = '1001') {
  return {
    transferStatus: '20',
    transferApplies: [{ applyNo: String(number).padStart(16, '0') }],
    transferResponses: [{ transferInfos: [{ ediInfo, transferAmount }] }],
  };
}

describe('inquire', () => {
  const code = '00000000000000000001';

  test('a lost request is found on whatever page it is, by designated date', async () => {
    bank.answer(listing([applied(1, 'x'), applied(2, ''), applied(3, code), applied(4, 'y')]));
    const inquiry = await rail.inquire(submission(), signal);
    expect(inquiry).toMatchObject({
      submission: 'known',
      railReference: 'transfer:0000000000000003',
    });
    const query = Object.fromEntries(bank.asked[0]!.query);
    expect(query).toMatchObject({
      queryKeyClass: '2',
      requestTransferTerm: '2',
      dateFrom: '2026-11-24',
      dateTo: '2026-12-08',
    });
  });

  test('two applications with one code settle nothing', async () => {
    bank.answer(listing([applied(1, code), applied(2, code)]));
    expect(await rail.inquire(submission(), signal)).toMatchObject({
      kind: 'unanswered',
      detail: '2 applications carry the same codes',
    });
  });

  test('what looks like ours but carries no code is not taken for absence', async () => {
    const [{ transferInfos }] = applied(1, '').transferResponses as [{ transferInfos: object[] }];
    const beneficiary = {
      beneficiaryBankCode: '0001',
      beneficiaryBranchCode: '002',
      accountNumber: '1234567',
    };
    const bare = {
      ...applied(1, ''),
      transferResponses: [{ transferInfos: [{ ...transferInfos[0], ...beneficiary }] }],
    };
    bank.answer(listing([bare]));
    expect((await rail.inquire(submission(), signal)).kind).toBe('unanswered');
    const other = { ...sampleSubmission(account(), 1), railReference: null };
    const items = [{ ...other.items[0]!, amountYen: yen(7) }];
    const elsewhere = { ...other, items, totalYen: yen(7) };
    expect(await rail.inquire(elsewhere, signal)).toMatchObject({ submission: 'absent' });
  });

  test('another amount under our code settles nothing', async () => {
    bank.answer(listing([applied(1, code, '9999')]));
    expect((await rail.inquire(submission(), signal)).kind).toBe('unanswered');
  });

  test('absent only after the last page, of both kinds', async () => {
    bank.answer(listing([applied(1, 'x'), applied(2, 'y')]));
    expect(await rail.inquire(submission(2), signal)).toMatchObject({
      submission: 'absent',
      reports: [{ state: 'absent' }, { state: 'absent' }],
    });
    expect(asked('/bulktransfer/status')).toHaveLength(1);
    const broken = (one: Asked, response: Parameters<Reply>[1]) =>
      (one.query.has('nextItemKey') ? json(500, {}) : listing([applied(1, 'x'), {}]))(
        one,
        response,
      );
    bank.answer(broken);
    expect((await rail.inquire(submission(), signal)).kind).toBe('unanswered');
  });

  test('a list that goes round in a circle ends', async () => {
    const page = {
      acceptanceKeyClass: '2',
      count: '0',
      transferDetails: [],
      transferQueryBulkResponses: [{ hasNext: true, nextItemKey: '1' }],
    };
    bank.answer(json(200, page));
    expect((await rail.inquire(submission(), signal)).kind).toBe('unanswered');
    expect(bank.asked).toHaveLength(2);
  });

  test.each([
    ['2', 'pending', null],
    ['8', 'failed', 'other'],
  ])('a numbered request the lists do not show: request-result %s is %s', async (...row) => {
    const [resultCode, state, reason] = row;
    bank.answer((one, response) =>
      one.path.endsWith('/request-result')
        ? json(200, { ...accepted, resultCode })(one, response)
        : listing([])(one, response),
    );
    const railReference = `transfer:${applyNo}`;
    expect(await rail.inquire({ ...submission(), railReference }, signal)).toMatchObject({
      submission: 'known',
      reports: [{ state, reason }],
    });
  });

  test('a numbered request is never absent, even where the bank denies it', async () => {
    bank.answer((one, response) =>
      (one.path.endsWith('/request-result') ? json(404, refusal) : listing([]))(one, response),
    );
    const railReference = `transfer:${applyNo}`;
    const inquiry = await rail.inquire({ ...submission(), railReference }, signal);
    expect(inquiry.kind).toBe('unanswered');
  });
});

describe('credits', () => {
  const vaTransaction = {
    vaId: '5020000001',
    valueDate: '2026-11-24',
    vaBranchCode: '502',
    vaAccountNumber: '0000001',
    depositAmount: '50000',
    itemKey: '20261124100000000042',
  };

  test('one page a call, then none; signed in as the client', async () => {
    bank.answer(json(200, { messages: [{ vaTransaction }, { vaTransaction: {} }] }));
    expect(await rail.unsentCredits(account(), signal)).toHaveLength(1);
    expect(warnings).toEqual(['1 deposit notices make no sense']);
    expect(bank.asked).toHaveLength(1);
    expect(bank.asked[0]?.headers.authorization).toMatch(/^Basic /);
    bank.answer(json(404, refusal));
    expect(await rail.unsentCredits(account(), signal)).toEqual([]);
  });

  test('a lost page is an error and not asked for again', async () => {
    for (const reply of [cut(), json(500, {}), json(200, {}), text(200, '<html>')]) {
      bank.asked.length = 0;
      bank.answer(reply);
      await expect(rail.unsentCredits(account(), signal)).rejects.toThrow(/deposit notices/);
      expect(bank.asked).toHaveLength(1);
    }
  });

  test('a webhook is read only with its signature', () => {
    const secret = 'webhook-secret-of-16';
    const body = JSON.stringify({ messageId: 'm', vaTransaction });
    for (const encoding of ['hex', 'base64'] as const) {
      const webhook = { secret, header: 'X-Signature', encoding };
      const signed = httpAccount({ webhook });
      const signature = createHmac('sha256', secret).update(body).digest(encoding);
      const read = (headers: Record<string, string>, text_ = body) =>
        rail.readCreditNotice(signed, { headers, body: text_ });
      expect(read({ 'x-signature': signature })).toMatchObject([{ amountYen: 50_000 }]);
      expect(read({ 'x-signature': signature }, `${body} `)).toBeUndefined();
      expect(read({ 'x-signature': signature.slice(1) })).toBeUndefined();
      expect(read({})).toBeUndefined();
    }
    const plain = { headers: { 'x-signature': '' }, body };
    expect(rail.readCreditNotice(httpAccount(), plain)).toBeUndefined();
  });
});

test('fees are asked for with the request itself', async () => {
  const transferFeeDetails = [{ itemId: '1', transferFee: '145' }];
  bank.answer(json(200, { totalFee: '145', transferFeeDetails }));
  const answer = await rail.inquireFees(submission(), signal);
  expect(answer).toMatchObject({ kind: 'answered', quote: { totalFeeYen: 145 } });
  bank.answer(json(400, refusal));
  expect((await rail.inquireFees(submission(), signal)).kind).toBe('unanswered');
});

test('ping says whether the bank answers', async () => {
  bank.answer(json(200, { balances: [] }));
  expect(await rail.ping(account(), signal)).toEqual({ ok: true, detail: 'HTTP 200' });
  bank.answer(json(503, {}));
  expect(await rail.ping(account(), signal)).toEqual({ ok: false, detail: 'HTTP 503' });
});
