// The contract with a rail, as every file about rails needs it. What a rail does with it is in
// rail.ts.

/**
 * A contract with a rail: credentials, addresses, the account money leaves from. Decrypted
 * configuration.
 */
export interface RailAccount {
  readonly id: string;
  /** 'file' | 'http' for bank transfers: which connector of the rail serves it. */
  readonly connector: string;
  readonly mode: 'test' | 'live';
  /** Validated by the connector that reads it; its README says what it holds. */
  readonly config: unknown;
}
