import { type Command, commands } from './command-table.ts';
import { configure } from './config.ts';
import { DONE, Fault, OutputClosed, UNREADABLE } from './fault.ts';
import { warn } from './messages.ts';
import { type Option, options } from './options.ts';
import { type Arguments, parse } from './parse.ts';
import { printVersion } from './version.ts';

/** Commands other than showing packets; a capture of the same name is `./fields`. */
const COMMANDS = new Set(['fields', 'completion']);

/** Runs the command line. Answers with the exit status; every failure ends as one sentence. */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    return await run(argv);
  } catch (error) {
    return statusOf(error);
  }
}

async function run(argv: readonly string[]): Promise<number> {
  if (argv[0] === '--complete') return complete(argv.slice(1));
  if (COMMANDS.has(argv[0] ?? '')) return runCommand(argv);
  const command = commands.find(({ name }) => name === argv[0]);
  if (command !== undefined) return runOf(command, argv);
  const given = parse(argv);
  if (given.has('help') || COMMANDS.has(given.operands[0] ?? '')) return runCommand(argv);
  if (given.has('version')) {
    printVersion();
    return DONE;
  }
  return configured(given, options, async () => (await import('./show.ts')).show(given));
}

/** Runs a command of the table: `dissect follow FILE …`. */
async function runOf(command: Command, argv: readonly string[]): Promise<number> {
  const given = parse(argv.slice(1), command.options);
  return given.has('help') ? runCommand(argv) : configured(given, command.options, () => command.run(given));
}

/** Runs with what the configuration adds to what was typed. */
async function configured(given: Arguments, table: readonly Option[], task: () => Promise<number>): Promise<number> {
  const configuration = configure(given, table, process.env);
  try {
    return await task();
  } catch (error) {
    throw configuration === null ? error : configuration.blamed(error);
  }
}

/** What a shell asks, whose scripts `dissect completion` prints. */
async function complete(words: readonly string[]): Promise<number> {
  const { completions } = await import('./completion.ts');
  process.stdout.write(
    completions(words)
      .map((word) => `${word}\n`)
      .join(''),
  );
  return DONE;
}

async function runCommand(argv: readonly string[]): Promise<number> {
  const help = await import('./commands.ts');
  return help.runCommand(argv);
}

function statusOf(error: unknown): number {
  if (error instanceof OutputClosed) return DONE;
  if (error instanceof Fault) {
    warn(error.message, error.picture);
    return error.status;
  }
  const message = error instanceof Error ? error.message : String(error);
  warn(`this is a fault of dissect itself: ${message.split('\n', 1)[0]}`);
  return UNREADABLE;
}
