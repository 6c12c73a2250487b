import { GRAPHS } from '../output/graph-kinds.ts';
import { type Option, options } from './options.ts';
import type { Arguments } from './parse.ts';

/** A command beside the one that prints packets: what it takes, and what runs it once it is asked for. */
export interface Command {
  readonly name: string;
  readonly options: readonly Option[];
  /** What it is given, where that is not one capture. */
  readonly operand?: string;
  run(given: Arguments): Promise<number>;
}

/** Options that mean the same everywhere. */
const shared = (...names: string[]): Option[] => options.filter(({ name }) => names.includes(name));

const declared: readonly Command[] = [
  {
    name: 'follow',
    options: [
      ...shared('stream', 'Y'),
      { name: 'udp', takes: 'value', group: 'choosing' },
      { name: 'side', takes: 'value', choices: ['both', 'client', 'server', 'a', 'b'], group: 'choosing' },
      { name: 'T', takes: 'value', choices: ['text', 'hex', 'raw', 'ndjson'], group: 'forms' },
      { name: 'decrypted', takes: 'nothing', group: 'forms' },
      ...shared('r', 'fcs', 'keylog', 'lang', 'color', 'help'),
    ],
    run: async (given) => (await import('./follow.ts')).follow(given),
  },
  {
    name: 'ladder',
    operand: 'FILE OTHER',
    options: [
      ...shared('stream', 'Y'),
      { name: 'nat', takes: 'nothing', group: 'choosing' },
      { name: 'all', takes: 'nothing', group: 'forms' },
      { name: 'svg', takes: 'nothing', group: 'forms' },
      { name: 'scale', takes: 'value', choices: ['even', 'time'], group: 'forms' },
      { name: 'o', takes: 'value', group: 'forms' },
      { ...shared('r')[0]!, many: true },
      ...shared('fcs', 'keylog', 'time-wait', 'lang', 'color', 'width', 'help'),
    ],
    run: async (given) => (await import('./ladder.ts')).ladder(given),
  },
  {
    name: 'journey',
    operand: 'FILE OTHER',
    options: [
      { name: 'T', takes: 'value', choices: ['text', 'json', 'ndjson'], group: 'forms' },
      { name: 'all', takes: 'nothing', group: 'forms' },
      ...shared('Y', 'stream', 'r', 'fcs', 'keylog', 'time-wait', 'limit', 'lang', 'color', 'width', 'help'),
    ],
    run: async (given) => (await import('./journey.ts')).journey(given),
  },
  {
    name: 'info',
    operand: 'FILE..',
    options: [
      { name: 'T', takes: 'value', choices: ['text', 'json', 'ndjson'], group: 'forms' },
      { name: 'hash', takes: 'nothing', group: 'forms' },
      { ...shared('r')[0]!, many: true },
      ...shared('fcs', 'lang', 'color', 'width', 'help'),
    ],
    run: async (given) => (await import('./info.ts')).info(given),
  },
  {
    name: 'objects',
    options: [
      { name: 'to', takes: 'value', group: 'forms' },
      { name: 'force', takes: 'nothing', group: 'forms' },
      { name: 'hash', takes: 'nothing', group: 'forms' },
      { name: 'T', takes: 'value', choices: ['text', 'json', 'ndjson'], group: 'forms' },
      ...shared('Y', 'stream', 'r', 'fcs', 'keylog', 'lang', 'color', 'width', 'help'),
    ],
    run: async (given) => (await import('./objects.ts')).objects(given),
  },
  {
    name: 'flows',
    options: [
      { name: 'T', takes: 'value', choices: ['text', 'ndjson'], group: 'forms' },
      { name: 'graph', takes: 'value', choices: GRAPHS, group: 'forms' },
      { name: 'svg', takes: 'nothing', group: 'forms' },
      { name: 'side', takes: 'value', choices: ['client', 'server', 'a', 'b'], group: 'choosing' },
      { name: 'o', takes: 'value', group: 'forms' },
      ...shared(
        'Y',
        'c',
        'frames',
        'stream',
        'r',
        'fcs',
        'keylog',
        'time-wait',
        'limit',
        'lang',
        'color',
        'width',
        'help',
      ),
    ],
    run: async (given) => (await import('./flows.ts')).flows(given),
  },
  {
    name: 'states',
    options: [
      { name: 'T', takes: 'value', choices: ['text', 'ndjson'], group: 'forms' },
      { name: 'svg', takes: 'nothing', group: 'forms' },
      { name: 'o', takes: 'value', group: 'forms' },
      ...shared('Y', 'c', 'frames', 'stream', 'r', 'fcs', 'keylog', 'time-wait', 'lang', 'color', 'width', 'help'),
    ],
    run: async (given) => (await import('./states.ts')).states(given),
  },
  {
    name: 'sockets',
    options: [
      { name: 'at', takes: 'value', group: 'choosing' },
      { name: 'host', takes: 'value', group: 'choosing' },
      { name: 'T', takes: 'value', choices: ['text', 'ndjson'], group: 'forms' },
      ...shared('Y', 'stream', 'r', 'fcs', 'keylog', 'time-wait', 'lang', 'color', 'width', 'help'),
    ],
    run: async (given) => (await import('./sockets.ts')).sockets(given),
  },
  {
    name: 'nat',
    operand: 'INSIDE OUTSIDE',
    options: [
      { name: 'packets', takes: 'nothing', group: 'forms' },
      { name: 'T', takes: 'value', choices: ['text', 'json', 'ndjson'], group: 'forms' },
      ...shared('r', 'fcs', 'lang', 'color', 'width', 'help'),
    ],
    run: async (given) => (await import('./nat.ts')).nat(given),
  },
  {
    name: 'report',
    operand: 'FILE OTHER',
    options: [
      { name: 'o', takes: 'value', group: 'forms' },
      ...shared('r', 'fcs', 'keylog', 'time-wait', 'lang', 'help'),
    ],
    run: async (given) => (await import('./report.ts')).report(given),
  },
  {
    name: 'web',
    operand: '',
    options: [
      { name: 'port', takes: 'value', group: 'reading' },
      { name: 'build', takes: 'value', group: 'forms' },
      ...shared('fcs', 'keylog', 'time-wait', 'lang', 'help'),
    ],
    run: async (given) => (await import('./web.ts')).web(given),
  },
  {
    name: 'golden',
    operand: 'DIR',
    options: [
      { name: 'update', takes: 'nothing', group: 'forms' },
      { name: 'normalize', takes: 'value', group: 'forms' },
      { name: 'T', takes: 'value', choices: ['text', 'json', 'ndjson'], group: 'forms' },
      ...shared('time-wait', 'keylog', 'lang', 'color', 'width', 'help'),
    ],
    run: async (given) => (await import('./golden.ts')).golden(given),
  },
  {
    name: 'diff',
    operand: 'EXPECTED ACTUAL',
    options: [
      { name: 'normalize', takes: 'value', group: 'forms' },
      { name: 'T', takes: 'value', choices: ['text', 'json', 'ndjson'], group: 'forms' },
      ...shared('fcs', 'time-wait', 'keylog', 'lang', 'color', 'width', 'help'),
    ],
    run: async (given) => (await import('./diff.ts')).diff(given),
  },
  {
    name: 'transcript',
    options: [
      { name: 'normalize', takes: 'value', group: 'forms' },
      ...shared('r', 'fcs', 'time-wait', 'keylog', 'lang', 'help'),
    ],
    run: async (given) => (await import('./transcript.ts')).transcript(given),
  },
  {
    name: 'notes',
    operand: 'TOPIC',
    options: [
      { name: 'coverage', takes: 'nothing', group: 'forms' },
      { name: 'check', takes: 'value', group: 'forms' },
      { name: 'T', takes: 'value', choices: ['text', 'ndjson'], group: 'forms' },
      ...shared('lang', 'color', 'width', 'help'),
    ],
    run: async (given) => (await import('./notes.ts')).notes(given),
  },
];

/** Read by the command line; help and completion are made from it, with the words of `Words.commands`. */
export const commands: readonly Command[] = declared.map((command) => ({
  ...command,
  options: [...command.options, ...shared('config', 'no-config')],
}));
