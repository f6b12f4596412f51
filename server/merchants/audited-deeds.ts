// Deeds that tell the audit log who had them done: for deeds that tell it nothing themselves.
import type { Deeds } from '../base/deed.ts';
import type { Audit, AuditEntry } from './audit.ts';

/**
 * Deeds whose first transaction also writes the audit entry: for what is done by a deed that tells
 * the log nothing itself. Nothing is done that is not in the log, and nothing is in the log that
 * was not done.
 */
export function auditedDeeds(
  parts: { readonly deeds: Deeds; readonly audit: Audit },
  entry: Omit<AuditEntry, 'shopId'>,
): Deeds {
  let isTold = false;
  return {
    ...parts.deeds,
    run(shopId, run) {
      if (isTold) return parts.deeds.run(shopId, run);
      isTold = true;
      return parts.deeds.run(shopId, async (tx) => {
        const value = await run(tx);
        await parts.audit(tx, { ...entry, shopId });
        return value;
      });
    },
  };
}
