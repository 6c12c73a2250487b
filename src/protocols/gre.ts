import { u8, u16, u32 } from '../core/bytes.ts';
import type { Row } from '../core/field.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { data } from './data.ts';
import { etherTypeName } from './ether-types.ts';
import { greTypes } from './tables.ts';

/**
 * Generic Routing Encapsulation. RFC 2784 §2, with key and sequence number RFC 2890, routing RFC 1701; version 1 carries
 * PPP for PPTP (RFC 2637 §4.1).
 *
 *   0                   1                   2                   3
 *  |C|R|K|S|s|Recur|A| Flags | Ver |         Protocol Type         |
 *  |      Checksum (C or R)        |        Offset (C or R)        |
 *  |   Key (K); in version 1: payload length, call id              |
 *  |   Sequence Number (S)                                         |
 *  |   Acknowledgment Number (A, version 1)  /  Routing (R) ...    |
 */
const MIN_HEADER = 4;
const CHECKSUM = 0x8000;
const ROUTING = 0x4000;
const KEY = 0x2000;
export const SEQUENCE = 0x1000;
const ACKNOWLEDGMENT = 0x0080;

export const flags = (gre: Layer): number => u16(gre.bytes, gre.start);
export const version = (gre: Layer): number => flags(gre) & 7;
export const protocolType = (gre: Layer): number => u16(gre.bytes, gre.start + 2);

const has = (gre: Layer, mask: number): boolean => (flags(gre) & mask) !== 0;

/** Where each optional part stands, counted from the start; they follow in this order. */
const keyAt = (gre: Layer): number => MIN_HEADER + (has(gre, CHECKSUM | ROUTING) ? 4 : 0);
const sequenceAt = (gre: Layer): number => keyAt(gre) + (has(gre, KEY) ? 4 : 0);
const acknowledgmentAt = (gre: Layer): number => sequenceAt(gre) + (has(gre, SEQUENCE) ? 4 : 0);
const fixedLength = (gre: Layer): number => acknowledgmentAt(gre) + (hasAcknowledgment(gre) ? 4 : 0);
const hasAcknowledgment = (gre: Layer): boolean => version(gre) === 1 && has(gre, ACKNOWLEDGMENT);

/** PPTP carries PPP, and has two numbers in place of the key (RFC 2637 §4.1). */
const isPptp = (gre: Layer): boolean => protocolType(gre) === PPP;

/** A row for a part that is there only with its flag, and has no fixed place for that reason. */
const part = (id: string, label: string, kind: Row['kind'], read: (gre: Layer) => number | null, digits = 8): Row => ({
  id,
  label,
  kind,
  digits,
  read: (gre) => (gre.captured(MIN_HEADER) && gre.captured(fixedLength(gre)) ? read(gre) : null),
});

const flagRow = (name: string, label: string, bit: number): Row => ({
  id: `gre.flags.${name}`,
  label,
  kind: 'bool',
  bit,
  bits: 1,
  read: (gre) => (u16(gre.bytes, gre.start) >>> (15 - bit)) & 1,
  level: 1,
});

