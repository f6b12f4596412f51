// The door of the rail: what a submission must hold before a byte of it leaves. A fault here is a
// bug of the caller, so it throws; what Amazon refuses is an outcome, elsewhere.
import type { AmazonDestination, Submission, SubmissionItem } from '../rail.ts';
import type { AmazonConfig } from './config.ts';

const DISPATCH_CODE = /^[0-9]{20}$/;
const USER_ID = /^amzn1\.account\.[A-Za-z0-9]{1,200}$/;

/** The one item. The message of an error names no amount and no account. */
export function onlyItem(
  submission: Submission<AmazonDestination>,
  config: AmazonConfig,
): SubmissionItem<AmazonDestination> {
  const { items, totalYen, id } = submission;
  const [item] = items;
  const fault =
    item === undefined || items.length !== 1
      ? `holds ${items.length} items, allowed is 1`
      : itemFault(item, config);
  if (fault !== undefined) throw new Error(`submission ${id}: ${fault}`);
  if (item!.amountYen !== totalYen) {
    throw new Error(`submission ${id}: its total is not the amount of its item`);
  }
  return item!;
}

function itemFault(
  item: SubmissionItem<AmazonDestination>,
  { mode, minYen, maxYen }: AmazonConfig,
): string | undefined {
  const { amountYen, dispatchCode, destination } = item;
  if (item.itemNumber !== 1) return 'the item is not number 1';
  if (!isDispatchCode(dispatchCode)) return 'dispatch code is not 20 digits';
  if (!Number.isInteger(amountYen) || amountYen < minYen || amountYen > maxYen) {
    return `amount is not ${minYen} to ${maxYen} yen`;
  }
  if (mode === 'load' && !USER_ID.test(destination.amazonUserId)) {
    return 'the Amazon user id has not the form of one';
  }
  return undefined;
}

export function isDispatchCode(text: string): boolean {
  return DISPATCH_CODE.test(text);
}
