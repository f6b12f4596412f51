// `stop`: switches that stop money from leaving, for a rail, a shop, or everything.
import type { Core } from '../core.ts';
import type { StopSwitch } from '../merchants/shop.ts';
import { clearStop, readStops, setStop } from '../merchants/stop.ts';
import { shopBy } from './find-tenant.ts';
import { choice, needed, text } from './read-input.ts';
import { type Given, type Noun, type Option, UsageError } from './verb.ts';
import { shopNumber, when, word } from './words.ts';

const WHERE: readonly Option[] = [
  { flags: '--scope <all|rail|shop>', says: { ja: '範囲', en: 'how far' }, isRequired: true },
  {
    flags: '--target <name>',
    says: { ja: '送金経路の名前かショップ番号', en: 'name of the rail or number of the shop' },
  },
];

async function whereOf(core: Core, given: Given): Promise<Pick<StopSwitch, 'scope' | 'target'>> {
  const scope = choice(given, 'scope', ['all', 'rail', 'shop'] as const) ?? 'all';
  const target = text(given, 'target');
  if (scope === 'all') return { scope, target: '' };
  if (target === undefined) throw new UsageError('--targetを指定してください。', 'Give --target.');
  if (scope === 'shop') return { scope, target: (await shopBy(core, target)).shopId };
  if (core.rails.has(target)) return { scope, target };
  const names = [...core.rails.keys()].join(', ');
  throw new UsageError(`送金経路は次のいずれかです：${names}`, `Rails are: ${names}`);
}

/** The shop's number, or the rail's name. */
async function targetWords(core: Core, stop: StopSwitch): Promise<string> {
  if (stop.scope !== 'shop') return stop.target;
  return shopNumber(await core.shops.byId(stop.target));
}

export const stop: Noun = {
  name: 'stop',
  says: { ja: '送金の停止', en: 'stop switches' },
  verbs: [
    {
      name: 'set',
      says: {
        ja: '送金を止める（指図は受け続ける）',
        en: 'stop hand-overs; instructions are still taken',
      },
      example: 'stop set --scope shop --target 100001 --reason 不正の疑い',
      options: [
        ...WHERE,
        { flags: '--reason <text>', says: { ja: '理由', en: 'why' }, isRequired: true },
      ],
      async run(session, given) {
        const core = await session.core();
        const where = await whereOf(core, given);
        const input = { ...where, reason: needed(given, 'reason'), by: session.by };
        const changed = await setStop(core, input);
        const text = changed
          ? session.say('送金を止めました。', 'Stopped.')
          : session.say('すでに止まっています。', 'It was stopped before.');
        return { json: { scope: where.scope, stopped: true, changed }, text };
      },
    },
    {
      name: 'clear',
      says: { ja: '送金を再開する', en: 'let money leave again' },
      example: 'stop clear --scope shop --target 100001',
      options: WHERE,
      confirm: {
        ja: '止まっていた送金が動き出します。再開しますか？',
        en: 'What was stopped will go out. Go on?',
      },
      async run(session, given) {
        const core = await session.core();
        const where = await whereOf(core, given);
        const changed = await clearStop(core, { ...where, by: session.by });
        const text = changed
          ? session.say('再開しました。', 'Released.')
          : session.say('止まっていません。', 'It was not stopped.');
        return { json: { scope: where.scope, stopped: false, changed }, text };
      },
    },
    {
      name: 'list',
      says: { ja: '止まっているもの', en: 'what is stopped' },
      example: 'stop list',
      async run(session) {
        const core = await session.core();
        const { say } = session;
        const found = await readStops(core.db);
        const targets: string[] = [];
        for (const each of found) targets.push(await targetWords(core, each));
        const data = found.map((each, index) => ({
          scope: each.scope,
          target: targets[index],
          reason: each.reason,
          since: each.since,
        }));
        const heads = [
          say('範囲', 'Scope'),
          say('対象', 'Target'),
          say('理由', 'Reason'),
          say('開始', 'Since'),
        ];
        const rows = found.map((each, index) => [
          word(session, each.scope),
          targets[index]!,
          each.reason,
          when(Temporal.Instant.from(each.since)),
        ]);
        const none = say('止まっているものはありません。', 'Nothing is stopped.');
        return { json: { data }, text: found.length === 0 ? none : session.table(heads, rows) };
      },
    },
  ],
};
