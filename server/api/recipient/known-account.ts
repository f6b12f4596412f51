// The account of last time, for a recipient whom the sender knows: the one kept under the account
// ID that the sender named with this link. Offered only after an answered question, shown masked
// only, and never put into a form: whoever holds the URL and the answer can send this payment to
// that account, and learns no more of it than its last digits. Why not by mail address or phone
// number is docs/decisions/0009-account-of-last-time.md.
import { html } from 'ghtml';
import { tokyoDate } from '../../base/clock.ts';
import { recheckDirectory } from '../../recipients/bank-account.ts';
import { maskAccount, withBankNames } from '../../recipients/masked.ts';
import { accountsByIds, type KeptAccount } from '../../recipients/recipient-accounts.ts';
import type { BankChoice } from '../../remittances/specify-destination.ts';
import type { Api } from '../resource.ts';
import { bankTitle, narrowLatin } from './account-words.ts';
import { draftCookie, readForm } from './draft.ts';
import { facts, type Say } from './layout.ts';
import { go, linkRoute, type RecipientDeps, type Visit } from './visit.ts';

export function registerKnownAccount(scope: Api, deps: RecipientDeps): void {
  linkRoute(scope, deps, {
    method: 'POST',
    path: '/known-account',
    needs: 'open',
    handle: async (visit) => {
      const known = await knownAccount(deps, visit);
      if (known === undefined) return go(`${visit.base}/bank`);
      const form = readForm(new URLSearchParams());
      const draft = { method: 'bank_transfer', form, known: known.version } as const;
      return go(`${visit.base}/confirm`, [draftCookie(deps, visit, draft)]);
    },
  });
}

/** Undefined where there is none, or its bank or branch has closed since. */
export async function knownAccount(
  deps: RecipientDeps,
  { link, shop, now }: Visit,
): Promise<KeptAccount | undefined> {
  if (link.saveAs === null || link.questions.length === 0) return undefined;
  const { deeds, directory } = deps.remittances;
  const found = await accountsByIds(deps.remittances, deeds.db, shop.shopId, [link.saveAs]);
  const kept = found.get(link.saveAs);
  if (kept === undefined) return undefined;
  const today = tokyoDate(now).toString();
  return recheckDirectory(kept.account, { directory, today }).problems.length > 0
    ? undefined
    : kept;
}

/** The choice of the account that was shown; undefined where another is kept by now. */
export async function knownChoice(
  deps: RecipientDeps,
  visit: Visit,
  version: number,
): Promise<BankChoice | undefined> {
  const kept = await knownAccount(deps, visit);
  if (kept?.version !== version) return undefined;
  return { method: 'bank_transfer', account: kept.account, knownVersion: version };
}

/** The rows of an account that the reader must not learn in full. */
export function maskedFacts(
  deps: RecipientDeps,
  say: Say,
  account: BankChoice['account'],
): [string, string][] {
  const named = withBankNames(deps.remittances.directory, maskAccount(account));
  return [
    [say('銀行', 'Bank'), bankTitle(named.bank_code, named.bank_name)],
    [say('支店', 'Branch'), narrowLatin(named.branch_name)],
    [say('口座番号', 'Number'), `****${named.account_number_last3}`],
    [say('口座の名義', 'Name'), named.account_holder_masked],
  ];
}

export async function knownOffer(deps: RecipientDeps, visit: Visit): Promise<string> {
  const kept = await knownAccount(deps, visit);
  if (kept === undefined) return '';
  const { base, formToken, frame } = visit;
  const { say } = frame;
  return html`<section class="known"><h2>${say('前に使った口座', 'The account of last time')}</h2>
!${facts(maskedFacts(deps, say, kept.account))}
<form method="post" action="${base}/known-account">
<input type="hidden" name="form_token" value="${formToken}">
<button type="submit">${say('この口座を使う', 'Use this account')}</button></form>
</section><h2>${say('ほかの口座で受け取る', 'Another account')}</h2>`;
}
