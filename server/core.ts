// Everything of an installation that is not an interface, put together from its configuration:
// database, stores in memory, rails, deeds. The server (main.ts) and the command line (cli.ts) both
// stand on it.
import { createAudit } from './audit/audit-log.ts';
import { japaneseBankCalendar } from './base/calendar.ts';
import { type WallClock, wallClock } from './base/clock.ts';
import { createVault, type Vault } from './base/crypto.ts';
import { type Database, openDatabase } from './base/database.ts';
import { createDeeds, type Deeds } from './base/deed.ts';
import { createVaultThread } from './base/vault-batch.ts';
import type { Fees } from './billing/fee-tables.ts';
import { createFees } from './billing/fee-tables.ts';
import type { Configuration } from './configuration.ts';
import type { FundsDeps } from './funds/funds-deps.ts';
import { FILE_TIMES, NOTICE_TIMES } from './funds/poll-times.ts';
import type { PollingDeps } from './funds/polling-deps.ts';
import type { InstructSendBack } from './funds/send-back.ts';
import type { MemberDeps } from './members/members-deps.ts';
import type { Audit } from './merchants/audit.ts';
import { createRailAccounts, type RailAccounts } from './merchants/rail-accounts.ts';
import { createRailTokens } from './merchants/rail-tokens.ts';
import { createShopMethods, type ShopMethods } from './merchants/shop-methods.ts';
import { createShops, type Shops } from './merchants/shops.ts';
import { clearStop, setStop } from './merchants/stop.ts';
import type { OperatorNotice } from './messages/operator-notice.ts';
import type { MessageDeps } from './messages/send-message.ts';
import { createAmazonGiftRail } from './rails/amazon-gift/amazon-gift.ts';
import { createAuPayRail } from './rails/au-pay/au-pay.ts';
import { createBankTransferRail } from './rails/bank-transfer/bank-transfer.ts';
import type { Rail } from './rails/rail.ts';
import { createSevenAtmRail } from './rails/seven-atm/seven-atm.ts';
import { readClosures } from './recipients/bank-closures.ts';
import { type BankDirectory, loadBankDirectory } from './recipients/bank-directory.ts';
import { createInstructSendBack } from './remittances/instruct-send-back.ts';
import { tellBounce } from './remittances/message-bounced.ts';
import type { RecoveryDeps } from './remittances/recovery.ts';
import type { RemittanceDeps } from './remittances/terms.ts';
import { createSandboxBank, type SandboxBank } from './sandbox/sandbox-bank.ts';
import { createSandboxRails, type SandboxRails } from './sandbox/sandbox-rails.ts';
import { createSenders } from './senders.ts';

export interface Core {
  readonly db: Database;
  readonly deeds: Deeds;
  readonly wall: WallClock;
  readonly vault: Vault;
  readonly audit: Audit;
  readonly shops: Shops;
  readonly railAccounts: RailAccounts;
  readonly rails: ReadonlyMap<string, Rail<unknown>>;
  readonly methods: ShopMethods;
  readonly directory: BankDirectory;
  readonly fees: Fees;
  readonly funds: FundsDeps;
  readonly polling: PollingDeps;
  readonly instructSendBack: InstructSendBack;
  readonly remittances: RemittanceDeps;
  readonly messages: MessageDeps;
  readonly members: MemberDeps;
  readonly operator: OperatorNotice;
  readonly recovery: RecoveryDeps;
  readonly sandboxBank: SandboxBank | undefined;
  readonly sandboxRails: SandboxRails;
  readonly closeSenders: () => void;
}

export interface CoreOptions {
  readonly wall?: WallClock;
  /** Structured, without personal data. */
  readonly log: (event: string, facts: Readonly<Record<string, unknown>>) => void;
  /** Hears after each commit that a shop has new work. */
  readonly onWork?: (shopId: string) => void;
  /** Hears after each commit that a shop has new events. */
  readonly onEvents?: (shopId: string) => void;
}

export function createCore(configuration: Configuration, options: CoreOptions): Core {
  const { log, wall = wallClock, onWork, onEvents } = options;
  const db = openDatabase({
    url: configuration.databaseUrl,
    maxConnections: configuration.maxConnections,
    onError: (error) => log('database_connection_lost', { error: error.name }),
  });
  const vault = createVault(configuration.keyring);
  const vaultThread = createVaultThread(configuration.keyring, vault);
  const deeds = createDeeds(db, wall, { ...(onWork && { onWork }), ...(onEvents && { onEvents }) });
  const audit = createAudit(wall);
  const shops = createShops(db);
  const railAccounts = createRailAccounts(db, vault);
  const { closuresFile, sandboxBank } = configuration;
  const directory = loadBankDirectory(closuresFile === null ? [] : readClosures(closuresFile));
  const fees = createFees(deeds);
  const warn = (railAccountId: string, detail: string) =>
    log('rail_warning', { railAccountId, detail });
  // A new rail is one line here, its folder, its simulator and the terms of the contracts.
  const installed: readonly Rail<unknown>[] = [
    createBankTransferRail({ tokens: createRailTokens(db, vault), now: wall, warn }),
    createSevenAtmRail({ now: wall, warn }),
    createAmazonGiftRail({ now: wall, warn }),
    createAuPayRail({ now: wall, warn }),
  ];
  const rails = new Map(installed.map((rail) => [rail.name, rail]));
  const calendar = japaneseBankCalendar();
  const railAccount = railAccounts.byId;
  const methods = createShopMethods(db);
  const remittances: RemittanceDeps = {
    ...{ deeds, vault, vaultThread, shops, fees, calendar, directory, rails, railAccount },
    ...{ methods, log },
    publicUrl: configuration.publicUrl ?? `http://${configuration.host}:${configuration.port}`,
  };
  const { publicUrl } = remittances;
  const issuer = configuration.operator.operatorName.ja;
  const members: MemberDeps = { db, deeds, vault, wall, audit, publicUrl, issuer };
  const senders = createSenders(configuration, publicUrl);
  const messages: MessageDeps = {
    ...{ deeds, vault, operator: configuration.operator, random: Math.random },
    senders: async (shopId) => senders[(await shops.byId(shopId)).mode],
    onBounce: (tx, message) => tellBounce(remittances, tx, message),
  };
  const funds: FundsDeps = { deeds, vault, shops, railAccounts, audit };
  const times = { fileTimes: FILE_TIMES, noticeTimes: NOTICE_TIMES };
  const polling: PollingDeps = { ...funds, rails, calendar, ...times };
  const stop = { scope: 'recovery', target: '', by: 'recovery' } as const;
  const stopping = { db, wall, shops, audit };
  const recovery: RecoveryDeps = {
    ...{ remittances, funds },
    railAccounts: railAccounts.list,
    freeze: async (reason) => void (await setStop(stopping, { ...stop, reason })),
    unfreeze: async () => void (await clearStop(stopping, stop)),
  };
  return {
    ...{ db, deeds, wall, vault, audit, shops, railAccounts, rails, directory, fees },
    ...{ remittances, recovery, funds, polling, methods, messages, members },
    operator: configuration.operator,
    closeSenders: senders.close,
    instructSendBack: createInstructSendBack(remittances),
    sandboxRails: createSandboxRails(configuration.sandboxRails, { methods, railAccount }),
    sandboxBank: sandboxBank === null ? undefined : createSandboxBank(sandboxBank),
  };
}
