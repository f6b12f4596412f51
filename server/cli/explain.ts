// `explain`: one remittance from deposit to result. What it tells is gathered in explain-facts.ts.
import { explainRemittance } from './explain-facts.ts';
import { explanationText } from './explain-text.ts';
import { theRemittance } from './find-remittance.ts';
import { SHOP } from './find-tenant.ts';
import type { Noun } from './verb.ts';

const says = {
  ja: '1件の送金を、入金から結果まで説明する',
  en: 'explain one remittance, from deposit to result',
};

export const explain: Noun = {
  name: 'explain',
  says,
  verbs: [
    {
      name: 'explain',
      says,
      example: 'explain refund-1 --shop 100001',
      args: [
        {
          name: '<remittance>',
          says: {
            ja: '送金ID（rem_…）、照会番号（--shopと）、または識別番号（20桁）',
            en: 'ID (rem_…), reference (with --shop), or dispatch code (20 digits)',
          },
        },
      ],
      options: [SHOP],
      async run(session, given) {
        const core = await session.core();
        const facts = await explainRemittance(core, await theRemittance(core, given));
        return { json: facts, text: explanationText(session, facts) };
      },
    },
  ],
};
