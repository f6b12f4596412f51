// What the folders say of a file: receipt, list of unpaid items, the file itself still waiting.
// Free of effects. What was paid or came back stands in the statements, which the core reads.
import type { PlainDate } from '../../../base/clock.ts';
import type { InquiryOutcome, PaymentReport, Submission } from '../../rail.ts';
import { folderPlace } from './folder-place.ts';
import { codeOf, type Exchange, receiptPath } from './hand-over.ts';
import type { Place } from './place.ts';
import {
  type FileIdentity,
  MAX_RECEIPT_BYTES,
  type Refusals,
  readReceipt,
  readUnpaid,
} from './receipt.ts';
import {
  dispatchCodesIn,
  MAX_TRANSFER_FILE_BYTES,
  makeTransferFile,
  sha256Of,
  transferDateOf,
} from './transfer-file.ts';

type Answer =
  | { readonly kind: 'known'; readonly reports: readonly PaymentReport[] }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unclear'; readonly detail: string };

export async function inquireFile(
  exchange: Exchange,
  submission: Submission,
  signal: AbortSignal,
): Promise<InquiryOutcome> {
  const { name, sha256 } = makeTransferFile(exchange.config, submission);
  const dispatchCodes = submission.items.map((item) => item.dispatchCode);
  const identity = { name, sha256, dispatchCodes };
  let answer: Answer;
  try {
    answer = await exchange.withPlace(signal, (place) => look(exchange, place, identity));
  } catch (error) {
    return { kind: 'unanswered', detail: `folders cannot be read (${codeOf(error)})` };
  }
  if (answer.kind === 'unclear') return { kind: 'unanswered', detail: answer.detail };
  if (answer.kind === 'known') {
    const { reports } = answer;
    return { kind: 'answered', submission: 'known', railReference: name, reports };
  }
  const reports = dispatchCodes.map((code) =>
    reportOf(code, 'absent', null, 'never handed over', null),
  );
  return { kind: 'answered', submission: 'absent', railReference: null, reports };
}

async function look(exchange: Exchange, place: Place, identity: FileIdentity): Promise<Answer> {
  const receipt = await place.read(receiptPath(exchange, identity.name), MAX_RECEIPT_BYTES);
  if (receipt !== undefined) return lookAtReceipt(exchange, place, identity, receipt);
  const waiting = await place.read(`${exchange.outbox}/${identity.name}`, MAX_TRANSFER_FILE_BYTES);
  if (waiting !== undefined) {
    return sha256Of(waiting) === identity.sha256
      ? { kind: 'known', reports: pending(identity, 'waits for the bank', new Map()) }
      : { kind: 'unclear', detail: 'another file stands under this name' };
  }
  if (await neverLeft(exchange, place, identity)) return { kind: 'absent' };
  return { kind: 'unclear', detail: 'the file is gone and no receipt is there: see the statement' };
}

/**
 * Proof that the bank never saw the file: no copy in the archive, which is written first, or the
 * temporary file still there. Neither says so where the same file may have been handed over more
 * than once.
 */
async function neverLeft(
  exchange: Exchange,
  place: Place,
  identity: FileIdentity,
): Promise<boolean> {
  const { archive, bankRefusesDuplicates } = exchange.config;
  if (archive !== undefined) {
    const copies = await folderPlace.list(archive);
    if (!copies.some((copy) => copy.name === identity.name)) return true;
  }
  if (bankRefusesDuplicates) return false;
  const part = `${exchange.outbox}/${identity.name}.part`;
  return (await place.read(part, MAX_TRANSFER_FILE_BYTES)) !== undefined;
}

async function lookAtReceipt(
  exchange: Exchange,
  place: Place,
  identity: FileIdentity,
  receipt: Uint8Array,
): Promise<Answer> {
  const verdict = readReceipt(receipt, identity);
  if (verdict.kind === 'senseless') return { kind: 'unclear', detail: verdict.fault };
  if (verdict.kind === 'rejected') {
    const detail = `file rejected, code ${verdict.code}`;
    const reports = identity.dispatchCodes.map((code) =>
      reportOf(code, 'failed', verdict.reason, detail, identity.name),
    );
    return { kind: 'known', reports };
  }
  const path = `${exchange.inbox}/${identity.name}.unpaid.json`;
  const list = await place.read(path, MAX_RECEIPT_BYTES);
  const unpaid = list === undefined ? new Map() : readUnpaid(list, identity);
  if (unpaid === undefined)
    return { kind: 'unclear', detail: 'the list of unpaid items is broken' };
  const refused = new Map([...verdict.refused, ...unpaid]);
  return { kind: 'known', reports: pending(identity, 'file accepted', refused) };
}

function pending(identity: FileIdentity, detail: string, refused: Refusals): PaymentReport[] {
  return identity.dispatchCodes.map((code, index) => {
    const refusal = refused.get(index + 1);
    return refusal === undefined
      ? reportOf(code, 'pending', null, detail, identity.name)
      : reportOf(code, 'failed', refusal.reason, `item, code ${refusal.code}`, identity.name);
  });
}

function reportOf(
  dispatchCode: string,
  state: PaymentReport['state'],
  reason: PaymentReport['reason'],
  detail: string,
  railReference: string | null,
): PaymentReport {
  return { dispatchCode, state, reason, detail, at: null, railReference };
}

/** Files looked up over one connection. */
const FILES_AT_ONCE = 20;

/**
 * Every item of every archived file from `since` on: what may have left, with what the receipts
 * add.
 */
export async function* listArchived(
  exchange: Exchange,
  since: PlainDate,
  signal: AbortSignal,
): AsyncGenerator<PaymentReport> {
  const { archive } = exchange.config;
  if (archive === undefined) {
    throw new Error(`rail account ${exchange.account.id} cannot list payments without /archive`);
  }
  const names = (await folderPlace.list(archive)).map((copy) => copy.name);
  const wanted = names.filter((name) => {
    const transferDate = transferDateOf(name);
    return transferDate !== undefined && Temporal.PlainDate.compare(transferDate, since) >= 0;
  });
  for (let from = 0; from < wanted.length; from += FILES_AT_ONCE) {
    const some = wanted.slice(from, from + FILES_AT_ONCE);
    yield* await exchange.withPlace(signal, async (place) => {
      const reports: PaymentReport[] = [];
      for (const name of some) reports.push(...(await reportsOfCopy(exchange, place, name)));
      return reports;
    });
  }
}

async function reportsOfCopy(exchange: Exchange, place: Place, name: string) {
  const path = `${exchange.config.archive}/${name}`;
  const bytes = await folderPlace.read(path, MAX_TRANSFER_FILE_BYTES);
  const transferDate = transferDateOf(name);
  if (bytes === undefined || transferDate === undefined) return [];
  const dispatchCodes = dispatchCodesIn(bytes, transferDate);
  const identity = { name, sha256: sha256Of(bytes), dispatchCodes };
  const answer = await look(exchange, place, identity);
  if (answer.kind === 'known') return answer.reports;
  return pending(identity, 'archived; the bank has not confirmed it', new Map());
}
