import type { Row } from '../core/field.ts';
import type { Frame } from '../core/frame.ts';
import type { Context, Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { data } from '../protocols/data.ts';
import * as v4 from '../protocols/ipv4.ts';
import * as v6 from '../protocols/ipv6-fragment.ts';
import { ipProtocols, nextHeaders } from '../protocols/tables.ts';
import type { Follower } from './follower.ts';
import { LIMITS, type Limits } from './limits.ts';

/**
 * What is kept is bounded by number and octets (`Limits`), and by age on the capture's clock; the oldest datagram goes
 * first. Seconds: RFC 8200 §4.5 gives a datagram's fragments 60, RFC 1122 §3.3.2 asks for 60 to 120.
 */
export const MAX_AGE = 60;
/** The largest payload that the total length of IPv4 and the payload length of IPv6 can express. */
const MAX_LENGTH = 65535;
/** What one piece costs beside its octets. */
const OVERHEAD = 100;

/**
 * Puts IPv4 and IPv6 fragments together (RFC 791 §3.2, RFC 8200 §4.5). The frame that brings the last missing octets gets
 * the layers of the whole datagram; every other fragment shows its octets.
 *
 * Of octets that came twice the first copy counts, and copies that differ are an issue. (Hosts disagree here: RFC 5722
 * drops an IPv6 datagram whose fragments overlap.)
 */
export class Fragments implements Follower {
  /** In the order of their first fragments. The key is made of octets; fragments are rare enough for a string. */
  private readonly datagrams = new Map<string, Datagram>();
  private octets = 0;
  private readonly limits: Limits;
  /** Datagrams that were given up for want of room. */
  givenUp = 0;

  constructor(limits: Limits = LIMITS) {
    this.limits = limits;
  }

  /** Takes an IPv4 layer or an IPv6 fragment header. */
  follow(layer: Layer, packet: Packet): void {
    if (layer.protocol === v6.ipv6Fragment) this.followSix(layer, packet);
    else this.followFour(layer, packet);
  }

  private followFour(ip: Layer, packet: Packet): void {
    if (!ip.captured(v4.MIN_HEADER) || !v4.isFragment(ip) || !v4.isWhole(ip)) return;
    if (v4.totalLength(ip) <= ip.headerEnd - ip.start || ip.headerEnd === ip.start) return;
    const id = v4.identification(ip);
    const key = String.fromCharCode(v4.protocolNumber(ip), id) + octetsOf(ip.bytes, v4.sourceAt(ip), 8);
    const more = v4.moreFragments(ip) === 1;
    this.take(key, v4.fragmentOffset(ip), more, v4.protocolNumber(ip), ip, packet);
  }

  private followSix(header: Layer, packet: Packet): void {
    if (!header.captured(v6.HEADER) || !v6.isFragment(header) || !v6.isFragmentWhole(header)) return;
    const network = header.network!;
    const id = v6.identification(header);
    const from = network.protocol.addresses!.source(network);
    const key = String.fromCharCode(id >>> 16, id & 0xffff) + octetsOf(network.bytes, from, 32);
    const more = v6.moreFragments(header) === 1;
    this.take(key, v6.fragmentOffset(header), more, v6.nextHeader(header), header, packet);
  }

  private take(key: string, offset: number, more: boolean, protocol: number, layer: Layer, packet: Packet): void {
    const length = payloadLength(layer, packet, more);
    if (length <= 0) return;
    if (offset + length > MAX_LENGTH) {
      packet.report('malformed', layer, 'fragmentEnd', offset + length, MAX_LENGTH, 'offset and length');
      return;
    }
    this.forget(packet.frame);
    const datagram = this.datagrams.get(key) ?? this.begin(key, packet.frame);
    const held = datagram.held;
    datagram.add(offset, length, more, layer, packet);
    this.octets += datagram.held - held;
    // Only the first fragment's word counts on what the datagram carries (RFC 8200 §4.5).
    if (offset === 0) datagram.protocol = protocol;
    if (datagram.isComplete()) {
      this.remove(key, datagram);
      deliver(datagram, layer, packet);
    }
    const { fragments, datagrams } = this.limits;
    while (this.octets > fragments || this.datagrams.size > datagrams) this.removeOldest();
  }

  private begin(key: string, frame: Frame): Datagram {
    const datagram = new Datagram(frame.seconds);
    this.datagrams.set(key, datagram);
    this.octets += datagram.held;
    return datagram;
  }

  private remove(key: string, datagram: Datagram): void {
    this.datagrams.delete(key);
    this.octets -= datagram.held;
  }

  private removeOldest(): void {
    const [oldest] = this.datagrams;
    this.givenUp++;
    if (oldest !== undefined) this.remove(...oldest);
  }

  /** Gives up datagrams whose first fragment is too long ago. A clock that jumps back gives up nothing. */
  private forget(frame: Frame): void {
    if (!frame.hasTime) return;
    for (const [key, datagram] of this.datagrams) {
      if (frame.seconds - datagram.since <= MAX_AGE) return;
      this.remove(key, datagram);
    }
  }
}

/** Octets that the fragment brings. All but the last must be a multiple of 8 long: what is over is left out, as in Linux. */
function payloadLength(layer: Layer, packet: Packet, more: boolean): number {
  const length = layer.capturedEnd - layer.headerEnd;
  if (!more || (length & 7) === 0) return length;
  packet.report('malformed', layer, 'fragmentLength', (length + 7) & ~7, length, 'more fragments');
  return length & ~7;
}

/** The whole datagram takes the place of the last fragment's octets. */
function deliver(datagram: Datagram, layer: Layer, packet: Packet): void {
  const whole = datagram.join();
  const table = layer.protocol === v6.ipv6Fragment ? nextHeaders : ipProtocols;
  layer.context = new Reassembled(
    layer.protocol === v6.ipv6Fragment ? ROWS_6 : ROWS_4,
    datagram.fragments,
    whole.length,
  );
  if (packet.last.protocol === data && packet.count === layer.index + 2) packet.count--;
  packet.decode(packet.follow(table, datagram.protocol, data), whole, 0, whole.length, whole.length);
}

interface Piece {
  readonly start: number;
  readonly octets: Uint8Array;
}

/** The fragments of one datagram. */
class Datagram {
  /** Seconds of the first fragment's time. */
  readonly since: number;
  /** What the datagram carries: a protocol number. */
  protocol = 0;
  /** Fragments that came, with those that came twice. */
  fragments = 0;
  /** What it costs to keep. */
  held = OVERHEAD;
  /** Without overlaps, in their order. */
  private readonly pieces: Piece[] = [];
  /** Octets of all pieces together. */
  private covered = 0;
  /** Known once the last fragment is here. */
  private length = -1;

  constructor(since: number) {
    this.since = since;
  }

  isComplete(): boolean {
    return this.covered === this.length;
  }

  /** Takes the octets from `layer`'s payload, which stand at `offset` of the datagram. */
  add(offset: number, length: number, more: boolean, layer: Layer, packet: Packet): void {
    this.fragments++;
    const end = offset + length;
    if (!this.agrees(end, more)) {
      packet.report('malformed', layer, 'fragmentEnd', end, Math.max(this.length, this.reach()), 'other fragments');
      return;
    }
    if (!more) this.length = end;
    const differing = this.insert(layer.bytes, layer.headerEnd, offset, end);
    if (differing > 0) packet.report('malformed', layer, 'overlap', length, length - differing, 'other fragments');
  }

  /** Nothing lies behind the end, and there is one end. */
  private agrees(end: number, more: boolean): boolean {
    if (this.length >= 0) return more ? end <= this.length : end === this.length;
    return more || end >= this.reach();
  }

  /** Where the last piece ends. */
  private reach(): number {
    const last = this.pieces.at(-1);
    return last === undefined ? 0 : last.start + last.octets.length;
  }

  /** Keeps those octets of `[start, end)` that are not there yet. Answers how many of the others differ. */
  private insert(bytes: Uint8Array, from: number, start: number, end: number): number {
    let differing = 0;
    let at = start;
    let index = this.indexFrom(start);
    while (at < end) {
      const piece = this.pieces[index];
      const stop = piece === undefined ? end : Math.min(end, piece.start);
      if (at < stop) {
        this.keep(index++, at, bytes.slice(from + at - start, from + stop - start));
        at = stop;
        continue;
      }
      const shared = Math.min(end, piece!.start + piece!.octets.length);
      for (; at < shared; at++) if (piece!.octets[at - piece!.start] !== bytes[from + at - start]) differing++;
      index++;
    }
    return differing;
  }

  /** The first piece that ends behind `start`. Fragments mostly come in order: the search begins at the end. */
  private indexFrom(start: number): number {
    let index = this.pieces.length;
    while (index > 0) {
      const before = this.pieces[index - 1]!;
      if (before.start + before.octets.length <= start) break;
      index--;
    }
    return index;
  }

  private keep(index: number, start: number, octets: Uint8Array): void {
    this.pieces.splice(index, 0, { start, octets });
    this.covered += octets.length;
    this.held += octets.length + OVERHEAD;
  }

  join(): Uint8Array {
    const whole = new Uint8Array(this.length);
    for (const { start, octets } of this.pieces) whole.set(octets, start);
    return whole;
  }
}

/** Octets as a string of characters 0–255. */
function octetsOf(bytes: Uint8Array, from: number, count: number): string {
  let text = '';
  for (let at = from; at < from + count; at++) text += String.fromCharCode(bytes[at]!);
  return text;
}

/** What the layer that completed a datagram knows of it. */
export class Reassembled implements Context {
  readonly rows: readonly Row[];
  readonly fragments: number;
  readonly length: number;

  constructor(rows: readonly Row[], fragments: number, length: number) {
    this.rows = rows;
    this.fragments = fragments;
    this.length = length;
  }
}

const rowsUnder = (id: string): readonly Row[] => [
  {
    id: `${id}.fragment.count`,
    label: 'Fragments',
    kind: 'uint',
    read: ({ context }) => (context instanceof Reassembled ? context.fragments : null),
    about: 'How many fragments the datagram came in, in the frame that completes it.',
  },
  {
    id: `${id}.reassembled.length`,
    label: 'Reassembled length',
    kind: 'uint',
    read: ({ context }) => (context instanceof Reassembled ? context.length : null),
    about: 'Octets of the datagram that the fragments make up, without headers.',
  },
];

const ROWS_4 = rowsUnder('ip');
const ROWS_6 = rowsUnder('ipv6');

/** By protocol, for the field reference. */
export const fragmentRows = { ip: ROWS_4, ipv6: ROWS_6 };
