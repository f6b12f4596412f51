// POST /hooks/bank/<rail account id>: deposit notices that a bank's API sends. Guards itself: the
// rail checks the signature over the body as it came. Answered only after the notices are kept.
import Type from 'typebox';
import type { PollingDeps } from '../../funds/polling-deps.ts';
import { receiveWebhook } from '../../funds/receive-credit-notice.ts';
import type { Api } from '../resource.ts';
import { Strict } from '../v1/schemas.ts';
import { takeTextBodies, textHeaders, UUID_PATTERN } from './text-body.ts';

export function registerBankHook(api: Api, deps: PollingDeps): void {
  api.register(async (open) => {
    const scope = open as Api;
    takeTextBodies(scope);
    scope.post(
      '/hooks/bank/:rail_account_id',
      {
        schema: {
          hide: true,
          params: Strict({ rail_account_id: Type.String({ pattern: UUID_PATTERN }) }),
        },
      },
      async (request) => {
        const body = typeof request.body === 'string' ? request.body : '';
        const headers = textHeaders(request.headers);
        await receiveWebhook(deps, request.params.rail_account_id, { headers, body });
        return {};
      },
    );
  });
}
