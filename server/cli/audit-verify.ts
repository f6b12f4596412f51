// `audit verify`: whether an export still is what was written. Needs no database, no key and no
// Kawase that runs.
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { anchorText, type FaultKind, readAnchor, verifyLines } from '../audit/verify.ts';
import { argument, many } from './read-input.ts';
import { sheet } from './table.ts';
import { UsageError, type Verb } from './verb.ts';

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

export const verifyVerb: Verb = {
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
      const anchor = readAnchor(typed);
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
    const holds = say(
      `${entryCount}件すべて正しくつながっています。末尾：`,
      `All ${entryCount} entries hold. Their ends:`,
    );
    return { json, text: [holds, ...ends.map((end) => `  ${anchorText(end)}`)].join('\n') };
  },
};
