// `audit`: reading the log of what people did. Exporting and verifying it is audit-export.ts.
import { latestEntries, listEntries } from '../audit/audit-log.ts';
import { type Entry, OPERATOR_CHAIN } from '../audit/entry.ts';
import type { Core } from '../core.ts';
import { chainOf, exportVerb, WHOSE } from './audit-export.ts';
import { verifyVerb } from './audit-verify.ts';
import { LIMIT } from './find-tenant.ts';
import { limit, wholeNumber } from './read-input.ts';
import type { Noun } from './verb.ts';
import { shopNumber, shown, when } from './words.ts';

/** A shop's number, or the id of a merchant for what concerns its members. */
async function ownerOf(core: Core, tenantId: string): Promise<string> {
  if (tenantId === OPERATOR_CHAIN) return '-';
  const shop = await core.shops.findById(tenantId);
  return shop === undefined ? shown('merchant', tenantId) : shopNumber(shop);
}

const entryJson = (entry: Entry, shop: string) => ({
  seq: entry.seq,
  shop: shop === '-' ? null : shop,
  at: entry.at,
  by: entry.actor,
  action: entry.action,
  subject: entry.subject,
  data: entry.data,
  hash: entry.hash,
});

export const audit: Noun = {
  name: 'audit',
  says: { ja: '監査記録', en: 'the audit log' },
  verbs: [
    {
      name: 'list',
      says: { ja: '誰が何をしたか（新しい順）', en: 'who did what, newest first' },
      example: 'audit list --shop 100001',
      options: [
        ...WHOSE,
        {
          flags: '--before <seq>',
          says: {
            ja: 'この番号より前（--shopか--operatorと）',
            en: 'before this number, of one chain',
          },
        },
        LIMIT,
      ],
      async run(session, given) {
        const core = await session.core();
        const chain = await chainOf(core, given);
        const before = wholeNumber(given, 'before', Number.MAX_SAFE_INTEGER) ?? null;
        const page = { before, limit: limit(given) };
        const found =
          chain === 'all'
            ? { entries: await latestEntries(core.db, page.limit), nextBefore: null }
            : await listEntries(core.db, chain, page);
        const owners: string[] = [];
        for (const { shopId } of found.entries) owners.push(await ownerOf(core, shopId));
        const { say } = session;
        const heads = [
          say('番号>', 'No.>'),
          say('ショップ', 'Shop'),
          say('時刻', 'Time'),
          say('人', 'By'),
          say('操作', 'Action'),
          say('対象', 'Subject'),
          say('内容', 'Data'),
        ];
        const rows = found.entries.map((entry, index) => [
          entry.seq,
          owners[index]!,
          when(Temporal.Instant.from(entry.at)),
          entry.actor,
          entry.action,
          entry.subject,
          JSON.stringify(entry.data),
        ]);
        const data = found.entries.map((entry, index) => entryJson(entry, owners[index]!));
        return { json: { data, next_before: found.nextBefore }, text: session.table(heads, rows) };
      },
    },
    exportVerb,
    verifyVerb,
  ],
};
