// Which deed handles which kind of work. Money is never given up: its kinds are tried for ever,
// with a capped pause.
import type { WorkHandler } from './base/work-runner.ts';
import type { Core } from './core.ts';
import { fundsHandlers } from './funds/work-handlers.ts';
import { messageHandlers } from './messages/send-message.ts';
import { WORK_KIND } from './remittance-files/file.ts';
import { workOnFile } from './remittance-files/work-on-file.ts';
import { replanShop } from './remittances/announce-maintenance.ts';
import { applyStatementWork } from './remittances/apply-statement.ts';
import { dispatchDue } from './remittances/dispatch.ts';
import { inquireOne } from './remittances/inquire.ts';
import { expireLinks } from './remittances/link-deeds.ts';
import { reconcileDays } from './remittances/reconcile-day.ts';
import { reconcileAccount, thaw } from './remittances/recovery.ts';
import { releaseWaiting } from './remittances/release-waiting.ts';
import { submitOne } from './remittances/submit.ts';
import { watchPrefund } from './remittances/watch-prefund.ts';

const LEASE_MS = 90_000;

/** By kind. `leaseMs`: how long after a crash another process takes the work over. */
export function workHandlers(
  core: Core,
  leaseMs = LEASE_MS,
): Readonly<Record<string, WorkHandler>> {
  const { remittances, recovery, polling } = core;
  const money = { leaseMs, maxAttempts: Number.POSITIVE_INFINITY };
  const funds = Object.entries(fundsHandlers(polling, core.instructSendBack));
  return {
    ...messageHandlers(core.messages),
    ...Object.fromEntries(funds.map(([kind, handler]) => [kind, { ...handler, leaseMs }])),
    'remittances.dispatch': { ...money, batch: 2, run: (work) => dispatchDue(remittances, work) },
    'remittances.submit': {
      ...money,
      batch: 4,
      run: (work, signal) => submitOne(remittances, work, signal),
    },
    'remittances.inquire': {
      ...money,
      batch: 8,
      run: (work, signal) => inquireOne(remittances, work, signal),
    },
    'remittances.release_waiting': {
      ...money,
      batch: 1,
      run: (work) => releaseWaiting(remittances, work),
    },
    'remittances.apply_statement': {
      ...money,
      batch: 1,
      run: (work) => applyStatementWork(remittances, work),
    },
    'remittances.expire_links': {
      ...money,
      batch: 1,
      run: (work) => expireLinks(remittances, work),
    },
    'remittances.reconcile': {
      ...money,
      batch: 1,
      run: (work, signal) => reconcileAccount(recovery, work, signal),
    },
    'remittances.reconcile_day': {
      ...money,
      batch: 1,
      run: (work, signal) => reconcileDays(core, work, signal),
    },
    'remittances.watch_prefund': {
      ...money,
      batch: 1,
      run: (work, signal) => watchPrefund(core, work, signal),
    },
    [WORK_KIND]: {
      ...money,
      batch: 1,
      run: (work, signal) => workOnFile(remittances, work, signal),
    },
    'remittances.replan': { ...money, batch: 1, run: (work) => replanShop(remittances, work) },
    'remittances.thaw': { ...money, batch: 1, run: () => thaw(recovery) },
  };
}
