// The grammar of the command line, and its exit codes as a process.
import { describe, expect, test } from 'vitest';
import { testDatabase } from '../../tests/database.ts';
import { run } from '../../tests/operator-world.ts';
import { openDatabase } from '../base/database.ts';
import { NOUNS } from './nouns.ts';
import { programOf, wantsJapanese } from './program.ts';
import type { Verb } from './verb.ts';

const verbs = NOUNS.flatMap((noun) => noun.verbs.map((verb): [string, Verb] => [noun.name, verb]));

/** Words as a shell makes them of an example, `"quoted ones"` included. */
const words = (line: string) =>
  [...line.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2]!);

describe('every command', () => {
  test.each(verbs.map(([noun, verb]) => [noun, verb.name, verb] as const))(
    '%s %s: its example is one of itself',
    async (_noun, _name, verb) => {
      const parsed: Verb[] = [];
      const program = programOf(NOUNS, true, async (found) => void parsed.push(found));
      await program.parseAsync(words(verb.example), { from: 'user' });
      expect(parsed).toEqual([verb]);
    },
  );

  test('says what it does in Japanese and in English', () => {
    for (const [, verb] of verbs) {
      const told = [verb.says, ...(verb.options ?? []), ...(verb.args ?? []), verb.confirm ?? null];
      for (const each of told) {
        const says = each !== null && 'says' in each ? each.says : each;
        if (says === null) continue;
        expect(says.ja).toMatch(/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]|Webhook/u);
        expect(says.en).not.toMatch(/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]/u);
      }
    }
  });

  test('that moves money or opens the way for it asks first', () => {
    const asking = verbs.filter(([, verb]) => verb.confirm !== undefined);
    expect(asking.map(([noun, verb]) => `${noun} ${verb.name}`)).toEqual([
      'member remove',
      'member reset-second-factor',
      'key revoke',
      'rail-account set-config',
      'virtual-account close',
      'unmatched match',
      'unmatched send-back',
      'reversal resolve',
      'line resolve',
      'payment undo',
      'hold release',
      'recall refuse',
      'stop clear',
      'recovery begin',
      'recovery explain',
      'recovery confirm',
    ]);
  });
});

test.each([
  [['shop', 'list', '--lang', 'en'], { LANG: 'ja_JP.UTF-8' }, false],
  [['--lang=ja', 'shop', 'list'], { LANG: 'en_US.UTF-8' }, true],
  [['shop', 'list'], { LANG: 'ja_JP.UTF-8' }, true],
  [['shop', 'list'], { LC_ALL: 'en_US.UTF-8', LANG: 'ja_JP.UTF-8' }, false],
  [['shop', 'list'], {}, true],
])('the language of %j in %j', (args, env, isJapanese) => {
  expect(wantsJapanese(args, env)).toBe(isJapanese);
});

const KAWASE_KEYRING = JSON.stringify({
  ...{ primary: 'a', keys: { a: Buffer.alloc(32).toString('base64') } },
  index: Buffer.alloc(32).toString('base64'),
});

describe('exit codes', { timeout: 120_000 }, () => {
  const env = { PATH: process.env.PATH ?? '', LANG: 'en_US.UTF-8', KAWASE_DATA_DIR: '/nowhere' };
  test.each([
    ['help', ['shop', 'set', '--help'], {}, 0, /Example:\n {2}npm run kawase -- shop set/],
    ['nothing asked', [], {}, 2, /Usage: kawase/],
    ['an unknown noun', ['money'], {}, 2, /unknown command/],
    ['a missing option', ['shop', 'show'], {}, 2, /--shop <number>/],
    ['a file that is not there', ['audit', 'verify', '/nowhere/a'], {}, 2, /ENOENT/],
    ['no installation', ['shop', 'list'], {}, 2, /There is no keyring/],
    [
      'a database that is away',
      ['shop', 'list'],
      { DATABASE_URL: 'postgres://kawase:secret@127.0.0.1:1/kawase', KAWASE_KEYRING },
      3,
      /ECONNREFUSED/,
    ],
  ] as const)('%s', async (_name, args, more, code, words) => {
    const told = await run(args, { ...env, ...more });
    expect(told.code).toBe(code);
    expect(told.out + told.errors).toMatch(words);
    expect(told.out + told.errors).not.toContain('secret');
  });

  test('a database of another version', async () => {
    const database = await testDatabase();
    try {
      const db = openDatabase({ url: database.url });
      await db.run('alter table shop rename column name to former_name', []);
      await db.close();
      const set = { DATABASE_URL: database.url, KAWASE_KEYRING };
      const told = await run(['shop', 'list'], { ...env, ...set });
      expect(told.code).toBe(3);
      expect(told.errors).toMatch(/of another version: start the server of this one/);
    } finally {
      await database.drop();
    }
  });
});
