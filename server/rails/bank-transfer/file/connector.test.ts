// The file connector on folders of its own; the test plays the bank.
import { createHash } from 'node:crypto';
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseSogoFurikomi } from '../../../../zengin/sogo-furikomi.ts';
import type { RailAccount } from '../../rail.ts';
import { createBankTransferRail } from '../bank-transfer.ts';
import { fileAccount, sampleSubmission } from '../test-submission.ts';

const warnings: string[] = [];
const rail = createBankTransferRail({
  tokens: { load: async () => undefined, save: async () => {} },
  warn: (_account, detail) => void warnings.push(detail),
  now: () => Temporal.Instant.from('2026-11-23T23:00:00Z'),
});
const signal = new AbortController().signal;
const NAME = 'furikomi-20261124-sub-1.txt';

let root: string;
let outbox: string;
let inbox: string;
let archive: string;
let account: RailAccount;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'kawase-file-rail-'));
  [outbox, inbox, archive] = ['out', 'in', 'archive'].map((name) => join(root, name)) as [
    string,
    string,
    string,
  ];
  for (const folder of [outbox, inbox, archive]) await mkdir(folder);
  account = accountWith({});
  await rail.prepare(account);
  warnings.length = 0;
});
afterEach(() => rm(root, { recursive: true, force: true }));

const accountWith = (config: Readonly<Record<string, unknown>>) =>
  fileAccount({ folder: { outbox, inbox }, archive, ...config });
const submission = (of = account, count = 2) => ({
  ...sampleSubmission(of, count),
  railReference: null,
});
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** What a bank does: takes file and manifest away and writes a receipt. */
async function bankTakes(receipt: object | undefined): Promise<void> {
  const hash = sha256(await readFile(join(outbox, NAME)));
  for (const name of await readdir(outbox)) await rm(join(outbox, name));
  if (receipt === undefined) return;
  const said = JSON.stringify({ file: NAME, sha256: hash, ...receipt });
  await writeFile(join(inbox, `${NAME}.receipt.json`), said);
}

describe('handing over', () => {
  test('writes the file and its manifest, and nothing else', async () => {
    expect(await rail.submit(submission(), signal)).toEqual({
      kind: 'accepted',
      railReference: NAME,
    });
    expect((await readdir(outbox)).sort()).toEqual([NAME, `${NAME}.manifest.json`]);
    const bytes = await readFile(join(outbox, NAME));
    expect(bytes.byteLength).toBe(122 * 5);
    const { batches } = parseSogoFurikomi(bytes, { asOf: '2026-11-24' });
    expect(batches[0]).toMatchObject({
      header: { requesterCode: '0123456789', transferDate: '2026-11-24', bankCode: '0310' },
      items: [
        { ediInfo: '00000000000000000001', hasEdi: true, amountYen: 1001 },
        { ediInfo: '00000000000000000002', hasEdi: true, amountYen: 1002 },
      ],
      trailer: { count: 2, totalYen: 2003 },
    });
    expect(JSON.parse(await readFile(join(outbox, `${NAME}.manifest.json`), 'utf8'))).toEqual({
      file: NAME,
      sha256: sha256(bytes),
      itemCount: 2,
      totalYen: 2003,
      transferDate: '2026-11-24',
    });
  });

  test('again gives the same name and the same bytes', async () => {
    await rail.submit(submission(), signal);
    const first = await readFile(join(outbox, NAME));
    await rail.submit(submission(), signal);
    await bankTakes(undefined);
    await rail.submit(submission(), signal);
    expect(await readFile(join(outbox, NAME))).toEqual(first);
  });

  test('never writes over another file, and says so loudly', async () => {
    await writeFile(join(outbox, NAME), 'something else');
    await expect(rail.submit(submission(), signal)).rejects.toThrow(/another file/);
    expect(await readFile(join(outbox, NAME), 'utf8')).toBe('something else');
    expect((await rail.inquire(submission(), signal)).kind).toBe('unanswered');
  });

  test('what failed before the bank could see it is refused for certain', async () => {
    await rm(outbox, { recursive: true });
    expect(await rail.submit(submission(), signal)).toEqual({
      kind: 'rejected',
      reason: 'rail_unavailable',
      detail: 'writing failed (ENOENT)',
      items: [],
    });
    expect(await readdir(archive)).toEqual(['received', 'since.json']);
    // Where it may be sent again, it may have been there before.
    account = accountWith({ bankRefusesDuplicates: true });
    expect((await rail.submit(submission(), signal)).kind).toBe('unknown');
  });
});

