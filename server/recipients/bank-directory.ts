// Banks and branches of Japan, in memory: by code, by name, by kana. The data comes from the
// zengin-code package; what is closed or merged from bank-closures.ts. How names are compared is in
// bank-search.ts.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { halfWidthKana } from '../../zengin/name.ts';
import { CLOSURES_VERSION, type Closure, KNOWN_CLOSURES } from './bank-closures.ts';
import { foldQuery, type Rank, rankOf, type SearchKeys, searchKeys } from './bank-search.ts';

export interface Bank {
  /** 4 digits. */
  readonly code: string;
  /** As the directory spells it: without 銀行, with 信金, 信組, 農協 ... */
  readonly name: string;
  readonly kana: string;
  /** Half-width kana as bank files carry it. */
  readonly halfWidthName: string;
  /** Set where it is closed or merged, or will be: `closedOn` says from when. */
  readonly closure: Closure | null;
}

export interface Branch extends Bank {
  readonly bankCode: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Position to go on from; null at the end. */
  readonly next: number | null;
}

export interface ListOptions {
  /** A kana: those whose reading begins with it, voiced or not (ハ: ハ, バ, パ). */
  readonly initial?: string;
  readonly from?: number;
  /** At most 50. */
  readonly limit?: number;
}

export interface BankDirectory {
  /** What it was made from, for records of decisions. */
  readonly version: string;
  bank(code: string): Bank | undefined;
  branch(bankCode: string, branchCode: string): Branch | undefined;
  /** Best first; at most `limit` (capped at 100). An empty query finds nothing. */
  searchBanks(query: string, limit: number): readonly Bank[];
  searchBranches(bankCode: string, query: string, limit: number): readonly Branch[];
  /** In the order of the kana (五十音). */
  listBanks(options: ListOptions): Page<Bank>;
  listBranches(bankCode: string, options: ListOptions): Page<Branch>;
}

interface RawBranch {
  readonly code: string;
  readonly name: string;
  readonly kana: string;
  readonly roma: string;
}

interface RawBank extends RawBranch {
  readonly branches: Readonly<Record<string, RawBranch>>;
}

interface Shelf<T extends Bank> {
  readonly byCode: ReadonlyMap<string, T>;
  /** Made when first searched or listed: paying an account needs none of it. */
  index(): ShelfIndex<T>;
}

interface ShelfIndex<T extends Bank> {
  readonly byCode: readonly { readonly entry: T; readonly keys: SearchKeys }[];
  /** In kana order, with the unvoiced first kana. */
  readonly byKana: readonly { readonly entry: T; readonly initial: string }[];
}

const MAX_FOUND = 100;
const MAX_LISTED = 50;

/**
 * The package is one object literal of 5 MB, every bit of it JSON. Run as code it takes 60 MB that
 * never come back, and three times as long as read as what it is.
 */
function readPackage(): { raw: Readonly<Record<string, RawBank>>; version: string } {
  const require = createRequire(import.meta.url);
  const text = readFileSync(require.resolve('zengin-code/lib/zengin-data.js'), 'utf8');
  const raw = JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1));
  const { version } = require('zengin-code/package.json') as { version: string };
  return { raw, version };
}

/**
 * Reads the package (some 0.1 s, once per process) and joins the closures; the operator's win over
 * ours.
 */
export function loadBankDirectory(operatorClosures: readonly Closure[] = []): BankDirectory {
  const { raw, version } = readPackage();
  const closures = new Map<string, Closure>();
  const closedByBank = new Map<string, Closure[]>();
  for (const closure of [...KNOWN_CLOSURES, ...operatorClosures]) {
    closures.set(closureKey(closure.bankCode, closure.branchCode), closure);
  }
  for (const closure of closures.values()) {
    if (closure.branchCode === null) continue;
    const ofBank = closedByBank.get(closure.bankCode) ?? [];
    closedByBank.set(closure.bankCode, [...ofBank, closure]);
  }
  const banks = bankShelf(raw, closures);
  const shelves = new Map<string, Shelf<Branch>>();
  function branches(bankCode: string): Shelf<Branch> {
    let shelf = shelves.get(bankCode);
    if (shelf === undefined) {
      shelf = branchShelf(
        bankCode,
        raw[bankCode]?.branches ?? {},
        closedByBank.get(bankCode) ?? [],
      );
      if (banks.byCode.has(bankCode)) shelves.set(bankCode, shelf);
    }
    return shelf;
  }
  return {
    version: `zengin-code-${version} closures-${CLOSURES_VERSION}`,
    bank: (code) => banks.byCode.get(code),
    branch: (bankCode, branchCode) => branches(bankCode).byCode.get(branchCode),
    searchBanks: (query, limit) => search(banks, query, limit),
    searchBranches: (bankCode, query, limit) => search(branches(bankCode), query, limit),
    listBanks: (options) => list(banks, options),
    listBranches: (bankCode, options) => list(branches(bankCode), options),
  };
}

