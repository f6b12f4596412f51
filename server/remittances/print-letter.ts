// The letter of a link, for recipients without mail: how to receive the payment while the link is
// open, and what was entered once it is. Reading only; a reissued link makes another letter.
import { tokyoDate } from '../base/clock.ts';
import type { Shop } from '../merchants/shop.ts';
import { letterPdf } from '../messages/letter-pdf.ts';
import { letterDay } from '../messages/letter-words.ts';
import type { OperatorNotice } from '../messages/operator-notice.ts';
import { type MaskedAccount, withBankNames } from '../recipients/masked.ts';
import { lastDayOf, type ReceiveLink } from './link.ts';
import { noOpenLink } from './link-deeds.ts';
import { newestLinkOf } from './link-store.ts';
import { aboutOf, linkUrl } from './make-link.ts';
import { receivingOf } from './method.ts';
import { remittanceNotFound } from './refusals.ts';
import type { Remittance } from './remittance.ts';
import { remittanceById } from './remittance-store.ts';
import type { RemittanceDeps } from './terms.ts';

/** One sheet of A4 as PDF. Refused: `no_open_link` where there is nothing to write about. */
export async function printLetter(
  deps: RemittanceDeps & { readonly operator: OperatorNotice },
  shop: Shop,
  remittanceId: string,
): Promise<Buffer> {
  const { db } = deps.deeds;
  const remittance = await remittanceById(db, shop.shopId, remittanceId);
  if (remittance === undefined) throw remittanceNotFound();
  const link = await newestLinkOf(db, shop.shopId, remittanceId);
  const isOpen = link?.status === 'open' && remittance.status === 'awaiting_recipient';
  const isEntered = link?.status === 'used' && IS_ENTERED.has(remittance.status);
  if (link === undefined || !(isOpen || isEntered)) throw noOpenLink();
  const { shopName, shopContact, reason, amountYen } = aboutOf(shop, remittance);
  return letterPdf({
    content: {
      ...{ shopName, reason, amountYen, referenceCode: link.code },
      checkUrl: `${deps.publicUrl}/r`,
      lastDay: lastDayOf(link).toString(),
      entered: isEntered ? enteredRows(deps, link, remittance) : null,
      asksQuestions: link.questions.length > 0,
    },
    ...{ locale: link.locale, url: linkUrl(deps, link), shopContact, operator: deps.operator },
    on: tokyoDate(await deps.deeds.now(shop.shopId)),
  });
}

const IS_ENTERED: ReadonlySet<Remittance['status']> = new Set(['scheduled', 'processing', 'paid']);

function enteredRows(
  deps: RemittanceDeps,
  { locale }: ReceiveLink,
  { method, masked, expectedTo }: Remittance,
): [string, string][] {
  const say = (ja: string, en: string) => (locale === 'ja' ? ja : en);
  const rows: [string, string][] = [];
  const name = receivingOf(deps.rails, method)?.name[locale];
  if (name !== undefined) rows.push([say('受け取り方', 'How'), name]);
  if (masked.bank_code !== undefined) {
    const named = withBankNames(deps.directory, masked as unknown as MaskedAccount);
    const { bank_name, branch_name, account_number_last3, account_holder_masked } = named;
    const account = `${bank_name}　${branch_name}　****${account_number_last3}`;
    rows.push([say('口座', 'Account'), account]);
    rows.push([say('口座の名義', 'Name'), account_holder_masked]);
  }
  if (expectedTo !== null)
    rows.push([say('入金の予定', 'Arrives by'), letterDay(expectedTo.toString(), locale)]);
  return rows;
}
