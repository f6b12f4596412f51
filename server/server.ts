// The running server: the HTTP interface and the background work on one core, started and stopped
// in the right order. What is wired to what can be read here from top to bottom.
import { join } from 'node:path';
import { createApi } from './api/app.ts';
import { newestBuild, readConsoleBuild } from './api/console/build.ts';
import { BY_ADDRESS, BY_SESSION, registerConsole } from './api/console/console-guard.ts';
import { registerDoor } from './api/console/door.ts';
import { registerHome } from './api/console/home.ts';
import { registerConsolePages } from './api/console/pages.ts';
import { registerRemittanceActs } from './api/console/remittance-acts.ts';
import { registerConsoleRemittances } from './api/console/remittances.ts';
import { laneGauge, workGauges } from './api/gauges.ts';
import { registerBankHook } from './api/hooks/bank.ts';
import { registerRailHook } from './api/hooks/rail.ts';
import { registerSmsHook } from './api/hooks/sms.ts';
import { createLog, describeError } from './api/log.ts';
import { createMetrics, type GaugeSource } from './api/metrics.ts';
import { createBuckets } from './api/rate-limit.ts';
import { registerRecipientPages } from './api/recipient/recipient-pages.ts';
import { TRIES } from './api/recipient/visit.ts';
import type { Api } from './api/resource.ts';
import { closeHttp, createShutdown, type Shutdown } from './api/shutdown.ts';
import { registerAccounts } from './api/v1/accounts.ts';
import { registerBalance } from './api/v1/balance.ts';
import { registerBanks } from './api/v1/banks.ts';
import { registerDeposits } from './api/v1/deposits.ts';
import { registerEvents } from './api/v1/events.ts';
import { registerQuotes } from './api/v1/quotes.ts';
import { createInstructionReader } from './api/v1/read-instruction.ts';
import { registerRemittanceEntry } from './api/v1/remittance-entry.ts';
import { registerRemittanceFiles } from './api/v1/remittance-files.ts';
import { registerRemittanceLetter } from './api/v1/remittance-letter.ts';
import { registerRemittanceLinks } from './api/v1/remittance-links.ts';
import { registerRemittanceRecall } from './api/v1/remittance-recall.ts';
import { registerRemittances } from './api/v1/remittances.ts';
import { registerRemittancesBulk } from './api/v1/remittances-bulk.ts';
import { registerReturnSecret } from './api/v1/return-secret.ts';
import { registerSandbox } from './api/v1/sandbox.ts';
import { registerWebhookEndpoints } from './api/v1/webhook-endpoints.ts';
import { untilReady } from './base/database.ts';
import { requireMigrated } from './base/migrate.ts';
import type { ClaimedWork } from './base/work.ts';
import { workHealth } from './base/work-health.ts';
import { createWorker, type Worker } from './base/worker.ts';
import type { Configuration } from './configuration.ts';
import { type Core, createCore } from './core.ts';
import { startPolling } from './funds/polling-deps.ts';
import { sweepDoor } from './members/sweep.ts';
import { createApiKeys } from './merchants/api-keys.ts';
import { sweepFiles } from './remittance-files/retention.ts';
import { causesToIds } from './remittances/causes.ts';
import { dueByDay } from './remittances/find.ts';
import { createInstructLanes, type InstructLanes } from './remittances/lanes.ts';
import { watchedTroubles } from './remittances/rail-watch-store.ts';
import { guardAgainstRestore, heartbeat } from './remittances/recovery.ts';
import { watchRail } from './remittances/watch-rails.ts';
import { payIn } from './sandbox/pay-in.ts';
import { sweepOld } from './webhooks/retention.ts';
import { createWebhooks, type Webhooks } from './webhooks/webhooks.ts';
import { workHandlers } from './work-handlers.ts';

export const VERSION = '0.1.0';

export interface KawaseServer {
  readonly core: Core;
  readonly api: Api;
  readonly worker: Worker;
  readonly webhooks: Webhooks;
  /** Where it listens, once started. */
  start(): Promise<string>;
  /** Finishes what it holds; answers whether all of it came to its end in time. */
  stop(reason: string): Promise<boolean>;
}

const STOP_DEADLINE_MS = 20_000;
/** A database that recovers after a crash takes its time. */
const DATABASE_PATIENCE_MS = 60_000;
const HOUR_MS = 3_600_000;
const WORKER_CONCURRENCY = 16;
/** Where `npm start` and `npm run build` leave the management screens. */
const CONSOLE_SHELF = join(import.meta.dirname, '..', '.kawase', 'console');

