// POST /v1/remittances/{id}/link/reissue, /remind, /extend, /unlock: what a merchant does with the
// receive link of a remittance that waits for its recipient.
import Type from 'typebox';
import { uuidOf } from '../../base/ids.ts';
import { Refusal } from '../../base/refusal.ts';
import type { Shop } from '../../merchants/shop.ts';
import { findRemittance, fullView } from '../../remittances/find.ts';
import { extendLink, reissueLink, remindLink, unlockLink } from '../../remittances/link-deeds.ts';
import { remittanceNotFound } from '../../remittances/refusals.ts';
import type { RemittanceDeps } from '../../remittances/terms.ts';
import type { Api } from '../resource.ts';
import { readDay } from './read-day.ts';
import { readDeliver } from './read-link.ts';
import { Deliver, ExpiresInDays, RemittanceFull } from './remittance-schemas.ts';
import { both, CalendarDate, IdParams, Strict } from './schemas.ts';

const CONFIG = { scope: 'remittances:write' } as const;

const ReissueBody = Strict(
  { deliver: Type.Optional(Deliver) },
  { examples: [{ deliver: { email: 'hanako@example.jp' } }, {}] },
);

export function registerRemittanceLinks(api: Api, deps: RemittanceDeps): void {
  const answer = async (shop: Shop, id: string) =>
    (await fullView(deps, await findRemittance(deps, shop.shopId, { id }))) as never;
  const uuid = (id: string): string => {
    const found = uuidOf('rem', id);
    if (found === undefined) throw remittanceNotFound();
    return found;
  };
  api.post(
    '/v1/remittances/:id/link/reissue',
    {
      config: CONFIG,
      schema: {
        ...about('受取URLを作り直す', 'Reissue the receive link'),
        description: both(
          '前のURLと番号はその場で無効になります。宛先を変えるときは deliver を指定します。',
          'The former URL and code die at once. Give deliver to change where it is sent.',
        ),
        body: ReissueBody,
      },
    },
    async (request) => {
      const { shop } = request.caller;
      const { deliver } = request.body;
      const read = deliver === undefined ? null : readDeliver(deliver, '/deliver');
      if (read instanceof Refusal) throw read;
      await reissueLink(deps, shop, uuid(request.params.id), read);
      return answer(shop, request.params.id);
    },
  );
  api.post(
    '/v1/remittances/:id/link/extend',
    {
      config: CONFIG,
      schema: {
        ...about('受取期限を延ばす', 'Extend the receive link'),
        body: Strict(
          {
            expires_on: Type.Optional(CalendarDate),
            expires_in_days: Type.Optional(ExpiresInDays),
          },
          { minProperties: 1, maxProperties: 1 },
        ),
      },
    },
    async (request) => {
      const { shop } = request.caller;
      const expiresOn = readDay('/expires_on', request.body.expires_on);
      if (expiresOn instanceof Refusal) throw expiresOn;
      const expiresInDays = request.body.expires_in_days ?? null;
      await extendLink(deps, shop, uuid(request.params.id), { expiresOn, expiresInDays });
      return answer(shop, request.params.id);
    },
  );
  for (const [name, ja, en, deed] of [
    ['remind', '受取人にもう一度知らせる', 'Remind the recipient', remindLink],
    ['unlock', '確認の答えのロックを解く', 'Lift the lock after wrong answers', unlockLink],
  ] as const) {
    api.post(
      `/v1/remittances/:id/link/${name}`,
      { config: CONFIG, schema: about(ja, en) },
      async (request) => {
        const { shop } = request.caller;
        const { id } = request.params as { id: string };
        await deed(deps, shop, uuid(id));
        return answer(shop, id);
      },
    );
  }
}

function about(ja: string, en: string) {
  return {
    tags: ['links'],
    summary: both(ja, en),
    params: IdParams,
    response: { 200: RemittanceFull },
  };
}
