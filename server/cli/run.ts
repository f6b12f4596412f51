// Running one command: session, confirmation, answer, exit code. 0 done; 1 refused, or the answer
// is no; 2 called wrongly; 3 a fault of Kawase or of what it stands on. Answers go to standard
// output, all else to standard error.
import { createInterface } from 'node:readline/promises';
import { Refusal, type Sentence } from '../base/refusal.ts';
import { type Core, createCore } from '../core.ts';
import { findInstallation } from './installation.ts';
import { table } from './table.ts';
import { type Answer, type Given, type Session, UsageError, type Verb } from './verb.ts';

export const EXIT = { done: 0, refused: 1, usage: 2, fault: 3 } as const;

/** What a server would log and a person should hear of; the rest the answer says. */
const TOLD = new Set(['rail_warning', 'database_connection_lost']);

/** PostgreSQL knows no such column, or no such table. */
const OTHER_VERSION = new Set(['42703', '42P01']);

export interface Manner {
  readonly isJapanese: boolean;
  readonly isJson: boolean;
  readonly isConfirmed: boolean;
  readonly by: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Answers the exit code. Throws nothing. */
export async function runVerb(verb: Verb, given: Given, manner: Manner, env: Env): Promise<number> {
  const opened: { core?: Core } = {};
  try {
    if (verb.confirm && !(await isConfirmed(verb.confirm, manner))) return EXIT.refused;
    const answer = await verb.run(sessionOf(manner, env, opened), given);
    await print(answer, manner);
    return answer.isNegative ? EXIT.refused : EXIT.done;
  } catch (error) {
    return tell(error, manner);
  } finally {
    await opened.core?.db.close();
  }
}

function sessionOf(manner: Manner, env: Env, opened: { core?: Core }): Session {
  const { isJapanese, by } = manner;
  const say = (ja: string, en: string) => (isJapanese ? ja : en);
  return {
    by,
    isJapanese,
    async core() {
      opened.core ??= createCore(findInstallation(env), {
        log: (event, facts) => {
          if (TOLD.has(event)) process.stderr.write(`${event} ${JSON.stringify(facts)}\n`);
        },
      });
      return opened.core;
    },
    say,
    table: (headings, rows) =>
      rows.length === 0
        ? say('該当するものはありません。', 'Nothing to show.')
        : table(headings, rows),
    remark: (text) => void process.stderr.write(`${text}\n`),
    write: (line) => written(`${line}\n`),
  };
}

/** Waits for a slow reader: an export does not pile up in memory. */
function written(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
  });
}

async function print(answer: Answer, manner: Manner): Promise<void> {
  if (manner.isJson && answer.json !== undefined) {
    await written(`${JSON.stringify(answer.json, null, 2)}\n`);
  } else if (answer.text !== '') await written(`${answer.text}\n`);
}

async function isConfirmed(question: Sentence, manner: Manner): Promise<boolean> {
  if (manner.isConfirmed || !process.stdin.isTTY) return true;
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  const text = manner.isJapanese ? question.ja : question.en;
  const reply = await prompt.question(`${text} [y/N] `);
  prompt.close();
  const isYes = /^y(es)?$/i.test(reply.trim());
  if (!isYes) process.stderr.write(manner.isJapanese ? '中止しました。\n' : 'Nothing was done.\n');
  return isYes;
}

function tell(error: unknown, manner: Manner): number {
  const inWords = ({ ja, en }: Sentence) => (manner.isJapanese ? ja : en);
  if (error instanceof UsageError) {
    process.stderr.write(`${inWords(error.sentence)}\n`);
    return EXIT.usage;
  }
  if (error instanceof Refusal) {
    process.stderr.write(`${inWords(error.sentence)}\n`);
    for (const detail of error.details) {
      process.stderr.write(`  ${detail.pointer} ${inWords(detail)}\n`);
    }
    if (manner.isJson) process.stdout.write(`${JSON.stringify(problemOf(error), null, 2)}\n`);
    return EXIT.refused;
  }
  process.stderr.write(`${faultText(error, manner)}\n`);
  return EXIT.fault;
}

function problemOf({ code, sentence, details, extra }: Refusal) {
  return { error: { code, message_ja: sentence.ja, message_en: sentence.en, details, ...extra } };
}

function faultText(error: unknown, manner: Manner): string {
  const { name, message, code } = error as { name?: string; message?: string; code?: string };
  const what = manner.isJapanese ? '障害が発生しました' : 'something is broken';
  const fault = `${what}: ${[name, code, message].filter(Boolean).join(' ')}`;
  if (!OTHER_VERSION.has(code ?? '')) return fault;
  const hint = manner.isJapanese
    ? 'データベースが別の版のままのようです。この版のサーバー（npm start）を一度起動すると更新されます。'
    : 'The database seems to be of another version: start the server of this one (npm start) once.';
  return `${fault}\n${hint}`;
}
