// The states of a remittance: the same table in the code and in the database, and what follows from
// it.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../tests/database.ts';
import { type Database, openDatabase } from '../base/database.ts';
import {
  holdsReserve,
  isCancelable,
  mayBecome,
  type Remittance,
  STATUSES,
  type Status,
  withChange,
  withStatus,
} from './remittance.ts';

let place: TestDatabase;
let db: Database;

beforeAll(async () => {
  place = await testDatabase();
  db = openDatabase({ url: place.url });
});

afterAll(async () => {
  await db.close();
  await place.drop();
});

test('the database allows exactly the transitions of the table', async () => {
  const pairs = STATUSES.flatMap((from) => STATUSES.map((to) => ({ from, to })));
  const rows = await db.query<{ was: Status; becomes: Status; may: boolean }>(
    `select was, becomes, remittance_may_become(was, becomes) as may
     from unnest($1::text[], $2::text[]) as n(was, becomes)`,
    [pairs.map(({ from }) => from), pairs.map(({ to }) => to)],
  );
  expect(rows).toHaveLength(STATUSES.length ** 2);
  const differ = rows.filter(({ was, becomes, may }) => mayBecome(was, becomes) !== may);
  expect(differ).toEqual([]);
  expect(rows.filter(({ may }) => may)).toHaveLength(27);
});

describe('by status', () => {
  const cancelable = ['awaiting_approval', 'awaiting_funds', 'awaiting_recipient', 'scheduled'];
  test.each(STATUSES)('%s', (status) => {
    expect(isCancelable(status)).toBe(cancelable.includes(status));
    expect(holdsReserve(status)).toBe(isCancelable(status) && status !== 'awaiting_funds');
    if (isCancelable(status)) expect(mayBecome(status, 'canceled')).toBe(true);
  });
});

const now = Temporal.Instant.from('2026-11-24T01:00:00Z');
const remittance = {
  status: 'scheduled',
  statusReason: 'other',
  statusDetail: 'x',
  eventSequence: 3,
  holdReason: null,
} as Remittance;

test('a change of status counts the event and drops the old reason', () => {
  expect(withStatus(remittance, 'processing', now)).toMatchObject({
    status: 'processing',
    statusReason: null,
    statusDetail: null,
    eventSequence: 4,
    updatedAt: now,
  });
});

test('a change beside the status keeps the reason', () => {
  expect(withChange(remittance, now, { holdReason: 'fraud' })).toMatchObject({
    status: 'scheduled',
    statusReason: 'other',
    holdReason: 'fraud',
    eventSequence: 4,
  });
});

test('a transition outside the table crashes', () => {
  expect(() => withStatus(remittance, 'paid', now)).toThrow('from scheduled to paid');
});
