// The tidy rules on small made-up trees: each finds what it is for, and lets the like of it pass.
import { describe, expect, test } from 'vitest';
import * as tidy from './tidy.ts';
import * as documents from './tidy-documents.ts';
import * as imports from './tidy-imports.ts';
import { functionsOf, importsOf, lex } from './tidy-source.ts';

function tree(files: Record<string, string>): tidy.Tree {
  return new Map(Object.entries(files));
}

const table = `# Architecture
${imports.tableHeading}

| room | may import |
|---|---|
| \`base\` | |
| \`shop\` | \`base\` |
| \`rails\` | \`base\` |
| \`rails/*\` | \`rails\`, \`base\` |
| \`main.ts\`, \`cli\` | everything |
| \`tests\` | everything |
| \`*.test.ts\` | \`tests\` |

## Next
| \`not/read\` | |
`;
const rooms = imports.readTable(table);

test('the browser takes types of the server and nothing that runs', () => {
  const web = tree({
    'web/a.ts': "import type { A } from '../server/api/a.ts';\nimport { b } from './b.ts';\n",
    'web/c.ts': "import { type A, b } from '../server/api/a.ts';\n",
    'server/d.ts': "import { a } from '../server/api/a.ts';\n",
  });
  expect(imports.serverCodeInWeb(web)).toEqual([expect.stringContaining('web/c.ts:1 imports')]);
});

