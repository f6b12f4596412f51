// /v1/sandbox: money in, outcomes, clock and faults of a test shop's own world. Live keys are
// refused.
import Type, { type Static } from 'typebox';
import { type Instant, tokyoTimestamp } from '../../base/clock.ts';
import type { Deeds } from '../../base/deed.ts';
import { invalidInput, Refusal } from '../../base/refusal.ts';
import type { Shop } from '../../merchants/shop.ts';
import { findRemittance, fullView } from '../../remittances/find.ts';
import { METHOD_PATTERN } from '../../remittances/method.ts';
import { methodNotInContract } from '../../remittances/refusals.ts';
import { earliestPlan } from '../../remittances/schedule.ts';
import { BANK_RAIL, bankTerms, type RemittanceDeps } from '../../remittances/terms.ts';
import { notPossible } from '../../sandbox/control-door.ts';
import { OUTCOMES, PLANNABLE_REASONS, planOutcome } from '../../sandbox/plan-outcome.ts';
import type { SandboxBank } from '../../sandbox/sandbox-bank.ts';
import { moveClock } from '../../sandbox/sandbox-clock.ts';
import type { SandboxRails } from '../../sandbox/sandbox-rails.ts';
import type { Api } from '../resource.ts';
import { readInstant } from './read-instant.ts';
import { MethodName, RemittanceFull } from './remittance-schemas.ts';
import { both, IdParams, OneOf, Strict, Timestamp } from './schemas.ts';

export interface SandboxApiDeps {
  readonly deeds: Deeds;
  readonly remittances: RemittanceDeps;
  /** Undefined where this installation runs without a sandbox bank. */
  readonly bank: SandboxBank | undefined;
  readonly rails: SandboxRails;
  readonly drain: (shopId: string) => Promise<number>;
  /**
   * Pays in at the sandbox bank and takes the deposit at once; answers the balance available then.
   */
  readonly payIn: (shop: Shop, deposit: { amountYen: number; payer: string }) => Promise<number>;
}

const TAG = ['sandbox'];
const DepositAnswer = Strict({
  amount: Type.Integer({ examples: [1_000_000] }),
  available: Type.Integer({ examples: [1_000_000] }),
});
const PayerName = Type.String({ minLength: 1, maxLength: 48, pattern: '^[ -~ｦ-ﾟ]+$' });
const CONFIG = { scope: 'sandbox:write' } as const;

export function registerSandbox(api: Api, deps: SandboxApiDeps): void {
  registerDeposits(api, deps);
  registerOutcome(api, deps);
  registerClock(api, deps);
  registerFaults(api, deps);
}

function worldOf(deps: SandboxApiDeps, shop: Shop): SandboxBank {
  if (shop.mode !== 'test') {
    throw new Refusal(
      'test_keys_only',
      {
        ja: 'サンドボックスはテスト用キー（sk_test_…）だけで使えます。',
        en: 'The sandbox takes test keys (sk_test_…) only.',
      },
      { status: 403 },
    );
  }
  if (deps.bank === undefined) {
    throw new Refusal(
      'sandbox_not_set_up',
      {
        ja: 'この環境にはサンドボックスの銀行がありません。運営者にお問い合わせください。',
        en: 'This installation has no sandbox bank. Ask the operator.',
      },
      { status: 503 },
    );
  }
  return deps.bank;
}

function registerDeposits(api: Api, deps: SandboxApiDeps): void {
  api.post(
    '/v1/sandbox/deposits',
    {
      config: CONFIG,
      schema: {
        tags: TAG,
        summary: both('テスト用の入金をする', 'Pay in test funds'),
        description: both(
          'テスト銀行に振り込まれ、実際の入金通知を経て利用可能額になります。',
          'Paid in at the test bank; it becomes available by way of a real deposit notice.',
        ),
        body: Strict({
          amount: Type.Integer({ minimum: 1, maximum: 9_999_999_999, examples: [1_000_000] }),
          payer: Type.Optional(PayerName),
        }),
        response: { 201: DepositAnswer },
      },
    },
    async (request, reply) => {
      const { shop } = request.caller;
      worldOf(deps, shop);
      const { amount, payer = 'ﾃｽﾄ ﾆﾕｳｷﾝ' } = request.body;
      const available = await deps.payIn(shop, { amountYen: amount, payer });
      return reply.code(201).send({ amount, available });
    },
  );
}

