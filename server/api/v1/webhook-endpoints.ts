// /v1/webhook_endpoints: where events are sent, the secret that signs them, what became of each
// delivery, sending again. Rules are in server/webhooks; schemas and views in webhook-schemas.ts.
import Type from 'typebox';
import { eventsBySeq } from '../../base/events.ts';
import { showEvent } from '../../webhooks/delivery.ts';
import { deliveriesTo } from '../../webhooks/delivery-store.ts';
import { showEndpoint } from '../../webhooks/endpoint.ts';
import * as desk from '../../webhooks/endpoint-desk.ts';
import { endpointsOf } from '../../webhooks/endpoint-store.ts';
import { replayUnclear, spanRefused } from '../../webhooks/refusals.ts';
import { replayDead, replaySpan } from '../../webhooks/replay.ts';
import type { Webhooks } from '../../webhooks/webhooks.ts';
import { DEFAULT_LIMIT, decodeCursor, encodeCursor, pageOf } from '../cursor.ts';
import type { Api } from '../resource.ts';
import { both, IdParams, Nullable, PageOf } from './schemas.ts';
import {
  ChangeBody,
  CreateBody,
  DeliveriesQuery,
  DeliveryView,
  EndpointView,
  EndpointWithSecret,
  EventView,
  ReplayAnswer,
  ReplayBody,
  RotateBody,
  showDelivery,
} from './webhook-schemas.ts';

const tags = ['webhooks'];
const reads = { config: { scope: 'webhooks:read' } } as const;
const writes = { config: { scope: 'webhooks:write' } } as const;

export type WebhookApiDeps = Pick<Webhooks, 'desk' | 'nudge'>;

export function registerWebhookEndpoints(api: Api, webhooks: WebhookApiDeps): void {
  registerCreate(api, webhooks);
  registerRead(api, webhooks);
  registerChange(api, webhooks);
  registerRotate(api, webhooks);
  registerPing(api, webhooks);
  registerDeliveries(api, webhooks);
  registerReplay(api, webhooks);
}

function registerCreate(api: Api, webhooks: WebhookApiDeps): void {
  api.post(
    '/v1/webhook_endpoints',
    {
      ...writes,
      schema: {
        tags,
        summary: both('Webhook送信先の登録', 'Create a webhook endpoint'),
        description: both(
          '登録後のイベントが署名付き（Standard Webhooks）で送信されます。署名鍵はこの回答でのみ表示します。',
          'Events from now on are sent, signed by Standard Webhooks. The secret shows only here.',
        ),
        body: CreateBody,
        response: { 201: EndpointWithSecret },
      },
    },
    async (request, reply) => {
      const { url, event_types: eventTypes = [], description = '' } = request.body;
      const input = { url, eventTypes, description };
      const created = await desk.createEndpoint(webhooks.desk, request.caller.shop, input);
      return reply.code(201).send({ ...showEndpoint(created.endpoint), secret: created.secret });
    },
  );
}

function registerRead(api: Api, webhooks: WebhookApiDeps): void {
  api.get(
    '/v1/webhook_endpoints',
    {
      ...reads,
      schema: {
        tags,
        summary: both('Webhook送信先の一覧', 'List webhook endpoints'),
        response: { 200: PageOf(EndpointView) },
      },
    },
    async (request) => {
      const { db } = webhooks.desk.deeds;
      const endpoints = await endpointsOf(db, request.caller.shop.shopId);
      return { data: endpoints.map(showEndpoint), next_cursor: null, has_more: false };
    },
  );
  api.get(
    '/v1/webhook_endpoints/:id',
    {
      ...reads,
      schema: {
        tags,
        summary: both('Webhook送信先の照会', 'Read a webhook endpoint'),
        params: IdParams,
        response: { 200: EndpointView },
      },
    },
    async (request) => {
      const { shopId } = request.caller.shop;
      return showEndpoint(await desk.findEndpoint(webhooks.desk, shopId, request.params.id));
    },
  );
}

