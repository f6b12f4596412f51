// POST /v1/remittances, GET /v1/remittances[/{id}], POST /v1/remittances/{id}/cancel. Batches are
// in remittances-bulk.ts.
import type { FastifyReply } from 'fastify';
import Type from 'typebox';
import { uuidOf } from '../../base/ids.ts';
import { Refusal } from '../../base/refusal.ts';
import { utf8Joined } from '../../base/utf8.ts';
import { cancel } from '../../remittances/cancel.ts';
import { findRemittance, fullView, listRemittances, listView } from '../../remittances/find.ts';
import type { Outcome } from '../../remittances/instruct.ts';
import type { InstructLanes } from '../../remittances/lanes.ts';
import { remittanceNotFound } from '../../remittances/refusals.ts';
import { STATUSES } from '../../remittances/remittance.ts';
import type { RemittanceDeps } from '../../remittances/terms.ts';
import { cursorUnreadable, DEFAULT_LIMIT, decodeCursor, pageOf } from '../cursor.ts';
import type { Api } from '../resource.ts';
import { readInstant } from './read-instant.ts';
import type { InstructionReader } from './read-instruction.ts';
import {
  InstructionBody,
  MethodName,
  RemittanceFull,
  RemittanceRow,
} from './remittance-schemas.ts';
import { both, IdParams, OneOf, PageOf, pageQuery, Strict, Timestamp } from './schemas.ts';

export interface RemittancesApiDeps {
  readonly remittances: RemittanceDeps;
  readonly lanes: InstructLanes;
  readonly reader: InstructionReader;
}

const TAG = ['remittances'];
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function registerRemittances(api: Api, deps: RemittancesApiDeps): void {
  registerInstruct(api, deps);
  registerReads(api, deps);
  api.post(
    '/v1/remittances/:id/cancel',
    {
      config: { scope: 'remittances:write' },
      schema: {
        tags: TAG,
        summary: both('送金を取り消す', 'Cancel a remittance'),
        description: both(
          'cancelable が true の間だけ取り消せます。確保した資金は利用可能額に戻ります。',
          'Possible while `cancelable` is true; the reserved money is available again.',
        ),
        params: IdParams,
        response: { 200: RemittanceFull },
      },
    },
    async (request) => {
      const id = uuidOf('rem', request.params.id);
      if (id === undefined) throw remittanceNotFound();
      const canceled = await cancel(deps.remittances, request.caller.shop.shopId, id);
      return (await fullView(deps.remittances, canceled)) as never;
    },
  );
}

function registerInstruct(api: Api, deps: RemittancesApiDeps): void {
  api.post(
    '/v1/remittances',
    {
      config: { scope: 'remittances:write', repeats: 'reference' },
      schema: {
        tags: TAG,
        summary: both('送金を依頼する', 'Instruct a remittance'),
        description: both(
          '応答は資金を確保し記録した後に返ります。同じ reference・同じ内容の再送は最初の送金を返します（200、Idempotent-Replayed）。',
          'Answers after the money is reserved and the remittance recorded. The same reference ' +
            'with the same content returns the first (200, Idempotent-Replayed).',
        ),
        body: InstructionBody,
        response: {
          200: { description: both('再送', 'A repeat'), ...RemittanceFull },
          201: { description: both('受け付けました', 'Taken'), ...RemittanceFull },
        },
      },
    },
    async (request, reply) => {
      const instruction = deps.reader.read(request.body);
      if (instruction instanceof Refusal) throw instruction;
      const outcome = await deps.lanes.instruct(request.caller.shop, instruction);
      return answerInstruct(deps, request.caller.shop.shopId, outcome, reply);
    },
  );
}

