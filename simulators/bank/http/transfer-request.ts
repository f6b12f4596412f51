// Checks a transfer or bulk transfer request against the rules of the wire and turns it into an
// order. Nothing is taken here; see transfers.ts.

import type { Bank } from '../bank.ts';
import { openDayFrom } from '../bank-calendar.ts';
import type { PaymentRequest, World } from '../books.ts';
import { REFUSED_ACCOUNT } from '../reasons.ts';
import { dateOf, isDate, minuteOf, plusDays } from '../tokyo-time.ts';
import { wrongAccount } from './query.ts';
import type { Detail, Reply } from './reply.ts';
import { refuse, refused } from './reply.ts';

export type Kind = 'transfer' | 'bulk';

export interface CheckedRequest {
  readonly remitterName: string;
  readonly transferDataName: string | null;
  readonly comment: string | null;
  readonly transferDate: string;
  readonly items: readonly PaymentRequest[];
}

type Fields = Readonly<Record<string, unknown>>;

const ITEMS_MAX: Readonly<Record<Kind, number>> = { transfer: 99, bulk: 9_999 };
const AMOUNT_MAX = 9_999_999_999;
const TOTAL_MAX = 999_999_999_999;
const DAYS_AHEAD_MAX = 366;
const DETAILS_MAX = 100;
const NAME = /^[ｱ-ﾝﾞﾟA-Z0-9 ().-]+$/;
const EDI = /^[ｦｱ-ﾝﾞﾟA-Z0-9 \\｢｣()\-/.]{0,20}$/;
const SMALL_KANA: Readonly<Record<string, string>> = {
  ｧ: 'ｱ',
  ｨ: 'ｲ',
  ｩ: 'ｳ',
  ｪ: 'ｴ',
  ｫ: 'ｵ',
  ｬ: 'ﾔ',
  ｭ: 'ﾕ',
  ｮ: 'ﾖ',
  ｯ: 'ﾂ',
  ｰ: '-',
};
/** Kept as sent and shown again; never used. */
const KEPT_FIELDS = [
  'beneficiaryBankName',
  'beneficiaryBranchName',
  'clearingHouseName',
  'newCode',
  'transferDesignatedType',
  'identification',
] as const;

export function isChecked(value: CheckedRequest | Reply): value is CheckedRequest {
  return 'items' in value;
}

