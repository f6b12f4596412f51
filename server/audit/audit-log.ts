// The audit log: adding what a person did, in the transaction of the deed itself, and reading it
// again. Each tenant has a hash chain of its own. Checking a chain without the database is
// verify.ts.
import { type WallClock, wallClock } from '../base/clock.ts';
import type { Sql } from '../base/database.ts';
import {
  append,
  entriesAfter,
  entriesBefore,
  type Head,
  headOf,
  headsAfter,
  lockHead,
  newestEntries,
} from './audit-store.ts';
import {
  canonical,
  type Entry,
  entryLine,
  hashOf,
  OPERATOR_CHAIN,
  storable,
  storableText,
} from './entry.ts';

export interface NewEntry {
  /** Null: it concerns the operator as a whole. */
  readonly shopId: string | null;
  readonly by: string;
  readonly action: string;
  readonly subject: string;
  /** Ids, codes, amounts and masked data. Never personal data: what is in the log stays in it. */
  readonly data: Readonly<Record<string, unknown>>;
}

export type Audit = (sql: Sql, entry: NewEntry) => Promise<void>;

const PAGE = 1_000;
const MAX_TEXT = 500;

/**
 * Adds an entry to its tenant's chain within the caller's transaction, at wall time: the log
 * outlives a test shop's moved clock. The end of the chain stays locked until the transaction ends,
 * so the entry comes last in a deed, after every other lock; who writes to two chains in one
 * transaction writes to a shop's before the operator's.
 */
export function createAudit(wall: WallClock = wallClock): Audit {
  return async (sql, entry) => {
    const head = await lockHead(sql, entry.shopId ?? OPERATOR_CHAIN);
    const content = {
      shopId: head.shopId,
      seq: head.seq + 1,
      at: wall().toString({ smallestUnit: 'millisecond' }),
      actor: storableText(entry.by).slice(0, MAX_TEXT),
      action: entry.action,
      subject: storableText(entry.subject).slice(0, MAX_TEXT),
      data: storable(entry.data),
      previousHash: head.hash,
    };
    await append(sql, { ...content, hash: hashOf(content) });
  };
}

export interface EntryPage {
  readonly entries: readonly Entry[];
  /** What the next page is asked with; null at the beginning of the chain. */
  readonly nextBefore: number | null;
}

/** One tenant's entries (null = the operator's chain), newest first. */
export async function listEntries(
  sql: Sql,
  shopId: string | null,
  page: { readonly before: number | null; readonly limit: number },
): Promise<EntryPage> {
  const { before, limit } = page;
  const asked = { beforeSeq: before, limit: limit + 1 };
  const found = await entriesBefore(sql, shopId ?? OPERATOR_CHAIN, asked);
  const entries = found.slice(0, limit);
  return { entries, nextBefore: found.length > limit ? entries.at(-1)!.seq : null };
}

/** The newest entries of all tenants together. */
export function latestEntries(sql: Sql, limit: number): Promise<Entry[]> {
  return newestEntries(sql, limit);
}

/**
 * All chains, or one, as lines: entries from the first on, chain by chain, then one line with the
 * end of each chain. What is added meanwhile is not in it. Streams.
 */
export async function* exportLines(
  sql: Sql,
  shopId: string | null | 'all',
): AsyncGenerator<string, void, undefined> {
  const chains: Head[] = [];
  for await (const head of chosenHeads(sql, shopId)) {
    chains.push(head);
    let afterSeq = 0;
    while (afterSeq < head.seq) {
      const span = { afterSeq, untilSeq: head.seq, limit: PAGE };
      const entries = await entriesAfter(sql, head.shopId, span);
      for (const entry of entries) yield entryLine(entry);
      const last = entries.at(-1);
      // A hole is exported as it is: telling of it is the verifier's matter.
      if (last === undefined) break;
      afterSeq = last.seq;
    }
  }
  yield endLine(chains);
}

async function* chosenHeads(
  sql: Sql,
  shopId: string | null | 'all',
): AsyncGenerator<Head, void, undefined> {
  if (shopId !== 'all') {
    const head = await headOf(sql, shopId ?? OPERATOR_CHAIN);
    if (head !== undefined && head.seq > 0) yield head;
    return;
  }
  let after: string | null = null;
  for (;;) {
    const heads: Head[] = await headsAfter(sql, after, PAGE);
    yield* heads.filter(({ seq }) => seq > 0);
    if (heads.length < PAGE) return;
    after = heads.at(-1)!.shopId;
  }
}

/** The last line of an export: where each chain ended when it was made. */
export function endLine(chains: readonly Head[]): string {
  return canonical({
    ends: chains.map(({ shopId, seq, hash }) => ({ shop_id: shopId, seq, hash })),
  });
}
