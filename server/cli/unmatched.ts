// `unmatched`: money that came for nobody, given to the shop it was meant for or sent back; and
// reversals of deposits that nobody knows.

import { publicId } from '../base/ids.ts';
import type { Core } from '../core.ts';
import { matchDeposit } from '../funds/match-deposit.ts';
import { type Deposit, findDeposit, unmatchedDeposits } from '../funds/read-deposits.ts';
import { depositUnknown } from '../funds/refusals.ts';
import { sendBack } from '../funds/send-back.ts';
import { depositHeads, depositJson, depositRow, mayReveal, REVEAL } from './deposit-rows.ts';
import { LIMIT, operatorTenants, RAIL_ACCOUNT, THE_SHOP, theShop } from './find-tenant.ts';
import { argument, choice, limit, needed } from './read-input.ts';
import { money } from './table.ts';
import type { Argument, Given, Noun, Option } from './verb.ts';
import { readId, shopNumber, shown } from './words.ts';

const DEPOSIT: Argument = {
  name: '<deposit>',
  says: { ja: '入金ID（dep_…）', en: 'ID of the deposit (dep_…)' },
};

const BACK_TO: readonly Option[] = [
  { flags: '--bank <code>', says: { ja: '銀行コード', en: 'bank code' }, isRequired: true },
  { flags: '--branch <code>', says: { ja: '支店コード', en: 'branch code' }, isRequired: true },
  {
    flags: '--type <ordinary|current|savings>',
    says: { ja: '口座種別（初期値 ordinary）', en: 'kind of account (ordinary)' },
  },
  { flags: '--account <number>', says: { ja: '口座番号', en: 'account number' }, isRequired: true },
  { flags: '--holder <name>', says: { ja: '口座名義', en: 'its holder' }, isRequired: true },
];

/** The deposit, and the operator's tenant that holds it. */
async function held(core: Core, given: Given): Promise<Deposit> {
  const depositId = readId('deposit', argument(given));
  for (const tenant of await operatorTenants(core, given)) {
    const found = await findDeposit(core.db, core.vault, tenant, depositId);
    if (found?.unclaimed) return found;
  }
  throw depositUnknown();
}

export const unmatched: Noun = {
  name: 'unmatched',
  says: { ja: '照合待ちの入金', en: 'deposits that match no shop' },
  verbs: [
    {
      name: 'list',
      says: { ja: '照合待ちの入金（古い順）', en: 'list them, oldest first' },
      example: 'unmatched list',
      options: [RAIL_ACCOUNT, LIMIT, REVEAL],
      async run(session, given) {
        const core = await session.core();
        const shopIds = await operatorTenants(core, given);
        const page = { afterId: null, limit: limit(given) };
        const found: Deposit[] = [];
        for (const tenant of shopIds) {
          found.push(...(await unmatchedDeposits(core.db, core.vault, tenant, page)));
        }
        const isRevealed = await mayReveal(session, core, given, { shopIds, what: 'unmatched' });
        const data = found.map((each) => depositJson(each, isRevealed));
        const rows = found.map((each) => depositRow(session, each, isRevealed));
        return { json: { data }, text: session.table(depositHeads(session), rows) };
      },
    },
    {
      name: 'match',
      says: { ja: '入金をショップに充てる', en: 'give a deposit to the shop it was meant for' },
      example: 'unmatched match dep_… --shop 100001',
      args: [DEPOSIT],
      options: [THE_SHOP, RAIL_ACCOUNT],
      confirm: {
        ja: 'この入金をショップの送金資金にします。よろしいですか？',
        en: "The deposit becomes the shop's money. Go on?",
      },
      async run(session, given) {
        const core = await session.core();
        const shop = await theShop(core, given);
        const { shopId: operatorShopId, depositId, amountYen } = await held(core, given);
        const input = { operatorShopId, depositId, shopId: shop.shopId, by: session.by };
        const id = shown('deposit', await matchDeposit(core.funds, input));
        const number = shopNumber(shop);
        return {
          json: { id, shop: number, amount_yen: amountYen, status: 'received' },
          text: session.say(
            `${money(amountYen)}円を${number} ${shop.name}に充てました：${id}`,
            `${money(amountYen)} yen went to ${number} ${shop.name}: ${id}`,
          ),
        };
      },
    },
    {
      name: 'send-back',
      says: {
        ja: '入金を振込人に返す（運営者の送金になる）',
        en: 'send a deposit back to its payer, as a remittance of the operator',
      },
      example:
        'unmatched send-back dep_… --bank 0005 --branch 001 --account 1234567 --holder ヤマダタロウ',
      args: [DEPOSIT],
      options: [...BACK_TO, RAIL_ACCOUNT],
      confirm: {
        ja: '指定の口座に返金します。よろしいですか？',
        en: 'The money goes to this account. Go on?',
      },
      async run(session, given) {
        const core = await session.core();
        const { shopId: operatorShopId, depositId, amountYen } = await held(core, given);
        const destination = {
          bankCode: needed(given, 'bank'),
          branchCode: needed(given, 'branch'),
          accountType:
            choice(given, 'type', ['ordinary', 'current', 'savings'] as const) ?? 'ordinary',
          accountNumber: needed(given, 'account'),
          accountHolder: needed(given, 'holder'),
        };
        const input = { operatorShopId, depositId, destination, by: session.by };
        const sent = await sendBack(core.funds, core.instructSendBack, input);
        const remittances = sent.map((each) => publicId('rem', each));
        const list = remittances.join(', ');
        return {
          json: { id: shown('deposit', depositId), amount_yen: amountYen, remittances },
          text: session.say(
            `${money(amountYen)}円を返金します：${list}`,
            `${money(amountYen)} yen are sent back: ${list}`,
          ),
        };
      },
    },
  ],
};
