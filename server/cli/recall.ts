// `recall`: money asked back from a wrong account (組戻し). The bank is asked on its own channel;
// what it answers is written down here. The money itself comes by the bank's statement.

import { publicId } from '../base/ids.ts';
import { auditedDeeds } from '../merchants/audited-deeds.ts';
import { answerRecall, openRecalls, requestRecall } from '../remittances/recall.ts';
import type { Remittance } from '../remittances/remittance.ts';
import { theRemittance } from './find-remittance.ts';
import { chosenShops, LIMIT, SHOP } from './find-tenant.ts';
import { limit } from './read-input.ts';
import type { Answer, Argument, Given, Noun, Session, Verb } from './verb.ts';

const REMITTANCE: Argument = {
  name: '<remittance>',
  says: { ja: '送金ID（rem_…）、または照会番号と--shop', en: 'ID, or reference with --shop' },
};

const json = (remittance: Remittance) => ({
  id: publicId('rem', remittance.remittanceId),
  reference: remittance.reference,
  amount: remittance.amountYen,
  status: remittance.status,
  recall: remittance.recall,
});

const list: Verb = {
  name: 'list',
  says: {
    ja: '答えか入金を待っている組戻しを見る',
    en: 'those that wait for an answer or for money',
  },
  example: 'recall list --shop 100001',
  options: [SHOP, LIMIT],
  async run(session, given) {
    const core = await session.core();
    const most = limit(given);
    const found: { readonly shop: number; readonly remittance: Remittance }[] = [];
    for (const { shopId, number } of await chosenShops(core, given)) {
      const left = most - found.length;
      if (left <= 0) break;
      const some = await openRecalls(core.db, shopId, left);
      found.push(...some.map((remittance) => ({ shop: number, remittance })));
    }
    const rows = found.map(({ shop, remittance }) => [
      shop,
      publicId('rem', remittance.remittanceId),
      remittance.reference,
      remittance.amountYen,
      recallWord(session, remittance),
    ]);
    const headings = [
      session.say('ショップ', 'shop'),
      session.say('送金ID', 'remittance'),
      session.say('照会番号', 'reference'),
      session.say('金額', 'yen'),
      session.say('組戻し', 'recall'),
    ];
    return {
      json: found.map(({ shop, remittance }) => ({ shop, ...json(remittance) })),
      text: session.table(headings, rows),
    };
  },
};

function recallWord(session: Session, { recall }: Remittance): string {
  if (recall === 'requested') return session.say('依頼中', 'requested');
  if (recall === 'consented') return session.say('同意あり・入金待ち', 'consented');
  return session.say('同意なし', 'refused');
}

async function change(
  session: Session,
  given: Given,
  to: 'requested' | 'consented' | 'refused',
): Promise<Answer> {
  const core = await session.core();
  const { shopId, remittanceId } = await theRemittance(core, given);
  const shop = await core.shops.byId(shopId);
  const entry = {
    ...{ by: session.by, action: `remittance.recall_${to}` },
    ...{ subject: remittanceId, data: {} },
  };
  const deps = { ...core.remittances, deeds: auditedDeeds(core, entry) };
  const changed =
    to === 'requested'
      ? await requestRecall(deps, shop, remittanceId)
      : await answerRecall(deps, shop, remittanceId, to);
  const text = session.say(
    `組戻し：${recallWord(session, changed)}。`,
    `Recall: ${recallWord(session, changed)}.`,
  );
  return { json: json(changed), text };
}

const common = { args: [REMITTANCE], options: [SHOP] } as const;

export const recall: Noun = {
  name: 'recall',
  says: { ja: '組戻し', en: 'money asked back from a wrong account' },
  verbs: [
    list,
    {
      ...common,
      name: 'request',
      says: { ja: '完了した送金の組戻しを依頼する', en: 'ask for a paid remittance back' },
      example: 'recall request refund-1 --shop 100001',
      run: (session, given) => change(session, given, 'requested'),
    },
    {
      ...common,
      name: 'consent',
      says: { ja: '受取人の同意があったと記録する', en: 'the receiving side agreed' },
      example: 'recall consent refund-1 --shop 100001',
      run: (session, given) => change(session, given, 'consented'),
    },
    {
      ...common,
      name: 'refuse',
      says: {
        ja: '同意がなかったと記録し、受取人に知らせる',
        en: 'it did not; the recipient is told',
      },
      example: 'recall refuse refund-1 --shop 100001',
      confirm: {
        ja: '組戻しができなかったことを受取人に知らせます。よろしいですか？',
        en: 'The recipient will be told that it was refused. Go on?',
      },
      run: (session, given) => change(session, given, 'refused'),
    },
  ],
};
