// The work of this folder by kind, for main to give to the worker. None is ever given up: it is
// about money that came in.
import type { WorkHandler } from '../base/work-runner.ts';
import { collectFilesWork } from './collect-files.ts';
import { importStoredFile } from './import-bank-file.ts';
import { finishMatchWork, reverseMatchWork } from './match-deposit.ts';
import { pollCreditsWork } from './poll-credits.ts';
import type { PollingDeps } from './polling-deps.ts';
import { takeNoticesWork } from './receive-credit-notice.ts';
import { finishSendBackWork, type InstructSendBack } from './send-back.ts';

const LEASE_MS = 60_000;

function handler(run: WorkHandler['run'], batch = 1): WorkHandler {
  return { leaseMs: LEASE_MS, batch, maxAttempts: Number.POSITIVE_INFINITY, run };
}

export function fundsHandlers(
  deps: PollingDeps,
  instruct: InstructSendBack,
): Readonly<Record<string, WorkHandler>> {
  return {
    'funds.collect': handler((work, signal) => collectFilesWork(deps, work, signal)),
    'funds.poll_credits': handler((work, signal) => pollCreditsWork(deps, work, signal)),
    'funds.import_file': handler((work) => importStoredFile(deps, work)),
    'funds.take_notices': handler((work, signal) => takeNoticesWork(deps, work, signal)),
    'funds.finish_match': handler((work) => finishMatchWork(deps, work)),
    'funds.reverse_match': handler((work) => reverseMatchWork(deps, work)),
    'funds.finish_send_back': handler((work) => finishSendBackWork(deps, instruct, work)),
  };
}
