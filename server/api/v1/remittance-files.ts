// /v1/remittance_files: many remittances by file. Upload, look at the verdict of each row, mend,
// submit exactly what was shown, take the result. What happens is server/remittance-files.
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import Type from 'typebox';
import { publicId, uuidOf } from '../../base/ids.ts';
import { allows } from '../../merchants/api-key.ts';
import {
  discardFile,
  judgeAgain,
  mapColumns,
  mend,
  stopSending,
} from '../../remittance-files/change-file.ts';
import {
  DEFAULT_LOOK_ALIKE_DAYS,
  type FileDeps,
  type RemittanceFile,
} from '../../remittance-files/file.ts';
import { rowNotFound } from '../../remittance-files/refusals.ts';
import { resultFile, templateFile } from '../../remittance-files/result-file.ts';
import { submitFile } from '../../remittance-files/submit-file.ts';
import { findFile, findRow, listFiles, rowsOf, summaryOf } from '../../remittance-files/summary.ts';
import { uploadFile } from '../../remittance-files/upload.ts';
import { scopeMissing } from '../authenticate.ts';
import { cursorUnreadable, DEFAULT_LIMIT, decodeCursor, pageOf } from '../cursor.ts';
import type { Locale } from '../locale.ts';
import type { Api, ApiCaller } from '../resource.ts';
import {
  FileFull,
  FileView,
  MappingBody,
  MendBody,
  RowsQuery,
  RowView,
  SubmitBody,
  UploadQuery,
} from './remittance-file-schemas.ts';
import { showFile, showFull, showRow } from './remittance-file-views.ts';
import { both, IdParams, OneOf, PageOf, pageQuery, Strict } from './schemas.ts';

export interface RemittanceFilesApiDeps {
  readonly files: FileDeps;
}

const tags = ['remittance files'];
const CSV_TYPE = { 'utf-8': 'utf-8', 'utf-16le': 'utf-8', cp932: 'shift_jis' } as const;

export function registerRemittanceFiles(api: Api, deps: RemittanceFilesApiDeps): void {
  registerUpload(api, deps);
  registerReads(api, deps);
  registerRows(api, deps);
  registerSubmit(api, deps);
  registerAgain(api, deps);
  registerContent(api, deps);
}

async function full({ files }: RemittanceFilesApiDeps, file: RemittanceFile, locale: Locale) {
  return showFull(file, await summaryOf(files, file), locale) as never;
}

function registerUpload(api: Api, { files }: RemittanceFilesApiDeps): void {
  api.register(async (plain) => {
    const scope = plain as Api;
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    scope.post(
      '/v1/remittance_files',
      {
        config: { scope: 'remittances:write', repeats: 'reference', takesFile: true },
        schema: {
          tags,
          summary: both('送金ファイルをアップロードする', 'Upload a file of remittances'),
          description: both(
            '本文にファイルをそのまま送ります：CSV（UTF-8、Shift_JIS）、Excel（.xlsx）、全銀 総合振込。' +
              '32MB・10万行まで。まだ何も送金されません。status が judged になるまで照会してください。',
            'The body is the file as it is: CSV (UTF-8 or Shift_JIS), Excel (.xlsx) or Zengin ' +
              '総合振込; up to 32 MB and 100,000 rows. Nothing is sent yet. Read it until its ' +
              'status is `judged`.',
          ),
          querystring: UploadQuery,
          response: { 201: FileView },
        },
      },
      async (request, reply) => {
        const { shop, locale } = request.caller;
        const { name = '', label = '', look_alike_days: days, ignore_dates } = request.query;
        const lookAlikeDays = days ?? DEFAULT_LOOK_ALIKE_DAYS;
        const upload = { name, label, lookAlikeDays, ignoresDates: ignore_dates ?? false };
        const body = (request.body ?? Readable.from([])) as AsyncIterable<Buffer>;
        const file = await uploadFile(files, shop.shopId, upload, body);
        return reply.code(201).send(showFile(file, locale));
      },
    );
  });
}

