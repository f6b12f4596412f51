// `shop`: a merchant's unit of balance, keys and limits.
import { balancesOf } from '../ledger/books.ts';
import { type OpenShopInput, openShop, updateSettings } from '../merchants/open-shop.ts';
import type { Shop } from '../merchants/shop.ts';
import { allShops, THE_SHOP, theShop } from './find-tenant.ts';
import { choice, needed, text, yenAmount } from './read-input.ts';
import { setMethodVerb } from './shop-method.ts';
import { answerOf, SETTINGS, settingsFrom, shopJson } from './shop-settings.ts';
import { money } from './table.ts';
import { type Noun, UsageError } from './verb.ts';
import { readId, shopNumber, word } from './words.ts';

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
        return { json: { data }, text: session.table(heads, rows) };
      },
    },
    {
      name: 'show',
      says: { ja: 'ショップの設定と残高', en: 'show a shop, its settings and balances' },
      example: 'shop show --shop 100001',
      options: [THE_SHOP],
      async run(session, given) {
        const core = await session.core();
        const found = await theShop(core, given);
        const balances = await balancesOf(core.db, found.shopId);
        const rows = [...balances].sort().map(([account, yen]) => [account, money(yen)]);
        const heads = [session.say('勘定', 'Ledger account'), session.say('残高（円）>', 'Yen>')];
        const { json, text: settings } = answerOf(session, found);
        return {
          json: { ...json, balances: Object.fromEntries(balances) },
          text: `${settings}\n\n${session.table(heads, rows)}`,
        };
      },
    },
    {
      name: 'set',
      says: { ja: 'ショップの設定を変える', en: "change a shop's settings" },
      example: 'shop set --shop 100001 --low-balance 300000 --queueing on',
      options: [
        THE_SHOP,
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
    setMethodVerb,
  ],
};
