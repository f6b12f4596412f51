// A person says which payment a statement line is about that could not be matched by itself: then
// it counts as the bank's word on that payment.
import { Refusal } from '../base/refusal.ts';
import { lineNotQueued } from '../funds/refusals.ts';
import { markLineApplied, statementLine } from '../funds/statement-lines.ts';
import type { Audit } from '../merchants/audit.ts';
import { reportOf } from './apply-statement.ts';
import { attemptsByCodes, submissionById } from './attempt-store.ts';
import { shopNumberOf } from './dispatch-code.ts';
import { applyReports } from './settle.ts';
import { BANK_RAIL, type RemittanceDeps } from './terms.ts';

export const lineDoesNotFit = () =>
  new Refusal(
    'statement_line_does_not_fit',
    {
      ja: '明細と送金が合いません。識別番号・金額・接続契約・送金の状態をご確認ください。',
      en: 'The line and the payment do not fit. Check the code, amount, rail account and status.',
    },
    { status: 409 },
  );

/**
 * First the payment, then the note on the line: a crash between leaves the line queued, to be
 * ignored by a person.
 */
export async function resolveLineAsPayment(
  deps: RemittanceDeps & { readonly audit: Audit },
  input: {
    readonly operatorShopId: string;
    readonly lineKey: string;
    readonly dispatchCode: string;
    readonly note: string;
    readonly by: string;
  },
): Promise<void> {
  const { operatorShopId, lineKey, dispatchCode, note, by } = input;
  const { db } = deps.deeds;
  const line = await statementLine(db, deps.vault, operatorShopId, lineKey);
  if (line?.status !== 'queued') throw lineNotQueued();
  const number = shopNumberOf(dispatchCode);
  const shop = number === undefined ? undefined : await deps.shops.findByNumber(number);
  const [attempt] =
    shop === undefined ? [] : await attemptsByCodes(db, shop.shopId, [dispatchCode]);
  if (shop === undefined || attempt === undefined) throw lineDoesNotFit();
  const submission = await submissionById(db, shop.shopId, attempt.submissionId);
  // Said again after a crash, the payment already stands where the line puts it.
  const isSaid = attempt.status === (line.direction === 'in' ? 'returned' : 'paid');
  const isAmount = attempt.amountYen === line.amountYen && !line.isCorrection;
  const isOpen =
    line.direction === 'in' ? attempt.status !== 'failed' : attempt.status === 'processing';
  const isAccount = submission?.railAccountId === line.railAccountId;
  if (!isAmount || !isAccount || !(isOpen || isSaid)) throw lineDoesNotFit();
  const rail = { name: BANK_RAIL, railAccountId: line.railAccountId };
  await applyReports(deps, shop.shopId, rail, [reportOf(line, dispatchCode)]);
  await deps.deeds.run(operatorShopId, async (tx) => {
    const changed = await markLineApplied(tx, lineKey, { to: attempt.attemptId, note });
    if (changed === 0) throw lineNotQueued();
    await deps.audit(tx, {
      ...{ shopId: operatorShopId, by, action: 'statement_line.payment', subject: lineKey },
      data: { dispatch_code: dispatchCode, attempt_id: attempt.attemptId, note },
    });
  });
}
