// `submission`: what was handed to banks on a day, and the payments in it.
import { tokyoDate, tokyoInstant } from '../base/clock.ts';
import { publicId } from '../base/ids.ts';
import { Refusal } from '../base/refusal.ts';
import type { Core } from '../core.ts';
import {
  attemptsOfSubmission,
  submissionById,
  submissionsBetween,
} from '../remittances/attempt-store.ts';
import { remittancesByIds } from '../remittances/remittance-store.ts';
import { allShops, chosenShops, SHOP } from './find-tenant.ts';
import { argument, date } from './read-input.ts';
import {
  destinationWords,
  type FoundSubmission,
  submissionJson,
  submissionText,
} from './submission-text.ts';
import { money } from './table.ts';
import type { Given, Noun } from './verb.ts';
import { readId, shopNumber, shown, when, word } from './words.ts';

/** A day of each shop's own clock, today unless told; a test shop's may be ahead. */
async function ofDay(core: Core, given: Given): Promise<FoundSubmission[]> {
  const asked = date(given, 'day');
  const found: FoundSubmission[] = [];
  for (const shop of await chosenShops(core, given)) {
    const day = asked ?? tokyoDate(await core.deeds.now(shop.shopId));
    const [from, to] = [tokyoInstant(day, '00:00'), tokyoInstant(day.add({ days: 1 }), '00:00')];
    const submissions = await submissionsBetween(core.db, shop.shopId, from, to);
    found.push(...submissions.map((submission) => ({ shop, submission })));
  }
  return found;
}

async function byId(core: Core, given: Given): Promise<FoundSubmission> {
  const submissionId = readId('submission', argument(given));
  for await (const shop of allShops(core)) {
    const submission = await submissionById(core.db, shop.shopId, submissionId);
    if (submission !== undefined) return { shop, submission };
  }
  throw new Refusal('submission_not_found', {
    ja: '該当する引渡しがありません。IDをご確認ください。',
    en: 'There is no such submission. Check its ID.',
  });
}

export const submission: Noun = {
  name: 'submission',
  says: { ja: '銀行への引渡し', en: 'hand-overs to banks' },
  verbs: [
    {
      name: 'list',
      says: { ja: 'その日に引き渡したもの', en: "the day's hand-overs" },
      example: 'submission list --day 2026-11-24',
      options: [
        { flags: '--day <date>', says: { ja: '日付（なければ本日）', en: 'the day (today)' } },
        SHOP,
      ],
      async run(session, given) {
        const found = await ofDay(await session.core(), given);
        const { say } = session;
        const heads = [
          'ID',
          say('ショップ', 'Shop'),
          say('締切', 'Cut-off'),
          say('振込指定日', 'Transfer date'),
          say('件数>', 'Payments>'),
          say('合計（円）>', 'Total (yen)>'),
          say('状態', 'Status'),
          say('ファイル名・受付番号', 'File name or number'),
        ];
        const rows = found.map(({ shop, submission: each }) => [
          shown('submission', each.submissionId),
          shopNumber(shop),
          when(each.cutOffAt),
          each.transferDate.toString(),
          each.itemCount,
          money(each.totalYen),
          word(session, each.status),
          each.railReference ?? '-',
        ]);
        const totalYen = found.reduce((sum, { submission: each }) => sum + each.totalYen, 0);
        const items = found.reduce((sum, { submission: each }) => sum + each.itemCount, 0);
        const summary = say(
          `引渡し${found.length}件、送金${items}件、合計${money(totalYen)}円`,
          `${found.length} hand-overs, ${items} payments, ${money(totalYen)} yen`,
        );
        return {
          json: { data: found.map(submissionJson), item_count: items, total_yen: totalYen },
          text: `${session.table(heads, rows)}\n\n${summary}`,
        };
      },
    },
    {
      name: 'show',
      says: { ja: '引渡し1件の明細', en: 'the payments of one hand-over' },
      example: 'submission show sub_…',
      args: [{ name: '<id>', says: { ja: '引渡しID（sub_…）', en: 'ID of the submission' } }],
      async run(session, given) {
        const core = await session.core();
        const found = await byId(core, given);
        const { shopId } = found.shop;
        const { submissionId } = found.submission;
        const attempts = await attemptsOfSubmission(core.db, shopId, submissionId);
        attempts.sort((one, other) => one.itemNumber - other.itemNumber);
        const ids = attempts.map((attempt) => attempt.remittanceId);
        const remittances = new Map(
          (await remittancesByIds(core.db, shopId, ids)).map((each) => [each.remittanceId, each]),
        );
        const { say } = session;
        const heads = [
          say('番号>', 'Item>'),
          say('識別番号', 'Dispatch code'),
          say('金額（円）>', 'Yen>'),
          say('状態', 'Status'),
          say('送金ID', 'Remittance'),
          say('送金先', 'To'),
        ];
        const rows = attempts.map((attempt) => [
          attempt.itemNumber,
          attempt.dispatchCode,
          money(attempt.amountYen),
          word(session, attempt.status),
          publicId('rem', attempt.remittanceId),
          destinationWords(session, remittances.get(attempt.remittanceId)!.masked),
        ]);
        const items = attempts.map((attempt) => ({
          item_number: attempt.itemNumber,
          dispatch_code: attempt.dispatchCode,
          amount_yen: attempt.amountYen,
          status: attempt.status,
          reason: attempt.reason,
          detail: attempt.detail,
          remittance_id: publicId('rem', attempt.remittanceId),
          destination: remittances.get(attempt.remittanceId)!.masked,
        }));
        return {
          json: { ...submissionJson(found), items },
          text: `${submissionText(session, found)}\n\n${session.table(heads, rows)}`,
        };
      },
    },
  ],
};
