// `shop`: a merchant's unit of balance, keys and limits.
import { balancesOf } from '../ledger/books.ts';
import { type OpenShopInput, openShop, updateSettings } from '../merchants/open-shop.ts';
import type { Shop } from '../merchants/shop.ts';
import type { ShopSettings } from '../merchants/shop-store.ts';
import { allShops, theShop } from './find-tenant.ts';
import { choice, needed, onOff, text, yenAmount } from './read-input.ts';
import { money, sheet, table } from './table.ts';
import { type Given, type Noun, type Option, type Session, UsageError } from './verb.ts';
import { readId, shopNumber, shown, word } from './words.ts';

const SHOP_ARGUMENT: Option = {
  flags: '--shop <number>',
  says: { ja: 'ショップ番号（6桁）', en: 'number of the shop (6 digits)' },
  isRequired: true,
};

const SETTINGS: readonly Option[] = [
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
];

function settingsFrom(given: Given): Partial<ShopSettings> {
  const maxRemittanceYen = yenAmount(given, 'max-remittance');
  const maxDayYen = yenAmount(given, 'max-day');
  const isOff = text(given, 'low-balance') === 'off';
  const lowBalanceYen = isOff ? null : yenAmount(given, 'low-balance');
  const queuesWithoutFunds = onOff(given, 'queueing');
  const contact = text(given, 'contact');
  return {
    ...(maxRemittanceYen !== undefined && { maxRemittanceYen }),
    ...(maxDayYen !== undefined && { maxDayYen }),
    ...(lowBalanceYen !== undefined && { lowBalanceYen }),
    ...(queuesWithoutFunds !== undefined && { queuesWithoutFunds }),
    ...(contact !== undefined && { contact }),
  };
}

function shopJson(shop: Shop) {
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
  ]);
}

const answerOf = (session: Session, shop: Shop) => ({
  json: shopJson(shop),
  text: shopText(session, shop),
});

export const shop: Noun = {
  name: 'shop',
  says: { ja: 'ショップ', en: 'shops' },
  verbs: [
    {
      name: 'create',
      says: { ja: 'ショップを開設する', en: 'open a shop' },
      example: 'shop create --merchant mer_… --name 一号店 --mode live --max-day 5000000',
      options: [
        {
          flags: '--merchant <id>',
          says: { ja: '加盟店ID（mer_…）', en: 'ID of the merchant (mer_…)' },
          isRequired: true,
        },
        { flags: '--name <name>', says: { ja: '名称', en: 'its name' }, isRequired: true },
        {
          flags: '--mode <test|live>',
          says: { ja: 'テストか本番か', en: 'test or live' },
          isRequired: true,
        },
        {
          flags: '--operator',
          says: {
            ja: '運営者自身の口座とする（照合待ちの入金を持つ）',
            en: "the operator's own tenant, which holds unmatched deposits",
          },
        },
        { flags: '--number <number>', says: { ja: '番号を指定する', en: 'choose its number' } },
        ...SETTINGS,
      ],
      async run(session, given) {
        const core = await session.core();
        const number = yenAmount(given, 'number');
        const input: OpenShopInput = {
          merchantId: readId('merchant', needed(given, 'merchant')),
          name: needed(given, 'name'),
          mode: choice(given, 'mode', ['test', 'live']) ?? 'test',
          kind: given.options.operator === true ? 'operator' : 'shop',
          ...(number !== undefined && { number }),
          ...settingsFrom(given),
          by: session.by,
        };
        return answerOf(session, await openShop(core, input));
      },
    },
    {
      name: 'list',
      says: { ja: 'ショップの一覧と残高', en: 'list shops with their balances' },
      example: 'shop list',
      async run(session) {
        const core = await session.core();
        const { say } = session;
        const found = await Array.fromAsync(allShops(core));
        const available = async ({ shopId }: Shop) =>
          (await balancesOf(core.db, shopId)).get('available') ?? 0;
        const balances: number[] = [];
        for (const each of found) balances.push(await available(each));
        const rows = found.map((each, index) => [
          shopNumber(each),
          each.name,
          word(session, each.mode),
          word(session, each.kind),
          word(session, each.status),
          money(balances[index]!),
        ]);
        const heads = [
          say('番号', 'Number'),
          say('名称', 'Name'),
          say('環境', 'Mode'),
          say('種類', 'Kind'),
          say('状態', 'Status'),
          say('利用可能額（円）>', 'Available (yen)>'),
        ];
        const data = found.map((each, index) => ({
          ...shopJson(each),
          available_yen: balances[index],
        }));
        return { json: { data }, text: table(heads, rows) };
      },
    },
    {
      name: 'show',
      says: { ja: 'ショップの設定と残高', en: 'show a shop, its settings and balances' },
      example: 'shop show --shop 100001',
      options: [SHOP_ARGUMENT],
      async run(session, given) {
        const core = await session.core();
        const found = await theShop(core, given);
        const balances = await balancesOf(core.db, found.shopId);
        const rows = [...balances].sort().map(([account, yen]) => [account, money(yen)]);
        const heads = [session.say('勘定', 'Ledger account'), session.say('残高（円）>', 'Yen>')];
        const { json, text: settings } = answerOf(session, found);
        return {
          json: { ...json, balances: Object.fromEntries(balances) },
          text: `${settings}\n\n${table(heads, rows)}`,
        };
      },
    },
    {
      name: 'set',
      says: { ja: 'ショップの設定を変える', en: "change a shop's settings" },
      example: 'shop set --shop 100001 --low-balance 300000 --queueing on',
      options: [
        SHOP_ARGUMENT,
        { flags: '--name <name>', says: { ja: '名称', en: 'its name' } },
        {
          flags: '--status <open|closing>',
          says: {
            ja: '状態（closing＝新しい送金を受けない）',
            en: 'closing takes no instructions',
          },
        },
        ...SETTINGS,
      ],
      async run(session, given) {
        const core = await session.core();
        const name = text(given, 'name');
        const status = choice(given, 'status', ['open', 'closing'] as const);
        const changes = {
          ...settingsFrom(given),
          ...(name !== undefined && { name }),
          ...(status !== undefined && { status }),
        };
        if (Object.keys(changes).length === 0) {
          throw new UsageError('変更する項目を指定してください。', 'Say what is to change.');
        }
        const { shopId } = await theShop(core, given);
        return answerOf(session, await updateSettings(core, shopId, changes, session.by));
      },
    },
  ],
};
