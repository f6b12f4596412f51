// POST /hooks/bank/<rail account id>: deposit notices that a bank's API sends. Guards itself: the
// rail checks the signature over the body as it came. Answered only after the notices are kept.
import Type from 'typebox';
import type { PollingDeps } from '../../funds/polling-deps.ts';
import { receiveWebhook } from '../../funds/receive-credit-notice.ts';
import type { Api } from '../resource.ts';
import { Strict } from '../v1/schemas.ts';

const BODY_LIMIT_BYTES = 262_144;
const UUID = '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$';

export function registerBankHook(api: Api, deps: PollingDeps): void {
  api.register(async (open) => {
    const scope = open as Api;
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      '*',
      { parseAs: 'string', bodyLimit: BODY_LIMIT_BYTES },
      (_request, body, done) => done(null, body),
    );
    scope.post(
      '/hooks/bank/:rail_account_id',
      {
        schema: {
          hide: true,
          params: Strict({ rail_account_id: Type.String({ pattern: UUID }) }),
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

function textHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  const text: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value === 'string') text[name] = value;
  }
  return text;
}
