import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { dissect, fixture, ROOT } from './run-cli.ts';

const REFUSED = fixture('tcp/refused/capture.pcap');
const folder = mkdtempSync(join(tmpdir(), 'dissect-'));
const made = (name: string, content: Uint8Array | string): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

describe('wrong use ends with status 1 and one sentence', () => {
  it.each<[string, string[], string]>([
    ['no file', [], 'name a capture file, or - for standard input; see dissect --help'],
    ['two files', ['a.pcap', 'b.pcap'], 'one capture at a time, not 2: a.pcap, b.pcap'],
    ['an operand and -r', ['a.pcap', '-r', 'b.pcap'], 'one capture at a time, not 2: a.pcap, b.pcap'],
    ['an unknown option', [REFUSED, '-Z', 'ip'], 'there is no option -Z; see dissect --help'],
    ['a slip', [REFUSED, '--frame', '3'], 'there is no option --frame; did you mean --frames?'],
    ['a word as a letter', [REFUSED, '--c', '3'], 'there is no option --c; see dissect --help'],
    ['a missing value', [REFUSED, '-c'], '-c needs a value'],
    ['a value too many', [REFUSED, '--version=2'], '--version takes no value'],
    ['a form that is none', [REFUSED, '-T', 'xml'], '-T can be text, fields, json or ndjson, not "xml"'],
    ['an explanation that is none', [REFUSED, '--explain=all'], '--explain can be brief or full, not "all"'],
    ['no packets', [REFUSED, '-c', '0'], '-c wants a whole number from 1 up, not "0"'],
    ['half a packet', [REFUSED, '-c', '1.5'], '-c wants a whole number from 1 up, not "1.5"'],
    ['a range backwards', [REFUSED, '--frames', '9-3'], '--frames wants numbers and ranges such as 3-9,12, not "9-3"'],
    ['an empty range', [REFUSED, '--frames', '1,,2'], '--frames wants numbers and ranges such as 3-9,12, not ""'],
    ['a stream that is none', [REFUSED, '--stream', 'x'], '--stream wants a whole number, not "x"'],
    ['fields without any', [REFUSED, '-T', 'fields'], '-T fields needs the fields to print: -e ip.src -e ip.dst'],
    ['fields as text', [REFUSED, '-e', 'ip.src'], '-e needs a form that has fields: -T fields, json or ndjson'],
    ['a slip in a field', [REFUSED, '-Tfields', '-e', 'ip.scr'], 'there is no field ip.scr; did you mean ip.src?'],
    ['a field in capitals', [REFUSED, '-Tfields', '-e', 'IP.SRC'], 'there is no field IP.SRC; did you mean ip.src?'],
    ['a list as a field', [REFUSED, '-Tfields', '-e', 'a,b'], '"a,b" is not a field; dissect fields lists them'],
    ['a protocol that is none', [REFUSED, '-O', 'nosuch'], 'there is no protocol nosuch'],
    ['a slip in a protocol', [REFUSED, '-O', 'tpc'], 'there is no protocol tpc; did you mean tcp?'],
    ['a narrow screen', [REFUSED, '--width', '3'], '--width wants a whole number from 20 up, not "3"'],
    ['a colour that is none', [REFUSED, '--color', 'blue'], '--color can be auto, always or never, not "blue"'],
    ['a time that is none', [REFUSED, '-t', 'x'], '-t can be r, a, ad, adoy, d, dd, e, u, ud or udoy, not "x"'],
    ['TIME_WAIT of a word', [REFUSED, '--time-wait', 'x'], '--time-wait wants a number of seconds, not "x"'],
    ['two pictures at once', [REFUSED, '-V', '--explain'], '--explain and -V cannot go together'],
    ['a reference of nothing', ['fields', 'nosuch.'], 'no field id begins with nosuch.'],
  ])('%s', (_, argv, sentence) => {
    const { status, stdout, stderr } = dissect(argv);
    expect(stderr).toBe(`dissect: ${sentence}\n`);
    expect(stdout).toBe('');
    expect(status).toBe(1);
  });

  it('says so when -E is none', () => {
    for (const setting of ['foo=1', 'header=x', 'quote=x', 'separator=', 'separator=ab', 'occurrence=z', '']) {
      const { status, stderr } = dissect([REFUSED, '-T', 'fields', '-e', 'ip.src', '-E', setting]);
      expect(stderr).toMatch(/^dissect: -E [^\n]+\n$/);
      expect(status).toBe(1);
    }
  });
});

