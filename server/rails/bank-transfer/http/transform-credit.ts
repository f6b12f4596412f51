// A deposit notice of the bank into ours. Pure. The frames around it are told apart in
// connector.ts.
import { yen } from '../../../base/money.ts';
import type { CreditNotice } from '../../rail.ts';
import { amountOf, fieldsOf } from './transform.ts';

/**
 * A deposit notice, as the webhook and the list of unsent ones carry it; undefined where it makes
 * no sense. The key is the statement line's, not the message's: a repeat under a new messageId is
 * still a repeat.
 */
export function readNotice(message: unknown, bankCode: string): CreditNotice | undefined {
  const line = fieldsOf(fieldsOf(message).vaTransaction);
  const amount = amountOf(line.depositAmount);
  const { vaId, itemKey, vaBranchCode, vaAccountNumber, valueDate } = line;
  if (amount === undefined || amount < 1) return undefined;
  if (!isText(vaId) || !isText(itemKey)) return undefined;
  if (!isText(vaBranchCode) || !isText(vaAccountNumber)) return undefined;
  if (typeof valueDate !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(valueDate)) return undefined;
  return {
    noticeKey: `${vaId}/${itemKey}`,
    bankCode,
    branchCode: vaBranchCode,
    accountNumber: vaAccountNumber,
    amountYen: yen(amount),
    payerName: textOf(line.remitterNameKana),
    payerBank: `${textOf(line.paymentBankName)} ${textOf(line.paymentBranchName)}`.trim(),
    valueDate: Temporal.PlainDate.from(valueDate),
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= 100;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 100) : '';
}
