// Which installation the command line works on: DATABASE_URL and the keyring of the environment, or
// the embedded PostgreSQL that `npm start` runs in its data folder. Starts and stops no server.
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { superuser } from '../base/postgres-cluster.ts';
import { defaultDataDir } from '../base/postgres-place.ts';
import { readPidFile } from '../base/postgres-process.ts';
import { type Configuration, readConfiguration } from '../configuration.ts';
import { UsageError } from './verb.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** A command does one thing after the other. */
const CONNECTIONS = '4';

export function findInstallation(env: Env): Configuration {
  const dataDir = defaultDataDir();
  const keyringFile = join(dataDir, 'keyring.json');
  const hasKeyring = env.KAWASE_KEYRING !== undefined || env.KAWASE_KEYRING_FILE !== undefined;
  if (!hasKeyring && !existsSync(keyringFile)) throw noKeyring(keyringFile);
  return readConfiguration({
    KAWASE_DATABASE_CONNECTIONS: CONNECTIONS,
    ...env,
    DATABASE_URL: env.DATABASE_URL ?? embeddedUrl(dataDir),
    ...(!hasKeyring && { KAWASE_KEYRING_FILE: keyringFile }),
  });
}

function embeddedUrl(dataDir: string): string {
  const folder = join(dataDir, 'postgres');
  if (!existsSync(folder)) throw notRunning(dataDir);
  try {
    const home = realpathSync(folder);
    const found = readPidFile(join(home, 'data'));
    if (found?.status !== 'ready') throw notRunning(dataDir);
    const password = readFileSync(join(home, 'password'), 'utf8').trim();
    return `postgres://${superuser}:${password}@127.0.0.1:${found.port}/kawase`;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
    throw new UsageError(
      `${folder}を読む権限がありません。npm startを実行したユーザーで実行してください。`,
      `${folder} may not be read by this user. Run this as the user who ran npm start.`,
    );
  }
}

const notRunning = (dataDir: string) =>
  new UsageError(
    `データベースが見つかりません。npm startで起動するか、DATABASE_URLを指定してください（${dataDir}）。`,
    `No database is running. Run npm start, or set DATABASE_URL (looked in ${dataDir}).`,
  );

const noKeyring = (file: string) =>
  new UsageError(
    `暗号鍵が見つかりません。KAWASE_KEYRING_FILEを指定してください（${file}はありません）。`,
    `There is no keyring. Set KAWASE_KEYRING_FILE (there is no ${file}).`,
  );