function registerChange(api: Api, webhooks: WebhookApiDeps): void {
  api.patch(
    '/v1/webhook_endpoints/:id',
    {
      ...writes,
      schema: {
        tags,
        summary: both('Webhook送信先の変更・停止・再開', 'Change, disable or enable an endpoint'),
        description: both(
          '指定した項目だけを変更します。停止すると送信待ちは断念となり、再開後に replay で再送できます。',
          'Changes what is given. Disabled, what waits is given up; replay it when enabled.',
        ),
        params: IdParams,
        body: ChangeBody,
        response: { 200: EndpointView },
      },
    },
    async (request) => {
      const { shop } = request.caller;
      const { event_types: eventTypes, ...rest } = request.body;
      const change = { ...rest, ...(eventTypes && { eventTypes }) };
      return showEndpoint(
        await desk.changeEndpoint(webhooks.desk, shop, request.params.id, change),
      );
    },
  );
  api.delete(
    '/v1/webhook_endpoints/:id',
    {
      ...writes,
      schema: {
        tags,
        summary: both('Webhook送信先の削除', 'Delete a webhook endpoint'),
        params: IdParams,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      await desk.deleteEndpoint(webhooks.desk, request.caller.shop.shopId, request.params.id);
      return reply.code(204).send(null);
    },
  );
}

function registerRotate(api: Api, webhooks: WebhookApiDeps): void {
  api.post(
    '/v1/webhook_endpoints/:id/rotate_secret',
    {
      ...writes,
      schema: {
        tags,
        summary: both('署名鍵の更新', 'Rotate the signing secret'),
        description: both(
          '新しい署名鍵を返します。前の鍵は指定時間（既定24時間）有効で、その間は両方で署名します。',
          'Answers a new secret. The former one lives for the hours given (24); both sign.',
        ),
        params: IdParams,
        body: Nullable(RotateBody),
        response: { 200: EndpointWithSecret },
      },
    },
    async (request) => {
      const { shopId } = request.caller.shop;
      const hours = request.body?.previous_valid_hours ?? 24;
      const rotated = await desk.rotateSecret(webhooks.desk, shopId, request.params.id, hours);
      return { ...showEndpoint(rotated.endpoint), secret: rotated.secret };
    },
  );
}

function registerPing(api: Api, webhooks: WebhookApiDeps): void {
  api.post(
    '/v1/webhook_endpoints/:id/ping',
    {
      ...writes,
      schema: {
        tags,
        summary: both('テスト送信', 'Send a test event'),
        description: both(
          '`webhook_endpoint.ping` をこの送信先だけに送ります。結果は deliveries で確認できます。',
          'Sends `webhook_endpoint.ping` to this endpoint alone; see its deliveries.',
        ),
        params: IdParams,
        response: { 202: EventView },
      },
    },
    async (request, reply) => {
      const { shopId } = request.caller.shop;
      const event = await desk.pingEndpoint(webhooks.desk, shopId, request.params.id);
      webhooks.nudge(shopId);
      return reply.code(202).send(showEvent(event));
    },
  );
}

function registerDeliveries(api: Api, webhooks: WebhookApiDeps): void {
  api.get(
    '/v1/webhook_endpoints/:id/deliveries',
    {
      ...reads,
      schema: {
        tags,
        summary: both('配信状況（新しい順）', 'Deliveries, newest event first'),
        params: IdParams,
        querystring: DeliveriesQuery,
        response: { 200: PageOf(DeliveryView) },
      },
    },
    async (request) => {
      const { shopId } = request.caller.shop;
      const { db } = webhooks.desk.deeds;
      const { limit = DEFAULT_LIMIT, cursor, status } = request.query;
      const { endpointId } = await desk.findEndpoint(webhooks.desk, shopId, request.params.id);
      const [before = null] = decodeCursor(cursor, ['number']) ?? [];
      const page = { before, onlyDead: status === 'dead', limit: limit + 1 };
      const rows = await deliveriesTo(db, shopId, endpointId, page);
      const seqs = rows.map((row) => row.eventSeq);
      const events = new Map((await eventsBySeq(db, shopId, seqs)).map((it) => [it.seq, it]));
      return pageOf(
        rows,
        limit,
        (row) => [row.eventSeq],
        (row) => showDelivery(row, events.get(row.eventSeq)!),
      );
    },
  );
}

function registerReplay(api: Api, webhooks: WebhookApiDeps): void {
  api.post(
    '/v1/webhook_endpoints/:id/replay',
    {
      ...writes,
      schema: {
        tags,
        summary: both('まとめて再送', 'Send many again'),
        description: both(
          '`status: "dead"` で断念分、`since`（と `until`）で期間内のイベントを、1回に最大1,000件再送します。',
          'Up to 1,000 a call: what was given up (`status: "dead"`) or a span (`since`, `until`).',
        ),
        params: IdParams,
        body: ReplayBody,
        response: { 202: ReplayAnswer },
      },
    },
    async (request, reply) => {
      const { shopId } = request.caller.shop;
      const answer = await replay(webhooks, shopId, request.params.id, request.body);
      webhooks.nudge(shopId);
      return reply.code(202).send(answer);
    },
  );
}

interface ReplayRequest {
  readonly status?: 'dead';
  readonly since?: string;
  readonly until?: string;
  readonly cursor?: string;
}

async function replay(webhooks: WebhookApiDeps, shopId: string, id: string, body: ReplayRequest) {
  const { status, since, until, cursor } = body;
  if ((status === undefined) === (since === undefined)) throw replayUnclear();
  if (since === undefined) {
    const { queued, hasMore } = await replayDead(webhooks.desk, shopId, id);
    return { queued, next_cursor: null, has_more: hasMore };
  }
  const [after = 0] = decodeCursor(cursor, ['number']) ?? [];
  const replayed = await replaySpan(webhooks.desk, shopId, id, {
    since: readInstant(since),
    until: until === undefined ? await webhooks.desk.deeds.now(shopId) : readInstant(until),
    after,
  });
  const next_cursor = replayed.after === null ? null : encodeCursor([replayed.after]);
  return { queued: replayed.queued, next_cursor, has_more: next_cursor !== null };
}

/** Of the years in which anything can have happened: others the database cannot compare with. */
function readInstant(text: string): Temporal.Instant {
  try {
    const at = Temporal.Instant.from(text);
    const { year } = at.toZonedDateTimeISO('UTC');
    if (year >= 2000 && year < 2200) return at;
  } catch {
    // Well-formed to the schema, but no such moment: refused like one out of range.
  }
  throw spanRefused();
}
