// Result notices of rails: what a rail pushes is checked by the rail, brought home by the dispatch
// code and applied like the answer to an inquiry. Repeats and wrong order change nothing.
import { Refusal } from '../base/refusal.ts';
import type { PaymentReport } from '../rails/rail.ts';
import { shopNumberOf } from './dispatch-code.ts';
import { applyReports } from './settle.ts';
import type { Report } from './settle-steps.ts';
import type { RemittanceDeps } from './terms.ts';

const MAX_REPORTS = 1_000;

/** Answers how many changed something. Refused: `notice_not_genuine`. */
export async function receiveResultNotice(
  deps: RemittanceDeps,
  railAccountId: string,
  request: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
): Promise<number> {
  const account = await deps.railAccount(railAccountId);
  const rail = deps.rails.get(account.rail);
  const reports = rail?.readResultNotice?.(account, request);
  if (reports === undefined || reports.length > MAX_REPORTS) throw notGenuine();
  let changed = 0;
  for (const [shopId, ofShop] of await byShop(deps, reports)) {
    const settling = { name: account.rail, railAccountId };
    changed += await applyReports(deps, shopId, settling, ofShop);
  }
  return changed;
}

async function byShop(
  deps: RemittanceDeps,
  reports: readonly PaymentReport[],
): Promise<ReadonlyMap<string, Report[]>> {
  const groups = new Map<string, Report[]>();
  for (const report of reports) {
    const number = shopNumberOf(report.dispatchCode);
    const shop = number === undefined ? undefined : await deps.shops.findByNumber(number);
    if (shop === undefined) continue;
    const group = groups.get(shop.shopId) ?? [];
    group.push({ ...report, basis: 'rail_result' });
    groups.set(shop.shopId, group);
  }
  return groups;
}

function notGenuine(): Refusal {
  return new Refusal(
    'notice_not_genuine',
    { ja: '通知の署名を確認できません。', en: 'The signature of the notice does not verify.' },
    { status: 401 },
  );
}
