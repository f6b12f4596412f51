// The rules about documents: links lead somewhere, the folder map is true, dependencies have
// reasons.
import path from 'node:path';
import type { Tree } from './tidy.ts';
import { packageNames } from './tidy-imports.ts';

export const mapHeading = '## Folder map';
export const dependencyPage = 'docs/decisions/0002-dependencies.md';

function isThere(tree: Tree, place: string): boolean {
  const clean = place.replace(/\/$/, '');
  return tree.has(clean) || [...tree.keys()].some((file) => file.startsWith(`${clean}/`));
}

function pages(tree: Tree): [string, string][] {
  return [...tree]
    .filter(([file]) => file.endsWith('.md'))
    .map(([file, text]) => [file, text.replace(/^```[\s\S]*?^```/gm, '')]);
}

export function deadLinks(tree: Tree): string[] {
  return pages(tree).flatMap(([file, text]) =>
    [...text.matchAll(/\]\(([^)\s]+)[^)]*\)/g)].flatMap(([, target = '']) => {
      const [place = ''] = target.split('#');
      if (/^[a-z]+:/.test(target) || place === '') return [];
      const to = path.posix.join(path.posix.dirname(file), decodeURI(place));
      if (to === '.' || isThere(tree, to)) return [];
      return [`${file} links to ${target}, but there is no ${to}; mend the link`];
    }),
  );
}

/** The first column of the table under the heading, in backticks, from the checkout's root. */
export function readFolderMap(architecture: string): string[] {
  const [, section] = architecture.split(`${mapHeading}\n`);
  if (section === undefined) throw new Error(`ARCHITECTURE.md has no section "${mapHeading}"`);
  const rows = (section.split(/^## /m)[0] ?? '').split('\n').filter((line) => /^\|/.test(line));
  return rows.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, place = '']) => place),
  );
}

/**
 * What the map names exists, and every folder of code is on the map, itself or the one above it.
 */
export function folderMapFaults(tree: Tree, map: readonly string[]): string[] {
  const gone = map
    .filter((place) => !isThere(tree, place))
    .map((place) => `ARCHITECTURE.md's folder map names ${place}, which does not exist; mend it`);
  const known = new Set(map.map((place) => place.replace(/\/$/, '')));
  const folders = new Set(
    [...tree.keys()].flatMap((file) => {
      const [top, second, third] = file.split('/');
      if (second === undefined) return [];
      return top === 'server' && third !== undefined ? [`server/${second}`] : [`${top}`];
    }),
  );
  const missing = [...folders]
    .filter((folder) => !known.has(folder))
    .map((folder) => `${folder} is not on ARCHITECTURE.md's folder map; add a row for it`);
  return [...gone, ...missing];
}

/** Paths in backticks in the pages a newcomer reads first must exist too. */
export function namedButGone(tree: Tree): string[] {
  const tops = new Set([...tree.keys()].filter((file) => file.includes('/')).map(topOf));
  const complaints = pages(tree)
    .filter(([file]) => file === 'ARCHITECTURE.md' || file === 'README.md')
    .flatMap(([file, text]) =>
      [...text.matchAll(/`([\w.-]+\/[\w./-]+)`/g)].flatMap(([, place = '']) => {
        if (!tops.has(topOf(place)) || isThere(tree, place)) return [];
        return [`${file} names ${place}, which does not exist; mend the page`];
      }),
    );
  return [...new Set(complaints)];
}

function topOf(file: string): string {
  return file.split('/')[0] ?? '';
}

export function unexplainedDependencies(tree: Tree): string[] {
  const page = tree.get(dependencyPage) ?? '';
  const { all } = packageNames(tree.get('package.json') ?? '{}');
  const missing = all
    .filter((name) => !page.includes(`\`${name}\``))
    .map((name) => `${name} is in package.json but not in ${dependencyPage}; say why it is there`);
  const listed = [...page.matchAll(/^\| `([^`]+)`/gm)].map(([, name = '']) => name);
  const gone = listed
    .filter((name) => !all.includes(name))
    .map((name) => `${dependencyPage} explains ${name}, which is not in package.json; delete it`);
  return [...missing, ...gone];
}
