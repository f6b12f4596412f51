// The door of the rail: what every submission must hold before a byte of it leaves. A breach is a
// bug of the caller, so it throws; what the contract does not allow is a refusal (`refusalOf`).
import { SECOND_TYPE_LIMIT_YEN } from '../../base/money.ts';
import type { AtmDestination, Submission, SubmissionItem, SubmitOutcome } from '../rail.ts';
import { type AtmConfig, NOTE_UNIT_YEN } from './config.ts';

const DISPATCH_CODE = /^[0-9]{20}$/;
const DAYS_LIMIT = 366;

/** The one item of a submission. Throws where the submission breaks an invariant. */
export function soleItem(submission: Submission<AtmDestination>): SubmissionItem<AtmDestination> {
  const { id, items, totalYen } = submission;
  const [item] = items;
  if (item === undefined || items.length > 1) {
    throw new Error(`submission ${id} holds ${items.length} items, allowed is 1`);
  }
  const fault = faultOf(item);
  if (fault !== undefined) throw new Error(`submission ${id}: ${fault}`);
  if (item.amountYen !== totalYen) {
    throw new Error(`submission ${id} states ${totalYen} yen, its item ${item.amountYen}`);
  }
  return item;
}

function faultOf(item: SubmissionItem<AtmDestination>): string | undefined {
  const { amountYen, destination } = item;
  if (item.itemNumber !== 1) return 'item number is not 1';
  if (!DISPATCH_CODE.test(item.dispatchCode)) return 'dispatch code is not 20 digits';
  if (!Number.isInteger(amountYen) || amountYen < 1 || amountYen > SECOND_TYPE_LIMIT_YEN) {
    return `amount is not 1 to ${SECOND_TYPE_LIMIT_YEN} yen`;
  }
  const days = destination.receiveWithinDays;
  if (days !== null && (!Number.isInteger(days) || days < 1 || days > DAYS_LIMIT)) {
    return `days to receive are not 1 to ${DAYS_LIMIT}`;
  }
  return undefined;
}

export function daysOf(config: AtmConfig, destination: AtmDestination): number {
  return destination.receiveWithinDays ?? config.receiveWithinDays;
}

/** What the contract does not allow is refused here: then nothing has left. */
export function refusalOf(
  config: AtmConfig,
  item: SubmissionItem<AtmDestination>,
): SubmitOutcome | undefined {
  const { amountYen, destination } = item;
  if (amountYen < config.minYen || amountYen > config.maxYen) {
    const detail = `amount is not ${config.minYen} to ${config.maxYen} yen`;
    return refused('limit_exceeded', detail);
  }
  if (config.coinRule === 'refuse' && amountYen % NOTE_UNIT_YEN !== 0) {
    return refused('limit_exceeded', `amount is not a multiple of ${NOTE_UNIT_YEN} yen`);
  }
  if (daysOf(config, destination) > config.maxReceiveWithinDays) {
    return refused('other', `more than ${config.maxReceiveWithinDays} days to receive`);
  }
  return undefined;
}

function refused(reason: 'limit_exceeded' | 'other', detail: string): SubmitOutcome {
  return { kind: 'rejected', reason, detail, items: [{ itemNumber: 1, reason, detail }] };
}