describe('inquiring', () => {
  const states = async () => {
    const inquiry = await rail.inquire(submission(), signal);
    return inquiry.kind === 'unanswered'
      ? inquiry.detail
      : inquiry.reports.map((report) => `${report.state} ${report.reason ?? ''}`.trim());
  };

  test('a file that waits, was taken, or was refused', async () => {
    await rail.submit(submission(), signal);
    expect(await states()).toEqual(['pending', 'pending']);
    await bankTakes({ status: 'accepted', rejectedItems: [{ itemNumber: 2, reasonCode: '05' }] });
    expect(await states()).toEqual(['pending', 'failed account_closed']);
    const unpaid = {
      ...JSON.parse(await readFile(join(inbox, `${NAME}.receipt.json`), 'utf8')),
      items: [{ itemNumber: 1, reasonCode: '08' }],
    };
    await writeFile(join(inbox, `${NAME}.unpaid.json`), JSON.stringify(unpaid));
    expect(await states()).toEqual(['failed insufficient_funds', 'failed account_closed']);
  });

  test('a rejected file fails every item', async () => {
    await rail.submit(submission(), signal);
    await bankTakes({ status: 'rejected', reasonCode: 'header_account' });
    expect(await states()).toEqual(['failed other', 'failed other']);
  });

  test('a file that is gone without a receipt is neither there nor absent', async () => {
    await rail.submit(submission(), signal);
    await bankTakes(undefined);
    expect(await states()).toMatch(/no receipt/);
    expect(await readdir(outbox)).toEqual([]);
  });

  test('a broken receipt settles nothing', async () => {
    await rail.submit(submission(), signal);
    await bankTakes({ status: 'accepted' });
    await truncate(join(inbox, `${NAME}.receipt.json`), 20);
    expect(await states()).toMatch(/receipt/);
  });

  test('absence needs proof: the temporary file, or an archive without a copy', async () => {
    expect(await states()).toEqual(['absent', 'absent']);
    await rail.submit(submission(), signal);
    await bankTakes(undefined);
    expect(await states()).toMatch(/no receipt/);
    await writeFile(join(outbox, `${NAME}.part`), 'half');
    expect(await states()).toEqual(['absent', 'absent']);
    account = accountWith({ bankRefusesDuplicates: true });
    expect(await states()).toMatch(/no receipt/);
  });

  test('an archive made anew proves nothing of what left before', async () => {
    await rm(archive, { recursive: true });
    await mkdir(archive);
    expect(await states()).toMatch(/no receipt/);
    await rail.prepare(account);
    expect(await states()).toEqual(['absent', 'absent']);
    const sooner = Temporal.Instant.from('2026-11-23T22:00:00Z');
    const before = { ...submission(), createdAt: sooner };
    expect(await rail.inquire(before, signal)).toMatchObject({ kind: 'unanswered' });
  });

  test('a submission taken up under another id is asked for by the file that left', async () => {
    await rail.submit(submission(), signal);
    await bankTakes({ status: 'accepted', rejectedItems: [{ itemNumber: 2, reasonCode: '05' }] });
    const { items } = submission();
    // In another order than in the file, and with a configuration that has changed since.
    const adopted = { ...submission(), id: 'adopted', items: items.toReversed() };
    const renamed = { ...submission().account, config: { ...(account.config as object) } };
    Object.assign(renamed.config, { lineEnding: 'none' });
    const asked = { ...adopted, account: renamed, railReference: NAME };
    const answer = await rail.inquire(asked, signal);
    expect(answer).toMatchObject({ submission: 'known', railReference: NAME });
    const { reports } = answer as { reports: readonly { dispatchCode: string; state: string }[] };
    expect(reports.map(({ dispatchCode, state }) => [dispatchCode.slice(-1), state])).toEqual([
      ['1', 'pending'],
      ['2', 'failed'],
    ]);
    await rm(join(archive, NAME));
    expect(await rail.inquire(asked, signal)).toMatchObject({ kind: 'unanswered' });
  });

  test('an archive that cannot be read proves nothing', async () => {
    account = accountWith({ archive: join(root, 'nowhere') });
    expect(await states()).toMatch(/ENOENT/);
  });
});

