// Money prepaid at a rail, as the choice of a method needs it: whether it is enough for one more
// payment. Asked of the rail, remembered for seconds; what was not to be learnt is no obstacle.
// Watching it and warning the operator is watch-prefund.ts.
import { type Yen, yen } from '../base/money.ts';
import type { RemittanceDeps, Terms } from './terms.ts';

const REMEMBERED_MS = 10_000;
const MAX_REMEMBERED = 1_000;
/** A recipient waits for the page meanwhile. */
const PATIENCE_MS = 1_500;

interface Answer {
  readonly atMs: number;
  readonly leftYen: Promise<Yen | undefined>;
}

/** By installation: two in one process know nothing of each other. */
const remembered = new WeakMap<object, Map<string, Answer>>();

/** False only where the rail itself said that less is left. */
export async function hasPrefundFor(
  deps: RemittanceDeps,
  terms: Terms,
  amountYen: number,
): Promise<boolean> {
  const { rail, railAccount } = terms;
  if (rail.prefundedYen === undefined) return true;
  const answers = remembered.get(deps) ?? new Map<string, Answer>();
  remembered.set(deps, answers);
  const nowMs = performance.now();
  let answer = answers.get(railAccount.id);
  if (answer === undefined || nowMs - answer.atMs > REMEMBERED_MS) {
    answer = { atMs: nowMs, leftYen: ask(deps, terms) };
    answers.set(railAccount.id, answer);
    forgetOldest(answers);
  }
  const leftYen = await answer.leftYen;
  return leftYen === undefined || leftYen >= amountYen;
}

async function ask(deps: Pick<RemittanceDeps, 'log'>, terms: Terms): Promise<Yen | undefined> {
  const { rail, railAccount } = terms;
  try {
    const left = await rail.prefundedYen?.(railAccount, AbortSignal.timeout(PATIENCE_MS));
    return left === undefined ? undefined : yen(left);
  } catch (error) {
    deps.log('prefund_unknown', { rail: rail.name, error: (error as Error).name });
    return undefined;
  }
}

function forgetOldest(answers: Map<string, Answer>): void {
  for (const id of answers.keys()) {
    if (answers.size <= MAX_REMEMBERED) return;
    answers.delete(id);
  }
}
