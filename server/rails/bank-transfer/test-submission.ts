// Invented accounts and submissions for the tests of this folder.
import { sumYen, yen } from '../../base/money.ts';
import type { RailAccount, Submission, SubmissionItem } from '../rail.ts';

export const httpConfig = {
  baseUrl: 'http://127.0.0.1:1/ganb/api',
  clientId: 'client-1',
  clientSecret: 'secret-of-the-client',
  refreshToken: 'refresh-token-0',
  accountId: '101010100001',
};

export const remitter = {
  code: '0123456789',
  name: 'ｶ)ｶﾜｾ',
  bankCode: '0310',
  branchCode: '101',
  accountType: 'ordinary',
  accountNumber: '7654321',
};

export function httpAccount(config: Readonly<Record<string, unknown>> = {}): RailAccount {
  return { id: 'ra-1', connector: 'http', mode: 'test', config: { ...httpConfig, ...config } };
}

export function fileAccount(config: Readonly<Record<string, unknown>>): RailAccount {
  return { id: 'ra-2', connector: 'file', mode: 'test', config: { remitter, ...config } };
}

export function sampleItem(itemNumber: number, amountYen = 1_000 + itemNumber): SubmissionItem {
  return {
    itemNumber,
    attemptId: `attempt-${itemNumber}`,
    dispatchCode: String(itemNumber).padStart(20, '0'),
    amountYen: yen(amountYen),
    destination: {
      bankCode: '0001',
      branchCode: '002',
      accountType: 'ordinary',
      accountNumber: '1234567',
      holderName: 'ﾔﾏﾀﾞ ﾀﾛｳ',
    },
  };
}

export function sampleSubmission(account: RailAccount, itemCount = 2): Submission {
  const items = Array.from({ length: itemCount }, (_, index) => sampleItem(index + 1));
  return {
    id: 'sub-1',
    account,
    transferDate: Temporal.PlainDate.from('2026-11-24'),
    createdAt: Temporal.Instant.from('2026-11-24T00:00:00Z'),
    items,
    totalYen: sumYen(items.map((item) => item.amountYen)),
  };
}
