// The Amazon gift rail behind the Rail interface: loads the recipient's gift balance, or makes a
// gift code, under a request id that pays once however often it is sent. Why it inquires by
// sending again, and what is proof, is argued in the README.
import { setTimeout as sleep } from 'node:timers/promises';
import { type Instant, wallClock } from '../../base/clock.ts';
import { type Yen, yen } from '../../base/money.ts';
import type {
  AmazonDestination,
  InquiryOutcome,
  PaymentReport,
  Rail,
  RailAccount,
  Submission,
  SubmitOutcome,
  UndoOutcome,
} from '../rail.ts';
import { assertSameContract, readConfig } from './config.ts';
import { onlyItem } from './door.ts';
import { createFundsReader } from './funds.ts';
import { type Desk, type PaidPayment, pay, type RevealOutcome, reveal, undo } from './payment.ts';
import { amazonReceiving } from './receiving.ts';
import { createThrottle } from './throttle.ts';
import { type Payment, requestIdOf } from './transform.ts';

export interface AmazonGiftDependencies {
  readonly fetch?: typeof fetch;
  /** Wall time; signatures live by it. */
  readonly now?: () => Instant;
  /** Something an operator must look at; no personal data. Default: a process warning. */
  readonly warn?: (accountId: string, detail: string) => void;
  /** Waits before a request is sent again; tests need not wait. */
  readonly pause?: (milliseconds: number, signal: AbortSignal) => Promise<unknown>;
}

export interface AmazonGiftRail extends Rail<AmazonDestination> {
  /**
   * Throws where the configuration is not valid, or changes what open requests hang on: mode,
   * address, region, partner id.
   */
  checkConfig(account: RailAccount, former?: RailAccount): void;
  /**
   * The gift code of a payment that is `paid`, asked of Amazon anew: to be shown and forgotten,
   * never stored or logged. The rail holds no code.
   */
  revealCode(
    account: RailAccount,
    payment: PaidPayment,
    signal: AbortSignal,
  ): Promise<RevealOutcome>;
  /**
   * Takes back a load or a gift code that should not have been made: an operator's deed, within
   * minutes. Not `takeBack`: the recipient may have the money already.
   */
  undo(
    account: RailAccount,
    payment: { readonly dispatchCode: string },
    signal: AbortSignal,
  ): Promise<UndoOutcome>;
  prefundedYen(account: RailAccount, signal: AbortSignal): Promise<Yen | undefined>;
}

const SECOND_MS = 1_000;

export function createAmazonGiftRail(dependencies: AmazonGiftDependencies = {}): AmazonGiftRail {
  const wire = { fetch: dependencies.fetch ?? fetch, now: dependencies.now ?? wallClock };
  const desk: Desk = {
    ...wire,
    throttle: createThrottle(),
    pause: dependencies.pause ?? ((ms, signal) => sleep(ms, undefined, { signal })),
    warn:
      dependencies.warn ??
      ((accountId, detail) => process.emitWarning(`rail account ${accountId}: ${detail}`)),
  };
  const funds = createFundsReader(wire);

  return {
    name: 'amazon_gift',
    receiving: amazonReceiving({
      fetch: wire.fetch,
      reveal: async (account, payment, signal) => reveal(desk, account, payment, signal),
    }),
    checkConfig(account, former) {
      readConfig(account);
      if (former !== undefined) assertSameContract(former, account);
    },
    traits(account) {
      const config = readConfig(account);
      return {
        maxItems: 1,
        idempotentSubmit: true,
        confirmation: { kind: 'per_item' },
        absenceProofMs: config.askAgainAfterSeconds * SECOND_MS,
        settlesFrom: 'prefund',
        minYen: yen(config.minYen),
        maxYen: yen(config.maxYen),
      };
    },
    timing: (_account, calendar) => ({
      isInstant: true,
      cutOffs: [],
      leadBusinessDays: 0,
      calendar,
    }),
    submit: (submission, signal) => submit(desk, submission, signal),
    inquire: async (submission) => inquire(submission),
    revealCode: async (account, payment, signal) => reveal(desk, account, payment, signal),
    undo: async (account, { dispatchCode }, signal) => undo(desk, account, dispatchCode, signal),
    prefundedYen: async (account) => (await funds(account.id, readConfig(account))).fundsYen,
    ping: async (account) => {
      const { fundsYen, detail } = await funds(account.id, readConfig(account));
      return { ok: fundsYen !== undefined, detail };
    },
  };
}

async function submit(
  desk: Desk,
  submission: Submission<AmazonDestination>,
  signal: AbortSignal,
): Promise<SubmitOutcome> {
  const { account } = submission;
  const config = readConfig(account);
  const { dispatchCode, amountYen, destination } = onlyItem(submission, config);
  const requestId = requestIdOf(config.partnerId, dispatchCode);
  const { amazonUserId } = destination;
  const payment: Payment =
    config.mode === 'load' ? { requestId, amountYen, amazonUserId } : { requestId, amountYen };
  const { verdict } = await pay(desk, account, config, payment, signal);
  if (verdict.kind === 'done') {
    const railReference = `${config.mode}:${requestId}`;
    const reports = [paidReport(dispatchCode, railReference)];
    return { kind: 'accepted', railReference, reports };
  }
  const { detail } = verdict;
  if (verdict.kind !== 'refused') return { kind: 'unknown', detail };
  const { reason } = verdict;
  // Prepaid money or a contract that the operator must mend: nothing is wrong with the payment.
  const items = reason === 'rail_unavailable' ? [] : [{ itemNumber: 1, reason, detail }];
  return { kind: 'rejected', reason, detail, items };
}

/**
 * Amazon has no inquiry without effects: asking after a request is sending it again, which would
 * pay one that never arrived. So nothing is asked. A reference is given only with SUCCESS, and so
 * tells the end of the story; without it the caller sends the submission again
 * (`idempotentSubmit`).
 */
function inquire(
  submission: Submission<AmazonDestination> & { readonly railReference: string | null },
): InquiryOutcome {
  const { railReference, items } = submission;
  if (railReference === null) {
    return { kind: 'unanswered', detail: 'no inquiry without effects: to be submitted again' };
  }
  const reports = items.map(({ dispatchCode }) => paidReport(dispatchCode, railReference));
  return { kind: 'answered', submission: 'known', railReference, reports };
}

function paidReport(dispatchCode: string, railReference: string): PaymentReport {
  return {
    dispatchCode,
    state: 'paid',
    reason: null,
    detail: 'SUCCESS',
    at: null,
    railReference,
  };
}
