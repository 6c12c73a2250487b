import { type Row, standsInBytes, type Value, visitLayer } from '../core/field.ts';
import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import * as icmp from '../protocols/icmp.ts';
import * as icmpv6 from '../protocols/icmpv6.ts';
import * as ipv4 from '../protocols/ipv4.ts';
import * as ipv6 from '../protocols/ipv6.ts';
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
    if (other !== undefined && isSame(reading, other)) unchanged++;
    else changes.push({ before: reading, after: other ?? null });
  }
  for (const [name, reading] of there) if (!here.has(name)) changes.push({ before: null, after: reading });
  return { changes, unchanged, content: compareContent(before, after) };
}

/**
 * Fields that stand in the headers, by id and by how many there were of it before; those of a packet that an error quotes,
 * too, for it is translated as well. Bits come with the whole that they are part of.
 */
function readingsOf(packet: Packet): Map<string, Reading> {
  const found = new Map<string, Reading>();
  const last = carrierOf(packet)?.index ?? -1;
  for (const layer of packet.layers.slice(0, last + 1)) {
    visitLayer(layer, packet, (row, at, length, value, level) => {
      if (at < 0 || length === 0 || row.kind === 'none' || (level > 0 && row.bit !== undefined)) return;
      let name = row.id;
      for (let i = 2; found.has(name); i++) name = `${row.id} ${i}`;
      found.set(name, { row, layer, at, length, value });
    });
  }
  return found;
}

function isSame(one: Reading, other: Reading): boolean {
  if (!standsInBytes(one.row.kind)) return one.value === other.value;
  if (one.length !== other.length) return false;
  for (let i = 0; i < one.length; i++) {
    if (one.layer.bytes[one.at + i] !== other.layer.bytes[other.at + i]) return false;
  }
  return true;
}

function compareContent(before: Packet, after: Packet): Comparison['content'] {
  const [here, there] = [carrierOf(before), carrierOf(after)];
  if (here === null || there === null) return null;
  const [from, start] = [contentAt(here), contentAt(there)];
  const sent = here.wireEnd - from;
  let same = sent === there.wireEnd - start;
  const octets = Math.min(here.capturedEnd - from, there.capturedEnd - start);
  if (same && octets <= 0 && sent > 0) return null;
  for (let i = 0; same && i < octets; i++) same = here.bytes[from + i] === there.bytes[start + i];
  return { octets: Math.max(0, octets), same };
}

/** Where begins what nobody translates: a first fragment begins with ports and a checksum. */
function contentAt(carrier: Layer): number {
  const isFirst = carrier.protocol === ipv4.ipv4 && ipv4.isFragment(carrier) && ipv4.fragmentOffset(carrier) === 0;
  return carrier.headerEnd + (isFirst ? udp.HEADER : 0);
}

/** What `Twins.settle` wants to know of a packet. */
export function contentOf(packet: Packet): Content {
  const layer = carrierOf(packet);
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
  return layer.protocol === icmp.icmp && icmp.checksumVerdict(layer) === 'good';
}

/**
 * The last layer that is translated: the transport's, or that of a packet which an error quotes; the network's where no
 * transport shows.
 */
function carrierOf({ layers, count }: Packet): Layer | null {
  let network: Layer | null = null;
  let transport: Layer | null = null;
  for (let i = 0; i < count; i++) {
    const layer = layers[i]!;
    if (layer.protocol === ipv4.ipv4 || layer.protocol === ipv6.ipv6) network ??= layer;
    if (!TRANSPORTS.has(layer.protocol)) continue;
    if (layer.quoted) return layer;
    transport ??= layer;
  }
  return transport ?? network;
}

const TRANSPORTS: ReadonlySet<unknown> = new Set([tcp.tcp, udp.udp, icmp.icmp, icmpv6.icmpv6]);
