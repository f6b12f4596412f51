// A small world for tests of the management screen's API: a merchant with a test and a live shop,
// another merchant, members of any role, a clock that stands until it is moved, and the API with
// the door and what else the test registers.
import { createApi } from '../server/api/app.ts';
import {
  BY_ADDRESS,
  BY_SESSION,
  type ConsoleDeps,
  registerConsole,
} from '../server/api/console/console-guard.ts';
import type { ConsoleApi } from '../server/api/console/console-route.ts';
import { registerDoor } from '../server/api/console/door.ts';
import { createLog } from '../server/api/log.ts';
import { createMetrics } from '../server/api/metrics.ts';
import { createBuckets } from '../server/api/rate-limit.ts';
import type { Core } from '../server/core.ts';
import { addMember } from '../server/members/add-member.ts';
import type { Role } from '../server/members/role.ts';
import { createApiKeys } from '../server/merchants/api-keys.ts';
import { createMerchant, openShop } from '../server/merchants/open-shop.ts';
import type { Shop } from '../server/merchants/shop.ts';
import { type ConsoleBrowser, consoleBrowser } from './console-browser.ts';
import { testDatabase } from './database.ts';
import { coreOn } from './deed-world.ts';

export const PASSWORD = 'correct horse 47 staple';

export interface TestMember {
  readonly memberId: string;
  readonly mail: string;
}

export interface ConsoleWorld {
  readonly core: Core;
  readonly url: string;
  readonly merchantId: string;
  readonly testShop: Shop;
  readonly liveShop: Shop;
  readonly otherMerchantId: string;
  /** Of the other merchant. */
  readonly otherShop: Shop;
  /** A new member with `PASSWORD`, of `merchantId` unless told. */
  member(role: Role, merchantId?: string): Promise<TestMember>;
  /** A browser with nothing in it. */
  browser(): ConsoleBrowser;
  /** Signed in by the password alone, as a new member of this role. */
  signedIn(role: Role, merchantId?: string): Promise<ConsoleBrowser & { member: TestMember }>;
  now(): Temporal.Instant;
  pass(span: Temporal.DurationLike): void;
  /** `member.signed_in`, ... of the merchant, oldest first. */
  audited(merchantId?: string): Promise<string[]>;
  close(): Promise<void>;
}

export async function startConsoleWorld(
  register: (consoleApi: ConsoleApi, core: Core, deps: ConsoleDeps) => void = () => {},
): Promise<ConsoleWorld> {
  const database = await testDatabase();
  const clock = { now: Temporal.Instant.from('2026-11-24T10:00+09:00') };
  const core = coreOn(database.url, { wall: () => clock.now });
  const deps: ConsoleDeps = {
    ...{ members: core.members, shops: core.shops },
    ...{ strangers: createBuckets(BY_ADDRESS), signedIn: createBuckets(BY_SESSION) },
  };
  const api = createApi({
    ...core,
    keys: createApiKeys(core),
    log: createLog('silent'),
    logRequests: false,
    metrics: createMetrics([], { processMetrics: false }),
    metricsToken: null,
    version: '0.0.0',
    readiness: {},
    isShuttingDown: () => false,
    register: () => {},
    registerPublic: (open) =>
      registerConsole(open, deps, (consoleApi) => {
        registerDoor(consoleApi, deps);
        register(consoleApi, core, deps);
      }),
  });
  const url = await api.listen({ host: '127.0.0.1', port: 0 });
  const own = await openMerchant(core, '株式会社見本商事');
  const other = await openMerchant(core, '株式会社別商事');
  let count = 0;
  const member: ConsoleWorld['member'] = async (role, merchantId = own.merchantId) => {
    count += 1;
    const mail = `person-${count}@example.jp`;
    const person = { name: `人 ${count}`, mail, password: PASSWORD, locale: 'ja' as const };
    const memberId = await addMember(core.members, { ...person, role, merchantId, by: 'test' });
    return { memberId, mail };
  };
  const browser = () => consoleBrowser(url);
  return {
    ...{ core, url, member, browser, merchantId: own.merchantId },
    ...{ testShop: own.testShop, liveShop: own.liveShop },
    ...{ otherMerchantId: other.merchantId, otherShop: other.testShop },
    async signedIn(role, merchantId) {
      const person = await member(role, merchantId);
      const fresh = browser();
      const login = { mail: person.mail, password: PASSWORD };
      const answer = await fresh.post('/console/api/session', login);
      if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
      return Object.assign(fresh, { member: person });
    },
    now: () => clock.now,
    pass(span) {
      clock.now = clock.now.add(span);
    },
    async audited(merchantId = own.merchantId) {
      const rows = await core.db.query<{ action: string }>(
        'select action from audit_entry where shop_id = $1 order by seq',
        [merchantId],
      );
      return rows.map(({ action }) => action);
    },
    async close() {
      await api.close();
      await core.db.close();
      await database.drop();
    },
  };
}

async function openMerchant(core: Core, name: string) {
  const by = 'test';
  const merchantId = await createMerchant(core, { name, by });
  const open = (mode: Shop['mode']) => openShop(core, { merchantId, name, mode, by });
  return { merchantId, testShop: await open('test'), liveShop: await open('live') };
}
