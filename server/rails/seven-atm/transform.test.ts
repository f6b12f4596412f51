// What each word of the network means to us, as tables: states, refusals, and what makes no sense.
import { describe, expect, test } from 'vitest';
import { yen } from '../../base/money.ts';
import type { RailAccount } from '../rail.ts';
import { readConfig } from './config.ts';
import { submissionOf } from './test-submission.ts';
import {
  issueBody,
  readAvailable,
  readInquiry,
  readIssued,
  readNotice,
  readPage,
  readTakenBack,
} from './transform.ts';

const key = { keyId: 'k-1', secret: 'a-secret-for-the-tests' };
const account: RailAccount = {
  id: 'ra-1',
  connector: 'http',
  mode: 'test',
  config: { baseUrl: 'https://atm.example', key, noticeKeys: [key] },
};
const config = readConfig(account);
const item = submissionOf(account, 8_400).items[0]!;
const { dispatchCode } = item;

const receipt = {
  request_id: dispatchCode,
  receipt_id: 'R000000000001',
  state: 'RECEIVABLE',
  amount: 8_400,
  note_amount: 8_000,
  coin_amount: 400,
  received_amount: 0,
  locked: false,
  issued_at: '2026-11-24T10:00:00.000+09:00',
  receivable_until: '2027-01-23',
  notes_taken_at: null,
  coins_taken_at: null,
  closed_at: null,
  partner_code: '4001',
  customer_number: '12345678901',
  confirmation_number: '0123',
};
const taken = {
  notes: { received_amount: 8_000, notes_taken_at: '2026-11-25T09:00:00+09:00' },
  all: { received_amount: 8_400, coins_taken_at: '2026-11-25T12:00:00+09:00' },
  none: { closed_at: '2027-01-24T00:00:00+09:00' },
};

const inquired = (change: object) => readInquiry(config, item, 200, { ...receipt, ...change });
const reportOf = (change: object) => {
  const outcome = inquired(change);
  return outcome.kind === 'answered' ? outcome.reports[0]! : outcome;
};

test('a request holds dispatch code, amount and days, by default the contract’s', () => {
  expect(JSON.parse(issueBody(config, item))).toEqual({
    request_id: dispatchCode,
    amount: 8_400,
    receive_within_days: 60,
  });
  const ofWeek = { ...item, destination: { receiveWithinDays: 7 } };
  expect(issueBody(config, ofWeek)).toContain('"receive_within_days":7');
});

