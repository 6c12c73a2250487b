import { u8, u16, u32 } from '../core/bytes.ts';
import { gatherRows, type Row, type Visit } from '../core/field.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { stringOf } from '../core/octet-text.ts';
import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';

/**
 * Cisco Discovery Protocol: a device tells its neighbour on the cable who it is, as LLDP does since. Cisco's own; version 2
 * has more elements.
 *
 *  | version (8) | time to live (8) | checksum (16) | elements: type (16), length with these four octets (16), value
 */
const HEADER = 4;
const ELEMENT_HEADER = 4;
export const DEVICE = 1;
const ADDRESSES = 2;
export const PORT = 3;
const CAPABILITIES = 4;
const SOFTWARE = 5;
const PLATFORM = 6;
const DOMAIN = 9;
const NATIVE_VLAN = 10;
const DUPLEX = 11;
const TRUST = 18;
const UNTRUSTED = 19;
const MANAGEMENT = 22;

const walked: Row[] = [];
const row = gatherRows(walked, 'cdp.');

const TYPE = row('tlv.type', 'Element', 'hex', { digits: 4, show: typeName });
const LENGTH = row('tlv.len', 'Length', 'uint', { level: 1 });
const DEVICE_ID = row('deviceid', 'Device id');
const COUNT = row('number_of_addresses', 'Number of addresses', 'uint');
const PROTOCOL_TYPE = row('protocol_type', 'Protocol type', 'hex', { digits: 2 });
const PROTOCOL_LENGTH = row('protocol_length', 'Protocol length', 'uint');
const PROTOCOL = row('protocol', 'Protocol', 'bytes');
const ADDRESS_LENGTH = row('address_length', 'Address length', 'uint');
const ADDRESS = row('nrgyz.ip_address', 'IP address', 'ipv4');
const ADDRESS_V6 = row('nrgyz.ipv6_address', 'IPv6 address', 'ipv6');
const ADDRESS_OCTETS = row('address', 'Address', 'bytes');
const PORT_ID = row('portid', 'Port id');
const CAPABLE = row('capabilities', 'Capabilities', 'hex', { digits: 8 });
const ABILITIES = [
  row('capabilities.router', 'Router', 'bool'),
  row('capabilities.trans_bridge', 'Transparent bridge', 'bool'),
  row('capabilities.src_bridge', 'Source route bridge', 'bool'),
  row('capabilities.switch', 'Switch', 'bool'),
  row('capabilities.host', 'Host', 'bool'),
  row('capabilities.igmp_capable', 'IGMP capable', 'bool'),
  row('capabilities.repeater', 'Repeater', 'bool'),
  row('capabilities.voip_phone', 'VoIP phone', 'bool'),
  row('capabilities.remote', 'Remotely managed', 'bool'),
  row('capabilities.cvta', 'CVTA or camera', 'bool'),
  row('capabilities.mac_relay', 'Two-port MAC relay', 'bool'),
];
const SOFTWARE_VERSION = row('software_version', 'Software version');
const PLATFORM_NAME = row('platform', 'Platform');
const DOMAIN_NAME = row('vtp_management_domain', 'VTP management domain');
const VLAN = row('native_vlan', 'Native VLAN', 'uint');
const IS_FULL = row('duplex', 'Full duplex', 'bool');
const TRUST_BITS = row('trust_bitmap', 'Trust bitmap', 'hex', { digits: 2 });
const UNTRUSTED_CLASS = row('untrusted_port_cos', 'Class of service of untrusted ports', 'hex', { digits: 2 });
const CONTENT: Row = { id: 'dissect.cdp.content', label: 'Content', kind: 'bytes' };

export const cdp: Protocol = {
  id: 'cdp',
  name: 'Cisco Discovery Protocol',
  column: 'CDP',
  spec: 'Cisco Discovery Protocol',
  fields: [
    {
      id: 'cdp.version',
      label: 'Version',
      kind: 'uint',
      bit: 0,
      bits: 8,
      read: (layer) => u8(layer.bytes, layer.start),
    },
    {
      id: 'cdp.ttl',
      label: 'Time to live (s)',
      kind: 'uint',
      bit: 8,
      bits: 8,
      read: (layer) => u8(layer.bytes, layer.start + 1),
    },
    {
      id: 'cdp.checksum',
      label: 'Checksum',
      kind: 'hex',
      bit: 16,
      bits: 16,
      read: (layer) => u16(layer.bytes, layer.start + 2),
    },
  ],
  walked: [...walked, CONTENT],
  decode(layer, packet) {
    if (!layer.captured(HEADER)) return packet.short(layer, 'header', HEADER);
    layer.headerEnd = layer.capturedEnd;
    let at = layer.start + HEADER;
    while (at + ELEMENT_HEADER <= layer.capturedEnd) {
      const length = u16(layer.bytes, at + 2);
      if (length < ELEMENT_HEADER) return packet.malformed(layer, 'element', ELEMENT_HEADER, length, 'cdp.tlv.len');
      at += length;
    }
    return at > layer.capturedEnd ? packet.short(layer, 'options', at - layer.start, 'cdp.tlv.len') : null;
  },
  walk(layer, _packet, visit) {
    for (let at = layer.start + HEADER; at + ELEMENT_HEADER <= layer.capturedEnd; ) {
      const length = u16(layer.bytes, at + 2);
      visit(TYPE, at, 2, u16(layer.bytes, at), 0);
      visit(LENGTH, at + 2, 2, length, 1);
      if (length < ELEMENT_HEADER || at + length > layer.capturedEnd) return;
      if (length > ELEMENT_HEADER) visitElement(layer.bytes, at, at + length, visit);
      at += length;
    }
  },
  info: writeInfo,
  card(layer, packet, out) {
    out.ascii('CDP  ');
    writeInfo(layer, packet, out);
  },
};

