// The way back to the shop: a button where the recipient's part is done, and the press that leaves.
// The address is the one that the shop gave with the link; nothing of the request leads anywhere.
import { html } from 'ghtml';
import { returnSecrets } from '../../merchants/return-secret.ts';
import { signedReturn } from '../../remittances/return-url.ts';
import type { Api } from '../resource.ts';
import { go, isWaiting, linkRoute, type RecipientDeps, type Visit } from './visit.ts';

export function registerReturn(scope: Api, deps: RecipientDeps): void {
  linkRoute(scope, deps, {
    method: 'GET',
    path: '/return',
    needs: 'answered',
    handle: async (visit) => {
      const { link, remittance, shop, base } = visit;
      if (isWaiting(visit)) return go(base);
      if (link.returnUrl === null) return go(`${base}/status`);
      const now = deps.wall();
      const secrets = returnSecrets(deps.remittances.vault, shop, now);
      return go(signedReturn(link.returnUrl, remittance, secrets, now));
    },
  });
}

/** Only on pages of those who have answered: what it leads to carries the outcome. */
export function returnButton({ link, shop, base, frame }: Visit): string {
  if (link.returnUrl === null) return '';
  const text = frame.say(`${shop.name}に戻る`, `Back to ${shop.name}`);
  return html`<p><a class="button second" href="${base}/return" rel="noreferrer">${text}</a></p>`;
}