describe('listing', () => {
  const codes = async (since: string) => {
    const from = Temporal.PlainDate.from(since);
    const seen: string[] = [];
    for await (const report of rail.listPayments(account, from, signal)) {
      seen.push(`${report.dispatchCode.slice(-1)} ${report.state}`);
    }
    return seen;
  };

  test('tells every archived payment with what receipts add', async () => {
    await rail.submit(submission(), signal);
    await bankTakes({ status: 'accepted', rejectedItems: [{ itemNumber: 1 }] });
    await writeFile(join(archive, 'notes.txt'), 'not a transfer file');
    expect(await codes('2026-11-24')).toEqual(['1 failed', '2 pending']);
    expect(await codes('2026-11-25')).toEqual([]);
    await rm(join(inbox, `${NAME}.receipt.json`));
    expect(await codes('2026-11-24')).toEqual(['1 pending', '2 pending']);
  });

  test('tells what still waits in the outbox without a copy', async () => {
    await rail.submit(submission(), signal);
    await rm(join(archive, NAME));
    expect(await codes('2026-11-24')).toEqual(['1 pending', '2 pending']);
  });

  test('ends in an error where the bank took a file that is not here', async () => {
    await rail.submit(submission(), signal);
    await bankTakes({ status: 'accepted' });
    await rm(join(archive, NAME));
    await expect(codes('2026-11-24')).rejects.toThrow(
      `lacks 1 files that the bank has taken: ${NAME}`,
    );
    expect(await codes('2026-11-25')).toEqual([]);
    await rm(archive, { recursive: true });
    await expect(codes('2026-11-24')).rejects.toThrow(/ENOENT/);
  });
});

describe('files from the bank', () => {
  const collect = (limit = 10) => rail.collectFiles(account, limit, signal);
  const put = (name: string, content: string) => writeFile(join(inbox, name), content);

  test('stay until they are acknowledged, in order of name, at most `limit`', async () => {
    await put('b.dat', 'two');
    await put('a.txt', 'one');
    await put('a.txt.receipt.json', '{}');
    await put('c.dat.part', 'not yet');
    await put('.hidden.dat', 'no');
    expect(await collect(1)).toHaveLength(1);
    const files = await collect();
    expect(files.map(({ name }) => name.split('#')[0])).toEqual(['a.txt', 'b.dat']);
    expect(files.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(['one', 'two']);
    await rail.acknowledgeFile(account, files[0]!.name, signal);
    await rail.acknowledgeFile(account, files[0]!.name, signal);
    expect((await collect()).map(({ name }) => name)).toEqual([files[1]!.name]);
    const done = await readdir(join(inbox, 'done'));
    expect(done).toEqual([expect.stringMatching(/^[0-9a-f]{16}-a\.txt$/)]);
  });

  test('a newer file of the same name is not put away unread', async () => {
    await put('meisai.dat', 'monday');
    const [monday] = await collect();
    await put('meisai.dat', 'tuesday');
    await rail.acknowledgeFile(account, monday!.name, signal);
    const [tuesday] = await collect();
    expect(Buffer.from(tuesday!.bytes).toString()).toBe('tuesday');
  });

  test.each(['move', 'remove'])('are read again after a restore (%s)', async (acknowledge) => {
    account = accountWith({ acknowledge });
    await put('a.txt', 'one');
    const [file] = await collect();
    await rail.acknowledgeFile(account, file!.name, signal);
    expect(await readdir(inbox)).toEqual(acknowledge === 'move' ? ['done'] : []);
    const again = async (since: string) => {
      const from = Temporal.PlainDate.from(since);
      return Array.fromAsync(rail.receivedFiles(account, from, signal));
    };
    expect(await again('2026-11-24')).toEqual([{ name: file!.name, bytes: Buffer.from('one') }]);
    expect(await again('2026-11-25')).toEqual([]);
  });

  test('one that is too large is left, and told', async () => {
    await put('a.dat', 'fine');
    await put('huge.dat', '');
    await truncate(join(inbox, 'huge.dat'), 64 * 1024 * 1024 + 1);
    expect((await collect()).map(({ name }) => name.split('#')[0])).toEqual(['a.dat']);
    expect(warnings).toEqual([expect.stringMatching(/^huge\.dat exceeds/)]);
    expect(await rail.ping(account, signal)).toMatchObject({ ok: false });
  });

  test.each(['../a.txt#0123456789abcdef', 'a.txt', 'a.sh#0123456789abcdef', '#0123456789abcdef'])(
    'a name that was never given is refused: %s',
    async (name) => {
      await expect(rail.acknowledgeFile(account, name, signal)).rejects.toThrow(/not a name/);
    },
  );
});

test('ping tells what waits', async () => {
  await rail.submit(submission(), signal);
  await writeFile(join(inbox, 'a.dat'), 'x');
  expect(await rail.ping(account, signal)).toEqual({
    ok: true,
    detail: '1 files wait for the bank, 1 for us',
  });
  await rename(inbox, `${inbox}-away`);
  expect(await rail.ping(account, signal)).toEqual({
    ok: false,
    detail: 'folders cannot be read (ENOENT)',
  });
});
