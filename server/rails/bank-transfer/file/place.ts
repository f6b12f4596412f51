// Where files are exchanged, as the connector sees it: a few operations that a folder and an SFTP
// server share. Paths are the place's own; names never hold a separator.

export interface PlaceEntry {
  readonly name: string;
  readonly bytes: number;
}

/** Every call may throw what the disk or the network threw. */
export interface Place {
  /** Plain files of a folder, ordered by name. */
  list(folder: string): Promise<readonly PlaceEntry[]>;
  /** Undefined where there is no such file. Throws beyond `maxBytes`. */
  read(path: string, maxBytes: number): Promise<Uint8Array | undefined>;
  /** Creates or overwrites, and returns once it is as durable as the place can make it. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** Atomic. What stood at `to` is replaced only where the place does so. */
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  makeFolder(path: string): Promise<void>;
}

/** Opens a place for one piece of work and closes it again, whatever happens. */
export type WithPlace = <T>(signal: AbortSignal, work: (place: Place) => Promise<T>) => Promise<T>;
