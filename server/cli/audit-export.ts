// `audit export`: the log as a file that anybody can check (audit-verify.ts).
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { exportLines } from '../audit/audit-log.ts';
import { anchorText, readEnds } from '../audit/verify.ts';
import type { Core } from '../core.ts';
import { SHOP, shopBy } from './find-tenant.ts';
import { text } from './read-input.ts';
import { type Given, type Option, type Session, UsageError, type Verb } from './verb.ts';

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

/** A new file: an export never replaces an older one. */
async function newFile(path: string): Promise<WriteStream> {
  const file = createWriteStream(path, { mode: 0o600, flags: 'wx' });
  await once(file, 'open').catch(({ code }: NodeJS.ErrnoException) => {
    throw new UsageError(
      `${path}に書き出せません（${code}）。まだないファイルを指定してください。`,
      `${path} cannot be written (${code}). Name a file that does not exist yet.`,
    );
  });
  return file;
}

/** To a file or to standard output; answers the last line. */
async function exportTo(
  session: Session,
  path: string | undefined,
  lines: AsyncIterable<string>,
): Promise<string> {
  const file = path === undefined ? undefined : await newFile(path);
  let last = '';
  for await (const line of lines) {
    last = line;
    if (file === undefined) await session.write(line);
    else if (!file.write(`${line}\n`)) await once(file, 'drain');
  }
  if (file !== undefined) {
    file.end();
    await once(file, 'finish');
  }
  return last;
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
    const last = await exportTo(session, text(given, 'out'), lines);
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
