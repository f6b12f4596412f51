// What the control API does to one world: clock, prefund, members, outcomes, webhook, faults,
// books. The way there, with its token and its paths, is in control.ts.

import { type ControlReply, done, type Fields, problem } from '../../bank/control/control-reply.ts';
import { momentOfText } from '../../bank/control/moment.ts';
import { exactText } from '../../bank/tokyo-time.ts';
import type { Charge, Member, Plan, World } from '../books.ts';
import { changeCharge, reachNow } from '../due.ts';
import { MEMBER_NUMBER } from '../members.ts';
import type { Notices } from '../notices.ts';
import { faultsProblem, NO_FAULTS, settingsProblem } from '../settings.ts';
import { openMember } from '../take-charge.ts';
import type { Wallet } from '../wallet.ts';

export interface ControlContext {
  readonly wallet: Wallet;
  readonly notices: Notices;
}

export type WorldCall = (
  context: ControlContext,
  world: World,
  body: Fields,
) => ControlReply | Promise<ControlReply>;

const NOTICE_PATIENCE_MS = 3_000;
/** Two clocks that run on are told apart a little late: that is no step back. */
const BEHIND_MS_MAX = 60_000;
const YEN_MAX = 9_999_999_999;
const ORIGINS_MAX = 20;
const STATUSES: readonly Member['status'][] = ['active', 'closed', 'restricted'];

const setClock: WorldCall = async ({ wallet, notices }, world, { now, hold = false }) => {
  const to = momentOfText(now);
  if (to === undefined) return problem(400, 'now: an instant, or a date-time with an offset');
  if (typeof hold !== 'boolean') return problem(400, 'hold: true or false');
  const present = wallet.now(world);
  if (to < present - BEHIND_MS_MAX) return problem(409, `now: before ${exactText(present)}`);
  const reached = Math.max(to, present);
  const clock = { offsetMs: reached - wallet.wallNow(), heldAt: hold ? reached : null };
  wallet.commit({ t: 'clock', w: world.worldId, clock });
  reachNow(wallet, world);
  await notices.flush(world, reached - present, NOTICE_PATIENCE_MS);
  return done({ now: exactText(wallet.now(world)) });
};

const isYen = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= YEN_MAX;

const payIn: WorldCall = ({ wallet }, world, { amountYen }) => {
  if (!isYen(amountYen)) return problem(400, 'amountYen: whole yen');
  wallet.commit({ t: 'paid-in', w: world.worldId, amountYen });
  return done({ balanceYen: world.prefundYen });
};

const setMember: WorldCall = ({ wallet }, world, { memberNumber, status, balanceYen }) => {
  if (typeof memberNumber !== 'string' || !MEMBER_NUMBER.test(memberNumber)) {
    return problem(400, 'memberNumber: 12 digits');
  }
  const known = STATUSES.find((each) => each === status);
  if (status !== undefined && known === undefined) {
    return problem(400, `status: one of ${STATUSES.join(', ')}`);
  }
  if (balanceYen !== undefined && !isYen(balanceYen)) return problem(400, 'balanceYen: whole yen');
  openMember(wallet, world, memberNumber);
  wallet.commit({
    t: 'member-changed',
    w: world.worldId,
    memberNumber,
    ...(known === undefined ? {} : { status: known }),
    ...(balanceYen === undefined ? {} : { balanceYen }),
  });
  const member = world.members.get(memberNumber)!;
  return done(shownMember(member));
};

const reverse: WorldCall = ({ wallet }, world, { requestId }) => {
  const charge = typeof requestId === 'string' ? world.charges.get(requestId) : undefined;
  if (charge === undefined) return problem(404, 'requestId: unknown');
  const member = world.members.get(charge.memberNumber ?? '');
  if (charge.state !== 'executed' || (member?.balanceYen ?? 0) < charge.amountYen) {
    return problem(409, 'the charge cannot be taken back');
  }
  const at = wallet.now(world);
  changeCharge(wallet, world, { at, requestId: charge.requestId }, 'reversed', 'member_closed');
  return done(shownCharge(charge));
};

const CODES: Readonly<Record<string, string>> = {
  no_account: 'member_not_found',
  account_closed: 'member_closed',
  limit_exceeded: 'balance_cap_exceeded',
  recipient_declined: 'member_declined',
  rail_unavailable: 'prefund_insufficient',
  other: 'member_restricted',
};

