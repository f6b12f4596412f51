// What both connectors' configurations share: how they are checked, and timing as data.
// What a connector needs beyond that is in its own config.ts.
import Type, { type Static, type TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Clone, Default } from 'typebox/value';
import type { BusinessCalendar } from '../../base/calendar.ts';
import type { RailAccount, RailTiming } from '../rail.ts';

const MAX_FAULTS_TOLD = 5;

/** Cut-offs, days ahead, and days on which this bank is closed beside the national ones. */
export const TimingSchema = Type.Object(
  {
    cutOffs: Type.Array(Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$' }), {
      minItems: 1,
      maxItems: 48,
    }),
    leadBusinessDays: Type.Integer({ minimum: 0, maximum: 10 }),
    closedDays: Type.Optional(
      Type.Array(Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' }), { maxItems: 400 }),
    ),
  },
  { additionalProperties: false },
);

/**
 * A reader of one kind of configuration: fills in defaults, then checks strictly. The error names
 * the account, the place and the rule, never a value: configurations hold secrets.
 */
export function configReader<S extends TSchema>(
  connector: string,
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
    throw badConfig(account, connector, faults.slice(0, MAX_FAULTS_TOLD).join('; '));
  };
}

export function badConfig(account: RailAccount, connector: string, fault: string): Error {
  const where = `rail account ${account.id} (bank_transfer, ${connector})`;
  return new Error(`configuration of ${where} is not valid: ${fault}`);
}

export function timingOf(
  timing: Static<typeof TimingSchema>,
  calendar: BusinessCalendar,
): RailTiming {
  const closed = timing.closedDays ?? [];
  return {
    cutOffs: [...timing.cutOffs].sort(),
    leadBusinessDays: timing.leadBusinessDays,
    calendar:
      closed.length === 0
        ? calendar
        : { ...calendar, holidays: new Set([...calendar.holidays, ...closed]) },
  };
}
