// The door of the rail: what this rail asks of its one item beyond what every such rail asks. A
// fault here is a bug of the caller, so it throws; what Amazon refuses is an outcome, elsewhere.
import type { AmazonDestination, Submission, SubmissionItem } from '../rail.ts';
import { soleItem } from '../sole-item.ts';
import type { AmazonConfig } from './config.ts';

const USER_ID = /^amzn1\.account\.[A-Za-z0-9]{1,200}$/;

/** The one item. The message of an error names no amount and no account. */
export function onlyItem(
  submission: Submission<AmazonDestination>,
  { mode, minYen, maxYen }: AmazonConfig,
): SubmissionItem<AmazonDestination> {
  const item = soleItem(submission);
  if (item.amountYen < minYen || item.amountYen > maxYen) {
    throw new Error(`submission ${submission.id}: amount is not ${minYen} to ${maxYen} yen`);
  }
  if (mode === 'load' && !isUserId(item.destination.amazonUserId)) {
    throw new Error(`submission ${submission.id}: the Amazon user id has not the form of one`);
  }
  return item;
}

/** The form in which Login with Amazon names an account. */
export function isUserId(text: unknown): text is string {
  return typeof text === 'string' && USER_ID.test(text);
}
