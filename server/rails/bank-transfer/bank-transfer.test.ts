// Which connector serves an account, and what a configuration must hold.
import { expect, test } from 'vitest';
import { isBusinessDay, japaneseBankCalendar } from '../../base/calendar.ts';
import type { RailAccount } from '../rail.ts';
import { createBankTransferRail } from './bank-transfer.ts';
import { fileAccount, httpAccount } from './test-submission.ts';

const rail = createBankTransferRail({
  tokens: { load: async () => undefined, save: async () => {} },
});
const folder = { outbox: '/out', inbox: '/in' };
const sftp = {
  host: 'sftp.example',
  username: 'kawase',
  password: 'the-password',
  hostKey: `SHA256:${'a'.repeat(43)}`,
  outbox: '/outbound',
  inbox: '/inbound',
};

test('an account chooses its connector', () => {
  expect(rail.traits(httpAccount())).toEqual({
    maxItems: 5_000,
    idempotentSubmit: false,
    confirmation: { kind: 'per_item' },
    absenceProofMs: 3_600_000,
  });
  const silent = { folder, silenceBusinessDays: 3, maxItems: 500, absenceProofMinutes: 5 };
  expect(rail.traits(fileAccount(silent))).toEqual({
    maxItems: 500,
    idempotentSubmit: false,
    confirmation: { kind: 'silence', businessDays: 3 },
    absenceProofMs: 300_000,
  });
  expect(
    rail.traits(fileAccount({ sftp, archive: '/a', bankRefusesDuplicates: true })).idempotentSubmit,
  ).toBe(true);
  expect(rail.traits(httpAccount({ bulkContract: false })).maxItems).toBe(99);
  const foreign = { ...httpAccount(), connector: 'constructor' };
  expect(() => rail.traits(foreign)).toThrow(/connectors file and http/);
});

test('where our copy of a file lies', () => {
  const archived = { folder: { outbox: '/a/out', inbox: '/a/in' } };
  const path = rail.fileCopyOf(fileAccount(archived), 'furikomi-1.txt');
  expect(path).toBe('/a/in/sent/furikomi-1.txt');
  expect(rail.fileCopyOf(httpAccount(), 'transfer:1')).toBeUndefined();
});

test('the bank the money leaves from', () => {
  expect(rail.sourceBankCode(httpAccount())).toBe('0310');
  expect(rail.sourceBankCode(fileAccount({ folder }))).toBe('0310');
});

test.each<[string, RailAccount, RegExp]>([
  ['an unknown member', httpAccount({ surplus: 1 }), /surplus/],
  ['no client secret', httpAccount({ clientSecret: undefined }), /clientSecret/],
  ['a short account id', httpAccount({ accountId: '123' }), /accountId/],
  ['an address with a slash behind', httpAccount({ baseUrl: 'https://a.example/' }), /baseUrl/],
  ['plain HTTP in live mode', { ...httpAccount(), mode: 'live' }, /https in live mode/],
  ['a name no bank takes', httpAccount({ remitterName: 'カワセ' }), /remitterName/],
  ['cut-offs that are no times', httpAccount({ timing: { cutOffs: ['25:00'] } }), /timing/],
  ['no place', fileAccount({}), /either .folder or .sftp/],
  ['two places', fileAccount({ folder, sftp }), /either .folder or .sftp/],
  ['nothing to sign in with', fileAccount({ sftp: { ...sftp, password: undefined } }), /password/],
  ['SFTP without a local archive', fileAccount({ sftp }), /archive.*recovery/],
  ['copies in the outbox', fileAccount({ folder, archive: folder.outbox }), /a folder of its own/],
  ['no host key', fileAccount({ sftp: { ...sftp, hostKey: undefined } }), /hostKey/],
  ['too many items', fileAccount({ folder, maxItems: 10_000 }), /maxItems/],
  ['no configuration', { ...httpAccount(), config: null }, /object/],
])('refuses %s, naming the place and no value', (_name, account, message) => {
  expect(() => rail.checkConfig(account)).toThrow(message);
  expect(() => rail.checkConfig(account)).toThrow(account.id);
  expect(() => rail.checkConfig(account)).not.toThrow(/secret-of|refresh-token|the-password/);
});

test('timing is the configuration and the calendar, with the bank’s own closed days', () => {
  const calendar = japaneseBankCalendar();
  const timing = { cutOffs: ['14:00', '09:30'], leadBusinessDays: 1, closedDays: ['2026-11-24'] };
  const told = rail.timing(httpAccount({ timing }), calendar);
  expect(told.cutOffs).toEqual(['09:30', '14:00']);
  expect(told.leadBusinessDays).toBe(1);
  const day = Temporal.PlainDate.from('2026-11-24');
  expect(isBusinessDay(calendar, day)).toBe(true);
  expect(isBusinessDay(told.calendar, day)).toBe(false);
});
