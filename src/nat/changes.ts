import { type Row, type Value, visitLayer } from '../core/field.ts';
import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import * as icmp from '../protocols/icmp.ts';
import * as icmpv6 from '../protocols/icmpv6.ts';
import * as tcp from '../protocols/tcp.ts';
import * as udp from '../protocols/udp.ts';
import type { Content } from './twins.ts';

/** A field as one of two twins has it. */
export interface Reading {
  readonly row: Row;
  readonly layer: Layer;
  readonly at: number;
  readonly length: number;
  readonly value: Value;
}

/** A field that twins have different values of; null where one does not have it. */
export interface Change {
  readonly before: Reading | null;
  readonly after: Reading | null;
}

/** What a translator did to one packet. */
export interface Comparison {
  readonly changes: readonly Change[];
  /** Fields that both have, with the same octets. */
  readonly unchanged: number;
  /** Octets of content that were compared, and whether they are the same; null where a capture has none of them. */
  readonly content: { readonly octets: number; readonly same: boolean } | null;
}

/** Compares two packets field by field, from the link up to the transport, and octet by octet what that carries. */
export function compareTwins(before: Packet, after: Packet): Comparison {
  const [here, there] = [readingsOf(before), readingsOf(after)];
  const changes: Change[] = [];
  let unchanged = 0;
  for (const [name, reading] of here) {
    const other = there.get(name);
    if (other !== undefined && sameOctets(reading, other)) unchanged++;
    else changes.push({ before: reading, after: other ?? null });
  }
  for (const [name, reading] of there) if (!here.has(name)) changes.push({ before: null, after: reading });
  return { changes, unchanged, content: compareContent(before, after) };
}

/** Fields that stand in the headers, by id and by how many there were of it before. Parts of a field come with the whole. */
function readingsOf(packet: Packet): Map<string, Reading> {
  const found = new Map<string, Reading>();
  const last = transportOf(packet);
  for (const layer of packet.layers.slice(0, (last?.index ?? packet.count - 1) + 1)) {
    if (layer.quoted) break;
    visitLayer(layer, packet, (row, at, length, value, level) => {
      if (at < 0 || length === 0 || level > 0) return;
      let name = row.id;
      for (let i = 2; found.has(name); i++) name = `${row.id} ${i}`;
      found.set(name, { row, layer, at, length, value });
    });
  }
  return found;
}

function sameOctets(one: Reading, other: Reading): boolean {
  if (one.length !== other.length) return false;
  for (let i = 0; i < one.length; i++) {
    if (one.layer.bytes[one.at + i] !== other.layer.bytes[other.at + i]) return false;
  }
  return true;
}

function compareContent(before: Packet, after: Packet): Comparison['content'] {
  const [here, there] = [transportOf(before), transportOf(after)];
  if (here === null || there === null) return null;
  const sent = here.wireEnd - here.headerEnd;
  const octets = Math.min(here.capturedEnd - here.headerEnd, there.capturedEnd - there.headerEnd);
  if (sent === there.wireEnd - there.headerEnd && octets < sent && octets <= 0) return null;
  let same = sent === there.wireEnd - there.headerEnd;
  for (let i = 0; same && i < octets; i++) {
    same = here.bytes[here.headerEnd + i] === there.bytes[there.headerEnd + i];
  }
  return { octets: Math.max(0, octets), same };
}

/** What `Twins.settle` wants to know of a packet. */
export function contentOf(packet: Packet): Content {
  const layer = transportOf(packet);
  if (layer === null || layer.capturedEnd < layer.wireEnd) return { good: false, digest: 0 };
  let digest = layer.wireEnd - layer.headerEnd;
  for (let at = layer.headerEnd; at < layer.capturedEnd; at++) {
    const mixed = Math.imul(digest ^ layer.bytes[at]!, 0x9e3779b1);
    digest = mixed ^ (mixed >>> 15);
  }
  return { good: isRight(layer), digest };
}

function isRight(layer: Layer): boolean {
  if (layer.protocol === tcp.tcp) return tcp.checksumVerdict(layer) === 'good';
  if (layer.protocol === udp.udp) return udp.checksumVerdict(layer) === 'good';
  if (layer.protocol === icmpv6.icmpv6) return icmpv6.checksumVerdict(layer) === 'good';
  return icmp.checksumVerdict(layer) === 'good';
}

function transportOf({ layers, count }: Packet): Layer | null {
  for (let i = 0; i < count; i++) {
    const layer = layers[i]!;
    if (layer.quoted) return null;
    if (TRANSPORTS.has(layer.protocol)) return layer;
  }
  return null;
}

const TRANSPORTS: ReadonlySet<unknown> = new Set([tcp.tcp, udp.udp, icmp.icmp, icmpv6.icmpv6]);
