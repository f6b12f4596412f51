// What a person may do with a remittance on the management screen: cancel it, and remind, extend,
// reissue or unlock its receive link. Each is in the audit log in the same transaction, and answers
// the remittance as it is afterwards. A link goes only ever to the address it has.
import type { FastifyRequest } from 'fastify';
import type { Deeds } from '../../base/deed.ts';
import { uuidOf } from '../../base/ids.ts';
import { Refusal } from '../../base/refusal.ts';
import type { Audit } from '../../merchants/audit.ts';
import { auditedDeeds } from '../../merchants/audited-deeds.ts';
import type { Shop } from '../../merchants/shop.ts';
import { cancel } from '../../remittances/cancel.ts';
import { extendLink, reissueLink, remindLink, unlockLink } from '../../remittances/link-deeds.ts';
import { remittanceNotFound } from '../../remittances/refusals.ts';
import type { RemittanceDeps } from '../../remittances/terms.ts';
import { readDay } from '../v1/read-day.ts';
import { CalendarDate, Strict } from '../v1/schemas.ts';
import { actingAs, type ConsoleApi, shopOf } from './console-route.ts';
import { detailOf, RemittanceParams, sightOf } from './remittances.ts';

const params = RemittanceParams;

export interface ActDeps {
  readonly remittances: RemittanceDeps;
  readonly audit: Audit;
}

export function registerRemittanceActs(api: ConsoleApi, deps: ActDeps): void {
  const run = (action: string, deed: Deed) => (request: FastifyRequest) =>
    act(deps, request, action, deed);
  const path = '/console/api/shops/:shopId/remittances/:id';
  api.post(
    `${path}/cancel`,
    { config: { action: 'remittances.cancel' }, schema: { params } },
    run('remittance.canceled', (audited, shop, id) => cancel(audited, shop.shopId, id)),
  );
  for (const [name, action, deed] of [
    ['remind', 'link.reminded', remindLink],
    ['unlock', 'link.unlocked', unlockLink],
    [
      'reissue',
      'link.reissued',
      (audited: RemittanceDeps, shop: Shop, id: string) => reissueLink(audited, shop, id, null),
    ],
  ] as const) {
    api.post(
      `${path}/link/${name}`,
      { config: { action: 'remittances.remind' }, schema: { params } },
      run(action, deed),
    );
  }
  api.post(
    `${path}/link/extend`,
    {
      config: { action: 'remittances.remind' },
      schema: { params, body: Strict({ until: CalendarDate }) },
    },
    (request) => {
      const expiresOn = readDay('/until', request.body.until);
      if (expiresOn instanceof Refusal) throw expiresOn;
      const wish = { expiresOn, expiresInDays: null };
      return act(deps, request, 'link.extended', (audited, shop, id) =>
        extendLink(audited, shop, id, wish),
      );
    },
  );
}

type Deed = (deps: RemittanceDeps, shop: Shop, remittanceId: string) => Promise<unknown>;

async function act(deps: ActDeps, request: FastifyRequest, action: string, deed: Deed) {
  const { remittances, audit } = deps;
  const shop = shopOf(request);
  const { id } = request.params as { readonly id: string };
  const uuid = uuidOf('rem', id);
  if (uuid === undefined) throw remittanceNotFound();
  const entry = { by: actingAs(request), action, subject: id, data: {} };
  const deeds: Deeds = auditedDeeds({ deeds: remittances.deeds, audit }, entry);
  await deed({ ...remittances, deeds }, shop, uuid);
  return detailOf(remittances, shop.shopId, id, sightOf(request));
}
