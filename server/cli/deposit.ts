// `deposit`: what shops have paid in.
import { depositsBefore } from '../funds/read-deposits.ts';
import { depositHeads, depositJson, depositRow, mayReveal, REVEAL } from './deposit-rows.ts';
import { LIMIT, THE_SHOP, theShop } from './find-tenant.ts';
import { limit, text } from './read-input.ts';
import type { Noun } from './verb.ts';
import { readId, shown } from './words.ts';

export const deposit: Noun = {
  name: 'deposit',
  says: { ja: '入金', en: 'deposits' },
  verbs: [
    {
      name: 'list',
      says: { ja: 'ショップへの入金（新しい順）', en: "a shop's deposits, newest first" },
      example: 'deposit list --shop 100001',
      options: [
        THE_SHOP,
        { flags: '--before <id>', says: { ja: 'この入金より前', en: 'before this deposit' } },
        LIMIT,
        REVEAL,
      ],
      async run(session, given) {
        const core = await session.core();
        const { shopId } = await theShop(core, given);
        const before = text(given, 'before');
        const beforeId = before === undefined ? null : readId('deposit', before);
        const page = { beforeId, limit: limit(given) };
        const found = await depositsBefore(core.db, core.vault, shopId, page);
        const about = { shopIds: [shopId], what: 'deposits' };
        const isRevealed = await mayReveal(session, core, given, about);
        const last = found.at(-1);
        const isFull = found.length === page.limit && last !== undefined;
        const data = found.map((each) => depositJson(each, isRevealed));
        return {
          json: { data, next_before: isFull ? shown('deposit', last.depositId) : null },
          text: session.table(
            depositHeads(session),
            found.map((each) => depositRow(session, each, isRevealed)),
          ),
        };
      },
    },
  ],
};
