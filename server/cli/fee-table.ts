// `fee-table`: what a shop pays per remittance, by version. How rules are written is fee-rules.ts.

import { tokyoDate } from '../base/clock.ts';
import { createFees } from '../billing/fee-tables.ts';
import { auditedDeeds } from '../merchants/audited-deeds.ts';
import { ruleJson, rulesFrom, tableJson, tableText } from './fee-rules.ts';
import { THE_SHOP, theShop } from './find-tenant.ts';
import { date } from './read-input.ts';
import type { Noun } from './verb.ts';

export const feeTable: Noun = {
  name: 'fee-table',
  says: { ja: '手数料表', en: 'fee tables' },
  verbs: [
    {
      name: 'set',
      says: { ja: '手数料表の新しい版を加える', en: 'add a version of the fee table' },
      example:
        'fee-table set --shop 100001 --rule bank_transfer:same:-:100 bank_transfer:other:-:200',
      options: [
        THE_SHOP,
        {
          flags: '--from <date>',
          says: { ja: '適用開始日（なければ本日）', en: 'in force from (today unless told)' },
        },
        {
          flags: '--rule <rule...>',
          says: {
            ja: '受取方法:same|other|any:下限-上限:手数料',
            en: 'method:same|other|any:from-to:fee',
          },
        },
        {
          flags: '--file <path>',
          says: {
            ja: '規則のJSON [{method, same_bank, from_yen, to_yen, fee_yen}]',
            en: 'rules as JSON [{method, same_bank, from_yen, to_yen, fee_yen}]',
          },
        },
      ],
      async run(session, given) {
        const core = await session.core();
        const { by } = session;
        const { shopId } = await theShop(core, given);
        const rules = rulesFrom(given);
        const today = tokyoDate(await core.deeds.now(shopId));
        const effectiveFrom = date(given, 'from') ?? today;
        const data = { effective_from: `${effectiveFrom}`, rules: rules.map(ruleJson) };
        const entry = { by, action: 'fee_table.added', subject: shopId, data };
        const fees = createFees(auditedDeeds(core, entry));
        const added = await fees.add(shopId, { effectiveFrom, rules }, by);
        return { json: tableJson(added), text: tableText(session, added) };
      },
    },
    {
      name: 'show',
      says: { ja: '手数料表を版ごとに表示する（新しい順）', en: 'show all versions, newest first' },
      example: 'fee-table show --shop 100001',
      options: [THE_SHOP],
      async run(session, given) {
        const core = await session.core();
        const { shopId } = await theShop(core, given);
        const tables = await core.fees.tablesOf(shopId);
        const none = session.say('手数料表がありません。', 'There is no fee table.');
        const text = tables.map((each) => tableText(session, each)).join('\n\n');
        return { json: { data: tables.map(tableJson) }, text: text === '' ? none : text };
      },
    },
  ],
};
