// The processes of an installation in a storm: started from the environment, killed without
// warning, started again. What ends by itself is remembered: nothing may.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface KeptProcess {
  readonly name: string;
  /** Kills it without warning and starts it again after a moment. */
  kill(): Promise<void>;
  /** Ends it for good. */
  end(): Promise<void>;
}

export interface Processes {
  /** Names and exit codes of what was ready and ended though nobody killed it. */
  readonly ended: string[];
  keep(name: string, env: Record<string, string>): Promise<KeptProcess>;
  /** The last lines that a process wrote. */
  tail(name: string): string;
}

const RESTART_MS = 300;
const main = join(import.meta.dirname, '../../server/main.ts');

export function createProcesses(folder: string): Processes {
  const ended: string[] = [];
  const logOf = (name: string) => join(folder, `${name}.log`);

  /** Resolves once it says that it is ready, or has ended. */
  function launch(name: string, env: Record<string, string>): Promise<ChildProcess> {
    const log = openSync(logOf(name), 'a');
    const child = spawn(process.execPath, [main], {
      env: { PATH: process.env.PATH ?? '', ...env },
      stdio: ['ignore', 'pipe', log],
    });
    closeSync(log);
    return new Promise((resolve) => {
      child.stdout?.on('data', (bytes: Buffer) => {
        if (bytes.includes('"ready":true')) resolve(child);
      });
      child.once('exit', () => resolve(child));
    });
  }

  async function keep(name: string, env: Record<string, string>): Promise<KeptProcess> {
    let child: ChildProcess | undefined;
    let isKilled = false;
    let isOver = false;
    async function start(): Promise<void> {
      while (!isOver) {
        isKilled = false;
        child = await launch(name, env);
        if (child.exitCode === null && child.signalCode === null) break;
        // The database is not there yet.
        await pause(RESTART_MS);
      }
      const running = child;
      running?.once('exit', (code, signal) => {
        if (isKilled || isOver) return;
        ended.push(`${name} ended with ${signal ?? code}`);
        void start();
      });
    }
    async function stop(): Promise<void> {
      const running = child;
      isKilled = true;
      if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
      const gone = new Promise((resolve) => running.once('exit', resolve));
      running.kill('SIGKILL');
      await gone;
    }
    await start();
    return {
      name,
      async kill() {
        await stop();
        await pause(RESTART_MS);
        await start();
      },
      async end() {
        isOver = true;
        await stop();
      },
    };
  }

  return { ended, keep, tail: (name) => readFileSync(logOf(name), 'utf8').slice(-3_000) };
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
