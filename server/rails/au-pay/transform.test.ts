// What each word of the wallet means to us, and what means nothing.
import { describe, expect, test } from 'vitest';
import { yen } from '../../base/money.ts';
import {
  chargeBody,
  dispatchCodeOf,
  isAbsent,
  memberNumberOf,
  readCharge,
  readChargeAnswer,
  readHealth,
  readPage,
  readStanding,
  reportOf,
} from './transform.ts';

const dispatchCode = '00000100000000000012';
const requestId = `KW-${dispatchCode}`;
const token = `amt_${'a'.repeat(32)}`;
const at = '2026-11-24T01:00:00.000Z';
const charge = {
  ...{ requestId, chargeId: 'chg_1', amountYen: 8_400 },
  ...{ status: 'executed', code: null, at },
};
const item = {
  ...{ itemNumber: 1, attemptId: 'attempt', dispatchCode, amountYen: yen(8_400) },
  destination: { memberNumber: '100000000001' },
};

describe('a charge', () => {
  test('is asked for by number or by token', () => {
    const asked = { requestId, amountYen: 8_400, currency: 'JPY' };
    const number = { number: '100000000001' };
    expect(JSON.parse(chargeBody(item))).toEqual({ ...asked, member: number });
    const handed = chargeBody({ ...item, destination: { memberNumber: token } });
    expect(JSON.parse(handed)).toEqual({ ...asked, member: { token } });
  });

  test.each([
    ['accepted', null, 'pending', null],
    ['executing', null, 'pending', null],
    ['executed', null, 'paid', null],
    ['failed', 'member_not_found', 'failed', 'no_account'],
    ['failed', 'member_closed', 'failed', 'account_closed'],
    ['failed', 'member_restricted', 'failed', 'other'],
    ['failed', 'member_declined', 'failed', 'recipient_declined'],
    ['failed', 'balance_cap_exceeded', 'failed', 'limit_exceeded'],
    ['failed', 'daily_limit_exceeded', 'failed', 'limit_exceeded'],
    ['failed', 'charge_limit_exceeded', 'failed', 'limit_exceeded'],
    ['failed', 'prefund_insufficient', 'failed', 'rail_unavailable'],
    ['failed', 'constructor', 'failed', 'other'],
    ['failed', null, 'failed', 'other'],
    ['refused', 'token_used', 'failed', 'other'],
    ['reversed', 'member_closed', 'returned', 'account_closed'],
    ['on_hold', null, 'pending', null],
    ['constructor', 'member_closed', 'pending', null],
    ['EXECUTED', null, 'pending', null],
  ])('%s %s is %s, %s', (status, code, state, reason) => {
    expect(reportOf(readCharge({ ...charge, status, code })!)).toMatchObject({
      ...{ dispatchCode, state, reason, railReference: 'chg_1' },
    });
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['a list', [charge]],
    ['no request id', { ...charge, requestId: undefined }],
    ['no charge id, though not refused', { ...charge, chargeId: null }],
    ['a charge id with words', { ...charge, chargeId: 'ヤマダ タロウ' }],
    ['an amount in text', { ...charge, amountYen: '8400' }],
    ['half a yen', { ...charge, amountYen: 0.5 }],
    ['nothing charged', { ...charge, amountYen: 0 }],
    ['no status', { ...charge, status: 1 }],
  ])('is not read out of %s', (_name, body) => {
    expect(readCharge(body)).toBeUndefined();
  });

  test('tells codes, never sentences, and no time that is none', () => {
    const odd = { ...charge, status: 'ヤマダ タロウ', code: '会員 100000000001', at: 'today' };
    const report = reportOf(readCharge(odd)!);
    expect(report).toMatchObject({ state: 'pending', detail: '(no status)', at: null });
  });

  test('of somebody else has no dispatch code', () => {
    expect(dispatchCodeOf('POS-00000100000000000012')).toBeUndefined();
    expect(dispatchCodeOf('KW-123')).toBeUndefined();
    expect(reportOf(readCharge({ ...charge, requestId: 'POS-1' })!)).toBeUndefined();
  });
});

