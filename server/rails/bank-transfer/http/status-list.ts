// The bank's status lists as this connector walks them: pages, items of one application, bounded.
// An answer that is incomplete in any way is no answer: `Unanswered` is thrown, and nothing may be
// concluded from it.
import type { CallResult } from './client.ts';
import type { Query, Session } from './session.ts';
import type { Application, ApplicationKind } from './transform.ts';
import {
  type BankApplication,
  type BankItem,
  readStatusPage,
  type StatusPage,
} from './transform-status.ts';

export class Unanswered extends Error {}

const PAGE_ITEMS = 500;
const MAX_PAGES = 400;

/** The items of one application; undefined where the bank does not show them yet. */
export async function itemsOf(
  session: Session,
  application: Application,
  atMost: number,
  signal: AbortSignal,
): Promise<readonly BankItem[] | undefined> {
  const { kind, applyNo } = application;
  if (kind === 'transfer') {
    const page = await statusPage(session, kind, { queryKeyClass: '1', applyNo }, signal);
    const items = page.applications.flatMap((each) => each.items);
    return page.applications.length === 0 ? undefined : items;
  }
  const items: BankItem[] = [];
  for (let from = 1; from <= atMost; from += PAGE_ITEMS) {
    const page = await statusPage(session, kind, detailQuery(applyNo, from), signal);
    if (page.applications.length === 0 || !page.itemsReady) return undefined;
    const shown = page.applications.flatMap((each) => each.items);
    items.push(...shown);
    if (shown.length < PAGE_ITEMS) break;
  }
  return items;
}

function detailQuery(applyNo: string, from: number): Query {
  const bulktransferItemKey = String(from);
  return { queryKeyClass: '1', applyNo, detailInfoNecessity: 'true', bulktransferItemKey };
}

/** Every application a range query names, page by page. */
export async function* listed(
  session: Session,
  kind: ApplicationKind,
  query: Query,
  signal: AbortSignal,
): AsyncGenerator<BankApplication> {
  let nextItemKey: string | undefined;
  for (let page = 1; page <= MAX_PAGES; page++) {
    const place: Query = nextItemKey === undefined ? {} : { nextItemKey };
    const asked = { queryKeyClass: '2', ...query, ...place };
    const answer = await statusPage(session, kind, asked, signal);
    yield* answer.applications;
    if (answer.nextItemKey === undefined) return;
    if (answer.nextItemKey === nextItemKey)
      throw new Unanswered('the status list does not move on');
    nextItemKey = answer.nextItemKey;
  }
  throw new Unanswered(`the status list exceeds ${MAX_PAGES} pages`);
}

async function statusPage(
  session: Session,
  kind: ApplicationKind,
  query: Query,
  signal: AbortSignal,
): Promise<StatusPage> {
  const { accountId } = session.config;
  const result = await session.get(`/${kind}/status`, { accountId, ...query }, signal);
  const page = readStatusPage(kind, bodyOf(result));
  if (page === undefined) throw new Unanswered('status answer makes no sense');
  return page;
}

/** The JSON of an HTTP 200, or nothing to conclude from. */
export function bodyOf(result: CallResult): unknown {
  if (result.kind !== 'answer') throw new Unanswered(result.detail);
  if (result.status !== 200) throw new Unanswered(`HTTP ${result.status}`);
  return result.body;
}
