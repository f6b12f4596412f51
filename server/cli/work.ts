// `work`: background work that is dead or late, and trying it again.
import { Refusal } from '../base/refusal.ts';
import { retryWork, troubledWork, type WorkRow } from '../base/work-desk.ts';
import type { Core } from '../core.ts';
import { LIMIT, SHOP, shopBy, THE_SHOP, theShop } from './find-tenant.ts';
import { argument, flag, limit, text } from './read-input.ts';
import type { Noun, Session } from './verb.ts';
import { shopNumber, stamp, when, word } from './words.ts';

function stateOf(session: Session, core: Core, work: WorkRow): string {
  const nowMs = core.wall().epochMilliseconds;
  if (work.state === 'dead') return word(session, 'dead');
  const isHeld = work.leaseUntil !== null && work.leaseUntil.epochMilliseconds > nowMs;
  if (isHeld) return session.say('実行中', 'in hand');
  const isLater = work.notBefore !== null && work.notBefore.epochMilliseconds > nowMs;
  return isLater ? session.say('再試行待ち', 'to be tried again') : word(session, 'ready');
}

const json = (work: WorkRow, shop: string) => ({
  shop,
  kind: work.kind,
  key: work.key,
  state: work.state,
  due_at: stamp(work.dueAt),
  clock: work.clock,
  attempts: work.attempts,
  not_before: stamp(work.notBefore),
  lease_until: stamp(work.leaseUntil),
  last_error: work.lastError,
});

export const work: Noun = {
  name: 'work',
  says: { ja: '裏で行う処理', en: 'background work' },
  verbs: [
    {
      name: 'list',
      says: {
        ja: '停止した処理と、期限を過ぎた処理（古い順）',
        en: 'what is dead, then what is due, the oldest first',
      },
      example: 'work list',
      options: [
        SHOP,
        { flags: '--all', says: { ja: '先の予定も含める', en: 'also what is due later' } },
        LIMIT,
      ],
      async run(session, given) {
        const core = await session.core();
        const shop = text(given, 'shop');
        const rows = await troubledWork(core.db, {
          shopId: shop === undefined ? null : (await shopBy(core, shop)).shopId,
          wallNow: core.wall(),
          withFuture: flag(given, 'all'),
          limit: limit(given),
        });
        const { say } = session;
        const numbers: string[] = [];
        for (const { shopId } of rows) numbers.push(shopNumber(await core.shops.byId(shopId)));
        const heads = [
          say('ショップ', 'Shop'),
          say('処理', 'Kind'),
          say('キー', 'Key'),
          say('状態', 'State'),
          say('期限', 'Due'),
          say('試行>', 'Tries>'),
          say('最後の障害', 'Last error'),
        ];
        const lines = rows.map((row, index) => [
          numbers[index]!,
          row.kind,
          row.key,
          stateOf(session, core, row),
          when(row.dueAt),
          row.attempts,
          row.lastError ?? '',
        ]);
        const none = say('待っている処理はありません。', 'Nothing waits.');
        return {
          json: { data: rows.map((row, index) => json(row, numbers[index]!)) },
          text: rows.length === 0 ? none : session.table(heads, lines),
        };
      },
    },
    {
      name: 'retry',
      says: { ja: '処理を直ちにもう一度行わせる', en: 'have it tried again at once' },
      example: 'work retry remittances.inquire 01900000-… --shop 100001',
      args: [
        { name: '<kind>', says: { ja: '処理', en: 'kind' } },
        { name: '[key]', says: { ja: 'キー', en: 'key' } },
      ],
      options: [THE_SHOP],
      async run(session, given) {
        const core = await session.core();
        const { shopId } = await theShop(core, given);
        const [kind, key] = [argument(given), given.args[1] ?? ''];
        await core.db.transaction(async (tx) => {
          if (!(await retryWork(tx, { shopId, kind, key }))) throw notThere();
          const [by, action] = [session.by, 'work.retried'];
          await core.audit(tx, { shopId, by, action, subject: `${kind}:${key}`, data: {} });
        });
        return {
          json: { kind, key, state: 'ready' },
          text: session.say('もう一度行います。', 'It will be tried again.'),
        };
      },
    },
  ],
};

const notThere = () =>
  new Refusal('work_not_retriable', {
    ja: '該当する処理がないか、今実行中です。work listをご確認ください。',
    en: 'There is no such work, or it is in hand right now. Look at work list.',
  });
