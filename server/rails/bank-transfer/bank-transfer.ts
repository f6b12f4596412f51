// The bank transfer rail: which connector serves an account. Each connector validates its own
// configuration. Who wires it is main; nothing else in the house knows that there is more than one
// connector.
import type { Instant } from '../../base/clock.ts';
import { wallClock } from '../../base/clock.ts';
import type { RailAccount } from '../rail.ts';
import type { BankConnector, BankRail, Warn } from './connector.ts';
import { createFileConnector } from './file/connector.ts';
import type { Pause } from './http/client.ts';
import { createHttpConnector } from './http/connector.ts';
import type { TokenStore } from './http/oauth.ts';

export interface BankTransferDependencies {
  /** Keeps the OAuth tokens of HTTP accounts, encrypted. */
  readonly tokens: TokenStore;
  readonly fetch?: typeof fetch;
  /** Wall time; tokens live by it, copies of received files are named by it. */
  readonly now?: () => Instant;
  /** Waits between repeated GETs; tests need not wait. */
  readonly pause?: Pause;
  /** Default: a process warning. */
  readonly warn?: Warn;
}

/**
 * Every optional member of the interface is there; what a connector lacks answers with nothing, or
 * throws.
 */
export type BankTransferRail = BankRail & Pick<BankConnector, 'checkConfig' | 'inquireFees'>;

export function createBankTransferRail(dependencies: BankTransferDependencies): BankTransferRail {
  const warn: Warn =
    dependencies.warn ??
    ((accountId, detail) => process.emitWarning(`rail account ${accountId}: ${detail}`));
  const connectors: Readonly<Record<string, BankConnector>> = {
    file: createFileConnector({ warn, now: dependencies.now ?? wallClock }),
    http: createHttpConnector({
      fetch: dependencies.fetch ?? fetch,
      now: dependencies.now ?? wallClock,
      tokens: dependencies.tokens,
      warn,
      ...(dependencies.pause === undefined ? {} : { pause: dependencies.pause }),
    }),
  };
  const of = (account: RailAccount): BankConnector => {
    const { connector } = account;
    if (Object.hasOwn(connectors, connector)) return connectors[connector]!;
    throw new Error(`rail account ${account.id}: bank_transfer has the connectors file and http`);
  };
  return {
    name: 'bank_transfer',
    checkConfig: (account) => of(account).checkConfig(account),
    prepare: async (account) => of(account).prepare(account),
    traits: (account) => of(account).traits(account),
    timing: (account, calendar) => of(account).timing(account, calendar),
    sourceBankCode: (account) => of(account).sourceBankCode(account),
    fileCopyOf: (account, railReference) => of(account).fileCopyOf(account, railReference),
    submit: async (submission, signal) => of(submission.account).submit(submission, signal),
    inquire: async (submission, signal) => of(submission.account).inquire(submission, signal),
    inquireFees: async (submission, signal) =>
      of(submission.account).inquireFees(submission, signal),
    listPayments: (account, since, signal) => of(account).listPayments(account, since, signal),
    unsentCredits: async (account, signal) => of(account).unsentCredits(account, signal),
    recentCredits: async (account, since, signal) =>
      of(account).recentCredits(account, since, signal),
    readCreditNotice: (account, request) => of(account).readCreditNotice(account, request),
    collectFiles: async (account, limit, signal) =>
      of(account).collectFiles(account, limit, signal),
    acknowledgeFile: async (account, name, signal) =>
      of(account).acknowledgeFile(account, name, signal),
    receivedFiles: (account, since, signal) => of(account).receivedFiles(account, since, signal),
    ping: async (account, signal) => of(account).ping(account, signal),
  };
}
