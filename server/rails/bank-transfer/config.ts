// What both connectors' configurations share: how they are checked, and timing as data.
// What a connector needs beyond that is in its own config.ts.
import Type, { type Static, type TSchema } from 'typebox';
import type { BusinessCalendar } from '../../base/calendar.ts';
import type { RailAccount, RailTiming } from '../rail.ts';
import { badRailConfig, railConfigReader } from '../rail-config.ts';

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

/** A reader of one connector's configuration, as of any rail's. */
export const configReader = <S extends TSchema>(connector: string, schema: S) =>
  railConfigReader(nameOf(connector), schema);

export const badConfig = (account: RailAccount, connector: string, fault: string): Error =>
  badRailConfig(account, nameOf(connector), fault);

const nameOf = (connector: string): string => `bank_transfer, ${connector}`;

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
