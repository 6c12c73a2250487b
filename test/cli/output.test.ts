import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { BIN, dissect, fixture, ROOT } from './run-cli.ts';

const REFUSED = fixture('tcp/refused/capture.pcap');
const PAGE = fixture('web/first-page-lan/capture.pcap');
const lines = (text: string): string[] => text.split('\n').slice(0, -1);

describe('inputs', () => {
  const expected = dissect([REFUSED]).stdout;

  it('are an operand, -r, standard input, gzip: all the same', () => {
    const bytes = readFileSync(REFUSED);
    expect(lines(expected)).toHaveLength(4);
    expect(dissect(['-r', REFUSED]).stdout).toBe(expected);
    expect(dissect([`-r${REFUSED}`]).stdout).toBe(expected);
    expect(dissect(['--', REFUSED]).stdout).toBe(expected);
    expect(dissect(['-'], { input: bytes }).stdout).toBe(expected);
    expect(dissect(['-'], { input: gzipSync(bytes) }).stdout).toBe(expected);
    expect(dissect(['-r', '-'], { input: bytes }).stdout).toBe(expected);
  });

  it('print as frames arrive, and end cleanly at an interrupt', async () => {
    const bytes = readFileSync(REFUSED);
    const child = spawn(process.execPath, [BIN, '-', '-T', 'json'], { cwd: ROOT });
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
    child.stdin.write(bytes);
    while (!printed.includes('"number":4')) await once(child.stdout, 'data');
    child.kill('SIGINT');
    const [status] = await once(child, 'exit');
    expect(status).toBe(0);
    expect(JSON.parse(printed)).toHaveLength(4);
  });
});

describe('a reader that has had enough', () => {
  it('ends the program quietly', async () => {
    const child = spawn(process.execPath, [BIN, PAGE, '-V'], { cwd: ROOT });
    child.stdout.destroy();
    let said = '';
    child.stderr.on('data', (text) => {
      said += text;
    });
    const [status] = await once(child, 'exit');
    expect(status).toBe(0);
    expect(said).toBe('');
  });

  it('ends it while the input is still open', async () => {
    const child = spawn(process.execPath, [BIN, '-'], { cwd: ROOT });
    child.stdout.destroy();
    child.stdin.on('error', () => undefined);
    child.stdin.write(readFileSync(REFUSED));
    const [status] = await once(child, 'exit');
    expect(status).toBe(0);
  });

  it('as head does', () => {
    const { stdout, stderr } = spawnSync('sh', ['-c', `"${process.execPath}" "${BIN}" "${PAGE}" -V | head -n 1`], {
      encoding: 'utf8',
    });
    expect(stdout).toBe('Frame (frame)\n');
    expect(stderr).toBe('');
  });

  it('is told when there is no room', () => {
    const { status, stderr } = spawnSync('sh', ['-c', `"${process.execPath}" "${BIN}" "${PAGE}" > /dev/full`], {
      encoding: 'utf8',
    });
    expect(stderr).toBe('dissect: writing the output failed: there is no space left on the device\n');
    expect(status).toBe(2);
  });
});

describe('selection', () => {
  const numbers = (...argv: string[]): string =>
    lines(dissect([PAGE, '-T', 'fields', '-e', 'frame.number', ...argv]).stdout).join(' ');

  it('stops after -c packets', () => expect(numbers('-c', '3')).toBe('1 2 3'));
  it('takes ranges of frames', () => expect(numbers('--frames', '3-5,9', '--frames=11')).toBe('3 4 5 9 11'));
  it('takes open ranges', () => expect(numbers('--frames', '-2,4-', '-c', '5')).toBe('1 2 4 5'));
  it('takes one TCP stream', () => {
    const found = lines(dissect([PAGE, '-Tfields', '-e', 'tcp.stream', '--stream', '0']).stdout);
    expect(found.length).toBeGreaterThan(10);
    expect(new Set(found)).toEqual(new Set(['0']));
    expect(numbers('--stream', '99')).toBe('');
  });
  it('counts time and state from the first frame, shown or not', () => {
    const [all, chosen] = [dissect([PAGE]), dissect([PAGE, '--frames', '8'])].map(({ stdout }) => lines(stdout));
    expect(chosen).toEqual([all![7]]);
  });
});

