import { u8, u16, u32 } from '../core/bytes.ts';
import type { Row } from '../core/field.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import type { Writer } from '../core/writer.ts';
import { etherTypeName } from './ether-types.ts';

/**
 * Address Resolution Protocol: which hardware address has this protocol address? RFC 826; asked the other way round by
 * RARP, RFC 903; probes and announcements RFC 5227.
 *
 *   0                   1                   2                   3
 *  |        Hardware type          |         Protocol type         |
 *  | Hardware size | Protocol size |           Operation           |
 *  |   Sender hardware address, sender protocol address, ...       |
 *  |   target hardware address, target protocol address            |
 */
export const HEADER = 8;
const ETHERNET = 1;
const IEEE_802 = 6;
const IPV4 = 0x0800;

export const REQUEST = 1;
export const REPLY = 2;
export const REVERSE_REQUEST = 3;
export const REVERSE_REPLY = 4;
const INVERSE_REQUEST = 8;
const INVERSE_REPLY = 9;

const hardwareType = (arp: Layer): number => u16(arp.bytes, arp.start);
const protocolType = (arp: Layer): number => u16(arp.bytes, arp.start + 2);
const hardwareSize = (arp: Layer): number => u8(arp.bytes, arp.start + 4);
const protocolSize = (arp: Layer): number => u8(arp.bytes, arp.start + 5);
export const operation = (arp: Layer): number => u16(arp.bytes, arp.start + 6);

export const senderHardwareAt = (arp: Layer): number => arp.start + HEADER;
export const senderProtocolAt = (arp: Layer): number => senderHardwareAt(arp) + hardwareSize(arp);
export const targetHardwareAt = (arp: Layer): number => senderProtocolAt(arp) + protocolSize(arp);
export const targetProtocolAt = (arp: Layer): number => targetHardwareAt(arp) + hardwareSize(arp);
const end = (arp: Layer): number => targetProtocolAt(arp) + protocolSize(arp);

export const hasMac = (arp: Layer): boolean =>
  hardwareSize(arp) === 6 && (hardwareType(arp) === ETHERNET || hardwareType(arp) === IEEE_802);
export const hasIpv4 = (arp: Layer): boolean => protocolSize(arp) === 4 && protocolType(arp) === IPV4;
const isWhole = (arp: Layer): boolean => arp.captured(HEADER) && end(arp) <= arp.capturedEnd;
const asksOrAnswers = (arp: Layer): boolean => operation(arp) === REQUEST || operation(arp) === REPLY;
/** Ethernet and IPv4, all there, and a request or reply: what gratuitous ARP, probes and announcements are made of. */
const isOrdinary = (arp: Layer): boolean => isWhole(arp) && hasMac(arp) && hasIpv4(arp) && asksOrAnswers(arp);

const sender = (arp: Layer): number => u32(arp.bytes, senderProtocolAt(arp));
const target = (arp: Layer): number => u32(arp.bytes, targetProtocolAt(arp));
const targetHardwareIsZero = (arp: Layer): boolean => {
  const at = targetHardwareAt(arp);
  return u16(arp.bytes, at) === 0 && u32(arp.bytes, at + 2) === 0;
};

/** A host speaks of its own address unasked: sender and target are the same (RFC 5944 §4.6). */
export const isGratuitous = (arp: Layer): boolean => isOrdinary(arp) && sender(arp) === target(arp);
/** A host asks whether anybody uses the address that it is about to take (RFC 5227 §1.1). */
const isProbe = (arp: Layer): boolean =>
  isOrdinary(arp) && !isGratuitous(arp) && operation(arp) === REQUEST && sender(arp) === 0 && targetHardwareIsZero(arp);
/** A host says that it has taken the address: a request for its own (RFC 5227 §1.1). */
export const isAnnouncement = (arp: Layer): boolean =>
  isGratuitous(arp) && operation(arp) === REQUEST && targetHardwareIsZero(arp);

const mark = (is: (arp: Layer) => boolean) => (arp: Layer) => (is(arp) ? 1 : null);

