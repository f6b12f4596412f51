// `rail-account`: contracts with banks and other rails: made, given to shops, tried.
import { Refusal } from '../base/refusal.ts';
import type { Core } from '../core.ts';
import { startPolling } from '../funds/polling-deps.ts';
import {
  assignBankRailAccount,
  createRailAccount,
  type ShopRailAccount,
  updateRailAccountConfig,
} from '../merchants/rail-accounts.ts';
import type { RailAccount } from '../rails/rail.ts';
import { shopBy, THE_RAIL_ACCOUNT, THE_SHOP, theRailAccount, theShop } from './find-tenant.ts';
import { choice, jsonFile, needed } from './read-input.ts';
import { sheet, table } from './table.ts';
import type { Noun, Option } from './verb.ts';
import { shopNumber, shown, word } from './words.ts';

const RAIL = 'bank_transfer';
const PING_TIMEOUT_MS = 30_000;

const CONFIG: Option = {
  flags: '--config <path>',
  says: {
    ja: '接続設定のJSONファイル（保存後は暗号化される）',
    en: 'file of JSON with the configuration; kept encrypted',
  },
  isRequired: true,
};

/** The rail reads it as it will when money moves; what it objects to is told before anything is kept. */
function checkConfig(core: Core, rail: string, account: RailAccount): void {
  const found = core.rails.get(rail);
  if (found === undefined) throw new Error(`no rail ${rail} is wired`);
  try {
    found.traits(account);
    found.timing(account, core.remittances.calendar);
  } catch (error) {
    const { message } = error as Error;
    throw new Refusal('rail_config_invalid', {
      ja: `接続設定に誤りがあります：${message}`,
      en: `The configuration has a fault: ${message}`,
    });
  }
}

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
    {
      name: 'create',
      says: { ja: '接続契約を登録する', en: 'enter a contract with a bank' },
      example:
        'rail-account create --connector file --mode live --name 見本銀行 --operator 100000 --config bank.json',
      options: [
        {
          flags: '--connector <file|http>',
          says: { ja: '接続方式', en: 'how it is spoken to' },
          isRequired: true,
        },
        { flags: '--mode <test|live>', says: { ja: '環境', en: 'mode' }, isRequired: true },
        { flags: '--name <name>', says: { ja: '名称', en: 'its name' }, isRequired: true },
        {
          flags: '--operator <number>',
          says: {
            ja: '運営者口座のショップ番号（照合待ちの入金を持つ）',
            en: "number of the operator's tenant, which holds unmatched deposits",
          },
          isRequired: true,
        },
        CONFIG,
      ],
      async run(session, given) {
        const core = await session.core();
        const connector = choice(given, 'connector', ['file', 'http']) ?? 'file';
        const mode = choice(given, 'mode', ['test', 'live'] as const) ?? 'test';
        const config = jsonFile(needed(given, 'config'));
        checkConfig(core, RAIL, { id: 'new', connector, mode, config });
        const operatorShopId = (await shopBy(core, needed(given, 'operator'))).shopId;
        const input = { rail: RAIL, connector, mode, config, operatorShopId, by: session.by };
        const made = await createRailAccount(core, { ...input, name: needed(given, 'name') });
        await startPolling(core.polling, made);
        const id = shown('railAccount', made);
        return { json: { id }, text: session.say(`登録しました：${id}`, `Entered: ${id}`) };
      },
    },
    {
      name: 'set-config',
      says: { ja: '接続設定を入れ替える', en: 'replace the configuration' },
      example: 'rail-account set-config --rail-account rac_… --config bank.json',
      options: [THE_RAIL_ACCOUNT, CONFIG],
      confirm: {
        ja: '以後の送金はこの設定で行われます。入れ替えますか？',
        en: 'Money will leave by this configuration from now on. Replace it?',
      },
      async run(session, given) {
        const core = await session.core();
        const account = await theRailAccount(core, given);
        const config = jsonFile(needed(given, 'config'));
        checkConfig(core, account.rail, { ...account, config });
        const input = { railAccountId: account.id, config, by: session.by };
        await updateRailAccountConfig(core, input);
        const id = shown('railAccount', account.id);
        return { json: { id }, text: session.say(`入れ替えました：${id}`, `Replaced: ${id}`) };
      },
    },
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
        return { json: { data }, text: table(heads, rows) };
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
  ],
};
