// One turn of one endpoint: claim a batch of due deliveries, send them a few at a time, write the
// outcomes down. Which endpoint has its turn when is turns.ts.
import type { Instant } from '../base/clock.ts';
import type { Vault } from '../base/crypto.ts';
import type { Database } from '../base/database.ts';
import type { Deeds } from '../base/deed.ts';
import { eventsBySeq, type StoredEvent } from '../base/events.ts';
import { createLane, type Lane } from '../base/lane.ts';
import { judge, messageBody, type Verdict } from './delivery.ts';
import {
  type ClaimedDelivery,
  claimDeliveries,
  releaseDeliveries,
  type Settlement,
  settleDeliveries,
} from './delivery-store.ts';
import { type Endpoint, isGivenUp } from './endpoint.ts';
import {
  type EndpointRef,
  recordHealth,
  selectEndpoint,
  signingSecrets,
} from './endpoint-store.ts';
import type { Sender } from './sender.ts';
import { signedHeaders } from './signature.ts';
import { giveUpEndpoint } from './switch-endpoint.ts';

/** Deliveries claimed for a turn, and how many of them are under way at once. */
const BATCH = 16;
const PARALLEL = 8;

export interface DeliverDeps {
  readonly deeds: Deeds;
  readonly vault: Vault;
  readonly sender: Sender;
  readonly recorder: Lane<Outcome, void>;
  /** Longer than a whole turn can last. */
  readonly leaseMs: number;
  readonly random: () => number;
  /** True once the process ends: nothing further is begun, and cut-off attempts are not judged. */
  readonly isStopping: () => boolean;
  readonly isCut: () => boolean;
}

export interface Turn {
  readonly attempts: number;
  readonly isFailing: boolean;
  readonly hasMore: boolean;
}

const NOTHING: Turn = { attempts: 0, isFailing: false, hasMore: false };

export async function deliverTurn(deps: DeliverDeps, ref: EndpointRef): Promise<Turn> {
  const { db, wall } = deps.deeds;
  const endpoint = await selectEndpoint(db, ref.shopId, ref.endpointId);
  if (endpoint === undefined || endpoint.status !== 'enabled') return NOTHING;
  const now = wall();
  const { throttledUntil, failingSince } = endpoint;
  const isThrottled = throttledUntil !== null && Temporal.Instant.compare(throttledUntil, now) > 0;
  if (isThrottled) return NOTHING;
  // An endpoint that fails is tried one by one, until one gets through.
  const limit = failingSince === null ? BATCH : 1;
  const claimed = await claimDeliveries(db, ref, { now, leaseMs: deps.leaseMs, limit });
  if (claimed.length === 0) return NOTHING;
  const seqs = claimed.map((delivery) => delivery.eventSeq);
  const [events, secrets] = await Promise.all([
    eventsBySeq(db, ref.shopId, seqs),
    signingSecrets(db, deps.vault, endpoint, now),
  ]);
  const bySeq = new Map(events.map((event) => [event.seq, event]));
  const queue = [...claimed];
  const verdicts: Verdict[] = [];
  const hasFailed = () => verdicts.some((verdict) => verdict.status !== 'delivered');
  const work = async () => {
    while (!deps.isStopping() && !hasFailed()) {
      const delivery = queue.shift();
      if (delivery === undefined) return;
      const event = bySeq.get(delivery.eventSeq);
      if (event === undefined) throw new Error(`event ${delivery.eventSeq} has no row`);
      const verdict = await attempt(deps, endpoint, delivery, event, secrets);
      if (verdict !== undefined) verdicts.push(verdict);
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: PARALLEL }, work));
  // An outcome that could not be written is sent again when its lease has run out.
  const broken = ended.find((result) => result.status === 'rejected');
  if (broken !== undefined) throw broken.reason;
  if (queue.length > 0) await giveBack(deps, ref, queue, verdicts);
  await giveUpWhereAsked(deps, endpoint, verdicts);
  return {
    attempts: verdicts.length,
    isFailing: hasFailed(),
    hasMore: claimed.length === limit || queue.length > 0,
  };
}