/** An address where it has the usual form, else its octets; nothing where it was not captured whole. */
const address = (
  id: string,
  label: string,
  kind: 'mac' | 'ipv4' | 'bytes',
  at: (arp: Layer) => number,
  size: (arp: Layer) => number,
  usual: (arp: Layer) => boolean,
): Row => ({
  id,
  label,
  kind,
  read: (arp) => {
    if (!arp.captured(HEADER) || usual(arp) === (kind === 'bytes') || size(arp) === 0) return null;
    return at(arp) + size(arp) <= arp.capturedEnd ? at(arp) : null;
  },
  length: size,
});

const SENDER_HARDWARE = 'Sender hardware address';
const SENDER_PROTOCOL = 'Sender protocol address';
const TARGET_HARDWARE = 'Target hardware address';
const TARGET_PROTOCOL = 'Target protocol address';

export const arp: Protocol = {
  id: 'arp',
  name: 'Address Resolution Protocol',
  column: 'ARP',
  spec: 'RFC 826',
  fields: [
    {
      id: 'arp.hw.type',
      label: 'Hardware type',
      kind: 'uint',
      bit: 0,
      bits: 16,
      read: hardwareType,
      show: hardwareName,
    },
    {
      id: 'arp.proto.type',
      label: 'Protocol type',
      kind: 'hex',
      bit: 16,
      bits: 16,
      read: protocolType,
      show: etherTypeName,
    },
    { id: 'arp.hw.size', label: 'Hardware size', kind: 'uint', bit: 32, bits: 8, read: hardwareSize },
    { id: 'arp.proto.size', label: 'Protocol size', kind: 'uint', bit: 40, bits: 8, read: protocolSize },
    { id: 'arp.opcode', label: 'Operation', kind: 'uint', bit: 48, bits: 16, read: operation, show: operationName },
    { id: 'arp.isprobe', label: 'Probe', kind: 'bool', read: mark(isProbe) },
    { id: 'arp.isgratuitous', label: 'Gratuitous', kind: 'bool', read: mark(isGratuitous) },
    { id: 'arp.isannouncement', label: 'Announcement', kind: 'bool', read: mark(isAnnouncement) },
    address('arp.src.hw_mac', SENDER_HARDWARE, 'mac', senderHardwareAt, hardwareSize, hasMac),
    address('arp.src.hw', SENDER_HARDWARE, 'bytes', senderHardwareAt, hardwareSize, hasMac),
    address('arp.src.proto_ipv4', SENDER_PROTOCOL, 'ipv4', senderProtocolAt, protocolSize, hasIpv4),
    address('arp.src.proto', SENDER_PROTOCOL, 'bytes', senderProtocolAt, protocolSize, hasIpv4),
    address('arp.dst.hw_mac', TARGET_HARDWARE, 'mac', targetHardwareAt, hardwareSize, hasMac),
    address('arp.dst.hw', TARGET_HARDWARE, 'bytes', targetHardwareAt, hardwareSize, hasMac),
    address('arp.dst.proto_ipv4', TARGET_PROTOCOL, 'ipv4', targetProtocolAt, protocolSize, hasIpv4),
    address('arp.dst.proto', TARGET_PROTOCOL, 'bytes', targetProtocolAt, protocolSize, hasIpv4),
  ],
  decode(layer, packet) {
    if (!layer.captured(HEADER)) return packet.short(layer, 'header', HEADER);
    const length = end(layer) - layer.start;
    if (!layer.captured(length)) return packet.short(layer, 'addresses', length, 'arp.hw.size');
    layer.headerEnd = layer.start + length;
    layer.wireEnd = layer.headerEnd;
    layer.capturedEnd = layer.headerEnd;
    return null;
  },
  info: writeInfo,
  card(layer, packet, out) {
    out.ascii(isReverse(layer) ? 'RARP  ' : 'ARP  ');
    out.ascii(cardTitle(layer));
    out.line();
    writeInfo(layer, packet, out);
    if (!isWhole(layer) || operation(layer) !== REQUEST) return;
    out.ascii('\nsender ');
    writeHardware(layer, senderHardwareAt(layer), out);
  },
};

