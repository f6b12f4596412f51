// The tables: what each answer of Amazon proves about a request id.
import { describe, expect, test } from 'vitest';
import { readConfig } from './config.ts';
import { sampleAccount } from './test-world.ts';
import {
  createBody,
  loadBody,
  readFunds,
  readGiftCode,
  readPayment,
  readUndone,
  requestIdOf,
} from './transform.ts';

const load = readConfig(sampleAccount());
const code = readConfig(sampleAccount({ mode: 'code' }));
const requestId = requestIdOf('Kawas', '00000000000000000017');
const payment = { requestId, amountYen: 8_400, amazonUserId: 'amzn1.account.A1' };

const success = {
  loadBalanceRequestId: requestId,
  amount: { currencyCode: 'JPY', value: 8_400 },
  status: 'SUCCESS',
};
const card = {
  cardInfo: { cardStatus: 'Fulfilled', value: { amount: 8_400, currencyCode: 'JPY' } },
  creationRequestId: requestId,
  gcClaimCode: 'ABCD-EFGHIJ-KLMN',
  gcExpirationDate: 'Wed Dec 19 22:59:59 UTC 2029',
  status: 'SUCCESS',
};
const failure = (errorCode: string, errorType: string, change: object = {}) => ({
  agcodResponse: { loadBalanceRequestId: requestId, status: 'FAILURE' },
  errorCode,
  errorType,
  message: 'a sentence',
  ...change,
});
const verdict = (status: number, body: unknown, config = load) =>
  readPayment(config, payment, status, body);

test('a request id is the partner’s name and the dispatch code, alphanumeric, 40 at most', () => {
  expect(requestId).toBe('Kawas00000000000000000017');
  expect(() => readConfig(sampleAccount({ partnerId: 'K'.repeat(21) }))).toThrow(/partnerId/);
  expect(() => readConfig(sampleAccount({ partnerId: 'Ka_as' }))).toThrow(/partnerId/);
});

test('bodies as documented, and as assumed', () => {
  expect(loadBody(load, payment)).toEqual({
    loadBalanceRequestId: requestId,
    partnerId: 'Kawas',
    amount: { currencyCode: 'JPY', value: 8_400 },
    account: { id: 'amzn1.account.A1', type: '2' },
    transactionSource: { sourceId: 'kawase' },
  });
  expect(createBody(code, payment)).toEqual({
    creationRequestId: requestId,
    partnerId: 'Kawas',
    value: { currencyCode: 'JPY', amount: 8_400 },
  });
});

describe('success', () => {
  test('of this id and amount is payment', () => {
    expect(verdict(200, success)).toEqual({ kind: 'done' });
    expect(verdict(200, { ...success, amount: undefined })).toEqual({ kind: 'done' });
    expect(verdict(200, card, code)).toEqual({ kind: 'done' });
  });

  test.each<[string, object, typeof load]>([
    ['another id', { ...success, loadBalanceRequestId: 'Kawas1' }, load],
    ['no id', { ...success, loadBalanceRequestId: undefined }, load],
    ['another amount', { ...success, amount: { currencyCode: 'JPY', value: 1 } }, load],
    ['another currency', { ...success, amount: { currencyCode: 'USD', value: 8_400 } }, load],
    ['a refunded card', { ...card, cardInfo: { ...card.cardInfo, cardStatus: 'Expired' } }, code],
    ['a card without a value', { ...card, cardInfo: undefined }, code],
  ])('with %s proves nothing, and somebody must look', (_name, body, config) => {
    expect(verdict(200, body, config)).toMatchObject({ kind: 'unclear', warn: true });
  });
});

test.each([
  ['F200', 'InvalidAmountInput', 'other'],
  ['F200', 'InvalidAmountValue', 'limit_exceeded'],
  ['F200', 'FractionalAmountNotAllowed', 'other'],
  ['F200', 'MaxAmountExceeded', 'limit_exceeded'],
  ['F200', 'CurrencyCodeMismatch', 'rail_unavailable'],
  ['F200', 'CustomerAccountNotFound', 'no_account'],
  ['F200', 'CustomerAccountNotEligible', 'account_closed'],
  ['F300', 'InsufficientFunds', 'rail_unavailable'],
  ['F300', 'AccountHasProblems', 'rail_unavailable'],
  ['F300', 'ActiveContractNotFound', 'rail_unavailable'],
  ['F300', 'CustomerSurpassedDailyVelocityLimit', 'limit_exceeded'],
])('refused: %s %s is %s', (errorCode, errorType, reason) => {
  const detail = `HTTP 400 ${errorCode} ${errorType}`;
  const refused = { kind: 'refused', reason, detail };
  expect(verdict(400, failure(errorCode, errorType))).toEqual(refused);
  // Published lists have stray blanks behind some types.
  expect(verdict(400, failure(errorCode, `${errorType} `))).toEqual(refused);
});

