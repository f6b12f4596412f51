// What follows from steps of settling for the recipient of a link: a refusal opens the link again,
// numbers, payment and that it was withdrawn are told. What a report means is settle-steps.ts.
import type { Instant } from '../base/clock.ts';
import type { Tx } from '../base/deed.ts';
import type { Sentence } from '../base/refusal.ts';
import type { ReceiveLink } from './link.ts';
import { reopenLinks } from './link-deeds.ts';
import { aliveLinksOf } from './link-store.ts';
import { REASONS, RECALLED } from './reason.ts';
import { tellPaid } from './recipient-notices.ts';
import type { Remittance } from './remittance.ts';
import type { Step } from './settle-steps.ts';
import { tellReceipts } from './tell-receipt.ts';
import type { RemittanceDeps } from './terms.ts';
import { withdrawLink } from './withdraw-link.ts';

/**
 * Where a recipient chose by a link, a refusal is no end: the money stays reserved, and the same
 * link opens again with the reason. So it does where the recipient asked for another way.
 */
export function repaired(
  steps: readonly Step[],
  links: ReadonlyMap<string, ReceiveLink>,
  now: Instant,
): readonly Step[] {
  return steps.map((step) => {
    const { remittance, type } = step;
    const link = links.get(remittance.remittanceId);
    const isRefusal = type === 'remittance.failed' || type === 'remittance.returned';
    const isBack = type === 'remittance.canceled' || type === 'remittance.expired';
    const isSwitch = isBack && link?.switchingSince != null;
    if (link === undefined || !(isRefusal || isSwitch)) return step;
    return {
      ...step,
      type: 'remittance.awaiting_recipient',
      remittance: {
        ...remittance,
        ...{ status: 'awaiting_recipient', updatedAt: now },
        ...{ dispatchAt: null, transferDate: null, expectedFrom: null, expectedTo: null },
        ...{ paidAt: null, paidBasis: null, receivedYen: null },
        ...(isSwitch && { statusReason: null }),
      },
      transfers: step.transfers.map((transfer) => ({ ...transfer, to: 'reserved' })),
    };
  });
}

/** Within the deed of the steps. */
export async function followUp(
  deps: RemittanceDeps,
  tx: Tx,
  steps: readonly Step[],
): Promise<void> {
  await reopen(deps, tx, steps);
  await tell(deps, tx, steps);
}

async function reopen(deps: RemittanceDeps, tx: Tx, steps: readonly Step[]): Promise<void> {
  const waiting = steps.filter(({ type }) => type === 'remittance.awaiting_recipient');
  await reopenLinks(
    deps,
    tx,
    waiting.map(({ remittance }) => ({ remittance, cause: causeOf(remittance) })),
  );
}

/** Null: no bank refused it; the recipient wishes another way. */
function causeOf({ recall, statusReason }: Remittance): Sentence | null {
  if (recall === 'returned') return RECALLED;
  return statusReason === null ? null : REASONS[statusReason].sentence;
}

/** Recipients hear what they can do, or that it is done. */
async function tell(deps: RemittanceDeps, tx: Tx, steps: readonly Step[]): Promise<void> {
  const by = (wanted: Step['type']) =>
    steps.filter(({ type }) => type === wanted).map(({ remittance }) => remittance);
  const ready = by('remittance.receivable');
  const paid = by('remittance.paid');
  for (const canceled of by('remittance.canceled')) await withdrawLink(deps, tx, canceled);
  const ids = [...ready, ...paid].map(({ remittanceId }) => remittanceId);
  if (ids.length === 0) return;
  const links = await aliveLinksOf(tx, tx.shopId, ids);
  await tellReceipts(deps, tx, ready, links);
  const shop = await deps.shops.byId(tx.shopId);
  for (const remittance of paid) {
    const link = links.get(remittance.remittanceId);
    if (link !== undefined) await tellPaid(deps, tx, { shop, link, remittance });
  }
}
