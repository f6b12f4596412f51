// A rail for tests of the deeds: the other side does what the test says, and remembers what it was
// asked.
import type {
  InquiryOutcome,
  PaymentReport,
  Rail,
  RailTraits,
  Submission,
  SubmitOutcome,
} from '../server/rails/rail.ts';

type State = PaymentReport['state'];

export interface ScriptedRail extends Rail {
  /** Every submission it was called with, in order. */
  readonly submitted: Submission[];
  /** What it says of payments, by dispatch code; `pending` unless told. */
  readonly payments: Map<string, PaymentReport>;
  traitsNow: RailTraits;
  onSubmit: (submission: Submission) => Promise<SubmitOutcome>;
  onInquire: (submission: Submission) => Promise<InquiryOutcome>;
  /** From now on it says this of the payment. */
  say(dispatchCode: string, state: State, more?: Partial<PaymentReport>): void;
  /** As it was in the beginning. */
  reset(): void;
}

const cutOffs = ['09:00', '14:30'];

const TRAITS: RailTraits = {
  maxItems: 100,
  idempotentSubmit: false,
  confirmation: { kind: 'per_item' },
  absenceProofMs: 3_600_000,
};

export function scriptedRail(): ScriptedRail {
  const payments = new Map<string, PaymentReport>();
  const submitted: Submission[] = [];
  const accepts = async ({ id }: Submission): Promise<SubmitOutcome> => ({
    kind: 'accepted',
    railReference: `ref-${id}`,
  });
  const answers = async ({ id, items }: Submission): Promise<InquiryOutcome> => ({
    kind: 'answered',
    submission: 'known',
    railReference: `ref-${id}`,
    reports: items.map(
      ({ dispatchCode }) => payments.get(dispatchCode) ?? reportOf(dispatchCode, 'pending'),
    ),
  });
  const rail: ScriptedRail = {
    name: 'bank_transfer',
    submitted,
    payments,
    traitsNow: TRAITS,
    traits: () => rail.traitsNow,
    timing: (_account, calendar) => ({ cutOffs, leadBusinessDays: 0, calendar }),
    sourceBankCode: () => '0310',
    submit(submission) {
      submitted.push(submission);
      return rail.onSubmit(submission);
    },
    inquire: (submission) => rail.onInquire(submission),
    async *listPayments() {
      yield* payments.values();
    },
    ping: async () => ({ ok: true, detail: '' }),
    onSubmit: accepts,
    onInquire: answers,
    say: (code, state, more) => void payments.set(code, reportOf(code, state, more)),
    reset() {
      submitted.length = 0;
      payments.clear();
      Object.assign(rail, { traitsNow: TRAITS, onSubmit: accepts, onInquire: answers });
    },
  };
  return rail;
}

export function reportOf(
  dispatchCode: string,
  state: State,
  more: Partial<PaymentReport> = {},
): PaymentReport {
  return { dispatchCode, state, reason: null, detail: '', at: null, railReference: null, ...more };
}

/** The rail has never heard of it. */
export const knowsNothing = async (submission: Submission): Promise<InquiryOutcome> => ({
  kind: 'answered',
  submission: 'absent',
  railReference: null,
  reports: submission.items.map(({ dispatchCode }) => reportOf(dispatchCode, 'absent')),
});
