// A credit as a channel tells it, before anybody knows whose it is, and how it becomes a telling
// within a tenant.
import type { PlainDate } from '../base/clock.ts';
import type { Vault } from '../base/crypto.ts';
import type { Yen } from '../base/money.ts';
import { type AccountNumber, type Channel, payerIndexText, type Telling } from './deposit.ts';

export interface Credit {
  /** Unique and stable within the channel and the operator's tenant. */
  readonly channelKey: string;
  readonly account: AccountNumber;
  readonly amountYen: Yen;
  readonly valueDate: PlainDate;
  readonly payer: Payer;
  /** The bank takes back a credit it told of before (取消). */
  readonly isReversal: boolean;
  /** The bank's number of the credit, '' where it gives none. */
  readonly inquiryNumber: string;
}

export interface Payer {
  readonly name: string;
  /** Bank and branch as the channel names them; '' where it does not. */
  readonly bank: string;
}

/** Where tellings come from: a channel of a rail account. */
export interface Source {
  readonly channel: Channel;
  readonly railAccountId: string;
  /** The tenant that holds what belongs to no shop. */
  readonly operatorShopId: string;
}

const PURPOSE = 'deposit_payer';

export function sealPayer(vault: Vault, payer: Payer): Buffer {
  return vault.seal(JSON.stringify([payer.name, payer.bank]), PURPOSE);
}

export function openPayer(vault: Vault, sealed: Buffer): Payer {
  const [name, bank] = JSON.parse(vault.open(sealed, PURPOSE)) as [string, string];
  return { name, bank };
}

/** Blind indexes are each tenant's own, so the same payer has another key elsewhere. */
export function payerKey(vault: Vault, shopId: string, name: string): string {
  return vault.blindIndex('payer', shopId, payerIndexText(name));
}

export function toTelling(vault: Vault, shopId: string, channel: Channel, credit: Credit): Telling {
  const { channelKey, account, amountYen, isReversal, inquiryNumber } = credit;
  return {
    channel,
    channelKey,
    account,
    amountYen,
    valueDate: credit.valueDate.toString(),
    payerKey: payerKey(vault, shopId, credit.payer.name),
    isReversal,
    inquiryNumber,
  };
}
