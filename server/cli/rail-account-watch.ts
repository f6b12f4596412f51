// `rail-account prefund`, `warn-below`, `days`, `reconcile-day` and `explain-day`: the money
// prepaid at rails, and their own files of each day against our books.
import { Refusal } from '../base/refusal.ts';
import {
  daysOf,
  explainDay,
  prefundForUpdate,
  prefunds,
  type StoredDay,
  savePrefund,
} from '../remittances/rail-watch-store.ts';
import { reconcileDay } from '../remittances/reconcile-day.ts';
import { THE_RAIL_ACCOUNT, theRailAccount } from './find-tenant.ts';
import { date, needed, yenAmount } from './read-input.ts';
import { money } from './table.ts';
import { type Option, type Session, UsageError, type Verb } from './verb.ts';
import { shown, when } from './words.ts';

const DAYS_SHOWN = 60;
const TIMEOUT_MS = 60_000;

const DAY: Option = {
  flags: '--day <date>',
  says: { ja: '日付', en: 'the day' },
  isRequired: true,
};

const prefund: Verb = {
  name: 'prefund',
  says: { ja: '送金経路に預けてある資金の残り', en: 'what is left of the money prepaid at rails' },
  example: 'rail-account prefund',
  async run(session) {
    const core = await session.core();
    const { say } = session;
    const found = await prefunds(core.db);
    const accounts = new Map((await core.railAccounts.list()).map((each) => [each.id, each]));
    const watched = found.filter(({ askedAt }) => askedAt !== null);
    const heads = [
      'ID',
      say('名称', 'Name'),
      say('残り（円）>', 'Left (yen)>'),
      say('警告の線（円）>', 'Warns below (yen)>'),
      say('確認した時刻', 'Asked at'),
      say('不足している', 'Low since'),
    ];
    const rows = watched.map((each) => [
      shown('railAccount', each.railAccountId),
      accounts.get(each.railAccountId)?.name ?? '-',
      each.leftYen === null ? '-' : money(each.leftYen),
      money(each.warnBelowYen),
      each.askedAt === null ? '-' : when(each.askedAt),
      each.lowSince === null ? '-' : when(each.lowSince),
    ]);
    const data = watched.map((each) => ({
      rail_account_id: shown('railAccount', each.railAccountId),
      left: each.leftYen,
      warn_below: each.warnBelowYen,
      asked_at: each.askedAt?.toString() ?? null,
      low_since: each.lowSince?.toString() ?? null,
    }));
    const isLow = watched.some(({ lowSince }) => lowSince !== null);
    return { json: { data }, text: session.table(heads, rows), isNegative: isLow };
  },
};

const warnBelow: Verb = {
  name: 'warn-below',
  says: { ja: '預けた資金の警告の線を決める', en: 'from what amount on the operator is warned' },
  example: 'rail-account warn-below --rail-account rac_… --amount 3000000',
  options: [
    THE_RAIL_ACCOUNT,
    { flags: '--amount <yen>', says: { ja: '金額（円）', en: 'yen' }, isRequired: true },
  ],
  async run(session, given) {
    const core = await session.core();
    const { id } = await theRailAccount(core, given);
    const warnBelowYen = yenAmount(given, 'amount');
    if (warnBelowYen === undefined) throw new UsageError('--amountが必要です。', 'Give --amount.');
    await core.db.transaction(async (tx) => {
      const former = await prefundForUpdate(tx, id);
      await savePrefund(tx, { ...former, warnBelowYen });
    });
    const text = session.say(
      `${money(warnBelowYen)}円を下回ると知らせます。`,
      `Below ${money(warnBelowYen)} yen it is told.`,
    );
    return { json: { id: shown('railAccount', id), warn_below: warnBelowYen }, text };
  },
};

const dayJson = (stored: StoredDay) => ({
  day: stored.day.toString(),
  opening: stored.openingYen,
  funded: stored.fundedYen,
  taken: stored.takenYen,
  closing: stored.closingYen,
  entries: stored.entryCount,
  settled: stored.settledCount,
  differences: stored.differences.map(({ kind, dispatchCode, theirsYen, oursYen }) => ({
    ...{ kind, dispatch_code: dispatchCode, theirs: theirsYen, ours: oursYen },
  })),
  explanation: stored.explanation,
});

