// POST /v1/remittances/{id}/recall: money that reached a wrong account is asked back (組戻し). What
// comes of it is told as events, and read as `recall` of the remittance.
import { uuidOf } from '../../base/ids.ts';
import { findRemittance, fullView } from '../../remittances/find.ts';
import { requestRecall } from '../../remittances/recall.ts';
import { remittanceNotFound } from '../../remittances/refusals.ts';
import type { RemittanceDeps } from '../../remittances/terms.ts';
import type { Api } from '../resource.ts';
import { RemittanceFull } from './remittance-schemas.ts';
import { both, IdParams } from './schemas.ts';

export function registerRemittanceRecall(api: Api, deps: RemittanceDeps): void {
  api.post(
    '/v1/remittances/:id/recall',
    {
      config: { scope: 'remittances:write' },
      schema: {
        tags: ['remittances'],
        summary: both('組戻しを依頼する', 'Ask for a paid remittance back'),
        description: both(
          '完了した銀行振込だけが対象です。受取側の同意がなければ戻りません。' +
            '状態は資金が戻ったときにだけ変わります。',
          'Only for a paid bank transfer. Without the consent of the receiving side nothing ' +
            'comes back; only arrived money changes the status.',
        ),
        params: IdParams,
        response: { 200: RemittanceFull },
      },
    },
    async (request) => {
      const { shop } = request.caller;
      const { id } = request.params;
      const remittanceId = uuidOf('rem', id);
      if (remittanceId === undefined) throw remittanceNotFound();
      await requestRecall(deps, shop, remittanceId);
      return (await fullView(deps, await findRemittance(deps, shop.shopId, { id }))) as never;
    },
  );
}