export function checkRequest(
  bank: Bank,
  world: World,
  kind: Kind,
  body: unknown,
): CheckedRequest | Reply {
  if (!isFields(body)) return refuse('E002', 'body: a JSON object');
  const wrong = wrongAccount(world, body.accountId);
  if (wrong) return wrong;
  const list = body[kind === 'bulk' ? 'bulkTransfers' : 'transfers'];
  if (!Array.isArray(list) || list.length === 0) return refuse('E001', 'transfers: missing');
  if (list.length > ITEMS_MAX[kind]) return refuse('E003', 'transfers: too many items');
  const date = transferDate(bank, world, body);
  if (typeof date !== 'string') return date;
  const remitter = remitterName(world, body.remitterName);
  if (remitter === undefined) return refuse('E002', 'remitterName: characters');
  const { items, details } = checkItems(kind, list);
  if (details.length > 0) return refused(details);
  const disagreement = checkTotals(kind, body, items);
  if (disagreement) return disagreement;
  return {
    remitterName: remitter,
    transferDataName: shortText(body.transferDataName, 40),
    comment: shortText(body.applyComment, 40),
    transferDate: date,
    items,
  };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shortText(value: unknown, length: number): string | null {
  return typeof value === 'string' && value !== '' ? value.slice(0, length) : null;
}

/** What the bank itself converts; undefined when other characters remain. */
export function bankName(value: unknown, bytes: number): string | undefined {
  if (typeof value !== 'string') return undefined;
  const converted = value.toUpperCase().replace(/[ｧ-ｰ]/g, (kana) => SMALL_KANA[kana] ?? kana);
  const cut = converted.slice(0, bytes).trim();
  return NAME.test(cut) ? cut : undefined;
}

function remitterName(world: World, value: unknown): string | undefined {
  return value === undefined ? world.holderNameKana : bankName(value, 40);
}

function transferDate(bank: Bank, world: World, body: Fields): string | Reply {
  const { transferDesignatedDate: asked, transferDateHolidayCode: rule = '1' } = body;
  if (!isDate(asked)) return refuse('E002', 'transferDesignatedDate: YYYY-MM-DD');
  if (rule !== '1' && rule !== '2' && rule !== '3') {
    return refuse('E002', 'transferDateHolidayCode: 1, 2 or 3');
  }
  const now = bank.now(world);
  const today = dateOf(now);
  if (asked < today || asked > plusDays(today, DAYS_AHEAD_MAX)) {
    return refuse('E005', 'transferDesignatedDate: in the past or too far ahead');
  }
  const open = bank.calendar.isOpen(asked);
  if (!open && rule === '3') return refuse('E005', 'transferDesignatedDate: a closed day');
  const date = openDayFrom(bank.calendar, asked, rule === '2' ? -1 : 1);
  if (date < today || (date === today && minuteOf(now) >= world.settings.closesAt)) {
    return refuse('E005', 'transferDesignatedDate: closed for that day');
  }
  return date;
}

function checkItems(
  kind: Kind,
  list: readonly unknown[],
): { items: PaymentRequest[]; details: Detail[] } {
  const items: PaymentRequest[] = [];
  const details: Detail[] = [];
  const seen = new Set<number>();
  for (const [index, given] of list.entries()) {
    const place = String(index + 1);
    const item = isFields(given) ? checkItem(kind, given, index, list.length) : 'E002 item: object';
    if (typeof item === 'string') {
      details.push({
        code: item.slice(0, 4) as Detail['code'],
        message: item.slice(5),
        itemId: place,
      });
    } else if (seen.has(item.itemNumber)) {
      details.push({ code: 'E003', message: 'itemId: twice', itemId: place });
    } else {
      seen.add(item.itemNumber);
      items.push(item);
    }
    if (details.length >= DETAILS_MAX) break;
  }
  return { items, details };
}

/** The item, or what is wrong with it: a detail code, a space, a sentence. */
function checkItem(
  kind: Kind,
  item: Fields,
  index: number,
  count: number,
): PaymentRequest | string {
  const matches = (name: string, pattern: RegExp): boolean =>
    typeof item[name] === 'string' && pattern.test(item[name]);
  const itemId = item.itemId ?? (kind === 'transfer' && count === 1 ? '1' : undefined);
  if (itemId === undefined) return 'E001 itemId: missing';
  if (typeof itemId !== 'string' || !/^[1-9]\d{0,3}$/.test(itemId)) return 'E002 itemId: 1 to 9999';
  if (kind === 'transfer' && Number(itemId) !== index + 1) return 'E003 itemId: 1, 2, 3 in order';
  if (!matches('transferAmount', /^[1-9]\d{0,9}$/)) return 'E003 transferAmount: 1 to 9999999999';
  if (!matches('beneficiaryBankCode', /^\d{4}$/)) return 'E002 beneficiaryBankCode: 4 digits';
  if (!matches('beneficiaryBranchCode', /^\d{3}$/)) return 'E002 beneficiaryBranchCode: 3 digits';
  if (!matches('accountTypeCode', /^[1249]$/)) return 'E002 accountTypeCode: 1, 2, 4 or 9';
  if (!matches('accountNumber', /^\d{7}$/)) return 'E002 accountNumber: 7 digits';
  const beneficiaryName = bankName(item.beneficiaryName, 30);
  if (beneficiaryName === undefined) return 'E002 beneficiaryName: characters';
  const ediInfo = item.ediInfo ?? '';
  if (typeof ediInfo !== 'string' || !EDI.test(ediInfo)) return 'E002 ediInfo: characters';
  const amountYen = Number(item.transferAmount);
  if (amountYen > AMOUNT_MAX) return 'E003 transferAmount: 1 to 9999999999';
  if (item.accountNumber === REFUSED_ACCOUNT) return 'E101 accountNumber: cannot be paid';
  const extra: Record<string, string> = {};
  for (const name of KEPT_FIELDS) {
    const value = item[name];
    if (typeof value === 'string' && value !== '') extra[name] = value.slice(0, 40);
  }
  return {
    itemNumber: Number(itemId),
    ediInfo,
    amountYen,
    bankCode: item.beneficiaryBankCode as string,
    branchCode: item.beneficiaryBranchCode as string,
    accountTypeCode: item.accountTypeCode as string,
    accountNumber: item.accountNumber as string,
    beneficiaryName,
    extra,
  };
}

function checkTotals(
  kind: Kind,
  body: Fields,
  items: readonly PaymentRequest[],
): Reply | undefined {
  const totalYen = items.reduce((sum, { amountYen }) => sum + amountYen, 0);
  if (totalYen > TOTAL_MAX) return refuse('E003', 'totalAmount: too large');
  const required = kind === 'bulk' || items.length > 1;
  for (const [name, value] of [
    ['totalCount', items.length],
    ['totalAmount', totalYen],
  ] as const) {
    const stated = body[name];
    if (stated === undefined) {
      if (required) return refuse('E001', `${name}: missing`);
    } else if (stated !== String(value)) return refuse('E004', `${name}: does not agree`);
  }
  return undefined;
}
