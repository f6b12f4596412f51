// The recipient says where the money should go: the remittance gets its destination, its fee, its
// dates and a place in the next hand-over. Two tabs or a double press have one outcome.
import type { Tx } from '../base/deed.ts';
import { type FeeTable, feeFor } from '../billing/fee.ts';
import type { Shop } from '../merchants/shop.ts';
import { cancelMessages } from '../messages/queue-message.ts';
import type { BankAccount } from '../recipients/bank-account.ts';
import {
  accountsByIds,
  replaceSame,
  saveAccounts,
  takenIds,
} from '../recipients/recipient-accounts.ts';
import { addDispatch } from './dispatch-work.ts';
import { emitRemittance } from './emit.ts';
import type { ReceiveLink } from './link.ts';
import { isOpen, linkOver, presentLink } from './link-access.ts';
import { lastInput } from './link-deeds.ts';
import { updateLink } from './link-store.ts';
import { linkPurpose } from './make-link.ts';
import { type Method, receivingOf } from './method.ts';
import { destinationPurpose, type PreparedDestination, prepareDestination } from './prepare.ts';
import { tellTaken } from './recipient-notices.ts';
import { amountRefusal, methodNotInContract, noFeeRule } from './refusals.ts';
import { type Remittance, withStatus } from './remittance.ts';
import { specifyRemittance, updateRemittances } from './remittance-store.ts';
import { datesFor } from './replan.ts';
import { earliestPlan } from './schedule.ts';
import { taxPercentOn } from './tax.ts';
import { methodTerms, type RemittanceDeps, type Terms } from './terms.ts';

export interface BankChoice {
  readonly method: 'bank_transfer';
  readonly account: BankAccount;
  /**
   * Set where it is the kept account of the link's account ID, in that version: the recipient never
   * typed it and must not be shown it.
   */
  readonly knownVersion?: number;
  /** Of what is kept for repair: this link put it under the sender's account ID. */
  readonly isOwnAccount?: boolean;
}

export interface RailChoice {
  readonly method: Method;
  readonly account?: undefined;
  /** As the rail of the method read it. */
  readonly destination: unknown;
}

/** What the recipient chose, its form checked. */
export type Choice = BankChoice | RailChoice;

export const isBankChoice = (choice: Choice): choice is BankChoice => choice.account !== undefined;

/** Who enters it; `told` is called last in the deed, once it is really done. */
export interface Entering {
  readonly by: 'recipient' | 'shop';
  readonly told?: (tx: Tx) => Promise<void>;
}

/** Answers the remittance as it then is; the second of two presses gets what the first made. */
export async function specifyDestination(
  deps: RemittanceDeps,
  shop: Shop,
  linkId: string,
  choice: Choice,
  entry: Entering = { by: 'recipient' },
): Promise<Remittance> {
  const terms = await methodTerms(deps, shop, choice.method);
  if (terms === undefined) throw methodNotInContract(choice.method);
  return deps.deeds.run(shop.shopId, async (tx) => {
    const { link, remittance } = await presentLink(tx, linkId);
    if (link.status === 'used') return remittance;
    if (!isOpen(link, tx.now) || remittance.status !== 'awaiting_recipient') throw linkOver();
    if (!link.methods.includes(choice.method)) throw methodNotInContract(choice.method);
    const { by, told } = entry;
    const specified = await specify(deps, tx, shop, terms, { link, remittance, choice, by });
    await told?.(tx);
    return specified;
  });
}

