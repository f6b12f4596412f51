// One receiving method for one payment: why it is closed, or the rail that carries it and what
// comes after it was chosen. The choice page, the entry pages and the confirmation agree by this.
import { type Instant, isBefore } from '../../base/clock.ts';
import { feeFor } from '../../billing/fee.ts';
import type { Receiving } from '../../rails/receiving.ts';
import { openFrom } from '../../remittances/maintenance.ts';
import { type Method, receivingOf } from '../../remittances/method.ts';
import { hasPrefundFor } from '../../remittances/prefund.ts';
import { methodTerms, type Terms } from '../../remittances/terms.ts';
import { amountInWords, instantInWords } from './phrases.ts';
import type { RecipientDeps, Visit } from './visit.ts';

/** A method that a rail carries, under the shop's contract, open for this payment. */
export interface RailMethod {
  readonly method: Method;
  readonly receiving: Receiving;
  readonly terms: Terms;
}

/** Why this way is closed for this payment; null = it is open. */
export async function obstacleOf(
  deps: RecipientDeps,
  visit: Visit,
  method: Method,
  terms: Terms | undefined,
): Promise<string | null> {
  const { frame, remittance } = visit;
  const { say, locale } = frame;
  const { amountYen } = remittance;
  const away = say(
    'いまは、この受け取り方を利用できません。',
    'This way is not available at present.',
  );
  const table = terms?.feeTables.find(({ version }) => version === remittance.feeVersion);
  const fee = table && feeFor(table, { method, sameBank: false, amountYen });
  if (terms === undefined || fee === undefined) return away;
  const [max, min, unit] = [terms.maxYen, terms.minYen, terms.unitYen].map((each) =>
    amountInWords(locale, each),
  );
  if (amountYen > terms.maxYen) {
    return say(`1回${max}までの受け取り方です。`, `This way takes at most ${max}.`);
  }
  if (amountYen < terms.minYen) {
    return say(`1回${min}からの受け取り方です。`, `This way takes ${min} or more.`);
  }
  if (amountYen % terms.unitYen !== 0) {
    return say(
      `${unit}単位の金額だけの受け取り方です。`,
      `This way takes multiples of ${unit} only.`,
    );
  }
  const openAt = closedUntil(terms, visit.now);
  if (openAt !== undefined) {
    const until = instantInWords(locale, openAt);
    return say(
      `メンテナンスのため、${until}まで利用できません。お急ぎの場合は、ほかの受け取り方をお選びください。`,
      `Under maintenance until ${until}. If you are in a hurry, please choose another way.`,
    );
  }
  return (await hasPrefundFor(deps.remittances, terms, amountYen)) ? null : away;
}

/** When announced maintenance of an instant rail ends; undefined where there is none now. */
export function closedUntil({ timing }: Terms, now: Instant): Instant | undefined {
  const openAt = openFrom(timing.closures ?? [], now);
  return timing.isInstant && isBefore(now, openAt) ? openAt : undefined;
}

/** Undefined where the link, the contract or the amount does not allow it now. */
export async function railMethodOf(
  deps: RecipientDeps,
  visit: Visit,
  asked: string | null,
): Promise<RailMethod | undefined> {
  const method = visit.link.methods.find((each) => each === asked);
  const receiving = method && receivingOf(deps.remittances.rails, method);
  if (method === undefined || receiving === undefined) return undefined;
  const terms = await methodTerms(deps.remittances, visit.shop, method);
  if (terms === undefined || terms.rail.receiving !== receiving) return undefined;
  if ((await obstacleOf(deps, visit, method, terms)) !== null) return undefined;
  return { method, receiving, terms };
}

/** Where somebody goes who has chosen this way. */
export function afterChoice(base: string, { method, receiving, terms }: RailMethod): string {
  const { fields, signsIn } = receiving.entry(terms.railAccount);
  if (fields.length > 0) return `${base}/enter?method=${method}`;
  return signsIn ? `${base}/sign-in?method=${method}` : `${base}/confirm`;
}