export function createServer(configuration: Configuration): KawaseServer {
  const log = createLog(configuration.logLevel);
  const onError = (error: unknown, work?: ClaimedWork) =>
    log.error({ ...describeError(error), ...(work && { kind: work.kind }) }, 'background work');
  const nudged = { worker: (_shopId: string) => {}, webhooks: (_shopId: string) => {} };
  const core = createCore(configuration, {
    log: (event, facts) => log.info(facts, event),
    onWork: (shopId) => nudged.worker(shopId),
    onEvents: (shopId) => nudged.webhooks(shopId),
  });
  const { db, deeds, vault, wall } = core;
  const webhooks = createWebhooks({
    ...{ deeds, vault, onError },
    allowPrivate: configuration.allowPrivate,
  });
  const worker = createWorker({
    ...{ db, wall, onError },
    handlers: workHandlers(core, configuration.workLeaseSeconds * 1_000),
    concurrency: WORKER_CONCURRENCY,
  });
  const lanes = createInstructLanes(core.remittances);
  const runsWork = configuration.role !== 'api';
  if (runsWork) {
    nudged.worker = (shopId) => worker.nudge(shopId);
    nudged.webhooks = (shopId) => webhooks.nudge(shopId);
  }
  const hourly = hourlyWork(core, configuration, onError);
  const shutdown: Shutdown = createShutdown({
    log,
    deadlineMs: STOP_DEADLINE_MS,
    steps: [
      { name: 'http', run: (signal) => closeHttp(api, 0).run(signal) },
      { name: 'lanes', run: () => lanes.idle() },
      { name: 'worker', run: () => worker.stop(STOP_DEADLINE_MS / 2) },
      { name: 'webhooks', run: () => webhooks.stop(STOP_DEADLINE_MS / 4) },
      { name: 'senders', run: async () => core.closeSenders() },
      { name: 'vault thread', run: () => core.remittances.vaultThread.close() },
      { name: 'database', run: () => db.close() },
    ],
  });
  const api = interfaceOf(configuration, { core, log, worker, webhooks, lanes, shutdown });
  return {
    ...{ core, api, worker, webhooks },
    async start() {
      await untilReady(db, DATABASE_PATIENCE_MS, (error) =>
        log.warn(describeError(error), 'the database is not ready'),
      );
      // Also before requests: a test shop's clock dispatches from there.
      await guardAgainstRestore(core.recovery);
      if (runsWork) {
        for (const { id } of await core.railAccounts.list()) {
          await startPolling(core.polling, id);
          await watchRail(core, id);
        }
        worker.start();
        webhooks.start();
        hourly.start();
      }
      if (configuration.role === 'worker') return '';
      return api.listen({ host: configuration.host, port: configuration.port });
    },
    stop(reason) {
      hourly.stop();
      return shutdown.begin(reason);
    },
  };
}

/** What the process does by itself beside the work of shops. */
function hourlyWork(
  core: Core,
  { retention }: Configuration,
  onError: (error: unknown) => void,
): { readonly start: () => void; readonly stop: () => void } {
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const run = (): void => {
    heartbeat(core.recovery).catch(onError);
    sweepDoor(core.members).catch(onError);
    sweepOld(core, retention, stopping.signal)
      .then((swept) => core.remittances.log('retention_swept', { ...swept }))
      .catch(onError);
    sweepFiles(core, retention.fileDays, stopping.signal)
      .then((files) => core.remittances.log('files_swept', { files }))
      .catch(onError);
  };
  return {
    start() {
      timer = setInterval(run, HOUR_MS);
      timer.unref();
    },
    stop() {
      clearInterval(timer);
      stopping.abort();
    },
  };
}

interface Parts {
  readonly core: Core;
  readonly log: ReturnType<typeof createLog>;
  readonly worker: Worker;
  readonly webhooks: Webhooks;
  readonly lanes: InstructLanes;
  readonly shutdown: Shutdown;
}

