// What was found about a row, as it is shown and as it is hashed: what is submitted is bound to it.
// Pure.
import { createHash } from 'node:crypto';
import { uuidOf } from '../base/ids.ts';
import type { Refusal, RefusalDetail } from '../base/refusal.ts';
import type { DraftedRow } from './draft-rows.ts';
import type { RowState } from './file.ts';
import type { RowVerdict } from './row-store.ts';

/** Dates and price of a row that can be sent. */
export interface Priced {
  readonly feeYen: number | null;
  readonly transferDate: string | null;
  readonly expectedFrom: string | null;
  readonly expectedTo: string | null;
}

export const UNPRICED: Priced = {
  ...{ feeYen: null, transferDate: null, expectedFrom: null, expectedTo: null },
};

export interface Finding {
  readonly state: RowState;
  readonly priced: Priced;
  readonly remittanceId: string | null;
  readonly problems: readonly RefusalDetail[];
  readonly warnings: readonly RefusalDetail[];
}

/** A refusal in the words of its details, where it has some. */
export function problemsOf(refusal: Refusal): readonly RefusalDetail[] {
  if (refusal.details.length > 0) return refusal.details;
  return [{ pointer: '', code: refusal.code, ...refusal.sentence }];
}

/** The remittance that has the reference already, where that is why it was refused. */
export function holderOf(refusal: Refusal): string | null {
  if (refusal.code !== 'reference_already_used') return null;
  return uuidOf('rem', String(refusal.extra.remittance_id)) ?? null;
}

export function verdictOf(drafted: DraftedRow, finding: Finding): RowVerdict {
  const { row, read, draft } = drafted;
  const { state, priced, remittanceId, problems } = finding;
  const warnings = [...row.content.notes, ...read.warnings, ...finding.warnings];
  const codes = [...new Set([...problems, ...warnings].map(({ code }) => code))];
  const reference = draft === undefined ? row.givenReference : drafted.reference;
  const shown = [
    ...[row.number, state, reference, draft?.fingerprint.toString('hex') ?? null],
    ...[row.amountYen, priced, codes, remittanceId],
  ];
  return {
    ...{ number: row.number, state, reference, codes, remittanceId, ...priced },
    findings: {
      masked: draft?.destination?.masked ?? null,
      ...{ changes: read.changes, warnings, problems },
    },
    hash: createHash('sha256').update(JSON.stringify(shown)).digest(),
  };
}
