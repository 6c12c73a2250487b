import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { dissect, fixture } from './run-cli.ts';

const PAGE = fixture('web/first-page-lan/capture.pcap');
const TWO = fixture('web/keep-alive-two-requests/capture.pcap');
const LOST = fixture('tcp-states/data-lost/capture.pcap');
const COOKIES = fixture('tcp-states/syn-cookies/capture.pcap');

const numbers = (text: string): string[] => text.split('\n').filter(Boolean);
const NUMBER = ['-T', 'fields', '-e', 'frame.number'];

describe('-Y chooses packets in every form', () => {
  it('lines keep their frame numbers', () => {
    const { stdout, status } = dissect([PAGE, '-Y', 'http']);
    expect(stdout.split('\n').map((line) => line.trim().split(' ')[0])).toEqual(['10', '20', '']);
    expect(status).toBe(0);
  });

  it.each([
    ['-T fields', NUMBER, /^10\n20\n$/],
    ['-V', ['-V'], /^Frame \(frame\)\n {4}Number: 10\n[\s\S]*\n {4}Number: 20\n/],
    ['-O', ['-O', 'http'], /GET[\s\S]*200/],
    ['-x', ['-x'], /^0000 {2}[0-9a-f]{2} /],
    ['--explain', ['--explain'], /^── 10 ──[\s\S]*\n── 20 ──/],
  ])('%s', (_, argv, form) => {
    const { stdout, stderr, status } = dissect([PAGE, '-Y', 'http', ...argv]);
    expect(stdout).toMatch(form);
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  it('JSON', () => {
    const array = JSON.parse(dissect([PAGE, '-Y', 'http', '-T', 'json']).stdout);
    expect(array.map(({ frame }: { frame: { number: number } }) => frame.number)).toEqual([10, 20]);
    expect(numbers(dissect([PAGE, '-Y', 'http', '-T', 'ndjson']).stdout)).toHaveLength(2);
    expect(dissect([PAGE, '-Y', 'icmp', '-T', 'json']).stdout).toBe('[\n]\n');
  });

  it('goes with the other choices', () => {
    const chosen = (...argv: string[]) => numbers(dissect([PAGE, '-Y', 'tcp', ...NUMBER, ...argv]).stdout);
    expect(chosen('--frames', '5-8')).toEqual(['7', '8']);
    expect(chosen('-c', '8')).toEqual(['7', '8']); // -c counts what was read, as in tshark
    expect(chosen('--stream', '1')).toEqual([]);
  });

  it('packets that are not shown are remembered all the same', () => {
    const { stdout } = dissect([PAGE, '-Y', 'http.response', '-T', 'fields', '-e', 'http.request_in', '-e', 'tcp.seq']);
    expect(stdout).toMatch(/^10\t\d+\n$/);
  });

  it('events are known without --explain', () => {
    const { stdout } = dissect([LOST, '-Y', 'dissect.event == "tcp.retransmission"', ...NUMBER]);
    expect(stdout).toBe('13\n');
  });

  it('reads what messages carry only where the filter asks for it', () => {
    expect(dissect([PAGE, '-Y', 'http contains "</html>"']).stdout).toMatch(/^ +20 /);
    expect(dissect(['flows', PAGE, '-Y', 'http contains "</html>"', '-T', 'ndjson']).stdout).not.toBe('');
  });

  it('reads standard input', () => {
    const { stdout } = dissect(['-', '-Y', 'arp', ...NUMBER], { input: readFileSync(PAGE) });
    expect(stdout).toBe('1\n2\n');
  });
});

describe('a filter that is wrong', () => {
  it('ends with status 2, a sentence and a caret', () => {
    const { status, stdout, stderr } = dissect([PAGE, '-Y', 'ip.scr == 10.0.0.1']);
    expect(stderr).toBe(
      [
        'dissect: there is no field or protocol ip.scr; did you mean ip.src?',
        '  ip.scr == 10.0.0.1',
        '  ^~~~~~',
        '',
      ].join('\n'),
    );
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });

  it('is told before the capture is opened', () => {
    expect(dissect(['nosuch.pcap', '-Y', 'tcp.port = 80']).stderr).toContain('did you mean ==?');
  });

  it('the caret stands below its place, whatever is before it', () => {
    const { stderr } = dissect([PAGE, '-Y', 'http.host == "한국\u200b\t" && tcp.port = 80']);
    const [, shown, mark] = stderr.split('\n');
    expect(shown).toBe('  http.host == "한국  " && tcp.port = 80');
    expect(mark).toBe(`  ${' '.repeat('http.host == "....  " && tcp.port '.length)}^`);
  });

  it('of a long filter only what is around the place is shown', () => {
    const many = Array.from({ length: 50 }, (_, port) => `tcp.port == ${port}`).join(' || ');
    const { stderr } = dissect([PAGE, '-Y', `${many} || tcp.prot == 80 || ${many}`]);
    const [, shown, mark] = stderr.split('\n');
    expect(shown!.length).toBeLessThan(80);
    expect(shown!.slice(mark!.indexOf('^')).startsWith('tcp.prot')).toBe(true);
  });
});

describe('commands about conversations keep those of which a packet is taken', () => {
  const streams = (argv: string[]): number[] =>
    numbers(dissect([...argv, '-T', 'ndjson']).stdout).map((line) => JSON.parse(line).stream);

  test('flows counts them whole', () => {
    const flows = numbers(dissect(['flows', PAGE, '-Y', 'http.request', '-T', 'ndjson']).stdout);
    expect(flows).toHaveLength(1);
    expect(flows[0]).toBe(
      numbers(dissect(['flows', PAGE, '-T', 'ndjson']).stdout).find((line) => line.includes('"tcp"')),
    );
  });

  test('states tells their changes from the beginning', () => {
    expect(dissect(['states', PAGE, '-Y', 'http.response', '-T', 'ndjson']).stdout).toBe(
      dissect(['states', PAGE, '-T', 'ndjson']).stdout,
    );
    expect(streams(['states', PAGE, '-Y', 'dns'])).toEqual([]);
  });

  test('sockets', () => {
    expect(dissect(['sockets', PAGE, '-Y', 'http', '-T', 'ndjson']).stdout).not.toBe('');
    expect(dissect(['sockets', PAGE, '-Y', 'dns', '-T', 'ndjson']).stdout).toBe('');
    expect(dissect(['sockets', PAGE, '-Y', 'http', '--at', 'frame:9', '-T', 'ndjson']).stdout).toBe('');
  });

  test('follow shows the first, be it TCP or UDP', () => {
    expect(dissect(['follow', PAGE, '-Y', 'dns']).stdout).toMatch(/^UDP 0: /);
    expect(dissect(['follow', PAGE, '-Y', 'http']).stdout).toBe(dissect(['follow', PAGE]).stdout);
    expect(dissect(['follow', TWO, '-Y', 'http', '--stream', '0']).stderr).toBe('');
    const { stderr, stdout } = dissect(['follow', COOKIES, '-Y', 'tcp.flags.syn == 1']);
    expect(stderr).toMatch(/^dissect: this is TCP connection 0, the first of \d+ that match; --stream or --udp shows/);
    expect(stdout).not.toBe('');
  });

  test('ladder', () => {
    expect(dissect(['ladder', PAGE, '-Y', 'http']).stdout).toBe(dissect(['ladder', PAGE]).stdout);
    expect(dissect(['ladder', COOKIES, '-Y', 'tcp.stream == 2']).stdout).toBe(
      dissect(['ladder', COOKIES, '--stream', '2']).stdout,
    );
  });

  test.each([
    ['follow', 'icmp', [], 'the filter takes no packet of a conversation'],
    ['ladder', 'udp', [], 'the filter takes no packet of a TCP connection'],
    ['follow', 'dns', ['--stream', '0'], 'the filter takes no packet of TCP connection 0'],
    ['ladder', 'dns or frame.number == 7', ['--stream', '3'], 'the filter takes no packet of TCP connection 3'],
  ])('%s -Y %s', (command, filter, argv, sentence) => {
    const { status, stderr } = dissect([command, PAGE, '-Y', filter, ...argv]);
    expect(stderr).toBe(`dissect: ${sentence}\n`);
    expect(status).toBe(1);
  });

  test.each(['follow', 'ladder', 'states'])('%s reads twice, which standard input does not allow', (command) => {
    const { status, stderr } = dissect([command, '-', '-Y', 'tcp'], { input: readFileSync(PAGE) });
    expect(stderr).toBe('dissect: with -Y the capture is read twice here: name a file instead of standard input\n');
    expect(status).toBe(1);
  });
});

describe('help', () => {
  test('says what -Y does, in both languages', () => {
    expect(dissect(['--help', '--lang', 'en']).stdout).toMatch(/-Y .*display filter/);
    expect(dissect(['--help', '--lang', 'ko']).stdout).toMatch(/-Y .*디스플레이 필터/);
    for (const command of ['flows', 'states', 'sockets', 'follow', 'ladder']) {
      expect(dissect([command, '--help', '--lang', 'en']).stdout.replace(/\s+/g, ' '), command).toContain(
        'display filter takes a packet',
      );
    }
  });
});
