// `npm test`: format and lint, types, then all tests. Ends with `N passed, N failed` on a line of
// its own, each check counting as one test. With arguments (`npm test -- zengin -t kana`) only the
// tests they choose run: they go to vitest as they stand.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buildConsole } from './build-console.ts';

interface Tally {
  passed: number;
  failed: number;
}

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

const checkout = path.dirname(import.meta.dirname);
const modules = path.join(checkout, 'node_modules');

const checks: readonly { name: string; command: readonly string[] }[] = [
  { name: 'format and lint', command: ['@biomejs/biome/bin/biome', 'check', '.'] },
  { name: 'types', command: ['typescript/bin/tsc', '--noEmit'] },
  { name: 'types of web', command: ['typescript/bin/tsc', '--noEmit', '-p', 'web/console'] },
];

/** Runs a program of node_modules with this Node; its output goes through, or into `output`. */
function run(
  command: readonly string[],
  quiet: boolean,
): Promise<{ code: number; output: string }> {
  const [script, ...args] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path.join(modules, `${script}`), ...args], {
      cwd: checkout,
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk) => {
        output += chunk;
      });
    }
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

async function runChecks(): Promise<Tally> {
  const results = await Promise.all(checks.map(({ command }) => run(command, true)));
  const tally = { passed: 0, failed: 0 };
  for (const [index, { code, output }] of results.entries()) {
    if (code === 0) tally.passed += 1;
    else tally.failed += 1;
    console.log(`${code === 0 ? '✓' : '✗'} ${checks[index]?.name}`);
    if (code !== 0) console.log(output.trimEnd());
  }
  return tally;
}

async function runTests(args: readonly string[]): Promise<Tally> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'kawase-report-'));
  const reportFile = path.join(folder, 'report.json');
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
    const { code } = await run(['vitest/vitest.mjs', 'run', ...reporters, ...args], false);
    const tally = fs.existsSync(reportFile)
      ? tallyOf(JSON.parse(fs.readFileSync(reportFile, 'utf8')))
      : { passed: 0, failed: 1 };
    // An error outside any test, or no test at all, is a failure that no test counted.
    if (tally.failed === 0 && (code !== 0 || tally.passed === 0)) tally.failed = 1;
    return tally;
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

function tallyOf(report: VitestReport): Tally {
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((each) => each.status === 'failed'),
  );
  if (report.numPendingTests > 0) console.log(`${report.numPendingTests} skipped`);
  return { passed: report.numPassedTests, failed: report.numFailedTests + brokenFiles.length };
}

const args = process.argv.slice(2);
await buildConsole((line) => console.log(line));
const checked = args.length === 0 ? await runChecks() : { passed: 0, failed: 0 };
const tested = await runTests(args);
const failed = checked.failed + tested.failed;
console.log(`${checked.passed + tested.passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
