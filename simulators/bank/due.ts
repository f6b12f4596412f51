// Brings a world up to a moment: everything due on the way happens, in order of time. The one
// place that decides when; what happens is in settle.ts and files/issue.ts.

import type { Bank } from './bank.ts';
import type { Due, World } from './books.ts';
import type { IssueKind } from './files/issue.ts';
import { issueFile } from './files/issue.ts';
import { writeOutbox } from './files/outbox.ts';
import { settleOrder, settleRetried, takeStep } from './settle.ts';
import { dateOf, momentOf, plusDays } from './tokyo-time.ts';

/** Further apart there is no business day without a file time, unless there are none at all. */
const LOOK_AHEAD_DAYS = 60;

/** Lets everything happen that is due until the world's present, and writes the files it brings. */
export function reachNow(bank: Bank, world: World): void {
  reach(bank, world, bank.now(world));
  writeOutbox(bank, world);
}

export function reach(bank: Bank, world: World, to: number): void {
  for (;;) {
    const dueAt = world.due.nextAt() ?? Number.POSITIVE_INFINITY;
    const slot = nextFileTime(bank, world, to);
    const at = Math.min(dueAt, slot?.at ?? Number.POSITIVE_INFINITY);
    if (at > to) break;
    // What came due while the bank was away happens late, but never before what already happened.
    world.reachedAt = Math.max(world.reachedAt, at);
    if (dueAt <= at) perform(bank, world, world.due.pop()!, world.reachedAt);
    else if (slot) for (const kind of slot.kinds) issueFile(bank, world, kind, slot.at);
  }
  world.reachedAt = Math.max(world.reachedAt, to);
}

function perform(bank: Bank, world: World, due: Due, at: number): void {
  if (due.kind === 'settle') settleOrder(bank, world, due.order, at);
  else if (due.kind === 'resettle') settleRetried(bank, world, due.payment, at);
  else takeStep(bank, world, due.payment, due.step, at);
}

/** The first file time after what has been reached and not after `to`. */
function nextFileTime(
  bank: Bank,
  world: World,
  to: number,
): { at: number; kinds: IssueKind[] } | undefined {
  const { statementTimes, noticeTimes } = world.settings;
  const times = [...new Set([...noticeTimes, ...statementTimes])].sort();
  const lastDay = dateOf(to);
  let day = dateOf(world.reachedAt);
  for (let days = 0; days <= LOOK_AHEAD_DAYS && day <= lastDay; days += 1) {
    if (bank.calendar.isOpen(day)) {
      for (const time of times) {
        const at = momentOf(day, time);
        if (at <= world.reachedAt) continue;
        const kinds: IssueKind[] = [];
        if (noticeTimes.includes(time)) kinds.push('deposit_notice');
        if (statementTimes.includes(time)) kinds.push('statement');
        return { at, kinds };
      }
    }
    day = plusDays(day, 1);
  }
  return undefined;
}
