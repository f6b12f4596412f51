// All that is known of one remittance, from the deposits that funded it to its webhooks, gathered
// from where each fact is kept. Masked throughout. How it reads is explain-text.ts; the JSON of
// `explain` is this as it stands.
import { eventsOf } from '../base/events.ts';
import { publicId } from '../base/ids.ts';
import { feeFor } from '../billing/fee.ts';
import type { Core } from '../core.ts';
import { depositsBefore } from '../funds/read-deposits.ts';
import type { Shop } from '../merchants/shop.ts';
import type { StoredSubmission } from '../remittances/attempt-store.ts';
import { fullView } from '../remittances/find.ts';
import type { Remittance } from '../remittances/remittance.ts';
import { type Trail, trailOf } from '../remittances/trail.ts';
import { deliveriesOfObject } from '../webhooks/object-deliveries.ts';
import { depositJson } from './deposit-rows.ts';
import { ruleJson } from './fee-rules.ts';
import { submissionJson } from './submission-text.ts';
import { shopNumber, shown, stamp } from './words.ts';

const DEPOSITS_SHOWN = 3;

export type Explanation = Awaited<ReturnType<typeof explainRemittance>>;

export async function explainRemittance(core: Core, remittance: Remittance) {
  const { shopId, remittanceId } = remittance;
  const shop = await core.shops.byId(shopId);
  const trail = await trailOf(core.db, remittance);
  const before = { beforeId: remittanceId, limit: DEPOSITS_SHOWN };
  const deposits = await depositsBefore(core.db, core.vault, shopId, before);
  const transfers = transferFacts(trail);
  return {
    shop: await shopFacts(core, shop, remittance),
    deposits: deposits.map((each) => depositJson(each)),
    remittance: await fullView(core.remittances, remittance),
    fee: await feeFacts(core, remittance),
    attempts: await attemptFacts(core, shop, trail),
    transfers,
    returned: transfers.filter(({ cause }) => cause === 'returned'),
    events: await eventFacts(core, remittance),
  };
}

async function shopFacts(core: Core, shop: Shop, { railAccountId }: Remittance) {
  const account = railAccountId === null ? null : await core.railAccounts.byId(railAccountId);
  return {
    number: shopNumber(shop),
    name: shop.name,
    mode: shop.mode,
    status: shop.status,
    max_remittance_yen: shop.maxRemittanceYen,
    max_day_yen: shop.maxDayYen,
    contract: account && {
      rail_account_id: shown('railAccount', account.id),
      name: account.name,
      rail: account.rail,
      connector: account.connector,
    },
  };
}

/** The version that was fixed at the instruction, and the rule of it that fitted. */
async function feeFacts(core: Core, remittance: Remittance) {
  const { shopId, feeVersion: version, feeYen, method, amountYen, railAccountId } = remittance;
  const tables = await core.fees.tablesOf(shopId);
  const table = tables.find((each) => each.version === version);
  const account = railAccountId === null ? null : await core.railAccounts.byId(railAccountId);
  const source = account && core.rails.get(account.rail)?.sourceBankCode?.(account);
  const sameBank = source !== null && source === remittance.masked.bank_code;
  const rule = table?.rules.find(
    (each) => feeFor({ ...table, rules: [each] }, { method, sameBank, amountYen }) !== undefined,
  );
  return {
    amount_yen: feeYen,
    version,
    effective_from: table?.effectiveFrom.toString() ?? null,
    same_bank: sameBank,
    rule: rule === undefined ? null : ruleJson(rule),
  };
}

function attemptFacts(core: Core, shop: Shop, { attempts }: Trail) {
  const facts = attempts.map(async ({ attempt, submission }) => ({
    number: attempt.number,
    status: attempt.status,
    dispatch_code: attempt.dispatchCode,
    item_number: attempt.itemNumber,
    amount_yen: attempt.amountYen,
    reason: attempt.reason,
    /** The rail's own words. */
    detail: attempt.detail,
    created_at: stamp(attempt.createdAt),
    settled_at: stamp(attempt.settledAt),
    submission: submissionJson({ shop, submission }),
    file_copy: await fileCopyOf(core, submission),
  }));
  return Promise.all(facts);
}

/** Where the file lies that was handed over: its path on the machine of the workers. */
async function fileCopyOf(core: Core, submission: StoredSubmission): Promise<string | null> {
  const { railAccountId, railReference } = submission;
  if (railReference === null) return null;
  const account = await core.railAccounts.byId(railAccountId);
  return core.rails.get(account.rail)?.fileCopyOf?.(account, railReference) ?? null;
}

function transferFacts({ transfers }: Trail) {
  return transfers.map((transfer) => ({
    seq: transfer.seq,
    at: stamp(transfer.at),
    from: transfer.from,
    to: transfer.to,
    amount_yen: transfer.amountYen,
    cause: transfer.cause,
    /** What was available after it; null where it does not touch that. */
    available_after_yen: transfer.availableAfterYen,
  }));
}

async function eventFacts(core: Core, { shopId, remittanceId }: Remittance) {
  const [events, sent] = await Promise.all([
    eventsOf(core.db, shopId, remittanceId),
    deliveriesOfObject(core.db, shopId, remittanceId),
  ]);
  return events.map((event) => ({
    id: event.id,
    seq: event.seq,
    sequence: event.objectSequence,
    type: event.type,
    at: stamp(event.at),
    deliveries: sent
      .filter(({ delivery }) => delivery.eventSeq === event.seq)
      .map(({ delivery, host }) => ({
        endpoint_id: publicId('whe', delivery.endpointId),
        host,
        status: delivery.status,
        attempts: delivery.attempts,
        last_status: delivery.lastStatus,
        last_error: delivery.lastError,
        delivered_at: stamp(delivery.deliveredAt),
      })),
  }));
}
