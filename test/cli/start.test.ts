import { spawnSync } from 'node:child_process';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BIN, dissect, fixture } from './run-cli.ts';

const PAGE = fixture('web/first-page-lan/capture.pcap');

/** What a run has loaded at its end: files by name, and modules of Node. */
function loadedBy(...argv: string[]): { files: string[]; builtins: string[] } {
  const { output } = spawnSync(
    process.execPath,
    ['--require', join(import.meta.dirname, 'tell-loaded.cjs'), BIN, ...argv],
    { stdio: ['ignore', 'pipe', 'inherit', 'pipe'], encoding: 'utf8' },
  );
  const { files, builtins } = JSON.parse(output[3]!) as { files: string[]; builtins: string[] };
  const ours = files.map((path) => basename(path)).filter((name) => !['tell-loaded.cjs', 'dissect.js'].includes(name));
  return { files: ours, builtins };
}

describe('a run loads what it needs', () => {
  test('lines: neither notes nor tables nor help', () => {
    const { files, builtins } = loadedBy(PAGE);
    expect(files).toEqual(['start.cjs']);
    for (const name of ['zlib', 'tty', 'net', 'child_process', 'worker_threads']) expect(builtins).not.toContain(name);
  });

  test('explanations: the notes of their language', () => {
    expect(loadedBy(PAGE, '--explain', '--lang', 'en').files).toEqual(['start.cjs', 'en.compiled.cjs']);
    expect(loadedBy(PAGE, '--explain', '--lang', 'ko').files).toEqual(['start.cjs', 'ko.compiled.cjs']);
  });

  test('the version: not even the program', () => {
    const { files, builtins } = loadedBy('--version');
    expect(files).toEqual(['start.cjs']);
    expect(builtins).not.toContain('stream');
  });
});

describe('the start', () => {
  test('says the same version whichever way it is asked', () => {
    const { stdout } = dissect(['--version']);
    expect(stdout).toMatch(/^dissect \d+\.\d+\.\d+\n$/);
    expect(dissect([PAGE, '--version']).stdout).toBe(stdout);
  });

  test('takes what V8 compiled at the build', () => {
    const script = `
      const vm = require('node:vm');
      const { Script } = vm;
      vm.Script = function (...given) {
        const made = new Script(...given);
        process.once('exit', () => require('node:fs').writeSync(3, String(made.cachedDataRejected)));
        return made;
      };
      process.argv.splice(1, 0, 'dissect');
      require(${JSON.stringify(BIN)});
    `;
    const { output } = spawnSync(process.execPath, ['-e', script, PAGE], {
      stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
      encoding: 'utf8',
    });
    expect(output[1]).toContain('GET / HTTP/1.1');
    expect(output[3]).toBe('false');
  });
});
