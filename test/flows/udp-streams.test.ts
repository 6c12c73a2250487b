import { expect, test } from 'vitest';
import { Frame } from '../../src/core/frame.ts';
import { Packet } from '../../src/core/packet.ts';
import { UdpStream } from '../../src/flows/udp-streams.ts';
import '../../src/protocols/index.ts';
import { decodeFrame } from '../../src/run.ts';
import { Tracker } from '../../src/track.ts';
import { hex16, MACS, octets } from '../protocols/decoded.ts';

const CLIENT = 'c0a8000a';
const SERVER = 'cb007150';
const GET = '300a 020100 0403 616263 0500';

/** The streams of every UDP layer, frame by frame. */
function streams(...frames: string[]): string[] {
  const tracker = new Tracker({ timeWait: 240, explain: false });
  const packet = new Packet();
  return frames.map((hex) => {
    const frame = new Frame();
    frame.bytes = octets(hex);
    frame.capturedLength = frame.wireLength = frame.bytes.length;
    decodeFrame(packet, frame);
    tracker.track(packet);
    const found = packet.layers.slice(0, packet.count).map(({ context }) => context);
    return found
      .flatMap((context) => (context instanceof UdpStream ? [`${context.stream}.${context.direction}`] : []))
      .join();
  });
}

function ip(from: string, to: string, protocol: number, payload: string): string {
  const length = octets(payload).length;
  return `4500 ${hex16(20 + length)} 0000 0000 40${protocol.toString(16).padStart(2, '0')} 0000 ${from} ${to} ${payload}`;
}

function udp(source: number, destination: number, payload = '', from = CLIENT, to = SERVER): string {
  const length = hex16(8 + octets(payload).length);
  return `${MACS} 0800 ${ip(from, to, 17, `${hex16(source)} ${hex16(destination)} ${length} 0000 ${payload}`)}`;
}

test('conversations are numbered in the order of appearance, with their direction', () => {
  const there = udp(4000, 9);
  const back = udp(9, 4000, '', SERVER, CLIENT);
  expect(streams(there, udp(4001, 9), back, there)).toEqual(['0.0', '1.0', '0.1', '0.0']);
});

test('a quoted datagram belongs to the conversation of its original', () => {
  const quoted = ip(CLIENT, SERVER, 17, '0fa0 0009 0008 0000');
  const unreachable = `${MACS} 0800 ${ip(SERVER, CLIENT, 1, `0303 0000 00000000 ${quoted}`)}`;
  expect(streams(udp(1, 2), udp(4000, 9), unreachable)).toEqual(['0.0', '1.0', '1.0']);
});

test('of SNMP the first message is a stream of its own, as in Wireshark', () => {
  const ask = udp(4000, 161, GET);
  const answer = udp(161, 4000, GET, SERVER, CLIENT);
  expect(streams(ask, answer, ask, udp(1, 2), answer)).toEqual(['0.0', '1.0', '1.1', '2.0', '1.0']);
  expect(streams(udp(4000, 161, '6162'), udp(161, 4000, '6162', SERVER, CLIENT))).toEqual(['0.0', '0.1']);
});
