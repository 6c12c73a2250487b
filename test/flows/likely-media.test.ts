import { expect, it } from 'vitest';
import { visitLayer } from '../../src/core/field.ts';
import { Frame } from '../../src/core/frame.ts';
import { Packet } from '../../src/core/packet.ts';
import '../../src/protocols/index.ts';
import { decodeFrame } from '../../src/run.ts';
import { Tracker } from '../../src/track.ts';
import { hex16, MACS, octets } from '../protocols/decoded.ts';

interface Sent {
  readonly number: number;
  readonly time?: number;
  readonly source?: string;
  readonly type?: string;
  readonly port?: number;
}

/** For each datagram, 1 where it is said to look like RTP; and how often that was told. */
function likely(...sent: Sent[]): { seen: string; told: number; protocols: Set<string> } {
  const tracker = new Tracker({ timeWait: 240, explain: true });
  const packet = new Packet();
  let told = 0;
  const protocols = new Set<string>();
  const seen = sent.map(({ number, time = number * 160, source = '0a0b0c0d', type = '00', port = 6000 }) => {
    const payload = `80${type} ${hex16(number)} ${(time >>> 0).toString(16).padStart(8, '0')} ${source} d5d5`;
    const length = hex16(8 + octets(payload).length);
    const ip = `4500 ${hex16(28 + octets(payload).length)} 0000 0000 4011 0000 c0000201 c0000202`;
    const frame = new Frame();
    frame.bytes = octets(`${MACS} 0800 ${ip} 1388 ${hex16(port)} ${length} 0000 ${payload}`);
    frame.capturedLength = frame.wireLength = frame.bytes.length;
    decodeFrame(packet, frame);
    tracker.track(packet);
    told += tracker.events.raised.filter(({ id }) => id === 'rtp.likely').length;
    protocols.add(packet.last.protocol.id);
    let found = '0';
    visitLayer(packet.last, packet, (row) => {
      if (row.id === 'dissect.rtp.likely') found = '1';
    });
    return found;
  });
  return { seen: seen.join(''), told, protocols };
}

const run = (count: number, more: Partial<Sent> = {}): Sent[] =>
  Array.from({ length: count }, (_, i) => ({
    number: 65_533 + i > 65_535 ? i - 3 : 65_533 + i,
    time: i * 160,
    ...more,
  }));

it('four packets in a row look like RTP, which is told once and changes nothing of what they are', () => {
  expect(likely(...run(6))).toEqual({ seen: '000111', told: 1, protocols: new Set(['data']) });
  expect(likely(...run(6, { type: 'e0' })).seen).toBe('000111');
});

it('odd ports, unknown types, other sources and jumps do not', () => {
  expect(likely(...run(6, { port: 6001 })).seen).toBe('000000');
  expect(likely(...run(6, { type: '23' })).seen).toBe('000000');
  expect(likely(...run(6, { number: 5 })).seen).toBe('000000');
  expect(likely(...run(3), { number: 9, source: '00000001' }, ...run(3)).seen).toBe('0000000');
  expect(likely(...run(3), { number: 900 }, { number: 901 }, { number: 902 }, { number: 903 }).seen).toBe('0000001');
  expect(likely(...run(3), { number: 0, time: 0x8000_0000 }).seen).toBe('0000');
});
