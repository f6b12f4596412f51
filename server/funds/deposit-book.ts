// Following a batch of tellings: what each of them changes, given the deposits known before. Pure;
// which deposit a telling belongs to is decided in deposit.ts, what is loaded and written in
// deposit-store.ts.
import {
  creditKey,
  type DepositStatus,
  type KnownDeposit,
  linkCredit,
  linkReversal,
  type Telling,
} from './deposit.ts';

export type DepositChange =
  /** This channel has told exactly this before. */
  | { readonly kind: 'repeat' }
  | { readonly kind: 'created'; readonly depositId: string }
  /** Another channel has told of the credit, or of the reversal, before. */
  | { readonly kind: 'seen'; readonly depositId: string }
  /** The first word of a reversal. */
  | { readonly kind: 'reversed'; readonly depositId: string }
  /** A reversal without a deposit: kept until one appears or a person decides. */
  | { readonly kind: 'waits' }
  /** Not known here, and not to be created here. */
  | { readonly kind: 'elsewhere' };

export interface FollowedTelling {
  readonly telling: Telling;
  readonly change: DepositChange;
  /** It had been waiting for its deposit. */
  readonly waited: boolean;
}

/**
 * What is known before a batch; the deposits are those with an account and amount that the batch
 * names.
 */
export interface Known {
  readonly deposits: readonly KnownDeposit[];
  /** Keys of the batch's channel that were told before, those waiting included. */
  readonly toldKeys: ReadonlySet<string>;
  readonly waiting: readonly Telling[];
}

export interface FollowOptions {
  /** Whether a credit on this telling's account may become a deposit here. */
  readonly mayCreate: (telling: Telling) => boolean;
  readonly newDepositId: () => string;
  /** The status a new deposit begins with. */
  readonly initialStatus: DepositStatus;
  /** Whether a reversal may be taken for one of an earlier day's deposit that nothing names. */
  readonly loose: boolean;
}

interface Book {
  readonly byCredit: Map<string, KnownDeposit[]>;
  readonly toldKeys: Set<string>;
  readonly waiting: Map<string, Telling[]>;
  readonly followed: FollowedTelling[];
}

/** Follows tellings of one channel in order. A waiting reversal comes after what settled it. */
export function followTellings(
  known: Known,
  tellings: readonly Telling[],
  options: FollowOptions,
): FollowedTelling[] {
  const book: Book = {
    byCredit: new Map(),
    toldKeys: new Set(known.toldKeys),
    waiting: new Map(),
    followed: [],
  };
  for (const deposit of known.deposits) push(book.byCredit, creditKey(deposit), deposit);
  for (const telling of known.waiting) push(book.waiting, creditKey(telling), telling);
  for (const telling of tellings) {
    const change = follow(book, telling, options);
    book.followed.push({ telling, change, waited: false });
    if ('depositId' in change) settleWaiting(book, telling);
  }
  return book.followed;
}

function push<Value>(lists: Map<string, Value[]>, key: string, value: Value): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

function follow(book: Book, telling: Telling, options: FollowOptions): DepositChange {
  if (book.toldKeys.has(telling.channelKey)) return { kind: 'repeat' };
  const change = telling.isReversal
    ? followReversal(book, telling, options)
    : followCredit(book, telling, options);
  if (change.kind !== 'elsewhere') book.toldKeys.add(telling.channelKey);
  return change;
}

function followCredit(book: Book, telling: Telling, options: FollowOptions): DepositChange {
  const key = creditKey(telling);
  const linked = linkCredit(book.byCredit.get(key) ?? [], telling);
  if (linked !== undefined) {
    replace(book, withTelling(linked, telling));
    return { kind: 'seen', depositId: linked.depositId };
  }
  if (!options.mayCreate(telling)) return { kind: 'elsewhere' };
  const { account, amountYen, valueDate, payerKey } = telling;
  const depositId = options.newDepositId();
  const { initialStatus: status } = options;
  const fresh = { depositId, account, amountYen, valueDate, payerKey, status, reversedOn: null };
  push(book.byCredit, key, withTelling({ ...fresh, tellings: [] }, telling));
  return { kind: 'created', depositId };
}

function followReversal(book: Book, telling: Telling, options: FollowOptions): DepositChange {
  const known = book.byCredit.get(creditKey(telling)) ?? [];
  const link = linkReversal(known, telling, options.loose);
  if (link === undefined) {
    if (!options.mayCreate(telling)) return { kind: 'elsewhere' };
    push(book.waiting, creditKey(telling), telling);
    return { kind: 'waits' };
  }
  return reverse(book, link, telling);
}

function reverse(
  book: Book,
  link: NonNullable<ReturnType<typeof linkReversal>>,
  telling: Telling,
): DepositChange {
  const { deposit, isFirst } = link;
  const told = withTelling(deposit, telling);
  if (!isFirst) {
    replace(book, told);
    return { kind: 'seen', depositId: deposit.depositId };
  }
  replace(book, { ...told, status: 'reversed', reversedOn: telling.valueDate });
  return { kind: 'reversed', depositId: deposit.depositId };
}

/**
 * Waiting reversals are tried once more, the surest first; one that settles may let another settle.
 */
function settleWaiting(book: Book, cause: Telling): void {
  const key = creditKey(cause);
  for (;;) {
    const waiting = book.waiting.get(key) ?? [];
    const settled = settleOne(book, waiting, false) ?? settleOne(book, waiting, true);
    if (settled === undefined) return;
    book.waiting.set(
      key,
      waiting.filter((telling) => telling !== settled),
    );
  }
}

function settleOne(book: Book, waiting: readonly Telling[], loose: boolean): Telling | undefined {
  for (const telling of waiting) {
    const link = linkReversal(book.byCredit.get(creditKey(telling)) ?? [], telling, loose);
    if (link === undefined) continue;
    book.followed.push({ telling, change: reverse(book, link, telling), waited: true });
    return telling;
  }
  return undefined;
}

function withTelling(deposit: KnownDeposit, telling: Telling): KnownDeposit {
  const { channel, isReversal, inquiryNumber } = telling;
  return { ...deposit, tellings: [...deposit.tellings, { channel, isReversal, inquiryNumber }] };
}

function replace(book: Book, deposit: KnownDeposit): void {
  const list = book.byCredit.get(creditKey(deposit))!;
  list[list.findIndex(({ depositId }) => depositId === deposit.depositId)] = deposit;
}
