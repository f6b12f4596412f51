// One SFTP session: the protocol's requests put into the words of sftp-folder.ts, with the faults
// its world is to have. Who may open one is in sftp.ts.

import type { Stats } from 'node:fs';
import { closeSync, fstatSync, readSync, writeSync } from 'node:fs';
import type { Connection, SFTPWrapper } from 'ssh2';
import ssh2 from 'ssh2';
import type { Bank } from './bank.ts';
import type { World } from './books.ts';
import { scanOutbound } from './files/intake.ts';
import { foldersOf } from './files/outbox.ts';
import type { Place, Trouble } from './sftp-folder.ts';
import {
  isTooLong,
  listOf,
  openFile,
  placeOf,
  removeFile,
  renameFile,
  shownPath,
  statOf,
} from './sftp-folder.ts';

const { STATUS_CODE, OPEN_MODE } = ssh2.utils.sftp;
const HANDLES_MAX = 64;
const READ_BYTES_MAX = 256 * 1024;
const NAMES_AT_ONCE = 100;

type Handle =
  | { readonly kind: 'file'; readonly file: number; readonly write: boolean }
  | { readonly kind: 'list'; readonly entries: { name: string; stats: Stats }[] };

interface Session {
  readonly bank: Bank;
  readonly world: World;
  readonly client: Connection;
  readonly sftp: SFTPWrapper;
  readonly root: string;
  readonly handles: Map<number, Handle>;
}

type Act<A extends unknown[]> = (id: number, ...rest: A) => void;

export function answerSftp(bank: Bank, world: World, client: Connection, sftp: SFTPWrapper): void {
  const { root } = foldersOf(bank, world.worldId);
  const session: Session = { bank, world, client, sftp, root, handles: new Map() };
  answerNames(session);
  answerChanges(session);
  answerOpening(session);
  answerHandles(session);
  client.on('close', () => {
    for (const handle of session.handles.values()) release(handle);
    session.handles.clear();
  });
}

/** Nothing is answered while the bank is down: the connection breaks. */
function on<A extends unknown[]>(session: Session, event: string, act: Act<A>): void {
  session.sftp.on(event, (id: number, ...rest: A) => {
    if (session.world.faults.down) session.client.end();
    else act(id, ...rest);
  });
}

function trouble(session: Session, id: number, what: Trouble): void {
  const { PERMISSION_DENIED, NO_SUCH_FILE } = STATUS_CODE;
  session.sftp.status(id, what === 'denied' ? PERMISSION_DENIED : NO_SUCH_FILE);
}

function withPlace(session: Session, id: number, path: string, act: (place: Place) => void): void {
  const place = placeOf(path);
  if (typeof place === 'string') trouble(session, id, place);
  else act(place);
}

function answerNames(session: Session): void {
  const { sftp, root } = session;
  const attributes: Act<[string]> = (id, path) =>
    withPlace(session, id, path, (place) => {
      const stats = statOf(root, place);
      if (typeof stats === 'string') trouble(session, id, stats);
      else sftp.attrs(id, attributesOf(stats));
    });
  on(session, 'STAT', attributes);
  on(session, 'LSTAT', attributes);
  on(session, 'REALPATH', (id, path: string) =>
    withPlace(session, id, path, (place) => {
      const filename = shownPath(place);
      sftp.name(id, [{ filename, longname: filename, attrs: attributesOf(null) }]);
    }),
  );
}

function answerChanges(session: Session): void {
  const { bank, client, root, sftp, world } = session;
  on(session, 'SETSTAT', (id) => sftp.status(id, STATUS_CODE.OK));
  on(session, 'FSETSTAT', (id) => sftp.status(id, STATUS_CODE.OK));
  on(session, 'REMOVE', (id, path: string) =>
    withPlace(session, id, path, (place) => {
      const wrong = removeFile(root, place);
      if (wrong) trouble(session, id, wrong);
      else sftp.status(id, STATUS_CODE.OK);
    }),
  );
  on(session, 'RENAME', (id, from: string, to: string) =>
    withPlace(session, id, from, (source) =>
      withPlace(session, id, to, (target) => {
        const dice = bank.dice(world);
        const lost = dice.chance(world.faults.loseAnswerRate);
        const beforeEffect = lost && dice.throw(2) === 0;
        const wrong = beforeEffect ? null : renameFile(root, source, target);
        if (lost) client.end();
        else if (wrong) trouble(session, id, wrong);
        else sftp.status(id, STATUS_CODE.OK);
        if (!beforeEffect && !wrong) scanOutbound(bank, world);
      }),
    ),
  );
  for (const event of ['MKDIR', 'RMDIR', 'SYMLINK', 'READLINK']) {
    on(session, event, (id) => sftp.status(id, STATUS_CODE.PERMISSION_DENIED));
  }
}

