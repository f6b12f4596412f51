// A recipient tells their account by telephone or by post, and the shop's staff enters it: read
// back first, under the recipient's own answers, in the audit log with who did it, and confirmed in
// writing to the address that is registered. What was read back is entered, to the digit.
import type { Tx } from '../base/deed.ts';
import { Refusal } from '../base/refusal.ts';
import type { Audit } from '../merchants/audit.ts';
import type { Shop } from '../merchants/shop.ts';
import type { BankAccount } from '../recipients/bank-account.ts';
import type { ReceiveLink } from './link.ts';
import { isOpen, verifyAnswers } from './link-access.ts';
import { noOpenLink } from './link-deeds.ts';
import { newestLinkOf } from './link-store.ts';
import { deliverOf } from './make-link.ts';
import { remittanceNotFound } from './refusals.ts';
import type { Remittance } from './remittance.ts';
import { remittanceById } from './remittance-store.ts';
import { specifyDestination } from './specify-destination.ts';
import type { RemittanceDeps } from './terms.ts';

export type EntryChannel = 'telephone' | 'post';

export interface EntryForRecipient {
  readonly account: BankAccount;
  /** Of the very account, from `readBackCode`. */
  readonly readBack: string;
  readonly channel: EntryChannel;
  /** Who of the staff, as the shop names them. */
  readonly enteredBy: string;
  /** The recipient's answers to the link's questions, in their order. */
  readonly answers: readonly string[];
}

/** Where it is confirmed: by message, or, where no address is known, by the letter. */
export type Confirmation = 'mail' | 'sms' | 'letter';

const notReadBack = () =>
  new Refusal('not_read_back', {
    ja: '読み上げて確認した口座と違います。もう一度確認し、その read_back_code を指定してください。',
    en: 'This is not the account that was read back. Check it again and give its read_back_code.',
  });

const wrongAnswers = () =>
  new Refusal('wrong_answers', {
    ja: '確認の答えが違います。続けて間違えるとロックされます。',
    en: 'The answers to the questions are wrong. Too many wrong ones lock the link.',
  });

/** Proves that this account, for this remittance, has been prepared to be read to the recipient. */
export function readBackCode(
  deps: Pick<RemittanceDeps, 'vault'>,
  remittanceId: string,
  account: BankAccount,
): string {
  const { bankCode, branchCode, accountType, accountNumber, holderName } = account;
  const text = [remittanceId, bankCode, branchCode, accountType, accountNumber, holderName];
  return deps.vault.fingerprint('read_back', text.join('/')).toString('base64url');
}

/** The remittance that waits for its recipient; refused: not found, `no_open_link`. */
export async function waitingRemittance(
  deps: RemittanceDeps,
  shop: Shop,
  remittanceId: string,
): Promise<{ readonly remittance: Remittance; readonly link: ReceiveLink }> {
  const { db } = deps.deeds;
  const remittance = await remittanceById(db, shop.shopId, remittanceId);
  if (remittance === undefined) throw remittanceNotFound();
  const link = await newestLinkOf(db, shop.shopId, remittanceId);
  const now = await deps.deeds.now(shop.shopId);
  const isWaiting = remittance.status === 'awaiting_recipient';
  if (link === undefined || !isWaiting || !isOpen(link, now)) throw noOpenLink();
  return { remittance, link };
}

/** Refused: `not_read_back`, `wrong_answers`, `link_locked`, `no_open_link`, and as a choice is. */
export async function enterForRecipient(
  deps: RemittanceDeps & { readonly audit: Audit },
  shop: Shop,
  remittanceId: string,
  entry: EntryForRecipient & { readonly by: string },
): Promise<Confirmation> {
  const { account, channel, enteredBy, by } = entry;
  const { link } = await waitingRemittance(deps, shop, remittanceId);
  if (entry.readBack !== readBackCode(deps, remittanceId, account)) throw notReadBack();
  const isRight = await verifyAnswers(deps, shop, link.linkId, entry.answers, 'shop');
  if (!isRight) throw wrongAnswers();
  const told = (tx: Tx) =>
    deps.audit(tx, {
      ...{ shopId: shop.shopId, by, action: 'remittance.entered_for_recipient' },
      subject: remittanceId,
      data: { channel, entered_by: enteredBy, last3: account.accountNumber.slice(-3) },
    });
  const choice = { method: 'bank_transfer', account } as const;
  await specifyDestination(deps, shop, link.linkId, choice, { by: 'shop', told });
  const { email, sms } = deliverOf(deps, link);
  if (email !== null) return 'mail';
  return sms === null ? 'letter' : 'sms';
}
