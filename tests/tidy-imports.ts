// The rules about imports: who may import whom (the table in ARCHITECTURE.md), no circles, no
// barrels, and only packages that package.json brings. Type imports count as imports.
import path from 'node:path';
import { codeFiles, type Tree } from './tidy.ts';
import { importsOf, onlyReexports } from './tidy-source.ts';

export const tableHeading = '## Who may import whom';

export interface Room {
  /** As written in the table; the first of `places`. */
  readonly name: string;
  /** Folders or files; `x/*` makes every folder in x a room of its own. */
  readonly places: readonly string[];
  readonly mayImport: readonly string[];
}

export interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly line: number;
}

/** The word in the second column that opens everything. */
const everything = 'everything';
/** The row that names what every test may import besides what its room may. */
const testRow = '*.test.ts';

/** Reads the table under the heading: `| room, room | may import |`, paths in backticks. */
export function readTable(architecture: string): Room[] {
  const [, section] = architecture.split(`${tableHeading}\n`);
  if (section === undefined) throw new Error(`ARCHITECTURE.md has no section "${tableHeading}"`);
  const rows = (section.split(/^## /m)[0] ?? '').split('\n').filter((line) => /^\|/.test(line));
  const rooms = rows.flatMap((row) => {
    const [, left = '', right = ''] = row.split('|');
    const quoted = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, word]) => word ?? '');
    const places = quoted(left);
    const mayImport = right.trim() === everything ? [everything] : quoted(right);
    return places.length === 0 ? [] : [{ name: places[0] ?? '', places, mayImport }];
  });
  if (rooms.length === 0) throw new Error(`the table under "${tableHeading}" has no rows`);
  return rooms;
}

/** The place of the table that holds this file, the longest where several do. */
export function placeOf(file: string, rooms: readonly Room[]): string | undefined {
  const places = rooms
    .flatMap((room) => room.places)
    .flatMap((place) => {
      if (!place.endsWith('/*'))
        return file === place || file.startsWith(`${place}/`) ? [place] : [];
      const parent = place.slice(0, -1);
      const inside = file.startsWith(parent) ? file.slice(parent.length).split('/') : [];
      return inside.length > 1 ? [`${parent}${inside[0]}`] : [];
    });
  return places.sort((a, b) => b.length - a.length)[0];
}

function roomOf(place: string, rooms: readonly Room[]): Room | undefined {
  const wildcard = `${path.posix.dirname(place)}/*`;
  return (
    rooms.find((room) => room.places.includes(place)) ??
    rooms.find((room) => room.places.includes(wildcard))
  );
}

/** Tests, suites that several tests share, and what only tests need (`test-samples.ts`). */
function isProof(file: string): boolean {
  return /\.(?:test|contract)\.tsx?$|\/test-[^/]*\.tsx?$/.test(file);
}

/** Every import of one file of ours by another. */
export function arrowsOf(tree: Tree): Arrow[] {
  return codeFiles(tree).flatMap(([from, text]) =>
    importsOf(text)
      .filter(({ specifier }) => specifier.startsWith('.'))
      .map(({ specifier, line }) => {
        const to = path.posix.join(path.posix.dirname(from), specifier.replace(/\?.*$/, ''));
        return { from, to, line };
      }),
  );
}

export function strayImports(tree: Tree, rooms: readonly Room[]): string[] {
  const alsoInTests = rooms.find(({ name }) => name === testRow)?.mayImport ?? [];
  return arrowsOf(tree).flatMap(({ from, to, line }) => {
    if (!tree.has(to))
      return [`${from}:${line} imports ${to}, which does not exist; mend the path`];
    const [fromPlace, toPlace] = [placeOf(from, rooms), placeOf(to, rooms)];
    if (fromPlace === undefined || toPlace === undefined) return [];
    const room = roomOf(fromPlace, rooms);
    const allowed = [...(room?.mayImport ?? []), ...(isProof(from) ? alsoInTests : [])];
    const isSameRoom = room === roomOf(toPlace, rooms) && !room?.name.endsWith('/*');
    const isOpen = allowed.includes(everything) || allowed.includes(toPlace);
    const isWild = allowed.includes(`${path.posix.dirname(toPlace)}/*`);
    if (fromPlace === toPlace || isSameRoom || isOpen || isWild) return [];
    return [
      `${from}:${line} imports ${to}, but ${fromPlace} may import only ` +
        `${allowed.join(', ') || 'nothing'}; let ${fromPlace} get it as an argument, move the ` +
        'code to the room that may, or change the table in ARCHITECTURE.md with a decision',
    ];
  });
}

