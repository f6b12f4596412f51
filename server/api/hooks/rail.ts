// POST /hooks/rail/<rail account id>: result notices that a rail pushes. Guards itself: the rail
// checks the signature over the body as it came. Answered only after the result is applied.
import Type from 'typebox';
import { receiveResultNotice } from '../../remittances/result-notice.ts';
import type { RemittanceDeps } from '../../remittances/terms.ts';
import type { Api } from '../resource.ts';
import { Strict } from '../v1/schemas.ts';
import { takeTextBodies, textHeaders, UUID_PATTERN } from './text-body.ts';

export function registerRailHook(api: Api, deps: RemittanceDeps): void {
  api.register(async (open) => {
    const scope = open as Api;
    takeTextBodies(scope);
    scope.post(
      '/hooks/rail/:rail_account_id',
      {
        schema: {
          hide: true,
          params: Strict({ rail_account_id: Type.String({ pattern: UUID_PATTERN }) }),
        },
      },
      async (request) => {
        const body = typeof request.body === 'string' ? request.body : '';
        const headers = textHeaders(request.headers);
        await receiveResultNotice(deps, request.params.rail_account_id, { headers, body });
        return {};
      },
    );
  });
}
