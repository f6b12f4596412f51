// Who calls and whether they may: Bearer key -> `request.caller`, then the scope that the route
// states.
import type { FastifyRequest, onRequestHookHandler } from 'fastify';
import { Refusal } from '../base/refusal.ts';
import { allows, type Scope } from '../merchants/api-key.ts';
import type { ApiKeys } from '../merchants/api-keys.ts';
import { localeOf } from './locale.ts';
import { refusalOf } from './problem.ts';

const MAX_HEADER = 200;

const keyMissing = () =>
  refusalOf(
    'api_key_missing',
    401,
    'APIキーがありません。Authorization: Bearer sk_… を付けてください。',
    'There is no API key. Send Authorization: Bearer sk_….',
  );

const keyInvalid = () =>
  refusalOf(
    'api_key_invalid',
    401,
    'APIキーが正しくないか、失効または期限切れです。有効なキーを使ってください。',
    'The API key is wrong, revoked or expired. Use a live key.',
  );

export const scopeMissing = (scope: Scope) =>
  new Refusal(
    'scope_missing',
    {
      ja: `このAPIキーには権限 ${scope} がありません。権限のあるキーを使ってください。`,
      en: `This API key lacks the scope ${scope}. Use a key that has it.`,
    },
    { status: 403, extra: { required_scope: scope } },
  );

const testKeysOnly = () =>
  refusalOf(
    'test_keys_only',
    403,
    'サンドボックスの操作はテスト用キー（sk_test_…）でのみ行えます。',
    'The sandbox takes test keys (sk_test_…) only.',
  );

/** Sets `request.caller`; throws 401 and 403 refusals. */
export async function authenticate(keys: ApiKeys, request: FastifyRequest): Promise<void> {
  const header = request.headers.authorization;
  if (header === undefined) throw keyMissing();
  const isBearer = header.length <= MAX_HEADER && /^bearer /i.test(header);
  const caller = isBearer ? await keys.authenticate(header.slice(7).trim()) : undefined;
  if (caller === undefined) throw keyInvalid();
  request.caller = {
    shop: caller.shop,
    keyId: caller.keyId,
    scopes: caller.scopes,
    locale: localeOf(request.headers['accept-language']),
  };
}

/** The step that holds a route's scope; runs after the rate limit, so that refusals count too. */
export function authorize(scope: Scope): onRequestHookHandler {
  return (request, _reply, done) => {
    const { scopes, shop } = request.caller;
    if (!allows(scopes, scope)) done(scopeMissing(scope));
    else if (scope === 'sandbox:write' && shop.mode !== 'test') done(testKeysOnly());
    else done();
  };
}
