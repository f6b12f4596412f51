// A world's exchange folder as its customer may see it by SFTP: `/`, `/outbound` and `/inbound`,
// and the plain files in the two. Every path is taken apart and put together again; nothing else
// can be named.

import type { Stats } from 'node:fs';
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { FILE_BYTES_MAX } from './files/check-file.ts';

export type Place =
  | { readonly kind: 'root' }
  | { readonly kind: 'folder'; readonly folder: 'outbound' | 'inbound' }
  | { readonly kind: 'file'; readonly folder: 'outbound' | 'inbound'; readonly name: string };

/** Refusals and absences, for the caller to put into SFTP's codes. */
export type Trouble = 'no_such_file' | 'denied';

const FILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/;
const FILES_LISTED_MAX = 100_000;

/**
 * The place a path names, or why it names none. `.` and empty parts are let through, `..` never.
 */
export function placeOf(path: string): Place | Trouble {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  const [folder, name] = parts;
  if (folder === undefined) return { kind: 'root' };
  if (parts.includes('..') || parts.length > 2) return 'denied';
  if (folder !== 'outbound' && folder !== 'inbound') return 'no_such_file';
  if (name === undefined) return { kind: 'folder', folder };
  return FILE_NAME.test(name) ? { kind: 'file', folder, name } : 'denied';
}

export function shownPath(place: Place): string {
  if (place.kind === 'root') return '/';
  return place.kind === 'folder' ? `/${place.folder}` : `/${place.folder}/${place.name}`;
}

function pathOf(root: string, place: Place): string {
  if (place.kind === 'root') return root;
  return place.kind === 'folder' ? join(root, place.folder) : join(root, place.folder, place.name);
}

/** Links and everything else that is neither file nor folder do not exist here. */
export function statOf(root: string, place: Place): Stats | Trouble {
  const stats = lstatSync(pathOf(root, place), { throwIfNoEntry: false });
  return stats && (stats.isFile() || stats.isDirectory()) ? stats : 'no_such_file';
}

export function listOf(root: string, place: Place): { name: string; stats: Stats }[] | Trouble {
  if (place.kind === 'file') return 'no_such_file';
  const entries: { name: string; stats: Stats }[] = [];
  for (const name of readdirSync(pathOf(root, place)).slice(0, FILES_LISTED_MAX)) {
    const stats = lstatSync(join(pathOf(root, place), name), { throwIfNoEntry: false });
    if (stats && (stats.isFile() || place.kind === 'root')) entries.push({ name, stats });
  }
  return entries;
}

/** A file descriptor for reading, or in `outbound` for writing a file anew. */
export function openFile(root: string, place: Place, write: boolean): number | Trouble {
  if (place.kind !== 'file') return 'denied';
  if (write && place.folder !== 'outbound') return 'denied';
  const path = pathOf(root, place);
  const { O_RDONLY, O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;
  const flags = (write ? O_WRONLY | O_CREAT | O_TRUNC : O_RDONLY) | O_NOFOLLOW;
  if (!write && typeof statOf(root, place) === 'string') return 'no_such_file';
  try {
    const file = openSync(path, flags, 0o600);
    if (fstatSync(file).isFile()) return file;
    closeSync(file);
    return 'denied';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return 'no_such_file';
    if (code === 'ELOOP' || code === 'EISDIR') return 'denied';
    throw error;
  }
}

export function removeFile(root: string, place: Place): Trouble | null {
  if (place.kind !== 'file') return 'denied';
  if (typeof statOf(root, place) === 'string') return 'no_such_file';
  rmSync(pathOf(root, place), { force: true });
  return null;
}

export function renameFile(root: string, from: Place, to: Place): Trouble | null {
  if (from.kind !== 'file' || to.kind !== 'file') return 'denied';
  if (from.folder !== 'outbound' || to.folder !== 'outbound') return 'denied';
  if (typeof statOf(root, from) === 'string') return 'no_such_file';
  renameSync(pathOf(root, from), pathOf(root, to));
  return null;
}

/** Whether a write would go past what a file may hold. */
export function isTooLong(offset: number, length: number): boolean {
  return offset + length > FILE_BYTES_MAX;
}
