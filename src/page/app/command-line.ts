import { button, element, fill } from './dom.ts';
import type { PageWords } from './page-words.ts';

/** A word as a shell takes it. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) && !word.startsWith('-') ? word : `'${word.replaceAll("'", `'\\''`)}'`;

/** The command that prints what is on the screen. */
export class CommandLine {
  readonly root = element('p', { class: 'command' });

  say(words: PageWords, command: string): void {
    const code = element('code', {}, command);
    const copy = button(words.copy, () => {
      navigator.clipboard.writeText(command).then(
        () => {
          copy.textContent = words.copied;
        },
        () => getSelection()?.selectAllChildren(code),
      );
    });
    fill(this.root, element('span', { class: 'dim' }, `${words.commandLine}: `), code, ' ', copy);
  }
}
