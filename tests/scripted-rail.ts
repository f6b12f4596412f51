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
}

const cutOffs = ['09:00', '14:30'];

export function scriptedRail(): ScriptedRail {
  const payments = new Map<string, PaymentReport>();
  const submitted: Submission[] = [];
  const rail: ScriptedRail = {
    name: 'bank_transfer',
    submitted,
    payments,
    traitsNow: {
      maxItems: 100,
      idempotentSubmit: false,
      confirmation: { kind: 'per_item' },
      absenceProofMs: 3_600_000,
    },
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
    onSubmit: async (submission) => ({ kind: 'accepted', railReference: `ref-${submission.id}` }),
    onInquire: async (submission) => ({
      kind: 'answered',
      submission: 'known',
      railReference: `ref-${submission.id}`,
      reports: submission.items.map(
        ({ dispatchCode }) => payments.get(dispatchCode) ?? reportOf(dispatchCode, 'pending'),
      ),
    }),
    say: (code, state, more) => void payments.set(code, reportOf(code, state, more)),
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