describe('-T fields', () => {
  const rows = (...argv: string[]): string[] => lines(dissect([PAGE, '-T', 'fields', ...argv]).stdout);
  const PORTS = ['-e', 'frame.number', '-e', 'ip.addr', '-e', 'udp.port', '--frames', '2-3'];
  const [, third] = rows(...PORTS);
  const port = /\t(\d+),53$/.exec(third ?? '')?.[1];

  it('parts columns by tabs and occurrences by commas', () => {
    expect(rows(...PORTS)).toEqual(['2\t\t', `3\t192.168.0.10,203.0.113.53\t${port},53`]);
  });
  it.each<[string[], string]>([
    [['-E', 'separator=,', '-E', 'quote=d'], '"3","192.168.0.10,203.0.113.53","PORT,53"'],
    [['-E', 'separator=,,quote=s'], "'3','192.168.0.10,203.0.113.53','PORT,53'"],
    [['-E', 'occurrence=f'], '3\t192.168.0.10\tPORT'],
    [['-E', 'occurrence=l'], '3\t203.0.113.53\t53'],
    [['-E', 'aggregator=/s,separator=;'], '3;192.168.0.10 203.0.113.53;PORT 53'],
    [['-E', 'separator=/t', '-E', 'aggregator=,'], '3\t192.168.0.10,203.0.113.53\tPORT,53'],
    [['-E', 'separator=/s'], '3 192.168.0.10,203.0.113.53 PORT,53'],
  ])('%j', (settings, expected) => {
    expect(rows(...PORTS, ...settings)[1]).toBe(expected.replace('PORT', port!));
  });
  it('prints a heading, not quoted', () => {
    expect(rows(...PORTS, '-E', 'header=y', '-E', 'quote=d')[0]).toBe('frame.number\tip.addr\tudp.port');
  });
  it('quotes nothing where there is nothing', () => {
    expect(rows(...PORTS, '-E', 'quote=d')[0]).toBe('"2"\t\t');
  });
});

describe('colour', () => {
  const isColoured = (argv: string[], env: Record<string, string> = {}): boolean =>
    dissect([REFUSED, '-V', ...argv], { env }).stdout.includes('\x1b[');

  it('is for terminals, for those who ask, and for nobody else', () => {
    expect(isColoured([])).toBe(false);
    expect(isColoured(['--color', 'always'])).toBe(true);
    expect(isColoured(['--color=never'], { FORCE_COLOR: '1' })).toBe(false);
    expect(isColoured([], { FORCE_COLOR: '1' })).toBe(true);
    expect(isColoured([], { FORCE_COLOR: '0' })).toBe(false);
    expect(isColoured([], { FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(false);
    expect(isColoured(['--color', 'always'], { NO_COLOR: '1' })).toBe(true);
  });
  it('changes nothing but colour', () => {
    const plain = dissect([REFUSED, '-V']).stdout;
    const coloured = dissect([REFUSED, '-V', '--color', 'always']).stdout;
    expect(coloured.replace(/\x1b\[\d+m/g, '')).toBe(plain);
  });
});

describe('--explain', () => {
  it('leaves the file name behind it alone', () => {
    const expected = dissect([REFUSED, '--explain', '--width', '110']);
    expect(expected.status).toBe(0);
    expect(expected.stdout).toContain('SYN_SENT');
    expect(dissect(['--explain', REFUSED, '--width=110']).stdout).toBe(expected.stdout);
  });
  it('speaks the language of the environment, or the one asked for', () => {
    const said = (argv: string[], env: Record<string, string> = {}): string =>
      dissect(['--explain', REFUSED, ...argv], { env }).stdout;
    const hangul = /[가-힣]{2}/;
    expect(said(['--lang', 'ko'])).toMatch(hangul);
    expect(said([], { LANG: 'ko_KR.UTF-8' })).toBe(said(['--lang', 'ko']));
    expect(said([], { LANG: 'ko_KR.UTF-8', LC_ALL: 'C.UTF-8' })).toBe(said(['--lang', 'en']));
    expect(said([], { LC_MESSAGES: 'ko_KR.UTF-8' })).toBe(said(['--lang', 'ko']));
  });
});

describe('help', () => {
  it('names every option in the language of the reader', () => {
    const english = dissect(['--help']);
    const korean = dissect(['--help'], { env: { LANG: 'ko_KR.UTF-8' } });
    expect(english.status).toBe(0);
    expect(korean.status).toBe(0);
    for (const text of [english.stdout, korean.stdout]) {
      for (const name of ['--explain', '--lang', '-V', '-O', '-x', '-T', '-e', '-E', '-c', '--frames', '--stream']) {
        expect(text).toContain(name);
      }
    }
    expect(english.stdout).toContain('Which packets:');
    expect(korean.stdout).toContain('출력할 패킷:');
    expect(dissect(['--help', '--lang', 'ko']).stdout).toBe(korean.stdout);
  });
  it('knows the version', () => {
    const { version } = JSON.parse(readFileSync(`${ROOT}/package.json`, 'utf8')) as { version: string };
    expect(dissect(['--version']).stdout).toBe(`dissect ${version}\n`);
  });
});

describe('dissect fields', () => {
  it('lists ids with type and meaning', () => {
    const { stdout, status } = dissect(['fields', 'ip.']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^ip\.src +ipv4 +Source$/m);
    expect(stdout).toMatch(/^ip\.addr +ipv4 +each of ip\.src, ip\.dst$/m);
    expect(stdout).not.toMatch(/^tcp/m);
  });
  it('as JSON', () => {
    const entries = lines(dissect(['fields', '-T', 'ndjson']).stdout).map((line) => JSON.parse(line));
    const ids = entries.map(({ field }) => field);
    expect(new Set(ids).size).toBe(ids.length);
    expect(entries.find(({ field }) => field === 'tcp.stream')).toMatchObject({ protocol: 'tcp', type: 'uint' });
  });
});