describe('states', () => {
  test.each([
    ['RECEIVABLE', {}, 'receivable', undefined],
    ['NOTES_TAKEN', taken.notes, 'receivable', 8_000],
    ['RECEIVED', taken.all, 'paid', undefined],
    ['RECEIVED_IN_PART', taken.notes, 'paid', 8_000],
    ['EXPIRED', taken.none, 'expired', undefined],
    ['TAKEN_BACK', taken.none, 'taken_back', undefined],
  ])('%s', (state, change, expected, receivedYen) => {
    const report = reportOf({ ...change, state });
    expect(report).toMatchObject({ dispatchCode, state: expected, reason: null, detail: state });
    expect((report as { receivedYen?: number }).receivedYen).toBe(receivedYen);
    expect('receipt' in report).toBe(expected === 'receivable');
  });

  test('the moment is that of the last change', () => {
    const at = (change: object) => String((reportOf(change) as { at: unknown }).at);
    expect(at({})).toBe('2026-11-24T01:00:00Z');
    expect(at({ state: 'RECEIVED', ...taken.all })).toBe('2026-11-25T03:00:00Z');
    expect(at({ state: 'EXPIRED', ...taken.none })).toBe('2027-01-23T15:00:00Z');
    expect(at({ issued_at: 'yesterday' })).toBe('null');
  });

  test('a refused request is failed, for its reason', () => {
    const report = reportOf({ state: 'REFUSED', refusal_code: 'insufficient_prefund' });
    expect(report).toMatchObject({ state: 'failed', reason: 'rail_unavailable' });
    expect(report).toMatchObject({ railReference: null, detail: 'refused: insufficient_prefund' });
  });

  test.each([
    ['an unknown state', { state: 'ON_HOLD' }],
    ['a state of the prototype', { state: 'constructor' }],
    ['a state that may hold anything', { state: '12345678901' }],
    ['no state', { state: null }],
    ['legs that do not add up', { coin_amount: 300 }],
    ['more taken than the state says', { received_amount: 8_000 }],
    ['less taken than the state says', { state: 'RECEIVED', received_amount: 8_000 }],
    ['a part where nothing was taken', { state: 'RECEIVED_IN_PART' }],
    ['an amount that is no number', { note_amount: '8000' }],
    ['too short a partner code', { partner_code: '401' }],
    ['too long a customer number', { customer_number: '123456789012' }],
    ['a confirmation number with a letter', { confirmation_number: '01a3' }],
    ['a day that does not exist', { receivable_until: '2027-02-30T' }],
  ])('%s is pending, and tells no number', (_name, change) => {
    const report = reportOf(change);
    expect(report).toMatchObject({ state: 'pending', reason: null });
    expect(JSON.stringify(report)).not.toMatch(/12345678901|0123"/);
  });

  test.each([
    ['another receipt', { request_id: '9'.repeat(20) }],
    ['another amount', { amount: 8_500 }],
    ['no rail reference', { receipt_id: 7 }],
  ])('%s answers nothing', (_name, change) => {
    expect(inquired(change).kind).toBe('unanswered');
  });
});

const failed = (code: unknown, requestId: unknown = dispatchCode) => ({
  error: { code, request_id: requestId },
});

describe('answers', () => {
  test.each([
    [201, receipt, 'accepted'],
    [200, { ...receipt, state: 'RECEIVED', ...taken.all }, 'accepted'],
    [200, {}, 'unknown'],
    [200, 'まもなく', 'unknown'],
    [201, { ...receipt, state: 'REFUSED' }, 'unknown'],
    [422, failed('amount_out_of_range'), 'rejected'],
    [422, failed('amount_out_of_range', '1'), 'unknown'],
    [422, {}, 'unknown'],
    [400, failed('malformed'), 'unknown'],
    [401, failed('signature_invalid'), 'unknown'],
    [409, failed('request_id_reused'), 'unknown'],
    [429, failed('throttled'), 'unknown'],
    [500, failed('internal'), 'unknown'],
    [302, undefined, 'unknown'],
  ])('to a request: HTTP %i %j is %s', (status, body, kind) => {
    expect(readIssued(config, item, status, body).kind).toBe(kind);
  });

  test.each([
    ['amount_out_of_range', 'limit_exceeded'],
    ['insufficient_prefund', 'rail_unavailable'],
    ['days_out_of_range', 'other'],
    ['not_permitted', 'other'],
    ['toString', 'other'],
  ])('refusal %s is %s', (code, reason) => {
    expect(readIssued(config, item, 422, failed(code))).toMatchObject({ kind: 'rejected', reason });
  });

  test.each([
    [404, failed('receipt_not_found'), 'absent'],
    [404, failed('receipt_not_found', '1'), 'unanswered'],
    [404, failed('no_such_call'), 'unanswered'],
    [404, '<html>', 'unanswered'],
    [401, failed('signature_invalid'), 'unanswered'],
    [503, undefined, 'unanswered'],
  ])('to an inquiry: HTTP %i %j is %s', (status, body, expected) => {
    const outcome = readInquiry(config, item, status, body);
    expect(outcome.kind === 'answered' ? outcome.submission : outcome.kind).toBe(expected);
  });

  test.each([
    [200, { ...receipt, state: 'TAKEN_BACK' }, 'taken_back'],
    [200, receipt, 'unknown'],
    [200, { ...receipt, state: 'TAKEN_BACK', request_id: '1' }, 'unknown'],
    [409, failed('already_received'), 'already_received'],
    [409, failed('already_received', '1'), 'unknown'],
    [409, failed('expired'), 'unknown'],
    [404, failed('receipt_not_found'), 'unknown'],
    [500, failed('already_received'), 'unknown'],
  ])('to a take-back: HTTP %i %j is %s', (status, body, expected) => {
    expect(readTakenBack(dispatchCode, status, body)).toBe(expected);
  });
});

test('a notice needs no numbers; what it does not say is not made up', () => {
  const { partner_code, customer_number, confirmation_number, ...public_ } = receipt;
  const report = readNotice(config, { receipt: { ...public_, locked: true } });
  expect(report).toMatchObject({ state: 'receivable', detail: 'RECEIVABLE, locked' });
  expect(report).not.toHaveProperty('receipt');
  for (const body of [undefined, [], {}, { receipt: { request_id: 'x' } }]) {
    expect(readNotice(config, body)).toBeUndefined();
  }
});

test('a page with one senseless entry is no page', () => {
  expect(readPage(config, { receipts: [receipt], next: null })?.reports).toHaveLength(1);
  expect(readPage(config, { receipts: [receipt, {}], next: null })).toBeUndefined();
  expect(readPage(config, { receipts: [receipt] })).toBeUndefined();
});

test('a balance is a whole number or none', () => {
  expect(readAvailable({ available: 12 })).toBe(yen(12));
  expect(readAvailable({ available: '12' })).toBeUndefined();
  expect(readAvailable('12')).toBeUndefined();
});
