// `audit`: reading, exporting and verifying the log of what people did. Verifying needs no database.

import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { exportLines, latestEntries, listEntries } from '../audit/audit-log.ts';
import { type Entry, OPERATOR_CHAIN } from '../audit/entry.ts';
import { type FaultKind, readAnchor, verifyLines } from '../audit/verify.ts';
import type { Core } from '../core.ts';
import { LIMIT, SHOP, shopBy } from './find-tenant.ts';
import { argument, limit, many, text, wholeNumber } from './read-input.ts';
import { sheet, table } from './table.ts';
import { type Given, type Noun, type Option, type Session, UsageError } from './verb.ts';
import { shopNumber, when } from './words.ts';

const WHOSE: readonly Option[] = [
  SHOP,
  {
    flags: '--operator',
    says: { ja: '運営者全体の記録のみ', en: "the operator's own chain only" },
  },
];

const FAULTS: Readonly<Record<FaultKind, readonly [ja: string, en: string]>> = {
  unreadable: ['書き出した形式のままではない行があります', 'a line is not as it was exported'],
  altered: ['記録の内容が書き換えられています', 'an entry was altered'],
  out_of_order: [
    '記録が抜けているか、加えられているか、順序が違います',
    'an entry is missing, added or moved',
  ],
  unlinked: ['前の記録とつながっていません', 'an entry does not continue the one before'],
  cut_off: ['末尾が欠けているか、末尾の行が書き換えられています', 'the end is missing or altered'],
  anchor_missed: [
    '以前に控えた値と一致しません',
    'it does not pass through what was noted earlier',
  ],
};

async function chainOf(core: Core, given: Given): Promise<string | null | 'all'> {
  const shop = text(given, 'shop');
  if (shop !== undefined) return (await shopBy(core, shop)).shopId;
  return given.options.operator === true ? null : 'all';
}

async function ownerOf(core: Core, shopId: string): Promise<string> {
  return shopId === OPERATOR_CHAIN ? '-' : shopNumber(await core.shops.byId(shopId));
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

async function* linesOf(path: string): AsyncGenerator<string, void, undefined> {
  const input = path === '-' ? process.stdin : createReadStream(path);
  if (path !== '-') {
    await once(input, 'open').catch((error: NodeJS.ErrnoException) => {
      const { code } = error;
      throw new UsageError(
        `${path}を読み込めません（${code}）。`,
        `${path} cannot be read (${code}).`,
      );
    });
  }
  yield* createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
}

/** To a file or to standard output; answers how many lines. */
async function exportTo(session: Session, path: string | undefined, lines: AsyncIterable<string>) {
  const file =
    path === undefined ? undefined : createWriteStream(path, { mode: 0o600, flags: 'wx' });
  let [count, last] = [0, ''];
  for await (const line of lines) {
    count += 1;
    last = line;
    if (file === undefined) await session.write(line);
    else if (!file.write(`${line}\n`)) await once(file, 'drain');
  }
  if (file !== undefined) {
    file.end();
    await once(file, 'finish');
  }
  return { count, last };
}

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
        return { json: { data, next_before: found.nextBefore }, text: table(heads, rows) };
      },
    },
    {
      name: 'export',
      says: { ja: '記録を1行1件で書き出す', en: 'write the entries out, one a line' },
      example: 'audit export --out audit-20261124.ndjson',
      options: [
        ...WHOSE,
        {
          flags: '--out <path>',
          says: { ja: '書き出すファイル（なければ標準出力）', en: 'file (standard output)' },
        },
      ],
      async run(session, given) {
        const core = await session.core();
        const lines = exportLines(core.db, await chainOf(core, given));
        const { count, last } = await exportTo(session, text(given, 'out'), lines);
        session.remark(
          session.say(`${count - 1}件を書き出しました。`, `${count - 1} entries written.`),
        );
        session.remark(
          session.say(
            `末尾の値を別の場所に控えてください（verifyの--expectに使います）：${last}`,
            `Note the ends elsewhere, for --expect of verify: ${last}`,
          ),
        );
        return { text: '' };
      },
    },
    {
      name: 'verify',
      says: {
        ja: '書き出した記録が書き換えられていないか確かめる（データベース不要）',
        en: 'check that an export was not altered; needs no database',
      },
      example: 'audit verify audit-20261124.ndjson --expect 120:9f86d081884c7d65…',
      args: [
        {
          name: '<file>',
          says: { ja: 'ファイル（-は標準入力）', en: 'file (- for standard input)' },
        },
      ],
      options: [
        {
          flags: '--expect <seq:hash...>',
          says: {
            ja: '以前に控えた末尾（ショップの記録は ショップID:番号:値）',
            en: 'ends noted earlier; <shop id>:<seq>:<hash> of a shop',
          },
        },
      ],
      async run(session, given) {
        const anchors = many(given, 'expect').map((typed) => {
          const anchor = readAnchor(typed, OPERATOR_CHAIN);
          if (anchor !== undefined) return anchor;
          throw new UsageError(
            `「${typed}」は 番号:値 の形ではありません。`,
            `"${typed}" is not of the form <seq>:<hash>.`,
          );
        });
        const { entryCount, ends, fault } = await verifyLines(linesOf(argument(given)), anchors);
        const { say } = session;
        const json = {
          ok: fault === null,
          entry_count: entryCount,
          fault: fault && {
            kind: fault.kind,
            line: fault.line,
            shop_id: fault.shopId,
            seq: fault.seq,
          },
          ends: ends.map((end) => ({ shop_id: end.shopId, seq: end.seq, hash: end.hash })),
        };
        if (fault !== null) {
          const where = say(`${fault.line}行目`, `line ${fault.line}`);
          const text = sheet([
            [say('結果', 'Result'), say('書き換えられています', 'it does not hold')],
            [say('理由', 'Why'), say(...FAULTS[fault.kind])],
            [say('場所', 'Where'), [where, fault.shopId, fault.seq].filter(Boolean).join(' / ')],
          ]);
          return { json, text, isNegative: true };
        }
        const marks = ends.map((end): [string, string] => [
          end.shopId === OPERATOR_CHAIN ? say('運営者', 'operator') : end.shopId,
          `${end.seq}:${end.hash}`,
        ]);
        const holds = say(
          `${entryCount}件すべて正しくつながっています。`,
          `All ${entryCount} entries hold.`,
        );
        return { json, text: marks.length === 0 ? holds : `${holds}\n${sheet(marks, 2)}` };
      },
    },
  ],
};