/** What becomes of a charge, decided before it is executed; `returned` of an executed one, now. */
const decide: WorldCall = (context, world, { dispatchCode, outcome, reason = 'other' }) => {
  if (typeof dispatchCode !== 'string' || !/^[0-9]{20}$/.test(dispatchCode)) {
    return problem(400, 'dispatchCode: 20 digits');
  }
  const requestId = `KW-${dispatchCode}`;
  const charge = world.charges.get(requestId);
  if (outcome === 'returned' && charge?.state === 'executed') {
    return reverse(context, world, { requestId });
  }
  if (charge !== undefined && charge.state !== 'accepted') {
    return problem(409, `the charge is ${charge.state} already`);
  }
  const code = CODES[String(reason)];
  if (outcome === 'failed' && code === undefined) {
    return problem(409, `reason: one of ${Object.keys(CODES).join(', ')}`);
  }
  const plans: Readonly<Record<string, Plan | null>> = {
    paid: null,
    failed: { kind: 'fails', code: code ?? '' },
    returned: { kind: 'reversed' },
  };
  const plan = Object.hasOwn(plans, String(outcome)) ? plans[String(outcome)] : undefined;
  if (plan === undefined) return problem(409, `${String(outcome)}: not in a wallet`);
  context.wallet.commit({ t: 'planned', w: world.worldId, requestId, plan });
  return done({ planned: plan });
};

const isHttp = (url: unknown): url is string =>
  typeof url === 'string' && /^https?:/.test(url) && URL.canParse(url);

const setWebhook: WorldCall = ({ wallet }, world, { url = null }) => {
  if (url !== null && !isHttp(url)) return problem(400, 'url: http or https, or null');
  wallet.commit({ t: 'webhook', w: world.worldId, url });
  return done({ url });
};

const setReturns: WorldCall = ({ wallet }, world, { origins }) => {
  if (!Array.isArray(origins) || origins.length > ORIGINS_MAX || !origins.every(isHttp)) {
    return problem(400, 'origins: a list of http or https addresses');
  }
  const known = origins.map((each) => new URL(each as string).origin);
  wallet.commit({ t: 'returns', w: world.worldId, origins: known });
  return done({ origins: known });
};

const setFaults: WorldCall = ({ wallet }, world, body) => {
  const wrong = faultsProblem(body);
  if (wrong) return problem(400, wrong);
  wallet.commit({ t: 'faults', w: world.worldId, faults: { ...NO_FAULTS, ...body } });
  return done(world.faults);
};

const setSettings: WorldCall = ({ wallet }, world, body) => {
  const wrong = settingsProblem(body);
  if (wrong) return problem(400, wrong);
  wallet.commit({ t: 'settings', w: world.worldId, patch: body });
  return done(world.settings);
};

const books: WorldCall = ({ wallet }, world) => {
  const notices = [...world.notices.values()];
  const count = (state: string) => notices.filter((each) => each.state === state).length;
  return done({
    now: exactText(wallet.now(world)),
    prefundYen: world.prefundYen,
    paidInYen: world.paidInYen,
    charges: [...world.charges.values()].map(shownCharge),
    members: [...world.members.values()].map(shownMember),
    notices: {
      waiting: count('waiting'),
      delivered: count('delivered'),
      dropped: count('dropped'),
      givenUp: count('given_up'),
    },
  });
};

const timeOrNull = (at: number | null): string | null => (at === null ? null : exactText(at));

function shownCharge(charge: Charge): object {
  const { requestId, chargeId, memberNumber, amountYen, state, code } = charge;
  const { acceptedAt, executedAt } = charge;
  const times = { acceptedAt: exactText(acceptedAt), executedAt: timeOrNull(executedAt) };
  return { requestId, chargeId, memberNumber, amountYen, state, code, ...times };
}

const shownMember = ({ memberNumber, name, status, balanceYen }: Member): object => ({
  ...{ memberNumber, name, status, balanceYen },
});

/** By method and the path after `/control/worlds/{id}`. */
export const WORLD_CALLS: Readonly<Record<string, WorldCall>> = {
  'POST /clock': setClock,
  'POST /prefund': payIn,
  'PUT /members': setMember,
  'POST /outcomes': decide,
  'POST /reversals': reverse,
  'PUT /webhook': setWebhook,
  'PUT /return-origins': setReturns,
  'PUT /faults': setFaults,
  'PUT /settings': setSettings,
  'GET /books': books,
};
