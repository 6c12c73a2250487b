import { describe, expect, it } from 'vitest';
import { dissect, fixture } from './run-cli.ts';

const PAGE = fixture('web/first-page-lan/capture.pcap');
const REFUSED = fixture('tcp/refused/capture.pcap');
const IPV6 = fixture('ipv6/first-page/capture.pcap');

const sockets = (...argv: string[]): string[] => {
  const { stdout, status } = dissect(['sockets', '-T', 'ndjson', ...argv]);
  expect(status).toBe(0);
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))
    .map(({ local, foreign, state }) => `${withoutEphemeral(local)} ${withoutEphemeral(foreign)} ${state}`);
};
const withoutEphemeral = (name: string): string => name.replace(/:\d{4,}$/, '');
const epochOf = (frame: number): string =>
  dissect([PAGE, '-T', 'fields', '-e', 'frame.time_epoch', '--frames', String(frame)]).stdout.trim();

describe('dissect sockets', () => {
  it('shows both ends after a frame', () => {
    expect(sockets(PAGE, '--at', 'frame:6')).toEqual([]);
    expect(sockets(PAGE, '--at', 'frame:7')).toEqual([
      '192.168.0.10 203.0.113.80:80 SYN_SENT',
      '203.0.113.80:80 192.168.0.10 UNKNOWN',
    ]);
    expect(sockets(PAGE, '--at', 'frame:8').slice(1)).toEqual([
      '192.168.0.10 203.0.113.80:80 ESTABLISHED',
      '203.0.113.80:80 192.168.0.10 SYN_RECEIVED',
    ]);
    expect(sockets(PAGE, '--at', 'frame:9')).toEqual([
      '203.0.113.80:80 *:* LISTEN',
      '192.168.0.10 203.0.113.80:80 ESTABLISHED',
      '203.0.113.80:80 192.168.0.10 ESTABLISHED',
    ]);
    expect(sockets(PAGE, '--at', 'frame:22').slice(1)).toEqual([
      '192.168.0.10 203.0.113.80:80 FIN_WAIT_1',
      '203.0.113.80:80 192.168.0.10 CLOSE_WAIT',
    ]);
  });

  it('says of an end that never answered a SYN that nothing is known, as flows and the ladder do', () => {
    const capture = fixture('tcp-states/unanswered/capture.pcap');
    expect(sockets(capture)).toEqual(['192.0.2.10 192.0.2.80 SYN_SENT', '192.0.2.80 192.0.2.10 UNKNOWN']);
    expect(dissect(['sockets', capture]).stdout).toContain('│ UNKNOWN · nothing seen of it │');
    expect(dissect(['sockets', capture, '--lang', 'ko']).stdout).toContain('│ UNKNOWN · 보낸 것이 없음 │');
    const [flow] = dissect(['flows', capture, '-T', 'ndjson']).stdout.split('\n');
    const { a, b } = JSON.parse(flow!);
    expect([a.state, b.state]).toEqual(['SYN_SENT', 'UNKNOWN']);
    expect(dissect(['ladder', capture, '--stream', '0']).stdout).toContain('client SYN_SENT · server UNKNOWN');
  });

  it('shows one connection where ports were opened anew', () => {
    const counted = (name: string): string[] =>
      sockets(fixture(`tcp-states/${name}/capture.pcap`)).filter((line) => !line.endsWith('LISTEN'));
    // The port is the client's choice, 40000 both times.
    expect(counted('reused-out-of-time-wait')).toEqual(['192.0.2.80 192.0.2.10 TIME_WAIT']);
    expect(counted('reused-by-client-in-time-wait')).toEqual(['192.0.2.10 192.0.2.80 TIME_WAIT']);
    expect(counted('crashed-and-called-again')).toEqual(['192.0.2.10 192.0.2.80 TIME_WAIT']);
  });

  it('leaves out what is CLOSED', () => {
    expect(sockets(PAGE)).toEqual(['203.0.113.80:80 *:* LISTEN', '192.168.0.10 203.0.113.80:80 TIME_WAIT']);
    expect(sockets(REFUSED)).toEqual([]);
    expect(dissect(['sockets', REFUSED]).stdout).toBe('the packets prove no TCP socket at that moment\n');
  });

  it('takes the moment in seconds, since 1970, and as a date', () => {
    const expected = sockets(PAGE, '--at', 'frame:9');
    const epoch = epochOf(9);
    const [seconds, fraction] = epoch.split('.') as [string, string];
    const iso = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
    const relative = dissect([PAGE, '-T', 'fields', '-e', 'frame.time_relative', '--frames', '9']).stdout.trim();
    expect(sockets(PAGE, '--at', relative)).toEqual(expected);
    expect(sockets(PAGE, '--at', epoch)).toEqual(expected);
    expect(sockets(PAGE, '--at', `${iso}.${fraction}`)).toEqual(expected);
    expect(sockets(PAGE, '--at', `${iso}.${fraction}Z`)).toEqual(expected);
    const seoul = new Date((Number(seconds) + 9 * 3600) * 1000).toISOString().slice(0, 19);
    expect(sockets(PAGE, '--at', `${seoul}.${fraction}+09:00`)).toEqual(expected);
    expect(sockets(PAGE, '--at', '0')).toEqual([]);
  });

  it('says when the capture ends before', () => {
    const { status, stdout, stderr } = dissect(['sockets', PAGE, '--at', '1000', '-T', 'ndjson']);
    expect(status).toBe(0);
    expect(stderr).toBe('dissect: the capture ends before that moment: this is how things stood at its end\n');
    expect(stdout).toBe(dissect(['sockets', PAGE, '-T', 'ndjson']).stdout);
  });

  it('lets TIME_WAIT run out before the moment', () => {
    const capture = fixture('tcp-states/time-wait-ends/capture.pcap');
    const open = sockets(capture, '--at', '1.5', '--time-wait', '60');
    const gone = sockets(capture, '--at', '1.5', '--time-wait', '1');
    expect(open.filter((line) => line.endsWith('TIME_WAIT'))).toHaveLength(1);
    expect(gone.filter((line) => line.endsWith('TIME_WAIT'))).toEqual([]);
  });

  it('shows one machine, and one stream', () => {
    expect(sockets(PAGE, '--at', 'frame:9', '--host', '192.168.0.10')).toEqual([
      '192.168.0.10 203.0.113.80:80 ESTABLISHED',
    ]);
    expect(sockets(PAGE, '--at', 'frame:9', '--host', '192.168.0.1')).toEqual([]);
    expect(sockets(PAGE, '--at', 'frame:9', '--stream', '5')).toEqual([]);
    const [client] = sockets(IPV6).filter((line) => !line.includes('LISTEN'));
    const address = /^\[(.*?)\]/.exec(client!)![1]!;
    const long = address.replace('::', `:${'0:'.repeat(9 - address.split(':').length)}`);
    expect(sockets(IPV6, '--host', long)).toEqual(sockets(IPV6, '--host', `[${address}]`));
    expect(sockets(IPV6, '--host', long)).toContain(client);
  });

  it('counts what was sent and not acknowledged', () => {
    const queues = (frame: number): number[] =>
      dissect(['sockets', PAGE, '--at', `frame:${frame}`, '-T', 'ndjson'])
        .stdout.split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line).send_queue);
    const request = Number(dissect([PAGE, '-T', 'fields', '-e', 'tcp.len', '--frames', '10']).stdout);
    expect(request).toBeGreaterThan(0);
    expect(queues(10)).toEqual([null, request, 0]);
    expect(queues(11)).toEqual([null, 0, 0]);
  });

  it('keeps its keys and their order, and prints a table', () => {
    expect(dissect(['sockets', PAGE, '-T', 'ndjson']).stdout.split('\n')[1]).toMatch(
      /^\{"proto":"tcp","local":"192\.168\.0\.10:\d+","foreign":"203\.0\.113\.80:80","state":"TIME_WAIT","send_queue":0,"schema":1\}$/,
    );
    expect(dissect(['sockets', PAGE]).stdout).toMatch(
      /│ tcp +│ +0 │ 192\.168\.0\.10:\d+ │ 203\.0\.113\.80:80 │ TIME_WAIT │/,
    );
    expect(dissect(['sockets', PAGE, '--lang', 'ko']).stdout).toContain('로컬 주소');
    expect(dissect(['sockets', '--help']).stdout).toContain('frame:N');
  });

  it.each([
    ['--at', 'noon', /^dissect: --at wants seconds since the first frame, frame:N, [^\n]*not "noon"\n$/],
    ['--at', 'frame:0', /^dissect: --at wants /],
    ['--at', '-5', /^dissect: --at wants /],
    ['--at', '2026-13-41T00:00:00Z', /^dissect: --at wants /],
    ['--host', 'example.com', /^dissect: --host wants an IP address, not "example\.com"\n$/],
    ['--host', ':::::', /^dissect: --host wants an IP address, not ":::::"\n$/],
  ])('refuses %s %s', (option, value, sentence) => {
    const { status, stderr } = dissect(['sockets', PAGE, option, value]);
    expect(stderr).toMatch(sentence);
    expect(status).toBe(1);
  });
});