/** The same message under an EtherType of its own (RFC 903). */
export const rarp: Protocol = { ...arp, name: 'Reverse Address Resolution Protocol', column: 'RARP', spec: 'RFC 903' };

const isReverse = (layer: Layer): boolean => operation(layer) === REVERSE_REQUEST || operation(layer) === REVERSE_REPLY;

function cardTitle(layer: Layer): string {
  if (isAnnouncement(layer)) return 'announcement';
  if (isProbe(layer)) return 'probe';
  if (isGratuitous(layer)) return `gratuitous ${operationName(operation(layer))}`;
  return operationName(operation(layer)) || `operation ${operation(layer)}`;
}

function writeInfo(layer: Layer, _packet: unknown, out: Writer): void {
  if (!isWhole(layer)) {
    out.ascii(operationName(operation(layer)) || 'ARP');
    return;
  }
  switch (operation(layer)) {
    case REQUEST:
      writeRequest(layer, out);
      return;
    case REPLY:
      if (isGratuitous(layer)) {
        out.ascii('Gratuitous ARP for ');
        writeProtocol(layer, senderProtocolAt(layer), out);
        out.ascii(' (Reply)');
        return;
      }
      writeProtocol(layer, senderProtocolAt(layer), out);
      out.ascii(' is at ');
      writeHardware(layer, senderHardwareAt(layer), out);
      return;
    case REVERSE_REQUEST:
    case INVERSE_REQUEST:
      out.ascii('Who is ');
      writeHardware(layer, targetHardwareAt(layer), out);
      out.ascii('? Tell ');
      writeHardware(layer, senderHardwareAt(layer), out);
      return;
    case REVERSE_REPLY:
      writeHardware(layer, targetHardwareAt(layer), out);
      out.ascii(' is at ');
      writeProtocol(layer, targetProtocolAt(layer), out);
      return;
    case INVERSE_REPLY:
      writeHardware(layer, senderHardwareAt(layer), out);
      out.ascii(' is at ');
      writeProtocol(layer, senderProtocolAt(layer), out);
      return;
    default:
      out.ascii('Unknown ARP opcode 0x');
      out.hex(operation(layer), 4);
  }
}

function writeRequest(layer: Layer, out: Writer): void {
  if (isGratuitous(layer)) {
    out.ascii(isAnnouncement(layer) ? 'ARP Announcement for ' : 'Gratuitous ARP for ');
    writeProtocol(layer, senderProtocolAt(layer), out);
    if (!isAnnouncement(layer)) out.ascii(' (Request)');
    return;
  }
  out.ascii('Who has ');
  writeProtocol(layer, targetProtocolAt(layer), out);
  if (isProbe(layer)) {
    out.ascii('? (ARP Probe)');
    return;
  }
  out.ascii('? Tell ');
  writeProtocol(layer, senderProtocolAt(layer), out);
}

function writeHardware(layer: Layer, at: number, out: Writer): void {
  if (hasMac(layer)) out.mac(layer.bytes, at);
  else out.octets(layer.bytes, at, at + hardwareSize(layer));
}

function writeProtocol(layer: Layer, at: number, out: Writer): void {
  if (hasIpv4(layer)) out.ipv4(layer.bytes, at);
  else out.octets(layer.bytes, at, at + protocolSize(layer));
}

/** IANA "ARP Parameters", hardware types. */
function hardwareName(type: number): string {
  return HARDWARE.get(type) ?? '';
}

const HARDWARE = new Map([
  [1, 'Ethernet'],
  [6, 'IEEE 802'],
  [7, 'ARCNET'],
  [15, 'Frame Relay'],
  [16, 'ATM'],
  [18, 'Fibre Channel'],
  [19, 'ATM'],
  [20, 'Serial line'],
  [24, 'IEEE 1394'],
  [32, 'InfiniBand'],
]);

/** IANA "ARP Parameters", operation codes. */
function operationName(code: number): string {
  return OPERATIONS[code] ?? '';
}

const OPERATIONS = [
  '',
  'request',
  'reply',
  'reverse request',
  'reverse reply',
  'dynamic reverse request',
  'dynamic reverse reply',
  'dynamic reverse error',
  'inverse request',
  'inverse reply',
];