async function answerInstruct(
  deps: RemittancesApiDeps,
  shopId: string,
  outcome: Outcome,
  reply: FastifyReply,
) {
  if (outcome.kind === 'refused') throw outcome.refusal;
  reply.type('application/json; charset=utf-8');
  const isLink = outcome.body.includes('"status":"awaiting_recipient"');
  if (outcome.kind === 'created' && !isLink) {
    // What the event holds, completed; no second read and no second serializing.
    const open = outcome.body.subarray(0, -1);
    return reply
      .code(201)
      .send(utf8Joined([open, `,"timeline":${outcome.timeline()},"delivery":[]}`]));
  }
  const isReplay = outcome.kind === 'replayed';
  if (isReplay) reply.header('idempotent-replayed', 'true');
  const id = { id: (JSON.parse(outcome.body.toString()) as { id: string }).id };
  const found = await findRemittance(deps.remittances, shopId, id);
  const view = await fullView(deps.remittances, found);
  return reply.code(isReplay ? 200 : 201).send(JSON.stringify(view));
}

const ListQuery = Strict({
  ...pageQuery,
  reference: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  status: Type.Optional(OneOf(STATUSES)),
  method: Type.Optional(MethodName),
  account_id: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
  'created_at[gte]': Type.Optional(Timestamp),
  'created_at[lt]': Type.Optional(Timestamp),
  q: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 100,
      description: both(
        'ID、管理番号の先頭、または値の一致（名義・口座番号・口座番号の下4桁）',
        'An id, the beginning of a reference, or a whole value ' +
          '(name, account, its last four digits)',
      ),
    }),
  ),
});

function registerReads(api: Api, deps: RemittancesApiDeps): void {
  api.get(
    '/v1/remittances/:id',
    {
      config: { scope: 'remittances:read' },
      schema: {
        tags: TAG,
        summary: both('送金を照会する', 'Read a remittance'),
        params: IdParams,
        response: { 200: RemittanceFull },
      },
    },
    async (request) => {
      const { shopId } = request.caller.shop;
      const found = await findRemittance(deps.remittances, shopId, { id: request.params.id });
      return (await fullView(deps.remittances, found)) as never;
    },
  );
  api.get(
    '/v1/remittances',
    {
      config: { scope: 'remittances:read' },
      schema: {
        tags: TAG,
        summary: both('送金の一覧・検索', 'List and search remittances'),
        description: both('新しい順。', 'Newest first.'),
        querystring: ListQuery,
        response: { 200: PageOf(RemittanceRow) },
      },
    },
    async (request) => (await list(deps, request.caller.shop.shopId, request.query)) as never,
  );
}

async function list(
  deps: RemittancesApiDeps,
  shopId: string,
  query: Type.Static<typeof ListQuery>,
) {
  const limit = query.limit ?? DEFAULT_LIMIT;
  if (query.reference !== undefined) {
    const found = await byReference(deps, shopId, query.reference);
    return { data: await listView(deps.remittances, found), next_cursor: null, has_more: false };
  }
  const after = decodeCursor(query.cursor, ['string']);
  if (after !== undefined && !UUID.test(after[0])) throw cursorUnreadable();
  const from = query['created_at[gte]'];
  const before = query['created_at[lt]'];
  const rows = await listRemittances(deps.remittances, shopId, {
    limit: limit + 1,
    ...(query.status && { statuses: [query.status] }),
    ...(query.method && { method: query.method }),
    ...(query.account_id && { accountId: query.account_id }),
    ...(from && { createdFrom: readInstant('/created_at[gte]', from) }),
    ...(before && { createdBefore: readInstant('/created_at[lt]', before) }),
    ...(query.q && { q: query.q }),
    ...(after && { after: after[0] }),
  });
  const views = await listView(deps.remittances, rows);
  return pageOf(
    rows.map((row, index) => ({ row, view: views[index]! })),
    limit,
    ({ row }) => [row.remittanceId],
    ({ view }) => view,
  );
}

async function byReference(deps: RemittancesApiDeps, shopId: string, reference: string) {
  try {
    return [await findRemittance(deps.remittances, shopId, { reference })];
  } catch (error) {
    if (error instanceof Refusal && error.code === 'remittance_not_found') return [];
    throw error;
  }
}
