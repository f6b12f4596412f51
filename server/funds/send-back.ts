// A deposit that came for nobody is sent back to where it came from, as remittances of the
// operator's own tenant. Each step is durable before the next and may be repeated; the remittances'
// references make sure each part leaves once.
import { uuidv7 } from '../base/ids.ts';
import { SECOND_TYPE_LIMIT_YEN, type Yen, yen } from '../base/money.ts';
import { Refusal } from '../base/refusal.ts';
import type { ClaimedWork } from '../base/work.ts';
import { post } from '../ledger/books.ts';
import { type StoredDeposit, selectDeposit, updateDeposit } from './deposit-store.ts';
import { emitDeposit } from './deposit-view.ts';
import type { FundsDeps } from './funds-deps.ts';
import { depositNotUnmatched, depositUnknown } from './refusals.ts';

/** The payer's account; the names as a person typed them. */
export interface SendBackDestination {
  readonly bankCode: string;
  readonly branchCode: string;
  readonly accountType: 'ordinary' | 'current' | 'savings';
  readonly accountNumber: string;
  readonly accountHolder: string;
}

/**
 * Instructs a remittance of the operator's tenant and answers its id; the same reference again
 * answers the same one. Throws a Refusal where it cannot be sent. Provided by main.
 */
export type InstructSendBack = (
  operatorShopId: string,
  remittance: {
    readonly reference: string;
    readonly amountYen: Yen;
    readonly destination: SendBackDestination;
  },
) => Promise<string>;

export interface SendBackInput {
  readonly operatorShopId: string;
  readonly depositId: string;
  readonly destination: SendBackDestination;
  readonly by: string;
}

const PURPOSE = 'send_back';

/** Sends an unmatched deposit back. Where the destination is refused, it is unmatched again. */
export async function sendBack(
  deps: FundsDeps,
  instruct: InstructSendBack,
  input: SendBackInput,
): Promise<readonly string[]> {
  await startSendBack(deps, input);
  return finishSendBack(deps, instruct, input.operatorShopId, input.depositId);
}

/** The deposit is spoken for, its money free to be remitted by the operator's tenant. */
export async function startSendBack(deps: FundsDeps, input: SendBackInput): Promise<void> {
  const { operatorShopId, depositId, by } = input;
  const sealed = deps.vault.seal(JSON.stringify(input.destination), PURPOSE);
  await deps.deeds.run(operatorShopId, async (tx) => {
    const deposit = requireUnclaimed(await selectDeposit(tx, operatorShopId, depositId));
    if (deposit.status !== 'unmatched') throw depositNotUnmatched(deposit.status);
    const sendBackId = uuidv7(tx.now.epochMilliseconds);
    const changes = { status: 'sending_back', sendBackId, sendBackSealed: sealed } as const;
    emitDeposit(tx, await updateDeposit(tx, tx.now, deposit, changes));
    await post(tx, [moved(deposit, sendBackId, 'unmatched', 'available')]);
    tx.addWork({ kind: 'funds.finish_send_back', key: depositId, dueAt: tx.now, clock: 'shop' });
    const action = 'deposit.sending_back';
    await deps.audit?.(tx, { shopId: operatorShopId, by, action, subject: depositId, data: {} });
  });
}

/** Instructs what is not instructed yet and marks the deposit. Answers the remittances' ids. */
export async function finishSendBack(
  deps: FundsDeps,
  instruct: InstructSendBack,
  operatorShopId: string,
  depositId: string,
): Promise<readonly string[]> {
  const { db } = deps.deeds;
  const deposit = requireUnclaimed(await selectDeposit(db, operatorShopId, depositId));
  const { sendBackId, sendBackSealed } = deposit;
  if (deposit.status !== 'sending_back') return deposit.sentBackRemittanceIds;
  if (sendBackId === null || sendBackSealed === null) throw new Error('sent back without a way');
  const destination = JSON.parse(deps.vault.open(sendBackSealed, PURPOSE)) as SendBackDestination;
  const ids: string[] = [];
  for (const [index, amountYen] of partsOf(deposit.amountYen).entries()) {
    const reference = referenceOf(sendBackId, index);
    try {
      ids.push(await instruct(operatorShopId, { reference, amountYen, destination }));
    } catch (error) {
      // Nothing has left yet: the deposit waits for another decision.
      if (error instanceof Refusal && index === 0) await undoSendBack(deps, deposit);
      throw error;
    }
  }
  await deps.deeds.run(operatorShopId, async (tx) => {
    const now = requireUnclaimed(await selectDeposit(tx, operatorShopId, depositId));
    if (now.status !== 'sending_back') return;
    const changes = { status: 'sent_back', sentBackRemittanceIds: ids } as const;
    emitDeposit(tx, await updateDeposit(tx, tx.now, now, { ...changes, sendBackSealed: null }));
  });
  return ids;
}

/**
 * Handler of `funds.finish_send_back`: for what a crash left half done. A refusal has undone it.
 */
export async function finishSendBackWork(
  deps: FundsDeps,
  instruct: InstructSendBack,
  work: ClaimedWork,
): Promise<'done'> {
  try {
    await finishSendBack(deps, instruct, work.shopId, work.key);
  } catch (error) {
    const deposit = await selectDeposit(deps.deeds.db, work.shopId, work.key);
    if (!(error instanceof Refusal) || deposit?.status === 'sending_back') throw error;
  }
  return 'done';
}

async function undoSendBack(deps: FundsDeps, deposit: StoredDeposit): Promise<void> {
  const { shopId, depositId, sendBackId } = deposit;
  if (sendBackId === null) throw new Error('nothing to undo');
  await deps.deeds.run(shopId, async (tx) => {
    const now = await selectDeposit(tx, shopId, depositId);
    if (now?.status !== 'sending_back' || now.sendBackId !== sendBackId) return;
    const changes = { status: 'unmatched', sendBackSealed: null } as const;
    emitDeposit(tx, await updateDeposit(tx, tx.now, now, changes));
    await post(tx, [moved(now, sendBackId, 'available', 'unmatched')]);
  });
}

/** One remittance carries at most a million yen; a deposit may be larger. */
export function partsOf(amountYen: Yen): Yen[] {
  const parts: Yen[] = [];
  for (let leftYen: number = amountYen; leftYen > 0; leftYen -= SECOND_TYPE_LIMIT_YEN) {
    parts.push(yen(Math.min(leftYen, SECOND_TYPE_LIMIT_YEN)));
  }
  return parts;
}

/** `sendback-<id of the try>`, with `-2`, `-3` … for further parts. */
export function referenceOf(sendBackId: string, index: number): string {
  return index === 0 ? `sendback-${sendBackId}` : `sendback-${sendBackId}-${index + 1}`;
}

function moved(
  deposit: StoredDeposit,
  causeId: string,
  from: 'unmatched' | 'available',
  to: 'unmatched' | 'available',
) {
  return { from, to, amountYen: deposit.amountYen, cause: 'deposit_sent_back', causeId } as const;
}

function requireUnclaimed(deposit: StoredDeposit | undefined): StoredDeposit {
  if (!deposit?.unclaimed) throw depositUnknown();
  return deposit;
}
