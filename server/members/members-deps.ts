// What the deeds of this folder work with.
import type { WallClock } from '../base/clock.ts';
import type { Vault } from '../base/crypto.ts';
import type { Database } from '../base/database.ts';
import type { Deeds } from '../base/deed.ts';
import type { Audit } from '../merchants/audit.ts';

export interface MemberDeps {
  readonly db: Database;
  readonly deeds: Deeds;
  readonly vault: Vault;
  readonly wall: WallClock;
  readonly audit: Audit;
  /** Where members reach the management screen: mails lead there. */
  readonly publicUrl: string;
  /** The operator's name, for authenticator apps. */
  readonly issuer: string;
}