describe('the lexer', () => {
  test('blanks comments, strings, templates and regexes, and keeps every place', () => {
    const template = ['`x $', "{c('}')} {`"].join('');
    const text = `const a = 'it\\'s'; // {\nconst b = ${template}; /* } */ const r = /[/{]\\//g;`;
    const { code, comments } = lex(text);
    expect(code).toHaveLength(text.length);
    expect(code).not.toMatch(/it|x |\/\/|\[/);
    expect(code).toContain('c(');
    expect(comments.map((each) => each.text)).toEqual(['// {', '/* } */']);
  });

  test('knows division from a regular expression', () => {
    const { code } = lex("const a = b / 2; const s = 'x'; const d = (1) / 3;");
    expect(code).toContain('b / 2; const s =');
    expect(code).toContain('(1) / 3;');
  });

  test('finds every kind of import, and none in strings and comments', () => {
    const text = `#!/usr/bin/env node
// import x from './comment.ts'
import a, { type B } from './a.ts';
import type {
  C,
} from './c.ts';
import './side.ts';
export * from "./star.ts";
export { d } from './d.ts';
const e = await import('./dynamic.ts');
type F = import('./type.ts').F;
const text = "import g from './string.ts'";
const more = \`import h from './template.ts'\`;
export const from = './not.ts';
`;
    expect(
      importsOf(text)
        .map((each) => each.specifier)
        .sort(),
    ).toEqual([
      './a.ts',
      './c.ts',
      './d.ts',
      './dynamic.ts',
      './side.ts',
      './star.ts',
      './type.ts',
    ]);
    expect(importsOf(text).find(({ specifier }) => specifier === './c.ts')?.line).toBe(6);
  });

  test('measures functions of every form, and nothing else', () => {
    const text = `
function plain(a: string, b = { x: 1 }): Promise<{ y: number }> {
  if (a) {
    return b;
  }
}
export const arrow = async (
  a: string,
): Promise<void> => {
  await a;
};
const object = {
  method(): void {
    call({ a: 1 });
  },
};
class Shape extends Base<{ a: 1 }> {
  constructor() {
    super();
  }
}
`;
    const found = functionsOf(text).map(({ line, lineCount }) => [line, lineCount]);
    expect(found).toEqual([
      [2, 5],
      [7, 5],
      [13, 3],
      [18, 3],
    ]);
  });
});

describe('rules for single files', () => {
  test('sizes', () => {
    const body = '  call();\n';
    const long = `// x\nfunction big() {\n${body.repeat(69)}}\n`;
    const most = `// x\nfunction big() {\n${body.repeat(68)}}\n`;
    expect(tidy.longFunctions(tree({ 'a.ts': long }))).toEqual([
      'a.ts:2 has a function of 71 lines, 70 at most; give a part of it a name of its own',
    ]);
    expect(tidy.longFunctions(tree({ 'a.ts': most }))).toEqual([]);
    const tests = `describe('x', () => {\n  test('y', () => {\n${body.repeat(80)}  });\n});\n`;
    expect(tidy.longFunctions(tree({ 'a.test.ts': tests }))).toEqual([]);
    expect(tidy.longFiles(tree({ 'a.ts': 'x\n'.repeat(501), 'b.ts': 'x\n'.repeat(500) }))).toEqual([
      'a.ts has 501 lines, 500 at most; move one of its subjects out',
    ]);
  });

  test('lines: tables, addresses and generated files are free', () => {
    const long = 'x'.repeat(101);
    const files = {
      'a.ts': `${long}\n${'字'.repeat(100)}\n// https://${long}`,
      'a.md': `| ${long}\n${long}`,
      'migrations/schema.sql': 'x'.repeat(300),
      'data.csv': long,
    };
    expect(tidy.longLines(tree(files))).toEqual([
      'a.ts:1 has 101 columns, 100 at most; break the line',
      'a.md:2 has 101 columns, 100 at most; break the line',
    ]);
  });

  test('names, leftovers, opening comments', () => {
    const files = {
      'a/utils.ts': '// x\n',
      'a/index.ts': '// x\n',
      'types/a.ts': '// x\n',
      'a/string-helpers.ts': '// x\n',
      'a/blind-index.ts': '// x\n',
      'a/index.html': '',
    };
    expect(tidy.forbiddenNames(tree(files))).toHaveLength(4);
    const later = `// x\nconst s = 'TODO';\n/* a\n ${'TO'}DO b */\n`;
    expect(tidy.unfinished(tree({ 'a.ts': later }))).toEqual([
      'a.ts:4 says TODO; do it now, or file an issue and delete the note',
    ]);
    const openings = {
      'a.ts': '#!/usr/bin/env node\n// Says it.\n',
      'b.ts': "import 'x';\n",
      'c.ts': '#!/usr/bin/env node\nrun();\n',
    };
    expect(tidy.withoutOpening(tree(openings))).toHaveLength(2);
  });
});

describe('rules about imports', () => {
  test('the table: rooms, files, rooms within rooms', () => {
    expect(rooms.map(({ name }) => name)).not.toContain('not/read');
    expect(imports.placeOf('rails/bank/http/client.ts', rooms)).toBe('rails/bank');
    expect(imports.placeOf('rails/rail.ts', rooms)).toBe('rails');
    expect(imports.placeOf('main.ts', rooms)).toBe('main.ts');
    expect(imports.placeOf('shopping/a.ts', rooms)).toBeUndefined();
    expect(() => imports.readTable('# nothing')).toThrow('has no section');
  });

  test('who may import whom', () => {
    const files = {
      'base/a.ts': "import '../shop/b.ts';",
      'shop/b.ts': "import '../base/a.ts'; import './c.ts';",
      'shop/c.ts': "import type { R } from '../rails/bank/x.ts';",
      'shop/b.test.ts': "import '../tests/t.ts'; import '../rails/rail.ts';",
      'rails/rail.ts': '',
      'rails/bank/x.ts': "import '../rail.ts'; import '../atm/y.ts'; import './gone.ts';",
      'rails/atm/y.ts': '',
      'main.ts': "import './rails/atm/y.ts'; import './cli/z.ts';",
      'cli/z.ts': '',
      'tests/t.ts': "import '../main.ts';",
    };
    const complaints = imports.strayImports(tree(files), rooms);
    expect(complaints.map((each) => each.split(',')[0])).toEqual([
      'base/a.ts:1 imports shop/b.ts',
      'shop/c.ts:1 imports rails/bank/x.ts',
      'shop/b.test.ts:1 imports rails/rail.ts',
      'rails/bank/x.ts:1 imports rails/atm/y.ts',
      'rails/bank/x.ts:1 imports rails/bank/gone.ts',
    ]);
    expect(complaints[1]).toContain('shop may import only base; let shop get it');
  });

  test('the table itself: every folder has one row', () => {
    const twice = imports.readTable(table.replace('| `tests`', '| `base` | `gone` |\n| `tests`'));
    expect(imports.tableFaults(tree({ 'new/a.ts': '', 'vitest.config.ts': '' }), twice)).toEqual([
      "new/a.ts is in no room of ARCHITECTURE.md's import table; add a row for it",
      "base has two rows in ARCHITECTURE.md's import table; keep one",
      'base may import gone, which has no row itself; add one',
    ]);
  });

  test('circles, each once, also through types', () => {
    const files = {
      'a.ts': "import type { B } from './b.ts';",
      'b.ts': "import './c.ts';",
      'c.ts': "import './a.ts'; import './d.ts';",
      'd.ts': '',
    };
    expect(imports.circles(tree(files))).toEqual([
      'import circle a.ts -> b.ts -> c.ts -> a.ts; move what they share into a file that imports ' +
        'neither',
    ]);
  });

  test('barrels', () => {
    const files = {
      'a.ts': "// x\nexport * from './x.ts';\nexport { y, type Z } from './y.ts';\n",
      'b.ts': "import { x } from './x.ts';\nexport { x };\n",
      'c.ts': "export { x } from './x.ts';\nexport const y = 1;\n",
      'd.ts': "import './x.ts';\n",
    };
    expect(imports.barrels(tree(files)).map((each) => each.split(' ')[0])).toEqual([
      'a.ts',
      'b.ts',
    ]);
  });

  test('packages', () => {
    const files = {
      'package.json': '{"dependencies":{"pg":"1"},"devDependencies":{"@x/y":"1"}}',
      'server/a.ts': "import 'pg/lib'; import 'node:fs'; import '@x/y/z';",
      'server/a.test.ts': "import '@x/y'; import 'left-pad';",
    };
    expect(imports.strayPackages(tree(files))).toEqual([
      'server/a.ts:1 imports @x/y, which is not in dependencies; add it or do without',
      'server/a.test.ts:1 imports left-pad, which is not in package.json; add it or do without',
    ]);
  });
});

describe('rules about documents', () => {
  test('links', () => {
    const files = {
      'docs/a.md': '[b](b.md#x) [up](../README.md) [gone](c.md) [out](https://x.jp) [here](#x)',
      'docs/b.md': '```\n[code](nowhere.md)\n```\n[folder](../docs/)',
      'README.md': '',
    };
    expect(documents.deadLinks(tree(files))).toEqual([
      'docs/a.md links to c.md, but there is no docs/c.md; mend the link',
    ]);
  });

  test('the folder map and named paths', () => {
    const page = `${documents.mapHeading}

| place | what |
|---|---|
| \`zengin/\`, \`sdk\` | |

## Next\n\`zengin/gone.ts\` \`application/json\` \`zengin/a.ts\``;
    const files = { 'zengin/a.ts': '', 'server/api/b.ts': '', 'ARCHITECTURE.md': page };
    const map = documents.readFolderMap(page);
    expect(documents.folderMapFaults(tree(files), map)).toEqual([
      "ARCHITECTURE.md's folder map names sdk, which does not exist; mend it",
      "server/api is not on ARCHITECTURE.md's folder map; add a row for it",
    ]);
    expect(documents.namedButGone(tree(files))).toEqual([
      'ARCHITECTURE.md names zengin/gone.ts, which does not exist; mend the page',
    ]);
  });

  test('dependencies', () => {
    const files = {
      'package.json': '{"dependencies":{"pg":"1"},"devDependencies":{"vitest":"1"}}',
      [documents.dependencyPage]: '| `pg` | database |\n| `left-pad` | ? |\n',
    };
    expect(
      documents.unexplainedDependencies(tree(files)).map((each) => each.split(' is ')[0]),
    ).toEqual(['vitest', `${documents.dependencyPage} explains left-pad, which`]);
  });
});
