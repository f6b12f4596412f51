// The door of rails that take one payment at a time: what every submission must hold before a byte
// of it leaves. A fault here is a bug of the caller, so it throws; what a rail refuses is an
// outcome, elsewhere.
import { SECOND_TYPE_LIMIT_YEN } from '../base/money.ts';
import type { Submission, SubmissionItem } from './rail.ts';

/** The one item. Throws where the submission breaks an invariant, without telling its data. */
export function soleItem<Destination>(
  submission: Submission<Destination>,
): SubmissionItem<Destination> {
  const { items, id, totalYen } = submission;
  const fault = (what: string) => new Error(`submission ${id}: ${what}`);
  const item = items[0];
  if (item === undefined || items.length !== 1) {
    throw fault(`holds ${items.length} items, allowed is 1`);
  }
  if (item.itemNumber !== 1) throw fault('its item is not number 1');
  if (!/^[0-9]{20}$/.test(item.dispatchCode)) throw fault('dispatch code is not 20 digits');
  const { amountYen } = item;
  if (!Number.isInteger(amountYen) || amountYen < 1 || amountYen > SECOND_TYPE_LIMIT_YEN) {
    throw fault(`amount is not 1 to ${SECOND_TYPE_LIMIT_YEN} yen`);
  }
  if (amountYen !== totalYen) {
    throw fault(`states ${totalYen} yen, its item is ${amountYen}`);
  }
  return item;
}