describe('the answer to a request', () => {
  const refused = { requestId, code: 'member_closed' };

  test.each<[string, number, unknown, object]>([
    ['taken', 202, { ...charge, status: 'accepted' }, { kind: 'accepted', reports: [] }],
    ['known and done', 200, charge, { kind: 'accepted', reports: [{ state: 'paid' }] }],
    ['refused', 422, refused, { kind: 'rejected', reason: 'account_closed' }],
  ])('%s', (_name, status, body, outcome) => {
    expect(readChargeAnswer(item, status, body)).toMatchObject(outcome);
  });

  test.each<[string, number, unknown]>([
    ['a refusal of another request', 422, { ...refused, requestId: 'KW-1' }],
    ['a refusal for an unknown reason', 422, { ...refused, code: 'new_code' }],
    ['a refusal without a code', 422, { requestId }],
    ['a gateway’s 422', 422, undefined],
    ['the same id with other content', 409, { requestId, code: 'request_id_reused' }],
    ['a bad signature', 401, { code: 'signature_invalid' }],
    ['maintenance', 503, { code: 'maintenance', until: at }],
    ['haste', 429, { code: 'too_many_requests' }],
    ['a bad request', 400, { code: 'amount_invalid', requestId }],
    ['an error', 500, { code: 'member_closed', requestId }],
    ['a redirect', 302, undefined],
    ['an empty success', 200, {}],
    ['another charge', 202, { ...charge, requestId: 'KW-00000100000000000020' }],
    ['another amount', 202, { ...charge, amountYen: 8_401 }],
    ['a success that is a refusal', 200, { ...charge, chargeId: null, status: 'refused' }],
  ])('%s proves nothing', (_name, status, body) => {
    expect(readChargeAnswer(item, status, body).kind).toBe('unknown');
  });
});

test('only the wallet’s own word about this request says that it is absent', () => {
  const body = { code: 'charge_not_found', requestId };
  expect(isAbsent(requestId, 404, body)).toBe(true);
  expect(isAbsent(requestId, 404, undefined)).toBe(false);
  expect(isAbsent(requestId, 404, { code: 'no_such_call' })).toBe(false);
  expect(isAbsent(requestId, 404, { ...body, requestId: 'KW-1' })).toBe(false);
  expect(isAbsent(requestId, 200, body)).toBe(false);
});

test.each([
  ['100000000001', '100000000001'],
  [' 1000 0000 0001 ', '100000000001'],
  ['１０００－００００－０００１', '100000000001'],
  ['1000ー0000ー0001', '100000000001'],
  [token, token],
  ['10000000001', undefined],
  ['1000000000011', undefined],
  ['10000000000a', undefined],
  ['amt_short', undefined],
  ['', undefined],
])('a member typed as %s is %s', (text, expected) => {
  expect(memberNumberOf(text, 12)).toBe(expected);
});

test.each<[unknown, unknown]>([
  [
    { status: 'active', fitsYen: 8_400 },
    { member: 'able', fitsYen: 8_400 },
  ],
  [
    { status: 'active', fitsYen: 400 },
    { member: 'able', fitsYen: 400 },
  ],
  [
    { status: 'restricted', fitsYen: 400 },
    { member: 'unable', fitsYen: 0 },
  ],
  [
    { status: 'closed', fitsYen: 0 },
    { member: 'closed', fitsYen: 0 },
  ],
  [
    { status: 'not_found', fitsYen: 0 },
    { member: 'unknown', fitsYen: 0 },
  ],
  [{ status: 'vip', fitsYen: 1 }, undefined],
  [{ status: 'active', fitsYen: 8_401 }, undefined],
  [{ status: 'active' }, undefined],
])('a member standing %o is read as %o', (body, expected) => {
  expect(readStanding(yen(8_400), body)).toEqual(expected);
});

test('pages and health are read whole or not at all', () => {
  expect(readPage({ charges: [charge], nextCursor: null })?.charges).toHaveLength(1);
  expect(readPage({ charges: [charge, {}], nextCursor: null })).toBeUndefined();
  expect(readPage({ charges: [charge] })).toBeUndefined();
  const window = { from: at, until: '2026-11-24T02:00:00Z' };
  expect(readHealth({ status: 'ok', maintenance: [window] })?.maintenance).toHaveLength(1);
  expect(readHealth({ status: 'ok', maintenance: [{ from: at }] })).toBeUndefined();
  expect(readHealth({ status: 'fine', maintenance: [] })).toBeUndefined();
});
