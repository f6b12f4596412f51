// What the folders say of a file: receipt, list of unpaid items, the file itself still waiting.
// Free of effects. What was paid or came back stands in the statements, which the core reads.
import type { Instant } from '../../../base/clock.ts';
import type { InquiryOutcome, PaymentReport, Submission } from '../../rail.ts';
import { keepsSince } from './archive.ts';
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
  transferFileName,
} from './transfer-file.ts';

export type Answer =
  | { readonly kind: 'known'; readonly reports: readonly PaymentReport[] }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unclear'; readonly detail: string };

export async function inquireFile(
  exchange: Exchange,
  submission: Submission & { readonly railReference: string | null },
  signal: AbortSignal,
): Promise<InquiryOutcome> {
  let identity: FileIdentity | undefined;
  let answer: Answer;
  try {
    identity = await identityOf(exchange, submission);
    if (identity === undefined) {
      return {
        kind: 'unanswered',
        detail: 'the archive has no copy of the file: see the statement',
      };
    }
    const of = identity;
    answer = await exchange.withPlace(signal, (place) =>
      look(exchange, place, of, submission.createdAt),
    );
  } catch (error) {
    return { kind: 'unanswered', detail: `folders cannot be read (${codeOf(error)})` };
  }
  const { name, dispatchCodes } = identity;
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

/**
 * The file as it left, by its copy: a submission that was taken up after a restore bears another id
 * than the one that named the file. Made again only where there is no copy of our own name.
 */
async function identityOf(
  exchange: Exchange,
  submission: Submission & { readonly railReference: string | null },
): Promise<FileIdentity | undefined> {
  const ownName = transferFileName(submission);
  const name = submission.railReference ?? ownName;
  const copy = await copyOf(exchange, name);
  if (copy !== undefined) return copy;
  if (name !== ownName) return undefined;
  const { sha256 } = makeTransferFile(exchange.config, submission);
  return { name, sha256, dispatchCodes: submission.items.map((item) => item.dispatchCode) };
}

/** What the archive's copy of this name, or the file that still waits in the outbox, says. */
export async function copyOf(
  exchange: Exchange,
  name: string,
  outbox?: Place,
): Promise<FileIdentity | undefined> {
  const transferDate = transferDateOf(name);
  if (transferDate === undefined) return undefined;
  const bytes =
    (await folderPlace.read(`${exchange.config.archive}/${name}`, MAX_TRANSFER_FILE_BYTES)) ??
    (await outbox?.read(`${exchange.outbox}/${name}`, MAX_TRANSFER_FILE_BYTES));
  if (bytes === undefined) return undefined;
  return { name, sha256: sha256Of(bytes), dispatchCodes: dispatchCodesIn(bytes, transferDate) };
}

/** `leftAt`: not before this the file can have left; null where that is not known. */
export async function look(
  exchange: Exchange,
  place: Place,
  identity: FileIdentity,
  leftAt: Instant | null,
): Promise<Answer> {
  const receipt = await place.read(receiptPath(exchange, identity.name), MAX_RECEIPT_BYTES);
  if (receipt !== undefined) return lookAtReceipt(exchange, place, identity, receipt);
  const waiting = await place.read(`${exchange.outbox}/${identity.name}`, MAX_TRANSFER_FILE_BYTES);
  if (waiting !== undefined) {
    return sha256Of(waiting) === identity.sha256
      ? { kind: 'known', reports: pending(identity, 'waits for the bank', new Map()) }
      : { kind: 'unclear', detail: 'another file stands under this name' };
  }
  if (await neverLeft(exchange, place, identity, leftAt)) return { kind: 'absent' };
  return { kind: 'unclear', detail: 'the file is gone and no receipt is there: see the statement' };
}

/**
 * Proof that the bank never saw the file: no copy in the archive, which is written first and was
 * there before the file was made; or the temporary file still there. The latter says nothing where
 * the same file may have been handed over more than once.
 */
async function neverLeft(
  exchange: Exchange,
  place: Place,
  identity: FileIdentity,
  leftAt: Instant | null,
): Promise<boolean> {
  const { archive, bankRefusesDuplicates } = exchange.config;
  const copies = await folderPlace.list(archive);
  const isCopied = copies.some((copy) => copy.name === identity.name);
  if (!isCopied && leftAt !== null && (await keepsSince(exchange, leftAt))) return true;
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

export function pending(
  identity: FileIdentity,
  detail: string,
  refused: Refusals,
): PaymentReport[] {
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
