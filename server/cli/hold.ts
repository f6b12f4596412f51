// `hold`: one remittance kept back from dispatch (確認中), and let go again.

import { publicId } from '../base/ids.ts';
import { auditedDeeds } from '../merchants/audited-deeds.ts';
import { hold as holdBack, release } from '../remittances/hold.ts';
import type { HoldReason, Remittance } from '../remittances/remittance.ts';
import { theRemittance } from './find-remittance.ts';
import { SHOP } from './find-tenant.ts';
import { choice } from './read-input.ts';
import type { Argument, Noun } from './verb.ts';
import { word } from './words.ts';

const REASONS: readonly HoldReason[] = ['operator', 'fraud', 'look_alike', 'maintenance'];

const REMITTANCE: Argument = {
  name: '<remittance>',
  says: { ja: '送金ID（rem_…）、または照会番号と--shop', en: 'ID, or reference with --shop' },
};

const json = (remittance: Remittance) => ({
  id: publicId('rem', remittance.remittanceId),
  reference: remittance.reference,
  status: remittance.status,
  hold_reason: remittance.holdReason,
});

export const hold: Noun = {
  name: 'hold',
  says: { ja: '送金の保留', en: 'holds on remittances' },
  verbs: [
    {
      name: 'set',
      says: { ja: '送金経路に渡る前の送金を保留する', en: 'keep a remittance back' },
      example: 'hold set refund-1 --shop 100001 --reason fraud',
      args: [REMITTANCE],
      options: [
        SHOP,
        {
          flags: '--reason <code>',
          says: { ja: `理由：${REASONS.join('、')}`, en: `why: ${REASONS.join(', ')}` },
        },
      ],
      async run(session, given) {
        const core = await session.core();
        const { shopId, remittanceId } = await theRemittance(core, given);
        const reason = choice(given, 'reason', REASONS) ?? 'operator';
        const { by } = session;
        const entry = { by, action: 'remittance.held', subject: remittanceId, data: { reason } };
        const deps = { ...core.remittances, deeds: auditedDeeds(core, entry) };
        const held = await holdBack(deps, shopId, remittanceId, { reason, by });
        return { json: json(held), text: session.say('保留にしました。', 'It is held.') };
      },
    },
    {
      name: 'release',
      says: {
        ja: '保留を解く（締切を過ぎていれば次の締切で出る）',
        en: 'let it go; by the next cut-off where its own has passed',
      },
      example: 'hold release refund-1 --shop 100001',
      args: [REMITTANCE],
      options: [SHOP],
      confirm: {
        ja: '保留を解くと送金されます。よろしいですか？',
        en: 'It will be sent. Go on?',
      },
      async run(session, given) {
        const core = await session.core();
        const { shopId, remittanceId } = await theRemittance(core, given);
        const { by } = session;
        const entry = { by, action: 'remittance.released', subject: remittanceId, data: {} };
        const deps = { ...core.remittances, deeds: auditedDeeds(core, entry) };
        const free = await release(deps, shopId, remittanceId);
        const status = word(session, free.status);
        return {
          json: json(free),
          text: session.say(`保留を解きました（${status}）。`, `Released (${status}).`),
        };
      },
    },
  ],
};