describe('every command says of what is no capture only that it is none', () => {
  const commands = [
    ['flows'],
    ['flows', '-T', 'ndjson'],
    ['flows', '-Y', 'tcp'],
    ['states'],
    ['states', '-Y', 'tcp'],
    ['sockets'],
    ['sockets', '--at', '1'],
    ['follow'],
    ['follow', '-T', 'hex'],
    ['follow', '-Y', 'tcp'],
    ['ladder'],
    ['ladder', '--svg'],
    ['ladder', '-Y', 'tcp'],
    [],
    ['--explain'],
    ['-V'],
    ['-T', 'json'],
    ['-T', 'fields', '-e', 'ip.src', '-E', 'header=y'],
  ];
  const text = 'Dear diary, today I saw a packet.\n';

  it.each(commands.map((command) => [command.join(' '), command] as const))('dissect %s', (_, command) => {
    for (const [path, sentence] of [
      [made('diary.pcap', text), /: not a packet capture/],
      [made('empty.pcap', ''), /: the file is empty/],
      [join(folder, 'missing.pcap'), /: there is no such file/],
    ] as const) {
      const { status, stdout, stderr } = dissect([...command, path]);
      expect(stdout).toBe('');
      expect(stderr).toMatch(/^dissect: [^\n]+\n$/);
      expect(stderr).toMatch(sentence);
      expect(status).toBe(2);
    }
    if (command.includes('-Y') && command[0] !== 'flows') return; // these read a file twice
    const { status, stdout, stderr } = dissect([...command, '-'], { input: text });
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^dissect: standard input: not a packet capture[^\n]*\n$/);
    expect(status).toBe(2);
  });
});

describe('what cannot be read ends with status 2 and one sentence', () => {
  const whole = readFileSync(REFUSED);
  const huge = Buffer.from(whole);
  huge.writeUInt32LE(0xfffffff0, 24 + 8);

  it.each<[string, string, RegExp, number]>([
    ['a missing file', join(folder, 'missing.pcap'), /there is no such file/, 0],
    ['a folder', folder, /it is a directory/, 0],
    ['an empty file', made('empty.pcap', ''), /the file is empty/, 0],
    ['text', made('text.pcap', 'Dear diary, today I saw a packet.\n'), /not a packet capture/, 0],
    ['a cut file header', made('header.pcap', whole.subarray(0, 10)), /cut off/, 0],
    ['a cut record', made('cut.pcap', whole.subarray(0, whole.length - 7)), /cut off in frame 4/, 3],
    ['a cut record, gzipped', made('cut.pcap.gz', gzipSync(whole.subarray(0, whole.length - 7))), /frame 4/, 3],
    ['a record of 4 GB', made('huge.pcap', huge), /frame 1 claims/, 0],
  ])('%s', (_, path, sentence, frames) => {
    const { status, stdout, stderr } = dissect([path]);
    expect(stderr).toMatch(/^dissect: [^\n]+\n$/);
    expect(stderr).toMatch(sentence);
    expect(stderr).toContain(path);
    expect(stdout.split('\n').length - 1).toBe(frames);
    expect(status).toBe(2);
  });

  it('a cut record on standard input', () => {
    const { status, stdout, stderr } = dissect(['-'], { input: whole.subarray(0, whole.length - 7) });
    expect(stderr).toMatch(/^dissect: standard input: cut off in frame 4[^\n]*\n$/);
    expect(stdout.split('\n').length - 1).toBe(3);
    expect(status).toBe(2);
  });

  it('closes the array of -T json', () => {
    const { status, stdout } = dissect([join(folder, 'cut.pcap'), '-T', 'json']);
    expect(JSON.parse(stdout)).toHaveLength(3);
    expect(status).toBe(2);
  });

  it('escapes a file name in its message', () => {
    const { stderr } = dissect([join(folder, 'a\x1b[31m.pcap')]);
    expect(stderr).toContain('a\\033[31m.pcap');
  });
});

it('warns of fields that only others know, and leaves their columns empty', () => {
  const { status, stdout, stderr } = dissect([REFUSED, '-Tfields', '-e', 'frame.number', '-e', 'zbee.x', '-c2']);
  expect(stderr).toBe('dissect: not known here, so these columns stay empty: zbee.x\n');
  expect(stdout).toBe('1\t\n2\t\n');
  expect(status).toBe(0);
});

it('reads the capture named like a command by its path', () => {
  const { status, stderr } = dissect([join(ROOT, 'fields')]);
  expect(stderr).toMatch(/there is no such file/);
  expect(status).toBe(2);
});
