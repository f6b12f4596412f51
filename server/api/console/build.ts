// The console as scripts/build-console.ts left it: all of its files in memory, each plain and
// pressed, with what a browser must be told about it. Which file answers which URL is in pages.ts.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

export interface BuiltFile {
  readonly type: string;
  readonly plain: Buffer;
  readonly br: Buffer | undefined;
  readonly gzip: Buffer | undefined;
}

export interface ConsoleBuild {
  /** The page that every screen starts from, links relative to `./`. */
  readonly page: string;
  /** By path below the console, like `assets/main-a1b2c3.js`. */
  readonly files: ReadonlyMap<string, BuiltFile>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** The newest build below `shelf` (`.kawase/console`); undefined where none was made. */
export function newestBuild(shelf: string): string | undefined {
  const pointer = join(shelf, 'current');
  if (!existsSync(pointer)) return undefined;
  return join(shelf, readFileSync(pointer, 'utf8'));
}

export function readConsoleBuild(folder: string): ConsoleBuild {
  const files = new Map<string, BuiltFile>();
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const type = TYPES[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const file = join(entry.parentPath, entry.name);
    const pressed = (ending: string) =>
      existsSync(file + ending) ? readFileSync(file + ending) : undefined;
    const name = file.slice(folder.length + 1).replaceAll('\\', '/');
    const plain = readFileSync(file);
    files.set(name, { type, plain, br: pressed('.br'), gzip: pressed('.gz') });
  }
  return { page: readFileSync(join(folder, 'index.html'), 'utf8'), files };
}
