// A submitted file is sent, a page of rows at a time, by instructing them: a page that was sent and
// not noted before a crash is found again by its references and paid once.
import type { Instant } from '../base/clock.ts';
import { instructBatch } from '../remittances/instruct.ts';
import { draftRows } from './draft-rows.ts';
import { type FileDeps, PAGE_ROWS, type RemittanceFile } from './file.ts';
import { changeFile } from './file-store.ts';
import { pricedBy } from './judge-rows.ts';
import { forgetVerdicts, selectRows, updateSent, updateVerdicts } from './row-store.ts';
import { holderOf, problemsOf, UNPRICED, verdictOf } from './verdict.ts';

/** Sends what is ready, in the order of the file; stops where somebody stops it. */
export async function sendRows(
  deps: FileDeps,
  file: RemittanceFile,
  signal: AbortSignal,
): Promise<void> {
  const { vault } = deps;
  const { db, now } = deps.deeds;
  for (let after = 0; ; ) {
    signal.throwIfAborted();
    const at = await now(file.shopId);
    if (!(await changeFile(db, vault, file, ['submitting'], at, {}))) return;
    const filter = { states: ['ready'], skipped: false, after, limit: PAGE_ROWS } as const;
    const rows = await selectRows(db, vault, file, filter);
    if (rows.length === 0) {
      await changeFile(db, vault, file, ['submitting'], at, { status: 'submitted' });
      return;
    }
    after = rows.at(-1)!.number;
    if (await sendPage(deps, file, rows, at)) continue;
    // A cut-off passed on the way: the rest is judged, and shown, again.
    await forgetVerdicts(db, file);
    const change = { status: 'judging', changedSinceShown: true } as const;
    await changeFile(db, vault, file, ['submitting'], at, change);
    return;
  }
}

/** Answers whether all of it went as it had been shown. */
async function sendPage(
  deps: FileDeps,
  file: RemittanceFile,
  rows: Parameters<typeof draftRows>[2],
  now: Instant,
): Promise<boolean> {
  const { db } = deps.deeds;
  const shop = await deps.shops.byId(file.shopId);
  const drafted = await draftRows(deps, file, rows, now);
  const asked = drafted.filter(({ draft }) => draft !== undefined);
  const outcomes = await instructBatch(
    deps,
    shop,
    asked.map(({ draft }) => draft!),
  );
  let isAsShown = asked.length === drafted.length;
  const sent: { number: number; remittanceId: string }[] = [];
  const refused = drafted.flatMap((one) => {
    const at = asked.indexOf(one);
    const outcome = outcomes[at];
    const { row } = one;
    if (outcome?.kind === 'created' || outcome?.kind === 'replayed') {
      sent.push({ number: row.number, remittanceId: outcome.remittanceId });
      const shownDay = row.expectedTo?.toString() ?? null;
      if (outcome.kind === 'created') isAsShown &&= pricedBy(outcome).expectedTo === shownDay;
      return [];
    }
    const problems = outcome === undefined ? one.read.problems : problemsOf(outcome.refusal);
    const holder = outcome === undefined ? null : holderOf(outcome.refusal);
    const state = holder === null ? ('refused' as const) : ('changed' as const);
    const finding = { state, problems, priced: UNPRICED, remittanceId: holder, warnings: [] };
    return [verdictOf(one, finding)];
  });
  if (sent.length > 0) await updateSent(db, file, sent);
  if (refused.length > 0) await updateVerdicts(db, deps.vault, file, refused);
  return isAsShown;
}
