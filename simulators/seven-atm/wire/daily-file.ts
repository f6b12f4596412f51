// The reconciliation file of one business date: every movement of the partner's money, with opening
// and closing balance, as CSV.

import type { Movement, World } from '../books.ts';
import type { Network } from '../network.ts';
import { dateOf, isDate, momentOf, plusDays, timeText } from '../tokyo-time.ts';
import type { Handler } from './calls.ts';
import { failure } from './calls.ts';

/** What a movement does to the balance: issuing and expiring only hold and release. */
export function balanceChange({ kind, amountYen }: Movement): number {
  if (kind === 'FUNDED') return amountYen;
  return kind === 'NOTES' || kind === 'COINS' ? -amountYen : 0;
}

export const askDailyFile: Handler = (network, world, { part: date }) => {
  if (!isDate(date)) return failure(400, 'malformed');
  if (date < dateOf(world.bornAt)) return failure(404, 'no_such_day');
  if (!isReady(network, world, date)) return failure(404, 'not_ready');
  return { status: 200, type: 'csv', body: dailyFile(world, date) };
};

function isReady(network: Network, world: World, date: string): boolean {
  return network.now(world) >= momentOf(plusDays(date, 1), world.settings.dailyReadyAt);
}

function dailyFile(world: World, date: string): string {
  const from = momentOf(date);
  const to = momentOf(plusDays(date, 1));
  // An expiry happens in the first moment after the last day, and belongs to that last day.
  const dayOf = ({ kind, at }: Movement) => (kind === 'EXPIRED' ? at - 1 : at);
  const before = world.movements.filter((each) => dayOf(each) < from);
  const ofDay = world.movements.filter((each) => dayOf(each) >= from && dayOf(each) < to);
  const opening = before.reduce((sum, each) => sum + balanceChange(each), 0);
  const closing = ofDay.reduce((sum, each) => sum + balanceChange(each), opening);
  const lines = [
    `H,${date},${world.partnerCode},${opening}`,
    ...ofDay.map((each) =>
      ['D', each.requestId, each.kind, each.amountYen, timeText(each.at)].join(','),
    ),
    `T,${ofDay.length},${closing}`,
  ];
  return `${lines.join('\r\n')}\r\n`;
}
