// Finding remittances: one by id or reference, lists by filter, search by value. Each shape of
// question has an index that serves it; free text is matched on the beginning of a reference and on
// whole values only, never on encrypted data.
import { type Instant, type PlainDate, tokyoTimestamp } from '../base/clock.ts';
import type { Sql } from '../base/database.ts';
import { eventsOf } from '../base/events.ts';
import { uuidOf } from '../base/ids.ts';
import { feeFor } from '../billing/fee.ts';
import type { ReminderLadder } from '../merchants/reminder-ladder.ts';
import type { ReceiptInformation } from '../rails/rail.ts';
import { searchKeysFor } from '../recipients/search-keys.ts';
import { type DeliveryView, deliveryOf } from './delivery-view.ts';
import { newestLinkOf } from './link-store.ts';
import { linkUrl } from './make-link.ts';
import type { Method } from './method.ts';
import { remittanceNotFound } from './refusals.ts';
import { ladderOf } from './reminders.ts';
import type { Remittance, Status } from './remittance.ts';
import {
  idByReference,
  remittanceById,
  remittancesByIds,
  remittancesWhere,
} from './remittance-store.ts';
import { receiptPurpose } from './settle-steps.ts';
import { taxPercentOn } from './tax.ts';
import type { RemittanceDeps } from './terms.ts';
import {
  type FeeRange,
  type LinkView,
  type ReceiptView,
  type ReminderView,
  type RemittanceView,
  remittanceView,
  type TimelineEntry,
  timelineOf,
} from './view.ts';

export interface RemittanceFilter {
  /** Any of these; one alone is served by its index. */
  readonly statuses?: readonly Status[];
  readonly method?: string;
  readonly accountId?: string;
  readonly createdFrom?: Instant;
  /** Exclusive. */
  readonly createdBefore?: Instant;
  readonly amountFromYen?: number;
  /** Inclusive. */
  readonly amountToYen?: number;
  /** Only those held back (確認中). */
  readonly isHeld?: boolean;
  readonly q?: string;
  /** Remittance id of the last row of the page before. */
  readonly after?: string;
  readonly limit: number;
}

const MAX_BY_REFERENCE = 500;

/** Ids are time-ordered, so a time is a bound on ids and needs no index of its own. */
export function idBound(at: Instant): string {
  const hex = at.epochMilliseconds.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}

/** Newest first. */
export async function listRemittances(
  deps: RemittanceDeps,
  shopId: string,
  filter: RemittanceFilter,
): Promise<Remittance[]> {
  const conditions: string[] = [];
  const values: unknown[] = [];
  const add = (condition: (place: string) => string, value: unknown) => {
    values.push(value);
    conditions.push(`and ${condition(`$${values.length + 1}`)}`);
  };
  const { statuses, method, accountId, createdFrom, createdBefore, q, after } = filter;
  const [status, ...others] = statuses ?? [];
  if (others.length > 0) add((place) => `status = any(${place}::text[])`, statuses);
  else if (status !== undefined) add((place) => `status = ${place}`, status);
  if (method !== undefined) add((place) => `method = ${place}`, method);
  if (accountId !== undefined) add((place) => `account_id = ${place}`, accountId);
  if (createdFrom !== undefined) add((p) => `remittance_id >= ${p}::uuid`, idBound(createdFrom));
  if (createdBefore !== undefined) add((p) => `remittance_id < ${p}::uuid`, idBound(createdBefore));
  if (after !== undefined) add((place) => `remittance_id < ${place}::uuid`, after);
  addRare(filter, add);
  if (q !== undefined) {
    const { ids, prefix } = await meantBy(deps, shopId, q);
    values.push(ids, prefix);
    const [those, begins] = [`$${values.length}`, `$${values.length + 1}`];
    conditions.push(`and (remittance_id = any(${those}::uuid[])
      or ${begins}::text is not null and starts_with(reference, ${begins}))`);
  }
  add((place) => `true order by remittance_id desc limit ${place}`, filter.limit);
  return remittancesWhere(deps.deeds.db, shopId, conditions.join(' '), values);
}

/** What no index serves: looked through from the newest on until a page is full. */
function addRare(
  { amountFromYen, amountToYen, isHeld }: RemittanceFilter,
  add: (condition: (place: string) => string, value: unknown) => void,
): void {
  if (amountFromYen !== undefined) add((p) => `amount_yen >= ${p}::bigint`, amountFromYen);
  if (amountToYen !== undefined) add((p) => `amount_yen <= ${p}::bigint`, amountToYen);
  if (isHeld !== undefined) add((p) => `(hold_reason is not null) = ${p}::boolean`, isHeld);
}

/** What a search text means: these, and, if set, all whose reference begins so. */
interface Meant {
  readonly ids: readonly string[];
  readonly prefix: string | null;
}

/**
 * An id, the beginning of a reference, a name or an account. A beginning that many references have
 * is looked for from the newest on, where the page is soon full.
 */
async function meantBy(deps: RemittanceDeps, shopId: string, q: string): Promise<Meant> {
  const text = q.trim();
  const id = uuidOf('rem', text);
  if (id !== undefined) return { ids: [id], prefix: null };
  const { db } = deps.deeds;
  const keys = searchKeysFor(deps.vault, shopId, text);
  const [byReference, byValue] = await Promise.all([
    idsByReference(db, shopId, text),
    keys.length === 0 ? [] : idsByKeys(db, shopId, keys),
  ]);
  if (byReference.length === MAX_BY_REFERENCE) return { ids: byValue, prefix: text };
  return { ids: [...new Set([...byReference, ...byValue])], prefix: null };
}

