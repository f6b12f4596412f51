// The Incentives API's refusals: codes, types, and the mock ids of the sandbox. The form of the
// object is as public clients read it.
import { json, type Reply } from './reply.ts';

/** Types and the codes they come with; README tells which are published and which invented. */
const CODES = {
  InvalidRequestInput: 'F200',
  InvalidPartnerIdInput: 'F200',
  InvalidPartnerId: 'F200',
  InvalidAmountInput: 'F200',
  InvalidAmountValue: 'F200',
  InvalidCurrencyCodeInput: 'F200',
  CurrencyCodeMismatch: 'F200',
  MaxAmountExceeded: 'F200',
  FractionalAmountNotAllowed: 'F200',
  NegativeOrZeroAmount: 'F200',
  RequestIdMustStartWithPartnerName: 'F200',
  RequestIdTooLong: 'F200',
  InvalidRequestIdInput: 'F200',
  CardActivatedWithDifferentRequestId: 'F200',
  RequestIdUsedForOtherContent: 'F200',
  RequestVoided: 'F200',
  OrderNotFound: 'F200',
  CancelRequestArrivedAfterTimeLimit: 'F200',
  OperationNotPermitted: 'F200',
  CustomerAccountNotFound: 'F200',
  CustomerAccountNotEligible: 'F200',
  InvalidSignature: 'F200',
  RequestExpired: 'F200',
  MissingSignedHeader: 'F200',
  InvalidAccessKey: 'F300',
  AccessDenied: 'F300',
  InsufficientFunds: 'F300',
  AccountHasProblems: 'F300',
  CustomerSurpassedDailyVelocityLimit: 'F300',
  SystemTemporarilyUnavailable: 'F400',
  RequestError: 'F100',
  UnknownError: 'F500',
} as const;

export type FailureType = keyof typeof CODES;

/** Sent as the whole request id to the sandbox, they bring the failure; F0000 brings SUCCESS. */
export const MOCKS: Readonly<Record<string, FailureType>> = {
  F1000: 'RequestError',
  F2003: 'InvalidAmountInput',
  F2004: 'InvalidAmountValue',
  F2005: 'InvalidCurrencyCodeInput',
  F2010: 'CardActivatedWithDifferentRequestId',
  F2015: 'MaxAmountExceeded',
  F2016: 'CurrencyCodeMismatch',
  F2017: 'FractionalAmountNotAllowed',
  F2047: 'CancelRequestArrivedAfterTimeLimit',
  F3003: 'InsufficientFunds',
  F3005: 'AccountHasProblems',
  F3010: 'CustomerSurpassedDailyVelocityLimit',
  F4000: 'SystemTemporarilyUnavailable',
  F5000: 'UnknownError',
};

const AT_THE_GATE: ReadonlySet<FailureType> = new Set([
  'InvalidSignature',
  'RequestExpired',
  'MissingSignedHeader',
  'InvalidAccessKey',
  'AccessDenied',
]);

/** `ids`: the request id as the operation names it, said back with the refusal. */
export function failure(type: FailureType, ids: object = {}): Reply {
  const errorCode = CODES[type];
  const status = errorCode === 'F400' ? 'RESEND' : 'FAILURE';
  const isOurs = errorCode === 'F100' || errorCode === 'F400' || errorCode === 'F500';
  const message = `simulated: ${type}`;
  // Before the operation there is no answer of the operation.
  if (AT_THE_GATE.has(type)) return json(403, { errorCode, errorType: type, message });
  const agcodResponse = { ...ids, status };
  const body = { agcodResponse, errorCode, errorType: type, message };
  return json(isOurs ? 500 : 400, body);
}

export const throttled = (): Reply =>
  json(400, { __type: 'ThrottlingException', message: 'Rate exceeded' });
