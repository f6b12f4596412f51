// The command line's grammar: nouns and verbs as commander commands, with help and an example for
// each.
import { userInfo } from 'node:os';
import { Command, CommanderError } from 'commander';
import type { Sentence } from '../base/refusal.ts';
import { EXIT, type Manner, runVerb } from './run.ts';
import type { Noun, Verb } from './verb.ts';

const CALL = 'npm run kawase --';
const MAX_BY = 100;

type Env = Readonly<Record<string, string | undefined>>;

/** `--lang` of the arguments, else the environment's language; Japanese where it names none. */
export function wantsJapanese(args: readonly string[], env: Env): boolean {
  const at = args.findIndex((arg) => arg === '--lang' || arg.startsWith('--lang='));
  const given = at < 0 ? undefined : (args[at]!.split('=')[1] ?? args[at + 1]);
  const language = given ?? env.LC_ALL ?? env.LC_MESSAGES ?? env.LANG ?? '';
  return language === '' || language.startsWith('ja');
}

/** Answers the exit code. */
export async function runProgram(
  nouns: readonly Noun[],
  args: readonly string[],
  env: Env,
): Promise<number> {
  const result = { code: EXIT.done as number };
  const isJapanese = wantsJapanese(args, env);
  const program = programOf(nouns, isJapanese, async (verb, command) => {
    const options = command.optsWithGlobals();
    const manner: Manner = {
      isJapanese,
      isJson: options.json === true,
      isConfirmed: options.yes === true,
      by: String(options.by ?? env.USER ?? userInfo().username).slice(0, MAX_BY),
    };
    const given = { args: command.processedArgs.filter((arg) => arg !== undefined), options };
    result.code = await runVerb(verb, given, manner, env);
  });
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const isHelp = error.code === 'commander.helpDisplayed';
    return isHelp ? EXIT.done : EXIT.usage;
  }
  return result.code;
}

export type Run = (verb: Verb, command: Command) => Promise<void>;

/** `run` is told of the verb and the parsed command. */
export function programOf(nouns: readonly Noun[], isJapanese: boolean, run: Run): Command {
  const say = ({ ja, en }: Sentence) => (isJapanese ? ja : en);
  const program = new Command('kawase')
    .exitOverride()
    .helpCommand(false)
    .helpOption('-h, --help', say({ ja: '使い方を表示する', en: 'show how to use it' }))
    .configureHelp({
      showGlobalOptions: true,
      styleTitle: (title) => (isJapanese ? (TITLES[title] ?? title) : title),
    })
    .showHelpAfterError(say({ ja: '（使い方：--help）', en: '(for help: --help)' }))
    .usage(say({ ja: '<対象> <操作> [オプション]', en: '<noun> <verb> [options]' }))
    .description(say({ ja: '為替の運営コマンド', en: 'What the operator of Kawase does by hand' }));
  for (const [flags, says] of GLOBAL_OPTIONS) program.option(flags, say(says));
  for (const noun of nouns) {
    const [only] = noun.verbs;
    if (noun.verbs.length === 1 && only?.name === noun.name) {
      addVerb(program, only, say, run);
      continue;
    }
    const command = program.command(noun.name).description(say(noun.says)).helpCommand(false);
    for (const verb of noun.verbs) addVerb(command, verb, say, run);
  }
  program.addHelpText('after', `\n${say({ ja: '例', en: 'Examples' })}:\n${someExamples(nouns)}`);
  return program;
}

function addVerb(parent: Command, verb: Verb, say: (says: Sentence) => string, run: Run): void {
  const command = parent.command(verb.name).description(say(verb.says));
  for (const { name, says } of verb.args ?? []) command.argument(name, say(says));
  for (const { flags, says, isRequired } of verb.options ?? []) {
    if (isRequired) command.requiredOption(flags, say(says));
    else command.option(flags, say(says));
  }
  const title = say({ ja: '例', en: 'Example' });
  command.addHelpText('after', `\n${title}:\n  ${CALL} ${verb.example}`);
  command.action(() => run(verb, command));
}

const GLOBAL_OPTIONS: readonly (readonly [flags: string, says: Sentence])[] = [
  ['--json', { ja: '結果をJSONで出力する', en: 'answer in JSON' }],
  ['--lang <ja|en>', { ja: '言語', en: 'language' }],
  ['--by <name>', { ja: '操作した人（監査記録に残る）', en: 'who does it, for the audit log' }],
  ['--yes', { ja: '確認を省く', en: 'do not ask for confirmation' }],
];

const TITLES: Readonly<Record<string, string>> = {
  'Usage:': '使い方:',
  'Options:': 'オプション:',
  'Global Options:': '共通オプション:',
  'Commands:': 'コマンド:',
  'Arguments:': '引数:',
};

/** What an operator meets first. */
function someExamples(nouns: readonly Noun[]): string {
  const wanted = ['bank-file import', 'unmatched list', 'submission list', 'explain'];
  const all = nouns.flatMap((noun) => noun.verbs);
  return wanted
    .flatMap((start) => all.filter(({ example }) => example.startsWith(start)).slice(0, 1))
    .map(({ example }) => `  ${CALL} ${example}`)
    .join('\n');
}
