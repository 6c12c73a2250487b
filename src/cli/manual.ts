import { commands } from './command-table.ts';
import { type Option, options, typed } from './options.ts';
import { words } from './words.en.ts';

/** The manual page, dissect(1), from the table that the command line is read by and the words of its help. */
export function manual(version: string): string {
  const [, about = ''] = words.usage.split('\n\n');
  return [
    `.TH DISSECT 1 "" "dissect ${version}" "User Commands"`,
    '.SH NAME',
    'dissect \\- reads packet captures and explains them',
    '.SH SYNOPSIS',
    '.B dissect',
    '.RI [ options ]',
    '.I FILE',
    '.br',
    '.B dissect',
    '.I command',
    '.RI [ options ]',
    '.RI [ FILE ]',
    '.SH DESCRIPTION',
    line(about),
    '.PP',
    'Without options it prints one line a packet. Letters mean what they mean to',
    '.BR tshark (1),',
    'and may be written together:',
    `.BR ${roff('-Vx')} ,`,
    `.BR ${roff('-c5')} .`,
    '.SH OPTIONS',
    ...Object.entries(words.groups).flatMap(([group, title]) => [
      `.SS "${roff(title.replace(/:$/, ''))}"`,
      ...options.filter((option) => option.group === group).flatMap((option) => entry(option, words.options)),
    ]),
    '.SH COMMANDS',
    ...COMMANDS_OF_YARGS.flatMap(([usage, what]) => ['.TP', `.B ${roff(usage)}`, line(what)]),
    ...commands.flatMap(({ name, operand = 'FILE', options: rows }) => {
      const said = words.commands[name]!;
      return [
        `.SS "dissect ${name} ${operand === '' ? '' : `[${roff(operand)}] `}[options]"`,
        line(capitalised(said.what)),
        ...(operand === '' ? [] : ['.TP', `.I ${roff(operand)}`, line(said.file)]),
        ...rows.filter((row) => !EVERYWHERE.has(row.name)).flatMap((row) => entry(row, said.options)),
        ...(said.examples ?? []).flatMap(([typed, what]) => ['.TP', `.B ${roff(typed)}`, line(what)]),
      ];
    }),
    '.SH "EXIT STATUS"',
    line(words.exit.replace(/^[^:]*: /, '')),
    '.SH ENVIRONMENT',
    ...ENVIRONMENT.flatMap(([name, what]) => ['.TP', `.B ${name}`, line(what)]),
    '.SH FILES',
    '.TP',
    '.I ~/.config/dissect/config.json',
    line(FILE),
    '.SH EXAMPLES',
    ...words.examples.flatMap(([command, what]) => ['.TP', line(capitalised(what)), `.B ${roff(command)}`]),
    '.SH "SEE ALSO"',
    '.BR tshark (1),',
    '.BR tcpdump (1),',
    '.BR pcap\\-filter (7)',
    '',
  ].join('\n');
}

/** Options that are explained once, above. */
const EVERYWHERE = new Set(['help', 'config', 'no-config']);

const COMMANDS_OF_YARGS = [
  ['dissect fields [PREFIX]', words.fields],
  ['dissect completion [bash|zsh]', words.completion],
] as const;

const ENVIRONMENT = [
  ['DISSECT_CONFIG', 'the configuration file; set to nothing, none is read'],
  ['XDG_CONFIG_HOME', 'where dissect/config.json is looked for, instead of ~/.config'],
  ['LC_ALL, LC_MESSAGES, LANG', 'the language of explanations and help, where neither --lang nor the file says it'],
  ['NO_COLOR, FORCE_COLOR', 'no colour, or colour where no terminal is'],
  ['COLUMNS', 'cells of a line, where no terminal is'],
] as const;

const FILE =
  'Options that are always wanted, as a JSON object: {"lang": "ko", "width": 120, "E": ["header=y"]}. Keys are the names ' +
  'of options without dashes. What is typed wins; where a form is typed (-V, -T and the like), those in the file do not count.';

/** What stands for an option's value. */
const VALUES: Readonly<Record<string, string>> = {
  O: 'PROTOCOLS',
  e: 'FIELD',
  E: 'SETTING',
  Y: 'FILTER',
  c: 'COUNT',
  frames: 'NUMBERS',
  stream: 'NUMBER',
  udp: 'NUMBER',
  at: 'MOMENT',
  host: 'ADDRESS',
  'time-wait': 'SECONDS',
  limit: 'NAME=NUMBER',
  width: 'CELLS',
};

function entry({ name, takes, choices }: Option, said: Readonly<Record<string, string>>): string[] {
  const value = choices === undefined ? (VALUES[name] ?? 'FILE') : choices.join('|');
  const behind =
    takes === 'nothing' ? '' : takes === 'perhaps' ? `[=${value}]` : name.length === 1 ? ` ${value}` : `=${value}`;
  return [
    '.TP',
    `.B ${roff(typed(name))}${behind === '' ? '' : `\\fI${roff(behind)}\\fR`}`,
    line(said[name] ?? words.options[name]!),
  ];
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** A line of text: one that begins with a dot or a quote would be an instruction. */
const line = (text: string): string => roff(text).replace(/^(?=[.'])/, '\\&');

const roff = (text: string): string => text.replaceAll('\\', '\\e').replaceAll('-', '\\-');