const OutcomeBody = Strict({
  outcome: OneOf(OUTCOMES),
  reason: Type.Optional(OneOf(PLANNABLE_REASONS)),
  after_business_days: Type.Optional(Type.Integer({ minimum: 0, maximum: 20 })),
  method: Type.Optional(MethodName),
});

function registerOutcome(api: Api, deps: SandboxApiDeps): void {
  api.post(
    '/v1/sandbox/remittances/:id/outcome',
    {
      config: CONFIG,
      schema: {
        tags: TAG,
        summary: both('テスト送金の結果を決める', 'Decide what becomes of a test remittance'),
        description: both(
          '渡る前でも後でも指定できます。時計を進めると結果が届きます。' +
            '受取人がまだ選んでいない送金にはmethodを付けてください。',
          'Before or after the rail has it. Move the clock to see it happen. ' +
            'Where the recipient has not chosen yet, name the method.',
        ),
        params: IdParams,
        body: OutcomeBody,
        response: { 200: RemittanceFull },
      },
    },
    async (request) => {
      const { shop } = request.caller;
      const bank = worldOf(deps, shop);
      const { outcome, reason = null, after_business_days = null, method = null } = request.body;
      const { id } = request.params;
      const plan = { outcome, reason, afterBusinessDays: after_business_days, method };
      const { remittances, rails } = deps;
      await planOutcome({ remittances, bank, rails }, shop, id, plan);
      const found = await findRemittance(deps.remittances, shop.shopId, { id });
      return (await fullView(deps.remittances, found)) as never;
    },
  );
}

const ClockBody = Strict(
  {
    advance: Type.Optional(
      Type.String({
        maxLength: 40,
        description: both('ISO 8601の期間', 'An ISO 8601 duration'),
        examples: ['P1D', 'PT3H'],
      }),
    ),
    to: Type.Optional(Timestamp),
    to_next: Type.Optional(OneOf(['cut_off'])),
  },
  { minProperties: 1, maxProperties: 1, examples: [{ to_next: 'cut_off' }, { advance: 'P1D' }] },
);

const ClockAnswer = Strict({
  now: Timestamp,
  next_cut_off: Type.Union([Timestamp, Type.Null()]),
  work_done: Type.Integer({
    description: both('途中で行われた処理の数', 'Pieces of work done on the way'),
  }),
});

function registerClock(api: Api, deps: SandboxApiDeps): void {
  api.get(
    '/v1/sandbox/clock',
    {
      config: CONFIG,
      schema: {
        tags: TAG,
        summary: both('テストショップの現在時刻', 'The present time of the test shop'),
        response: { 200: ClockAnswer },
      },
    },
    async (request) => {
      const { shop } = request.caller;
      worldOf(deps, shop);
      const now = await deps.deeds.now(shop.shopId);
      return clockAnswer(deps, shop, now, 0);
    },
  );
  api.post(
    '/v1/sandbox/clock',
    {
      config: CONFIG,
      schema: {
        tags: TAG,
        summary: both('テストショップの時計を進める', 'Move the clock of the test shop'),
        description: both(
          '途中で期限が来ることは、応答までにすべて順に起こります（締切、送金、結果、資金返却など）。',
          'Everything due on the way happens, in order, before ' +
            'the answer: cut-offs, results, returns.',
        ),
        body: ClockBody,
        response: { 200: ClockAnswer },
      },
    },
    async (request) => {
      const { shop } = request.caller;
      const bank = worldOf(deps, shop);
      const now = await deps.deeds.now(shop.shopId);
      const target = await targetOf(deps, shop, now, request.body);
      const moving = { deeds: deps.deeds, bank, rails: deps.rails, drain: deps.drain };
      const moved = await moveClock(moving, shop.shopId, target);
      return clockAnswer(deps, shop, moved.now, moved.workDone);
    },
  );
}

