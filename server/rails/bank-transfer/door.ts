// The door of the rail: what every submission must hold before a byte of it leaves.
// A fault here is a bug of the caller, so it throws; what a bank refuses is an outcome, elsewhere.

import { firstOutsideClass } from '../../../zengin/kana.ts';
import { SECOND_TYPE_LIMIT_YEN, sumYen } from '../../base/money.ts';
import type { Submission, SubmissionItem } from '../rail.ts';

const MAX_HOLDER_BYTES = 30;
const DISPATCH_CODE = /^[0-9]{20}$/;

/** Throws where the submission breaks an invariant. The message names items by number only. */
export function assertSubmission(submission: Submission, maxItems: number): void {
  const { items, totalYen, id } = submission;
  if (items.length === 0 || items.length > maxItems) {
    throw new Error(`submission ${id} holds ${items.length} items, allowed are 1 to ${maxItems}`);
  }
  const codes = new Set<string>();
  items.forEach((item, index) => {
    const fault = item.itemNumber === index + 1 ? itemFault(item) : 'number is out of sequence';
    if (fault !== undefined) throw new Error(`submission ${id}, item ${index + 1}: ${fault}`);
    codes.add(item.dispatchCode);
  });
  if (codes.size !== items.length) {
    throw new Error(`submission ${id} uses a dispatch code twice`);
  }
  const sumOfItems = sumYen(items.map((item) => item.amountYen));
  if (sumOfItems !== totalYen) {
    throw new Error(`submission ${id} states ${totalYen} yen, its items sum to ${sumOfItems}`);
  }
}

function itemFault(item: SubmissionItem): string | undefined {
  const { amountYen, destination } = item;
  if (!DISPATCH_CODE.test(item.dispatchCode)) return 'dispatch code is not 20 digits';
  if (!Number.isInteger(amountYen) || amountYen < 1 || amountYen > SECOND_TYPE_LIMIT_YEN) {
    return `amount is not 1 to ${SECOND_TYPE_LIMIT_YEN} yen`;
  }
  if (!/^[0-9]{4}$/.test(destination.bankCode)) return 'bank code is not 4 digits';
  if (!/^[0-9]{3}$/.test(destination.branchCode)) return 'branch code is not 3 digits';
  if (!/^[0-9]{7}$/.test(destination.accountNumber)) return 'account number is not 7 digits';
  if (!['ordinary', 'current', 'savings'].includes(destination.accountType)) {
    return 'account type is unknown';
  }
  const { length } = destination.holderName;
  if (destination.holderName.trim() === '' || length > MAX_HOLDER_BYTES) {
    return `holder name is not 1 to ${MAX_HOLDER_BYTES} bytes`;
  }
  if (firstOutsideClass(destination.holderName, 'name') >= 0) {
    return 'holder name holds a forbidden character';
  }
  return undefined;
}
