import { describe, expect, it } from 'vitest';
import { readCapture } from '../../src/capture/from-bytes.ts';
import { visitLayer } from '../../src/core/field.ts';
import { Frame } from '../../src/core/frame.ts';
import { Packet } from '../../src/core/packet.ts';
import { octetsOf } from '../../src/flows/address-octets.ts';
import { RtpSource } from '../../src/flows/rtp-source.ts';
import '../../src/protocols/index.ts';
import { decodeFrame, run } from '../../src/run.ts';
import { Tracker } from '../../src/track.ts';
import { cases } from '../golden/cases.ts';
import { hex16, MACS, octets } from '../protocols/decoded.ts';

const ALICE = 'c0000201';
const BOB = 'c0000202';
const latin = (text: string): string => Buffer.from(text, 'latin1').toString('hex');

function udp(from: string, source: number, to: string, destination: number, payload: string): string {
  const length = 8 + octets(payload).length;
  const datagram = `${hex16(source)} ${hex16(destination)} ${hex16(length)} 0000 ${payload}`;
  return `${MACS} 0800 4500 ${hex16(20 + length)} 0000 0000 4011 0000 ${from} ${to} ${datagram}`;
}

/** A message whose description announces media to an address and port. */
const offer = (address: string, port: number, more = ''): string =>
  latin(
    `INVITE sip:b SIP/2.0\r\nCSeq: 1 INVITE\r\nContent-Type: application/sdp\r\n\r\n` +
      `v=0\r\nc=IN IP4 ${address}\r\nm=audio ${port} RTP/AVP 0\r\n${more}`,
  );
const rtp = (sequence: number, type = '00'): string => `80${type} ${hex16(sequence)} 00000000 0a0b0c0d d5d5`;

/** What each frame holds, and the stream of its UDP. */
function seen(...frames: string[]): string[] {
  const tracker = new Tracker({ timeWait: 240, explain: true });
  const packet = new Packet();
  return frames.map((hex) => {
    const frame = new Frame();
    frame.bytes = octets(hex);
    frame.capturedLength = frame.wireLength = frame.bytes.length;
    decodeFrame(packet, frame);
    tracker.track(packet);
    let stream = '';
    for (const layer of packet.layers.slice(0, packet.count)) {
      visitLayer(layer, packet, (row, _at, _length, value) => {
        if (row.id === 'udp.stream') stream = String(value);
      });
    }
    return `${packet.last.protocol.id} ${stream}`;
  });
}

describe('announced media', () => {
  const announces = udp(ALICE, 5060, BOB, 5060, offer('192.0.2.1', 6000));

  it('is RTP, RTCP or neither by its first octets, in both directions', () => {
    expect(
      seen(
        udp(BOB, 7000, ALICE, 6000, rtp(1)),
        announces,
        udp(BOB, 7002, ALICE, 6000, rtp(1)),
        udp(ALICE, 6000, BOB, 7002, rtp(1)),
        udp(BOB, 7002, ALICE, 6000, '80c90001 01020304'),
        udp(BOB, 7002, ALICE, 6000, '000100002112a442'),
        udp(BOB, 7003, ALICE, 6001, '80c90001 01020304'),
        udp(BOB, 7003, ALICE, 6002, rtp(1)),
      ),
    ).toEqual(['data 0', 'sdp 1', 'rtp 2', 'rtp 2', 'rtcp 2', 'data 2', 'rtcp 3', 'data 4']);
  });

  it('is a conversation of its own from each announcement on, but for who talked before', () => {
    const known = udp(BOB, 7000, ALICE, 6000, rtp(1));
    const fresh = udp(BOB, 7002, ALICE, 6000, rtp(2));
    expect(seen(known, announces, known, fresh, announces, fresh, known)).toEqual([
      'data 0',
      'sdp 1',
      'rtp 0',
      'rtp 2',
      'sdp 1',
      'rtp 3',
      'rtp 0',
    ]);
  });

  it('has one conversation of RTCP, however often it is announced', () => {
    const control = udp(BOB, 7001, ALICE, 6001, '80c90001 01020304');
    expect(seen(announces, control, announces, control)).toEqual(['sdp 0', 'rtcp 1', 'sdp 0', 'rtcp 1']);
  });

  it('belongs to the announcement of its sender where both were announced', () => {
    const answers = udp(BOB, 5060, ALICE, 5060, offer('192.0.2.2', 7000));
    const [there, back] = [udp(ALICE, 6000, BOB, 7000, rtp(1)), udp(BOB, 7000, ALICE, 6000, rtp(1))];
    expect(seen(announces, answers, there, back, there)).toEqual(['sdp 0', 'sdp 0', 'rtp 1', 'rtp 2', 'rtp 1']);
  });

  it('goes to the port that was said for RTCP, and nowhere without an address or a port', () => {
    const own = udp(ALICE, 5060, BOB, 5060, offer('192.0.2.1', 6000, 'a=rtcp:6100\r\n'));
    const control = '80ca0002 01020304 00000000';
    expect(seen(own, udp(BOB, 9, ALICE, 6100, control), udp(BOB, 9, ALICE, 6001, control))).toEqual([
      'sdp 0',
      'rtcp 1',
      'data 2',
    ]);
    expect(seen(udp(ALICE, 5060, BOB, 5060, offer('home.test', 6000)), udp(BOB, 9, ALICE, 6000, rtp(1)))).toEqual([
      'sdp 0',
      'data 1',
    ]);
    expect(seen(udp(ALICE, 5060, BOB, 5060, offer('192.0.2.1', 0)), udp(BOB, 9, ALICE, 0, rtp(1)))[1]).toBe('data 1');
  });

  it('is found in signalling that is not decoded: MGCP, RANAP over SCTP', () => {
    const create = `CRCX 1 a@b MGCP 1.0\nC: 1\n\nv=0\nc=IN IP4 192.0.2.1\nm=audio 6000 RTP/AVP 0\n`;
    expect(seen(udp(BOB, 2727, ALICE, 2427, latin(create)), udp(BOB, 9, ALICE, 6000, rtp(1)))).toEqual([
      'sdp 0',
      'rtp 1',
    ]);
    const nsap = `27c0 350001c0000201${'00'.repeat(13)}40 1770 0000 00`;
    const chunk = `0003 ${hex16(16 + octets(nsap).length)} 00000001 0000 0000 00000003 ${nsap}`;
    const sctp = `0b59 0b59 00000000 00000000 ${chunk}`;
    const bearer = `${MACS} 0800 4500 ${hex16(20 + octets(sctp).length)} 0000 0000 4084 0000 ${BOB} ${ALICE} ${sctp}`;
    expect(seen(bearer, udp(BOB, 9, ALICE, 6000, rtp(1)))).toEqual(['data ', 'rtp 0']);
    for (let end = 14; end < octets(bearer).length; end++) seen(bearer.replace(/\s/g, '').slice(0, end * 2));
  });

  it('forgets the oldest of too many announcements', () => {
    const many = Array.from({ length: 520 }, (_, i) =>
      udp(
        ALICE,
        5060,
        BOB,
        5060,
        offer(
          '192.0.2.1',
          1000 + i * 64,
          Array.from({ length: 31 }, (_, j) => `m=audio ${1000 + i * 64 + 2 + j * 2} RTP/AVP 0\r\n`).join(''),
        ),
      ),
    );
    const shown = seen(announces, ...many, udp(BOB, 9, ALICE, 6000, rtp(1)), udp(BOB, 9, ALICE, 34_000, rtp(1)));
    expect(shown.slice(-2)[1]).toMatch(/^rtp/);
  });
});

