// The port through which deeds of this folder tell what a person did. The log itself is kept by
// server/audit and handed in by main; where none is handed in, nothing is told.
import type { Sql } from '../base/database.ts';

export interface AuditEntry {
  /** Null: it concerns the operator as a whole, not one shop. */
  readonly shopId: string | null;
  readonly by: string;
  /** `shop.opened`, `api_key.revoked`, ... */
  readonly action: string;
  /** Id of what was acted on. */
  readonly subject: string;
  /** No personal data and no secret. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** Writes an entry in the transaction of the deed it tells of. */
export type Audit = (sql: Sql, entry: AuditEntry) => Promise<void>;
