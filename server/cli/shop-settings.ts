// A shop's settings as they are typed and shown.
import { DEFAULT_LADDER } from '../merchants/reminder-ladder.ts';
import type { Shop } from '../merchants/shop.ts';
import type { ShopSettings } from '../merchants/shop-store.ts';
import { onOff, text, yenAmount } from './read-input.ts';
import { ladder, ladderText } from './reminder-text.ts';
import { money, sheet } from './table.ts';
import type { Given, Option, Session } from './verb.ts';
import { shopNumber, shown, word } from './words.ts';

export const SETTINGS: readonly Option[] = [
  { flags: '--max-remittance <yen>', says: { ja: '1件の上限額', en: 'limit per remittance' } },
  { flags: '--max-day <yen>', says: { ja: '1日の上限額', en: 'limit per day' } },
  {
    flags: '--low-balance <yen|off>',
    says: { ja: '残高通知の基準額', en: 'tell when the balance falls below' },
  },
  {
    flags: '--queueing <on|off>',
    says: { ja: '残高不足の送金を入金待ちにする', en: 'queue remittances for want of balance' },
  },
  {
    flags: '--contact <text>',
    says: { ja: '受取人向けの問い合わせ先', en: 'whom recipients ask' },
  },
  {
    flags: '--reminders <list|none|default>',
    says: {
      ja: '受取URLの催促（例：3:mail,7:sms,end-2:both＝3日目、7日目、期限の2日前）',
      en: 'when recipients of links are reminded, e.g. 3:mail,7:sms,end-2:both',
    },
  },
];

export function settingsFrom(given: Given): Partial<ShopSettings> {
  const maxRemittanceYen = yenAmount(given, 'max-remittance');
  const maxDayYen = yenAmount(given, 'max-day');
  const isOff = text(given, 'low-balance') === 'off';
  const lowBalanceYen = isOff ? null : yenAmount(given, 'low-balance');
  const queuesWithoutFunds = onOff(given, 'queueing');
  const contact = text(given, 'contact');
  const reminders = ladder(given, 'reminders');
  return {
    ...(maxRemittanceYen !== undefined && { maxRemittanceYen }),
    ...(maxDayYen !== undefined && { maxDayYen }),
    ...(lowBalanceYen !== undefined && { lowBalanceYen }),
    ...(queuesWithoutFunds !== undefined && { queuesWithoutFunds }),
    ...(contact !== undefined && { contact }),
    ...(reminders !== undefined && { reminders }),
  };
}

export function shopJson(shop: Shop) {
  return {
    shop_id: shop.shopId,
    number: shopNumber(shop),
    merchant_id: shown('merchant', shop.merchantId),
    name: shop.name,
    mode: shop.mode,
    kind: shop.kind,
    status: shop.status,
    rail_account_id: shop.bankRailAccountId && shown('railAccount', shop.bankRailAccountId),
    max_remittance_yen: shop.maxRemittanceYen,
    max_day_yen: shop.maxDayYen,
    low_balance_yen: shop.lowBalanceYen,
    queues_without_funds: shop.queuesWithoutFunds,
    contact: shop.contact,
    reminders: shop.reminders,
  };
}

function shopText(session: Session, shop: Shop): string {
  const { say } = session;
  const isOn = (on: boolean) => (on ? say('する', 'on') : say('しない', 'off'));
  const railAccountId = shop.bankRailAccountId;
  return sheet([
    [say('ショップ番号', 'Number'), shopNumber(shop)],
    [say('名称', 'Name'), shop.name],
    [say('加盟店', 'Merchant'), shown('merchant', shop.merchantId)],
    [say('環境', 'Mode'), `${word(session, shop.mode)} / ${word(session, shop.kind)}`],
    [say('状態', 'Status'), word(session, shop.status)],
    [
      say('接続契約', 'Rail account'),
      railAccountId === null ? say('なし', 'none') : shown('railAccount', railAccountId),
    ],
    [say('1件の上限（円）', 'Limit per remittance'), money(shop.maxRemittanceYen)],
    [say('1日の上限（円）', 'Limit per day'), money(shop.maxDayYen)],
    [
      say('残高通知（円）', 'Low balance'),
      shop.lowBalanceYen === null ? '-' : money(shop.lowBalanceYen),
    ],
    [say('入金待ちにする', 'Queueing'), isOn(shop.queuesWithoutFunds)],
    [say('問い合わせ先', 'Contact'), shop.contact],
    [
      say('催促', 'Reminders'),
      ladderText(shop.reminders ?? DEFAULT_LADDER) || say('しない', 'none'),
    ],
  ]);
}

export const answerOf = (session: Session, shop: Shop) => ({
  json: shopJson(shop),
  text: shopText(session, shop),
});
