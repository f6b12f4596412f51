// The moments of a hand-over at which a network can fail, on a real folder whose calls fail when
// told to.
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fileAccount, sampleSubmission } from '../test-submission.ts';
import { readFileConfig } from './config.ts';
import { folderPlace } from './folder-place.ts';
import { type Exchange, handOver } from './hand-over.ts';
import { inquireFile } from './inquiry.ts';
import type { Place } from './place.ts';

const signal = new AbortController().signal;
const DATA = 'furikomi-20261124-sub-1.txt';
let root: string;
let outbox: string;
let inbox: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'kawase-hand-over-'));
  outbox = join(root, 'out');
  inbox = join(root, 'in');
  await mkdir(outbox);
  await mkdir(inbox);
  await mkdir(join(inbox, 'sent'));
  await writeFile(join(inbox, 'sent', 'since.json'), '{"madeAt":"2026-01-01T00:00:00Z"}');
});
afterEach(() => rm(root, { recursive: true, force: true }));

class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

function exchangeOver(change: Partial<Place>, config: object = {}): Exchange {
  const account = fileAccount({ folder: { outbox, inbox }, ...config });
  const place = { ...folderPlace, ...change };
  return {
    account,
    config: readFileConfig(account),
    outbox,
    inbox,
    withPlace: (_signal, work) => work(place),
  };
}

const submissionFor = (exchange: Exchange) => ({
  ...sampleSubmission(exchange.account, 2),
  railReference: null,
});

test.each([
  ['before', false, 'absent'],
  ['after', true, 'known'],
])('a connection lost %s the rename took effect: unknown, and the folder tells', async (...row) => {
  const [, effect, found] = row;
  const exchange = exchangeOver({
    async rename(from, to) {
      if (effect || !to.endsWith(DATA)) await folderPlace.rename(from, to);
      if (to.endsWith(DATA)) throw new ConnectionLost();
    },
  });
  const given = submissionFor(exchange);
  expect(await handOver(exchange, given, signal)).toEqual({
    kind: 'unknown',
    detail: 'renaming failed (ConnectionLost)',
  });
  expect(await inquireFile(exchange, given, signal)).toMatchObject({ submission: found });
});

test('a file that arrives damaged is never given its name', async () => {
  const exchange = exchangeOver({
    write: (path, bytes) =>
      folderPlace.write(path, path.endsWith(`${DATA}.part`) ? bytes.subarray(0, 300) : bytes),
  });
  const outcome = await handOver(exchange, submissionFor(exchange), signal);
  expect(outcome).toMatchObject({ kind: 'rejected', reason: 'rail_unavailable' });
  expect(await readdir(outbox)).not.toContain(DATA);
});

test('the manifest is there before the file is', async () => {
  const renamed: string[] = [];
  const exchange = exchangeOver({
    async rename(from, to) {
      renamed.push(to.slice(outbox.length + 1));
      await folderPlace.rename(from, to);
    },
  });
  await handOver(exchange, submissionFor(exchange), signal);
  expect(renamed).toEqual([`${DATA}.manifest.json`, DATA]);
});

test('a caller that gives up leaves the outcome open', async () => {
  const exchange = exchangeOver({
    write: async () => {
      throw new ConnectionLost();
    },
  });
  const outcome = await handOver(exchange, submissionFor(exchange), AbortSignal.abort());
  expect(outcome.kind).toBe('unknown');
});
