import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dissect, fixture } from './run-cli.ts';

const PAGE = fixture('web/first-page-lan/capture.pcap');
const folder = mkdtempSync(join(tmpdir(), 'dissect-config-'));

/** A configuration file of this content. */
function file(content: unknown, name = 'config.json'): string {
  const path = join(mkdtempSync(join(folder, 'a-')), name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

/** A home directory with such a file where it is looked for. */
function home(content: unknown, base = '.config'): string {
  const path = mkdtempSync(join(folder, 'home-'));
  mkdirSync(join(path, base, 'dissect'), { recursive: true });
  writeFileSync(join(path, base, 'dissect/config.json'), JSON.stringify(content));
  return path;
}

const plain = (argv: readonly string[]): string => dissect([...argv, '--no-config']).stdout;
const explained = plain([PAGE, '--explain', '--lang', 'ko', '-c', '3']);

describe('a configuration file', () => {
  const wishes = { explain: true, lang: 'ko', c: 3 };

  it.each<[string, Readonly<Record<string, string>>, string[]]>([
    ['the XDG directory', { XDG_CONFIG_HOME: join(home(wishes, 'x'), 'x') }, []],
    ['.config at home', { HOME: home(wishes) }, []],
    ['home, when the XDG directory is relative', { HOME: home(wishes), XDG_CONFIG_HOME: 'x' }, []],
    ['DISSECT_CONFIG', { DISSECT_CONFIG: file(wishes), HOME: home({ lang: 'en' }) }, []],
    ['--config', { DISSECT_CONFIG: file({ lang: 'en' }) }, ['--config', file(wishes)]],
    ['a file with a byte order mark', {}, ['--config', file(`\ufeff${JSON.stringify(wishes)}`)]],
  ])('is read from %s', (_, env, argv) => {
    expect(dissect([PAGE, ...argv], { env }).stdout).toBe(explained);
  });

  it('may be absent', () => {
    const { stdout, stderr, status } = dissect([PAGE], { env: { HOME: folder, XDG_CONFIG_HOME: join(PAGE, 'x') } });
    expect([stderr, status]).toEqual(['', 0]);
    expect(stdout).toBe(plain([PAGE]));
  });

  it('is not read where nobody wants it', () => {
    const HOME = home({ nonsense: 1 });
    for (const [argv, env] of [
      [[PAGE, '--no-config'], { HOME }],
      [[PAGE], { HOME, DISSECT_CONFIG: '' }],
    ] as const) {
      const { stdout, stderr } = dissect(argv, { env });
      expect([stdout, stderr]).toEqual([plain([PAGE]), '']);
    }
    expect(dissect(['--version'], { env: { HOME } }).status).toBe(0);
    expect(dissect([PAGE, '--version'], { env: { HOME } }).status).toBe(0);
    expect(dissect(['--help'], { env: { HOME } }).status).toBe(0);
  });

  it('gives way to what is typed', () => {
    const config = ['--config', file({ lang: 'ko', width: 60, explain: 'brief', t: 'e', frames: ['1', '2-3'] })];
    const typed = ['--lang', 'en', '--width', '90', '--explain=full', '--frames', '5'];
    expect(dissect([PAGE, ...typed, ...config]).stdout).toBe(plain([PAGE, ...typed, '-t', 'e']));
  });

  it('has no say in the form where one is typed', () => {
    const config = ['--config', file({ explain: true, x: true, E: ['header=y'], c: 2 })];
    const columns = [PAGE, '-T', 'fields', '-e', 'ip.src'];
    expect(dissect([...columns, ...config]).stdout).toBe(plain([...columns, '-E', 'header=y', '-c', '2']));
    expect(dissect([PAGE, '-V', ...config]).stdout).toBe(plain([PAGE, '-V', '-c', '2']));
  });

  it('leaves a command alone with what is not for it', () => {
    const config = ['--config', file({ lang: 'ko', T: 'json', V: true, width: 120, 'time-wait': 60 })];
    expect(dissect(['flows', PAGE, ...config]).stdout).toBe(plain(['flows', PAGE, '--lang', 'ko', '--width', '120']));
    expect(dissect(['notes', 'tcp.states', ...config]).stdout).toBe(
      plain(['notes', 'tcp.states', '--lang', 'ko', '--width', '120']),
    );
  });

  it('chooses the language of help', () => {
    const { stdout } = dissect(['--help'], { env: { HOME: home({ lang: 'ko' }) } });
    expect(stdout).toMatch(/종료 상태/);
  });
});

describe('a configuration file that is wrong is told with its name, and status 1', () => {
  it.each<[string, unknown, string]>([
    ['no JSON', '{"lang": ko}', 'this is not JSON: Unexpected token'],
    ['a list', ['lang'], 'options are wanted as an object, such as {"lang": "ko"}'],
    ['a slip', { widht: 80 }, 'there is no option "widht"; did you mean "width"?'],
    ['dashes', { '--lang': 'ko' }, 'there is no option "--lang"; did you mean "lang"?'],
    ['an unknown key', { zzzzzzzz: 1 }, 'there is no option "zzzzzzzz"; dissect --help lists them'],
    ['a value that is none', { color: 'blue' }, '"color" can be auto, always or never, not "blue"'],
    ['a word for yes', { V: 'yes' }, '"V" wants true or false, not "yes"'],
    ['an object for text', { lang: {} }, '"lang" wants text, not {}'],
    ['a list for one', { width: [80] }, '"width" wants text, not [80]'],
    ['what is for one run', { help: true }, '"help" goes on the command line only'],
    ['a number that is none', { width: 3 }, '--width wants a whole number from 20 up, not "3"'],
    ['half a packet', { c: 1.5 }, '-c wants a whole number from 1 up, not "1.5"'],
  ])('%s', (_, content, sentence) => {
    const path = file(content);
    const { stdout, stderr, status } = dissect([PAGE, '--config', path]);
    expect(stderr.startsWith(`dissect: ${path}: ${sentence}`), stderr).toBe(true);
    expect(stderr.split('\n')).toHaveLength(2);
    expect([stdout, status]).toEqual(['', 1]);
  });

  it('is missing though it was named', () => {
    const path = join(folder, 'missing.json');
    for (const { stderr, status } of [
      dissect([PAGE, '--config', path]),
      dissect([PAGE], { env: { DISSECT_CONFIG: path } }),
    ]) {
      expect([stderr, status]).toEqual([`dissect: ${path}: there is no such file\n`, 1]);
    }
  });

  it('blames what was typed for itself', () => {
    const { stderr } = dissect([PAGE, '--width', '3', '--config', file({ width: 80 })]);
    expect(stderr).toBe('dissect: --width wants a whole number from 20 up, not "3"\n');
    expect(dissect([PAGE, '--config', file({}), '--no-config']).stderr).toBe(
      'dissect: --config and --no-config cannot go together\n',
    );
  });
});
