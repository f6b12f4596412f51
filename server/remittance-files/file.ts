// A file of remittances and its rows, as the deeds of this folder pass them on. Pure.
import type { Instant, PlainDate } from '../base/clock.ts';
import type { RefusalDetail, Sentence } from '../base/refusal.ts';
import type { RemittanceDeps } from '../remittances/terms.ts';
import type { Columns, Fields } from './columns.ts';
import type { FileKind } from './readers/file-kind.ts';

export const MAX_FILE_BYTES = 32_000_000;
export const MAX_ROWS = 100_000;
/** Rows opened, judged or sent at once: what memory holds of a file. */
export const PAGE_ROWS = 500;
export const DEFAULT_LOOK_ALIKE_DAYS = 14;

export type FileDeps = RemittanceDeps;

export const WORK_KIND = 'remittance_files.work';

export type FileStatus =
  | 'uploading'
  | 'reading'
  | 'needs_mapping'
  | 'judging'
  | 'judged'
  | 'submitting'
  | 'submitted'
  | 'unreadable'
  | 'erased';

/** What of a file is kept sealed. */
export interface About {
  readonly name: string;
  /** Part of every reference that is derived: another label makes other remittances. */
  readonly label: string;
  readonly header: readonly string[];
  readonly columns: Columns;
}

export interface RemittanceFile {
  readonly shopId: string;
  readonly fileId: string;
  readonly about: About;
  readonly kind: FileKind;
  readonly byteCount: number;
  readonly status: FileStatus;
  readonly fault: (Sentence & { readonly code: string }) | null;
  readonly rowCount: number;
  readonly lookAlikeDays: number;
  readonly ignoresDates: boolean;
  readonly verdictHash: Buffer | null;
  readonly submittedHash: Buffer | null;
  readonly confirmed: boolean;
  readonly changedSinceShown: boolean;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

/**
 * `read`: only its cells are known. `keyed`: compared within the file, not yet judged. The others
 * are verdicts; `sent` is for ever.
 */
export const ROW_STATES = [
  ...(['read', 'keyed', 'ready', 'already_sent', 'changed', 'refused', 'sent'] as const),
] as const;
export type RowState = (typeof ROW_STATES)[number];

export interface RowContent {
  readonly cells: readonly string[];
  readonly notes: readonly RefusalDetail[];
  readonly mended: Fields;
}

export interface Findings {
  /** The destination as lists show it; null where there is none yet. */
  readonly masked: Readonly<Record<string, unknown>> | null;
  readonly changes: readonly RefusalDetail[];
  readonly warnings: readonly RefusalDetail[];
  readonly problems: readonly RefusalDetail[];
}

export interface FileRow {
  /** From 1, the heading not counted. */
  readonly number: number;
  readonly state: RowState;
  readonly skipped: boolean;
  readonly content: RowContent;
  readonly findings: Findings | null;
  readonly givenReference: string | null;
  readonly contentKey: Buffer | null;
  readonly occurrence: number | null;
  /** The first row with the same reference, or the same payment, where it is another. */
  readonly referenceRow: number | null;
  readonly paymentRow: number | null;
  readonly reference: string | null;
  readonly amountYen: number | null;
  readonly feeYen: number | null;
  readonly transferDate: PlainDate | null;
  readonly expectedFrom: PlainDate | null;
  readonly expectedTo: PlainDate | null;
  readonly codes: readonly string[];
  readonly remittanceId: string | null;
}

/** The vault's purpose for everything of a shop's files. */
export const filePurpose = (shopId: string) => `remittance_file:${shopId}`;