function dayTable(session: Session, days: readonly StoredDay[]): string {
  const { say } = session;
  const heads = [
    say('日付', 'Day'),
    say('入金（円）>', 'Funded (yen)>'),
    say('支払い（円）>', 'Taken (yen)>'),
    say('残り（円）>', 'Closing (yen)>'),
    say('後から判明>', 'Settled>'),
    say('差異>', 'Differences>'),
    say('説明', 'Explained'),
  ];
  const rows = days.map((each) => [
    each.day.toString(),
    money(each.fundedYen),
    money(each.takenYen),
    money(each.closingYen),
    each.settledCount,
    each.differences.length,
    each.explanation ?? '-',
  ]);
  const details = days.flatMap((each) =>
    each.differences.map(
      ({ kind, dispatchCode, theirsYen, oursYen }) =>
        `${each.day}  ${kind}  ${dispatchCode ?? '-'}  ` +
        say(`先方${money(theirsYen)}円 当方${money(oursYen)}円`, `${theirsYen} / ${oursYen} yen`),
    ),
  );
  return [session.table(heads, rows), ...details].join('\n');
}

const isOpen = ({ differences, explanation }: StoredDay) =>
  differences.length > 0 && explanation === null;

const days: Verb = {
  name: 'days',
  says: { ja: '経路の日次ファイルとの照合', en: 'its files of each day against our books' },
  example: 'rail-account days --rail-account rac_…',
  options: [THE_RAIL_ACCOUNT],
  async run(session, given) {
    const core = await session.core();
    const { id } = await theRailAccount(core, given);
    const found = await daysOf(core.db, id, DAYS_SHOWN);
    return {
      json: { data: found.map(dayJson) },
      text: dayTable(session, found),
      isNegative: found.some(isOpen),
    };
  },
};

const reconcile: Verb = {
  name: 'reconcile-day',
  says: { ja: '1日分をもう一度照合する', en: 'compare a day once more' },
  example: 'rail-account reconcile-day --rail-account rac_… --day 2026-11-24',
  options: [THE_RAIL_ACCOUNT, DAY],
  async run(session, given) {
    const core = await session.core();
    const account = await theRailAccount(core, given);
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const done = await reconcileDay(core, account, date(given, 'day')!, signal);
    if (done === undefined) {
      throw new Refusal('day_not_ready', {
        ja: 'その日のファイルはまだありません。',
        en: 'There is no file of that day yet.',
      });
    }
    return { json: dayJson(done), text: dayTable(session, [done]), isNegative: isOpen(done) };
  },
};

const explain: Verb = {
  name: 'explain-day',
  says: { ja: '残った差異の説明を記録する', en: 'record what the differences of a day were' },
  example: 'rail-account explain-day --rail-account rac_… --day 2026-11-24 --text 先方で訂正',
  options: [
    THE_RAIL_ACCOUNT,
    DAY,
    { flags: '--text <text>', says: { ja: '説明', en: 'what it was' }, isRequired: true },
  ],
  async run(session, given) {
    const core = await session.core();
    const { id } = await theRailAccount(core, given);
    const day = date(given, 'day')!;
    const explanation = needed(given, 'text');
    await core.db.transaction(async (tx) => {
      const { by } = session;
      if ((await explainDay(tx, id, day, { by, explanation })) === 0) {
        throw new Refusal('no_differences', {
          ja: 'その日に差異はありません。',
          en: 'That day has no differences.',
        });
      }
      const data = { day: day.toString(), explanation };
      await core.audit(tx, { shopId: null, by, action: 'rail_day.explained', subject: id, data });
    });
    return { json: { day: day.toString() }, text: session.say('記録しました。', 'Recorded.') };
  },
};

export const watchVerbs: readonly Verb[] = [prefund, warnBelow, days, reconcile, explain];
