// `maintenance`: announced windows in which a rail takes nothing: known to dates, quotes, dispatch
// and the recipient's choice.
import {
  announceMaintenance,
  maintenanceAhead,
  withdrawMaintenance,
} from '../remittances/announce-maintenance.ts';
import { MAX_NOTE } from '../remittances/maintenance.ts';
import { theRailAccount } from './find-tenant.ts';
import { argument, choice, instant, text } from './read-input.ts';
import { type Noun, UsageError } from './verb.ts';
import { readId, shown, stamp, when } from './words.ts';

export const maintenance: Noun = {
  name: 'maintenance',
  says: { ja: 'メンテナンスの予告', en: 'announced maintenance of rails' },
  verbs: [
    {
      name: 'announce',
      says: {
        ja: '送金経路が止まる期間を予告する（予定済みの送金は計画し直される）',
        en: 'announce when a rail takes nothing; what was planned into it is planned anew',
      },
      example:
        'maintenance announce --rail au_pay --from 2026-11-29T01:00:00+09:00 ' +
        '--to 2026-11-29T05:00:00+09:00 --note 定期メンテナンス',
      options: [
        { flags: '--rail <name>', says: { ja: '送金経路', en: 'the rail' }, isRequired: true },
        {
          flags: '--rail-account <id>',
          says: {
            ja: '特定の接続契約だけの場合、そのID',
            en: 'ID of a contract, where it concerns that one alone',
          },
        },
        {
          flags: '--from <time>',
          says: { ja: '開始日時', en: 'when it starts' },
          isRequired: true,
        },
        { flags: '--to <time>', says: { ja: '終了日時', en: 'when it ends' }, isRequired: true },
        { flags: '--note <text>', says: { ja: '備考', en: 'a note' } },
      ],
      async run(session, given) {
        const core = await session.core();
        const rail = choice(given, 'rail', [...core.rails.keys()])!;
        const one = text(given, 'rail-account');
        const account = one === undefined ? undefined : await theRailAccount(core, given);
        if (account !== undefined && account.rail !== rail) {
          throw new UsageError(
            `${one}は${account.rail}の接続契約です。`,
            `${one} is a contract with ${account.rail}.`,
          );
        }
        const made = await announceMaintenance(core, {
          ...{ rail, railAccountId: account?.id ?? null, by: session.by },
          ...{ startsAt: instant(given, 'from')!, endsAt: instant(given, 'to')! },
          note: (text(given, 'note') ?? '').slice(0, MAX_NOTE),
        });
        const id = shown('maintenance', made);
        return { json: { id }, text: session.say(`予告しました：${id}`, `Announced: ${id}`) };
      },
    },
    {
      name: 'list',
      says: { ja: 'これからの予告', en: 'what is announced and not over' },
      example: 'maintenance list',
      async run(session) {
        const core = await session.core();
        const { say } = session;
        const found = await maintenanceAhead(core.remittances);
        const accountOf = (id: string | null) => (id === null ? null : shown('railAccount', id));
        const data = found.map((each) => ({
          ...{ id: shown('maintenance', each.maintenanceId), rail: each.rail },
          rail_account_id: accountOf(each.railAccountId),
          ...{ starts_at: stamp(each.startsAt), ends_at: stamp(each.endsAt), note: each.note },
          announced_by: each.announcedBy,
        }));
        const heads = [
          'ID',
          say('経路', 'Rail'),
          say('接続契約', 'Contract'),
          say('開始', 'From'),
          say('終了', 'To'),
          say('備考', 'Note'),
        ];
        const rows = found.map((each) => [
          shown('maintenance', each.maintenanceId),
          each.rail,
          accountOf(each.railAccountId) ?? say('すべて', 'all'),
          when(each.startsAt),
          when(each.endsAt),
          each.note,
        ]);
        const none = say('予告はありません。', 'Nothing is announced.');
        return { json: { data }, text: found.length === 0 ? none : session.table(heads, rows) };
      },
    },
    {
      name: 'withdraw',
      says: {
        ja: '予告を取り下げる（計画し直した送金はそのまま）',
        en: 'withdraw an announcement; what was planned anew stays so',
      },
      example: 'maintenance withdraw mnt_…',
      args: [{ name: '<id>', says: { ja: '予告のID（mnt_…）', en: 'ID of the announcement' } }],
      async run(session, given) {
        const core = await session.core();
        const id = readId('maintenance', argument(given));
        await withdrawMaintenance(core, id, session.by);
        const text = session.say('取り下げました。', 'Withdrawn.');
        return { json: { id: shown('maintenance', id) }, text };
      },
    },
  ],
};
