// The reminder ladder: on which days, and by what, recipients are told again of a link that waits
// for them. A shop has one for its links, a link may have its own. Pure; what a ladder comes to for
// a link is in remittances/reminders.ts.

/** `both`: by every address there is. */
export const REMINDER_CHANNELS = ['mail', 'sms', 'both'] as const;
export type ReminderChannel = (typeof REMINDER_CHANNELS)[number];

/** Days after the link was sent, or before its last day (0 = on it). */
export type Rung =
  | { readonly after: number; readonly channel: ReminderChannel }
  | { readonly before: number; readonly channel: ReminderChannel };

/** Empty = nobody is reminded. */
export type ReminderLadder = readonly Rung[];

export const MAX_RUNGS = 10;
export const MAX_RUNG_DAYS = 364;

/** A mail first, which costs nothing; then an SMS; before it is too late, all there is. */
export const DEFAULT_LADDER: ReminderLadder = [
  { after: 3, channel: 'mail' },
  { after: 7, channel: 'sms' },
  { before: 2, channel: 'both' },
];
