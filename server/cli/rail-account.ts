// `rail-account`: contracts with banks and other rails: given to shops, listed, tried. Making one
// is rail-account-config.ts.
import { assignBankRailAccount, type ShopRailAccount } from '../merchants/rail-accounts.ts';
import { THE_RAIL_ACCOUNT, THE_SHOP, theRailAccount, theShop } from './find-tenant.ts';
import { createVerb, setConfigVerb } from './rail-account-config.ts';
import { watchVerbs } from './rail-account-watch.ts';
import { sheet } from './table.ts';
import type { Noun } from './verb.ts';
import { shopNumber, shown, word } from './words.ts';

const PING_TIMEOUT_MS = 30_000;

const accountJson = (account: ShopRailAccount, operator: string) => ({
  id: shown('railAccount', account.id),
  name: account.name,
  rail: account.rail,
  connector: account.connector,
  mode: account.mode,
  operator_shop: operator,
});

export const railAccount: Noun = {
  name: 'rail-account',
  says: { ja: '接続契約（銀行など）', en: 'contracts with rails' },
  verbs: [
    createVerb,
    setConfigVerb,
    {
      name: 'list',
      says: { ja: '接続契約の一覧', en: 'list contracts with rails' },
      example: 'rail-account list',
      async run(session) {
        const core = await session.core();
        const { say } = session;
        const found = await core.railAccounts.list();
        const operators: string[] = [];
        for (const each of found) {
          operators.push(shopNumber(await core.shops.byId(each.operatorShopId)));
        }
        const heads = [
          'ID',
          say('名称', 'Name'),
          say('経路', 'Rail'),
          say('接続方式', 'Connector'),
          say('環境', 'Mode'),
          say('運営者口座', 'Operator'),
        ];
        const rows = found.map((each, index) => [
          shown('railAccount', each.id),
          each.name,
          each.rail,
          each.connector,
          word(session, each.mode),
          operators[index]!,
        ]);
        const data = found.map((each, index) => accountJson(each, operators[index]!));
        return { json: { data }, text: session.table(heads, rows) };
      },
    },
    {
      name: 'assign',
      says: { ja: 'ショップの送金に使う接続契約を決める', en: 'give a shop its contract' },
      example: 'rail-account assign --rail-account rac_… --shop 100001',
      options: [THE_RAIL_ACCOUNT, THE_SHOP],
      async run(session, given) {
        const core = await session.core();
        const shop = await theShop(core, given);
        const { id: railAccountId, name } = await theRailAccount(core, given);
        await assignBankRailAccount(core, { shopId: shop.shopId, railAccountId, by: session.by });
        const number = shopNumber(shop);
        return {
          json: { shop: number, rail_account_id: shown('railAccount', railAccountId) },
          text: session.say(
            `${number} ${shop.name}の送金は${name}から出ます。`,
            `Transfers of ${number} ${shop.name} leave by ${name}.`,
          ),
        };
      },
    },
    {
      name: 'ping',
      says: { ja: '銀行と通信できるか確かめる', en: 'try whether the bank answers' },
      example: 'rail-account ping --rail-account rac_…',
      options: [THE_RAIL_ACCOUNT],
      async run(session, given) {
        const core = await session.core();
        const account = await theRailAccount(core, given);
        const rail = core.rails.get(account.rail);
        if (rail === undefined) throw new Error(`no rail ${account.rail} is wired`);
        const signal = AbortSignal.timeout(PING_TIMEOUT_MS);
        const { ok, detail } = await rail.ping(account, signal);
        const { say } = session;
        const text = sheet([
          [say('結果', 'Answer'), ok ? say('正常', 'fine') : say('応答なし', 'no answer')],
          [say('詳細', 'Detail'), detail],
        ]);
        return { json: { ok, detail }, text, isNegative: !ok };
      },
    },
    ...watchVerbs,
  ],
};
