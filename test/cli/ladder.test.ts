import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dissect, fixture } from './run-cli.ts';

const CLOSE = fixture('tcp-states/client-closes-first/capture.pcap');
const TWO = fixture('tcp-states/time-wait-ends/capture.pcap');
const ladder = (path: string, ...argv: string[]) => dissect(['ladder', path, ...argv]);

describe('dissect ladder', () => {
  it('draws the first connection, and says which when there are several', () => {
    const { stdout, stderr, status } = ladder(TWO);
    expect(stdout).toMatch(/^TCP connection 0, 7 segments\n/);
    expect(stderr).toBe('dissect: this is TCP connection 0 of 2; --stream shows another one\n');
    expect(status).toBe(0);
    const second = ladder(TWO, '--stream', '1');
    expect(second.stdout).toMatch(/^TCP connection 1, /);
    expect(second.stderr).toBe('');
  });
  it('fits the width that it is given', () => {
    const widest = (text: string): number => Math.max(...text.split('\n').map((line) => line.length));
    expect(widest(ladder(CLOSE, '--width', '80').stdout)).toBe(80);
    expect(widest(ladder(CLOSE, '--width', '120').stdout)).toBe(120);
  });
  it('paints without changing a letter', () => {
    const coloured = ladder(CLOSE, '--color', 'always').stdout;
    expect(coloured).toContain('\x1b[32m');
    expect(coloured.replace(/\x1b\[\d+m/g, '').replace(/ +$/gm, '')).toBe(ladder(CLOSE).stdout);
  });
  it('shows what ended TIME_WAIT when the ports were opened anew', () => {
    const capture = fixture('tcp-states/reused-out-of-time-wait/capture.pcap');
    const { stdout } = dissect(['ladder', capture, '--stream', '0', '--width', '120']);
    expect(stdout).toMatch(/1\.263514 +.*TIME_WAIT makes way after 1\.1 s: its ports are opened anew.* CLOSED/);
    const korean = dissect(['ladder', capture, '--stream', '0', '--width', '120', '--lang', 'ko']).stdout;
    expect(korean).toContain('뒤 TIME_WAIT 끝: 같은 포트로 새 연결을 엶');
  });

  it('speaks Korean', () => {
    expect(ladder(CLOSE, '--lang', 'ko').stdout).toContain('캡처가 끝날 때: 클라이언트 TIME_WAIT · 서버 CLOSED');
  });
  it('writes the picture where it is told to', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'dissect-')), 'close.svg');
    const printed = ladder(CLOSE, '--svg');
    expect(printed.stdout).toMatch(/^<svg xmlns=/);
    expect(ladder(CLOSE, '--svg', '-o', file)).toMatchObject({ status: 0, stdout: '', stderr: '' });
    expect(readFileSync(file, 'utf8')).toBe(printed.stdout);
  });
  it('reads standard input', () => {
    const expected = ladder(CLOSE).stdout;
    expect(dissect(['ladder', '-'], { input: readFileSync(CLOSE) }).stdout).toBe(expected);
    expect(dissect(['ladder', '-r', CLOSE]).stdout).toBe(expected);
  });
  it('draws what there is of a capture that was cut short', () => {
    const { stdout, status } = dissect(['ladder', '-'], { input: readFileSync(CLOSE).subarray(0, 400) });
    expect(stdout).toContain('SYN_SENT');
    expect(status).toBe(2);
  });
  it.each<[string[], string, number]>([
    [['--stream', '9'], 'there is no TCP connection 9; the capture has one, number 0', 1],
    [['--scale', 'time'], '--scale goes with --svg', 1],
    [['--svg', '--scale', 'log'], '--scale can be even or time, not "log"', 1],
    [['--time-wait', 'x'], '--time-wait wants a number of seconds, not "x"', 1],
    [['--svg', '-o', '/nonexistent/x.svg'], '/nonexistent/x.svg: there is no such folder', 2],
  ])('%j is refused', (argv, sentence, expected) => {
    const { status, stdout, stderr } = ladder(CLOSE, ...argv);
    expect(stderr).toBe(`dissect: ${sentence}\n`);
    expect(stdout).toBe('');
    expect(status).toBe(expected);
  });
  it('says that there is no connection', () => {
    const { status, stderr } = ladder(fixture('icmp/ping/capture.pcap'));
    expect(stderr).toBe('dissect: there is no TCP connection in this capture\n');
    expect(status).toBe(1);
  });
  it('has help in both languages', () => {
    expect(ladder(CLOSE, '--help').stdout).toContain('a sequence diagram of a TCP connection');
    expect(ladder(CLOSE, '--help', '--lang', 'ko').stdout).toContain('시퀀스 다이어그램');
  });
});
