// `rail-account create` and `set-config`: configurations are checked by the rail that will read
// them, before they are kept.
import { Refusal } from '../base/refusal.ts';
import type { Core } from '../core.ts';
import { startPolling } from '../funds/polling-deps.ts';
import { createRailAccount, updateRailAccountConfig } from '../merchants/rail-accounts.ts';
import type { RailAccount } from '../rails/rail.ts';
import { watchRail } from '../remittances/watch-rails.ts';
import { shopBy, THE_RAIL_ACCOUNT, theRailAccount } from './find-tenant.ts';
import { choice, jsonFile, needed } from './read-input.ts';
import type { Option, Verb } from './verb.ts';
import { shown } from './words.ts';

const CONFIG: Option = {
  flags: '--config <path>',
  says: {
    ja: '接続設定のJSONファイル（保存後は暗号化される）',
    en: 'file of JSON with the configuration; kept encrypted',
  },
  isRequired: true,
};

/**
 * The rail reads it as it will when money moves; what it objects to is told before anything is
 * kept.
 */
async function checkConfig(core: Core, rail: string, account: RailAccount): Promise<void> {
  const found = core.rails.get(rail);
  if (found === undefined) throw new Error(`no rail ${rail} is wired`);
  try {
    found.traits(account);
    found.timing(account, core.remittances.calendar);
    await found.prepare?.(account);
  } catch (error) {
    const { message } = error as Error;
    throw new Refusal('rail_config_invalid', {
      ja: `接続設定に誤りがあります：${message}`,
      en: `The configuration has a fault: ${message}`,
    });
  }
}

export const createVerb: Verb = {
  name: 'create',
  says: { ja: '接続契約を登録する', en: 'enter a contract with a bank or another rail' },
  example:
    'rail-account create --connector file --mode live --name 見本銀行 ' +
    '--operator 100001 --config bank.json',
  options: [
    {
      flags: '--rail <name>',
      says: {
        ja: '送金経路（bank_transfer、seven_atm、amazon_gift、au_payなど。省略時は銀行振込）',
        en: 'the rail (bank_transfer, seven_atm, amazon_gift, au_pay …); bank transfer if left out',
      },
    },
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
    const rail = choice(given, 'rail', [...core.rails.keys()]) ?? 'bank_transfer';
    await checkConfig(core, rail, { id: 'new', connector, mode, config });
    const operatorShopId = (await shopBy(core, needed(given, 'operator'))).shopId;
    const input = { rail, connector, mode, config, operatorShopId, by: session.by };
    const made = await createRailAccount(core, { ...input, name: needed(given, 'name') });
    await startPolling(core.polling, made);
    await watchRail(core, made);
    const id = shown('railAccount', made);
    return { json: { id }, text: session.say(`登録しました：${id}`, `Entered: ${id}`) };
  },
};

export const setConfigVerb: Verb = {
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
    await checkConfig(core, account.rail, { ...account, config });
    const input = { railAccountId: account.id, config, by: session.by };
    await updateRailAccountConfig(core, input);
    const id = shown('railAccount', account.id);
    return { json: { id }, text: session.say(`入れ替えました：${id}`, `Replaced: ${id}`) };
  },
};