function answerOpening(session: Session): void {
  const { root } = session;
  on(session, 'OPENDIR', (id, path: string) =>
    withPlace(session, id, path, (place) => {
      const entries = listOf(root, place);
      if (typeof entries === 'string') trouble(session, id, entries);
      else give(session, id, { kind: 'list', entries });
    }),
  );
  on(session, 'OPEN', (id, path: string, flags: number) =>
    withPlace(session, id, path, (place) => {
      const write = (flags & OPEN_MODE.WRITE) !== 0;
      const file = openFile(root, place, write);
      if (typeof file === 'string') trouble(session, id, file);
      else give(session, id, { kind: 'file', file, write });
    }),
  );
}

function answerHandles(session: Session): void {
  const { handles, sftp } = session;
  const find = (bytes: Buffer): Handle | undefined => handles.get(numberOf(bytes));
  on(session, 'READDIR', (id, bytes: Buffer) => {
    const handle = find(bytes);
    if (handle?.kind !== 'list') sftp.status(id, STATUS_CODE.FAILURE);
    else if (handle.entries.length === 0) sftp.status(id, STATUS_CODE.EOF);
    else sftp.name(id, handle.entries.splice(0, NAMES_AT_ONCE).map(listed));
  });
  on(session, 'READ', (id, bytes: Buffer, offset: number, length: number) => {
    const handle = find(bytes);
    if (handle?.kind !== 'file' || handle.write) {
      sftp.status(id, STATUS_CODE.FAILURE);
      return;
    }
    const chunk = Buffer.alloc(Math.min(length, READ_BYTES_MAX));
    const count = readSync(handle.file, chunk, 0, chunk.length, offset);
    if (count === 0) sftp.status(id, STATUS_CODE.EOF);
    else sftp.data(id, chunk.subarray(0, count));
  });
  on(session, 'WRITE', (id, bytes: Buffer, offset: number, data: Buffer) => {
    const handle = find(bytes);
    const writable = handle?.kind === 'file' && handle.write && !isTooLong(offset, data.length);
    if (writable) writeSync(handle.file, data, 0, data.length, offset);
    sftp.status(id, writable ? STATUS_CODE.OK : STATUS_CODE.FAILURE);
  });
  on(session, 'FSTAT', (id, bytes: Buffer) => {
    const handle = find(bytes);
    if (handle?.kind !== 'file') sftp.status(id, STATUS_CODE.FAILURE);
    else sftp.attrs(id, attributesOf(fstatSync(handle.file)));
  });
  on(session, 'CLOSE', (id, bytes: Buffer) => {
    const handle = find(bytes);
    handles.delete(numberOf(bytes));
    if (handle) release(handle);
    sftp.status(id, handle ? STATUS_CODE.OK : STATUS_CODE.FAILURE);
  });
}

function give(session: Session, id: number, handle: Handle): void {
  const { handles, sftp } = session;
  if (handles.size >= HANDLES_MAX) {
    release(handle);
    sftp.status(id, STATUS_CODE.FAILURE);
    return;
  }
  let free = 1;
  while (handles.has(free)) free += 1;
  handles.set(free, handle);
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(free);
  sftp.handle(id, bytes);
}

function release(handle: Handle): void {
  if (handle.kind === 'file') closeSync(handle.file);
}

function numberOf(handle: Buffer): number {
  return handle.length === 4 ? handle.readUInt32BE(0) : 0;
}

function attributesOf(stats: Stats | null) {
  const seconds = (ms: number): number => Math.floor(ms / 1000);
  return {
    mode: stats?.mode ?? 0o040700,
    uid: 0,
    gid: 0,
    size: stats?.size ?? 0,
    atime: seconds(stats?.atimeMs ?? 0),
    mtime: seconds(stats?.mtimeMs ?? 0),
  };
}

function listed({ name, stats }: { name: string; stats: Stats }) {
  const kind = stats.isDirectory() ? 'd' : '-';
  const day = stats.mtime.toISOString().slice(0, 10);
  const longname = `${kind}rw------- 1 bank bank ${stats.size} ${day} ${name}`;
  return { filename: name, longname, attrs: attributesOf(stats) };
}
