import { nearest } from '../nearest.ts';
import { UsageFault } from './fault.ts';
import { type Option, options, typed } from './options.ts';

/** What was typed, sorted: operands, and for each option its values in the order given. */
export class Arguments {
  readonly operands: string[] = [];
  private readonly values = new Map<string, string[]>();

  add(option: Option, value: string): void {
    if (value !== '' || option.takes === 'value') checkChoice(option, value);
    const known = this.values.get(option.name);
    if (known === undefined || option.many === undefined) this.values.set(option.name, [value]);
    else known.push(value);
  }

  drop(name: string): void {
    this.values.delete(name);
  }

  has(name: string): boolean {
    return this.values.has(name);
  }

  /** The option's value; null when it was not given, empty when it was given without one. */
  get(name: string): string | null {
    return this.values.get(name)?.[0] ?? null;
  }

  all(name: string): readonly string[] {
    return this.values.get(name) ?? [];
  }
}

/**
 * Reads a command line by the table of options, in the ways of getopt: `-Vx`, `-c5`, `-c 5`, `--frames=3`, `--frames 3`,
 * `--` before operands. yargs does the same with much more comfort, and takes longer to load than a small capture to
 * print; it is loaded where its comfort is wanted: for help.
 */
export function parse(argv: readonly string[], table: readonly Option[] = options): Arguments {
  const result = new Arguments();
  for (let i = 0; i < argv.length; i++) {
    const argument = argv[i]!;
    if (argument === '--') {
      result.operands.push(...argv.slice(i + 1));
      break;
    }
    if (argument.startsWith('--')) i += readWord(argument, argv[i + 1], table, result);
    else if (argument.startsWith('-') && argument !== '-') i += readLetters(argument, argv[i + 1], table, result);
    else result.operands.push(argument);
  }
  return result;
}

/** Answers how many of the following arguments it took as its value. */
function readWord(
  argument: string,
  following: string | undefined,
  table: readonly Option[],
  result: Arguments,
): number {
  const equals = argument.indexOf('=');
  const name = equals < 0 ? argument.slice(2) : argument.slice(2, equals);
  const option = find(name, argument, table);
  if (option.takes === 'nothing') {
    if (equals >= 0) throw new UsageFault(`${typed(name)} takes no value`);
    result.add(option, '');
    return 0;
  }
  if (equals >= 0) {
    result.add(option, argument.slice(equals + 1));
    return 0;
  }
  if (option.takes === 'perhaps') {
    result.add(option, '');
    return 0;
  }
  result.add(option, needed(option, following));
  return 1;
}

/** One letter or several behind one dash; the first that takes a value has the rest, or the following argument. */
function readLetters(
  argument: string,
  following: string | undefined,
  table: readonly Option[],
  result: Arguments,
): number {
  for (let at = 1; at < argument.length; at++) {
    const option = find(argument[at]!, argument, table);
    if (option.takes === 'nothing') {
      result.add(option, '');
      continue;
    }
    const rest = argument.slice(at + 1);
    result.add(option, rest === '' ? needed(option, following) : rest);
    return rest === '' ? 1 : 0;
  }
  return 0;
}

function needed({ name }: Option, value: string | undefined): string {
  if (value === undefined) throw new UsageFault(`${typed(name)} needs a value`);
  return value;
}

function find(name: string, argument: string, table: readonly Option[]): Option {
  const option = table.find((row) => row.name === name && name.length > 1 === argument.startsWith('--'));
  if (option !== undefined) return option;
  const shown = argument.startsWith('--') ? `--${name}` : `-${name}`;
  const near =
    name.length > 1
      ? nearest(
          name,
          table.map((row) => row.name).filter((word) => word.length > 1),
        )
      : null;
  throw new UsageFault(
    `there is no option ${shown}; ${near === null ? 'see dissect --help' : `did you mean --${near}?`}`,
  );
}

function checkChoice({ name, choices }: Option, value: string): void {
  if (choices === undefined || choices.includes(value)) return;
  throw new UsageFault(`${typed(name)} can be ${listed(choices)}, not "${value}"`);
}

/** `a, b or c`. */
export const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
