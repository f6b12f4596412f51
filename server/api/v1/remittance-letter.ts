// GET /v1/remittances/{id}/link/letter: the letter to a recipient without mail, as PDF.
import Type from 'typebox';
import { uuidOf } from '../../base/ids.ts';
import type { OperatorNotice } from '../../messages/operator-notice.ts';
import { printLetter } from '../../remittances/print-letter.ts';
import { remittanceNotFound } from '../../remittances/refusals.ts';
import type { RemittanceDeps } from '../../remittances/terms.ts';
import type { Api } from '../resource.ts';
import { both, IdParams } from './schemas.ts';

export interface LetterDeps {
  readonly remittances: RemittanceDeps;
  readonly operator: OperatorNotice;
}

export function registerRemittanceLetter(api: Api, deps: LetterDeps): void {
  api.get(
    '/v1/remittances/:id/link/letter',
    {
      config: { scope: 'remittances:write' },
      schema: {
        tags: ['links'],
        summary: both('手紙（PDF）', 'The letter to the recipient, as PDF'),
        description: both(
          'メールのない受取人への手紙です。QRコードと照会コードが入ります。手続きのあとは、受け付けた内容の通知になります。' +
            '届かなかったときは reissue で前のURLを無効にしてから、もう一度取得します。',
          'For recipients without mail, with QR code and reference code; after the choice it ' +
            'confirms what was entered. If it came back undelivered: reissue, then get it again.',
        ),
        params: IdParams,
        response: {
          200: {
            description: 'PDF',
            content: {
              'application/pdf': { schema: Type.Unsafe({ type: 'string', format: 'binary' }) },
            },
          },
        },
      },
    },
    async (request, reply) => {
      const { shop } = request.caller;
      const { id } = request.params;
      const remittanceId = uuidOf('rem', id);
      if (remittanceId === undefined) throw remittanceNotFound();
      const { operator, remittances } = deps;
      const pdf = await printLetter({ ...remittances, operator }, shop, remittanceId);
      reply.header('content-disposition', `attachment; filename="letter-${id}.pdf"`);
      return reply.type('application/pdf').send(pdf as never);
    },
  );
}
