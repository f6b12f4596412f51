// Makes node_modules match package-lock.json, so that `npm start` and `npm test` just work.
// Runs before every npm script, under whatever Node (>= 20) the host has: plain JavaScript, no
// dependencies. The Node that runs Kawase (26) comes out of node_modules itself. It writes only to
// standard error, so a script's own output stays clean. `--quiet` speaks only when it must work.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const runtimeMajor = 26;
const lockHeartbeatMs = 1_000;
const foreignLockStaleMs = 30_000;
const ownLockStaleMs = 10 * 60_000;
const lockWaitLimitMs = 15 * 60_000;
const progressEveryMs = 10_000;

const checkout = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const modulesDir = path.join(checkout, 'node_modules');
const lockFile = path.join(checkout, '.kawase', 'setup.lock');
const stampFile = path.join(modulesDir, '.kawase-setup');
const installRecord = path.join(modulesDir, '.package-lock.json');
const quiet = process.argv.includes('--quiet');

/** The npm that installs for this process, while it does. */
let npmProcess;

const say = (line) => process.stderr.write(`setup: ${line}\n`);
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function readText(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function stampWanted() {
  const lockfile = fs.readFileSync(path.join(checkout, 'package-lock.json'));
  const digest = createHash('sha256').update(lockfile).digest('hex');
  return `${process.platform}-${process.arch} ${digest}\n`;
}

/** True where someone's own `npm install` has already brought exactly what the lockfile names. */
function installedByHand() {
  const record = readText(installRecord);
  if (record === undefined) return false;
  const wanted = JSON.parse(fs.readFileSync(path.join(checkout, 'package-lock.json'), 'utf8'));
  const installed = JSON.parse(record).packages;
  return Object.entries(wanted.packages).every(([name, entry]) => {
    if (name === '') return true;
    const found = installed[name];
    if (found === undefined) return entry.optional === true && !isForThisHost(entry);
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

/** True for binaries made for this very platform (of two C libraries' pair, npm takes the one). */
function isForThisHost({ os: platforms, cpu: archs, libc }) {
  if (libc !== undefined || platforms === undefined || archs === undefined) return false;
  return [platforms].flat().includes(process.platform) && [archs].flat().includes(process.arch);
}

/** Holds a file that names this process and is touched every second while the work goes on. */
async function withLock(work) {
  fs.mkdirSync(path.dirname(lockFile), { recursive: true });
  const deadline = Date.now() + lockWaitLimitMs;
  let told = false;
  while (!takeLock()) {
    if (!told) say('another run is installing in this checkout; waiting for it');
    told = true;
    if (Date.now() > deadline) throw new Error(`gave up waiting for ${lockFile}`);
    await sleep(500);
  }
  const heartbeat = setInterval(() => {
    fs.utimesSync(lockFile, new Date(), new Date());
  }, lockHeartbeatMs);
  const release = () => {
    clearInterval(heartbeat);
    // An npm that is still ending keeps the lock: it stands in there with its own pid.
    if (npmProcess === undefined) fs.rmSync(lockFile, { force: true });
    npmProcess?.kill();
  };
  process.once('exit', release);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
  try {
    return await work();
  } finally {
    release();
  }
}

function takeLock() {
  try {
    fs.writeFileSync(lockFile, `${os.hostname()} ${process.pid}`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  if (holderIsGone()) {
    // Moving it away first lets only one of several waiters clear it.
    const aside = `${lockFile}.${process.pid}`;
    try {
      fs.renameSync(lockFile, aside);
      fs.rmSync(aside);
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
    }
  }
  return false;
}

function holderIsGone() {
  try {
    const ageMs = Date.now() - fs.statSync(lockFile).mtimeMs;
    const [host, ...pids] = fs.readFileSync(lockFile, 'utf8').split(' ');
    if (host !== os.hostname()) return ageMs > foreignLockStaleMs;
    return ageMs > ownLockStaleMs || !pids.map(Number).some(isAlive);
  } catch (error) {
    if (error.code === 'ENOENT') return false;
    throw error;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code !== 'ESRCH';
  }
}

/** Runs `npm ci` with a sign of life for those who see no progress bar. */
function install() {
  const npm = process.env.npm_execpath;
  const args = ['ci', '--no-audit', '--no-fund', '--include=dev', '--include=optional'];
  args.push('--loglevel=error');
  const [command, before] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  // An install that is cut short must not look like one that was finished.
  fs.rmSync(stampFile, { force: true });
  fs.rmSync(installRecord, { force: true });
  const startedAt = Date.now();
  const seconds = () => Math.round((Date.now() - startedAt) / 1000);
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...before, ...args], { cwd: checkout, stdio: ['ignore', 2, 2] });
    // If only this process is killed, npm goes on, and the next run must still wait for it.
    if (child.pid !== undefined) fs.appendFileSync(lockFile, ` ${child.pid}`);
    npmProcess = child;
    const ticker = setInterval(() => say(`still installing (${seconds()} s)`), progressEveryMs);
    child.on('error', reject);
    child.on('close', (code) => {
      npmProcess = undefined;
      clearInterval(ticker);
      if (code === 0) resolve(seconds());
      else reject(new Error(`npm ci ended with ${code}; its message stands above`));
    });
  });
}

/** The package's own Node must run here; where it cannot, the host's does if it is new enough. */
function checkRuntime() {
  const own = path.join(modulesDir, '.bin', 'node');
  const answer = spawnSync(own, ['--version'], { encoding: 'utf8' });
  if (answer.status === 0) return `Node ${answer.stdout.trim().slice(1)}`;
  // A runtime built for another C library is in place but dead; it must not shadow the host's.
  fs.rmSync(own, { force: true });
  const host = spawnSync('node', ['--version'], { encoding: 'utf8' });
  const hostVersion = host.status === 0 ? host.stdout.trim().slice(1) : 'none';
  if (Number.parseInt(hostVersion, 10) >= runtimeMajor) return `the host's Node ${hostVersion}`;
  throw new Error(
    `no Node ${runtimeMajor} from npm runs on ${process.platform}-${process.arch}, and the Node ` +
      `on this machine's PATH is ${hostVersion}. Install Node ${runtimeMajor} or newer, try again.`,
  );
}

async function main() {
  const wanted = stampWanted();
  const ready = () => readText(stampFile) === wanted;
  if (ready()) {
    if (!quiet) say('dependencies are up to date');
    return;
  }
  await withLock(async () => {
    if (ready()) return;
    if (!installedByHand()) {
      say('installing the locked dependencies (10 to 60 s, once)');
      say(`installed in ${await install()} s`);
    }
    say(`running on ${checkRuntime()}`);
    fs.writeFileSync(stampFile, wanted);
  });
}

main().catch((error) => {
  say(error.message);
  process.exit(1);
});
