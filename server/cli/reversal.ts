// `reversal`: deposits that a bank took back (取消) and that nobody here knows; a person says which
// deposit is meant, or that none is.
import {
  resolveReversal,
  type WaitingReversalView,
  waitingReversals,
} from '../funds/waiting-reversals.ts';
import { mayReveal, payerWords, REVEAL } from './deposit-rows.ts';
import { chosenShops, LIMIT, SHOP, THE_SHOP, theShop } from './find-tenant.ts';
import { argument, limit, needed, text } from './read-input.ts';
import { money } from './table.ts';
import { type Noun, UsageError } from './verb.ts';
import { readId, shopNumber, stamp, when } from './words.ts';

/** Channel and key of a telling, as one word: `statement/0310-101-…`. */
const nameOf = ({ telling }: WaitingReversalView) => `${telling.channel}/${telling.channelKey}`;

const paidInto = ({ telling }: WaitingReversalView) =>
  `${telling.account.bankCode}-${telling.account.branchCode}-${telling.account.accountNumber}`;

type Channel = WaitingReversalView['telling']['channel'];

function readName(typed: string): { readonly channel: Channel; readonly channelKey: string } {
  const match = /^(notice_file|statement|api)\/(.+)$/.exec(typed);
  if (match !== null) return { channel: match[1] as Channel, channelKey: match[2]! };
  throw new UsageError(
    '取消はreversal listに表示されるキーで指定してください。',
    'Name a reversal by its key as reversal list shows it.',
  );
}

export const reversal: Noun = {
  name: 'reversal',
  says: { ja: '相手のない入金取消', en: 'reversals of deposits that nobody knows' },
  verbs: [
    {
      name: 'list',
      says: { ja: '確認待ちの取消', en: 'list those that wait for a person' },
      example: 'reversal list',
      options: [SHOP, LIMIT, REVEAL],
      async run(session, given) {
        const core = await session.core();
        const { say } = session;
        const found: { readonly shop: string; readonly waiting: WaitingReversalView }[] = [];
        const shops = await chosenShops(core, given);
        for (const shop of shops) {
          const ofShop = await waitingReversals(core.db, core.vault, shop.shopId, limit(given));
          found.push(...ofShop.map((waiting) => ({ shop: shopNumber(shop), waiting })));
        }
        const numbers = new Set(found.map(({ shop }) => shop));
        const concerned = shops.filter((shop) => numbers.has(shopNumber(shop)));
        const shopIds = concerned.map(({ shopId }) => shopId);
        const isRevealed = await mayReveal(session, core, given, { shopIds, what: 'reversals' });
        const heads = [
          say('キー', 'Key'),
          say('ショップ', 'Shop'),
          say('金額（円）>', 'Yen>'),
          say('取消日', 'Value date'),
          say('入金口座', 'Paid into'),
          say('振込人', 'Payer'),
          say('受領', 'Seen'),
        ];
        const rows = found.map(({ shop, waiting }) => [
          nameOf(waiting),
          shop,
          money(waiting.telling.amountYen),
          waiting.telling.valueDate,
          paidInto(waiting),
          payerWords(waiting.payer, isRevealed),
          when(waiting.seenAt),
        ]);
        const data = found.map(({ shop, waiting }) => ({
          key: nameOf(waiting),
          shop,
          amount_yen: waiting.telling.amountYen,
          value_date: waiting.telling.valueDate,
          paid_into: paidInto(waiting),
          payer: payerWords(waiting.payer, isRevealed),
          seen_at: stamp(waiting.seenAt),
        }));
        return { json: { data }, text: session.table(heads, rows) };
      },
    },
    {
      name: 'resolve',
      says: { ja: '取消がどの入金のものかを決める', en: 'say which deposit was taken back' },
      example: 'reversal resolve statement/0310-501-… --shop 100001 --deposit dep_…',
      args: [{ name: '<key>', says: { ja: '取消のキー', en: 'key of the reversal' } }],
      options: [
        THE_SHOP,
        {
          flags: '--deposit <id>',
          says: { ja: '入金ID（dep_…）か none（どの入金でもない）', en: 'dep_…, or none' },
          isRequired: true,
        },
        { flags: '--note <text>', says: { ja: '判断の理由', en: 'why' } },
      ],
      confirm: {
        ja: '入金が取り消され、残高から差し引かれます。よろしいですか？',
        en: 'The deposit is taken off the balance. Go on?',
      },
      async run(session, given) {
        const core = await session.core();
        const { shopId } = await theShop(core, given);
        const typed = needed(given, 'deposit');
        const depositId = typed === 'none' ? null : readId('deposit', typed);
        const key = argument(given);
        const note = text(given, 'note') ?? '';
        const input = { shopId, ...readName(key), depositId, note, by: session.by };
        await resolveReversal(core.funds, input);
        return {
          json: { key, deposit: depositId === null ? null : typed },
          text: session.say(`確定しました：${key}`, `Settled: ${key}`),
        };
      },
    },
  ],
};
