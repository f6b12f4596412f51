// Deposits as rows and as JSON, payers masked unless somebody asked to see them, which goes into
// the audit log.
import type { Core } from '../core.ts';
import type { Payer } from '../funds/credit.ts';
import type { Deposit } from '../funds/read-deposits.ts';
import { flag } from './read-input.ts';
import { money } from './table.ts';
import type { Given, Option, Session } from './verb.ts';
import { maskedName, shown, stamp, when, word } from './words.ts';

export const REVEAL: Option = {
  flags: '--reveal',
  says: {
    ja: '名義を伏せずに表示する（監査記録に残る）',
    en: 'show names in full; goes into the audit log',
  },
};

/** Whether names may be shown in full; if so, that they are has been written down. */
export async function mayReveal(
  session: Session,
  core: Core,
  given: Given,
  about: { readonly shopIds: readonly string[]; readonly what: string },
): Promise<boolean> {
  if (!flag(given, 'reveal')) return false;
  const { what } = about;
  for (const shopId of about.shopIds) {
    await core.db.transaction((tx) =>
      core.audit(tx, {
        ...{ shopId, by: session.by, action: 'names.revealed', subject: what, data: {} },
      }),
    );
  }
  return true;
}

export function payerWords(payer: Payer, isRevealed: boolean): string {
  const name = isRevealed ? payer.name.trim() : maskedName(payer.name);
  return payer.bank.trim() === '' ? name : `${name} / ${payer.bank.trim()}`;
}

const inWords = ({ account }: Deposit) =>
  `${account.bankCode}-${account.branchCode}-${account.accountNumber}`;

export function depositJson(deposit: Deposit, isRevealed = false) {
  return {
    id: shown('deposit', deposit.depositId),
    amount_yen: deposit.amountYen,
    status: deposit.status,
    value_date: deposit.valueDate.toString(),
    reversed_on: deposit.reversedOn?.toString() ?? null,
    paid_into: inWords(deposit),
    payer: payerWords(deposit.payer, isRevealed),
    rail_account_id: shown('railAccount', deposit.railAccountId),
    received_at: stamp(deposit.receivedAt),
  };
}

export function depositHeads({ say }: Session): string[] {
  return [
    say('入金ID', 'Deposit'),
    say('金額（円）>', 'Yen>'),
    say('状態', 'Status'),
    say('起算日', 'Value date'),
    say('入金口座', 'Paid into'),
    say('振込人', 'Payer'),
    say('受領', 'Received'),
  ];
}

export function depositRow(session: Session, deposit: Deposit, isRevealed = false): string[] {
  return [
    shown('deposit', deposit.depositId),
    money(deposit.amountYen),
    word(session, deposit.status),
    deposit.valueDate.toString(),
    inWords(deposit),
    payerWords(deposit.payer, isRevealed),
    when(deposit.receivedAt),
  ];
}
