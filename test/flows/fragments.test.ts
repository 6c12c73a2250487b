import { describe, expect, test } from 'vitest';
import { Frame } from '../../src/core/frame.ts';
import { Packet } from '../../src/core/packet.ts';
import { MAX_AGE, Reassembled } from '../../src/flows/fragments.ts';
import { LIMITS } from '../../src/flows/limits.ts';
import '../../src/protocols/index.ts';
import { checksumVerdict } from '../../src/protocols/udp.ts';
import { decodeFrame } from '../../src/run.ts';
import { Tracker } from '../../src/track.ts';
import { hex8, hex16, internetSum, MACS, octets } from '../protocols/decoded.ts';

const V4 = 'c0a8000a cb007150';
const V6 = `20010db8${'00'.repeat(11)}01 20010db8${'00'.repeat(11)}02`;
const digits = (bytes: Iterable<number>): string => [...bytes].map(hex8).join('');

/** A UDP datagram of 48 octets whose checksum fits these addresses. */
function datagram(addresses: string): Uint8Array {
  const udp = octets(`d431 0035 0030 0000 ${digits(Array(40).keys())}`);
  const sum = internetSum(octets(`${addresses} 0011 0030 ${digits(udp)}`));
  udp.set([sum >>> 8, sum & 0xff], 6);
  return udp;
}

interface Piece {
  readonly id?: number;
  readonly protocol?: number;
  /** Captured octets less than the whole. */
  readonly snapped?: number;
  readonly at?: number;
}

const UDP4 = datagram(V4);
const UDP6 = datagram(V6);

class Replay {
  readonly packet = new Packet();
  private readonly tracker = new Tracker({ timeWait: 240, explain: false });
  private count = 0;

  v4(from: number, to: number, more: boolean, { id = 7, protocol = 17, ...rest }: Piece = {}, bytes = UDP4): this {
    const word = (more ? 0x2000 : 0) | (from >>> 3);
    const payload = bytes.subarray(from, to);
    const total = hex16(20 + payload.length);
    const header = `4500 ${total} ${hex16(id)} ${hex16(word)} 40${hex8(protocol)} 0000 ${V4}`;
    return this.play(octets(`${MACS} 0800 ${header}`), payload, rest);
  }

  v6(from: number, to: number, more: boolean, { id = 7, protocol = 17, ...rest }: Piece = {}, bytes = UDP6): this {
    const payload = bytes.subarray(from, to);
    const header = `60000000 ${hex16(8 + payload.length)} 2c40 ${V6}`;
    const fragment = `${hex8(protocol)}00 ${hex16(from | (more ? 1 : 0))} 0000${hex16(id)}`;
    return this.play(octets(`${MACS} 86dd ${header} ${fragment}`), payload, rest);
  }

  private play(headers: Uint8Array, payload: Uint8Array, { snapped = 0, at = 0 }: Piece): this {
    const bytes = new Uint8Array(headers.length + payload.length);
    bytes.set(headers);
    bytes.set(payload, headers.length);
    const frame = new Frame();
    frame.bytes = bytes;
    frame.number = ++this.count;
    frame.seconds = at;
    frame.capturedLength = bytes.length - snapped;
    frame.wireLength = bytes.length;
    decodeFrame(this.packet, frame);
    this.tracker.track(this.packet);
    return this;
  }

  get layers(): string {
    return this.packet.layers
      .slice(2, this.packet.count)
      .map(({ protocol }) => protocol.id)
      .join(' ');
  }

  get issues(): string[] {
    return this.packet.issues.map(({ code }) => code);
  }

  /** Fragments and octets of the datagram that the last frame completed. */
  get completed(): readonly [number, number] | null {
    for (const { context } of this.packet.layers.slice(0, this.packet.count)) {
      if (context instanceof Reassembled) return [context.fragments, context.length];
    }
    return null;
  }

  get verdict(): string {
    return checksumVerdict(this.packet.layers.find(({ protocol }) => protocol.id === 'udp')!);
  }
}

