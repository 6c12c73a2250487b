import yargs, { type Argv } from 'yargs';
import type { Language } from '../notes/note.ts';
import { type Command, commands } from './command-table.ts';
import { completionScript } from './completion.ts';
import { configure } from './config.ts';
import { DONE, UsageFault } from './fault.ts';
import { localeLanguage } from './language.ts';
import { type Option, options } from './options.ts';
import { parse } from './parse.ts';
import { version } from './version.ts';
import type { Words } from './words.ts';

/** Help, and the commands that have no row in the table, read by yargs. Answers with the exit status. */
export async function runCommand(argv: readonly string[]): Promise<number> {
  const language = helpLanguage(argv);
  const words = await wordsOf(language);
  const parser = yargs()
    .scriptName('dissect')
    .locale(language)
    .usage(`${examplesOf(words)}\n\n${words.usage}`)
    .command(
      '$0 [FILE]',
      words.show,
      (command) => declareAll(command, words),
      () => undefined,
    )
    .command(
      'fields [PREFIX]',
      words.fields,
      (command) =>
        command
          .positional('PREFIX', { type: 'string', describe: words.fieldsPrefix })
          .option('T', { choices: ['text', 'ndjson'] as const, describe: words.fieldsForm, requiresArg: true })
          .option('lang', { type: 'string', describe: words.options.lang!, requiresArg: true }),
      async ({ PREFIX, T }) => {
        const { printFields } = await import('./fields.ts');
        printFields(PREFIX ?? '', T ?? 'text');
      },
    )
    .command(
      'completion [SHELL]',
      words.completion,
      (command) => command.positional('SHELL', { choices: ['bash', 'zsh'] as const, describe: words.completionShell }),
      ({ SHELL }) => {
        const shell = SHELL ?? (/zsh$/.test(process.env.SHELL ?? '') ? 'zsh' : 'bash');
        process.stdout.write(completionScript(shell));
      },
    )
    .help('help', words.options.help!)
    .version('version', words.options.version!, `dissect ${version()}`)
    .epilogue(words.exit)
    .wrap(Math.min(110, process.stdout.columns || 110))
    .strict()
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? new UsageFault(message.split('\n', 1)[0]!);
    });
  for (const command of commands) declareCommand(parser, command, words);
  await parser.parseAsync([...argv]);
  return DONE;
}

/** A command of the table, for help and completion; it is not run from here. */
function declareCommand(parser: Argv, { name, operand = 'FILE', options: rows }: Command, words: Words): void {
  const said = words.commands[name]!;
  const operands = operand.split(' ').filter((each) => each !== '');
  const usage = operands.map((each) => `[${each}]`).join(' ');
  parser.command(`${name} ${usage}`.trimEnd(), said.what, (command) => {
    for (const [typed, what] of said.examples ?? []) command.example(typed, what);
    for (const each of operands) command.positional(each.replace('..', ''), { type: 'string', describe: said.file });
    for (const { name: option, takes, choices } of rows) {
      if (option === 'help') continue;
      command.option(option, {
        describe: said.options[option] ?? words.options[option]!,
        type: takes === 'nothing' ? 'boolean' : 'string',
        ...(choices === undefined ? {} : { choices: [...choices] }),
      });
    }
  });
}

function declareAll<T>(command: Argv<T>, words: Words): Argv<T> {
  for (const option of options) {
    if (option.name !== 'help' && option.name !== 'version') declare(command, option, words);
  }
  command.group(['help', 'version'], words.groups.showing!);
  return command;
}

function declare<T>(command: Argv<T>, { name, takes, choices, many, group }: Option, words: Words): void {
  command.option(name, {
    describe: words.options[name]!,
    group: words.groups[group]!,
    ...(takes === 'nothing' ? { type: 'boolean' as const } : { type: 'string' as const }),
    ...(takes === 'value' ? { requiresArg: true } : {}),
    ...(choices === undefined || takes === 'perhaps' ? {} : { choices: [...choices] }),
    ...(many ? { array: true, nargs: 1 } : {}),
  });
}

/** What people do most, before everything else. Three, or they are not read. */
function examplesOf({ examples }: Words): string {
  const cells = Math.max(...examples.map(([command]) => command.length));
  return examples.map(([command, what]) => `${command.padEnd(cells)}   ${what}`).join('\n');
}

/** Help comes in one language: the first of `--lang`, else the configuration's, else the environment's. */
function helpLanguage(argv: readonly string[]): Language {
  const at = argv.findIndex((argument) => argument === '--lang' || argument.startsWith('--lang='));
  const chosen = at < 0 ? '' : (argv[at]!.split('=')[1] ?? argv[at + 1] ?? '');
  if (chosen !== '') return chosen.startsWith('ko') ? 'ko' : 'en';
  return (configuredLanguage(argv) ?? localeLanguage(process.env)) as Language;
}

/** Help is there for everybody, whatever is wrong with what was typed, or with the file. */
function configuredLanguage(argv: readonly string[]): string | null {
  try {
    const given = parse(argv.filter((argument) => /^--(no-)?config\b/.test(argument)));
    configure(given, options, process.env);
    return given.get('lang')?.split(',', 1)[0] ?? null;
  } catch {
    return null;
  }
}

async function wordsOf(language: Language): Promise<Words> {
  const { words } = language === 'ko' ? await import('./words.ko.ts') : await import('./words.en.ts');
  return words;
}