test.each<[string, number, unknown]>([
  ['F400 RESEND', 500, failure('F400', 'SystemTemporarilyUnavailable')],
  ['the status RESEND alone', 400, { agcodResponse: { status: 'RESEND' } }],
  [
    'RESEND beside a refusal',
    400,
    failure('F200', 'MaxAmountExceeded', { agcodResponse: { status: 'RESEND' } }),
  ],
  ['F100', 500, failure('F100', 'RequestError')],
  ['F500', 500, failure('F500', 'UnknownError')],
  ['F500 with HTTP 400', 400, failure('F500', 'UnknownError')],
  ['a refusal with HTTP 500', 500, failure('F200', 'MaxAmountExceeded')],
  ['HTTP 503', 503, undefined],
  ['HTTP 429', 429, undefined],
  ['a throttling exception', 400, { __type: 'ThrottlingException', message: 'x' }],
  ['throttling by its words', 400, { message: 'Rate exceeded' }],
])('to be asked again, under the same id: %s', (_name, status, body) => {
  expect(verdict(status, body)).toMatchObject({ kind: 'again' });
});

test.each<[string, number, unknown]>([
  ['a signature that does not match', 403, { errorCode: 'F200', errorType: 'InvalidSignature' }],
  ['a key that is not known', 403, { errorCode: 'F300', errorType: 'AccessDenied' }],
  ['a type nobody has read', 400, failure('F200', 'CardActivatedWithDifferentRequestId')],
  [
    'a refusal without the operation',
    400,
    failure('F300', 'InsufficientFunds', { agcodResponse: null }),
  ],
  [
    'a refusal of another id',
    400,
    failure('F300', 'InsufficientFunds', {
      agcodResponse: { status: 'FAILURE', loadBalanceRequestId: 'Kawas1' },
    }),
  ],
  ['a refusal of class F900', 400, failure('F900', 'InsufficientFunds')],
  ['FAILURE without a word', 400, { status: 'FAILURE' }],
  ['an empty object', 200, {}],
  ['no JSON', 200, undefined],
  ['a number', 200, 7],
  ['a redirect', 302, undefined],
])('proves nothing: %s', (_name, status, body) => {
  expect(verdict(status, body)).toMatchObject({ kind: 'unclear', warn: true });
});

test('a contract may add refusals, and no detail repeats free text', () => {
  const config = readConfig(sampleAccount({ refusals: { AccountLocked: 'account_closed' } }));
  const known = verdict(400, failure('F200', 'AccountLocked'), config);
  expect(known).toMatchObject({ kind: 'refused', reason: 'account_closed' });
  const told = verdict(400, failure('F200', 'the account amzn1.account.A1 is closed'));
  expect(JSON.stringify(told)).not.toContain('amzn1');
});

test('what undoes, what is left, what is shown', () => {
  expect(readUndone(load, requestId, 200, success)).toEqual({ kind: 'done' });
  const late = failure('F200', 'CancelRequestArrivedAfterTimeLimit');
  expect(readUndone(load, requestId, 400, late)).toMatchObject({ kind: 'unclear' });
  const funds = { status: 'SUCCESS', availableFunds: { amount: 7, currencyCode: 'JPY' } };
  expect(readFunds(200, funds)).toBe(7);
  expect(readFunds(200, { ...funds, availableFunds: { amount: 7, currencyCode: 'USD' } })).toBe(
    undefined,
  );
  expect(readFunds(200, { ...funds, availableFunds: { amount: 7.5, currencyCode: 'JPY' } })).toBe(
    undefined,
  );
  expect(readGiftCode(card)).toEqual({
    claimCode: 'ABCD-EFGHIJ-KLMN',
    expiresOn: 'Wed Dec 19 22:59:59 UTC 2029',
  });
  expect(readGiftCode({ gcClaimCode: '<b>' })).toBeUndefined();
});
