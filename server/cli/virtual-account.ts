// `virtual-account`: numbers at a bank that shops pay into.
import {
  closeVirtualAccount,
  openVirtualAccount,
  type VirtualAccount,
  virtualAccountsOf,
} from '../funds/virtual-accounts.ts';
import {
  chosenShops,
  SHOP,
  THE_RAIL_ACCOUNT,
  THE_SHOP,
  theRailAccount,
  theShop,
} from './find-tenant.ts';
import { needed } from './read-input.ts';
import { type Given, type Noun, type Option, UsageError } from './verb.ts';
import { shopNumber, shown, stamp, word } from './words.ts';

const NUMBER: Option = {
  flags: '--number <bank-branch-number>',
  says: { ja: '銀行-支店-口座番号（0310-101-1234567）', en: 'as 0310-101-1234567' },
  isRequired: true,
};

function numberFrom(given: Given) {
  const match = /^(\d{4})-(\d{3})-(\d{7})$/.exec(needed(given, 'number'));
  if (match === null) {
    throw new UsageError(
      '--numberは 0310-101-1234567 の形（銀行4桁-支店3桁-番号7桁）で指定してください。',
      '--number is of the form 0310-101-1234567 (bank, branch, number).',
    );
  }
  return { bankCode: match[1]!, branchCode: match[2]!, accountNumber: match[3]! };
}

const inWords = (account: Pick<VirtualAccount, 'bankCode' | 'branchCode' | 'accountNumber'>) =>
  `${account.bankCode}-${account.branchCode}-${account.accountNumber}`;

export const virtualAccount: Noun = {
  name: 'virtual-account',
  says: { ja: 'バーチャル口座（入金先）', en: 'virtual accounts to pay into' },
  verbs: [
    {
      name: 'open',
      says: { ja: 'ショップに番号を割り当てる', en: 'give a number to a shop' },
      example:
        'virtual-account open --shop 100001 --rail-account rac_… ' +
        '--number 0310-101-1234567 --holder ｶ)ﾐﾎﾝ',
      options: [
        THE_SHOP,
        THE_RAIL_ACCOUNT,
        NUMBER,
        {
          flags: '--holder <name>',
          says: { ja: '口座名義（半角カナ）', en: 'its holder, half-width kana' },
          isRequired: true,
        },
      ],
      async run(session, given) {
        const core = await session.core();
        const shop = await theShop(core, given);
        const { id: railAccountId } = await theRailAccount(core, given);
        const number = numberFrom(given);
        const holderName = needed(given, 'holder');
        const owner = { shopId: shop.shopId, railAccountId, holderName, by: session.by };
        await openVirtualAccount(core.funds, { ...owner, ...number });
        const [shops, account] = [shopNumber(shop), inWords(number)];
        return {
          json: { shop: shops, number: account, status: 'open' },
          text: session.say(
            `${account}を${shops} ${shop.name}に割り当てました。`,
            `${account} was given to ${shops} ${shop.name}.`,
          ),
        };
      },
    },
    {
      name: 'close',
      says: {
        ja: '番号を閉じる（以後の入金は照合待ちになる）',
        en: 'close a number; what comes in on it will wait to be matched',
      },
      example: 'virtual-account close --rail-account rac_… --number 0310-101-1234567',
      options: [THE_RAIL_ACCOUNT, NUMBER],
      confirm: {
        ja: 'この番号への以後の入金は照合待ちになります。閉じますか？',
        en: 'What comes in on this number will wait to be matched. Close it?',
      },
      async run(session, given) {
        const core = await session.core();
        const { id: railAccountId } = await theRailAccount(core, given);
        const number = numberFrom(given);
        await closeVirtualAccount(core.funds, { ...number, railAccountId, by: session.by });
        const account = inWords(number);
        return {
          json: { number: account, status: 'closed' },
          text: session.say(`${account}を閉じました。`, `${account} is closed.`),
        };
      },
    },
    {
      name: 'list',
      says: { ja: 'バーチャル口座の一覧', en: 'list virtual accounts' },
      example: 'virtual-account list --shop 100001',
      options: [SHOP],
      async run(session, given) {
        const core = await session.core();
        const { say } = session;
        const rows: string[][] = [];
        const data: unknown[] = [];
        for (const shop of await chosenShops(core, given)) {
          for (const account of await virtualAccountsOf(core.db, shop.shopId)) {
            const railAccountId = shown('railAccount', account.railAccountId);
            const [number, owner] = [inWords(account), shopNumber(shop)];
            const { holderName: holder, status } = account;
            rows.push([
              number,
              `${owner} ${shop.name}`,
              holder,
              word(session, status),
              railAccountId,
            ]);
            const created_at = stamp(account.createdAt);
            const rail_account_id = railAccountId;
            data.push({ number, shop: owner, holder, status, rail_account_id, created_at });
          }
        }
        const heads = [
          say('口座', 'Account'),
          say('ショップ', 'Shop'),
          say('名義', 'Holder'),
          say('状態', 'Status'),
          say('接続契約', 'Rail account'),
        ];
        return { json: { data }, text: session.table(heads, rows) };
      },
    },
  ],
};
