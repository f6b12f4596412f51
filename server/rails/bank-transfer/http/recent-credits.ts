// All deposits of the last days, whether the bank holds them for delivered or not, and those it
// took back: what makes up for a list of unsent notices whose answer was lost, and the only place
// where this API tells of 取消. Reading has no effect.
import type { PlainDate } from '../../../base/clock.ts';
import type { CreditNotice } from '../../rail.ts';
import type { Warn } from '../connector.ts';
import type { Query, Session } from './session.ts';
import { fieldsOf } from './transform.ts';
import { readNotice } from './transform-credit.ts';

const MAX_PAGES = 200;

/** Throws where the list cannot be read whole; empty where no raId is configured. */
export async function recentCredits(
  session: Session,
  since: PlainDate,
  warn: Warn,
  signal: AbortSignal,
): Promise<readonly CreditNotice[]> {
  const { raId, bankCode } = session.config;
  if (raId === undefined) return [];
  const notices: CreditNotice[] = [];
  let senseless = 0;
  let nextItemKey: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const place: Query = nextItemKey === undefined ? {} : { nextItemKey };
    const query = { raId, dateFrom: since.toString(), sortOrderCode: '1', ...place };
    const fields = await readPage(session, query, signal);
    for (const vaTransaction of fields.vaTransactions as readonly unknown[]) {
      const notice = readNotice({ vaTransaction }, bankCode);
      if (notice === undefined) senseless += 1;
      else notices.push(notice);
    }
    if (fields.hasNext !== true) {
      if (senseless > 0) warn(session.account.id, `${senseless} deposits make no sense`);
      return notices;
    }
    if (typeof fields.nextItemKey !== 'string' || fields.nextItemKey === nextItemKey) break;
    nextItemKey = fields.nextItemKey;
  }
  throw new Error('the list of deposits does not come to its end');
}

async function readPage(session: Session, query: Query, signal: AbortSignal) {
  const result = await session.get('/va/deposit-transactions', query, signal);
  if (result.kind !== 'answer' || result.status !== 200) {
    const detail = result.kind === 'answer' ? `HTTP ${result.status}` : result.detail;
    throw new Error(`deposits could not be read: ${detail}`);
  }
  const fields = fieldsOf(result.body);
  if (Array.isArray(fields.vaTransactions)) return fields;
  throw new Error('the list of deposits makes no sense');
}
