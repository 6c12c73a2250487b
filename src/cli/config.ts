import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { nearest } from '../nearest.ts';
import { Fault, UsageFault } from './fault.ts';
import { type Option, options, typed } from './options.ts';
import { type Arguments, listed } from './parse.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What a run is about, and not how it is done: nobody wants these always. */
const NEVER = new Set(['help', 'version', 'config', 'no-config', 'r', 'nat']);

/** These choose a form together: where the command line names one, those of the file do not count. */
const FORMS = new Set(['explain', 'V', 'O', 'x', 'P', 'T', 'e']);

/** What was taken from a configuration file. */
class Configuration {
  private readonly path: string;
  private readonly taken: readonly string[];

  constructor(path: string, taken: readonly string[]) {
    this.path = path;
    this.taken = taken;
  }

  /** The same fault, with the file's name where one of its options is at fault. */
  blamed(error: unknown): unknown {
    if (!(error instanceof Fault)) return error;
    if (!this.taken.some((name) => error.message.startsWith(`${typed(name)} `))) return error;
    return new Fault(`${this.path}: ${error.message}`, error.status, error.picture);
  }
}

/**
 * Adds what the configuration file says: a JSON object whose keys are names of options. What was typed wins, and options
 * that `table` does not share are for other commands. Null where there is no file, or none is wanted.
 */
export function configure(given: Arguments, table: readonly Option[], environment: Environment): Configuration | null {
  const place = placeOf(given, environment);
  const text = place === null ? null : read(place);
  if (place === null || text === null) return null;
  const { path } = place;
  const formGiven = [...FORMS].some((name) => given.has(name));
  const taken: string[] = [];
  for (const [key, value] of entriesOf(text, path)) {
    const option = optionOf(key, path);
    const values = valuesOf(option, value, path);
    if (given.has(key) || !table.includes(option) || (formGiven && FORMS.has(key))) continue;
    taken.push(key);
    for (const each of values) given.add(option, each);
  }
  if (given.get('T') !== 'fields' && taken.includes('E')) given.drop('E');
  return new Configuration(path, taken);
}

interface Place {
  readonly path: string;
  /** Somebody named it: it has to be there. */
  readonly named: boolean;
}

/** `--config`, else `DISSECT_CONFIG`, else where the XDG base directory specification has configurations. */
function placeOf(given: Arguments, environment: Environment): Place | null {
  const { DISSECT_CONFIG, XDG_CONFIG_HOME = '', HOME = '', USERPROFILE = '' } = environment;
  const chosen = given.get('config');
  if (given.has('no-config')) {
    if (chosen !== null) throw new UsageFault('--config and --no-config cannot go together');
    return null;
  }
  const path = chosen ?? DISSECT_CONFIG;
  if (path !== undefined) return path === '' ? null : { path, named: true };
  const home = HOME || USERPROFILE;
  const folder = isAbsolute(XDG_CONFIG_HOME) ? XDG_CONFIG_HOME : home === '' ? '' : join(home, '.config');
  return folder === '' ? null : { path: join(folder, 'dissect', 'config.json'), named: false };
}

function read({ path, named }: Place): string | null {
  try {
    return readFileSync(path, 'utf8').replace(/^\ufeff/, '');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    if (!named && (code === 'ENOENT' || code === 'ENOTDIR')) return null;
    throw new UsageFault(`${path}: ${FAULTS[code] ?? `it cannot be read (${code})`}`);
  }
}

const FAULTS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory',
  EACCES: 'no permission to read it',
};

function entriesOf(text: string, path: string): readonly (readonly [string, unknown])[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new UsageFault(`${path}: this is not JSON: ${error instanceof Error ? error.message : error}`);
  }
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return Object.entries(parsed);
  throw new UsageFault(`${path}: options are wanted as an object, such as {"lang": "ko"}`);
}

function optionOf(key: string, path: string): Option {
  const option = options.find(({ name }) => name === key);
  if (option !== undefined && !NEVER.has(key)) return option;
  if (option !== undefined) throw new UsageFault(`${path}: "${key}" goes on the command line only`);
  const near = nearest(
    key.replace(/^-+/, ''),
    options.map(({ name }) => name).filter((name) => !NEVER.has(name)),
  );
  const hint = near === null ? 'dissect --help lists them' : `did you mean "${near}"?`;
  throw new UsageFault(`${path}: there is no option "${key}"; ${hint}`);
}

/** The values as they would be typed; none for false. */
function valuesOf({ name, takes, choices, many }: Option, value: unknown, path: string): readonly string[] {
  const isText = (one: unknown): one is string | number => typeof one === 'string' || typeof one === 'number';
  const values = many && Array.isArray(value) ? value : [value];
  if (takes !== 'value' && typeof value === 'boolean') return value ? [''] : [];
  if (takes === 'nothing') throw wrong('true or false');
  if (!values.every(isText))
    throw wrong(takes === 'perhaps' ? 'true, false or text' : many ? 'text or a list' : 'text');
  const texts = values.map(String);
  const odd = texts.find((text) => choices?.includes(text) === false);
  if (odd !== undefined) throw new UsageFault(`${path}: "${name}" can be ${listed(choices!)}, not "${odd}"`);
  return texts;

  function wrong(wanted: string): UsageFault {
    return new UsageFault(`${path}: "${name}" wants ${wanted}, not ${JSON.stringify(value)}`);
  }
}