async function clockAnswer(deps: SandboxApiDeps, shop: Shop, now: Instant, workDone: number) {
  const terms = await bankTerms(deps.remittances, shop);
  const next = terms === undefined ? null : earliestPlan(terms.timing, now).dispatchAt;
  return {
    now: tokyoTimestamp(now),
    next_cut_off: next === null ? null : tokyoTimestamp(next),
    work_done: workDone,
  };
}

async function targetOf(
  deps: SandboxApiDeps,
  shop: Shop,
  now: Instant,
  body: Static<typeof ClockBody>,
): Promise<Instant> {
  if (body.to !== undefined) return readInstant('/to', body.to);
  if (body.to_next !== undefined) {
    const terms = await bankTerms(deps.remittances, shop);
    if (terms === undefined) throw methodNotInContract('bank_transfer');
    return earliestPlan(terms.timing, now).dispatchAt;
  }
  try {
    return now.toZonedDateTimeISO('Asia/Tokyo').add(body.advance!).toInstant();
  } catch {
    throw invalidInput([
      {
        pointer: '/advance',
        code: 'invalid_duration',
        ja: 'advanceはISO 8601の期間（例：P1D、PT3H）で指定してください。',
        en: 'advance must be an ISO 8601 duration such as P1D or PT3H.',
      },
    ]);
  }
}

const Rate = Type.Number({ minimum: 0, maximum: 1 });

/** The faults that make sense seen from outside; the simulator's README tells what each does. */
const FaultsBody = Strict(
  {
    rail: Type.Optional(
      Type.String({
        pattern: METHOD_PATTERN,
        description: both('送金経路（省略時は銀行）', 'Which rail; the bank where left out'),
        examples: ['seven_atm'],
      }),
    ),
    seed: Type.Optional(Type.Integer({ minimum: 0, maximum: 2 ** 31 })),
    lose_answer_rate: Type.Optional(Rate),
    error_5xx_rate: Type.Optional(Rate),
    throttle_rate: Type.Optional(Rate),
    resend_rate: Type.Optional(Rate),
    garbage_rate: Type.Optional(Rate),
    reject_rate: Type.Optional(Rate),
    return_rate: Type.Optional(Rate),
    return_after_business_days: Type.Optional(Type.Integer({ minimum: 0, maximum: 20 })),
    repeat_notice_rate: Type.Optional(Rate),
    drop_notice_rate: Type.Optional(Rate),
    down: Type.Optional(Type.Boolean()),
  },
  { examples: [{ reject_rate: 0.2 }, {}] },
);

const FAULT_NAMES: Readonly<Record<string, string>> = {
  seed: 'seed',
  lose_answer_rate: 'loseAnswerRate',
  error_5xx_rate: 'error5xxRate',
  throttle_rate: 'throttleRate',
  resend_rate: 'resendRate',
  garbage_rate: 'garbageRate',
  reject_rate: 'rejectRate',
  return_rate: 'returnRate',
  return_after_business_days: 'returnAfterBusinessDays',
  repeat_notice_rate: 'repeatNoticeRate',
  drop_notice_rate: 'dropNoticeRate',
  down: 'down',
};

function registerFaults(api: Api, deps: SandboxApiDeps): void {
  api.post(
    '/v1/sandbox/faults',
    {
      config: CONFIG,
      schema: {
        tags: TAG,
        summary: both(
          'テスト銀行などの障害を設定する',
          'Set the faults of the test bank or another rail',
        ),
        description: both(
          '指定したものに置き換わります。{} ですべて解除。',
          'Replaces what was set; {} turns all off.',
        ),
        body: FaultsBody,
        response: { 200: FaultsBody },
      },
    },
    async (request) => {
      const { shop } = request.caller;
      const bank = worldOf(deps, shop);
      const { rail = BANK_RAIL, ...asked } = request.body;
      const pairs = Object.entries(asked).map(([name, value]) => [FAULT_NAMES[name], value]);
      const faults = Object.fromEntries(pairs) as Readonly<Record<string, unknown>>;
      if (rail === BANK_RAIL) await bank.setFaults(shop.shopId, faults);
      else if (deps.rails.has(rail)) await deps.rails.setFaults(rail, shop.shopId, faults);
      else throw notPossible(`no simulator stands behind ${rail}`);
      return request.body;
    },
  );
}
