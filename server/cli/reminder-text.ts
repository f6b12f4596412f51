// A reminder ladder as it is typed and shown: `3:mail,7:sms,end-2:both`.
import {
  MAX_RUNG_DAYS,
  MAX_RUNGS,
  REMINDER_CHANNELS,
  type ReminderLadder,
  type Rung,
} from '../merchants/reminder-ladder.ts';
import { text } from './read-input.ts';
import { type Given, UsageError } from './verb.ts';

/** Undefined where nothing was typed; null = the default of the house. */
export function ladder(given: Given, name: string): ReminderLadder | null | undefined {
  const typed = text(given, name);
  if (typed === undefined) return undefined;
  if (typed === 'default') return null;
  if (typed === 'none') return [];
  const rungs = typed.split(',').map(readRung);
  if (rungs.length > MAX_RUNGS || rungs.includes(undefined)) {
    throw new UsageError(
      `--${name}は「3:mail,7:sms,end-2:both」のように、${MAX_RUNGS}件まで指定してください` +
        '（none＝催促しない、default＝既定）。',
      `--${name} is like 3:mail,7:sms,end-2:both, at most ${MAX_RUNGS} of them ` +
        '(none = no reminders, default = as usual).',
    );
  }
  return rungs as Rung[];
}

function readRung(part: string): Rung | undefined {
  const [, end, digits, word] = /^(end-)?(\d{1,3}):(\w+)$/.exec(part.trim()) ?? [];
  const channel = REMINDER_CHANNELS.find((each) => each === word);
  const days = Number(digits);
  if (channel === undefined || days > MAX_RUNG_DAYS) return undefined;
  if (end !== undefined) return { before: days, channel };
  return days === 0 ? undefined : { after: days, channel };
}

export function ladderText(rungs: ReminderLadder): string {
  return rungs
    .map((rung) => `${'after' in rung ? rung.after : `end-${rung.before}`}:${rung.channel}`)
    .join(',');
}
