// `keyring`: after the primary key has changed, what is sealed with an older one is sealed anew.
import { FIRST_ID, resealMessages } from '../messages/reseal.ts';
import { resealAccounts } from '../recipients/reseal.ts';
import { allShops } from './find-tenant.ts';
import { sheet } from './table.ts';
import type { Noun } from './verb.ts';

const PAGE = 500;

interface Page {
  readonly resealed: number;
  readonly nextId: string | null;
}

async function toTheEnd(first: string, next: (afterId: string) => Promise<Page>): Promise<number> {
  let count = 0;
  for (let afterId: string | null = first; afterId !== null; ) {
    const page = await next(afterId);
    count += page.resealed;
    afterId = page.nextId;
  }
  return count;
}

export const keyring: Noun = {
  name: 'keyring',
  says: { ja: '暗号鍵', en: 'keys of encryption' },
  verbs: [
    {
      name: 'reseal',
      says: {
        ja: '受取口座とメッセージを現在の主鍵で暗号化し直す（何度でも実行できる）',
        en: 'seal recipient accounts and messages anew with the primary key; may be repeated',
      },
      example: 'keyring reseal',
      async run(session) {
        const core = await session.core();
        const counts = { accounts: 0, messages: 0 };
        for await (const { shopId } of allShops(core)) {
          const at = (afterId: string) => ({ afterId, limit: PAGE });
          counts.accounts += await toTheEnd('', (id) => resealAccounts(core, shopId, at(id)));
          counts.messages += await toTheEnd(FIRST_ID, (id) => resealMessages(core, shopId, at(id)));
        }
        const entry = { shopId: null, by: session.by, action: 'keyring.resealed', subject: '' };
        await core.db.transaction((tx) => core.audit(tx, { ...entry, data: counts }));
        const { say } = session;
        const text = sheet([
          [say('受取口座', 'Recipient accounts'), counts.accounts],
          [say('メッセージ', 'Messages'), counts.messages],
        ]);
        return { json: counts, text };
      },
    },
  ],
};
