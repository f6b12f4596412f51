// POST /hooks/sms/<shop id>/<message id>: status callbacks of the SMS provider. Guards itself: the
// signature covers the URL and every field of the form.
import Type from 'typebox';
import { receiveSmsReport } from '../../messages/receive-sms-report.ts';
import type { MessageDeps } from '../../messages/send-message.ts';
import type { Api } from '../resource.ts';
import { Strict } from '../v1/schemas.ts';

const BODY_LIMIT_BYTES = 16_384;
const UUID = '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$';

export function registerSmsHook(api: Api, deps: MessageDeps): void {
  api.register(async (open) => {
    const scope = open as Api;
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: BODY_LIMIT_BYTES },
      (_request, body, done) => done(null, body),
    );
    scope.post(
      '/hooks/sms/:shop_id/:message_id',
      {
        schema: {
          hide: true,
          params: Strict({
            shop_id: Type.String({ pattern: UUID }),
            message_id: Type.String({ pattern: UUID }),
          }),
        },
      },
      async (request) => {
        const { shop_id: shopId, message_id: messageId } = request.params;
        const body = typeof request.body === 'string' ? request.body : '';
        const signature = `${request.headers['x-twilio-signature'] ?? ''}`;
        await receiveSmsReport(deps, { shopId, messageId, body, signature });
        return {};
      },
    );
  });
}
