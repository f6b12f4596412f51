// Configuration: its defaults are the known facts, its faults are told without values; what the
// rail's traits make of it.
import { describe, expect, test } from 'vitest';
import { japaneseBankCalendar } from '../../base/calendar.ts';
import type { RailAccount } from '../rail.ts';
import { readConfig } from './config.ts';
import { createSevenAtmRail } from './seven-atm.ts';

const key = { keyId: 'k-1', secret: 'a-secret-for-the-tests' };
const basic = { baseUrl: 'https://atm.example', key, noticeKeys: [key] };
const accountWith = (change: object, mode: RailAccount['mode'] = 'test'): RailAccount => ({
  id: 'ra-1',
  connector: 'http',
  mode,
  config: { ...basic, ...change },
});
const rail = createSevenAtmRail();

test('what is not said is as commonly known of ATM receipts', () => {
  expect(readConfig(accountWith({}))).toMatchObject({
    partnerCodeDigits: { min: 4, max: 5 },
    customerNumberDigits: 11,
    confirmationNumberDigits: 4,
    minYen: 1,
    maxYen: 100_000,
    receiveWithinDays: 60,
    coinRule: 'register',
  });
});

test('the rail takes one at a time, at once, from prepaid money', () => {
  const account = accountWith({});
  expect(rail.traits(account)).toEqual({
    maxItems: 1,
    idempotentSubmit: true,
    confirmation: { kind: 'per_item' },
    absenceProofMs: 600_000,
    settlesFrom: 'prefund',
    minYen: 1,
    maxYen: 100_000,
  });
  const timing = rail.timing(account, japaneseBankCalendar());
  expect(timing).toMatchObject({ isInstant: true, leadBusinessDays: 0 });
});

test('without coins only whole notes are possible', () => {
  const traits = rail.traits(accountWith({ coinRule: 'refuse', minYen: 500, maxYen: 99_999 }));
  expect([traits.minYen, traits.maxYen]).toEqual([1_000, 99_000]);
});

describe('a configuration is refused, without its values', () => {
  test.each([
    [{ baseUrl: 'ftp://atm.example' }, /baseUrl/],
    [{ key: { keyId: 'k', secret: 'short' } }, /key\/secret/],
    [{ noticeKeys: [] }, /noticeKeys/],
    [{ maxYen: 1_000_001 }, /maxYen/],
    [{ minYen: 500, maxYen: 400 }, /minYen is above/],
    [{ maxYen: 900, coinRule: 'refuse' }, /no whole note/],
    [{ receiveWithinDays: 0 }, /receiveWithinDays/],
    [{ receiveWithinDays: 90 }, /above \/maxReceiveWithinDays/],
    [{ partnerCodeDigits: { min: 6 } }, /partnerCodeDigits/],
    [{ coinRule: 'donate' }, /coinRule/],
    [{ absenceProofMinutes: 5 }, /absenceProofMinutes/],
  ])('%j', (change, fault) => {
    expect(() => rail.checkConfig(accountWith(change))).toThrow(fault);
    expect(() => rail.checkConfig(accountWith(change))).not.toThrow(/secret-for|short|ftp:|donate/);
  });

  test('plain HTTP, where money is real', () => {
    const account = accountWith({ baseUrl: 'http://atm.example' }, 'live');
    expect(() => rail.checkConfig(account)).toThrow(/https in live mode/);
  });
});
