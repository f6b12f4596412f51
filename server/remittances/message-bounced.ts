// A message about a link did not reach its recipient: told on the remittance, so that the shop can
// give another address; and what was to be said there is said by the link's other address.
import { tokyoTimestamp } from '../base/clock.ts';
import type { Tx } from '../base/deed.ts';
import type { Message } from '../messages/message.ts';
import { cancelMessages, historyOf } from '../messages/queue-message.ts';
import { emitBeside } from './emit.ts';
import type { ReceiveLink } from './link.ts';
import { linkById } from './link-store.ts';
import { deliverOf, sendTo, wayOf } from './make-link.ts';
import { addressOf, only } from './reminders.ts';
import type { Remittance } from './remittance.ts';
import { remittanceById } from './remittance-store.ts';
import type { RemittanceDeps } from './terms.ts';

/** In the deed in which `message` ended as bounced or failed. */
export async function tellBounce(deps: RemittanceDeps, tx: Tx, message: Message): Promise<void> {
  const link = await linkById(tx, tx.shopId, message.objectId);
  // Cash without a link is written about under the remittance itself.
  const remittanceId = link?.remittanceId ?? message.objectId;
  const remittance = await remittanceById(tx, tx.shopId, remittanceId);
  if (remittance === undefined) return;
  const { kind, channel, status: state, reason, endedAt } = message;
  const at = tokyoTimestamp(endedAt ?? tx.now);
  const delivery = [{ message: kind, channel, state, reason, at }];
  await emitBeside(deps, tx, 'remittance.message_bounced', remittance, { delivery });
  const isWaiting = link?.status === 'open' && remittance.status === 'awaiting_recipient';
  if (isWaiting) await remindElsewhere(deps, tx, { link, remittance, message });
}

/**
 * A reminder that did not arrive goes to the other address now, and where the address takes nothing
 * at all, so do those to come, on their days; never twice what goes there anyway.
 */
async function remindElsewhere(
  deps: RemittanceDeps,
  tx: Tx,
  what: {
    readonly link: ReceiveLink;
    readonly remittance: Remittance;
    readonly message: Message;
  },
): Promise<void> {
  const { link, remittance, message } = what;
  const other = message.channel === 'mail' ? 'sms' : 'mail';
  const deliver = deliverOf(deps, link);
  if (addressOf(deliver, other) === null) return;
  const history = await historyOf(tx, tx.shopId, [link.linkId]);
  if (history.some(({ channel, status }) => channel === other && status === 'bounced')) return;
  const reminders = history.filter(({ kind }) => kind === 'receive_reminder');
  const there = reminders.filter(
    ({ channel, status }) => channel === other && status !== 'canceled',
  );
  const isThere = (each: Message) => there.some(({ dueAt }) => dueAt.equals(each.dueAt));
  const isDead = message.status === 'bounced';
  const toCome = reminders.filter(
    ({ channel, status }) => isDead && channel === message.channel && status === 'queued',
  );
  if (isDead) await cancelMessages(tx, link.linkId, ['receive_reminder'], message.channel);
  const shop = await deps.shops.byId(tx.shopId);
  const content = { ...wayOf(deps, shop, remittance, link), kind: 'receive_reminder' } as const;
  const missed = message.kind === 'receive_reminder' && !isThere(message) ? [tx.now] : [];
  const days = toCome.filter((each) => !isThere(each)).map(({ dueAt }) => dueAt);
  for (const dueAt of [...missed, ...days]) {
    await sendTo(deps, tx, link, content, dueAt, only(deliver, [other]));
  }
}
