import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ACK, captureOf, FIN, OPENING, PSH, type Sent } from '../output/segments.ts';
import { BIN, dissect, fixture, ROOT } from './run-cli.ts';

const PAGE = fixture('web/first-page-lan/capture.pcap');
const TALK = fixture('tcp/half-close/capture.pcap');

const follow = (path: string, ...argv: string[]) => dissect(['follow', path, ...argv]);
const followed = (segments: readonly Sent[], ...argv: string[]) =>
  dissect(['follow', '-', ...argv], { input: captureOf([...OPENING, ...segments]) });
/** Standard output as it is. */
const raw = (path: string, ...argv: string[]): Buffer =>
  execFileSync(process.execPath, [BIN, 'follow', path, '-T', 'raw', ...argv], { cwd: ROOT, maxBuffer: 1 << 26 });
const objects = (text: string): Record<string, unknown>[] =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));

describe('-T raw of one side is what the application wrote', () => {
  const page = readFileSync(join(ROOT, 'fixtures/lab/web/first-page.html'));

  it.each([
    'web/first-page-lan',
    'web/first-page-wan',
    'tcp/lost-segment',
    'tcp/lost-segment-wan',
    'ipv6/first-page',
    'offload/first-page',
  ])('%s', (name) => {
    if (!existsSync(fixture(`${name}/capture.pcap`))) return;
    const response = raw(fixture(`${name}/capture.pcap`), '--side', 'server');
    const body = response.subarray(response.indexOf('\r\n\r\n') + 4);
    expect(response.toString('latin1')).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(body.equals(page)).toBe(true);
  });

  // Made by `tshark -r capture.pcap -q -z follow,tcp,raw,0`.
  const FOLDER = join(import.meta.dirname, 'follow');
  const recorded = readdirSync(FOLDER).filter((file) => file.endsWith('.tshark.txt'));
  it('is held against tshark', () => expect(recorded.length).toBeGreaterThan(10));
  it.each(recorded)('as tshark says: %s', (file) => {
    const lines = readFileSync(join(FOLDER, file), 'utf8').split('\n');
    const data = lines.filter((line) => /^\t?[0-9a-f]+$/.test(line));
    const sides = [data.filter((line) => line[0] !== '\t'), data.filter((line) => line[0] === '\t')];
    const path = fixture(`${file.replace('.tshark.txt', '').replace('.', '/')}/capture.pcap`);
    for (const [i, side] of ['a', 'b'].entries()) {
      const expected = Buffer.from(sides[i]!.map((line) => line.trim()).join(''), 'hex');
      expect(raw(path, '--side', side).equals(expected), side).toBe(true);
    }
    const both = Buffer.from(data.map((line) => line.trim()).join(''), 'hex');
    expect(raw(path).equals(both), 'both').toBe(true);
  });

  it('never goes to a terminal', () => {
    const command = `"${process.execPath}" "${BIN}" follow "${PAGE}" -T raw`;
    const { stdout } = spawnSync('script', ['-qec', command, '/dev/null'], { encoding: 'utf8' });
    expect(stdout).toBe('dissect: raw bytes can drive a terminal; send them to a file or into a pipe\r\n');
  });
});

