// `line`: lines of statements that wait for a person, and what the person decides they are.
import type { Core } from '../core.ts';
import { queuedStatementLines, resolveLine, type StatementLine } from '../funds/statement-lines.ts';
import { resolveLineAsPayment } from '../remittances/resolve-line.ts';
import { mayReveal, REVEAL } from './deposit-rows.ts';
import {
  LIMIT,
  operatorTenants,
  RAIL_ACCOUNT,
  THE_RAIL_ACCOUNT,
  theRailAccount,
} from './find-tenant.ts';
import { directionWord, lineJson, noteWords } from './line-rows.ts';
import { argument, choice, limit, text } from './read-input.ts';
import { money } from './table.ts';
import { type Noun, UsageError } from './verb.ts';
import { when } from './words.ts';

async function queued(core: Core, tenants: readonly string[], count: number) {
  const found: StatementLine[] = [];
  for (const tenant of tenants) {
    found.push(...(await queuedStatementLines(core.db, core.vault, tenant, count)));
  }
  return found;
}

const AS = ['ignored', 'deposit', 'payment'] as const;

export const line: Noun = {
  name: 'line',
  says: { ja: '確認待ちの入出金明細', en: 'statement lines that wait for a person' },
  verbs: [
    {
      name: 'list',
      says: { ja: '確認待ちの明細（古い順）', en: 'list them, oldest first' },
      example: 'line list',
      options: [RAIL_ACCOUNT, LIMIT, REVEAL],
      async run(session, given) {
        const core = await session.core();
        const { say } = session;
        const shopIds = await operatorTenants(core, given);
        const found = await queued(core, shopIds, limit(given));
        const isRevealed = await mayReveal(session, core, given, { shopIds, what: 'lines' });
        const data = found.map((each) => lineJson(each, isRevealed));
        const heads = [
          say('明細キー', 'Key'),
          say('入出', 'Direction'),
          say('金額（円）>', 'Yen>'),
          say('起算日', 'Value date'),
          say('相手', 'Name'),
          say('識別番号', 'Dispatch code'),
          say('確認待ちの理由', 'Why it waits'),
          say('受領', 'Seen'),
        ];
        const rows = found.map((each, index) => [
          each.lineKey,
          directionWord(session, each),
          money(each.amountYen),
          each.valueDate.toString(),
          data[index]!.name,
          each.dispatchCode ?? '-',
          noteWords(session, each.note),
          when(each.seenAt),
        ]);
        return { json: { data }, text: session.table(heads, rows) };
      },
    },
    {
      name: 'resolve',
      says: { ja: '明細が何であるかを決める', en: 'say what a line is' },
      example:
        'line resolve 0310-101-…:1 --rail-account rac_… --as payment --code 10000112345678901234',
      args: [{ name: '<key>', says: { ja: '明細キー', en: 'key of the line' } }],
      options: [
        THE_RAIL_ACCOUNT,
        {
          flags: '--as <what>',
          says: {
            ja: 'ignored（対象外）、deposit（入金）、payment（送金の結果・返却）',
            en: 'ignored, deposit, or payment (a result or return of a transfer)',
          },
          isRequired: true,
        },
        {
          flags: '--code <dispatch code>',
          says: {
            ja: 'paymentのとき：送金の識別番号（20桁）',
            en: 'with payment: its code, 20 digits',
          },
        },
        { flags: '--note <text>', says: { ja: '判断の理由', en: 'why' } },
      ],
      confirm: {
        ja: '明細の扱いを決めると残高や送金の状態が変わります。よろしいですか？',
        en: 'This may move balances and change a remittance. Go on?',
      },
      async run(session, given) {
        const core = await session.core();
        const { operatorShopId } = await theRailAccount(core, given);
        const as = choice(given, 'as', AS) ?? 'ignored';
        const note = text(given, 'note') ?? '';
        const dispatchCode = text(given, 'code');
        const lineKey = argument(given);
        const input = { operatorShopId, lineKey, note, by: session.by };
        if (as !== 'payment') await resolveLine(core.funds, { ...input, as });
        else if (dispatchCode === undefined) {
          throw new UsageError('--codeを指定してください。', 'Give --code.');
        } else {
          const deps = { ...core.remittances, audit: core.audit };
          await resolveLineAsPayment(deps, { ...input, dispatchCode });
        }
        return {
          json: { key: lineKey, as },
          text: session.say(`確定しました：${lineKey}`, `Settled: ${lineKey}`),
        };
      },
    },
  ],
};
