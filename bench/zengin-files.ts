// zengin-write and zengin-read: bank files of a million records, each in a process of its own. Peak
// memory and the growth of time from a tenth of the records are held.
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { atMost, type BenchOptions, type BenchResult, type Verdict } from './benchmark.ts';
import { median, rounded } from './figures.ts';

const FORMATS = ['sogo-furikomi', 'nyushukkin-meisai'] as const;
const MEMORY_MEGABYTES = 200;
const GROWTH = 11;

interface FileRun {
  readonly seconds: number;
  readonly peakMegabytes: number;
}

export const zenginWrite = (options: BenchOptions) => measure('write', options);
export const zenginRead = (options: BenchOptions) => measure('read', options);

async function measure(mode: 'write' | 'read', options: BenchOptions): Promise<BenchResult> {
  const isTiny = options.size === 'tiny';
  const records = options.rows ?? (isTiny ? 10_000 : 1_000_000);
  const rounds = isTiny ? 1 : 3;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'kawase-bench-files-'));
  const verdicts: Verdict[] = [];
  const measured: Record<string, unknown> = { records };
  try {
    for (const format of FORMATS) {
      const runs: Record<'small' | 'large', FileRun[]> = { small: [], large: [] };
      for (let round = 0; round < rounds; round++) {
        runs.small.push(await runProcess(mode, format, records / 10, folder));
        runs.large.push(await runProcess(mode, format, records, folder));
      }
      const small = median(runs.small.map((run) => run.seconds));
      const large = median(runs.large.map((run) => run.seconds));
      const peak = Math.max(...runs.large.map((run) => run.peakMegabytes));
      options.say(`${format}: ${rounded(large)} s, ${peak} MB`);
      verdicts.push(
        atMost(`${format}: peak memory, MB`, peak, MEMORY_MEGABYTES),
        atMost(`${format}: time of ten times the records`, rounded(large / small), GROWTH),
      );
      const perSecond = rounded(records / large);
      measured[format] = { seconds: rounded(large), secondsOfATenth: rounded(small), perSecond };
    }
    return { verdicts, measured };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** One process; a file to read is written first, by another. */
async function runProcess(
  mode: 'write' | 'read',
  format: string,
  records: number,
  folder: string,
): Promise<FileRun> {
  const file = path.join(folder, `${format}-${records}`);
  const script = path.join(import.meta.dirname, 'zengin-file-process.ts');
  const run = async (task: string) => {
    const args = [script, task, format, `${records}`, file];
    return JSON.parse((await promisify(execFile)(process.execPath, args)).stdout) as FileRun;
  };
  if (mode === 'read' && !fs.existsSync(file)) await run('write');
  return run(mode);
}
