// Tokens of rail accounts: kept sealed, replaced at every refresh. What a token is, its rail knows.
import type { Vault } from '../base/crypto.ts';
import type { Sql } from '../base/database.ts';

const PURPOSE = 'rail_token';

export interface RailTokens {
  load<Tokens>(railAccountId: string): Promise<Tokens | undefined>;
  save(railAccountId: string, tokens: unknown): Promise<void>;
}

export function createRailTokens(sql: Sql, vault: Vault): RailTokens {
  return {
    async load<Tokens>(railAccountId: string) {
      const [row] = await sql.query<{ sealed: Buffer }>(
        'select sealed from rail_token where rail_account_id = $1',
        [railAccountId],
      );
      return row && (JSON.parse(vault.open(row.sealed, PURPOSE)) as Tokens);
    },
    async save(railAccountId, tokens) {
      await sql.run(
        `insert into rail_token (rail_account_id, sealed) values ($1, $2)
         on conflict (rail_account_id) do update set sealed = excluded.sealed, updated_at = now()`,
        [railAccountId, vault.seal(JSON.stringify(tokens), PURPOSE)],
      );
    },
  };
}
