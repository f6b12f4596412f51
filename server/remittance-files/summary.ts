// A file at a glance: its totals by verdict and by day of arrival, and whether the shop's money is
// enough for it now. Reads only.
import { type PlainDate, tokyoDate } from '../base/clock.ts';
import { uuidOf } from '../base/ids.ts';
import { standingOf } from '../remittances/standing.ts';
import type { FileDeps, FileRow, RemittanceFile } from './file.ts';
import { selectFile, selectFiles } from './file-store.ts';
import { fileNotFound, rowNotFound } from './refusals.ts';
import { type RowFilter, selectRows, totalsByArrival, totalsByState } from './row-store.ts';

export interface Sum {
  readonly count: number;
  readonly amountYen: number;
}

export interface Summary {
  /** Of rows that are not left out. */
  readonly byState: Readonly<Record<string, Sum>>;
  readonly ready: Sum & { readonly feeYen: number };
  readonly skipped: Sum;
  /** Ready rows that look like a double of another row or of a remittance. */
  readonly lookAlikes: number;
  readonly arrivals: readonly (Sum & { readonly day: PlainDate })[];
  /** How many rows have been read, judged and sent: progress. */
  readonly progress: { readonly judged: number; readonly sent: number; readonly toSend: number };
  readonly funds: Funds;
}

interface Funds {
  readonly availableYen: number;
  readonly shortYen: number;
  readonly owedYen: number;
  readonly leftTodayYen: number;
  readonly maxDayYen: number;
  readonly queuesWithoutFunds: boolean;
}

export async function summaryOf(deps: FileDeps, file: RemittanceFile): Promise<Summary> {
  const { db } = deps.deeds;
  const [totals, arrivals] = await Promise.all([
    totalsByState(db, file),
    totalsByArrival(db, file),
  ]);
  const meant = totals.filter(({ skipped }) => !skipped);
  const left = totals.filter(({ skipped }) => skipped);
  const sum = (some: typeof totals): Sum => ({
    count: some.reduce((total, { count }) => total + count, 0),
    amountYen: some.reduce((total, { amountYen }) => total + amountYen, 0),
  });
  const of = (...states: string[]) => meant.filter(({ state }) => states.includes(state));
  const ready = { ...sum(of('ready')), feeYen: of('ready')[0]?.feeYen ?? 0 };
  const judged = totals.filter(({ state }) => state !== 'read' && state !== 'keyed');
  return {
    byState: Object.fromEntries(meant.map((one) => [one.state, sum([one])])),
    ...{ ready, arrivals, skipped: sum(left) },
    lookAlikes: of('ready')[0]?.lookAlikes ?? 0,
    progress: {
      judged: sum(judged).count,
      sent: sum(of('sent')).count,
      toSend: sum(of('ready', 'keyed', 'read')).count,
    },
    funds: await fundsFor(deps, file.shopId, ready.amountYen),
  };
}

async function fundsFor(deps: FileDeps, shopId: string, neededYen: number): Promise<Funds> {
  const shop = await deps.shops.byId(shopId);
  const { on } = await standingOf(deps, deps.deeds.db, shop, []);
  const standing = on(tokyoDate(await deps.deeds.now(shopId)));
  const { availableYen, owedYen, maxDayYen, queuesWithoutFunds } = standing;
  return {
    ...{ availableYen, owedYen, maxDayYen, queuesWithoutFunds },
    shortYen: Math.max(0, neededYen - availableYen),
    leftTodayYen: Math.max(0, maxDayYen - standing.instructedTodayYen),
  };
}

/** By its public id. @throws Refusal `file_not_found` */
export async function findFile(
  deps: FileDeps,
  shopId: string,
  publicId: string,
): Promise<RemittanceFile> {
  const fileId = uuidOf('rfl', publicId);
  if (fileId === undefined) throw fileNotFound();
  const file = await selectFile(deps.deeds.db, deps.vault, shopId, fileId);
  if (file === undefined || file.status === 'erased') throw fileNotFound();
  return file;
}

export function listFiles(
  deps: FileDeps,
  shopId: string,
  after: string | null,
  limit: number,
): Promise<RemittanceFile[]> {
  return selectFiles(deps.deeds.db, deps.vault, shopId, after, limit);
}

export function rowsOf(
  deps: FileDeps,
  file: RemittanceFile,
  filter: RowFilter,
): Promise<FileRow[]> {
  return selectRows(deps.deeds.db, deps.vault, file, filter);
}

export async function findRow(
  deps: FileDeps,
  file: RemittanceFile,
  number: number,
): Promise<FileRow> {
  const [row] = await rowsOf(deps, file, { number, limit: 1 });
  if (row === undefined) throw rowNotFound();
  return row;
}
