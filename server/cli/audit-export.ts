// `audit export`: the log as a file that anybody can check (audit-verify.ts).
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { exportLines } from '../audit/audit-log.ts';
import { anchorText, readEnds } from '../audit/verify.ts';
import type { Core } from '../core.ts';
import { SHOP, shopBy } from './find-tenant.ts';
import { text } from './read-input.ts';
import type { Given, Option, Session, Verb } from './verb.ts';

export const WHOSE: readonly Option[] = [
  SHOP,
  {
    flags: '--operator',
    says: { ja: '運営者全体の記録のみ', en: "the operator's own chain only" },
  },
];

export async function chainOf(core: Core, given: Given): Promise<string | null | 'all'> {
  const shop = text(given, 'shop');
  if (shop !== undefined) return (await shopBy(core, shop)).shopId;
  return given.options.operator === true ? null : 'all';
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

export const exportVerb: Verb = {
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
      session.say(
        '末尾を別の場所に控えてください。次のverifyの--expectに使います：',
        'Note the ends elsewhere, for --expect of the next verify:',
      ),
    );
    for (const end of readEnds(last)) session.remark(`  ${anchorText(end)}`);
    return { text: '' };
  },
};
