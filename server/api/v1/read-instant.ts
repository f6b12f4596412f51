// A point in time out of a request, where the schema's `date-time` lets more through than there are
// instants.
import type { Instant } from '../../base/clock.ts';
import { invalidInput } from '../../base/refusal.ts';

/** Throws the refusal `invalid_input` for a text that is no instant between 1970 and 9999. */
export function readInstant(pointer: string, text: string): Instant {
  const instant = parse(text);
  if (instant !== undefined) return instant;
  throw invalidInput([
    {
      pointer,
      code: 'invalid_time',
      ja: '実在する日時を、時差付きで指定してください（例：2026-11-24T09:30:00+09:00）。',
      en: 'Give a time that exists, with its offset, e.g. 2026-11-24T09:30:00+09:00.',
    },
  ]);
}

const LAST_MS = Date.UTC(9999, 0, 1);

function parse(text: string): Instant | undefined {
  try {
    const instant = Temporal.Instant.from(text);
    const ms = instant.epochMilliseconds;
    return ms >= 0 && ms < LAST_MS ? instant : undefined;
  } catch {
    return undefined;
  }
}