/** Where the first element of this type begins, or -1 when it is not there whole. */
export function elementAt(layer: Layer, type: number): number {
  for (let at = layer.start + HEADER; at + ELEMENT_HEADER <= layer.capturedEnd; ) {
    const length = u16(layer.bytes, at + 2);
    if (length < ELEMENT_HEADER || at + length > layer.capturedEnd) return -1;
    if (u16(layer.bytes, at) === type) return at;
    at += length;
  }
  return -1;
}

/** What an element says as text. */
export const elementText = (layer: Layer, at: number): string =>
  stringOf(layer.bytes, at + ELEMENT_HEADER, at + u16(layer.bytes, at + 2));

const TEXTS = new Map([
  [DEVICE, DEVICE_ID],
  [PORT, PORT_ID],
  [PLATFORM, PLATFORM_NAME],
  [DOMAIN, DOMAIN_NAME],
]);

function visitElement(bytes: Uint8Array, at: number, end: number, visit: Visit): void {
  const from = at + ELEMENT_HEADER;
  const length = end - from;
  const type = u16(bytes, at);
  const text = TEXTS.get(type);
  if (text !== undefined) visit(text, from, length, stringOf(bytes, from, end), 1);
  else if (type === SOFTWARE) visitLines(bytes, from, end, visit);
  else if (type === ADDRESSES || type === MANAGEMENT) visitAddresses(bytes, from, end, visit);
  else if (type === CAPABILITIES && length === 4) visitCapabilities(bytes, from, visit);
  else if (type === NATIVE_VLAN && length === 2) visit(VLAN, from, 2, u16(bytes, from), 1);
  else if (type === DUPLEX && length === 1) visit(IS_FULL, from, 1, u8(bytes, from) === 0 ? 0 : 1, 1);
  else if (type === TRUST && length === 1) visit(TRUST_BITS, from, 1, u8(bytes, from), 1);
  else if (type === UNTRUSTED && length === 1) visit(UNTRUSTED_CLASS, from, 1, u8(bytes, from), 1);
  else visit(CONTENT, from, length, from, 1);
}

/** Each line is a value of its own. */
function visitLines(bytes: Uint8Array, from: number, end: number, visit: Visit): void {
  for (let at = from; at < end; ) {
    let feed = at;
    while (feed < end && bytes[feed] !== LINE_FEED) feed++;
    visit(SOFTWARE_VERSION, at, feed - at, stringOf(bytes, at, feed), 1);
    at = feed + 1;
  }
}

const LINE_FEED = 10;

function visitCapabilities(bytes: Uint8Array, at: number, visit: Visit): void {
  const set = u32(bytes, at);
  visit(CAPABLE, at, 4, set, 1);
  for (let i = 0; i < ABILITIES.length; i++) visit(ABILITIES[i]!, at, 4, (set >>> i) & 1, 2);
}

/** A count; then for each protocol and address their lengths and what they are. */
function visitAddresses(bytes: Uint8Array, from: number, end: number, visit: Visit): void {
  if (from + 4 > end) return;
  visit(COUNT, from, 4, u32(bytes, from), 1);
  for (let at = from + 4; at + 2 <= end; ) {
    const protocolLength = u8(bytes, at + 1);
    const lengthAt = at + 2 + protocolLength;
    if (lengthAt + 2 > end) return;
    const length = u16(bytes, lengthAt);
    const address = lengthAt + 2;
    if (address + length > end) return;
    visit(PROTOCOL_TYPE, at, 1, u8(bytes, at), 1);
    visit(PROTOCOL_LENGTH, at + 1, 1, protocolLength, 1);
    if (protocolLength > 0) visit(PROTOCOL, at + 2, protocolLength, at + 2, 1);
    visit(ADDRESS_LENGTH, lengthAt, 2, length, 1);
    const shown = length === 4 ? ADDRESS : length === 16 ? ADDRESS_V6 : ADDRESS_OCTETS;
    if (length > 0) visit(shown, address, length, address, 1);
    at = address + length;
  }
}

/** `Device ID: S1  Port ID: FastEthernet0/13` */
function writeInfo(layer: Layer, _packet: Packet, out: Writer): void {
  const device = elementAt(layer, DEVICE);
  const port = elementAt(layer, PORT);
  if (device >= 0) out.safe(`Device ID: ${elementText(layer, device)}  `);
  if (port >= 0) out.safe(`Port ID: ${elementText(layer, port)}  `);
}

function typeName(type: number): string {
  return TYPES.get(type) ?? '';
}

const TYPES = new Map([
  [DEVICE, 'Device id'],
  [ADDRESSES, 'Addresses'],
  [PORT, 'Port id'],
  [CAPABILITIES, 'Capabilities'],
  [SOFTWARE, 'Software version'],
  [PLATFORM, 'Platform'],
  [7, 'IP prefixes'],
  [8, 'Protocol hello'],
  [DOMAIN, 'VTP management domain'],
  [NATIVE_VLAN, 'Native VLAN'],
  [DUPLEX, 'Duplex'],
  [14, 'VoIP VLAN reply'],
  [15, 'VoIP VLAN query'],
  [16, 'Power consumption'],
  [17, 'MTU'],
  [TRUST, 'Trust bitmap'],
  [UNTRUSTED, 'Class of service of untrusted ports'],
  [20, 'System name'],
  [MANAGEMENT, 'Management addresses'],
  [23, 'Location'],
  [25, 'Power request'],
  [26, 'Power available'],
]);
