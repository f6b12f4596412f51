// What a command of the command line is, as data: what it says of itself, what it takes, what it
// does, what it answers. Parsing is program.ts, running it run.ts.
import type { Sentence } from '../base/refusal.ts';
import type { Core } from '../core.ts';

export interface Option {
  /** `--shop <number>`, `--all`, `--rule <rule...>`. */
  readonly flags: string;
  readonly says: Sentence;
  readonly isRequired?: boolean;
}

export interface Argument {
  /** `<path>` or `[id]`. */
  readonly name: string;
  readonly says: Sentence;
}

/** The values as typed; readers of them are in read-input.ts. */
export interface Given {
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
}

/** What a command works with. */
export interface Session {
  /** Opens the installation, once. Commands that need none never ask. */
  core(): Promise<Core>;
  /** Who does it, for the audit log. */
  readonly by: string;
  readonly isJapanese: boolean;
  say(ja: string, en: string): string;
  /** Rows under headings (see table.ts), or that there are none. */
  table(headings: readonly string[], rows: readonly (readonly (string | number)[])[]): string;
  /** A remark for the person, beside the answer: to standard error. */
  remark(text: string): void;
  /** A line of an answer too long to hold: to standard output, at once. */
  write(line: string): Promise<void>;
}

export interface Answer {
  /** For `--json`: snake_case. Undefined: `write` has said all. */
  readonly json?: unknown;
  readonly text: string;
  /** Done, and yet the answer is no: exit code 1. */
  readonly isNegative?: boolean;
}

export interface Verb {
  readonly name: string;
  readonly says: Sentence;
  /** What follows `npm run kawase --`. */
  readonly example: string;
  readonly args?: readonly Argument[];
  readonly options?: readonly Option[];
  /** Asked on a terminal before it is done, unless `--yes` is given. */
  readonly confirm?: Sentence;
  readonly run: (session: Session, given: Given) => Promise<Answer>;
}

export interface Noun {
  readonly name: string;
  readonly says: Sentence;
  readonly verbs: readonly Verb[];
}

/** It was called wrongly: exit code 2. */
export class UsageError extends Error {
  readonly sentence: Sentence;

  constructor(ja: string, en: string) {
    super(en);
    this.name = 'UsageError';
    this.sentence = { ja, en };
  }
}
