import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/command-table.ts';
import { completions } from '../../src/cli/completion.ts';
import { BIN, dissect } from './run-cli.ts';

describe('what may be typed next', () => {
  it.each<[string, string[], string[]]>([
    ['a command', ['fl'], ['flows', ':files']],
    ['an option', ['--fr'], ['--frames']],
    ['an option of a command', ['flows', '--time'], ['--time-wait']],
    ['a value', ['--color', 'a'], ['auto', 'always']],
    ['a value of a command', ['flows', '-T', ''], ['text', 'ndjson']],
    ['a value behind =', ['--color=al'], ['--color=always']],
    ['a value behind =, parted as bash does', ['--color', '=', 'al'], ['always']],
    ['nothing behind =, parted as bash does', ['--fcs', '='], ['auto', 'present', 'absent']],
    ['a field', ['page.pcap', '-T', 'fields', '-e', 'tcp.flags.s'], ['tcp.flags.str', 'tcp.flags.syn']],
    ['a protocol behind another', ['-O', 'ip,vxl'], ['ip,vxlan']],
    ['a file for an option', ['-r', 'x'], [':files']],
    ['a file behind a command', ['states', 'x'], [':files']],
    ['a file behind an option', ['-V', 'fl'], [':files']],
    ['a field for the reference', ['fields', 'tcp.flags.s'], ['tcp.flags.str', 'tcp.flags.syn']],
    ['a note', ['notes', 'tcp.sta'], ['tcp.states']],
    ['a shell', ['completion', ''], ['bash', 'zsh']],
    ['nothing for a number', ['-c', ''], []],
  ])('%s', (_, words, expected) => expect(completions(words)).toEqual(expected));

  it('begins with all commands, and files', () => {
    const names = [...commands.map(({ name }) => name), 'fields', 'completion'];
    expect(completions([''])).toEqual([...names, ':files']);
    expect(dissect(['--complete', '']).stdout).toBe([...names, ':files', ''].join('\n'));
  });
});

const BASH = ['/bin/bash', '/usr/bin/bash', '/opt/homebrew/bin/bash'].find(existsSync);

describe.skipIf(BASH === undefined)('in bash', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dissect-complete-'));
  mkdirSync(join(folder, 'captures'));
  writeFileSync(join(folder, 'page one.pcap'), '');
  symlinkSync(BIN, join(folder, 'dissect'));
  chmodSync(BIN, 0o755);

  /** What bash has to offer for the last of these words. */
  const offered = (...words: string[]): string[] => {
    const quoted = words.map((word) => `'${word}'`).join(' ');
    const script = `eval "$(dissect completion bash)"
      COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; _dissect
      printf '%s\\n' "\${COMPREPLY[@]}"; complete -p dissect >&2`;
    const env = { PATH: `${folder}:${process.env.PATH}`, LANG: 'C.UTF-8' };
    return execFileSync(BASH!, ['-c', script], {
      cwd: folder,
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
      .split('\n')
      .filter((line) => line !== '');
  };

  it('offers commands, values, fields and files', () => {
    expect(offered('dissect', 'fl')).toEqual(['flows']);
    expect(offered('dissect', '-T', 'n')).toEqual(['ndjson']);
    expect(offered('dissect', 'x', '-e', 'tcp.flags.sy')).toEqual(['tcp.flags.syn']);
    expect(offered('dissect', 'flows', 'pa')).toEqual(['page one.pcap']);
    expect(offered('dissect', '-V', 'ca')).toEqual(['captures']);
  });
});

it('comes for the shell that is asked for, or the one at hand', () => {
  const zsh = dissect(['completion', 'zsh']).stdout;
  expect(zsh).toMatch(/^#compdef dissect\n/);
  expect(dissect(['completion'], { env: { SHELL: '/bin/zsh' } }).stdout).toBe(zsh);
  expect(dissect(['completion']).stdout).toContain('complete -o filenames -F _dissect dissect');
});
