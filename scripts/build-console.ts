// Builds the console (web/console) into `.kawase/console/<hash of its sources>`, pressed by Brotli
// and gzip beforehand, and only when the sources changed. `npm start` and `npm test` call it; for
// an image `npm run build` does.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const checkout = path.dirname(import.meta.dirname);
const sources = path.join(checkout, 'web', 'console');
const shelf = path.join(checkout, '.kawase', 'console');
/** Builds of other branches and days stay this long; then they go. */
const KEPT_MS = 24 * 60 * 60_000;
const PRESSED = /\.(?:js|css|html|svg|json)$/;

/** The folder of a build of the sources as they are now. */
export async function buildConsole(say: (line: string) => void): Promise<string> {
  const name = sourcesHash();
  const folder = path.join(shelf, name);
  if (!fs.existsSync(folder)) {
    say('building the management screens');
    const startedAt = performance.now();
    await buildInto(folder);
    say(`built in ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`);
  }
  pointTo(name);
  clearShelf(name);
  return folder;
}

function sourcesHash(): string {
  const hash = createHash('sha256');
  const lockfile = path.join(checkout, 'package-lock.json');
  for (const file of [lockfile, import.meta.filename, ...filesBelow(sources)]) {
    hash.update(`${path.relative(checkout, file)}\n`).update(fs.readFileSync(file));
  }
  return hash.digest('hex').slice(0, 16);
}

function filesBelow(folder: string): string[] {
  return fs
    .readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

/** Under another name first: who finds the folder finds it whole, however many build at once. */
async function buildInto(folder: string): Promise<void> {
  const draft = `${folder}.${process.pid}`;
  try {
    await runVite(draft);
    for (const file of filesBelow(draft).filter((each) => PRESSED.test(each))) press(file);
    fs.renameSync(draft, folder);
  } catch (error) {
    fs.rmSync(draft, { recursive: true, force: true });
    if (!fs.existsSync(folder)) throw error;
  }
}

/** A process of its own: what is set for tests must not make a build for tests. */
function runVite(outDir: string): Promise<void> {
  const vite = path.join(checkout, 'node_modules', 'vite', 'bin', 'vite.js');
  const args = ['build', sources, '--outDir', outDir, '--emptyOutDir', '--logLevel', 'warn'];
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: 'production' };
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [vite, ...args], { stdio: ['ignore', 2, 2], env });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`the management screens could not be built (vite ended with ${code})`));
    });
  });
}

function press(file: string): void {
  const bytes = fs.readFileSync(file);
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  fs.writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params }));
  fs.writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
}

/** `current` names the newest build, for a server that is not told which. */
function pointTo(name: string): void {
  const pointer = path.join(shelf, 'current');
  if (fs.existsSync(pointer) && fs.readFileSync(pointer, 'utf8') === name) return;
  fs.writeFileSync(`${pointer}.${process.pid}`, name);
  fs.renameSync(`${pointer}.${process.pid}`, pointer);
}

function clearShelf(kept: string): void {
  for (const entry of fs.readdirSync(shelf, { withFileTypes: true })) {
    const file = path.join(shelf, entry.name);
    if (!entry.isDirectory() || entry.name === kept) continue;
    const since = fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - since > KEPT_MS) fs.rmSync(file, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const say = (line: string) => process.stderr.write(`console: ${line}\n`);
  process.stdout.write(`${await buildConsole(say)}\n`);
}
