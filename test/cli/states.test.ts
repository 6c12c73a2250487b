import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dissect, fixture } from './run-cli.ts';

const PAGE = fixture('web/first-page-lan/capture.pcap');
const TIME_WAIT = fixture('tcp-states/time-wait-ends/capture.pcap');

const objects = (argv: string[]) => {
  const { stdout, stderr, status } = dissect(['states', '-T', 'ndjson', ...argv]);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
};
const steps = (argv: string[]) =>
  objects(argv).map(({ frame, end, from, to }) => `${frame} ${end.split(':')[0]} ${from} ${to}`);

describe('dissect states', () => {
  it('prints every change of both ends, in order', () => {
    expect(steps([PAGE])).toEqual([
      '7 192.168.0.10 CLOSED SYN_SENT',
      '7 203.0.113.80 LISTEN SYN_RECEIVED',
      '8 192.168.0.10 SYN_SENT ESTABLISHED',
      '9 203.0.113.80 SYN_RECEIVED ESTABLISHED',
      '22 192.168.0.10 ESTABLISHED FIN_WAIT_1',
      '22 203.0.113.80 ESTABLISHED CLOSE_WAIT',
      '23 192.168.0.10 FIN_WAIT_1 FIN_WAIT_2',
      '23 203.0.113.80 CLOSE_WAIT LAST_ACK',
      '23 192.168.0.10 FIN_WAIT_2 TIME_WAIT',
      '24 203.0.113.80 LAST_ACK CLOSED',
    ]);
  });

  it('keeps its keys and their order', () => {
    const { stdout } = dissect(['states', '-T', 'ndjson', PAGE]);
    expect(stdout.split('\n')[0]).toMatch(
      /^\{"frame":7,"time_epoch":"\d+\.\d{9}","stream":0,"end":"192\.168\.0\.10:\d+","peer":"203\.0\.113\.80:80","from":"CLOSED","to":"SYN_SENT","by":"sent SYN","certainty":"seen","time":"\d{4}-\d\d-\d\dT[\d:]+\.\d{9}Z","schema":1\}$/,
    );
  });

  it('ends TIME_WAIT with the clock of the capture, and not behind its last frame', () => {
    const first = Number(objects([TIME_WAIT])[0].time_epoch);
    const timers = (seconds: string) =>
      objects([TIME_WAIT, '--time-wait', seconds]).filter(({ frame }) => frame === null);
    const [timer, ...others] = timers('1');
    expect(others).toEqual([]);
    expect(timer).toMatchObject({ stream: 0, from: 'TIME_WAIT', to: 'CLOSED', by: 'timer', certainty: 'inferred' });
    const entered = objects([TIME_WAIT]).find(({ to }) => to === 'TIME_WAIT');
    expect(Number(timer.time_epoch) - first).toBeCloseTo(Number(entered.time_epoch) - first + 1, 5);
    expect(timers('240')).toEqual([]);
  });

  it('gives a timer its own time in a connection that began later', () => {
    const capture = fixture('tcp-states/reused-out-of-time-wait/capture.pcap');
    const all = objects([capture, '--time-wait', '0.01']);
    for (const timer of all.filter(({ frame }) => frame === null)) {
      const entered = all.find(
        ({ stream, end, to }) => stream === timer.stream && end === timer.end && to === 'TIME_WAIT',
      );
      expect(Number(timer.time_epoch) - Number(entered.time_epoch)).toBeCloseTo(0.01, 5);
    }
    expect(all.filter(({ frame }) => frame === null).length).toBeGreaterThan(0);
  });

  it('chooses streams, frames and a number of packets', () => {
    expect(objects([TIME_WAIT, '--stream', '1']).every(({ stream }) => stream === 1)).toBe(true);
    expect(objects([TIME_WAIT, '--stream', '1']).length).toBeGreaterThan(0);
    expect(objects([TIME_WAIT, '--stream', '9'])).toEqual([]);
    expect(steps([PAGE, '--frames', '8,24'])).toEqual([
      '8 192.168.0.10 SYN_SENT ESTABLISHED',
      '24 203.0.113.80 LAST_ACK CLOSED',
    ]);
    expect(objects([TIME_WAIT, '--time-wait', '1', '--frames', '1-']).every(({ frame }) => frame !== null)).toBe(true);
    expect(steps([PAGE, '-c', '7'])).toHaveLength(2);
  });

  it('prints a line a change, in English and Korean', () => {
    const english = dissect(['states', PAGE]).stdout.split('\n');
    expect(english[0]).toMatch(/^Frame +Time +Stream +End +State +Why$/);
    expect(english[1]).toMatch(/^ +7 +0\.0\d+ +0 +192\.168\.0\.10:\d+ +CLOSED → SYN_SENT +sent SYN · client$/);
    expect(english[2]).toMatch(/LISTEN → SYN_RECEIVED +received SYN · server · inferred$/);
    const korean = dissect(['states', PAGE, '--lang', 'ko']).stdout.split('\n');
    expect(korean[1]).toMatch(/CLOSED → SYN_SENT +SYN을 보냄 · 클라이언트$/);
    expect(korean).toHaveLength(english.length);
  });

  it('reads -r, standard input and captures that are cut short', () => {
    const bytes = readFileSync(PAGE);
    const expected = dissect(['states', PAGE]).stdout;
    expect(dissect(['states', '-r', PAGE]).stdout).toBe(expected);
    expect(dissect(['states', '-'], { input: bytes }).stdout).toBe(expected);
    const cut = dissect(['states', '-'], { input: bytes.subarray(0, bytes.length - 5) });
    expect(cut.status).toBe(2);
    expect(cut.stderr).toMatch(/^dissect: standard input: cut off in frame 24[^\n]*\n$/);
    expect(expected.startsWith(cut.stdout)).toBe(true);
    expect(dissect(['states']).status).toBe(1);
    expect(dissect(['states', PAGE, '-T', 'json']).stderr).toBe('dissect: -T can be text or ndjson, not "json"\n');
  });

  it('says what it does, in both languages', () => {
    expect(dissect(['states', '--help']).stdout).toContain('timers as far as the clock of the capture goes');
    expect(dissect(['states', '--help', '--lang', 'ko']).stdout).toContain('캡처의 시계가 닿은 데까지만');
  });
});