describe('-T text', () => {
  it('sets turns apart and says at the end how much there was', () => {
    expect(follow(TALK).stdout).toBe(
      [
        'TCP 0: 192.168.0.10:44664 (client) ↔ 203.0.113.80:7777 (server)',
        '',
        '── client 192.168.0.10:44664 → 203.0.113.80:7777 ── frame 6 ──',
        'line 1',
        '',
        '── server 203.0.113.80:7777 → 192.168.0.10:44664 ── frame 8 ──',
        'You said: line 1',
        'Goodbye.',
        '',
        '── client sent 7 bytes ── server sent 26 bytes ──',
        '',
      ].join('\n'),
    );
  });
  it('speaks Korean', () => {
    const { stdout } = follow(TALK, '--lang', 'ko');
    expect(stdout).toContain('── 서버 203.0.113.80:7777 → 192.168.0.10:44664 ── 프레임 8 ──');
    expect(stdout).toContain('── 클라이언트: 7바이트 보냄 ── 서버: 26바이트 보냄 ──');
  });
  it('tells the ends apart by colour where colour is wanted, and by nothing else', () => {
    const coloured = follow(TALK, '--color', 'always').stdout;
    expect(coloured).toContain('\x1b[35mline 1\x1b[39m');
    expect(coloured).toContain('\x1b[36mGoodbye.\x1b[39m');
    expect(coloured.replace(/\x1b\[\d+m/g, '')).toBe(follow(TALK).stdout);
  });
  it('lets nothing drive the terminal', () => {
    const { stdout } = followed([{ from: 'client', at: 0, content: 'a\x1b[2J\x07\tb\r\nc\rd\u202e\x9b\n\x00' }]);
    expect(stdout).toContain('a\\033[2J\\a\tb\nc\\rd\\u202E');
    expect(stdout).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]/);
  });
  it('joins characters and line ends that segments part', () => {
    const bytes = new TextEncoder().encode('가\r\n나');
    const { stdout } = followed([
      { from: 'client', at: 0, content: bytes.subarray(0, 2) },
      { from: 'client', at: 2, content: bytes.subarray(2, 4) },
      { from: 'client', at: 4, content: bytes.subarray(4) },
    ]);
    expect(stdout).toContain('frame 4 ──\n가\n나\n');
  });
  it('marks what is missing, in its place, and why', () => {
    const { stdout, status } = followed([
      { from: 'client', at: 0, content: 'one ' },
      { from: 'client', at: 1452, content: 'three' },
      { from: 'server', at: 0, ack: 1457 },
      { from: 'client', at: 1457, content: ' four' },
    ]);
    expect(stdout).toContain('one \n[1,448 bytes missing: not captured, frame 7 shows the gap]\nthree four\n');
    expect(stdout).toContain('── client sent 14 bytes and 1,448 bytes that are missing ── server sent 0 bytes ──');
    expect(status).toBe(0);
  });
  it('marks what is missing before the FIN', () => {
    const { stdout } = followed([
      { from: 'client', at: 0, content: 'one' },
      { from: 'client', at: 10, flags: FIN | ACK },
    ]);
    expect(stdout).toContain('one\n[7 bytes missing: not captured, the capture ends]\n');
  });
  it('marks what the capture cut off', () => {
    const { stdout } = follow(fixture('formats/snapped/capture.pcap'));
    expect(stdout).toContain('[1,418 bytes missing: cut off by the capture]');
  });
  it('shows the first copy of bytes that come again with another content, and says so', () => {
    const { stdout } = followed([
      { from: 'client', at: 0, content: 'the truth' },
      { from: 'client', at: 4, content: 'trick', flags: PSH | ACK },
    ]);
    expect(stdout).toContain('the truth\n[frame 5 sends 3 bytes from byte 6 on again, with another content');
    expect(stdout).not.toContain('trick');
  });
  it('says that bytes came too late', () => {
    const { stdout } = followed([
      { from: 'client', at: 5, content: 'world' },
      { from: 'server', at: 0, ack: 10 },
      { from: 'client', at: 10, content: '!' },
      { from: 'client', at: 0, content: 'hello' },
    ]);
    expect(stdout).toContain('[5 bytes missing: not captured, frame 6 shows the gap]\nworld!\n[5 bytes left out');
  });
  it('says that the beginning is missing, and that one end is', () => {
    const { stdout } = follow(fixture('tcp/mid-stream/capture.pcap'));
    expect(stdout).toContain('── frame 1 ──\n[the beginning was not captured: byte 0 is the first one seen]\nline 5\n');
    expect(follow(fixture('tcp-states/one-direction/capture.pcap')).stdout).toContain('nothing captured from server');
  });
  it('counts from the first number seen, not from the first byte', () => {
    const segments: Sent[] = [
      { from: 'client', at: 0, content: 'hello' },
      { from: 'server', at: 0, ack: 5 },
      { from: 'server', at: 3, ack: 5, content: 'four' },
    ];
    const { stdout } = dissect(['follow', '-'], { input: captureOf(segments) });
    expect(stdout).toMatch(/\[3 bytes missing: not captured, the capture ends\]\n\[the beginning .*\]\nfour\n/);
  });
  it('shows a connection that carried nothing', () => {
    expect(follow(fixture('tcp/refused/capture.pcap')).stdout).toContain('── no bytes were carried ──');
  });
});

describe('-T hex', () => {
  it('counts octets of the stream and sets end B in', () => {
    const { stdout } = follow(TALK, '-T', 'hex');
    expect(stdout).toContain('\n00000000  6c 69 6e 65 20 31 0a                              line 1.\n');
    expect(stdout).toContain('\n    00000011  47 6f 6f 64 62 79 65 2e 0a                        Goodbye..\n');
  });
});

