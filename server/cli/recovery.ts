// `recovery`: after a restore, what is still to be asked and explained before money leaves again.

import { Refusal } from '../base/refusal.ts';
import { dropWork } from '../base/work-desk.ts';
import type { Core } from '../core.ts';
import { auditedDeeds } from '../merchants/audited-deeds.ts';
import { openOrphans } from '../remittances/orphan-store.ts';
import { beginRecovery, explainOrphan, liftIfClean } from '../remittances/recovery.ts';

import { argument, instant, needed } from './read-input.ts';
import { status } from './recovery-status.ts';
import type { Noun } from './verb.ts';
import { readId } from './words.ts';

const notAsked = () =>
  new Refusal('nothing_to_confirm', {
    ja: 'この接続契約は確認待ちではありません。recovery statusをご確認ください。',
    en: 'This rail account is not waited for. Look at recovery status.',
  });

const orphanUnknown = () =>
  new Refusal('unknown_payment_not_found', {
    ja: 'この識別番号の不明な送金はありません。recovery statusをご確認ください。',
    en: 'There is no unknown payment of this code. Look at recovery status.',
  });

/** What the audit log hears of what recovery does through deeds. */
function audited(core: Core, entry: Parameters<typeof auditedDeeds>[1]) {
  const deeds = auditedDeeds(core, entry);
  return { ...core.recovery, remittances: { ...core.remittances, deeds } };
}

export const recovery: Noun = {
  name: 'recovery',
  says: { ja: '復旧（リストアの後）', en: 'recovery after a restore' },
  verbs: [
    {
      name: 'status',
      says: { ja: '送金の再開を待たせているもの', en: 'what dispatch still waits for' },
      example: 'recovery status',
      run: async (session) => status(session, await session.core()),
    },
    {
      name: 'begin',
      says: {
        ja: '送金を止め、すべての銀行に照会を始める',
        en: 'freeze dispatch and ask every rail for what it was given',
      },
      example: 'recovery begin --since 2026-11-24T09:00:00+09:00',
      options: [
        {
          flags: '--since <time>',
          says: { ja: 'この時刻以降の送金を確かめる', en: 'ask for what was sent since' },
          isRequired: true,
        },
      ],
      confirm: {
        ja: 'すべての送金を止めて照会します。よろしいですか？',
        en: 'All dispatch stops until the rails have answered. Go on?',
      },
      async run(session, given) {
        const core = await session.core();
        const since = instant(given, 'since')!;
        const data = { since: since.toString() };
        const entry = { by: session.by, action: 'recovery.begun', subject: '', data };
        await beginRecovery(audited(core, entry), since);
        return status(session, core);
      },
    },
    {
      name: 'explain',
      says: { ja: '不明な送金が何であったかを記録する', en: 'record what an unknown payment was' },
      example: 'recovery explain 10000112345678901234 --as "二重指図。銀行で組戻し済み"',
      args: [{ name: '<code>', says: { ja: '識別番号（20桁）', en: 'dispatch code' } }],
      options: [
        { flags: '--as <text>', says: { ja: '判明した内容', en: 'what it was' }, isRequired: true },
      ],
      confirm: {
        ja: '最後の1件を説明すると送金が再開します。よろしいですか？',
        en: 'With the last one explained dispatch goes on. Record it?',
      },
      async run(session, given) {
        const core = await session.core();
        const dispatchCode = argument(given);
        const resolution = needed(given, 'as');
        const orphan = (await openOrphans(core.db)).find(
          (each) => each.dispatchCode === dispatchCode,
        );
        if (orphan === undefined) throw orphanUnknown();
        const entry = {
          ...{ by: session.by, action: 'recovery.explained', subject: dispatchCode },
          data: { resolution },
        };
        await explainOrphan(audited(core, entry), orphan, session.by, resolution);
        return status(session, core);
      },
    },
    {
      name: 'confirm',
      says: {
        ja: '自動で照会できない接続契約を、明細の取込みで確かめ終えたとする',
        en: 'say that a rail that cannot list its payments was checked by its statements',
      },
      example: 'recovery confirm rac_…',
      args: [{ name: '<rail-account>', says: { ja: '接続契約ID', en: 'ID of the rail account' } }],
      confirm: {
        ja: '復旧期間の明細をすべて取り込みましたか？ 漏れがあると二重に送金されます。',
        en: 'Were all statements of the time imported? What is missing may be paid twice.',
      },
      async run(session, given) {
        const core = await session.core();
        const account = await core.railAccounts.byId(readId('railAccount', argument(given)));
        const work = {
          shopId: account.operatorShopId,
          kind: 'remittances.reconcile',
          key: account.id,
        };
        await core.db.transaction(async (tx) => {
          if (!(await dropWork(tx, work))) throw notAsked();
          const { by } = session;
          const action = 'recovery.confirmed';
          await core.audit(tx, { shopId: work.shopId, by, action, subject: account.id, data: {} });
        });
        await liftIfClean(core.recovery);
        return status(session, core);
      },
    },
  ],
};