async function specify(
  deps: RemittanceDeps,
  tx: Tx,
  shop: Shop,
  terms: Terms,
  what: {
    readonly link: ReceiveLink;
    readonly remittance: Remittance;
    readonly choice: Choice;
    readonly by: 'recipient' | 'shop';
  },
): Promise<Remittance> {
  const { link, remittance, choice, by } = what;
  const destination = destinationOf(deps, shop.shopId, choice);
  const tooMuch = amountRefusal(terms, remittance.amountYen);
  if (tooMuch !== undefined) throw tooMuch;
  const plan = earliestPlan(terms.timing, tx.now);
  const kept = await keepAccount(deps, tx, link, choice);
  const scheduled = withStatus(remittance, 'scheduled', tx.now, {
    ...datesFor(terms, { masked: destination.masked }, plan),
    method: choice.method,
    destinationSealed: destination.sealed,
    masked: destination.masked,
    searchKeys: destination.searchKeys,
    railAccountId: terms.railAccount.id,
    feeYen: feeOf(terms, remittance, choice.method, destination.bankCode),
    accountId: kept === 'not_kept' ? null : link.saveAs,
    recall: null,
  });
  await specifyRemittance(tx, scheduled);
  await updateRemittances(tx, [scheduled]);
  const input = JSON.stringify({ ...choice, isOwnAccount: kept === 'own' });
  const inputSealed = deps.vault.seal(input, linkPurpose(shop.shopId));
  const used: ReceiveLink = {
    ...link,
    ...{ status: 'used', usedAt: tx.now, inputSealed, refusalReason: null, switchingSince: null },
  };
  await updateLink(tx, used);
  await cancelMessages(tx, link.linkId);
  await tellTaken(deps, tx, { shop, link: used, remittance: scheduled }, by);
  emitRemittance(tx, 'remittance.scheduled', scheduled, await taxPercentOn(deps, tx.now));
  addDispatch(tx, scheduled);
  return scheduled;
}

function destinationOf(deps: RemittanceDeps, shopId: string, choice: Choice): PreparedDestination {
  if (isBankChoice(choice)) {
    return prepareDestination(deps.vault, deps.directory, shopId, choice.account, null);
  }
  const { method, destination } = choice;
  return {
    sealed: deps.vault.seal(JSON.stringify(destination), destinationPurpose(shopId)),
    masked: receivingOf(deps.rails, method)?.masked(destination) ?? {},
    searchKeys: [],
    bankCode: null,
    accountId: null,
  };
}

/** By the fee table that was fixed when the remittance was instructed. */
function feeOf(terms: Terms, remittance: Remittance, method: Method, bankCode: string | null) {
  const table: FeeTable | undefined = terms.feeTables.find(
    ({ version }) => version === remittance.feeVersion,
  );
  const sameBank = bankCode !== null && bankCode === terms.sourceBankCode;
  const fee = table && feeFor(table, { method, sameBank, amountYen: remittance.amountYen });
  if (fee === undefined) throw noFeeRule(method);
  return fee;
}

/**
 * Kept under the account ID that the sender wished, where that is free; `own` where this link put
 * it there. What it put there itself before was a mistake, and is replaced. Any other account
 * stays: who answers for one remittance must not redirect the next.
 */
async function keepAccount(
  deps: RemittanceDeps,
  tx: Tx,
  link: ReceiveLink,
  choice: Choice,
): Promise<'own' | 'same' | 'not_kept'> {
  if (!isBankChoice(choice) || link.saveAs === null) return 'not_kept';
  const wish = { accountId: link.saveAs, account: choice.account };
  const former = lastInput(deps, link) as Choice | undefined;
  const own = former !== undefined && isBankChoice(former) && former.isOwnAccount ? former : null;
  const isTaken = (await takenIds(deps, tx, tx.shopId, [wish])).size > 0;
  if (isTaken) {
    if (own !== null && (await replaceSame(deps, tx, own.account, wish))) return 'own';
    deps.log('account_not_kept', { shopId: tx.shopId });
    return 'not_kept';
  }
  const isThere = (await accountsByIds(deps, tx, tx.shopId, [link.saveAs])).size > 0;
  if (isThere) return own === null ? 'same' : 'own';
  await saveAccounts(deps, tx, [wish]);
  return 'own';
}
