// What the bank writes about a file it took: the receipt, and the list of items it could not debit.
// Pure. A receipt that does not fit the file proves nothing; the fault is told instead of a
// verdict.
import Type from 'typebox';
import { Compile } from 'typebox/compile';
import type { FailureReason } from '../../rail.ts';
import { reasonOfCode } from '../unpaid-reason.ts';

export const MAX_RECEIPT_BYTES = 8 * 1024 * 1024;

/** Items that will not be paid, by number. What is not among them is in the bank's hands. */
export type Refusals = ReadonlyMap<
  number,
  { readonly reason: FailureReason; readonly code: string }
>;

export type ReceiptVerdict =
  | { readonly kind: 'accepted'; readonly refused: Refusals }
  | { readonly kind: 'rejected'; readonly reason: FailureReason; readonly code: string }
  | { readonly kind: 'senseless'; readonly fault: string };

/** What must be the same in the file and in what is said about it. */
export interface FileIdentity {
  readonly name: string;
  readonly sha256: string;
  readonly dispatchCodes: readonly string[];
}

const Code = Type.Union([Type.String({ maxLength: 100 }), Type.Null()]);
const Items = Type.Array(
  Type.Object({
    itemNumber: Type.Integer({ minimum: 1 }),
    ediInfo: Type.Optional(Type.String()),
    reasonCode: Type.Optional(Code),
  }),
);
const receiptValidator = Compile(
  Type.Object({
    file: Type.String(),
    sha256: Type.String(),
    status: Type.Union([Type.Literal('accepted'), Type.Literal('rejected')]),
    reasonCode: Type.Optional(Code),
    rejectedItems: Type.Optional(Items),
  }),
);
const unpaidValidator = Compile(
  Type.Object({ file: Type.String(), sha256: Type.String(), items: Items }),
);

export function readReceipt(bytes: Uint8Array, identity: FileIdentity): ReceiptVerdict {
  const receipt = parse(bytes);
  if (!receiptValidator.Check(receipt)) return senseless('is not of the known form');
  if (!isAbout(receipt, identity)) return senseless('is about another file');
  const code = codeOnly(receipt.reasonCode);
  if (receipt.status === 'accepted') {
    const refused = refusalsOf(receipt.rejectedItems ?? [], identity);
    return refused === undefined
      ? senseless('refuses items that are not in the file')
      : { kind: 'accepted', refused };
  }
  // The bank had it before: only the receipt of that first time says what happened.
  if (code === 'duplicate') return senseless('calls the file a duplicate');
  return { kind: 'rejected', reason: reasonOfCode(code), code };
}

/** Items that could not be debited at settlement; undefined where the list makes no sense. */
export function readUnpaid(bytes: Uint8Array, identity: FileIdentity): Refusals | undefined {
  const list = parse(bytes);
  if (!unpaidValidator.Check(list) || !isAbout(list, identity)) return undefined;
  return refusalsOf(list.items, identity);
}

function senseless(fault: string): ReceiptVerdict {
  return { kind: 'senseless', fault: `the receipt ${fault}` };
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}

function isAbout(said: { file: string; sha256: string }, identity: FileIdentity): boolean {
  return said.file === identity.name && said.sha256.toLowerCase() === identity.sha256;
}

function refusalsOf(
  items: readonly { itemNumber: number; ediInfo?: string; reasonCode?: string | null }[],
  identity: FileIdentity,
): Refusals | undefined {
  const refused = new Map<number, { reason: FailureReason; code: string }>();
  for (const { itemNumber, ediInfo, reasonCode } of items) {
    const ours = identity.dispatchCodes[itemNumber - 1];
    if (ours === undefined || (ediInfo !== undefined && ediInfo !== ours)) return undefined;
    const code = codeOnly(reasonCode);
    refused.set(itemNumber, { reason: reasonOfCode(code), code });
  }
  return refused;
}

/** Codes only: the bank's sentences may repeat what stands in the file. */
function codeOnly(code: string | null | undefined): string {
  return typeof code === 'string' && /^[0-9A-Za-z_-]{1,40}$/.test(code) ? code : 'none';
}
