// /v1/events: what happened to the shop, newest first, one event with where it was sent, and
// sending one again. Sending many again is webhook-endpoints.ts.

import { eventsBefore } from '../../base/events.ts';
import { publicId } from '../../base/ids.ts';
import { showEvent } from '../../webhooks/delivery.ts';
import { deliveriesOfEvents } from '../../webhooks/delivery-store.ts';
import { endpointsOf } from '../../webhooks/endpoint-store.ts';
import { findEvent, redeliverEvent } from '../../webhooks/replay.ts';
import { DEFAULT_LIMIT, decodeCursor, encodeCursor } from '../cursor.ts';
import type { Api } from '../resource.ts';
import { both, IdParams, Nullable, PageOf } from './schemas.ts';
import type { WebhookApiDeps } from './webhook-endpoints.ts';
import {
  EventsQuery,
  EventView,
  EventWithDeliveries,
  RedeliverAnswer,
  RedeliverBody,
  showDelivery,
} from './webhook-schemas.ts';

const tags = ['events'];

export function registerEvents(api: Api, webhooks: WebhookApiDeps): void {
  registerList(api, webhooks);
  registerRead(api, webhooks);
  registerRedeliver(api, webhooks);
}

function registerList(api: Api, webhooks: WebhookApiDeps): void {
  api.get(
    '/v1/events',
    {
      config: { scope: 'events:read' },
      schema: {
        tags,
        summary: both('イベントの一覧（新しい順）', 'List events, newest first'),
        description: both(
          'type で絞り込むと、件数が limit より少ないページが途中にあることがあります（has_more まで確認してください）。',
          'Filtered by type, a page may be short without being the last: has_more tells.',
        ),
        querystring: EventsQuery,
        response: { 200: PageOf(EventView) },
      },
    },
    async (request) => {
      const { limit = DEFAULT_LIMIT, cursor, type = null } = request.query;
      const [before = null] = decodeCursor(cursor, ['number']) ?? [];
      const { db } = webhooks.desk.deeds;
      const { shopId } = request.caller.shop;
      const { events, nextBefore } = await eventsBefore(db, shopId, { before, type, limit });
      return {
        data: events.map(showEvent),
        next_cursor: nextBefore === null ? null : encodeCursor([nextBefore]),
        has_more: nextBefore !== null,
      };
    },
  );
}

function registerRead(api: Api, webhooks: WebhookApiDeps): void {
  api.get(
    '/v1/events/:id',
    {
      config: { scope: 'events:read' },
      schema: {
        tags,
        summary: both('イベントの照会', 'Read an event, and where it was sent'),
        params: IdParams,
        response: { 200: EventWithDeliveries },
      },
    },
    async (request) => {
      const { shopId } = request.caller.shop;
      const { db } = webhooks.desk.deeds;
      const event = await findEvent(webhooks.desk, shopId, request.params.id);
      const endpoints = await endpointsOf(db, shopId);
      const ids = endpoints.map((endpoint) => endpoint.endpointId);
      const deliveries = await deliveriesOfEvents(db, shopId, ids, [event.seq]);
      return {
        ...showEvent(event),
        deliveries: deliveries.map((delivery) => showDelivery(delivery, event)),
      };
    },
  );
}

function registerRedeliver(api: Api, webhooks: WebhookApiDeps): void {
  api.post(
    '/v1/events/:id/redeliver',
    {
      config: { scope: 'webhooks:write' },
      schema: {
        tags,
        summary: both('イベントの再送', 'Send an event again'),
        description: both(
          'endpoint_id を指定しなければ、この種類を受け取る有効な送信先すべてに再送します。IDと内容は同じです。',
          'To every enabled endpoint that takes it, or to endpoint_id alone. Same id and body.',
        ),
        params: IdParams,
        body: Nullable(RedeliverBody),
        response: { 202: RedeliverAnswer },
      },
    },
    async (request, reply) => {
      const { shopId } = request.caller.shop;
      const endpointId = request.body?.endpoint_id;
      const { id } = request.params;
      const sent = await redeliverEvent(webhooks.desk, shopId, id, endpointId);
      webhooks.nudge(shopId);
      return reply.code(202).send({
        event_id: sent.event.id,
        endpoint_ids: sent.endpoints.map((endpoint) => publicId('whe', endpoint.endpointId)),
      });
    },
  );
}
