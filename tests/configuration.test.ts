// What is read from the environment and refused: the addresses this installation is reached by, the
// proxies that are believed, the operator's notice.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newKeyring } from '../server/base/crypto.ts';
import { readConfiguration } from '../server/configuration.ts';
import { SAMPLE_OPERATOR_NOTICE } from '../server/messages/operator-notice.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'configuration-'));
});

afterAll(() => rm(folder, { recursive: true }));

const read = (env: Record<string, string>) =>
  readConfiguration({
    DATABASE_URL: 'postgresql://127.0.0.1/kawase',
    KAWASE_KEYRING: JSON.stringify(newKeyring()),
    ...env,
  });

test.each([
  ['https://example.jp/', 'https://example.jp'],
  ['https://example.jp/pay/', 'https://example.jp/pay'],
  ['', null],
])('the public URL %j is kept as %j', (given, kept) => {
  expect(read({ KAWASE_PUBLIC_URL: given }).publicUrl).toBe(kept);
});

test.each(['example.jp', 'ftp://example.jp', 'https://a:b@example.jp', 'https://example.jp/?a=1'])(
  'the public URL %j is refused',
  (given) => {
    expect(() => read({ KAWASE_PUBLIC_URL: given })).toThrow('KAWASE_PUBLIC_URL');
  },
);

test.each([
  ['', false],
  ['0', false],
  ['2', 2],
  ['10.0.0.0/8, 2001:db8::1', ['10.0.0.0/8', '2001:db8::1']],
] as const)('the proxies %j are %j', (given, believed) => {
  expect(read({ KAWASE_TRUST_PROXY: given }).trustProxy).toEqual(believed);
});

test.each(['true', 'proxy.example.jp', '10.0.0.0/33', '10.0.0.0/', '99', '10.0.0.1,,'])(
  'the proxies %j are refused',
  (given) => {
    expect(() => read({ KAWASE_TRUST_PROXY: given })).toThrow('KAWASE_TRUST_PROXY');
  },
);

test('a notice of the operator without a part of it is refused', async () => {
  const file = join(folder, 'notice.json');
  await writeFile(file, JSON.stringify(SAMPLE_OPERATOR_NOTICE));
  const given = { KAWASE_OPERATOR_NOTICE_FILE: file };
  expect(read(given).operator).toEqual(SAMPLE_OPERATOR_NOTICE);
  const { desk: _desk, ...rest } = SAMPLE_OPERATOR_NOTICE;
  await writeFile(file, JSON.stringify(rest));
  expect(() => read(given)).toThrow('desk.ja');
});
