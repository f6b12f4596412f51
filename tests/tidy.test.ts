// Holds this checkout to the rules of the house. A failure names the place and the mend.
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import * as tidy from './tidy.ts';
import * as documents from './tidy-documents.ts';
import * as imports from './tidy-imports.ts';

const tree = tidy.readTree(path.dirname(import.meta.dirname));
const architecture = tree.get('ARCHITECTURE.md') ?? '';

describe('the checkout', () => {
  test('is really read: modules, imports and rooms are found', () => {
    expect(tidy.codeFiles(tree).length).toBeGreaterThan(20);
    expect(imports.arrowsOf(tree).length).toBeGreaterThan(20);
    expect(imports.readTable(architecture).length).toBeGreaterThan(10);
  });

  const rules: Record<string, () => string[]> = {
    'has files that fit in the head': () => tidy.longFiles(tree),
    'has functions that fit on a screen': () => tidy.longFunctions(tree),
    'has no long lines': () => tidy.longLines(tree),
    'has no empty names': () => tidy.forbiddenNames(tree),
    'has nothing left for later': () => tidy.unfinished(tree),
    'opens every file with what lives there': () => tidy.withoutOpening(tree),
    'has a true import table': () => imports.tableFaults(tree, imports.readTable(architecture)),
    'imports only as the table says': () =>
      imports.strayImports(tree, imports.readTable(architecture)),
    'lets no server code into the browser': () => imports.serverCodeInWeb(tree),
    'has no import circles': () => imports.circles(tree),
    'has no barrels': () => imports.barrels(tree),
    'imports only packages it installs': () => imports.strayPackages(tree),
    'has no dead links': () => documents.deadLinks(tree),
    'has a true folder map': () =>
      documents.folderMapFaults(tree, documents.readFolderMap(architecture)),
    'names only what exists': () => documents.namedButGone(tree),
    'has a reason for every dependency': () => documents.unexplainedDependencies(tree),
  };
  for (const [name, rule] of Object.entries(rules)) {
    test(name, () => {
      const complaints = rule();
      expect(complaints, `\n${complaints.join('\n')}\n`).toEqual([]);
    });
  }
});
