import type { FrameSource } from '../core/frame.ts';
import type { Mode } from '../explain/explainer.ts';
import { fieldReference, nearestField } from '../fields.ts';
import { nearest } from '../nearest.ts';
import { FIELDS_FORMAT, type FieldsFormat, FieldsPrinter } from '../output/fields.ts';
import { LinePrinter } from '../output/line.ts';
import { isListColumn, ListColumns } from '../output/list-columns.ts';
import type { OwnNotes } from '../output/own-notes.ts';
import type { Printer } from '../output/printer.ts';
import { type TimeForm, timeWriter } from '../output/time.ts';
import { TreePrinter } from '../output/tree.ts';
import { protocols } from '../protocols/index.ts';
import { REMEMBERED, Tracker } from '../track.ts';
import { DONE, UsageFault } from './fault.ts';
import { filterOf } from './filter.ts';
import { type Input, openInput, pathsOf } from './input.ts';
import { keysOf } from './keys.ts';
import { languagesOf } from './language.ts';
import { limitsOf } from './limits.ts';
import { Lull } from './lull.ts';
import { warn } from './messages.ts';
import { OutputFile, refuseSame } from './output-file.ts';
import type { Arguments } from './parse.ts';
import { type Output, readCapture } from './reading.ts';
import { Selection } from './select.ts';
import { StandardOutput } from './standard-output.ts';
import { chosenWidth, isTerminal, paletteOf, widthOf } from './terminal.ts';
import { timeWaitOf } from './time-wait.ts';
import { version } from './version.ts';

/** `dissect FILE`: prints the packets of a capture. Answers with the exit status. */
export async function show(given: Arguments): Promise<number> {
  checkCombination(given);
  chosenWidth(given);
  const filter = await filterOf(given);
  const selection = new Selection(given, filter);
  const timeWait = timeWaitOf(given);
  const keys = keysOf(given);
  const own = await ownNotesOf(given);
  const makePrinter = await printerMaker(given, own);
  const otherSide = await otherSideOf(given);
  const input = await openInput(given);
  const { source } = input;
  const file = outputFile(given, input);
  const output: Output = file ?? new StandardOutput(input.live);
  const { writer } = output;
  const tracker = new Tracker({
    timeWait,
    keys,
    limits: limitsOf(given),
    explain: given.has('explain') || filter?.asksEvents === true,
    remembered: REMEMBERED,
    ...(otherSide === null ? {} : { beside: otherSide.beside }),
    contents: !isLines(given) || filter?.asksContents === true,
  });
  const printer = makePrinter(source);
  const explains = given.has('explain');
  const lull = input.live && printer.pause !== undefined ? new Lull(printer, output) : null;
  printer.begin?.(writer);
  const status = await readCapture(input, tracker, {
    output,
    packet(packet) {
      own?.observe(packet, tracker);
      lull?.over();
      if (selection.takes(packet, tracker)) printer.packet(packet, tracker, writer);
      else if (explains) tracker.events.forget();
      return packet.frame.number < selection.last;
    },
    pause() {
      lull?.begin();
    },
    end() {
      lull?.over();
      printer.end?.(writer);
      file?.finish();
    },
  });
  return Math.max(status, otherSide?.status ?? DONE);
}

/** Where `-w` writes the packets; null without it, and for standard output. */
function outputFile(given: Arguments, { name, live }: Input): OutputFile | null {
  const path = given.get('w');
  if (path === null) return null;
  if (path !== '-') {
    refuseSame(path, name);
    return new OutputFile(path, live);
  }
  if (isTerminal(1)) throw new UsageFault('a capture is no text for a terminal; name a file, or send it into a pipe');
  return null;
}

/** What the capture of the other side of a translator tells of this one's packets; null where none is named. */
async function otherSideOf(given: Arguments) {
  const other = given.get('nat');
  if (other === null) return null;
  if (!given.has('explain')) throw new UsageFault('--nat goes with --explain; dissect nat compares two captures');
  const [path] = pathsOf(given);
  if (path === undefined) return null;
  if ([path, other].includes('-')) throw new UsageFault('with --nat captures are read twice: name files');
  const { otherSideOf: read } = await import('./other-side.ts');
  return read(path, other, given);
}

