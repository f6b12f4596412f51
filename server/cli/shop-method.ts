// `shop set-method`: a receiving method beside bank transfers put into a contract, or changed.
import { setShopMethod } from '../merchants/shop-methods.ts';
import { THE_RAIL_ACCOUNT, THE_SHOP, theRailAccount, theShop } from './find-tenant.ts';
import { choice, yenAmount } from './read-input.ts';
import { UsageError, type Verb } from './verb.ts';
import { shopNumber } from './words.ts';

export const setMethodVerb: Verb = {
  name: 'set-method',
  says: {
    ja: '受取方法を契約に加える・上限を変える（銀行振込はrail-account assign）',
    en: 'add a receiving method to the contract, or change its limit',
  },
  example:
    'shop set-method --shop 100001 --method atm_cash --rail-account rac_… --max-amount 100000',
  options: [
    THE_SHOP,
    THE_RAIL_ACCOUNT,
    {
      flags: '--method <name>',
      says: {
        ja: '受取方法（atm_cash、amazon_gift、au_payなど）',
        en: 'the receiving method (atm_cash, amazon_gift, au_pay …)',
      },
      isRequired: true,
    },
    {
      flags: '--max-amount <yen>',
      says: { ja: '1件あたりの上限（円）', en: 'the most that one remittance may be, in yen' },
      isRequired: true,
    },
  ],
  async run(session, given) {
    const core = await session.core();
    const carriers = new Map(
      [...core.rails.values()].flatMap(({ name, receiving }) =>
        receiving === undefined ? [] : [[receiving.method, name] as const],
      ),
    );
    const method = choice(given, 'method', [...carriers.keys()]);
    const maxYen = yenAmount(given, 'max-amount');
    if (method === undefined || maxYen === undefined || maxYen === 0) {
      throw new UsageError('上限は1円以上です。', 'The limit is at least 1 yen.');
    }
    const account = await theRailAccount(core, given);
    const carrier = carriers.get(method);
    if (account.rail !== carrier) {
      throw new UsageError(
        `${method}を扱う経路は${carrier}です。この接続契約は${account.rail}です。`,
        `${method} is carried by ${carrier}; this contract is with ${account.rail}.`,
      );
    }
    const found = await theShop(core, given);
    const input = { shopId: found.shopId, method, railAccountId: account.id, maxYen };
    await setShopMethod(core, { ...input, by: session.by });
    const number = shopNumber(found);
    return {
      json: { shop: number, method, max_amount: maxYen },
      text: session.say(`設定しました：${number} ${method}`, `Set: ${number} ${method}`),
    };
  },
};
