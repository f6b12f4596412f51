// The rules of the house for single files: names, sizes, opening comments. A rule is a function
// from the tree to complaints; each complaint is a sentence that names the place and the mend.
// Rules about imports stand in tidy-imports.ts, about documents in tidy-documents.ts.
import fs from 'node:fs';
import path from 'node:path';
import { functionsOf, lex, lineOf } from './tidy-source.ts';

/** Path from the checkout, with `/`, to text. */
export type Tree = ReadonlyMap<string, string>;

export const fileLinesMax = 500;
export const functionLinesMax = 70;
export const columnsMax = 100;
export const sqlColumnsMax = 120;

const skippedFolders = new Set(['node_modules', 'dist', 'coverage', 'tmp']);
const readExtensions = /\.(?:ts|tsx|mjs|js|css|html|sql|md|json)$/;
const codeExtensions = /\.(?:ts|tsx|mjs|js)$/;
const treeFilesMax = 20_000;

/** All files of a checkout that people write. Data files are listed with an empty text. */
export function readTree(root: string): Tree {
  const tree = new Map<string, string>();
  const visit = (folder: string) => {
    for (const entry of fs.readdirSync(path.join(root, folder), { withFileTypes: true })) {
      const name = path.posix.join(folder, entry.name);
      if (entry.isDirectory() && !skippedFolders.has(entry.name) && !entry.name.startsWith('.')) {
        visit(name);
      } else if (entry.isFile()) {
        const isRead = readExtensions.test(entry.name) && entry.name !== 'package-lock.json';
        tree.set(name, isRead ? fs.readFileSync(path.join(root, name), 'utf8') : '');
        if (tree.size > treeFilesMax) throw new Error(`more than ${treeFilesMax} files in ${root}`);
      }
    }
  };
  visit('');
  return tree;
}

export function codeFiles(tree: Tree): [string, string][] {
  return [...tree].filter(([file]) => codeExtensions.test(file) && !file.endsWith('.d.ts'));
}

const emptyNames = new Set(['utils', 'util', 'helpers', 'helper', 'common', 'types', 'service']);

export function forbiddenNames(tree: Tree): string[] {
  return codeFiles(tree).flatMap(([file]) => {
    const words = file.replace(/\.[^/]*$/, '').split('/');
    const said = words.find((word) => emptyNames.has(word) || /-(?:utils?|helpers?)$/.test(word));
    const bad = said ?? (words.at(-1) === 'index' ? 'index' : undefined);
    if (bad === undefined) return [];
    return [`${file}: "${bad}" says nothing; name the file after what it holds`];
  });
}

export function longFiles(tree: Tree): string[] {
  return codeFiles(tree).flatMap(([file, text]) => {
    const count = text.split('\n').length - 1;
    if (count <= fileLinesMax) return [];
    return [`${file} has ${count} lines, ${fileLinesMax} at most; move one of its subjects out`];
  });
}

const testCall = /^\s*(?:await )?(?:describe|it|test|suite)\b/;

/** Functions that only hold tests may be long: they are lists. */
export function longFunctions(tree: Tree): string[] {
  return codeFiles(tree).flatMap(([file, text]) => {
    const holdsTests = /\.(?:test|contract)\.tsx?$/.test(file);
    return functionsOf(text)
      .filter(({ lineCount }) => lineCount > functionLinesMax)
      .filter((each) => !(holdsTests && each.text.split('\n').some((line) => testCall.test(line))))
      .map(
        ({ line, lineCount }) =>
          `${file}:${line} has a function of ${lineCount} lines, ${functionLinesMax} at most; ` +
          'give a part of it a name of its own',
      );
  });
}

export function longLines(tree: Tree): string[] {
  return [...tree].flatMap(([file, text]) => {
    if (!/\.(?:ts|tsx|mjs|js|md|sql)$/.test(file) || file === 'migrations/schema.sql') return [];
    const limit = file.endsWith('.sql') ? sqlColumnsMax : columnsMax;
    return text.split('\n').flatMap((line, index) => {
      const columns = [...line].length;
      const isTable = file.endsWith('.md') && line.startsWith('|');
      if (columns <= limit || isTable || /https?:\/\//.test(line)) return [];
      return [`${file}:${index + 1} has ${columns} columns, ${limit} at most; break the line`];
    });
  });
}

export function unfinished(tree: Tree): string[] {
  return [...tree].flatMap(([file, text]) => {
    const isCode = codeExtensions.test(file);
    if (!isCode && !file.endsWith('.sql')) return [];
    const places = isCode ? lex(text).comments : [{ at: 0, text }];
    return places.flatMap(({ at, text: words }) => {
      const found = /\b(?:TODO|FIXME|XXX|HACK)\b/.exec(words);
      if (found === null) return [];
      const line = lineOf(text, at + found.index);
      return [`${file}:${line} says ${found[0]}; do it now, or file an issue and delete the note`];
    });
  });
}

export function withoutOpening(tree: Tree): string[] {
  return [...tree].flatMap(([file, text]) => {
    if (!codeExtensions.test(file) && !/^migrations\/\d.*\.sql$/.test(file)) return [];
    const first = text.replace(/^#!.*\n/, '').trimStart();
    if (/^(?:\/\/|\/\*|--)/.test(first)) return [];
    return [
      `${file} opens without a comment; say in 1 to 5 lines what lives here and what does not`,
    ];
  });
}
