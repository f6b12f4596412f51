// A remittance as the outside sees it: the JSON of the API and of events. Masked, snake_case, the
// same everywhere.
import { type Instant, type PlainDate, tokyoTimestamp } from '../base/clock.ts';
import type { StoredEvent } from '../base/events.ts';
import { publicId } from '../base/ids.ts';
import { indicativeTax } from '../billing/fee.ts';
import type { ReminderChannel } from '../merchants/reminder-ladder.ts';
import { UNSPECIFIED } from './method.ts';
import { REASONS } from './reason.ts';
import { isCancelable, type Remittance, type StatusReason } from './remittance.ts';

export interface RemittanceView {
  readonly id: string;
  readonly reference: string;
  readonly amount: number;
  readonly currency: 'JPY';
  readonly status: string;
  readonly status_reason: string | null;
  readonly status_explanation: Explanation | null;
  readonly method: string;
  readonly destination: Readonly<Record<string, unknown>>;
  readonly account_id: string | null;
  /** Without an amount until the recipient has chosen the method: see `link.fees`. */
  readonly fee: {
    readonly amount: number | null;
    readonly tax: number | null;
    readonly version: number;
  };
  readonly scheduled_for: string | null;
  readonly transfer_date: string | null;
  readonly cut_off_at: string | null;
  readonly expected_arrival: { readonly from: string; readonly to: string } | null;
  readonly cancelable: boolean;
  readonly hold: { readonly reason: string; readonly since: string } | null;
  readonly recall: string | null;
  /** Only in a single read by the shop itself: never in events or lists. */
  readonly link: LinkView | null;
  /** Only in a single read by the shop itself: never in events or lists. */
  readonly receipt_information: ReceiptView | null;
  readonly paid_basis: string | null;
  readonly paid_at: string | null;
  /** Less than the amount where part of it was never taken; null until paid. */
  readonly received_amount: number | null;
  readonly description: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly sequence: number;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface LinkView {
  readonly url: string;
  /** 12 digits, for recipients who would rather type than tap. */
  readonly code: string;
  readonly status: string;
  readonly methods: readonly string[];
  /** What each method would cost, tax apart: from the least to the most it can be. */
  readonly fees: readonly FeeRange[];
  readonly expires_at: string;
  readonly locked: boolean;
  readonly return_url: string | null;
  /** In force: the link's own, its shop's or the house's. */
  readonly reminders: readonly ReminderView[];
  readonly opened_at: string | null;
}

export type ReminderView =
  | { readonly days_after: number; readonly channel: ReminderChannel }
  | { readonly days_before_expiry: number; readonly channel: ReminderChannel };

export interface FeeRange {
  readonly method: string;
  readonly from: number;
  readonly to: number;
}

export interface ReceiptView {
  readonly partner_code: string;
  readonly customer_number: string;
  readonly confirmation_number: string;
  readonly receivable_until: string;
}

interface Explanation {
  readonly ja: string;
  readonly en: string;
  readonly advice_ja: string;
  readonly advice_en: string;
}

export interface TimelineEntry {
  readonly sequence: number;
  readonly type: string;
  readonly status: string;
  readonly status_reason: string | null;
  readonly at: string;
}

// A batch stamps thousands of rows with the same few instants; formatting each once is measurable.
const stamps = new WeakMap<Instant | PlainDate, string>();

function textOnce<T extends Instant | PlainDate>(at: T, format: (at: T) => string): string {
  const known = stamps.get(at);
  if (known !== undefined) return known;
  const text = format(at);
  stamps.set(at, text);
  return text;
}

const stamp = (at: Instant): string => textOnce(at, tokyoTimestamp);
const dayText = (day: PlainDate): string => textOnce(day, String);

function explain(reason: StatusReason): Explanation {
  const { sentence, advice } = REASONS[reason];
  return { ja: sentence.ja, en: sentence.en, advice_ja: advice.ja, advice_en: advice.en };
}

function feeOf(remittance: Remittance, taxPercent: number): RemittanceView['fee'] {
  const { method, feeYen, feeVersion: version } = remittance;
  if (method === UNSPECIFIED) return { amount: null, tax: null, version };
  return { amount: feeYen, tax: indicativeTax(feeYen, taxPercent), version };
}

export function remittanceView(remittance: Remittance, taxPercent: number): RemittanceView {
  const { statusReason, expectedFrom, expectedTo, holdReason, holdSince } = remittance;
  return {
    id: publicId('rem', remittance.remittanceId),
    reference: remittance.reference,
    amount: remittance.amountYen,
    currency: 'JPY',
    status: remittance.status,
    status_reason: statusReason,
    status_explanation: statusReason === null ? null : explain(statusReason),
    method: remittance.method,
    destination: remittance.masked,
    account_id: remittance.accountId,
    fee: feeOf(remittance, taxPercent),
    scheduled_for: remittance.scheduledFor && dayText(remittance.scheduledFor),
    transfer_date: remittance.transferDate && dayText(remittance.transferDate),
    cut_off_at: remittance.dispatchAt === null ? null : stamp(remittance.dispatchAt),
    expected_arrival:
      expectedFrom === null || expectedTo === null
        ? null
        : { from: dayText(expectedFrom), to: dayText(expectedTo) },
    cancelable: isCancelable(remittance.status) || remittance.status === 'receivable',
    hold:
      holdReason === null || holdSince === null
        ? null
        : { reason: holdReason, since: tokyoTimestamp(holdSince) },
    recall: remittance.recall,
    link: null,
    receipt_information: null,
    paid_basis: remittance.paidBasis,
    paid_at: remittance.paidAt === null ? null : stamp(remittance.paidAt),
    received_amount: remittance.receivedYen,
    description: remittance.description,
    metadata: remittance.metadata,
    sequence: remittance.eventSequence,
    created_at: stamp(remittance.createdAt),
    updated_at: stamp(remittance.updatedAt),
  };
}

/**
 * The same as the bytes of its JSON: thousands of them wait for their commit and their answer, and
 * as text the collector of garbage would carry them about.
 */
export function remittanceJson(remittance: Remittance, taxPercent: number): Buffer {
  return Buffer.from(JSON.stringify(remittanceView(remittance, taxPercent)));
}

/** The timeline of a remittance that has just been made, as JSON text: its first event. */
export function firstTimeline(remittance: Remittance): string {
  const { status, createdAt } = remittance;
  const entry: TimelineEntry = {
    sequence: 1,
    type: `remittance.${status}`,
    status,
    status_reason: null,
    at: stamp(createdAt),
  };
  return JSON.stringify([entry]);
}

/** The timeline from the remittance's events, oldest first. */
export function timelineOf(events: readonly StoredEvent[]): TimelineEntry[] {
  return events.map((event) => {
    const payload = event.payload as { status: string; status_reason: string | null };
    return {
      sequence: event.objectSequence,
      type: event.type,
      status: payload.status,
      status_reason: payload.status_reason,
      at: tokyoTimestamp(event.at),
    };
  });
}
