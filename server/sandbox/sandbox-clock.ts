// A test shop's clock: moved forward in steps, so that everything due on the way happens at its own
// time, at the bank and here, before the call answers. Nothing here can touch a live shop.
import { type Instant, isBefore } from '../base/clock.ts';
import type { Deeds } from '../base/deed.ts';
import { Refusal } from '../base/refusal.ts';
import { isBusy, nextDueAt } from '../base/work.ts';
import type { SandboxBank } from './sandbox-bank.ts';
import type { SandboxRails } from './sandbox-rails.ts';

export interface SandboxClockDeps {
  readonly deeds: Deeds;
  readonly bank: SandboxBank;
  readonly rails: Pick<SandboxRails, 'setClock'>;
  /** Runs what is due for the shop now; answers how many pieces of work that were. */
  readonly drain: (shopId: string) => Promise<number>;
}

/** How long a move waits, all in all, for what other processes have in hand. */
const PATIENCE_MS = 20_000;
const LOOK_AGAIN_MS = 20;
const MAX_STEPS = 25_000;
const MAX_AHEAD = Temporal.Duration.from({ hours: 24 * 400 });

/** Moves the shop's clock to `target`. Refused: backwards, or more than 400 days at once. */
export async function moveClock(
  deps: SandboxClockDeps,
  shopId: string,
  target: Instant,
): Promise<{ now: Instant; workDone: number }> {
  const start = await deps.deeds.now(shopId);
  if (isBefore(target, start)) throw backwards();
  if (isBefore(start.add(MAX_AHEAD), target)) throw tooFar();
  const patienceEndsAt = performance.now() + PATIENCE_MS;
  let workDone = await settle(deps, shopId, patienceEndsAt);
  for (let step = 0; ; step++) {
    if (step >= MAX_STEPS) throw tooMuch();
    const now = await deps.deeds.now(shopId);
    const due = await nextDueAt(deps.deeds.db, shopId, { after: now, until: target });
    if (due === undefined) break;
    await setClock(deps, shopId, due);
    workDone += await settle(deps, shopId, patienceEndsAt);
  }
  await setClock(deps, shopId, target);
  workDone += await settle(deps, shopId, patienceEndsAt);
  return { now: await deps.deeds.now(shopId), workDone };
}

/**
 * Runs what is due here and waits for what other processes are at, so that it happens at its own
 * time.
 */
async function settle(
  { deeds, drain }: SandboxClockDeps,
  shopId: string,
  patienceEndsAt: number,
): Promise<number> {
  let done = await drain(shopId);
  while (performance.now() < patienceEndsAt && (await isBusy(deeds.db, shopId, deeds.wall()))) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    done += await drain(shopId);
  }
  return done;
}

/**
 * First the other sides, so that what Kawase then asks has happened there; all clocks run on from
 * here.
 */
async function setClock(deps: SandboxClockDeps, shopId: string, to: Instant): Promise<void> {
  const now = await deps.deeds.now(shopId);
  if (isBefore(to, now)) return;
  await deps.bank.setClock(shopId, to);
  await deps.rails.setClock(shopId, to);
  await deps.deeds.db.run(
    `update shop_head set clock_offset_ms = greatest(clock_offset_ms, $2) where shop_id = $1`,
    [shopId, to.epochMilliseconds - deps.deeds.wall().epochMilliseconds],
  );
}

const backwards = () =>
  new Refusal('clock_runs_forward', {
    ja: 'テスト環境の時計は進めることしかできません。現在時刻より後を指定してください。',
    en: 'The clock of a test shop only goes forward. Give a time after its present one.',
  });

const tooFar = () =>
  new Refusal('clock_too_far', {
    ja: '一度に進められるのは400日までです。',
    en: 'The clock moves at most 400 days at once.',
  });

const tooMuch = () =>
  new Refusal('clock_too_busy', {
    ja: '途中で行う処理が多すぎるため、時計は途中まで進みました。もう一度実行してください。',
    en: 'Too much falls due on the way; the clock moved part of it. Call again.',
  });
