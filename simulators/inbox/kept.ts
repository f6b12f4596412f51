// What the inbox keeps: mails and SMS, newest first, and the faults it was told to play. Its doors
// (SMTP, the SMS wire) and its pages are other files; it imports nothing of Kawase.

export interface KeptMail {
  readonly channel: 'mail';
  readonly id: string;
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly from: { readonly name: string; readonly address: string };
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface KeptSms {
  readonly channel: 'sms';
  readonly id: string;
  readonly at: string;
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly status: 'queued' | 'sent' | 'delivered' | 'undelivered' | 'failed';
  readonly statusCallback: string | null;
}

export type Kept = KeptMail | KeptSms;

/**
 * Mail: `reject_recipient` 550 at RCPT, `reject_content` 554 after DATA, `temporary` 451. SMS:
 * `not_mobile` error 21614, `temporary` 503, `throttle` 429, `undeliverable` taken and then
 * reported `undelivered`. Both: `delay` answers late, `lose_answer` takes it and breaks the line.
 */
export const FAULT_KINDS = [
  'reject_recipient',
  'reject_content',
  'temporary',
  'not_mobile',
  'throttle',
  'undeliverable',
  'delay',
  'lose_answer',
] as const;

export interface Fault {
  readonly kind: (typeof FAULT_KINDS)[number];
  /** Left out: both. */
  readonly channel?: 'mail' | 'sms';
  /** The recipient it strikes; left out: everyone. */
  readonly to?: string;
  /** How often; left out: until it is cleared. */
  readonly times?: number;
  /** Of `delay`. */
  readonly delayMs?: number;
}

export interface Keeper {
  /** Newest first. */
  readonly messages: Kept[];
  add(message: Kept): void;
  replace(message: KeptSms): void;
  clear(): void;
  setFault(fault: Fault): void;
  clearFaults(): void;
  readonly faults: readonly Fault[];
  /** The first fault of these kinds that strikes; counts as one of its times. */
  strike(kinds: readonly Fault['kind'][], channel: 'mail' | 'sms', to: string): Fault | undefined;
}

const MESSAGES_MAX = 1_000;
const FAULTS_MAX = 100;

export function createKeeper(): Keeper {
  const messages: Kept[] = [];
  const faults: { fault: Fault; left: number }[] = [];
  return {
    messages,
    add(message) {
      messages.unshift(message);
      messages.length = Math.min(messages.length, MESSAGES_MAX);
    },
    replace(message) {
      const index = messages.findIndex((kept) => kept.id === message.id);
      if (index >= 0) messages[index] = message;
    },
    clear: () => void messages.splice(0),
    setFault(fault) {
      if (faults.length >= FAULTS_MAX) throw new Error('too many faults; clear them first');
      faults.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY });
    },
    clearFaults: () => void faults.splice(0),
    get faults() {
      return faults.map(({ fault }) => fault);
    },
    strike(kinds, channel, to) {
      const index = faults.findIndex(
        ({ fault }) =>
          kinds.includes(fault.kind) &&
          (fault.channel ?? channel) === channel &&
          (fault.to ?? to) === to,
      );
      const found = faults[index];
      if (found === undefined) return undefined;
      found.left -= 1;
      if (found.left <= 0) faults.splice(index, 1);
      return found.fault;
    },
  };
}
