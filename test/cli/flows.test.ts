import { describe, expect, it } from 'vitest';
import { cellWidth } from '../../src/output/width.ts';
import { dissect, fixture } from './run-cli.ts';

const PAGE = fixture('web/first-page-lan/capture.pcap');

const flows = (...argv: string[]) => {
  const { stdout, stderr, status } = dissect(['flows', '-T', 'ndjson', ...argv]);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
};
const first = (path: string) => flows(fixture(`${path}/capture.pcap`)).find(({ proto }) => proto === 'tcp');

describe('dissect flows', () => {
  it('counts what tshark counts', () => {
    const [dns, tcp] = flows(PAGE);
    expect(dns).toMatchObject({ proto: 'udp', service: 'dns', ended: null, conn_state: 'SF', history: 'Dd' });
    expect(tcp).toMatchObject({ proto: 'tcp', stream: 0, service: 'http', ended: 'closed', conn_state: 'SF' });
    expect(tcp.history).toBe('ShADadFf');
    expect(tcp.client).toBe(tcp.a.endpoint);
    expect(tcp.server).toBe('203.0.113.80:80');
    expect(tcp.ended_by).toBe(tcp.client);
    const rows = dissect([PAGE, '-T', 'fields', '-e', 'tcp.stream', '-e', 'ip.src', '-e', 'frame.len', '-e', 'tcp.len'])
      .stdout.split('\n')
      .map((line) => line.split('\t'))
      .filter(([stream, source]) => stream === '0' && source === '192.168.0.10');
    const sum = (column: number) => rows.reduce((total, row) => total + Number(row[column]), 0);
    expect(tcp.a).toMatchObject({ packets: rows.length, bytes: sum(2), data: sum(3), state: 'TIME_WAIT' });
    expect(tcp.b).toMatchObject({ role: 'server', state: 'CLOSED', retransmissions: 0, bad_checksums: 0 });
    const [rtt] = dissect([PAGE, '-T', 'fields', '-e', 'tcp.analysis.initial_rtt', '--frames', '9']).stdout.split('\n');
    expect(tcp.initial_rtt).toBe(rtt);
  });

  it('keeps its keys and their order', () => {
    const line = dissect(['flows', '-T', 'ndjson', PAGE]).stdout.split('\n')[1]!;
    expect(Object.keys(JSON.parse(line)).join(' ')).toBe(
      'schema proto stream client server service time_epoch time duration first_frame last_frame a b initial_rtt ' +
        'reused_ports mid_stream ended ended_by ended_frame cause conn_state history',
    );
    expect(Object.keys(JSON.parse(line).a).join(' ')).toBe(
      'endpoint role packets bytes data retransmissions out_of_order lost_segments duplicate_acks zero_windows ' +
        'bad_checksums state',
    );
  });

  it.each<[string, Record<string, unknown>]>([
    ['tcp/refused', { ended: 'refused', conn_state: 'REJ', history: 'Sr', cause: 'refused' }],
    ['tcp/unanswered', { ended: 'unanswered', conn_state: 'S0', history: 'S', ended_by: null }],
    ['tcp/half-close', { ended: 'closed', conn_state: 'SF', mid_stream: false }],
    ['tcp/mid-stream', { mid_stream: true }],
    ['tcp-states/reset-by-linger', { ended: 'reset', conn_state: 'RSTR' }],
    ['tcp-states/ended-in-the-middle', { ended: 'open', conn_state: 'S1' }],
    ['tcp-states/crashed-and-called-again', { ended: 'superseded', ended_by: null, ended_frame: null }],
    ['tcp-states/reset-behind-what-was-not-captured', { ended: 'reset', ended_frame: 6, cause: 'linger' }],
    ['tcp-states/simultaneous-close', { ended: 'closed', conn_state: 'SF' }],
    ['tcp-states/one-direction', { ended: 'half-closed', conn_state: 'SH', history: 'SADF' }],
  ])('%s', (path, expected) => {
    expect(first(path)).toMatchObject(expected);
  });

  it('tells loss, closed windows and ports used again', () => {
    const lost = first('tcp/lost-segment');
    expect(lost.b.lost_segments).toBe(1);
    expect(lost.b.retransmissions + lost.b.out_of_order).toBeGreaterThan(0);
    const window = first('tcp/zero-window');
    expect(window.a.zero_windows + window.b.zero_windows).toBeGreaterThan(0);
    expect(window.history.toLowerCase()).toContain('w');
    const again = flows(fixture('tcp-states/reused-out-of-time-wait/capture.pcap'));
    expect(again.map(({ stream, reused_ports }) => [stream, reused_ports])).toEqual([
      [0, false],
      [1, true],
    ]);
  });

  it('knows ICMP echo', () => {
    const [ping] = flows(fixture('icmp/ping/capture.pcap')).filter(({ proto }) => proto === 'icmp');
    expect(ping).toMatchObject({ conn_state: 'OTH', history: '', ended: null });
    expect(ping.a).toMatchObject({ role: 'client', retransmissions: null, state: null });
    expect(ping.a.packets).toBe(ping.b.packets);
    const six = flows(fixture('ipv6/ping-fragments/capture.pcap')).filter(({ proto }) => proto === 'icmpv6');
    expect(six).toHaveLength(1);
  });

  it('chooses a stream, frames and a number of packets', () => {
    expect(flows(PAGE, '--stream', '0').map(({ proto }) => proto)).toEqual(['tcp']);
    expect(flows(PAGE, '--frames', '3').map(({ proto }) => proto)).toEqual(['udp']);
    expect(flows(PAGE, '--frames', '8')[0]).toEqual(flows(PAGE, '--stream', '0')[0]);
    expect(flows(PAGE, '-c', '8')[1]).toMatchObject({ ended: 'open', history: 'Sh', last_frame: 8 });
  });

  it('prints a table whose lines are equally wide, in both languages', () => {
    for (const [language, head] of [
      ['en', 'Client'],
      ['ko', '클라이언트'],
    ] as const) {
      const { stdout } = dissect(['flows', PAGE, '--lang', language, '--width', '80']);
      const lines = stdout.split('\n').filter((line) => /^[┌│├└]/.test(line));
      expect(stdout).toContain(head);
      expect(new Set(lines.map(cellWidth)).size).toBe(1);
      expect(cellWidth(lines[0]!)).toBeLessThanOrEqual(80);
    }
    expect(dissect(['flows', PAGE]).stdout).toMatch(/\n2 conversations in 24 packets\n$/);
    expect(dissect(['flows', '-'], { input: new Uint8Array(0) }).status).toBe(2);
  });

  it('prints lines where a table would be too long', () => {
    const { stdout } = dissect(['flows', '-'], { input: manySyns(300) });
    const lines = stdout.split('\n').slice(0, -1);
    expect(lines).toHaveLength(301);
    expect(lines[0]).toMatch(
      /^tcp 0 +10\.0\.0\.0:1024 → 10\.255\.0\.1:80 +1\/0 Packets .* SYN_SENT\/\w+ +unanswered; /,
    );
    expect(lines[300]).toBe('300 conversations in 300 packets');
  });
});

/** A capture of SYNs, each from an address of its own. */
function manySyns(count: number): Uint8Array {
  const bytes = new Uint8Array(24 + count * 56);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0xa1b2c3d4);
  view.setUint16(4, 2);
  view.setUint16(6, 4);
  view.setUint32(16, 65535);
  view.setUint32(20, 101);
  for (let i = 0; i < count; i++) {
    const at = 24 + i * 56;
    view.setUint32(at, i);
    view.setUint32(at + 8, 40);
    view.setUint32(at + 12, 40);
    view.setUint32(at + 16, 0x45000028);
    view.setUint32(at + 24, 0x40060000);
    view.setUint32(at + 28, 0x0a000000 + i);
    view.setUint32(at + 32, 0x0aff0001);
    view.setUint16(at + 36, 1024);
    view.setUint16(at + 38, 80);
    view.setUint16(at + 48, 0x5002);
  }
  return bytes;
}
