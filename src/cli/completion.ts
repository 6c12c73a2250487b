import { declarations } from '../events/catalogue.ts';
import { fieldReference } from '../fields.ts';
import { protocols } from '../protocols/index.ts';
import { commands } from './command-table.ts';
import { type Option, options, typed } from './options.ts';

/** Stands for all files that begin so: the shell knows them. */
const FILES = ':files';

/** Commands that are not in the table, and what they take. */
const OTHERS: Readonly<
  Record<string, { readonly options: readonly Option[]; readonly operands: () => readonly string[] }>
> = {
  fields: {
    options: [
      { name: 'T', takes: 'value', choices: ['text', 'ndjson'], group: 'forms' },
      ...options.filter(({ name }) => name === 'lang' || name === 'help'),
    ],
    operands: () => [...fieldReference().keys()],
  },
  completion: { options: options.filter(({ name }) => name === 'help'), operands: () => ['bash', 'zsh'] },
};

/** What may stand in the place of the last of these words, which follow the program's name. */
export function completions(words: readonly string[]): readonly string[] {
  const { before, current } = split(words);
  const command = commands.find(({ name }) => name === before[0]);
  const other = Object.hasOwn(OTHERS, before[0] ?? '') ? OTHERS[before[0]!]! : null;
  const table = command?.options ?? other?.options ?? options;
  const last = before.at(-1) ?? '';
  const awaited = table.find(({ name, takes }) => takes === 'value' && typed(name) === last);
  if (awaited !== undefined) return beginning(valuesOf(awaited, current), current);
  const equals = current.indexOf('=');
  if (current.startsWith('--') && equals > 0) return valuesBehind(current, equals, table);
  if (current.startsWith('-'))
    return beginning(
      table.map(({ name }) => typed(name)),
      current,
    );
  if (command?.name === 'notes') return beginning(['tcp.states', ...Object.keys(declarations)], current);
  if (other !== null) return beginning(other.operands(), current);
  const names = before.length === 0 ? [...commands.map(({ name }) => name), ...Object.keys(OTHERS)] : [];
  return [...beginning(names, current), FILES];
}

/** Shells that part words at `=` have `--color`, `=` and `al` for `--color=al`. */
function split(words: readonly string[]): { readonly before: readonly string[]; readonly current: string } {
  const current = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  if (current === '=') return { before, current: '' };
  return before.at(-1) === '=' ? { before: before.slice(0, -1), current } : { before, current };
}

function valuesBehind(current: string, equals: number, table: readonly Option[]): readonly string[] {
  const option = table.find(({ name }) => typed(name) === current.slice(0, equals));
  if (option === undefined) return [];
  const head = current.slice(0, equals + 1);
  return beginning(
    valuesOf(option, current.slice(equals + 1)).map((value) => head + value),
    current,
  );
}

function valuesOf({ name, choices }: Option, current: string): readonly string[] {
  if (choices !== undefined) return choices;
  switch (name) {
    case 'e':
      return [...fieldReference().keys()];
    case 'O': {
      const head = current.slice(0, current.lastIndexOf(',') + 1);
      return [...new Set(protocols.map(({ id }) => head + id))];
    }
    case 'E':
      return [
        'header=y',
        'separator=',
        'quote=d',
        'quote=s',
        'occurrence=f',
        'occurrence=l',
        'aggregator=',
        'bom=y',
        'guard=y',
      ];
    default:
      return FILE_OPTIONS.has(name) ? [FILES] : [];
  }
}

const FILE_OPTIONS = new Set(['r', 'o', 'nat', 'keylog', 'config']);

const beginning = (words: readonly string[], start: string): readonly string[] =>
  words.filter((word) => word === FILES || word.startsWith(start));

/** What a shell reads to complete with the answers of `--complete`. */
export const completionScript = (shell: string): string => (shell === 'zsh' ? ZSH : BASH);

const BASH = `# Completion of dissect for bash: dissect completion bash >> ~/.bashrc
_dissect() {
  local IFS=$'\\n' word
  COMPREPLY=()
  for word in $("\${COMP_WORDS[0]}" --complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null); do
    if [ "$word" = ${FILES} ]; then
      COMPREPLY+=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"))
    else
      COMPREPLY+=("$word")
    fi
  done
}
complete -o filenames -F _dissect dissect
`;

const ZSH = `#compdef dissect
# Completion of dissect for zsh: dissect completion zsh >> ~/.zshrc, behind compinit
_dissect() {
  local -a answers
  answers=("\${(@f)$(\${words[1]} --complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  (( \${answers[(Ie)${FILES}]} )) && _files
  answers=(\${answers:#${FILES}})
  (( \${#answers} )) && compadd -a answers
}
compdef _dissect dissect
`;
