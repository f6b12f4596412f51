// The example of docs/guides/add-a-rail.md: the smallest rail that keeps every promise, to a points
// wallet that lives in memory. Production code never imports this.
import Type from 'typebox';
import { yen } from '../base/money.ts';
import type { PaymentReport, Rail, RailAccount } from './rail.ts';
import { railConfigReader } from './rail-config.ts';
import type { Receiving } from './receiving.ts';
import { soleItem } from './sole-item.ts';

export interface PointsDestination {
  readonly handle: string;
}

export interface PointsPayment {
  readonly dispatchCode: string;
  readonly handle: string;
  readonly amountYen: number;
  state: 'pending' | 'paid' | 'failed' | 'returned';
}

/** What the other side answers; whatever else it sends is nonsense. */
export type PointsAnswer =
  | { readonly kind: 'payment'; readonly payment: Readonly<PointsPayment> }
  | { readonly kind: 'closed'; readonly dispatchCode: string }
  | { readonly kind: 'none'; readonly dispatchCode: string };

/** The other side: its answer, nonsense, or a rejection where the network failed. */
export interface PointsWire {
  pay(account: RailAccount, wish: Omit<PointsPayment, 'state'>): Promise<unknown>;
  find(account: RailAccount, dispatchCode: string): Promise<unknown>;
}

const ConfigSchema = Type.Object(
  { key: Type.String({ minLength: 8 }) },
  { additionalProperties: false },
);
const readConfig = railConfigReader('points', ConfigSchema);

/** How recipients meet it: the pages are made of this. */
const receiving: Receiving<PointsDestination> = {
  method: 'points',
  name: { ja: 'みほんポイント', en: 'Sample points' },
  words: () => ({
    when: { ja: '手続きのあと、すぐに届きます', en: 'At once after you confirm' },
    needs: { ja: 'みほんポイントの会員名', en: 'Your name at Sample Points' },
    note: null,
    take: { ja: 'みほんポイントで受け取る', en: 'Receive it as points' },
    done: { ja: 'ポイントに加わりました。', en: 'It has been added to your points.' },
  }),
  entry: () => ({
    fields: [
      {
        name: 'handle',
        label: { ja: '会員名', en: 'Name' },
        hint: { ja: '英小文字と数字です', en: 'Small letters and digits' },
        digits: null,
      },
    ],
    signsIn: false,
  }),
  read: (_account, { handle = '' }) =>
    /^[a-z0-9_]{1,40}$/.test(handle.trim()) ? { handle: handle.trim() } : undefined,
  facts: ({ handle }) => [[{ ja: '会員名', en: 'Name' }, handle]],
  masked: ({ handle }) => ({ handle_ends: handle.slice(-2) }),
};

export function createPointsRail(wire: PointsWire): Rail<PointsDestination> {
  return {
    name: 'points',
    receiving,
    traits(account) {
      readConfig(account);
      return {
        maxItems: 1,
        idempotentSubmit: true,
        confirmation: { kind: 'per_item' },
        absenceProofMs: 60_000,
        settlesFrom: 'prefund',
        maxYen: yen(100_000),
      };
    },
    timing: (_account, calendar) => ({
      ...{ isInstant: true, cutOffs: [], leadBusinessDays: 0, calendar },
    }),
    async submit(submission, signal) {
      const { dispatchCode, amountYen, destination } = soleItem(submission);
      const wish = { dispatchCode, amountYen, handle: destination.handle };
      const answer = await asked(dispatchCode, signal, () => wire.pay(submission.account, wish));
      if (answer?.kind === 'payment') return { kind: 'accepted', railReference: dispatchCode };
      if (answer?.kind !== 'closed') return { kind: 'unknown', detail: 'no sensible answer' };
      const refusal = { reason: 'account_closed', detail: 'closed' } as const;
      return { kind: 'rejected', ...refusal, items: [{ itemNumber: 1, ...refusal }] };
    },
    async inquire(submission, signal) {
      const { dispatchCode } = soleItem(submission);
      const answer = await asked(dispatchCode, signal, () =>
        wire.find(submission.account, dispatchCode),
      );
      if (answer === undefined) return { kind: 'unanswered', detail: 'no sensible answer' };
      const isKnown = answer.kind === 'payment';
      return {
        kind: 'answered',
        submission: isKnown ? 'known' : 'absent',
        railReference: isKnown ? dispatchCode : null,
        reports: [reportOf(dispatchCode, isKnown ? answer.payment.state : 'absent')],
      };
    },
    async ping(account, signal) {
      const answer = await asked('0', signal, () => wire.find(account, '0'));
      return { ok: answer !== undefined, detail: answer === undefined ? 'no answer' : 'ok' };
    },
  };
}

/** The answer about this payment, or undefined: nothing may be concluded from anything else. */
async function asked(
  dispatchCode: string,
  signal: AbortSignal,
  call: () => Promise<unknown>,
): Promise<PointsAnswer | undefined> {
  if (signal.aborted) return undefined;
  try {
    const answer = (await call()) as PointsAnswer | undefined;
    if (answer?.kind === 'payment') {
      return answer.payment.dispatchCode === dispatchCode ? answer : undefined;
    }
    const isOurs = answer?.kind === 'closed' || answer?.kind === 'none';
    return isOurs && answer.dispatchCode === dispatchCode ? answer : undefined;
  } catch {
    // The network failed: whether the other side has it, only an inquiry may say.
    return undefined;
  }
}

function reportOf(dispatchCode: string, state: PointsPayment['state'] | 'absent'): PaymentReport {
  const reason = { failed: 'no_account', returned: 'other' } as const;
  return {
    dispatchCode,
    state,
    reason: state === 'failed' || state === 'returned' ? reason[state] : null,
    detail: state,
    at: null,
    railReference: state === 'absent' ? null : dispatchCode,
  };
}
