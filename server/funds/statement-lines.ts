// Lines of statements that are no deposits, as server/remittances and the operator work with them:
// those to be applied to payments, those that wait for a person, and what was decided.
import type { Vault } from '../base/crypto.ts';
import type { Sql } from '../base/database.ts';
import type { Tx } from '../base/deed.ts';
import type { FundsDeps } from './funds-deps.ts';
import { receiveCredits } from './receive-deposit.ts';
import { lineIsNoCredit, lineNotQueued } from './refusals.ts';
import { type StoredLine, selectLine, selectLines, updateLines } from './statement-line-store.ts';

const PURPOSE = 'statement_line';

/** What the bank wrote on a line; personal, so kept sealed. */
export interface LineWords {
  readonly payerName: string;
  readonly payerBank: string;
  readonly remarks: string;
  readonly ediInfo: string;
  readonly inquiryNumber: string;
}

export interface StatementLine extends Omit<StoredLine, 'sealed'> {
  readonly words: LineWords;
}

export function sealLine(vault: Vault, words: LineWords): Buffer {
  return vault.seal(JSON.stringify(words), PURPOSE);
}

function opened(vault: Vault, { sealed, ...line }: StoredLine): StatementLine {
  return { ...line, words: JSON.parse(vault.open(sealed, PURPOSE)) as LineWords };
}

/** Lines of an operator's tenant that nothing has been made of yet (`new`), oldest first. */
export async function newStatementLines(
  sql: Sql,
  vault: Vault,
  operatorShopId: string,
  limit: number,
): Promise<StatementLine[]> {
  const lines = await selectLines(sql, operatorShopId, { status: 'new', limit });
  return lines.map((line) => opened(vault, line));
}

/** Lines that wait for a person, oldest first; `note` says why. */
export async function queuedStatementLines(
  sql: Sql,
  vault: Vault,
  operatorShopId: string,
  limit: number,
): Promise<StatementLine[]> {
  const lines = await selectLines(sql, operatorShopId, { status: 'queued', limit });
  return lines.map((line) => opened(vault, line));
}

export async function statementLine(
  sql: Sql,
  vault: Vault,
  operatorShopId: string,
  lineKey: string,
): Promise<StatementLine | undefined> {
  const line = await selectLine(sql, operatorShopId, lineKey);
  return line && opened(vault, line);
}

/** In a deed of the operator's tenant: the line is explained by `appliedTo` (an attempt's id). */
export function markLineApplied(
  tx: Tx,
  lineKey: string,
  applied: { readonly to: string | null; readonly note: string },
): Promise<number> {
  const { to: appliedTo, note } = applied;
  return updateLines(tx, tx.shopId, [lineKey], { status: 'applied', note, appliedTo });
}

/**
 * In a deed of the operator's tenant: the line waits for a person; `note` is a code that says why.
 */
export function queueLine(tx: Tx, lineKey: string, note: string): Promise<number> {
  return updateLines(tx, tx.shopId, [lineKey], { status: 'queued', note, appliedTo: null });
}

/**
 * A person decides what a line that waits is: nothing to us (`ignored`), or a deposit after all,
 * which then is among the unmatched. What it means for a payment is decided in server/remittances.
 */
export async function resolveLine(
  deps: FundsDeps,
  input: {
    readonly operatorShopId: string;
    readonly lineKey: string;
    readonly as: 'ignored' | 'deposit';
    readonly note: string;
    readonly by: string;
  },
): Promise<void> {
  const { operatorShopId, lineKey, as, note, by } = input;
  const line = await statementLine(deps.deeds.db, deps.vault, operatorShopId, lineKey);
  if (line?.status !== 'queued') throw lineNotQueued();
  if (as === 'deposit') await takeAsDeposit(deps, line, operatorShopId);
  await deps.deeds.run(operatorShopId, async (tx) => {
    const status = as;
    const changed = await updateLines(tx, tx.shopId, [lineKey], { status, note, appliedTo: null });
    if (changed === 0) throw lineNotQueued();
    const action = `statement_line.${as}`;
    const subject = lineKey;
    await deps.audit?.(tx, { shopId: operatorShopId, by, action, subject, data: { note } });
  });
}

/**
 * Before the line is marked: a crash between leaves it queued, and the deposit is known by its key.
 */
async function takeAsDeposit(
  deps: FundsDeps,
  line: StatementLine,
  operatorShopId: string,
): Promise<void> {
  if (line.direction !== 'in') throw lineIsNoCredit();
  const { railAccountId, bankCode, branchCode, accountNumber, words } = line;
  const credit = {
    channelKey: line.lineKey,
    account: { bankCode, branchCode, accountNumber },
    amountYen: line.amountYen,
    valueDate: line.valueDate,
    payer: { name: words.payerName, bank: words.payerBank },
    isReversal: false,
    inquiryNumber: words.inquiryNumber,
  };
  await receiveCredits(deps, { channel: 'statement', railAccountId, operatorShopId }, [credit]);
}
