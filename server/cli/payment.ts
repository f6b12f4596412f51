// `payment undo`: a payment that should not have been made, taken back at the rail that made it.

import { publicId } from '../base/ids.ts';
import { auditedDeeds } from '../merchants/audited-deeds.ts';
import { undoPayment } from '../remittances/undo-payment.ts';
import { theRemittance } from './find-remittance.ts';
import { SHOP } from './find-tenant.ts';
import type { Noun } from './verb.ts';
import { word } from './words.ts';

export const payment: Noun = {
  name: 'payment',
  says: { ja: '支払い済みの送金', en: 'payments that were made' },
  verbs: [
    {
      name: 'undo',
      says: {
        ja: '誤った支払いを送金経路で取り消す（Amazonギフトカード残高など、15分以内）',
        en: 'take a wrong payment back at its rail (gift balance: within 15 minutes)',
      },
      example: 'payment undo refund-1 --shop 100001',
      args: [
        {
          name: '<remittance>',
          says: {
            ja: '送金ID（rem_…）、または照会番号と--shop',
            en: 'ID, or reference with --shop',
          },
        },
      ],
      options: [SHOP],
      confirm: {
        ja: '受取人からお金が戻ります。取り消しますか？',
        en: 'The recipient loses the money again. Undo it?',
      },
      async run(session, given) {
        const core = await session.core();
        const { shopId, remittanceId } = await theRemittance(core, given);
        const { by } = session;
        const entry = { by, action: 'payment.undone', subject: remittanceId, data: {} };
        const deps = { ...core.remittances, deeds: auditedDeeds(core, entry) };
        const undone = await undoPayment(deps, shopId, remittanceId);
        const status = word(session, undone.status);
        return {
          json: { id: publicId('rem', remittanceId), status: undone.status },
          text: session.say(`取り消しました（${status}）。`, `Undone (${status}).`),
        };
      },
    },
  ],
};
