// A bank that is only asked: it holds files and deposit notices until they are fetched, as a `Rail`
// of its own. For tests of what Kawase does with them; the real connectors have their own tests
// against the bank simulator.

import type { PlainDate } from '../server/base/clock.ts';
import type { CollectedFile, CreditNotice, Rail } from '../server/rails/rail.ts';

export interface PolledBank {
  readonly rail: Rail;
  readonly files: Map<string, Uint8Array>;
  /** Pages of notices; reading one takes it off the list, as banks do. */
  readonly pages: CreditNotice[][];
  /** What the list of all credits tells, however often it is read. */
  readonly recent: CreditNotice[];
  /** The first day of each reading of that list. */
  readonly askedSince: PlainDate[];
  readonly acknowledged: string[];
}

export const GENUINE = { 'x-signature': 'genuine' };

export function polledBank(): PolledBank {
  const files = new Map<string, Uint8Array>();
  const pages: CreditNotice[][] = [];
  const recent: CreditNotice[] = [];
  const askedSince: PlainDate[] = [];
  const acknowledged: string[] = [];
  const unused = (): never => {
    throw new Error('this bank is only asked');
  };
  const rail: Rail = {
    name: 'bank_transfer',
    traits: unused,
    timing: unused,
    submit: unused,
    inquire: unused,
    ping: async () => ({ ok: true, detail: '' }),
    unsentCredits: async () => pages.shift() ?? [],
    async recentCredits(_account, since) {
      askedSince.push(since);
      return recent;
    },
    readCreditNotice(_account, { headers, body }) {
      if (headers['x-signature'] !== GENUINE['x-signature']) return undefined;
      const notice = JSON.parse(body);
      return [{ ...notice, valueDate: Temporal.PlainDate.from(notice.valueDate) }];
    },
    async collectFiles(_account, limit): Promise<CollectedFile[]> {
      return [...files].slice(0, limit).map(([name, bytes]) => ({ name, bytes }));
    },
    async acknowledgeFile(_account, name) {
      acknowledged.push(name);
      files.delete(name);
    },
  };
  return { rail, files, pages, recent, askedSince, acknowledged };
}
