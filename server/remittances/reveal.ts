// What a payment is taken with where the rail pays by a code: asked of the rail anew each time the
// recipient wants to see it, and never kept. That it was shown is told on the remittance each time,
// without it, so that whoever answers the recipient can see it.
import type { Tx } from '../base/deed.ts';
import type { Revealed } from '../rails/receiving.ts';
import { attemptsOfRemittance, submissionById } from './attempt-store.ts';
import { emitBeside } from './emit.ts';
import type { OpenedLink } from './link-access.ts';
import { markRevealed } from './link-store.ts';
import type { Remittance } from './remittance.ts';
import { remittanceById } from './remittance-store.ts';
import type { RemittanceDeps } from './terms.ts';

const PATIENCE_MS = 20_000;

/** True where the recipient still has to be shown something to have their money. */
export async function isRevealed(deps: RemittanceDeps, remittance: Remittance): Promise<boolean> {
  const { railAccountId, status } = remittance;
  if (status !== 'paid' || railAccountId === null) return false;
  const account = await deps.railAccount(railAccountId);
  return deps.rails.get(account.rail)?.receiving?.reveals?.(account) ?? false;
}

/** The code; `unknown` where the rail does not say it now: asking again is in order. */
export async function reveal(
  deps: RemittanceDeps,
  { shop, link, remittance }: OpenedLink,
): Promise<Revealed> {
  const { shopId, remittanceId } = remittance;
  const { db } = deps.deeds;
  if (!(await isRevealed(deps, remittance))) return { kind: 'unknown', detail: 'nothing to show' };
  const attempts = await attemptsOfRemittance(db, shopId, remittanceId);
  const paid = attempts.find(({ status }) => status === 'paid');
  const submission = paid && (await submissionById(db, shopId, paid.submissionId));
  if (paid === undefined || submission?.railReference == null) {
    throw new Error('a paid remittance without the reference of its payment');
  }
  const account = await deps.railAccount(submission.railAccountId);
  const { dispatchCode, amountYen } = paid;
  const payment = { dispatchCode, amountYen, railReference: submission.railReference };
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const shown = await deps.rails.get(account.rail)!.receiving!.reveal!(account, payment, signal);
  if (shown.kind === 'code') {
    await deps.deeds.run(shop.shopId, (tx) => tellShown(deps, tx, link.linkId, remittanceId));
  }
  return shown;
}

async function tellShown(
  deps: RemittanceDeps,
  tx: Tx,
  linkId: string,
  remittanceId: string,
): Promise<void> {
  const remittance = await remittanceById(tx, tx.shopId, remittanceId);
  if (remittance === undefined) throw new Error('a link without its remittance');
  await markRevealed(tx, linkId, tx.now);
  await emitBeside(deps, tx, 'remittance.code_shown', remittance);
}
