// 組戻し: a payment that reached a wrong account is asked back through the bank. Beside the status
// `paid`, which only arrived money changes (settle.ts). Asked by the recipient, the shop or the
// operator; what the bank answers is told by a rail, or written down by the operator.
import type { Sql } from '../base/database.ts';
import type { Tx } from '../base/deed.ts';
import { Refusal } from '../base/refusal.ts';
import type { Shop } from '../merchants/shop.ts';
import { emitRemittance } from './emit.ts';
import { aliveLinksOf } from './link-store.ts';
import { aboutOf, linkUrl } from './make-link.ts';
import { sendNotice } from './recipient-notices.ts';
import { remittanceNotFound } from './refusals.ts';
import { type Recall, type Remittance, withChange } from './remittance.ts';
import { remittanceById, remittancesWhere, updateRemittances } from './remittance-store.ts';
import { taxPercentOn } from './tax.ts';
import { BANK_RAIL, type RemittanceDeps } from './terms.ts';

const notRecallable = () =>
  new Refusal(
    'not_recallable',
    {
      ja: '組戻しを依頼できるのは、銀行口座への送金が完了したものだけです。',
      en: 'Only a bank transfer that has been paid can be asked back.',
    },
    { status: 409 },
  );

const noRecall = () =>
  new Refusal(
    'no_recall',
    {
      ja: 'この送金には、答えを待っている組戻しがありません。',
      en: 'No recall of this remittance waits for an answer.',
    },
    { status: 409 },
  );

export const isRecallable = ({ status, method }: Remittance): boolean =>
  status === 'paid' && method === BANK_RAIL;

/** Asking twice is no error; after a refusal it may be asked again. Refused: `not_recallable`. */
export async function requestRecall(
  deps: RemittanceDeps,
  shop: Shop,
  remittanceId: string,
): Promise<Remittance> {
  return deps.deeds.run(shop.shopId, async (tx) => {
    const remittance = await remittanceById(tx, shop.shopId, remittanceId);
    if (remittance === undefined) throw remittanceNotFound();
    if (!isRecallable(remittance)) throw notRecallable();
    const { recall } = remittance;
    if (recall === 'requested' || recall === 'consented') return remittance;
    return change(deps, tx, remittance, 'requested');
  });
}

/**
 * What the receiving side answered, where no rail tells it. `consented` may still become `refused`.
 * Refused: `no_recall`.
 */
export async function answerRecall(
  deps: RemittanceDeps,
  shop: Shop,
  remittanceId: string,
  answer: 'consented' | 'refused',
): Promise<Remittance> {
  return deps.deeds.run(shop.shopId, async (tx) => {
    const remittance = await remittanceById(tx, shop.shopId, remittanceId);
    if (remittance === undefined) throw remittanceNotFound();
    const { recall, status } = remittance;
    if (recall === answer) return remittance;
    if (status !== 'paid' || (recall !== 'requested' && recall !== 'consented')) throw noRecall();
    const changed = await change(deps, tx, remittance, answer);
    if (answer === 'refused') await tellRefused(deps, tx, shop, changed);
    return changed;
  });
}

async function change(
  deps: RemittanceDeps,
  tx: Tx,
  remittance: Remittance,
  recall: Exclude<Recall, 'returned'>,
): Promise<Remittance> {
  const changed = withChange(remittance, tx.now, { recall });
  await updateRemittances(tx, [changed]);
  const taxPercent = await taxPercentOn(deps, tx.now);
  emitRemittance(tx, `remittance.recall_${recall}`, changed, taxPercent);
  return changed;
}

async function tellRefused(
  deps: RemittanceDeps,
  tx: Tx,
  shop: Shop,
  remittance: Remittance,
): Promise<void> {
  const { remittanceId } = remittance;
  const link = (await aliveLinksOf(tx, shop.shopId, [remittanceId])).get(remittanceId);
  if (link === undefined) return;
  const url = linkUrl(deps, link);
  await sendNotice(deps, tx, link, {
    ...aboutOf(shop, remittance),
    kind: 'recall_refused',
    url,
  });
}

/** Of one shop: those that wait for the receiving side's answer or for the money, oldest first. */
export async function openRecalls(sql: Sql, shopId: string, limit: number): Promise<Remittance[]> {
  return remittancesWhere(
    sql,
    shopId,
    `and recall in ('requested', 'consented') and status = 'paid'
     order by remittance_id limit $2`,
    [limit],
  );
}
