// How a rail reads its account's configuration: defaults filled in, then checked strictly. What a
// configuration holds is each rail's own schema.
import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Clone, Default } from 'typebox/value';
import type { RailAccount } from './rail.ts';

const MAX_FAULTS_TOLD = 5;

/**
 * A reader of one rail's configuration. Its error names the account, the place and the rule, never
 * a value: configurations hold secrets.
 */
export function railConfigReader<S extends TSchema>(
  rail: string,
  schema: S,
): (account: RailAccount) => Static<S> {
  const validator = Compile(schema);
  return (account) => {
    const config = Default(schema, Clone(account.config));
    if (validator.Check(config)) return config as Static<S>;
    const faults = validator.Errors(config).map((error) => {
      const names = (error.params as { additionalProperties?: readonly string[] })
        .additionalProperties;
      const more = names === undefined ? '' : ` (${names.join(', ')})`;
      return `${error.instancePath === '' ? 'it' : error.instancePath} ${error.message}${more}`;
    });
    throw badRailConfig(account, rail, faults.slice(0, MAX_FAULTS_TOLD).join('; '));
  };
}

export function badRailConfig(account: RailAccount, rail: string, fault: string): Error {
  return new Error(`configuration of rail account ${account.id} (${rail}) is not valid: ${fault}`);
}