describe('the packets of a source', () => {
  const places = (...numbers: number[]) => {
    const source = new RtpSource();
    return { places: numbers.map((number) => source.take(number)), source };
  };

  it('are next, missing, late or there twice', () => {
    const { places: found, source } = places(10, 11, 14, 12, 12, 15);
    expect(found).toEqual(['first', 'next', 'gap', 'late', 'duplicate', 'next']);
    expect([source.expected, source.received, source.lost]).toEqual([6, 6, 0]);
  });

  it('go on behind 65535, and begin anew after a jump', () => {
    const { places: found, source } = places(65_534, 65_535, 0, 1, 65_535, 30_000);
    expect(found).toEqual(['first', 'next', 'next', 'next', 'duplicate', 'restart']);
    expect([source.expected, source.received]).toEqual([1, 1]);
  });

  it('have a jitter of a sixteenth of what one comes late, whatever the timestamp does', () => {
    const source = new RtpSource();
    source.take(1);
    source.time(0xffffff60, 0, 8000);
    source.time(0, 20e6, 8000);
    expect(source.jitter).toBeCloseTo(0, 6);
    source.time(160, 50e6, 8000);
    expect(source.jitter).toBeCloseTo(5, 6);
  });

  it('are counted as their receiver counts them: the report of a real one', async () => {
    const fixture = cases().find(({ name }) => name === 'rtp/call')!;
    const tracker = new Tracker({ timeWait: 240, explain: false });
    const last = new Map<string, number>();
    const told = new Map<string, number>();
    await run(readCapture(fixture.bytes()), tracker, {
      packet(packet) {
        const layer = packet.last;
        const values = new Map<string, number>();
        visitLayer(layer, packet, (row, _at, _length, value) => values.set(row.id, Number(value)));
        if (values.get('rtp.ssrc') === 0x5d271517) for (const [id, value] of values) last.set(id, value);
        if (values.get('rtcp.ssrc.cum_nr') === undefined || packet.frame.number !== 58) return true;
        for (const [id, value] of values) told.set(id, value);
        return false;
      },
      pause() {},
    });
    expect(told.get('rtcp.ssrc.cum_nr')).toBe(3);
    expect(last.get('dissect.rtp.lost')).toBe(3);
    // Alice's clock is where the capture was taken: they differ by what her scheduler makes of it.
    expect(Math.abs(last.get('dissect.rtp.jitter')! - told.get('rtcp.ssrc.jitter')!)).toBeLessThan(8);
  });
});

it('addresses are read as they are written', () => {
  expect(octetsOf('192.0.2.1')).toEqual(Uint8Array.of(192, 0, 2, 1));
  expect(octetsOf('2001:db8::1')).toEqual(octets('20010db8000000000000000000000001'));
  expect(octetsOf('::ffff:192.0.2.1')).toEqual(octets('00000000000000000000ffffc0000201'));
  expect(octetsOf('::')).toEqual(new Uint8Array(16));
  for (const wrong of ['256.0.0.1', '1.2.3', '1::2::3', ':::', '1:2:3:4:5:6:7:8:9', '12345::', 'g::', '1:2', '']) {
    expect(octetsOf(wrong), wrong).toBeNull();
  }
});