export const gre: Protocol = {
  id: 'gre',
  name: 'Generic Routing Encapsulation',
  column: 'GRE',
  spec: 'RFC 2784 §2',
  fields: [
    { id: 'gre.flags_and_version', label: 'Flags and version', kind: 'hex', bit: 0, bits: 16, read: flags },
    flagRow('checksum', 'Checksum', 0),
    flagRow('routing', 'Routing', 1),
    flagRow('key', 'Key', 2),
    flagRow('sequence_number', 'Sequence number', 3),
    flagRow('strict_source_route', 'Strict source route', 4),
    { id: 'gre.flags.version', label: 'Version', kind: 'uint', bit: 13, bits: 3, read: version, level: 1 },
    {
      id: 'gre.proto',
      label: 'Protocol type',
      kind: 'hex',
      bit: 16,
      bits: 16,
      read: protocolType,
      show: (value: number) => TYPE_NAMES.get(value) ?? etherTypeName(value),
    },
    part(
      'gre.checksum',
      'Checksum',
      'hex',
      (gre) => (has(gre, CHECKSUM) ? u16(gre.bytes, gre.start + MIN_HEADER) : null),
      4,
    ),
    part('gre.key', 'Key', 'hex', (gre) =>
      has(gre, KEY) && !isPptp(gre) ? u32(gre.bytes, gre.start + keyAt(gre)) : null,
    ),
    part('gre.key.payload_length', 'Payload length', 'uint', (gre) =>
      has(gre, KEY) && isPptp(gre) ? u16(gre.bytes, gre.start + keyAt(gre)) : null,
    ),
    part('gre.key.call_id', 'Call id', 'uint', (gre) =>
      has(gre, KEY) && isPptp(gre) ? u16(gre.bytes, gre.start + keyAt(gre) + 2) : null,
    ),
    {
      ...part('dissect.gre.eoip_tunnel', 'Tunnel', 'uint', (gre) => (isEoip(gre) ? eoipTunnel(gre) : null)),
      about: 'The number of a tunnel of EoIP, which stands in the key with its lower octet first.',
    },
    part('gre.sequence_number', 'Sequence number', 'uint', (gre) =>
      has(gre, SEQUENCE) ? u32(gre.bytes, gre.start + sequenceAt(gre)) : null,
    ),
    part('gre.ack_number', 'Acknowledgment number', 'uint', (gre) =>
      hasAcknowledgment(gre) ? u32(gre.bytes, gre.start + acknowledgmentAt(gre)) : null,
    ),
  ],
  decode(gre, packet) {
    if (!gre.captured(MIN_HEADER)) return packet.short(gre, 'header', MIN_HEADER);
    const length = has(gre, ROUTING) ? routedLength(gre) : fixedLength(gre);
    if (!gre.captured(length)) return packet.short(gre, 'options', length, 'gre.flags_and_version');
    gre.headerEnd = gre.start + length;
    return packet.follow(greTypes, protocolType(gre), data);
  },
  info(gre, _packet, out) {
    out.ascii('Encapsulated ');
    const name = TYPE_NAMES.get(protocolType(gre)) ?? etherTypeName(protocolType(gre));
    if (name !== '') out.ascii(name);
    else {
      out.ascii('0x');
      out.hex(protocolType(gre), 4);
    }
  },
  card(gre, _packet, out) {
    out.ascii('GRE  version ');
    out.uint(version(gre));
    out.ascii('\nprotocol 0x');
    out.hex(protocolType(gre), 4);
    out.byte(32);
    out.ascii(TYPE_NAMES.get(protocolType(gre)) ?? etherTypeName(protocolType(gre)));
  },
};

/** Source route entries of family (16), offset (8), length (8), content; a length of zero ends them (RFC 1701). */
function routedLength(gre: Layer): number {
  let length = fixedLength(gre);
  while (gre.captured(length + 4)) {
    const size = u8(gre.bytes, gre.start + length + 3);
    length += 4 + size;
    if (size === 0) return length;
  }
  return length + 4;
}

/** MikroTik's Ethernet over IP: what version 1 has for a call is the number of the tunnel, its lower octet first. */
export const isEoip = (gre: Layer): boolean => version(gre) === 1 && has(gre, KEY) && protocolType(gre) === EOIP;
/** Only where `isEoip`. */
export const eoipTunnel = (gre: Layer): number => {
  const at = gre.start + keyAt(gre) + 2;
  return u8(gre.bytes, at) | (u8(gre.bytes, at + 1) << 8);
};

const EOIP = 0x6400;
const PPP = 0x880b;

const TYPE_NAMES = new Map([
  [EOIP, 'EoIP'],
  [0x6558, 'Ethernet'],
  [PPP, 'PPP'],
  [0x88be, 'ERSPAN'],
  [0x22eb, 'ERSPAN III'],
]);