function interfaceOf(configuration: Configuration, parts: Parts): Api {
  const { core, log, worker, webhooks, lanes, shutdown } = parts;
  const { db, deeds, vault, wall, shops, directory, remittances } = core;
  const keys = createApiKeys({ db, shops, wall });
  const reader = createInstructionReader(directory, wall);
  const metrics = createMetrics(gauges(core, lanes, webhooks));
  const drain = (shopId: string) => worker.drainShop(shopId);
  return createApi({
    ...{ db, vault, wall, keys, log, metrics },
    root: rootOf(remittances),
    logRequests: configuration.logRequests,
    metricsToken: configuration.metricsToken,
    version: VERSION,
    trustProxy: configuration.trustProxy,
    rateLimit: {
      perSecond: configuration.requestsPerSecond,
      burst: configuration.requestsPerSecond * 2,
    },
    readiness: { database: () => db.ping(), migrations: () => requireMigrated(db) },
    isShuttingDown: () => shutdown.isShuttingDown(),
    registerPublic(api) {
      registerBankHook(api, core.polling);
      registerRailHook(api, remittances);
      registerSmsHook(api, core.messages);
      registerRecipientPages(api, {
        ...{ remittances, notice: core.operator, wall },
        tries: createBuckets(TRIES),
      });
      registerManagement(api, configuration, parts);
    },
    register(api) {
      registerRemittances(api, { remittances, lanes, reader });
      registerRemittancesBulk(api, { remittances, lanes, reader });
      registerRemittanceFiles(api, { files: remittances });
      registerRemittanceLinks(api, remittances);
      registerRemittanceRecall(api, remittances);
      registerReturnSecret(api, core);
      registerRemittanceEntry(api, { remittances, audit: core.audit });
      registerRemittanceLetter(api, { remittances, operator: core.operator });
      registerQuotes(api, { remittances });
      registerAccounts(api, { deeds, vault, directory });
      registerBanks(api, { directory });
      registerDeposits(api, { db, vault, directory });
      registerBalance(api, {
        db,
        forecast: (shopId) => dueByDay(db, shopId),
        objectsOf: (shopId, transfers) => causesToIds(db, shopId, transfers),
      });
      registerWebhookEndpoints(api, webhooks);
      registerEvents(api, webhooks);
      registerSandbox(api, {
        ...{ deeds, remittances },
        bank: core.sandboxBank,
        rails: core.sandboxRails,
        drain,
        payIn: (shop, deposit) => {
          const { railAccounts, sandboxBank: bank } = core;
          if (bank === undefined) throw new Error('no sandbox bank');
          return payIn({ deeds, bank, railAccounts, drain }, shop, deposit);
        },
      });
    },
  });
}

/** The management screen: its API, and the screens where they are built. */
function registerManagement(api: Api, { consoleDir }: Configuration, { core, log }: Parts): void {
  const { shops, members, remittances, audit } = core;
  const deps = {
    ...{ members, shops },
    ...{ strangers: createBuckets(BY_ADDRESS), signedIn: createBuckets(BY_SESSION) },
  };
  registerConsole(api, deps, (consoleApi) => {
    registerDoor(consoleApi, deps);
    registerHome(consoleApi, remittances);
    registerConsoleRemittances(consoleApi, remittances);
    registerRemittanceActs(consoleApi, { remittances, audit });
  });
  const folder = consoleDir ?? newestBuild(CONSOLE_SHELF);
  if (folder === undefined) log.info('the management screens are not built: npm run build');
  else registerConsolePages(api, readConsoleBuild(folder), rootOf(remittances));
}

/** The path of the installation's public URL: '' or like '/pay'. */
const rootOf = ({ publicUrl }: { readonly publicUrl: string }): string =>
  new URL(publicUrl).pathname.replace(/\/$/, '');

function gauges(core: Core, lanes: InstructLanes, webhooks: Webhooks): GaugeSource[] {
  const { db, wall } = core;
  const waiting = (
    name: string,
    help: string,
    of: 'pendingCount' | 'deadCount' | 'oldestDueMs',
  ) => ({
    name,
    help,
    read: async () => [{ value: (await webhooks.backlog())[of] }],
  });
  return [
    ...workGauges(() => workHealth(db, wall())),
    laneGauge(() => lanes.waiting()),
    {
      name: 'kawase_rail_prefund_low',
      help: 'Rail accounts whose prepaid money is below its line',
      read: async () => [{ value: (await watchedTroubles(db)).lowCount }],
    },
    {
      name: 'kawase_rail_days_unexplained',
      help: 'Days on which a rail and our books differ and nobody has said why',
      read: async () => [{ value: (await watchedTroubles(db)).unexplainedDays }],
    },
    waiting('kawase_webhooks_pending', 'Webhook deliveries not yet made', 'pendingCount'),
    waiting('kawase_webhooks_dead', 'Webhook deliveries given up', 'deadCount'),
    waiting('kawase_webhooks_oldest_due_ms', 'Age of the longest overdue delivery', 'oldestDueMs'),
  ];
}
