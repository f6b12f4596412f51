// `bank-file`: 振込入金通知 and 入出金取引明細 of banks, imported by hand or picked up; why one is quarantined.

import { basename } from 'node:path';
import type { Core } from '../core.ts';
import {
  type BankFile,
  bankFileById,
  bankFiles,
  importBankFile,
} from '../funds/import-bank-file.ts';
import { bankFileUnknown } from '../funds/refusals.ts';
import { auditedDeeds } from '../merchants/audited-deeds.ts';
import { countsText, faultText, fileJson, formatWord } from './bank-file-text.ts';
import {
  LIMIT,
  operatorTenants,
  RAIL_ACCOUNT,
  THE_RAIL_ACCOUNT,
  theRailAccount,
} from './find-tenant.ts';
import { argument, fileBytes, limit } from './read-input.ts';
import { sheet } from './table.ts';
import type { Answer, Noun } from './verb.ts';
import { readId, shown, when, word } from './words.ts';

async function fileOf(core: Core, tenants: readonly string[], id: string): Promise<BankFile> {
  for (const tenant of tenants) {
    const found = await bankFileById(core.funds, tenant, id);
    if (found !== undefined) return found;
  }
  throw bankFileUnknown();
}

export const bankFile: Noun = {
  name: 'bank-file',
  says: { ja: '銀行のファイル', en: 'files of banks' },
  verbs: [
    {
      name: 'import',
      says: {
        ja: '入金通知・入出金明細のファイルを取り込む（同じファイルは二度取り込まれない）',
        en: 'import a file of deposits or a statement; the same file twice is taken once',
      },
      example: 'bank-file import nyukin-20261124.txt --rail-account rac_…',
      args: [{ name: '<path>', says: { ja: 'ファイル', en: 'the file' } }],
      options: [THE_RAIL_ACCOUNT],
      async run(session, given): Promise<Answer> {
        const core = await session.core();
        const path = argument(given);
        const { id: railAccountId } = await theRailAccount(core, given);
        const name = basename(path);
        const data = { rail_account_id: railAccountId };
        const entry = { by: session.by, action: 'bank_file.handed_in', subject: name, data };
        const funds = { ...core.funds, deeds: auditedDeeds(core, entry) };
        const outcome = await importBankFile(funds, {
          railAccountId,
          name,
          bytes: fileBytes(path),
        });
        const id = shown('bankFile', outcome.bankFileId);
        const { say } = session;
        if (outcome.kind === 'duplicate') {
          const text = say(`${id}として取り込み済みです。`, `It was imported before as ${id}.`);
          return { json: { id, status: 'duplicate' }, text };
        }
        if (outcome.kind === 'quarantined') {
          const { fault } = outcome;
          const head = say(
            `誤りがあるため隔離しました：${id}（どの行も取り込まれていません）`,
            `Quarantined for a fault: ${id} (no line of it was taken)`,
          );
          return {
            json: { id, status: 'quarantined', fault },
            text: `${head}\n${faultText(session, fault)}`,
            isNegative: true,
          };
        }
        const { counts } = outcome;
        return {
          json: { id, status: 'imported', counts },
          text: `${say('取り込みました', 'Imported')}：${id}\n${countsText(session, counts)}`,
        };
      },
    },
    {
      name: 'list',
      says: { ja: '受け取ったファイルの一覧（新しい順）', en: 'list files, newest first' },
      example: 'bank-file list',
      options: [RAIL_ACCOUNT, LIMIT],
      async run(session, given) {
        const core = await session.core();
        const page = { beforeId: null, limit: limit(given) };
        const lists = [];
        for (const tenant of await operatorTenants(core, given)) {
          lists.push(await bankFiles(core.funds, tenant, page));
        }
        const files = lists
          .flat()
          .sort((one, other) => (one.bankFileId < other.bankFileId ? 1 : -1))
          .slice(0, page.limit);
        const { say } = session;
        const heads = [
          'ID',
          say('名前', 'Name'),
          say('種類', 'Format'),
          say('状態', 'Status'),
          say('明細数>', 'Lines>'),
          say('受領', 'Received'),
        ];
        const rows = files.map((file) => [
          shown('bankFile', file.bankFileId),
          file.name,
          formatWord(session, file.format),
          word(session, file.status),
          file.lineCount ?? '-',
          when(file.receivedAt),
        ]);
        return { json: { data: files.map(fileJson) }, text: session.table(heads, rows) };
      },
    },
    {
      name: 'show',
      says: {
        ja: 'ファイル1件（隔離の理由をレコードと桁で示す）',
        en: 'show one file; why it is quarantined, by record and columns',
      },
      example: 'bank-file show fil_…',
      args: [{ name: '<id>', says: { ja: 'ファイルID（fil_…）', en: 'ID of the file' } }],
      options: [RAIL_ACCOUNT],
      async run(session, given) {
        const core = await session.core();
        const id = readId('bankFile', argument(given));
        const file = await fileOf(core, await operatorTenants(core, given), id);
        const { say } = session;
        const facts = sheet([
          ['ID', shown('bankFile', file.bankFileId)],
          [say('名前', 'Name'), file.name],
          [say('種類', 'Format'), formatWord(session, file.format)],
          [say('状態', 'Status'), word(session, file.status)],
          [say('バイト数', 'Bytes'), file.byteCount],
          [say('明細数', 'Lines'), file.lineCount ?? '-'],
          [say('受領', 'Received'), when(file.receivedAt)],
        ]);
        const fault = file.fault === null ? '' : `\n\n${faultText(session, file.fault)}`;
        return { json: fileJson(file), text: facts + fault };
      },
    },
  ],
};
