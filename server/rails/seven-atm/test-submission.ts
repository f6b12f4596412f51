// Invented submissions for the tests of this folder.
import { yen } from '../../base/money.ts';
import type { AtmDestination, RailAccount, Submission } from '../rail.ts';

let serial = 0;

export function submissionOf(
  account: RailAccount,
  amountYen: number,
  receiveWithinDays: number | null = null,
): Submission<AtmDestination> {
  serial += 1;
  const dispatchCode = `8${String(serial).padStart(19, '0')}`;
  return {
    id: `submission-${serial}`,
    account,
    transferDate: Temporal.PlainDate.from('2026-11-24'),
    createdAt: Temporal.Instant.from('2026-11-24T01:00:00Z'),
    items: [
      {
        itemNumber: 1,
        attemptId: `attempt-${serial}`,
        dispatchCode,
        amountYen: yen(amountYen),
        destination: { receiveWithinDays },
      },
    ],
    totalYen: yen(amountYen),
  };
}