function registerReads(api: Api, deps: RemittanceFilesApiDeps): void {
  const { files } = deps;
  api.get(
    '/v1/remittance_files',
    {
      config: { scope: 'remittances:read' },
      schema: {
        tags,
        summary: both('送金ファイルの一覧', 'List files of remittances'),
        querystring: Strict(pageQuery),
        response: { 200: PageOf(FileView) },
      },
    },
    async (request) => {
      const { shop, locale } = request.caller;
      const { limit = DEFAULT_LIMIT, cursor } = request.query;
      const last = decodeCursor(cursor, ['string'])?.[0];
      const after = last === undefined ? null : uuidOf('rfl', last);
      if (after === undefined) throw cursorUnreadable();
      const found = await listFiles(files, shop.shopId, after, limit + 1);
      return pageOf(
        found,
        limit,
        ({ fileId }) => [publicId('rfl', fileId)],
        (file) => showFile(file, locale),
      );
    },
  );
  api.get(
    '/v1/remittance_files/:id',
    {
      config: { scope: 'remittances:read' },
      schema: {
        tags,
        summary: both('送金ファイルの検査結果', 'A file of remittances and its verdict'),
        params: IdParams,
        response: { 200: FileFull },
      },
    },
    async (request) => {
      const { shop, locale } = request.caller;
      return full(deps, await findFile(files, shop.shopId, request.params.id), locale);
    },
  );
  api.delete(
    '/v1/remittance_files/:id',
    {
      config: { scope: 'remittances:write' },
      schema: {
        tags,
        summary: both('送金ファイルを捨てる', 'Throw a file away'),
        description: both(
          '内容を消去します。送金済みの送金はそのまま残ります。',
          'Erases its contents. Remittances that were sent from it stay.',
        ),
        params: IdParams,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      await discardFile(
        files,
        await findFile(files, request.caller.shop.shopId, request.params.id),
      );
      return reply.code(204).send(null);
    },
  );
}

const RowParams = Strict({
  id: Type.String({ minLength: 1, maxLength: 100 }),
  number: Type.String({ minLength: 1, maxLength: 20 }),
});

function registerRows(api: Api, { files }: RemittanceFilesApiDeps): void {
  api.get(
    '/v1/remittance_files/:id/rows',
    {
      config: { scope: 'remittances:read' },
      schema: {
        tags,
        summary: both('行ごとの検査結果', 'The verdict row by row'),
        params: IdParams,
        querystring: RowsQuery,
        response: { 200: PageOf(RowView) },
      },
    },
    async (request) => {
      const { shop, locale, scopes } = request.caller;
      const { limit = DEFAULT_LIMIT, cursor, state, code, reveal = false } = request.query;
      if (reveal && !allows(scopes, 'accounts:reveal')) throw scopeMissing('accounts:reveal');
      const after = decodeCursor(cursor, ['number'])?.[0];
      if (after !== undefined && (after < 0 || after > 0x7fffffff)) throw cursorUnreadable();
      const file = await findFile(files, shop.shopId, request.params.id);
      const rows = await rowsOf(files, file, {
        limit: limit + 1,
        ...(after !== undefined && { after }),
        ...(state && { states: [state] }),
        ...(code && { codes: [code] }),
      });
      return pageOf(
        rows,
        limit,
        ({ number }) => [number],
        (row) => showRow(file, row, locale, reveal),
      ) as never;
    },
  );
  api.patch(
    '/v1/remittance_files/:id/rows/:number',
    {
      config: { scope: 'remittances:write' },
      schema: {
        tags,
        summary: both('行を直す・外す', 'Mend a row, or leave it out'),
        description: both(
          '直した行は検査し直します（202）。空文字は値を消します。',
          'The row is judged again (202). An empty text takes a value away.',
        ),
        params: RowParams,
        body: MendBody,
        response: { 202: FileView },
      },
    },
    async (request, reply) => {
      const { shop, locale } = request.caller;
      const { id, number } = request.params;
      const file = await findFile(files, shop.shopId, id);
      if (!/^[1-9]\d{0,8}$/.test(number)) throw rowNotFound();
      const { fields = {}, skipped } = request.body;
      await findRow(files, file, Number(number));
      const mending = { fields, ...(skipped !== undefined && { skipped }) };
      await mend(files, file, Number(number), mending);
      return reply.code(202).send(showFile(await findFile(files, shop.shopId, id), locale));
    },
  );
}

const WORKED_ON = {
  config: { scope: 'remittances:write' },
  schema: { tags, params: IdParams, response: { 202: FileView } },
} as const;

/** The file as it is after something was asked of it. */
async function again(
  { files }: RemittanceFilesApiDeps,
  { caller, params: { id } }: { readonly caller: ApiCaller; readonly params: { id: string } },
  reply: FastifyReply,
) {
  const file = await findFile(files, caller.shop.shopId, id);
  return reply.code(202).send(showFile(file, caller.locale) as never);
}

function registerSubmit(api: Api, deps: RemittanceFilesApiDeps): void {
  const { files } = deps;
  api.put(
    '/v1/remittance_files/:id/mapping',
    {
      ...WORKED_ON,
      schema: {
        ...{ ...WORKED_ON.schema, body: MappingBody },
        summary: both('列の割り当てを決める', 'Say what the columns mean'),
      },
    },
    async (request, reply) => {
      const { shop } = request.caller;
      const file = await findFile(files, shop.shopId, request.params.id);
      await mapColumns(files, file, request.body.columns);
      return again(deps, request, reply);
    },
  );
  api.post(
    '/v1/remittance_files/:id/submit',
    {
      ...WORKED_ON,
      schema: {
        ...{ ...WORKED_ON.schema, body: SubmitBody },
        summary: both('送信する', 'Submit what was shown'),
        description: both(
          '表示された検査結果（verdict_hash）のとおりに送ります。送る直前に検査し直し、変わっていれば何も送らず status が judged に戻ります。',
          'Sends exactly what was shown (verdict_hash). It is judged once more before; where ' +
            'anything has changed nothing is sent and the status is `judged` again.',
        ),
      },
    },
    async (request, reply) => {
      const { shop } = request.caller;
      const { verdict_hash: verdictHash, accept_look_alikes: accepts } = request.body;
      const file = await findFile(files, shop.shopId, request.params.id);
      await submitFile(files, file, { verdictHash, acceptsLookAlikes: accepts ?? false });
      return again(deps, request, reply);
    },
  );
}

function registerAgain(api: Api, deps: RemittanceFilesApiDeps): void {
  const { files } = deps;
  api.post(
    '/v1/remittance_files/:id/judge',
    {
      ...WORKED_ON,
      schema: { ...WORKED_ON.schema, summary: both('検査し直す', 'Judge it again') },
    },
    async (request, reply) => {
      const { shop } = request.caller;
      await judgeAgain(files, await findFile(files, shop.shopId, request.params.id));
      return again(deps, request, reply);
    },
  );
  api.post(
    '/v1/remittance_files/:id/stop',
    {
      ...WORKED_ON,
      schema: {
        ...WORKED_ON.schema,
        summary: both('送信を止める', 'Stop the sending'),
        description: both(
          '送信済みの行はそのまま、残りは検査し直します。',
          'What has been sent stays sent; the rest is judged again.',
        ),
      },
    },
    async (request, reply) => {
      const { shop } = request.caller;
      await stopSending(files, await findFile(files, shop.shopId, request.params.id));
      return again(deps, request, reply);
    },
  );
}

function registerContent(api: Api, { files }: RemittanceFilesApiDeps): void {
  api.get(
    '/v1/remittance_files/template',
    {
      config: { scope: 'remittances:read' },
      schema: {
        tags,
        summary: both('ひな形（CSV）', 'A template (CSV)'),
        querystring: Strict({ encoding: Type.Optional(OneOf(['utf-8', 'cp932'])) }),
        response: { 200: Type.String() },
      },
    },
    async (request, reply) => {
      const { encoding = 'utf-8' } = request.query;
      reply.type(`text/csv; charset=${CSV_TYPE[encoding]}`);
      return reply.send(templateFile(encoding) as never);
    },
  );
  api.get(
    '/v1/remittance_files/:id/content',
    {
      config: { scope: 'accounts:reveal' },
      schema: {
        tags,
        summary: both('結果・エラーのファイル', 'The result, or the errors, as a file'),
        description: both(
          'アップロードと同じ列・文字コードのCSVに結果の列を足したもの。errors は送れない行だけ。',
          'CSV in the columns and encoding of the upload with columns of results; `errors`: only ' +
            'rows that cannot be sent.',
        ),
        params: IdParams,
        querystring: Strict({ kind: Type.Optional(OneOf(['result', 'errors'])) }),
        response: { 200: Type.String() },
      },
    },
    async (request, reply) => {
      const { shop, locale } = request.caller;
      const { kind = 'result' } = request.query;
      const file = await findFile(files, shop.shopId, request.params.id);
      reply.type(`text/csv; charset=${CSV_TYPE[file.kind.encoding]}`);
      reply.header('content-disposition', `attachment; filename="${kind}.csv"`);
      return reply.send(Readable.from(resultFile(files, file, kind, locale)) as never);
    },
  );
}
