// `merchant`: companies that contract with the operator.
import { listMerchants } from '../merchants/merchants.ts';
import { createMerchant } from '../merchants/open-shop.ts';
import { LIMIT } from './find-tenant.ts';
import { limit, needed, text } from './read-input.ts';
import type { Noun } from './verb.ts';
import { shown, stamp, when } from './words.ts';

export const merchant: Noun = {
  name: 'merchant',
  says: { ja: '加盟店', en: 'merchants' },
  verbs: [
    {
      name: 'create',
      says: { ja: '加盟店を登録する', en: 'enter a merchant' },
      example: 'merchant create --name 株式会社見本商事',
      options: [
        { flags: '--name <name>', says: { ja: '名称', en: 'its name' }, isRequired: true },
        { flags: '--kana <name>', says: { ja: '名称カナ', en: 'its name in kana' } },
      ],
      async run(session, given) {
        const core = await session.core();
        const nameKana = text(given, 'kana') ?? '';
        const input = { name: needed(given, 'name'), nameKana, by: session.by };
        const id = shown('merchant', await createMerchant(core, input));
        return { json: { id }, text: session.say(`登録しました：${id}`, `Entered: ${id}`) };
      },
    },
    {
      name: 'list',
      says: { ja: '加盟店の一覧（新しい順）', en: 'list merchants, newest first' },
      example: 'merchant list',
      options: [LIMIT],
      async run(session, given) {
        const { db } = await session.core();
        const found = await listMerchants(db, limit(given));
        const { say } = session;
        const rows = found.map((each) => [
          shown('merchant', each.merchantId),
          each.name,
          each.shopCount,
          when(each.createdAt),
        ]);
        const heads = [
          'ID',
          say('名称', 'Name'),
          say('ショップ数>', 'Shops>'),
          say('登録', 'Entered'),
        ];
        const data = found.map((each) => ({
          id: shown('merchant', each.merchantId),
          name: each.name,
          shop_count: each.shopCount,
          created_at: stamp(each.createdAt),
        }));
        return { json: { data }, text: session.table(heads, rows) };
      },
    },
  ],
};