/** What runs in a browser takes the server's types and nothing that would run. */
export function serverCodeInWeb(tree: Tree): string[] {
  return codeFiles(tree).flatMap(([file, text]) => {
    if (!file.startsWith('web/')) return [];
    const lines = text.split('\n');
    return importsOf(text).flatMap(({ specifier, line }) => {
      if (!specifier.includes('/server/') || lines[line - 1]?.startsWith('import type ')) return [];
      return [`${file}:${line} imports code of the server; write \`import type\` on one line`];
    });
  });
}

/** Code that stands in no room of the table, rooms that do not exist, rooms named twice. */
export function tableFaults(tree: Tree, rooms: readonly Room[]): string[] {
  const homeless = codeFiles(tree)
    .filter(([file]) => file.includes('/') && placeOf(file, rooms) === undefined)
    .map(([file]) => `${file} is in no room of ARCHITECTURE.md's import table; add a row for it`);
  const known = rooms.flatMap((room) => room.places);
  const twice = known
    .filter((place, index) => known.indexOf(place) !== index)
    .map((place) => `${place} has two rows in ARCHITECTURE.md's import table; keep one`);
  const unknown = rooms.flatMap((room) =>
    room.mayImport
      .filter((place) => place !== everything && !known.includes(place))
      .map((place) => `${room.name} may import ${place}, which has no row itself; add one`),
  );
  return [...homeless, ...twice, ...unknown];
}

/** Each circle once, as the files it runs through. */
export function circles(tree: Tree): string[] {
  const next = new Map<string, string[]>();
  for (const { from, to } of arrowsOf(tree)) next.set(from, [...(next.get(from) ?? []), to]);
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (file: string, way: string[]) => {
    const start = way.indexOf(file);
    if (start >= 0) {
      const circle = [...way.slice(start), file].join(' -> ');
      found.push(`import circle ${circle}; move what they share into a file that imports neither`);
      return;
    }
    if (done.has(file)) return;
    for (const each of next.get(file) ?? []) visit(each, [...way, file]);
    done.add(file);
  };
  for (const file of next.keys()) visit(file, []);
  return found;
}

export function barrels(tree: Tree): string[] {
  return codeFiles(tree)
    .filter(([, text]) => onlyReexports(text))
    .map(([file]) => `${file} only re-exports; delete it and import from where things are`);
}

interface Manifest {
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
}

export function packageNames(manifest: string): { shipped: string[]; all: string[] } {
  const parsed = JSON.parse(manifest) as Manifest;
  const names = (group: Record<string, string> | undefined) => Object.keys(group ?? {});
  const shipped = names(parsed.dependencies);
  const others = [...names(parsed.devDependencies), ...names(parsed.optionalDependencies)];
  return { shipped, all: [...shipped, ...others] };
}

/** What runs in production imports only what production installs. */
export function strayPackages(tree: Tree): string[] {
  const { shipped, all } = packageNames(tree.get('package.json') ?? '{}');
  return codeFiles(tree).flatMap(([file, text]) => {
    const ships = /^(?:zengin|server|sdk)\//.test(file);
    const allowed = ships && !isProof(file) ? shipped : all;
    return importsOf(text).flatMap(({ specifier, line }) => {
      if (specifier.startsWith('.') || specifier.startsWith('node:')) return [];
      const name = specifier
        .split('/')
        .slice(0, specifier.startsWith('@') ? 2 : 1)
        .join('/');
      if (allowed.includes(name)) return [];
      const group = allowed === shipped ? 'dependencies' : 'package.json';
      return [`${file}:${line} imports ${name}, which is not in ${group}; add it or do without`];
    });
  });
}
