// The exchange folder on a local or mounted disk. Written files and their folder entries are
// fsynced.
import { mkdir, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Place, WithPlace } from './place.ts';

export const withFolder: WithPlace = async (signal, work) => {
  signal.throwIfAborted();
  return work(folderPlace);
};

export const folderPlace: Place = {
  async list(folder) {
    const entries = await readdir(folder, { withFileTypes: true });
    const names = entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
    const files = await Promise.all(
      names.sort().map(async (name) => {
        const found = await ifThere(stat(join(folder, name)));
        return found === undefined ? undefined : { name, bytes: found.size };
      }),
    );
    return files.filter((file) => file !== undefined);
  },
  async read(path, maxBytes) {
    const file = await ifThere(open(path, 'r'));
    if (file === undefined) return undefined;
    try {
      const { size } = await file.stat();
      if (size > maxBytes) throw new Error(`file exceeds ${maxBytes} bytes`);
      return await file.readFile();
    } finally {
      await file.close();
    }
  },
  async write(path, bytes) {
    const file = await open(path, 'w', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  },
  async rename(from, to) {
    await rename(from, to);
    await syncFolder(dirname(to));
    if (dirname(from) !== dirname(to)) await syncFolder(dirname(from));
  },
  async remove(path) {
    await unlink(path);
    await syncFolder(dirname(path));
  },
  async makeFolder(path) {
    await mkdir(path, { recursive: true });
  },
};

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function ifThere<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
