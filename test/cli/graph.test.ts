import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dissect, fixture } from './run-cli.ts';

const LOST = fixture('tcp/lost-segment-wan/capture.pcap');
const MIDDLE = fixture('tcp-states/begun-in-the-middle/capture.pcap');
const flows = (path: string, ...argv: string[]) => dissect(['flows', path, ...argv]);

describe('dissect flows --graph', () => {
  it('draws in the terminal, of the end that sent more or the one that is asked for', () => {
    expect(flows(LOST, '--graph', 'tseq').stdout).toMatch(/^Sequence numbers over time, TCP connection 0\nserver /);
    expect(flows(LOST, '--graph', 'tseq', '--side', 'client').stdout).toMatch(/^.*\nclient .* · 80 bytes in/);
    expect(flows(LOST, '--graph', 'rtt', '--lang', 'ko').stdout).toContain('왕복 시간(RTT), TCP 연결 0');
  });
  it('writes a picture of the width that it is given', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'dissect-')), 'lost.svg');
    expect(flows(LOST, '--graph', 'window', '--svg', '--width', '480', '-o', file)).toMatchObject({
      status: 0,
      stdout: '',
      stderr: '',
    });
    expect(readFileSync(file, 'utf8')).toMatch(/^<svg .* width="480"/);
  });
  it('draws a part', () => {
    const { stdout } = flows(LOST, '--graph', 'tseq', '--frames', '10-16');
    expect(stdout).not.toMatch(/SYN/);
    expect(stdout).toMatch(/^.*\n.*µs|^.*\n.*ms/);
  });
  it('chooses by a display filter, and says when there are others', () => {
    const two = fixture('tcp-states/time-wait-ends/capture.pcap');
    expect(flows(two, '--graph', 'tseq').stderr).toContain('this is TCP connection 0 of 2; --stream shows another one');
    expect(flows(two, '--graph', 'tseq', '-Y', 'tcp.stream == 1').stdout).toContain('TCP connection 1');
  });
  it.each<[string[], string]>([
    [['--graph', 'x'], '--graph can be tseq, window or rtt, not "x"'],
    [['--svg'], '--svg goes with --graph'],
    [['-o', 'x.svg'], '-o goes with --graph'],
    [['--side', 'a'], '--side goes with --graph'],
    [['--graph', 'rtt', '-T', 'ndjson'], '--graph and -T cannot go together'],
    [['--graph', 'rtt', '--stream', '7'], 'there is no TCP connection 7; the capture has one, number 0'],
    [
      ['--graph', 'rtt', '--side', 'client'],
      'which end is the client cannot be told from this capture; use --side a or --side b',
    ],
  ])('%j is refused', (argv, sentence) => {
    const { status, stderr, stdout } = flows(MIDDLE, ...argv);
    expect([status, stderr, stdout]).toEqual([1, `dissect: ${sentence}\n`, '']);
  });
});

describe('dissect states --svg', () => {
  it('draws the diagram of one connection', () => {
    const { stdout, stderr, status } = dissect(['states', MIDDLE, '--svg', '--lang', 'ko']);
    expect([stderr, status]).toEqual(['', 0]);
    expect(stdout).toMatch(/^<svg [^>]*class="states"/);
    expect(stdout).toContain('양쪽 끝의 상태, TCP 연결 0');
  });
  it.each<[string[], string]>([
    [['-o', 'x.svg'], '-o goes with --svg'],
    [['--svg', '-T', 'ndjson'], '--svg and -T cannot go together'],
    [['--svg', '--stream', '3'], 'there is no TCP connection 3; the capture has one, number 0'],
  ])('%j is refused', (argv, sentence) => {
    const { status, stderr } = dissect(['states', MIDDLE, ...argv]);
    expect([status, stderr]).toEqual([1, `dissect: ${sentence}\n`]);
  });
});
