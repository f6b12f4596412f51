// What the control API does to one world: clock, money, outcomes, webhooks, faults, files. The
// way there, with its token and its paths, is in control.ts.

import type { Bank } from '../bank.ts';
import type { World } from '../books.ts';
import { reachNow } from '../due.ts';
import { scanOutbound } from '../files/intake.ts';
import type { IssueKind } from '../files/issue.ts';
import { issueFile } from '../files/issue.ts';
import { bankName } from '../http/transfer-request.ts';
import { holderName } from '../http/virtual-accounts.ts';
import type { Notices } from '../notices.ts';
import { openVirtualAccounts, VIRTUAL_ACCOUNTS_MAX } from '../open-virtual-accounts.ts';
import { cancelDeposit, payIn } from '../pay-in.ts';
import type { Fate } from '../reasons.ts';
import { isReasonCode } from '../reasons.ts';
import { faultsProblem, NO_FAULTS, settingsProblem } from '../settings.ts';
import { approveOrder } from '../take-order.ts';
import { exactText } from '../tokyo-time.ts';
import type { ControlReply, Fields } from './control-reply.ts';
import { done, problem } from './control-reply.ts';
import { momentOfText } from './moment.ts';
import { setOutcome } from './outcome.ts';
import { shownBooks, shownDeposit } from './shown-books.ts';

export interface ControlContext {
  readonly bank: Bank;
  readonly notices: Notices;
}

export type WorldCall = (
  context: ControlContext,
  world: World,
  body: Fields,
  query: URLSearchParams,
) => ControlReply | Promise<ControlReply>;

const NOTICE_PATIENCE_MS = 3_000;
/** Two clocks that run on are told apart a little late: that is no step back. */
const BEHIND_MS_MAX = 60_000;
const YEN_MAX = 9_999_999_999;
const YEARS_AHEAD_MS_MAX = 20 * 366 * 24 * 60 * 60 * 1000;
const OUTCOMES = ['paid', 'failed', 'returned', 'recalled', 'recall_refused'] as const;

const setClock: WorldCall = async ({ bank, notices }, world, { now, hold = false }) => {
  const to = momentOfText(now);
  if (to === undefined) return problem(400, 'now: an instant, or a date-time with an offset');
  if (typeof hold !== 'boolean') return problem(400, 'hold: true or false');
  const present = bank.now(world);
  if (to < present - BEHIND_MS_MAX) return problem(409, `now: before ${exactText(present)}`);
  if (to > present + YEARS_AHEAD_MS_MAX) return problem(400, 'now: too far ahead');
  // What lies in the folder was there before the clock moved.
  scanOutbound(bank, world);
  const reached = Math.max(to, present);
  const clock = { offsetMs: reached - bank.wallNow(), heldAt: hold ? reached : null };
  bank.commit({ t: 'clock', w: world.worldId, clock });
  reachNow(bank, world);
  await notices.flush(world, reached - present, NOTICE_PATIENCE_MS);
  return done({ now: exactText(bank.now(world)) });
};

const takePayIn: WorldCall = ({ bank, notices }, world, body) => {
  const { amountYen, branchCode, accountNumber, ediInfo = '', key = null } = body;
  if (typeof body.cancelOf === 'string') {
    const canceled = cancelDeposit(bank, world, body.cancelOf);
    if (canceled === 'unknown') return problem(404, 'cancelOf: no such deposit');
    if (canceled === 'closed') return problem(409, 'cancelOf: cancelled before');
    return done(shownDeposit(canceled));
  }
  if (
    !Number.isSafeInteger(amountYen) ||
    (amountYen as number) < 1 ||
    (amountYen as number) > YEN_MAX
  ) {
    return problem(400, 'amountYen: 1 to 9999999999');
  }
  if (typeof branchCode !== 'string' || typeof accountNumber !== 'string') {
    return problem(400, 'branchCode, accountNumber: texts');
  }
  const remitterName = bankName(body.remitterNameKana, 48);
  if (remitterName === undefined) return problem(400, 'remitterNameKana: half-width kana');
  const from = bankName(body.paymentBankName ?? 'ﾀﾏｶﾞﾜ', 15);
  const branch = bankName(body.paymentBranchName ?? 'ﾎﾝﾃﾝ', 15);
  const plain = /^[ｱ-ﾝﾞﾟA-Z0-9 -]+$/;
  if (!from || !branch || !plain.test(from + branch)) {
    return problem(400, 'paymentBankName, paymentBranchName: half-width kana');
  }
  if (typeof ediInfo !== 'string' || !/^[A-Z0-9ｱ-ﾝﾞﾟ -]{0,20}$/.test(ediInfo)) {
    return problem(400, 'ediInfo: up to 20 half-width characters');
  }
  if (key !== null && typeof key !== 'string') return problem(400, 'key: a text');
  const pay = { branchCode, accountNumber, amountYen: amountYen as number, remitterName };
  const deposit = payIn(bank, world, { ...pay, bankName: from, branchName: branch, ediInfo, key });
  if (deposit === 'unknown') return problem(404, 'no such account in this world');
  if (deposit === 'closed') return problem(409, 'the account takes no money now');
  notices.kick(world);
  return done(shownDeposit(deposit));
};

const isListOfNames = (value: unknown): value is string[] =>
  Array.isArray(value) &&
  value.length <= 20 &&
  value.every((name) => typeof name === 'string' && name !== '');

