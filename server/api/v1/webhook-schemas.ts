// Schemas and views of webhook endpoints, deliveries and events. Routes are in webhook-endpoints.ts
// and events.ts.
import Type from 'typebox';
import { tokyoTimestamp } from '../../base/clock.ts';
import type { StoredEvent } from '../../base/events.ts';
import { publicId } from '../../base/ids.ts';
import type { Delivery } from '../../webhooks/delivery-store.ts';
import { EVENT_TYPE_PATTERN, MAX_EVENT_TYPES } from '../../webhooks/endpoint.ts';
import { MAX_URL_LENGTH } from '../../webhooks/target-url.ts';
import { both, Id, Nullable, OneOf, pageQuery, Strict, Timestamp } from './schemas.ts';

const Url = Type.String({
  minLength: 1,
  maxLength: MAX_URL_LENGTH,
  description: both(
    '送信先URL。本番は https（ポート443、8443）のみ。社内など非公開のアドレスには送信しません',
    'Where to send. Live: https, ports 443 and 8443. Only public addresses are taken',
  ),
  examples: ['https://shop.example.jp/kawase/webhooks'],
});

const EventTypes = Type.Array(Type.String({ pattern: EVENT_TYPE_PATTERN }), {
  maxItems: MAX_EVENT_TYPES,
  uniqueItems: true,
  description: both(
    '受け取るイベントの種類。`remittance.*` のような指定もできます。空ならすべて',
    'Types of events to send, `remittance.*` for all that begin so; empty for all',
  ),
  examples: [['remittance.*', 'deposit.received']],
});

const Description = Type.String({
  maxLength: 200,
  description: both('メモ', 'A note of your own'),
  examples: ['経理システム'],
});

const Status = OneOf(['enabled', 'disabled'], {
  description: both('有効・停止', 'Whether events are sent to it'),
});

export const CreateBody = Strict({
  url: Url,
  event_types: Type.Optional(EventTypes),
  description: Type.Optional(Description),
});

export const ChangeBody = Strict({
  url: Type.Optional(Url),
  event_types: Type.Optional(EventTypes),
  description: Type.Optional(Description),
  status: Type.Optional(Status),
});

export const RotateBody = Strict({
  previous_valid_hours: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 168,
      default: 24,
      description: both(
        '前の署名鍵でも署名を続ける時間',
        'Hours for which the former secret signs beside the new one',
      ),
    }),
  ),
});

const endpointFields = {
  id: Id('whe'),
  url: Url,
  event_types: EventTypes,
  description: Description,
  status: Status,
  disabled_reason: Nullable(
    OneOf(['by_merchant', 'gone', 'failing'], {
      description: both(
        '停止の理由（加盟店の操作、410応答、5日間の失敗継続）',
        'Why it is off: by the merchant, answered 410, or failed for five days',
      ),
    }),
  ),
  previous_secret_ends_at: Nullable(Timestamp),
  failing_since: Nullable(Timestamp),
  last_success_at: Nullable(Timestamp),
  last_failure_at: Nullable(Timestamp),
  throttled_until: Nullable(Timestamp),
  created_at: Timestamp,
  updated_at: Timestamp,
} as const;

export const EndpointView = Strict(endpointFields);

export const EndpointWithSecret = Strict({
  ...endpointFields,
  secret: Type.String({
    description: both(
      '署名鍵（Standard Webhooks）。この回答でのみ表示します',
      'Signing secret (Standard Webhooks). Shown in this answer only',
    ),
    examples: ['whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD8mJ0m7GmK0g='],
  }),
});

export const DeliveryView = Strict({
  event_id: Id('evt'),
  event_type: Type.String({ examples: ['remittance.paid'] }),
  endpoint_id: Id('whe'),
  status: OneOf(['pending', 'delivered', 'dead', 'canceled'], {
    description: both(
      '送信待ち・到達・断念・取りやめ',
      'Waiting, arrived, given up after the last retry, or its endpoint was deleted',
    ),
  }),
  attempts: Type.Integer({ examples: [1] }),
  replays: Type.Integer({ examples: [0] }),
  next_attempt_at: Nullable(Timestamp),
  response_status: Nullable(Type.Integer({ examples: [204] })),
  error: Nullable(
    Type.String({
      description: both('応答がなかった理由', 'Why there was no answer'),
      examples: ['timeout', 'connection_refused', 'tls', 'name_not_found', 'address_not_allowed'],
    }),
  ),
  duration_ms: Nullable(Type.Integer({ examples: [84] })),
  last_attempt_at: Nullable(Timestamp),
  delivered_at: Nullable(Timestamp),
  created_at: Timestamp,
});

export const DeliveriesQuery = Strict({
  ...pageQuery,
  status: Type.Optional(OneOf(['dead'], { description: both('断念分のみ', 'Given up only') })),
});

export const ReplayBody = Strict({
  status: Type.Optional(OneOf(['dead'])),
  since: Type.Optional(Timestamp),
  until: Type.Optional(Timestamp),
  cursor: pageQuery.cursor,
});

export const ReplayAnswer = Strict({
  queued: Type.Integer({
    description: both('再送待ちにした件数', 'Deliveries that will be sent again'),
    examples: [42],
  }),
  next_cursor: Nullable(Type.String({ examples: ['WzEwNDJd'] })),
  has_more: Type.Boolean({
    description: both(
      'true なら、同じ指定（期間の場合は cursor を付けて）でもう一度呼び出してください',
      'If true, call again the same way, with the cursor where a span was asked for',
    ),
  }),
});

const eventFields = {
  id: Id('evt'),
  type: Type.String({ examples: ['remittance.paid'] }),
  timestamp: Timestamp,
  sequence: Type.Integer({
    description: both(
      '対象（送金など）ごとの通し番号。順序の判定に使えます',
      'Number of the event within its object; order by it',
    ),
    examples: [4],
  }),
  data: Type.Unsafe<Record<string, unknown>>({
    type: 'object',
    additionalProperties: true,
    description: both('その時点の対象', 'The object as it was then'),
    examples: [{ id: 'rem_01jdc3q9vhf9k8t3m5n7p2r4s6', status: 'paid', amount: 12_000 }],
  }),
} as const;

/** Exactly what a webhook's body holds. */
export const EventView = Strict(eventFields);

export const EventWithDeliveries = Strict({
  ...eventFields,
  deliveries: Type.Array(DeliveryView),
});

export const EventsQuery = Strict({
  ...pageQuery,
  type: Type.Optional(
    Type.String({
      pattern: EVENT_TYPE_PATTERN,
      description: both('イベントの種類', 'Only this type'),
      examples: ['remittance.paid'],
    }),
  ),
});

export const RedeliverBody = Strict({ endpoint_id: Type.Optional(Id('whe')) });

export const RedeliverAnswer = Strict({
  event_id: Id('evt'),
  endpoint_ids: Type.Array(Id('whe')),
});

export function showDelivery(delivery: Delivery, event: Pick<StoredEvent, 'id' | 'type'>) {
  const at = (instant: Temporal.Instant | null) => instant && tokyoTimestamp(instant);
  return {
    event_id: event.id,
    event_type: event.type,
    endpoint_id: publicId('whe', delivery.endpointId),
    status: delivery.status,
    attempts: delivery.attempts,
    replays: delivery.replays,
    next_attempt_at: at(delivery.nextAt),
    response_status: delivery.lastStatus,
    error: delivery.lastError,
    duration_ms: delivery.lastDurationMs,
    last_attempt_at: at(delivery.lastAttemptAt),
    delivered_at: at(delivery.deliveredAt),
    created_at: tokyoTimestamp(delivery.createdAt),
  };
}
