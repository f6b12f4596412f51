// The door of the rail: what every submission must hold before a byte of it leaves. A breach is a
// bug of the caller, so it throws; what the contract does not allow is a refusal (`refusalOf`).
import type { AtmDestination, Submission, SubmissionItem, SubmitOutcome } from '../rail.ts';
import { soleItem } from '../sole-item.ts';
import { type AtmConfig, NOTE_UNIT_YEN } from './config.ts';

const DAYS_LIMIT = 366;

/** The one item of a submission to be handed over. Throws where it breaks an invariant. */
export function atmItem(submission: Submission<AtmDestination>): SubmissionItem<AtmDestination> {
  const item = soleItem(submission);
  const days = item.destination.receiveWithinDays;
  if (days !== null && (!Number.isInteger(days) || days < 1 || days > DAYS_LIMIT)) {
    throw new Error(`submission ${submission.id}: days to receive are not 1 to ${DAYS_LIMIT}`);
  }
  return item;
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
