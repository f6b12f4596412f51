// A day out of a request: the schema checks its form, and 30 February is still none.
import type { PlainDate } from '../../base/clock.ts';
import { invalidInput, type Refusal } from '../../base/refusal.ts';

export function readDay(pointer: string, text: string | undefined): PlainDate | null | Refusal {
  if (text === undefined) return null;
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' });
  } catch {
    const name = pointer.split('/').at(-1);
    return invalidInput([
      {
        pointer,
        code: 'invalid_date',
        ja: `${name}は実在する日付をYYYY-MM-DDで指定してください。`,
        en: `${name} must be a date that exists, as YYYY-MM-DD.`,
      },
    ]);
  }
}
