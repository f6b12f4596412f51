// For tests of the deeds: the core on a database of its own, a scripted rail, a clock that stands
// until it is moved, and the worker's handlers run by hand.
import { newKeyring } from '../server/base/crypto.ts';
import { uuidv7 } from '../server/base/ids.ts';
import { yen } from '../server/base/money.ts';
import { createWorker, type Worker } from '../server/base/worker.ts';
import { readConfiguration } from '../server/configuration.ts';
import { type Core, createCore } from '../server/core.ts';
import { balancesOf, post } from '../server/ledger/books.ts';
import { createMerchant, type OpenShopInput, openShop } from '../server/merchants/open-shop.ts';
import { assignBankRailAccount, createRailAccount } from '../server/merchants/rail-accounts.ts';
import type { Shop } from '../server/merchants/shop.ts';
import { checkBankAccount } from '../server/recipients/bank-account.ts';
import { type BatchOptions, instructBatch, type Outcome } from '../server/remittances/instruct.ts';
import type { Instruction } from '../server/remittances/instruction.ts';
import { type Draft, draftOf } from '../server/remittances/prepare.ts';
import type { Remittance } from '../server/remittances/remittance.ts';
import { remittanceById, remittancesWhere } from '../server/remittances/remittance-store.ts';
import type { RemittanceDeps } from '../server/remittances/terms.ts';
import { workHandlers } from '../server/work-handlers.ts';
import { testDatabase } from './database.ts';
import { type ScriptedRail, scriptedRail } from './scripted-rail.ts';

export interface DeedWorld {
  readonly databaseUrl: string;
  readonly core: Core;
  /** With the scripted rail in place of the real one. */
  readonly deps: RemittanceDeps;
  readonly rail: ScriptedRail;
  readonly errors: unknown[];
  readonly logged: string[];
  openShop(settings?: Partial<OpenShopInput>): Promise<DeedShop>;
  now(): Temporal.Instant;
  /** Moves the wall clock, and every shop's with it; runs nothing. */
  moveTo(tokyoTime: string): void;
  /** For the next test with shops of its own: clock, rail, errors and stop switches as at first. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

export interface DeedShop {
  /** As it is now in the database. */
  readonly shop: Shop;
  readonly railAccountId: string;
  fund(amountYen: number): Promise<void>;
  instruct(drafts: readonly Draft[], options?: BatchOptions): Promise<Outcome[]>;
  draft(fields?: Partial<Instruction> & { accountNumber?: string }): Draft;
  /** Instructs one of this amount and answers its id. */
  scheduled(amountYen?: number): Promise<string>;
  remittance(id: string): Promise<Remittance>;
  all(): Promise<Remittance[]>;
  /** Runs what is due, until nothing is. */
  work(): Promise<void>;
  /** Balances that are not zero. */
  balances(): Promise<Record<string, number>>;
  rows<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
}

const START = Temporal.Instant.from('2026-11-24T08:00+09:00');

export async function startDeedWorld(): Promise<DeedWorld> {
  const database = await testDatabase();
  const logged: string[] = [];
  const clock = { now: START };
  const core = coreOn(database.url, { wall: () => clock.now, log: (event) => logged.push(event) });
  const rail = scriptedRail();
  const deps = { ...core.remittances, rails: new Map([[rail.name, rail]]) };
  const errors: unknown[] = [];
  const worker = createWorker({
    db: core.db,
    wall: core.wall,
    handlers: workHandlers({
      ...core,
      remittances: deps,
      recovery: { ...core.recovery, remittances: deps },
    }),
    concurrency: 4,
    onError: (error) => void errors.push(error),
  });
  const merchantId = await createMerchant(core, { name: 'テスト商店', by: 'test' });
  return {
    ...{ databaseUrl: database.url, core, deps, rail, errors, logged },
    now: () => clock.now,
    moveTo(tokyoTime) {
      clock.now = Temporal.Instant.from(`${tokyoTime}+09:00`);
    },
    async reset() {
      clock.now = START;
      rail.reset();
      errors.length = 0;
      logged.length = 0;
      await core.db.run('delete from stop_switch');
      await core.db.run('delete from work');
    },
    async openShop(settings = {}) {
      const input = { merchantId, name: '店', mode: 'test', by: 'test', ...settings } as const;
      const { shopId } = await openShop(core, input);
      const railAccountId = await createRailAccount(core, {
        ...{ rail: 'bank_transfer', connector: 'http', mode: 'test', name: 'bank', by: 'test' },
        config: {},
        operatorShopId: shopId,
      });
      await assignBankRailAccount(core, { shopId, railAccountId, by: 'test' });
      const rule = {
        method: 'bank_transfer',
        sameBank: null,
        fromYen: 1,
        toYen: null,
        feeYen: 150,
      };
      const effectiveFrom = Temporal.PlainDate.from('2020-01-01');
      await core.fees.add(shopId, { effectiveFrom, rules: [rule] }, 'test');
      return deedShop(deps, worker, await core.shops.byId(shopId), railAccountId);
    },
    async close() {
      await worker.stop(1_000);
      await core.db.close();
      await database.drop();
    },
  };
}

export function coreOn(
  databaseUrl: string,
  options: {
    wall: () => Temporal.Instant;
    log?: (event: string) => unknown;
  },
): Core {
  const configuration = readConfiguration({
    DATABASE_URL: databaseUrl,
    KAWASE_KEYRING: JSON.stringify(KEYRING),
    KAWASE_DATABASE_CONNECTIONS: '8',
  });
  return createCore(configuration, {
    wall: options.wall,
    log: (event) => void options.log?.(event),
  });
}

