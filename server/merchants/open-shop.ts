// Deeds: a merchant is entered, a shop of it is opened (row, head, ledger accounts) and its
// settings are changed. Keys are in api-keys.ts, contracts with rails in rail-accounts.ts.
import type { WallClock } from '../base/clock.ts';
import { type Database, type Sql, violatedConstraint } from '../base/database.ts';
import { openHead } from '../base/deed.ts';
import { uuidv7 } from '../base/ids.ts';
import { SECOND_TYPE_LIMIT_YEN, yen } from '../base/money.ts';
import { openAccounts } from '../ledger/books.ts';
import { SHOP_ACCOUNTS } from '../ledger/transfer.ts';
import type { Audit } from './audit.ts';
import { merchantUnknown, settingsInvalid, shopNumberTaken, shopUnknown } from './refusals.ts';
import type { ReminderLadder } from './reminder-ladder.ts';
import type { Shop } from './shop.ts';
import {
  insertMerchant,
  insertShop,
  nextShopNumber,
  type ShopSettings,
  selectShopForUpdate,
  updateShop,
} from './shop-store.ts';
import type { Shops } from './shops.ts';

export interface MerchantDeps {
  readonly db: Database;
  readonly wall: WallClock;
  readonly audit?: Audit;
  /**
   * Told of changes, so that this process sees them at once; others see them within its cache's
   * second.
   */
  readonly shops?: Pick<Shops, 'invalidate'>;
}

const FIRST_NUMBER = 100_001;
const MAX_NUMBER_TRIES = 5;

export async function createMerchant(
  deps: MerchantDeps,
  input: { readonly name: string; readonly nameKana?: string; readonly by: string },
): Promise<string> {
  const merchantId = uuidv7(deps.wall().epochMilliseconds);
  await deps.db.transaction(async (tx) => {
    await insertMerchant(tx, { merchantId, name: input.name, nameKana: input.nameKana ?? '' });
    // What concerns the merchant as a whole, its members first, are deeds on a head of its own.
    await openHead(tx, merchantId);
    await deps.audit?.(tx, {
      shopId: null,
      by: input.by,
      action: 'merchant.created',
      subject: merchantId,
      data: { name: input.name },
    });
  });
  return merchantId;
}

export interface OpenShopInput {
  readonly merchantId: string;
  readonly name: string;
  readonly mode: Shop['mode'];
  readonly kind?: Shop['kind'];
  /** Six digits at most; the next free one where left out. */
  readonly number?: number;
  readonly maxRemittanceYen?: number;
  readonly maxDayYen?: number;
  readonly lowBalanceYen?: number | null;
  readonly queuesWithoutFunds?: boolean;
  readonly contact?: string;
  readonly reminders?: ReminderLadder | null;
  readonly by: string;
}

/** Opens a shop with no balance and no contract. Refuses an unknown merchant or a number in use. */
export async function openShop(deps: MerchantDeps, input: OpenShopInput): Promise<Shop> {
  const base: Omit<Shop, 'number'> = {
    shopId: uuidv7(deps.wall().epochMilliseconds),
    merchantId: input.merchantId,
    name: input.name,
    mode: input.mode,
    kind: input.kind ?? 'shop',
    status: 'open',
    bankRailAccountId: null,
    maxRemittanceYen: yen(input.maxRemittanceYen ?? SECOND_TYPE_LIMIT_YEN),
    maxDayYen: yen(input.maxDayYen ?? 1_000_000_000),
    lowBalanceYen: input.lowBalanceYen == null ? null : yen(input.lowBalanceYen),
    queuesWithoutFunds: input.queuesWithoutFunds ?? false,
    contact: input.contact ?? '',
    reminders: input.reminders ?? null,
    returnSecretVersion: 1,
    formerReturnSecretEndsAt: null,
  };
  requireValid(base);
  for (let attempt = 1; ; attempt++) {
    const number = input.number ?? (await nextShopNumber(deps.db, FIRST_NUMBER));
    try {
      return await openNumbered(deps, { ...base, number }, input.by);
    } catch (error) {
      const constraint = violatedConstraint(error);
      if (constraint === 'shop_merchant_id_fkey') throw merchantUnknown();
      if (constraint !== 'shop_number_key') throw error;
      if (input.number !== undefined || attempt >= MAX_NUMBER_TRIES) throw shopNumberTaken();
    }
  }
}

async function openNumbered(deps: MerchantDeps, shop: Shop, by: string): Promise<Shop> {
  await deps.db.transaction(async (tx) => {
    await insertShop(tx, shop);
    await openHead(tx, shop.shopId);
    await openAccounts(tx, shop.shopId, [...SHOP_ACCOUNTS, 'in_flight:bank_transfer']);
    await deps.audit?.(tx, {
      shopId: shop.shopId,
      by,
      action: 'shop.opened',
      subject: shop.shopId,
      data: { number: shop.number, mode: shop.mode, kind: shop.kind, name: shop.name },
    });
  });
  deps.shops?.invalidate(shop.shopId);
  return shop;
}

/** Changes the settings that are given; the audit entry tells them before and after. */
export async function updateSettings(
  deps: MerchantDeps,
  shopId: string,
  changes: Partial<ShopSettings>,
  by: string,
): Promise<Shop> {
  const changed = await deps.db.transaction(async (tx) => {
    const before = await requireShop(tx, shopId);
    const settings = { ...settingsOf(before), ...changes };
    requireValid(settings);
    await updateShop(tx, shopId, settings);
    const keys = Object.keys(changes) as (keyof ShopSettings)[];
    const pairs = keys.map((key) => [key, [before[key], settings[key]]]);
    await deps.audit?.(tx, {
      shopId,
      by,
      action: 'shop.settings_changed',
      subject: shopId,
      data: Object.fromEntries(pairs),
    });
    return {
      ...before,
      ...settings,
      maxRemittanceYen: yen(settings.maxRemittanceYen),
      maxDayYen: yen(settings.maxDayYen),
      lowBalanceYen: settings.lowBalanceYen === null ? null : yen(settings.lowBalanceYen),
    };
  });
  deps.shops?.invalidate(shopId);
  return changed;
}

async function requireShop(sql: Sql, shopId: string): Promise<Shop> {
  const shop = await selectShopForUpdate(sql, shopId);
  if (shop === undefined) throw shopUnknown();
  return shop;
}

function settingsOf(shop: Shop): ShopSettings {
  const { name, status, maxRemittanceYen, maxDayYen, lowBalanceYen } = shop;
  const { queuesWithoutFunds, contact, reminders } = shop;
  return {
    name,
    status,
    maxRemittanceYen,
    maxDayYen,
    lowBalanceYen,
    queuesWithoutFunds,
    contact,
    reminders,
  };
}

function requireValid(limits: {
  readonly maxRemittanceYen: number;
  readonly maxDayYen: number;
  readonly lowBalanceYen: number | null;
}): void {
  const { maxRemittanceYen, maxDayYen } = limits;
  const lowBalanceYen = limits.lowBalanceYen ?? 0;
  const whole = [maxRemittanceYen, maxDayYen, lowBalanceYen].every(Number.isSafeInteger);
  const inRange = maxRemittanceYen >= 1 && maxRemittanceYen <= SECOND_TYPE_LIMIT_YEN;
  if (!whole || !inRange || maxDayYen < 0 || lowBalanceYen < 0) throw settingsInvalid();
}
