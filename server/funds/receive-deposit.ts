// Receiving credits of a channel: resolves each to the tenant it belongs to and has it taken there,
// exactly once however often and by whomever it is told. Any part may be repeated after a crash:
// what was taken is known by its key.
import type { Credit, Source } from './credit.ts';
import { toTelling } from './credit.ts';
import { creditKey } from './deposit.ts';
import type { FundsDeps } from './funds-deps.ts';
import { selectHeldCredits, selectSightings } from './sighting-store.ts';
import { type Taken, type Taker, takeCredits } from './take-credits.ts';
import { numberKey, selectByNumbers, type VirtualAccount } from './virtual-account-store.ts';

/** The most credits one call takes: one deed per tenant among them. */
export const MAX_CREDITS = 500;
/**
 * A number may be opened or closed while credits on it are under way; then they are resolved again.
 */
const MAX_ROUNDS = 5;

interface Pending {
  readonly index: number;
  readonly credit: Credit;
}

/**
 * Takes at most 500 credits of one channel and answers what became of each, in order. A credit on a
 * shop's open virtual account is the shop's; one that the operator holds already, or that belongs
 * to no open account, the operator's.
 */
export async function receiveCredits(
  deps: FundsDeps,
  source: Source,
  credits: readonly Credit[],
): Promise<Taken[]> {
  if (credits.length > MAX_CREDITS) throw new RangeError(`more than ${MAX_CREDITS} credits`);
  const taken: Taken[] = new Array(credits.length);
  let pending = credits.map((credit, index) => ({ credit, index }));
  for (let round = 1; pending.length > 0; round++) {
    if (round > MAX_ROUNDS)
      throw new Error('virtual accounts change faster than credits are taken');
    pending = await resolveOnce(deps, source, pending, taken);
  }
  return taken;
}

/**
 * First the operator, for what he holds already: a number may have become a shop's after a channel
 * told of a credit on it. Then the shops, closed numbers included: one channel may have told before
 * the number was closed. Last the operator again, for what is nobody's.
 */
async function resolveOnce(
  deps: FundsDeps,
  source: Source,
  pending: readonly Pending[],
  taken: Taken[],
): Promise<Pending[]> {
  const { db } = deps.deeds;
  const { operatorShopId } = source;
  const numbers = await selectByNumbers(
    db,
    operatorShopId,
    pending.map(({ credit }) => credit.account),
  );
  const numberOf = ({ credit }: Pending) => numbers.get(numberKey(credit.account));
  const ofShops = pending.filter((each) => numberOf(each) !== undefined);
  const operator = { shopId: operatorShopId, unclaimed: true, lowBalanceYen: null };

  const maybeHeld = await heldByOperator(deps, source, ofShops);
  const held = await unknownToShops(deps, source, groupByShop(maybeHeld, numberOf));
  const notHeld = await pass(deps, source, { ...operator, onlyKnown: true }, held, taken);
  const left = new Set(notHeld);
  const forShops = ofShops.filter((each) => !held.includes(each) || left.has(each));

  const notTaken: Pending[] = [];
  for (const [shopId, group] of groupByShop(forShops, numberOf)) {
    const { lowBalanceYen } = await deps.shops.byId(shopId);
    const shop = { shopId, unclaimed: false, lowBalanceYen, onlyKnown: false };
    notTaken.push(...(await pass(deps, source, shop, group, taken)));
  }

  const unknown = pending.filter((each) => numberOf(each) === undefined);
  const nobodys = [...unknown, ...notTaken].sort((one, other) => one.index - other.index);
  return pass(deps, source, { ...operator, onlyKnown: false }, nobodys, taken);
}

/**
 * Of credits on known numbers, those the operator may hold a deposit for: a cheap look that mostly
 * finds nothing.
 */
async function heldByOperator(
  deps: FundsDeps,
  source: Source,
  pending: readonly Pending[],
): Promise<Pending[]> {
  if (pending.length === 0) return [];
  const { operatorShopId, channel } = source;
  const tellings = pending.map(({ credit }) =>
    toTelling(deps.vault, operatorShopId, channel, credit),
  );
  const keys = await selectHeldCredits(deps.deeds.db, operatorShopId, tellings);
  return keys.size === 0 ? [] : pending.filter(({ credit }) => keys.has(creditKey(credit)));
}

/**
 * Those whose key their shop does not know: a repeat of what a shop has taken stays with the shop.
 */
async function unknownToShops(
  deps: FundsDeps,
  source: Source,
  groups: ReadonlyMap<string, readonly Pending[]>,
): Promise<Pending[]> {
  const unknown: Pending[] = [];
  for (const [shopId, group] of groups) {
    const keys = group.map(({ credit }) => credit.channelKey);
    const known = await selectSightings(deps.deeds.db, shopId, source.channel, keys);
    unknown.push(...group.filter(({ credit }) => !known.has(credit.channelKey)));
  }
  return unknown;
}

/** Lets one tenant take what it can; answers what it did not take. */
async function pass(
  deps: FundsDeps,
  source: Source,
  taker: Taker,
  pending: readonly Pending[],
  taken: Taken[],
): Promise<Pending[]> {
  if (pending.length === 0) return [];
  const credits = pending.map(({ credit }) => credit);
  const outcomes = await takeCredits(deps, source, taker, credits);
  outcomes.forEach((outcome, position) => {
    taken[pending[position]!.index] = outcome;
  });
  return pending.filter((_, position) => outcomes[position]!.kind === 'elsewhere');
}

function groupByShop(
  pending: readonly Pending[],
  numberOf: (pending: Pending) => VirtualAccount | undefined,
): Map<string, Pending[]> {
  const groups = new Map<string, Pending[]>();
  for (const each of pending) {
    const { shopId } = numberOf(each)!;
    const group = groups.get(shopId);
    if (group === undefined) groups.set(shopId, [each]);
    else group.push(each);
  }
  return groups;
}
