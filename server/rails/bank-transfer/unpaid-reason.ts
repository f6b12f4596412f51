// Why a payment did not arrive, by the code that banks and their interfaces use for it.
// Assumed: neither the published API nor the file formats give a list; what is not here is `other`.
import type { FailureReason } from '../rail.ts';

const REASONS: Readonly<Record<string, FailureReason>> = {
  '01': 'no_account',
  '02': 'name_mismatch',
  '03': 'account_number_mismatch',
  '04': 'account_type_mismatch',
  '05': 'account_closed',
  '06': 'outside_hours',
  '07': 'limit_exceeded',
  '08': 'insufficient_funds',
  // Refusals of a request or a file as a whole.
  E005: 'outside_hours',
  date_past: 'outside_hours',
  date_closed_day: 'outside_hours',
  date_too_far: 'outside_hours',
  too_many_items: 'limit_exceeded',
};

export function reasonOfCode(code: unknown): FailureReason {
  return typeof code === 'string' && Object.hasOwn(REASONS, code) ? REASONS[code]! : 'other';
}