type PrinterMaker = (source: FrameSource) => Printer;

/** Judges all options before the capture is opened, so that wrong use is told at once. */
async function printerMaker(given: Arguments, own: OwnNotes | null): Promise<PrinterMaker> {
  const form = given.get('T') ?? 'text';
  const time = (given.get('t') ?? 'r') as TimeForm;
  if (form === 'fields') {
    const columns = columnsOf(given);
    const format = fieldsFormat(given.all('E'));
    if (!columns.some(isListColumn)) return () => new FieldsPrinter(columns, format);
    return (source) => new FieldsPrinter(columns, format, new ListColumns(timeWriter(time, source)));
  }
  if (form !== 'text') {
    const { JsonPrinter } = await import('../output/json.ts');
    const only = given.has('e') ? columnsOf(given) : null;
    const printer = new JsonPrinter({ array: form === 'json', only, explainer: await explainerOf(given, own) });
    return () => printer;
  }
  const palette = paletteOf(given);
  const explainer = await explainerOf(given, own);
  if (given.has('w')) {
    const { PcapngPrinter } = await import('../output/pcapng.ts');
    return (source) => new PcapngPrinter(source, `dissect ${version()}`, explainer);
  }
  if (explainer !== null && modeOf(given) === 'brief') {
    const { BriefPrinter } = await import('../output/brief.ts');
    // Into a pipe lines go whole: who greps wants all of them.
    const width = given.has('width') || isTerminal(1) ? widthOf(given) : Number.POSITIVE_INFINITY;
    return (source) => new BriefPrinter(explainer, timeWriter(time, source), palette, width);
  }
  if (explainer !== null) {
    const { CardPrinter } = await import('../output/card.ts');
    const width = widthOf(given);
    return (source) => {
      const write = timeWriter(time, source);
      const card = new CardPrinter(explainer, modeOf(given), width, palette);
      return {
        packet: (packet, tracker, out) => card.packet(packet, tracker, (to) => write(packet.frame, to), out),
        pause: (out) => card.pause(out),
        end: (out) => card.end(out),
      };
    };
  }
  if (given.has('V') || given.has('O') || given.has('x')) {
    const only = given.has('O') ? protocolsOf(given.all('O')) : null;
    const tree = given.has('V') || given.has('O');
    const options = { only, tree, line: given.has('P'), hex: given.has('x'), palette };
    return (source) => new TreePrinter(options, timeWriter(time, source));
  }
  return (source) => new LinePrinter(timeWriter(time, source), palette);
}

/** One line a frame, which tells nothing of what messages carry. */
const isLines = (given: Arguments): boolean =>
  (given.get('T') ?? 'text') === 'text' && !['V', 'O', 'x', 'explain'].some((option) => given.has(option));

const modeOf = (given: Arguments): Mode => (given.get('explain') || 'normal') as Mode;

async function explainerOf(given: Arguments, own: OwnNotes | null) {
  if (!given.has('explain')) return null;
  const { openExplainer } = await import('../explain/explainer.ts');
  return openExplainer(languagesOf(given, process.env), modeOf(given), own ?? undefined);
}

/** A person's own notes (`--notes`). */
async function ownNotesOf(given: Arguments): Promise<OwnNotes | null> {
  const folder = given.get('notes');
  if (folder === null) return null;
  if (!given.has('explain')) throw new UsageFault('--notes goes with --explain');
  const { openOwnNotes } = await import('./own-notes.ts');
  return openOwnNotes(folder);
}

function checkCombination(given: Arguments): void {
  const form = given.get('T') ?? 'text';
  if (form === 'fields' && !given.has('e')) {
    throw new UsageFault('-T fields needs the fields to print: -e ip.src -e ip.dst');
  }
  if (form === 'text' && given.has('e'))
    throw new UsageFault('-e needs a form that has fields: -T fields, json or ndjson');
  if (form !== 'fields' && given.has('E')) throw new UsageFault('-E goes with -T fields only');
  const tree = ['V', 'O', 'x'].find((letter) => given.has(letter));
  if (form !== 'text' && tree !== undefined) throw new UsageFault(`-${tree} goes with -T text only`);
  if (form === 'fields' && given.has('explain')) {
    throw new UsageFault('--explain goes with text, -T json and -T ndjson');
  }
  const other = ['T', 'V', 'O', 'x', 'P'].find((letter) => given.has(letter));
  if (given.has('w') && other !== undefined) throw new UsageFault(`-w writes packets; -${other} prints them`);
  if (tree !== undefined && given.has('explain')) throw new UsageFault(`--explain and -${tree} cannot go together`);
}

