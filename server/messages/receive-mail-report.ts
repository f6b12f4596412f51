// A mail that came back, as the operator's mail server hands it over: read, found again by the
// number that the mail went out with, and from there a report as any other.
import type { Shops } from '../merchants/shops.ts';
import { type NoReport, readMailReport } from './mail-report.ts';
import type { Message } from './message.ts';
import { receiveReport } from './receive-report.ts';
import type { MessageDeps } from './send-message.ts';

/**
 * The message that it ended, or why nothing followed. `not_ours` also where there is no such shop;
 * `known_already` where the message had ended before, or is not known any more.
 */
export async function receiveMailReport(
  deps: Pick<MessageDeps, 'deeds' | 'onBounce'> & {
    readonly shops: Pick<Shops, 'findById'>;
  },
  mail: Buffer,
): Promise<{ readonly ended: Message } | { readonly nothing: NoReport | 'known_already' }> {
  const report = await readMailReport(mail);
  if (typeof report === 'string') return { nothing: report };
  if ((await deps.shops.findById(report.shopId)) === undefined) return { nothing: 'not_ours' };
  const ended = await receiveReport(deps, report, report);
  return ended === undefined ? { nothing: 'known_already' } : { ended };
}