const tellOutcome: WorldCall = ({ bank }, world, body) => {
  const { ediInfo, orEdiInfos = [], outcome, reason = null } = body;
  if (typeof ediInfo !== 'string' || ediInfo === '') return problem(400, 'ediInfo: missing');
  if (!isListOfNames(orEdiInfos)) return problem(400, 'orEdiInfos: up to 20 names');
  const known = OUTCOMES.find((each) => each === outcome);
  if (!known) return problem(400, `outcome: one of ${OUTCOMES.join(', ')}`);
  if (reason !== null && !isReasonCode(reason)) return problem(400, 'reason: 01 to 09');
  const days = body.afterBusinessDays ?? (known === 'returned' ? 0 : 1);
  if (typeof days !== 'number' || !Number.isInteger(days) || days < 0 || days > 250) {
    return problem(400, 'afterBusinessDays: 0 to 250');
  }
  const fallback = known === 'failed' || known === 'returned' ? '09' : null;
  const fate: Fate = {
    outcome: known,
    reason: reason ?? fallback,
    afterBusinessDays: days,
    withoutEdi: body.withoutEdi === true,
  };
  const applied = setOutcome(bank, world, { ediInfo, others: orEdiInfos }, fate);
  if (applied === 'impossible') return problem(409, 'the payment has already ended otherwise');
  return done({ applied });
};

const addVirtualAccounts: WorldCall = ({ bank }, world, { count = 1, holderNameKana }) => {
  if (
    !Number.isInteger(count) ||
    (count as number) < 1 ||
    (count as number) > VIRTUAL_ACCOUNTS_MAX
  ) {
    return problem(400, 'count: 1 to 1000');
  }
  const added = holderNameKana === undefined ? '' : bankName(holderNameKana, 40);
  if (added === undefined) return problem(400, 'holderNameKana: half-width kana');
  const holder = holderName(world.holderNameKana, added, '1');
  const accounts = openVirtualAccounts(bank, world, count as number, holder, '2');
  return done({
    virtualAccounts: accounts.map((account) => ({
      vaId: account.vaId,
      branchCode: account.branchCode,
      accountNumber: account.accountNumber,
      holderNameKana: account.holderName,
    })),
  });
};

const setWebhook: WorldCall = ({ bank, notices }, world, { url = null }) => {
  if (url !== null && (typeof url !== 'string' || !/^https?:/.test(url) || !URL.canParse(url))) {
    return problem(400, 'url: http or https, or null');
  }
  bank.commit({ t: 'webhook', w: world.worldId, url });
  notices.kick(world);
  return done({ url });
};

const setFaults: WorldCall = ({ bank, notices }, world, body) => {
  const wrong = faultsProblem(body);
  if (wrong) return problem(400, wrong);
  bank.commit({ t: 'faults', w: world.worldId, faults: { ...NO_FAULTS, ...body } });
  notices.kick(world);
  return done(world.faults);
};

const setSettings: WorldCall = ({ bank }, world, body) => {
  const wrong = settingsProblem(body);
  if (wrong) return problem(400, wrong);
  bank.commit({ t: 'settings', w: world.worldId, patch: body });
  return done(world.settings);
};

const decideRequest: WorldCall = ({ bank }, world, { applyNo, decision }) => {
  const order = typeof applyNo === 'string' ? world.orders.get(applyNo) : undefined;
  if (!order) return problem(404, 'applyNo: unknown');
  if (order.payments.some(({ state }) => state !== 'applied')) {
    return problem(409, 'applyNo: does not wait for approval');
  }
  if (decision === 'approve') approveOrder(bank, world, order);
  else if (decision === 'send_back') {
    const at = bank.now(world);
    const applied = { w: world.worldId, at, applyNo: order.applyNo, to: 'sent_back' } as const;
    bank.commit({ t: 'decided', ...applied });
  } else return problem(400, 'decision: approve or send_back');
  reachNow(bank, world);
  return done({ state: order.payments[0]!.state });
};

const issueFiles: WorldCall = ({ bank }, world, { kinds = ['deposit_notice', 'statement'] }) => {
  const known: readonly IssueKind[] = ['deposit_notice', 'statement'];
  if (!Array.isArray(kinds) || !kinds.every((kind) => known.includes(kind))) {
    return problem(400, `kinds: ${known.join(', ')}`);
  }
  const wanted = known.filter((kind) => kinds.includes(kind));
  const files = wanted.flatMap((kind) => issueFile(bank, world, kind, bank.now(world)));
  reachNow(bank, world);
  return done({ files });
};

const expireTokens: WorldCall = ({ bank }, world) => {
  bank.commit({ t: 'tokens-expired', w: world.worldId });
  return done({});
};

const books: WorldCall = ({ bank }, world, _body, query) =>
  done(shownBooks(bank, world, query.get('ediInfo')));

/** By method and the path after `/control/worlds/{id}`. */
export const WORLD_CALLS: Readonly<Record<string, WorldCall>> = {
  'POST /clock': setClock,
  'POST /pay-ins': takePayIn,
  'POST /outcomes': tellOutcome,
  'POST /virtual-accounts': addVirtualAccounts,
  'PUT /webhook': setWebhook,
  'PUT /faults': setFaults,
  'PUT /settings': setSettings,
  'POST /approvals': decideRequest,
  'POST /files': issueFiles,
  'POST /tokens/expire': expireTokens,
  'GET /books': books,
};
