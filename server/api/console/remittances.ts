// /console/api/shops/{shop}/remittances: the table of the management screen and all that is known
// of one remittance. What may be done with one is remittance-acts.ts; what is left out for whom,
// remittance-views.ts.
import type { FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { type PlainDate, tokyoInstant, tokyoTimestamp } from '../../base/clock.ts';
import { SECOND_TYPE_LIMIT_YEN } from '../../base/money.ts';
import { Refusal } from '../../base/refusal.ts';
import {
  type FullView,
  findRemittance,
  fullView,
  listRemittances,
  listView,
} from '../../remittances/find.ts';
import { METHOD_PATTERN } from '../../remittances/method.ts';
import { STATUSES, type Status } from '../../remittances/remittance.ts';
import type { RemittanceDeps } from '../../remittances/terms.ts';
import { trailOf } from '../../remittances/trail.ts';
import type { RemittanceView } from '../../remittances/view.ts';
import { deliveriesOfObject } from '../../webhooks/object-deliveries.ts';
import { cursorUnreadable, decodeCursor, pageOf } from '../cursor.ts';
import { readDay } from '../v1/read-day.ts';
import { CalendarDate, Id, pageQuery, Strict } from '../v1/schemas.ts';
import { type ConsoleApi, mayAlso, ShopParams, shopOf, shopParam } from './console-route.ts';
import {
  type AttemptView,
  attemptViews,
  type DeliveryView,
  deliveryViews,
  redacted,
  type Sight,
  type TransferView,
  transferViews,
} from './remittance-views.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const DEFAULT_ROWS = 50;

export const RemittanceParams = Strict({ ...shopParam, id: Id('rem') });

const AmountBound = Type.Integer({ minimum: 0, maximum: SECOND_TYPE_LIMIT_YEN });
const ONE_STATUS = `(?:${STATUSES.join('|')})`;

const ListQuery = Strict({
  ...pageQuery,
  /** One or several, with commas between; `held` stands for what is held back. */
  status: Type.Optional(
    Type.String({ pattern: `^(?:held|${ONE_STATUS}(?:,${ONE_STATUS}){0,10})$` }),
  ),
  method: Type.Optional(Type.String({ pattern: METHOD_PATTERN })),
  /** Days in Tokyo on which it was instructed, both inclusive. */
  from: Type.Optional(CalendarDate),
  to: Type.Optional(CalendarDate),
  min: Type.Optional(AmountBound),
  max: Type.Optional(AmountBound),
  /** Id, beginning of a reference, holder's name, account, or its last four digits. */
  q: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
});

type ListQuery = Static<typeof ListQuery>;

export interface RemittancePage {
  readonly data: readonly RemittanceView[];
  readonly next_cursor: string | null;
  readonly has_more: boolean;
}

export interface RemittanceDetail {
  readonly remittance: FullView;
  readonly attempts: readonly AttemptView[];
  readonly transfers: readonly TransferView[];
  readonly deliveries: readonly DeliveryView[];
  /** The shop's now: a test shop's clock may stand elsewhere. */
  readonly now: string;
}

export const sightOf = (request: FastifyRequest): Sight => ({
  seesAccounts: mayAlso(request, 'accounts.read'),
  seesKeys: mayAlso(request, 'accounts.reveal'),
});

export function registerConsoleRemittances(api: ConsoleApi, deps: RemittanceDeps): void {
  api.get(
    '/console/api/shops/:shopId/remittances',
    {
      config: { action: 'remittances.read' },
      schema: { params: ShopParams, querystring: ListQuery },
    },
    (request) => list(deps, shopOf(request).shopId, request.query, sightOf(request)),
  );
  api.get(
    '/console/api/shops/:shopId/remittances/:id',
    { config: { action: 'remittances.read' }, schema: { params: RemittanceParams } },
    (request) => detailOf(deps, shopOf(request).shopId, request.params.id, sightOf(request)),
  );
}

async function list(
  deps: RemittanceDeps,
  shopId: string,
  query: ListQuery,
  sight: Sight,
): Promise<RemittancePage> {
  const { limit = DEFAULT_ROWS, status, method, min, max, q } = query;
  const after = decodeCursor(query.cursor, ['string'])?.[0];
  if (after !== undefined && !UUID.test(after)) throw cursorUnreadable();
  const [from, to] = [dayIn(query, 'from'), dayIn(query, 'to')];
  const rows = await listRemittances(deps, shopId, {
    limit: limit + 1,
    ...(status === 'held' && { isHeld: true }),
    ...(status && status !== 'held' && { statuses: status.split(',') as Status[] }),
    ...(method && { method }),
    ...(from && { createdFrom: tokyoInstant(from, '00:00') }),
    ...(to && { createdBefore: tokyoInstant(to.add({ days: 1 }), '00:00') }),
    ...(min !== undefined && { amountFromYen: min }),
    ...(max !== undefined && { amountToYen: max }),
    ...(q && { q }),
    ...(after && { after }),
  });
  const views = await listView(deps, rows);
  return pageOf(
    rows.map((row, index) => ({ row, view: views[index]! })),
    limit,
    ({ row }) => [row.remittanceId],
    ({ view }) => redacted(view, sight),
  );
}

function dayIn(query: ListQuery, name: 'from' | 'to'): PlainDate | null {
  const day = readDay(`/${name}`, query[name]);
  if (day instanceof Refusal) throw day;
  return day;
}

/** All that a person of the shop can know of one remittance. */
export async function detailOf(
  deps: RemittanceDeps,
  shopId: string,
  id: string,
  sight: Sight,
): Promise<RemittanceDetail> {
  const { db } = deps.deeds;
  const remittance = await findRemittance(deps, shopId, { id });
  const { remittanceId } = remittance;
  const [view, trail, deliveries, now] = await Promise.all([
    fullView(deps, remittance),
    trailOf(db, remittance),
    deliveriesOfObject(db, shopId, remittanceId),
    deps.deeds.now(shopId),
  ]);
  return {
    remittance: redacted(view, sight),
    attempts: attemptViews(trail),
    transfers: transferViews(trail.transfers),
    deliveries: deliveryViews(deliveries),
    now: tokyoTimestamp(now),
  };
}