/** One keyring for all cores of a test: several of them stand for several processes. */
const KEYRING = newKeyring();

export function deedShop(
  deps: RemittanceDeps,
  worker: Worker,
  shop: Shop,
  railAccountId: string,
): DeedShop {
  const { shopId } = shop;
  const { db } = deps.deeds;
  const current = () => deps.shops.byId(shopId);
  const draft: DeedShop['draft'] = (fields = {}) =>
    draftOf(deps, shopId, instructionOf(deps, fields));
  const instruct: DeedShop['instruct'] = async (drafts, options) =>
    instructBatch(deps, await current(), drafts, options);
  return {
    ...{ shop, railAccountId, draft, instruct },
    async fund(amountYen) {
      await deps.deeds.run(shopId, (tx) =>
        post(tx, [
          {
            ...{ from: `cash:${railAccountId}`, to: 'available', amountYen: yen(amountYen) },
            ...{ cause: 'deposit', causeId: uuidv7() },
          },
        ]),
      );
    },
    async scheduled(amountYen = 1_000) {
      const [outcome] = await instruct([draft({ amountYen: yen(amountYen) })]);
      if (outcome?.kind !== 'created') throw new Error(`not created: ${JSON.stringify(outcome)}`);
      return outcome.remittanceId;
    },
    async remittance(id) {
      const found = await remittanceById(db, shopId, id);
      if (found === undefined) throw new Error('no such remittance');
      return found;
    },
    all: () => remittancesWhere(db, shopId, 'order by remittance_id', []),
    work: async () => void (await worker.drainShop(shopId)),
    async balances() {
      const all = [...(await balancesOf(db, shopId))].filter(([, balance]) => balance !== 0);
      return Object.fromEntries(
        all.map(([account, balance]) => [account.replace(`:${railAccountId}`, ''), balance]),
      );
    },
    rows: (sql, values = []) => db.query(sql, [shopId, ...values]),
  };
}

let references = 0;

function instructionOf(
  deps: RemittanceDeps,
  { accountNumber = '1234567', ...fields }: Partial<Instruction> & { accountNumber?: string },
): Instruction {
  const given = {
    ...{ bank_code: '0005', branch_code: '001', account_type: 'ordinary' },
    ...{ account_number: accountNumber, account_holder: 'ヤマダ タロウ' },
  };
  const check = { directory: deps.directory, today: '2026-11-24' };
  const { account, problems } = checkBankAccount(given, check);
  if (account === null) throw new Error(JSON.stringify(problems));
  references += 1;
  return {
    reference: `ref-${references}`,
    amountYen: yen(1_000),
    destination: { type: 'bank_account', account, saveAs: null },
    description: '',
    metadata: {},
    scheduledFor: null,
    holidayRule: 'next_business_day',
    ...fields,
  };
}

/** What must hold of a shop whatever happened: to be called at the end of every test of money. */
export async function findFaults(shop: Pick<DeedShop, 'rows'>): Promise<string[]> {
  const faults: string[] = [];
  const [sum] = await shop.rows<{ total: number; moved: number }>(
    `select coalesce(sum(balance_yen), 0) as total,
       (select count(*) from ledger_account a where a.shop_id = $1 and a.balance_yen <>
         (select coalesce(sum(case when credit_account = a.account then amount_yen else -amount_yen
            end), 0) from ledger_transfer t where t.shop_id = $1
            and a.account in (t.credit_account, t.debit_account))) as moved
     from ledger_account where shop_id = $1`,
  );
  if (sum!.total !== 0) faults.push(`the ledger sums to ${sum!.total}`);
  if (sum!.moved !== 0) faults.push('a balance is not the sum of its transfers');
  const [held] = await shop.rows<{ reserved: number; flying: number; r: number; f: number }>(
    `select coalesce(sum(amount_yen) filter (where status in
         ('scheduled', 'awaiting_approval', 'awaiting_recipient')), 0) as reserved,
       coalesce(sum(amount_yen - case when status = 'receivable' then coalesce(received_yen, 0)
         else 0 end) filter (where status in ('processing', 'receivable')), 0) as flying,
       (select balance_yen from ledger_account where shop_id = $1 and account = 'reserved') as r,
       (select coalesce(sum(balance_yen), 0) from ledger_account
        where shop_id = $1 and account like 'in\\_flight:%') as f
     from remittance where shop_id = $1`,
  );
  if (held!.reserved !== held!.r)
    faults.push(`reserved ${held!.r}, held by remittances ${held!.reserved}`);
  if (held!.flying !== held!.f) faults.push(`in flight ${held!.f}, under way ${held!.flying}`);
  const gaps = await shop.rows(
    `select object_id from event where shop_id = $1 group by object_id
     having max(object_sequence) <> count(*) or min(object_sequence) <> 1`,
  );
  if (gaps.length > 0) faults.push(`${gaps.length} objects have gaps in their events`);
  const [seq] = await shop.rows<{ n: number; last: number; head: number }>(
    `select count(*) as n, coalesce(max(seq), 0) as last,
       (select event_seq from shop_head where shop_id = $1) as head
     from event where shop_id = $1`,
  );
  if (seq!.n !== seq!.last || seq!.last !== seq!.head) faults.push('events have gaps');
  const behind = await shop.rows(
    `select remittance_id from remittance r where shop_id = $1 and event_sequence <>
       (select count(*) from event e where e.shop_id = $1 and e.object_id = r.remittance_id)`,
  );
  if (behind.length > 0) faults.push(`${behind.length} remittances changed without an event`);
  return faults;
}
