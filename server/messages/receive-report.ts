// The deed behind a report on a message that has gone out: applied once, whatever the order and
// however often it comes. Where reports come from is receive-sms-report.ts and
// receive-mail-report.ts.
import { afterReport, type DeliveryReport, type Message } from './message.ts';
import { endMessage, lockMessage } from './message-store.ts';
import type { MessageDeps } from './send-message.ts';

/** Answers the message where the report ended it; undefined where it changed nothing. */
export async function receiveReport(
  deps: Pick<MessageDeps, 'deeds' | 'onBounce'>,
  of: { readonly shopId: string; readonly messageId: string },
  report: DeliveryReport,
): Promise<Message | undefined> {
  const { shopId, messageId } = of;
  return deps.deeds.run(shopId, async (tx) => {
    const message = await lockMessage(tx, shopId, messageId);
    const status = message && afterReport(message, report);
    if (message === undefined || status === undefined) return undefined;
    const ended = await endMessage(tx, shopId, {
      ...{ messageId, status, reason: report.reason, now: tx.now },
      from: [message.status],
      providerId: report.providerId,
    });
    if (ended !== undefined && status !== 'delivered') await deps.onBounce(tx, ended);
    return ended;
  });
}