describe('IPv4', () => {
  test('the frame that completes a datagram gets its layers, the others show their octets', () => {
    const replay = new Replay().v4(0, 16, true);
    expect(replay.layers).toBe('ip data');
    expect(replay.v4(16, 32, true).layers).toBe('ip data');
    expect(replay.completed).toBeNull();
    expect(replay.v4(32, 48, false).layers).toBe('ip udp dns');
    expect(replay.completed).toEqual([3, 48]);
  });

  test('layers of a datagram are marked, know their network layer, and its checksum can be judged', () => {
    const replay = new Replay().v4(32, 48, false).v4(16, 32, true).v4(0, 16, true);
    const udp = replay.packet.layers[3]!;
    expect([udp.protocol.id, udp.reassembled, udp.network?.protocol.id]).toEqual(['udp', true, 'ip']);
    expect(replay.verdict).toBe('good');
  });

  test('a changed octet makes the checksum bad', () => {
    const changed = UDP4.slice();
    changed[40]! ^= 1;
    const replay = new Replay().v4(0, 16, true).v4(16, 48, false, {}, changed);
    expect(replay.verdict).toBe('bad');
  });

  test('datagrams are told apart by identification and protocol', () => {
    const replay = new Replay().v4(0, 16, true).v4(16, 48, false, { id: 8 });
    expect(replay.completed).toBeNull();
    expect(replay.v4(16, 48, false, { protocol: 6 }).completed).toBeNull();
    expect(replay.v4(16, 48, false).completed).toEqual([2, 48]);
  });

  test('a fragment that comes twice counts, and is no fault', () => {
    const replay = new Replay().v4(0, 16, true).v4(0, 16, true);
    expect(replay.issues).toEqual([]);
    expect(replay.v4(16, 48, false).completed).toEqual([3, 48]);
    expect(replay.verdict).toBe('good');
  });

  test('of octets that differ the first copy counts', () => {
    const other = UDP4.slice().fill(0xff);
    const replay = new Replay().v4(0, 16, true).v4(8, 24, true, {}, other);
    expect(replay.issues).toEqual(['ip.overlap']);
    expect(replay.v4(16, 48, false).issues).toContain('ip.overlap');
    expect(digits(replay.packet.layers[3]!.bytes)).toBe(
      digits([...UDP4.subarray(0, 16), ...other.subarray(16, 24), ...UDP4.subarray(24)]),
    );
  });

  test('a fragment may fill several gaps at once', () => {
    const replay = new Replay().v4(8, 16, true).v4(24, 32, true).v4(0, 40, true).v4(40, 48, false);
    expect(replay.completed).toEqual([4, 48]);
    expect(replay.verdict).toBe('good');
  });

  test('fragments behind the end, and a second end, are faults and left out', () => {
    expect(new Replay().v4(16, 32, false).v4(32, 48, true).issues).toEqual(['ip.fragmentEnd']);
    expect(new Replay().v4(16, 32, false).v4(32, 48, false).issues).toEqual(['ip.fragmentEnd']);
    expect(new Replay().v4(32, 48, true).v4(16, 32, false).issues).toEqual(['ip.fragmentEnd']);
  });

  test('a fragment that is not the last and not a multiple of eight octets is a fault', () => {
    expect(new Replay().v4(0, 13, true).issues).toEqual(['ip.fragmentLength']);
  });

  test('a datagram longer than any may be is a fault', () => {
    const long = new Uint8Array(65600);
    expect(new Replay().v4(65528, 65600, false, {}, long).issues).toEqual(['ip.fragmentEnd']);
  });

  test('snapped fragments are not put together; the first is read as far as it goes', () => {
    const replay = new Replay().v4(0, 16, true, { snapped: 4 });
    expect(replay.layers).toBe('ip udp dns');
    expect(replay.issues).toEqual(['dns.header']);
    expect(replay.v4(16, 48, false).completed).toBeNull();
  });
});

describe('IPv6', () => {
  test('is put together as IPv4 is, in any order', () => {
    const replay = new Replay().v6(16, 48, false);
    expect(replay.layers).toBe('ipv6 ipv6.fraghdr data');
    expect(replay.v6(0, 16, true).layers).toBe('ipv6 ipv6.fraghdr udp dns');
    expect(replay.completed).toEqual([2, 48]);
    expect(replay.packet.layers[4]!.network?.protocol.id).toBe('ipv6');
    expect(replay.verdict).toBe('good');
  });

  test('the first fragment says what the datagram carries', () => {
    const replay = new Replay().v6(0, 16, true).v6(16, 48, false, { protocol: 99 });
    expect(replay.layers).toBe('ipv6 ipv6.fraghdr udp dns');
  });

  test('a fragment that is the whole datagram needs no other', () => {
    const replay = new Replay().v6(0, 48, false);
    expect(replay.layers).toBe('ipv6 ipv6.fraghdr udp dns');
    expect(replay.completed).toBeNull();
    expect(replay.verdict).toBe('good');
  });
});

describe('what is kept', () => {
  test('is given up when it is too old by the capture’s clock', () => {
    const old = new Replay().v4(0, 16, true, { at: 10 }).v4(16, 48, false, { at: 10 + MAX_AGE + 1 });
    expect(old.completed).toBeNull();
    const young = new Replay().v4(0, 16, true, { at: 10 }).v4(16, 48, false, { at: 10 + MAX_AGE });
    expect(young.completed).toEqual([2, 48]);
  });

  test('is bounded in number: the oldest goes first', () => {
    const replay = new Replay();
    for (let id = 0; id <= LIMITS.datagrams; id++) replay.v4(0, 16, true, { id });
    expect(replay.v4(16, 48, false, { id: 1 }).completed).toEqual([2, 48]);
    expect(replay.v4(16, 48, false, { id: 0 }).completed).toBeNull();
    expect(replay.v4(16, 48, false, { id: LIMITS.datagrams }).completed).toEqual([2, 48]);
  });

  test('is bounded in octets', () => {
    const replay = new Replay();
    const large = new Uint8Array(60000);
    const enough = Math.ceil(LIMITS.fragments / large.length) + 1;
    replay.v4(0, 16, true, { id: 0 });
    for (let id = 1; id <= enough; id++) replay.v4(0, large.length, true, { id }, large);
    expect(replay.v4(16, 48, false, { id: 0 }).completed).toBeNull();
    expect(replay.v4(0, 16, true, { id: 5000 }).v4(16, 48, false, { id: 5000 }).completed).toEqual([2, 48]);
  });
});