describe('-T ndjson', () => {
  it('is an object a piece, with the frame that brought it', () => {
    const pieces = objects(
      followed(
        [
          { from: 'client', at: 4, content: 'late' },
          { from: 'client', at: 0, content: new Uint8Array([0xff, 0, 1, 2]) },
          { from: 'client', at: 9, content: '.' },
        ],
        '-T',
        'ndjson',
      ).stdout,
    );
    const ends = { schema: 1, protocol: 'tcp', stream: 0, from: '10.0.0.1:40000', to: '10.0.0.2:7777' };
    expect(pieces).toEqual([
      { ...ends, kind: 'data', frame: 5, offset: 0, length: 4, hex: 'ff000102' },
      { ...ends, kind: 'data', frame: 4, offset: 4, length: 4, text: 'late' },
      { ...ends, kind: 'missing', frame: null, offset: 8, length: 1, cause: 'not captured' },
      { ...ends, kind: 'data', frame: 6, offset: 9, length: 1, text: '.' },
    ]);
  });
});

describe('what is followed', () => {
  it('is a UDP conversation when asked for', () => {
    const path = fixture('dns/types/capture.pcap');
    const first = objects(follow(path, '--udp', '1', '-T', 'ndjson').stdout);
    expect(first.map(({ from, frame }) => [from, frame])).toEqual([
      ['192.168.0.10:39886', 5],
      ['203.0.113.53:53', 6],
    ]);
    const payload = raw(path, '--udp', '1', '--side', 'server');
    expect(payload.length).toBe(101);
    expect(readFileSync(path).includes(payload)).toBe(true);
  });
  it('can come from standard input and from -r', () => {
    const expected = follow(TALK).stdout;
    expect(dissect(['follow', '-r', TALK]).stdout).toBe(expected);
    expect(dissect(['follow', '-'], { input: readFileSync(TALK) }).stdout).toBe(expected);
  });
  it('shows what there is of a capture that was cut short', () => {
    const bytes = readFileSync(TALK);
    const { stdout, status, stderr } = dissect(['follow', '-'], { input: bytes.subarray(0, 900) });
    expect(stdout).toContain('line 1');
    expect(stderr).toMatch(/cut off in frame/);
    expect(status).toBe(2);
  });
  it.each<[string[], string]>([
    [['--stream', '7'], 'there is no TCP connection 7; the capture has one, number 0'],
    [['--udp', '0'], 'there is no UDP conversation in this capture'],
    [['--stream', '0', '--udp', '0'], '--stream and --udp cannot go together'],
    [['--stream', 'x'], '--stream wants a whole number, not "x"'],
    [['-T', 'json'], '-T can be text, hex, raw or ndjson, not "json"'],
    [['--side', 'left'], '--side can be both, client, server, a or b, not "left"'],
    [['--stearm', '0'], 'there is no option --stearm; did you mean --stream?'],
  ])('%j is refused', (argv, sentence) => {
    const { status, stdout, stderr } = follow(TALK, ...argv);
    expect(stderr).toBe(`dissect: ${sentence}\n`);
    expect(stdout).toBe('');
    expect(status).toBe(1);
  });
  it('has roles only where the packets show them', () => {
    const path = fixture('tcp/mid-stream/capture.pcap');
    const { status, stderr, stdout } = follow(path, '--side', 'client');
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/which end is the client cannot be told .* --side a or --side b/);
    expect(raw(path, '--side', 'b').toString()).toMatch(/^You said: line 5\n/);
  });
  it('has help in both languages', () => {
    expect(follow(TALK, '--help').stdout).toContain('with gaps marked');
    expect(follow(TALK, '--help', '--lang', 'ko').stdout).toContain('빠진 곳은 표시');
  });
});

describe('a WebSocket', () => {
  const talk = fixture('websocket/session/capture.pcap');

  it('is shown by its messages, and that is said', () => {
    const { stdout } = follow(talk);
    expect(stdout).toContain('[WebSocket from here on: ');
    expect(stdout).toMatch(/── frame 11 ── Text ──\nyou said: hello\n/);
    expect(stdout).toMatch(/── frame 22 ── Connection Close ──\n1000 Normal Closure: done\n/);
    expect(follow(talk, '--lang', 'ko').stdout).toContain('[여기부터 WebSocket: ');
  });

  it('has its messages as objects', () => {
    const messages = objects(follow(talk, '-T', 'ndjson').stdout).filter(({ kind }) => kind === 'message');
    expect(messages[0]).toMatchObject({ frame: 10, opcode: 1, length: 5, text: 'hello' });
  });

  it('is shown as it was sent where bytes are asked for', () => {
    expect(raw(talk, '--side', 'server').subarray(-4).toString('latin1')).toBe('done');
    expect(raw(talk, '--side', 'client').includes('hello')).toBe(false);
    expect(follow(talk, '-T', 'hex').stdout).not.toContain('WebSocket from here on');
  });
});