async function idsByReference(sql: Sql, shopId: string, text: string): Promise<string[]> {
  if (!/^[\x20-\x7e]+$/.test(text)) return [];
  const rows = await sql.query<{ remittance_id: string }>(
    `select remittance_id from remittance_reference
     where shop_id = $1 and reference >= $2 and reference < $3 limit $4`,
    [shopId, text, `${text}\x7f`, MAX_BY_REFERENCE],
  );
  return rows.map((row) => row.remittance_id);
}

async function idsByKeys(sql: Sql, shopId: string, keys: readonly string[]): Promise<string[]> {
  const rows = await sql.query<{ remittance_id: string }>(
    `select remittance_id from remittance where shop_id = $1 and search_keys && $2::bigint[]
     order by remittance_id desc limit $3`,
    [shopId, keys, MAX_BY_REFERENCE],
  );
  return rows.map((row) => row.remittance_id);
}

/** By public id or by the shop's own reference. */
export async function findRemittance(
  deps: RemittanceDeps,
  shopId: string,
  by: { readonly id: string } | { readonly reference: string },
): Promise<Remittance> {
  const { db } = deps.deeds;
  const id = 'id' in by ? uuidOf('rem', by.id) : await idByReference(db, shopId, by.reference);
  const found = id === undefined ? undefined : await remittanceById(db, shopId, id);
  if (found === undefined) throw remittanceNotFound();
  return found;
}

/** Those of these ids that there are; in no order. */
export async function remittancesNamed(
  deps: RemittanceDeps,
  shopId: string,
  remittanceIds: readonly string[],
): Promise<Remittance[]> {
  if (remittanceIds.length === 0) return [];
  return remittancesByIds(deps.deeds.db, shopId, remittanceIds);
}

export type FullView = RemittanceView & {
  readonly timeline: readonly TimelineEntry[];
  readonly delivery: readonly DeliveryView[];
};

/** The remittance as the API shows it, with its timeline and what its recipient was told. */
export async function fullView(deps: RemittanceDeps, remittance: Remittance): Promise<FullView> {
  const [events, taxPercent] = await Promise.all([
    eventsOf(deps.deeds.db, remittance.shopId, remittance.remittanceId),
    taxPercentOn(deps, remittance.createdAt),
  ]);
  const view = remittanceView(remittance, taxPercent);
  const receipt_information = receiptOf(deps, remittance);
  const link = await linkOf(deps, remittance);
  const { vault, deeds } = deps;
  const delivery = await deliveryOf({ vault, db: deeds.db }, remittance, link !== null);
  return { ...view, link, receipt_information, timeline: timelineOf(events), delivery };
}

async function linkOf(deps: RemittanceDeps, remittance: Remittance): Promise<LinkView | null> {
  const { shopId, remittanceId } = remittance;
  const link = await newestLinkOf(deps.deeds.db, shopId, remittanceId);
  if (link === undefined) return null;
  return {
    url: linkUrl(deps, link),
    code: link.code,
    status: link.status,
    methods: link.methods,
    fees: await feesOf(deps, remittance, link.methods),
    expires_at: tokyoTimestamp(link.expiresAt),
    locked: link.lockedAt !== null,
    return_url: link.returnUrl,
    reminders: reminderViews(ladderOf(await deps.shops.byId(shopId), link)),
    opened_at: link.openedAt === null ? null : tokyoTimestamp(link.openedAt),
  };
}

function reminderViews(ladder: ReminderLadder): ReminderView[] {
  return ladder.map(({ channel, ...rung }) =>
    'after' in rung
      ? { days_after: rung.after, channel }
      : { days_before_expiry: rung.before, channel },
  );
}

/** By the fee table that was fixed when it was instructed; where to is not known yet. */
async function feesOf(
  deps: RemittanceDeps,
  { shopId, feeVersion, amountYen }: Remittance,
  methods: readonly Method[],
): Promise<FeeRange[]> {
  const tables = await deps.fees.tablesOf(shopId);
  const table = tables.find(({ version }) => version === feeVersion);
  if (table === undefined) return [];
  return methods.flatMap((method) => {
    const either = [true, false].flatMap(
      (sameBank) => feeFor(table, { method, sameBank, amountYen }) ?? [],
    );
    if (either.length === 0) return [];
    return { method, from: Math.min(...either), to: Math.max(...either) };
  });
}

/** The numbers for the ATM, while there is something to take with them. */
function receiptOf(deps: RemittanceDeps, remittance: Remittance): ReceiptView | null {
  const { receiptSealed, shopId } = remittance;
  if (receiptSealed === null) return null;
  const receipt = JSON.parse(deps.vault.open(receiptSealed, receiptPurpose(shopId))) as {
    readonly [Key in keyof ReceiptInformation]: string;
  };
  return {
    partner_code: receipt.partnerCode,
    customer_number: receipt.customerNumber,
    confirmation_number: receipt.confirmationNumber,
    receivable_until: receipt.receivableUntil,
  };
}

export async function listView(
  deps: RemittanceDeps,
  remittances: readonly Remittance[],
): Promise<RemittanceView[]> {
  const first = remittances[0];
  if (first === undefined) return [];
  const taxPercent = await taxPercentOn(deps, first.createdAt);
  return remittances.map((remittance) => remittanceView(remittance, taxPercent));
}

/**
 * What will leave, by the day it is due: the balance's forecast. Includes what is already reserved.
 */
export async function dueByDay(
  sql: Sql,
  shopId: string,
): Promise<readonly { date: PlainDate; count: number; amountYen: number }[]> {
  return sql.query(
    `select transfer_date as date, count(*) as count, sum(amount_yen) as "amountYen"
     from remittance
     where shop_id = $1 and status in ('scheduled', 'awaiting_funds', 'awaiting_approval')
       and transfer_date is not null
     group by 1 order by 1 limit 400`,
    [shopId],
  );
}