/** Sends once and writes the outcome down. Undefined where the process ended in the middle. */
async function attempt(
  deps: DeliverDeps,
  endpoint: Endpoint,
  delivery: ClaimedDelivery,
  event: StoredEvent,
  secrets: readonly string[],
): Promise<Verdict | undefined> {
  const { wall } = deps.deeds;
  const body = messageBody(event);
  const headers = signedHeaders({ id: event.id, at: wall(), body }, secrets);
  const answer = await deps.sender.send(endpoint.url, headers, body);
  if (deps.isCut()) return undefined;
  const verdict = judge(answer, {
    attempts: delivery.attempts,
    throttleLevel: endpoint.throttleLevel,
    now: wall(),
    random: deps.random(),
  });
  await deps.recorder.submit({
    shopId: endpoint.shopId,
    throttledUntil: verdict.throttledUntil,
    settlement: {
      endpointId: endpoint.endpointId,
      eventSeq: delivery.eventSeq,
      fence: delivery.fence,
      status: verdict.status,
      nextAt: verdict.nextAt,
      lastStatus: answer.status,
      lastError: answer.error,
      durationMs: answer.durationMs,
    },
  });
  return verdict;
}

async function giveBack(
  deps: DeliverDeps,
  ref: EndpointRef,
  rest: readonly ClaimedDelivery[],
  verdicts: readonly Verdict[],
): Promise<void> {
  const { db, wall } = deps.deeds;
  const throttled = verdicts.find((verdict) => verdict.throttledUntil !== null);
  await releaseDeliveries(db, ref, rest, throttled?.throttledUntil ?? wall());
}

async function giveUpWhereAsked(
  deps: DeliverDeps,
  endpoint: Endpoint,
  verdicts: readonly Verdict[],
): Promise<void> {
  const isGone = verdicts.some((verdict) => verdict.isGone);
  const allFailed = verdicts.length > 0 && verdicts.every((item) => item.status !== 'delivered');
  const isFailing = allFailed && isGivenUp(endpoint.failingSince, deps.deeds.wall());
  if (isGone || isFailing) await giveUpEndpoint(deps.deeds, endpoint, isGone ? 'gone' : 'failing');
}

/** The outcome of one attempt, on its way to the tables. */
export interface Outcome {
  readonly shopId: string;
  readonly throttledUntil: Instant | null;
  readonly settlement: Settlement;
}

/** Outcomes that come while a write is under way are written together, a transaction per shop. */
export function createRecorder(db: Database, wall: () => Instant): Lane<Outcome, void> {
  return createLane({
    maxBatch: 500,
    maxWaiting: 10_000,
    onFull: () => new Error('too many webhook outcomes wait to be written'),
    async flush(outcomes) {
      const results = new Map<Outcome, Error | undefined>();
      for (const [shopId, ofShop] of Map.groupBy(outcomes, (outcome) => outcome.shopId)) {
        const failure = await record(db, shopId, wall(), ofShop).catch((error: Error) => error);
        for (const outcome of ofShop) results.set(outcome, failure ?? undefined);
      }
      return outcomes.map((outcome) => results.get(outcome));
    },
  });
}

async function record(
  db: Database,
  shopId: string,
  now: Instant,
  outcomes: readonly Outcome[],
): Promise<void> {
  const byEndpoint = Map.groupBy(outcomes, (outcome) => outcome.settlement.endpointId);
  const health = [...byEndpoint].map(([endpointId, items]) => ({
    endpointId,
    succeeded: items.some((item) => item.settlement.status === 'delivered'),
    failed: items.some((item) => item.settlement.status !== 'delivered'),
    throttledUntil: items.findLast((item) => item.throttledUntil !== null)?.throttledUntil ?? null,
  }));
  await db.transaction(async (tx) => {
    const settlements = outcomes.map((outcome) => outcome.settlement);
    await settleDeliveries(tx, shopId, now, settlements);
    await recordHealth(tx, shopId, now, health);
  });
}