function closureKey(bankCode: string, branchCode: string | null): string {
  return `${bankCode}-${branchCode ?? ''}`;
}

function bankShelf(
  raw: Readonly<Record<string, RawBank>>,
  closures: ReadonlyMap<string, Closure>,
): Shelf<Bank> {
  const closureOf = (code: string) => closures.get(closureKey(code, null)) ?? null;
  const gone = [...closures.values()].filter(
    ({ bankCode, branchCode }) => branchCode === null && raw[bankCode] === undefined,
  );
  const rows: readonly RawBranch[] = [
    ...Object.values(raw),
    ...gone.map((closure) => ({ ...closure, code: closure.bankCode, roma: '' })),
  ];
  return toShelf(rows, (row) => toBank(row, closureOf(row.code)));
}

function branchShelf(
  bankCode: string,
  raw: Readonly<Record<string, RawBranch>>,
  closed: readonly Closure[],
): Shelf<Branch> {
  const closures = new Map(closed.map((closure) => [closure.branchCode!, closure]));
  const gone = closed.filter((closure) => raw[closure.branchCode!] === undefined);
  const rows: readonly RawBranch[] = [
    ...Object.values(raw),
    ...gone.map((closure) => ({ ...closure, code: closure.branchCode!, roma: '' })),
  ];
  return toShelf(rows, (row) => ({ ...toBank(row, closures.get(row.code) ?? null), bankCode }));
}

function toBank({ code, name, kana }: RawBranch, closure: Closure | null): Bank {
  return { code, name, kana, halfWidthName: halfWidthKana(kana), closure };
}

function toShelf<T extends Bank>(
  rows: readonly RawBranch[],
  toEntry: (row: RawBranch) => T,
): Shelf<T> {
  const byCode = new Map(rows.map((row) => [row.code, toEntry(row)]));
  let index: ShelfIndex<T> | undefined;
  return {
    byCode,
    index() {
      index ??= toIndex(rows, byCode);
      return index;
    },
  };
}

function toIndex<T extends Bank>(
  rows: readonly RawBranch[],
  byCode: ReadonlyMap<string, T>,
): ShelfIndex<T> {
  const indexed = rows.map((row) => ({ entry: byCode.get(row.code)!, keys: searchKeys(row) }));
  indexed.sort((left, right) => (left.entry.code < right.entry.code ? -1 : 1));
  const byKana = indexed
    .map(({ entry, keys }) => ({ entry, kana: keys.kana, initial: unvoiced(keys.kana) }))
    .sort((left, right) => (left.kana < right.kana ? -1 : left.kana > right.kana ? 1 : 0));
  return { byCode: indexed, byKana };
}

function unvoiced(kana: string): string {
  return kana.slice(0, 1).normalize('NFD').slice(0, 1);
}

function search<T extends Bank>(shelf: Shelf<T>, query: string, limit: number): readonly T[] {
  const folded = foldQuery(query);
  if (folded === null) return [];
  const ranked: T[][] = [[], [], []];
  for (const { entry, keys } of shelf.index().byCode) {
    const rank: Rank | undefined = rankOf(keys, folded);
    if (rank !== undefined) ranked[rank]!.push(entry);
  }
  return ranked.flat().slice(0, Math.min(limit, MAX_FOUND));
}

function list<T extends Bank>(shelf: Shelf<T>, options: ListOptions): Page<T> {
  const limit = Math.min(options.limit ?? MAX_LISTED, MAX_LISTED);
  const from = options.from ?? 0;
  const wanted = unvoiced(foldQuery(options.initial ?? '')?.kana ?? '');
  const { byKana } = shelf.index();
  const matching = wanted === '' ? byKana : byKana.filter(({ initial }) => initial === wanted);
  const items = matching.slice(from, from + limit).map(({ entry }) => entry);
  return { items, next: from + limit < matching.length ? from + limit : null };
}
