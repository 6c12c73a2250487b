import { u8, u16, u24 } from '../core/bytes.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { data } from './data.ts';
import { dscpName, ECN_NAMES } from './dscp.ts';
import { ipProtocolName } from './ip-protocols.ts';
import { DESTINATION_OPTIONS, HOP_BY_HOP, ROUTING } from './ipv6-extension.ts';
import { lastStop } from './ipv6-routing.ts';
import { nextHeaders } from './tables.ts';

/**
 * Internet Protocol version 6, one packet's header. RFC 8200 §3; traffic class RFC 2474 and 3168.
 *
 *   0                   1                   2                   3
 *  |Version|    DSCP   |ECN|             Flow Label                |
 *  |        Payload Length         |  Next Header  |   Hop Limit   |
 *  |                  Source Address (128)  ...                    |
 *  |               Destination Address (128)  ...                  |
 *
 * Extension headers are layers of their own; IPv6 stays the network layer of what they carry.
 */
export const HEADER = 40;

export const version = (ip: Layer): number => u8(ip.bytes, ip.start) >>> 4;
const trafficClass = (ip: Layer): number => (u16(ip.bytes, ip.start) >>> 4) & 0xff;
const dscp = (ip: Layer): number => (u16(ip.bytes, ip.start) >>> 6) & 0x3f;
const ecn = (ip: Layer): number => (u8(ip.bytes, ip.start + 1) >>> 4) & 3;
const flowLabel = (ip: Layer): number => u24(ip.bytes, ip.start + 1) & 0xfffff;
export const payloadLength = (ip: Layer): number => u16(ip.bytes, ip.start + 4);
export const nextHeader = (ip: Layer): number => u8(ip.bytes, ip.start + 6);
export const hopLimit = (ip: Layer): number => u8(ip.bytes, ip.start + 7);
export const sourceAt = (ip: Layer): number => ip.start + 8;
export const destinationAt = (ip: Layer): number => ip.start + 24;

/** Where the packet goes in the end: with a routing header that is its last stop (RFC 8200 §8.1). */
function finalDestinationAt(ip: Layer): number {
  let next = nextHeader(ip);
  let at = ip.start + HEADER;
  // Before a routing header stand options only (RFC 8200 §4.1).
  while ((next === HOP_BY_HOP || next === DESTINATION_OPTIONS || next === ROUTING) && at + 8 <= ip.capturedEnd) {
    if (next === ROUTING) {
      const stop = lastStop(ip.bytes, at, ip.capturedEnd);
      return stop < 0 ? destinationAt(ip) : stop;
    }
    next = u8(ip.bytes, at);
    at += 8 + u8(ip.bytes, at + 1) * 8;
  }
  return destinationAt(ip);
}

/** True when all octets that the header speaks of were captured. */
export const isWhole = (ip: Layer): boolean => ip.start + HEADER + payloadLength(ip) <= ip.capturedEnd;

export const ipv6: Protocol = {
  id: 'ipv6',
  name: 'Internet Protocol Version 6',
  column: 'IPv6',
  spec: 'RFC 8200 §3',
  addresses: { kind: 'ipv6', size: 16, source: sourceAt, destination: finalDestinationAt },
  byUnit: true,
  fields: [
    { id: 'ipv6.version', label: 'Version', kind: 'uint', bit: 0, bits: 4, read: version },
    {
      id: 'ip.version',
      label: 'IP version',
      kind: 'uint',
      bit: 0,
      bits: 4,
      read: version,
      level: 1,
      about: 'The same four bits for both versions of IP, so that one filter finds either.',
    },
    { id: 'ipv6.tclass', label: 'Traffic class', kind: 'hex', bit: 4, bits: 8, digits: 8, read: trafficClass },
    { id: 'ipv6.tclass.dscp', label: 'DSCP', kind: 'uint', bit: 4, bits: 6, read: dscp, show: dscpName, level: 1 },
    {
      id: 'ipv6.tclass.ecn',
      label: 'ECN',
      kind: 'uint',
      bit: 10,
      bits: 2,
      read: ecn,
      show: (value: number) => ECN_NAMES[value]!,
      level: 1,
    },
    { id: 'ipv6.flow', label: 'Flow label', kind: 'hex', bit: 12, bits: 20, digits: 6, read: flowLabel },
    { id: 'ipv6.plen', label: 'Payload length', kind: 'uint', bit: 32, bits: 16, read: payloadLength },
    {
      id: 'ipv6.nxt',
      label: 'Next header',
      kind: 'uint',
      bit: 48,
      bits: 8,
      read: nextHeader,
      show: ipProtocolName,
    },
    { id: 'ipv6.hlim', label: 'Hop limit', kind: 'uint', bit: 56, bits: 8, read: hopLimit },
    { id: 'ipv6.src', label: 'Source', kind: 'ipv6', bit: 64, bits: 128, read: sourceAt },
    { id: 'ipv6.dst', label: 'Destination', kind: 'ipv6', bit: 192, bits: 128, read: destinationAt },
  ],
  decode(ip, packet) {
    if (!ip.captured(HEADER)) return packet.short(ip, 'header', HEADER);
    if (version(ip) !== 6) return packet.malformed(ip, 'version', 6, version(ip), 'ipv6.version');
    ip.headerEnd = ip.start + HEADER;
    narrow(ip, packet);
    return packet.follow(nextHeaders, nextHeader(ip), data);
  },
  info(ip, _packet, out) {
    out.ascii(ipProtocolName(nextHeader(ip)));
    if (nextHeader(ip) === NO_NEXT_HEADER) return;
    out.ascii(' (');
    out.uint(nextHeader(ip));
    out.byte(41);
  },
  card(ip, _packet, out) {
    out.ascii('IPv6  ');
    out.ipv6(ip.bytes, sourceAt(ip));
    out.text(' → ');
    out.ipv6(ip.bytes, destinationAt(ip));
    out.ascii('\nhop limit ');
    out.uint(hopLimit(ip));
    out.text(' · flow 0x');
    out.hex(flowLabel(ip), 5);
    if (ecn(ip) > 0) out.text(` · ${ECN_NAMES[ecn(ip)]}`);
    out.text(` · ${ipProtocolName(nextHeader(ip))}`);
    out.ascii(` (${nextHeader(ip)})`);
  },
};

const NO_NEXT_HEADER = 59;
const TCP = 6;
const MIN_TCP = 20;

/**
 * The payload length ends the packet. Zero before a hop-by-hop header announces a jumbogram, whose length that header
 * tells (RFC 2675 §3). Zero before a TCP segment that is there all the same is a host's segmentation offload: the
 * captured length stands in.
 */
function narrow(ip: Layer, packet: Packet): void {
  const said = payloadLength(ip);
  if (said === 0) {
    const next = nextHeader(ip);
    if (next === HOP_BY_HOP || (next === TCP && ip.headerEnd + MIN_TCP <= ip.wireEnd)) return;
  }
  endAt(ip, packet, ip.headerEnd + said, 'ipv6.plen');
}

/** Ends the packet at `end`, which the field `source` told. */
export function endAt(layer: Layer, packet: Packet, end: number, source: string): void {
  if (end > layer.wireEnd) {
    packet.report('malformed', layer, 'payloadLength', end - layer.start, layer.wireEnd - layer.start, source);
    return;
  }
  layer.endAt(end);
}
