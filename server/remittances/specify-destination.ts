// The recipient says where the money should go: the remittance gets its destination, its fee, its
// dates and a place in the next hand-over. Two tabs or a double press have one outcome.
import type { Tx } from '../base/deed.ts';
import { type FeeTable, feeFor } from '../billing/fee.ts';
import type { Shop } from '../merchants/shop.ts';
import { cancelMessages } from '../messages/queue-message.ts';
import type { BankAccount } from '../recipients/bank-account.ts';
import { replaceSame, saveAccounts, takenIds } from '../recipients/recipient-accounts.ts';
import { addDispatch } from './dispatch-work.ts';
import { emitRemittance } from './emit.ts';
import type { ReceiveLink } from './link.ts';
import { isOpen, linkOver } from './link-access.ts';
import { lastInput } from './link-deeds.ts';
import { linkById, updateLink } from './link-store.ts';
import { linkPurpose } from './make-link.ts';
import { type Method, receivingOf } from './method.ts';
import { destinationPurpose, type PreparedDestination, prepareDestination } from './prepare.ts';
import { tellTaken } from './recipient-notices.ts';
import { amountRefusal, methodNotInContract, noFeeRule } from './refusals.ts';
import { type Remittance, withStatus } from './remittance.ts';
import { remittanceById, specifyRemittance, updateRemittances } from './remittance-store.ts';
import { datesFor } from './replan.ts';
import { earliestPlan } from './schedule.ts';
import { taxPercentOn } from './tax.ts';
import { methodTerms, type RemittanceDeps, type Terms } from './terms.ts';

export interface BankChoice {
  readonly method: 'bank_transfer';
  readonly account: BankAccount;
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

/** Answers the remittance as it then is; the second of two presses gets what the first made. */
export async function specifyDestination(
  deps: RemittanceDeps,
  shop: Shop,
  linkId: string,
  choice: Choice,
  by: 'recipient' | 'shop' = 'recipient',
): Promise<Remittance> {
  const terms = await methodTerms(deps, shop, choice.method);
  if (terms === undefined) throw methodNotInContract(choice.method);
  return deps.deeds.run(shop.shopId, async (tx) => {
    const link = await linkById(tx, shop.shopId, linkId);
    const remittance = link && (await remittanceById(tx, shop.shopId, link.remittanceId));
    if (link === undefined || remittance === undefined) throw linkOver();
    if (link.status === 'used') return remittance;
    if (!isOpen(link, tx.now) || remittance.status !== 'awaiting_recipient') throw linkOver();
    if (!link.methods.includes(choice.method)) throw methodNotInContract(choice.method);
    return specify(deps, tx, shop, terms, { link, remittance, choice, by });
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
  const isKept = await keepAccount(deps, tx, link, choice);
  const scheduled = withStatus(remittance, 'scheduled', tx.now, {
    ...datesFor(terms, { masked: destination.masked }, plan),
    method: choice.method,
    destinationSealed: destination.sealed,
    masked: destination.masked,
    searchKeys: destination.searchKeys,
    railAccountId: terms.railAccount.id,
    feeYen: feeOf(terms, remittance, choice.method, destination.bankCode),
    accountId: isKept ? link.saveAs : null,
    recall: null,
  });
  await specifyRemittance(tx, scheduled);
  await updateRemittances(tx, [scheduled]);
  const input = JSON.stringify(choice);
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
 * Kept under the account ID that the sender wished; answers whether it is. Where the ID holds what
 * this very link entered before, that was a mistake, and is replaced. Any other account stays: who
 * answers for one remittance must not redirect the next.
 */
async function keepAccount(
  deps: RemittanceDeps,
  tx: Tx,
  link: ReceiveLink,
  choice: Choice,
): Promise<boolean> {
  if (!isBankChoice(choice) || link.saveAs === null) return false;
  const wish = { accountId: link.saveAs, account: choice.account };
  const taken = await takenIds(deps, tx, tx.shopId, [wish]);
  if (taken.size === 0) {
    await saveAccounts(deps, tx, [wish]);
    return true;
  }
  const former = lastInput(deps, link) as Choice | undefined;
  const isOwn = former !== undefined && isBankChoice(former);
  if (isOwn && (await replaceSame(deps, tx, former.account, wish))) return true;
  deps.log('account_not_kept', { shopId: tx.shopId });
  return false;
}
