// A deposit notice of the bank into ours. Pure. The frames around it are told apart in
// connector.ts.
import { yen } from '../../../base/money.ts';
import type { CreditNotice } from '../../rail.ts';
import { amountOf, fieldsOf } from './transform.ts';

/**
 * A deposit notice, as the webhook, the list of unsent ones and the list of deposits carry it;
 * undefined where it makes no sense. The key is the statement line's, not the message's: a repeat
 * under a new messageId is still a repeat. A negative amount takes a deposit back (取消), where it
 * can the one that `cancelItemKey` names.
 */
export function readNotice(message: unknown, bankCode: string): CreditNotice | undefined {
  const line = fieldsOf(fieldsOf(message).vaTransaction);
  const { vaId, itemKey, vaBranchCode, vaAccountNumber } = line;
  const isReversal = typeof line.depositAmount === 'string' && line.depositAmount.startsWith('-');
  const amount = amountOf(isReversal ? String(line.depositAmount).slice(1) : line.depositAmount);
  const valueDate = isReversal ? (line.transactionDate ?? line.valueDate) : line.valueDate;
  if (amount === undefined || amount < 1) return undefined;
  if (!isText(vaId) || !isText(itemKey)) return undefined;
  if (!isText(vaBranchCode) || !isText(vaAccountNumber)) return undefined;
  if (typeof valueDate !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(valueDate)) return undefined;
  return {
    noticeKey: isReversal ? `${vaId}/${itemKey}/cancel` : `${vaId}/${itemKey}`,
    bankCode,
    branchCode: vaBranchCode,
    accountNumber: vaAccountNumber,
    amountYen: yen(amount),
    payerName: textOf(line.remitterNameKana),
    payerBank: `${textOf(line.paymentBankName)} ${textOf(line.paymentBranchName)}`.trim(),
    valueDate: Temporal.PlainDate.from(valueDate),
    isReversal,
    creditNumber: isReversal ? textOf(line.cancelItemKey) : itemKey,
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= 100;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 100) : '';
}
