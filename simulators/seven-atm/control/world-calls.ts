// What the control API does to one world: clock, money, the recipient's hand, webhook, faults. The
// way there, with its token and its paths, is in control.ts.

import type { RefusalCode, World } from '../books.ts';
import type { Reply } from '../messages.ts';
import { json } from '../messages.ts';
import type { Network } from '../network.ts';
import type { Notices } from '../notices.ts';
import { expireDue, take } from '../receipts.ts';
import { faultsProblem, NO_FAULTS, settingsProblem } from '../settings.ts';
import { receiptWithNumbers } from '../shown-receipt.ts';
import { momentOfText, timeText } from '../tokyo-time.ts';

export type Fields = Readonly<Record<string, unknown>>;

export interface ControlContext {
  readonly network: Network;
  readonly notices: Notices;
}

export type WorldCall = (
  context: ControlContext,
  world: World,
  body: Fields,
) => Reply | Promise<Reply>;

const NOTICE_PATIENCE_MS = 3_000;
/** Two clocks that run on are told apart a little late: that is no step back. */
const BEHIND_MS_MAX = 60_000;
const YEARS_AHEAD_MS_MAX = 20 * 366 * 24 * 60 * 60 * 1000;
const YEN_MAX = 999_999_999_999;
const LEGS = ['all', 'notes', 'coins'] as const;

export const problem = (status: number, error: string): Reply => json(status, { error });

export function isYen(value: unknown, min: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= YEN_MAX;
}

const setClock: WorldCall = async ({ network, notices }, world, { now, hold = false }) => {
  const to = momentOfText(now);
  if (to === undefined) return problem(400, 'now: a date-time with an offset');
  if (typeof hold !== 'boolean') return problem(400, 'hold: true or false');
  const present = network.now(world);
  if (to < present - BEHIND_MS_MAX) return problem(409, `now: before ${timeText(present)}`);
  if (to > present + YEARS_AHEAD_MS_MAX) return problem(400, 'now: too far ahead');
  const reached = Math.max(to, present);
  const clock = { offsetMs: reached - network.wallNow(), heldAt: hold ? reached : null };
  network.commit({ t: 'clock', w: world.worldId, clock });
  expireDue(network, world);
  await notices.flush(world, reached - present, NOTICE_PATIENCE_MS);
  return json(200, { now: timeText(network.now(world)) });
};

const fund: WorldCall = ({ network }, world, { amountYen }) => {
  if (!isYen(amountYen, 1)) return problem(400, 'amountYen: whole yen');
  network.commit({ t: 'funded', w: world.worldId, amountYen, at: network.now(world) });
  return json(200, { balanceYen: world.balanceYen });
};

/** The recipient's hand without the screens: takes what there is of the legs asked for. */
const receive: WorldCall = ({ network, notices }, world, { requestId, legs = 'all' }) => {
  const receipt = world.receipts.get(String(requestId));
  if (!receipt) return problem(404, 'requestId: unknown');
  if (!LEGS.some((each) => each === legs)) return problem(400, `legs: ${LEGS.join(', ')}`);
  const took = (['notes', 'coins'] as const)
    .filter((leg) => legs === 'all' || legs === leg)
    .filter((leg) => take(network, world, receipt, leg));
  notices.kick(world);
  return json(200, { took, state: receipt.state });
};

const REFUSALS: Readonly<Record<string, RefusalCode>> = {
  limit_exceeded: 'amount_out_of_range',
  rail_unavailable: 'insufficient_prefund',
  other: 'not_permitted',
};

/**
 * What becomes of a payment: `failed` is planned before it is asked for; `paid` and
 * `partly_received` are the recipient's hand, once there are numbers.
 */
const decide: WorldCall = (context, world, { dispatchCode, outcome, reason = 'other' }) => {
  if (typeof dispatchCode !== 'string' || !/^[0-9]{20}$/.test(dispatchCode)) {
    return problem(400, 'dispatchCode: 20 digits');
  }
  const receipt = world.receipts.get(dispatchCode);
  if (outcome === 'paid' || outcome === 'partly_received') {
    if (receipt === undefined) return problem(409, 'the recipient has no numbers yet');
    const legs = outcome === 'paid' ? 'all' : 'notes';
    return receive(context, world, { requestId: dispatchCode, legs });
  }
  if (outcome !== 'failed') return problem(409, `${String(outcome)}: not at an ATM`);
  if (receipt !== undefined) return problem(409, 'the numbers are out; move the clock');
  const refusal = REFUSALS[String(reason)];
  if (refusal === undefined) return problem(409, `reason: one of ${Object.keys(REFUSALS)}`);
  context.network.commit({ t: 'planned', w: world.worldId, requestId: dispatchCode, refusal });
  return json(200, { planned: refusal });
};

const unlock: WorldCall = ({ network }, world, { requestId }) => {
  const receipt = world.receipts.get(String(requestId));
  if (!receipt) return problem(404, 'requestId: unknown');
  network.commit({ t: 'unlocked', w: world.worldId, requestId: receipt.requestId });
  return json(200, { locked: receipt.locked });
};

const setWebhook: WorldCall = ({ network, notices }, world, { url = null }) => {
  if (url !== null && (typeof url !== 'string' || !/^https?:/.test(url) || !URL.canParse(url))) {
    return problem(400, 'url: http or https, or null');
  }
  network.commit({ t: 'webhook', w: world.worldId, url });
  notices.kick(world);
  return json(200, { url });
};

const setFaults: WorldCall = ({ network, notices }, world, body) => {
  const wrong = faultsProblem(body);
  if (wrong) return problem(400, wrong);
  network.commit({ t: 'faults', w: world.worldId, faults: { ...NO_FAULTS, ...body } });
  notices.kick(world);
  return json(200, world.faults);
};

const setSettings: WorldCall = ({ network }, world, body) => {
  const wrong = settingsProblem(body);
  if (wrong) return problem(400, wrong);
  network.commit({ t: 'settings', w: world.worldId, patch: body });
  return json(200, world.settings);
};

const books: WorldCall = ({ network }, world) => {
  const notices = [...world.notices.values()];
  const inState = (state: string) => notices.filter((each) => each.state === state).length;
  return json(200, {
    now: timeText(network.now(world)),
    balanceYen: world.balanceYen,
    heldYen: world.heldYen,
    receipts: [...world.receipts.values()].map((receipt) => ({
      ...receiptWithNumbers(receipt, world.partnerCode),
      slip_number: receipt.slipNumber,
      wrong_tries: receipt.wrongTries,
    })),
    refused: [...world.refused.values()],
    movements: world.movements,
    notices: {
      delivered: inState('delivered'),
      waiting: inState('waiting'),
      unsent: inState('unsent'),
    },
  });
};

/** By method and the path after `/control/worlds/{id}`. */
export const WORLD_CALLS: Readonly<Record<string, WorldCall>> = {
  'POST /clock': setClock,
  'POST /prefund': fund,
  'POST /receive': receive,
  'POST /outcomes': decide,
  'POST /unlock': unlock,
  'PUT /webhook': setWebhook,
  'PUT /faults': setFaults,
  'PUT /settings': setSettings,
  'GET /books': books,
};
