// The test environment's bank: a client of the control interface of the bank simulator. It moves
// that bank's clock, pays in, plans outcomes and faults. Test shops only; no live code path comes
// here.
import type { Instant } from '../base/clock.ts';
import { type ControlDoor, controlCall } from './control-door.ts';

/** A contract with the sandbox bank: one world of its own per test shop. */
export interface SandboxWorld {
  readonly worldId: string;
  readonly bankCode: string;
  readonly accountId: string;
  readonly branchCode: string;
  readonly accountNumber: string;
  readonly raId: string;
  readonly holderNameKana: string;
  readonly remitterCode: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly refreshToken: string;
  readonly webhookSecret: string;
  readonly outboundDir: string;
  readonly inboundDir: string;
}

export type PlannedOutcome = 'paid' | 'failed' | 'returned' | 'recalled' | 'recall_refused';

export interface SandboxBank {
  /** The base URL of the bank's API, for a connector's configuration. */
  readonly apiUrl: string;
  openWorld(worldId: string, balanceYen: number): Promise<SandboxWorld>;
  openVirtualAccount(
    worldId: string,
    holderNameKana: string,
  ): Promise<{ readonly branchCode: string; readonly accountNumber: string }>;
  setWebhook(worldId: string, url: string): Promise<void>;
  /** Everything due at the bank until `now` happens before this resolves. */
  setClock(worldId: string, now: Instant): Promise<void>;
  payIn(
    worldId: string,
    deposit: {
      readonly branchCode: string;
      readonly accountNumber: string;
      readonly amountYen: number;
      readonly remitterNameKana: string;
      readonly key: string;
    },
  ): Promise<void>;
  /**
   * Plans what becomes of the payment with this dispatch code, before or after the bank has seen
   * it.
   */
  setOutcome(
    worldId: string,
    plan: {
      readonly ediInfo: string;
      /** Codes it would bear if it had to be sent anew: the first that is settled counts. */
      readonly orEdiInfos: readonly string[];
      readonly outcome: PlannedOutcome;
      readonly reason?: string;
      readonly afterBusinessDays?: number;
    },
  ): Promise<void>;
  setFaults(worldId: string, faults: Readonly<Record<string, unknown>>): Promise<void>;
  /** Issues the files that would come at their time. */
  issueFiles(worldId: string): Promise<void>;
}

export function createSandboxBank(options: ControlDoor & { readonly apiUrl: string }): SandboxBank {
  const call = controlCall(options);
  const at = (worldId: string) => `/worlds/${worldId}`;
  return {
    apiUrl: options.apiUrl,
    openWorld: (worldId, balanceYen) =>
      call('POST', '/worlds', { worldId, bankAccount: { balanceYen } }),
    async openVirtualAccount(worldId, holderNameKana) {
      const answer = await call<{
        virtualAccounts: readonly { branchCode: string; accountNumber: string }[];
      }>('POST', `${at(worldId)}/virtual-accounts`, { count: 1, holderNameKana });
      return answer.virtualAccounts[0]!;
    },
    setWebhook: (worldId, url) => call('PUT', `${at(worldId)}/webhook`, { url }),
    setClock: (worldId, now) => call('POST', `${at(worldId)}/clock`, { now: now.toString() }),
    payIn: (worldId, deposit) => call('POST', `${at(worldId)}/pay-ins`, deposit),
    setOutcome: (worldId, plan) => call('POST', `${at(worldId)}/outcomes`, plan),
    setFaults: (worldId, faults) => call('PUT', `${at(worldId)}/faults`, faults),
    issueFiles: (worldId) => call('POST', `${at(worldId)}/files`, {}),
  };
}
