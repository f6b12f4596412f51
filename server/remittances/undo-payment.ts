// Taking a paid payment back at the rail that made it, where the rail can and its time has not
// passed: an operator's deed. The rail decides; what it says is applied as a return.
import { Refusal } from '../base/refusal.ts';
import { attemptsOfRemittance, submissionById } from './attempt-store.ts';
import { remittanceNotFound } from './refusals.ts';
import type { Remittance } from './remittance.ts';
import { remittanceById } from './remittance-store.ts';
import { applyReports } from './settle.ts';
import type { RemittanceDeps } from './terms.ts';

const TIMEOUT_MS = 30_000;

/** Refused: `cannot_undo` (the rail cannot, or will not), `undo_unknown` (ask again). */
export async function undoPayment(
  deps: RemittanceDeps,
  shopId: string,
  remittanceId: string,
): Promise<Remittance> {
  const { db } = deps.deeds;
  const attempts = await attemptsOfRemittance(db, shopId, remittanceId);
  const paid = attempts.find(({ status }) => status === 'paid');
  const submission = paid && (await submissionById(db, shopId, paid.submissionId));
  if (paid === undefined || submission === undefined) throw cannotUndo('not paid');
  const { rail: name, railAccountId, railReference } = submission;
  const rail = deps.rails.get(name);
  if (rail?.undo === undefined) throw cannotUndo(`${name} cannot`);
  const account = await deps.railAccount(railAccountId);
  const { dispatchCode } = paid;
  // No lock is held meanwhile. Asked again, the rail answers the same.
  const outcome = await rail.undo(account, { dispatchCode }, AbortSignal.timeout(TIMEOUT_MS));
  if (outcome.kind === 'refused') throw cannotUndo(outcome.detail);
  if (outcome.kind === 'unknown') throw undoUnknown(outcome.detail);
  const report = { dispatchCode, railReference, state: 'returned', reason: 'other' } as const;
  await applyReports(deps, shopId, { name, railAccountId }, [
    { ...report, detail: 'undone', at: null, basis: 'rail_result' },
  ]);
  const remittance = await remittanceById(db, shopId, remittanceId);
  if (remittance === undefined) throw remittanceNotFound();
  return remittance;
}

const cannotUndo = (detail: string) =>
  new Refusal(
    'cannot_undo',
    {
      ja: `この支払いは取り消せません（${detail}）。`,
      en: `This payment cannot be undone (${detail}).`,
    },
    { status: 409 },
  );

const undoUnknown = (detail: string) =>
  new Refusal(
    'undo_unknown',
    {
      ja: `取り消せたか確認できませんでした（${detail}）。もう一度実行してください。同じ取り消しは二重になりません。`,
      en: `Whether it was undone is not known (${detail}). Run it again: it is done once.`,
    },
    { status: 503 },
  );