function protocolsOf(lists: readonly string[]): ReadonlySet<string> {
  const names = lists.flatMap((list) => list.split(',')).filter((name) => name !== '');
  for (const name of names) {
    if (protocols.some(({ id }) => id === name)) continue;
    const near = nearest(
      name,
      protocols.map(({ id }) => id),
    );
    throw new UsageFault(`there is no protocol ${name}${near === null ? '' : `; did you mean ${near}?`}`);
  }
  return new Set(names);
}

/**
 * The fields of `-e`. A slip of the finger is refused. Wireshark has thousands of fields more than are known here, and
 * scripts ask for them: their columns stay empty, which is said once.
 */
function columnsOf(given: Arguments): readonly string[] {
  const columns = given.all('e');
  const isColumn = given.get('T') === 'fields' ? isListColumn : () => false;
  const unknown = columns.filter((id) => !fieldReference().has(id) && !isColumn(id));
  for (const id of unknown) {
    const near = nearestField(id);
    const isSlip = near !== null && (groupOf(near) === groupOf(id) || near.toLowerCase() === id.toLowerCase());
    if (isSlip) throw new UsageFault(`there is no field ${id}; did you mean ${near}?`);
    if (!FIELD_ID.test(id)) throw new UsageFault(`"${id}" is not a field; dissect fields lists them`);
  }
  if (unknown.length > 0) warn(`not known here, so these columns stay empty: ${[...new Set(unknown)].join(', ')}`);
  return columns;
}

const FIELD_ID = /^[A-Za-z_][\w-]*(\.[\w-]+)*$/;
const groupOf = (id: string): string => id.split('.', 1)[0]!;

/** `-E header=y,quote=d`, or one `-E` for each. */
function fieldsFormat(settings: readonly string[]): FieldsFormat {
  const controls: FieldsFormat['controls'] = isTerminal(1) ? 'escaped' : 'raw';
  const format = { ...FIELDS_FORMAT, controls };
  for (const setting of settings.flatMap(splitSettings)) {
    const equals = setting.indexOf('=');
    const name = setting.slice(0, equals);
    const value = setting.slice(equals + 1);
    switch (equals > 0 ? name : '') {
      case 'header':
      case 'bom':
      case 'guard':
        format[name as 'header' | 'bom' | 'guard'] = chosen(setting, value, { y: true, n: false });
        break;
      case 'separator':
      case 'aggregator':
        format[name as 'separator' | 'aggregator'] = character(setting, value);
        break;
      case 'quote':
        format.quote = chosen(setting, value, { d: '"', s: "'", n: '' } as const);
        break;
      case 'occurrence':
        format.occurrence = chosen(setting, value, { f: 'f', l: 'l', a: 'a' } as const);
        break;
      default:
        throw new UsageFault(
          `-E knows header, separator, quote, occurrence, aggregator, bom and guard, not "${setting}"`,
        );
    }
  }
  return format;
}

/** Commas part settings, unless the comma is the value: `separator=,,quote=d`. */
const splitSettings = (text: string): readonly string[] => text.match(/[^,=]+(=(,|[^,]*))?|,$/g) ?? [''];

function chosen<T>(setting: string, value: string, values: Readonly<Record<string, T>>): T {
  if (Object.hasOwn(values, value)) return values[value]!;
  throw new UsageFault(`-E ${setting} is none of ${Object.keys(values).join(', ')}`);
}

function character(setting: string, value: string): string {
  if (value === '/t') return '\t';
  if (value === '/s') return ' ';
  if ([...value].length === 1) return value;
  throw new UsageFault(`-E ${setting}: one character, /t for a tab or /s for a space`);
}
