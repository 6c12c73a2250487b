import { u8, u16, u24, u32 } from '../core/bytes.ts';
import type { Row, Visit } from '../core/field.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { textOf } from '../core/octet-text.ts';
import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';

/**
 * Link Layer Discovery Protocol: a device tells its neighbour on the cable who it is. IEEE 802.1AB §8. Nothing but elements
 * of type (7 bits), length (9 bits) and value; the first three are the chassis, the port and how long this is good for.
 */
const ELEMENT_HEADER = 2;
const END = 0;
const CHASSIS = 1;
const PORT = 2;
const TIME_TO_LIVE = 3;
const PORT_DESCRIPTION = 4;
const SYSTEM_NAME = 5;
const SYSTEM_DESCRIPTION = 6;
const CAPABILITIES = 7;
const MANAGEMENT = 8;
const ORGANIZATION = 127;

const CHASSIS_MAC = 4;
const PORT_MAC = 3;
const ADDRESS_IPV4 = 1;
const ADDRESS_IPV6 = 2;

const row = (id: string, label: string, kind: Row['kind'] = 'uint', more: Partial<Row> = {}): Row => ({
  id: `lldp.${id}`,
  label,
  kind,
  ...more,
});

const TYPE = row('tlv.type', 'TLV type', 'uint', { show: typeName });
const LENGTH = row('tlv.len', 'TLV length');
const CHASSIS_SUBTYPE = row('chassis.subtype', 'Chassis id subtype', 'uint', {
  show: nameIn(
    '|Chassis component|Interface alias|Port component|MAC address|Network address|Interface name|Locally assigned',
  ),
});
const CHASSIS_MAC_ID = row('chassis.id.mac', 'Chassis id', 'mac');
const CHASSIS_ID = row('chassis.id', 'Chassis id', 'bytes');
const PORT_SUBTYPE = row('port.subtype', 'Port id subtype', 'uint', {
  show: nameIn(
    '|Interface alias|Port component|MAC address|Network address|Interface name|Agent circuit ID|Locally assigned',
  ),
});
const PORT_MAC_ID = row('port.id.mac', 'Port id', 'mac');
const PORT_ID = row('port.id', 'Port id', 'text');
const SECONDS = row('time_to_live', 'Time to live (s)');
const PORT_TEXT = row('port.desc', 'Port description', 'text');
const NAME = row('tlv.system.name', 'System name', 'text');
const DESCRIPTION = row('tlv.system.desc', 'System description', 'text');
const CAPABLE = row('tlv.system_cap', 'Capabilities', 'hex', { digits: 4, show: capabilityNames });
const ENABLED = row('tlv.enable_system_cap', 'Enabled capabilities', 'hex', { digits: 4, show: capabilityNames });
const ADDRESS_LENGTH = row('mgn.address.len', 'Address string length');
const ADDRESS_SUBTYPE = row('mgn.address.subtype', 'Address subtype');
const ADDRESS_V4 = row('mgn.addr.ip4', 'Management address', 'ipv4');
const ADDRESS_V6 = row('mgn.addr.ip6', 'Management address', 'ipv6');
const ADDRESS_OCTETS = row('mgn.addr.hex', 'Management address', 'bytes');
const INTERFACE_SUBTYPE = row('mgn.interface.subtype', 'Interface subtype');
const INTERFACE = row('mgn.interface.number', 'Interface number');
const ORGANIZATION_CODE = row('orgtlv.oui', 'Organization', 'uint', {
  show: (oui: number) => ORGANIZATIONS.get(oui) ?? '',
});
const CONTENT: Row = { id: 'dissect.lldp.content', label: 'Content', kind: 'bytes' };

export const lldp: Protocol = {
  id: 'lldp',
  name: 'Link Layer Discovery Protocol',
  column: 'LLDP',
  spec: 'IEEE 802.1AB §8',
  fields: [],
  walked: [
    TYPE,
    LENGTH,
    CHASSIS_SUBTYPE,
    CHASSIS_MAC_ID,
    CHASSIS_ID,
    PORT_SUBTYPE,
    PORT_MAC_ID,
    PORT_ID,
    SECONDS,
    PORT_TEXT,
    NAME,
    DESCRIPTION,
    CAPABLE,
    ENABLED,
    ADDRESS_LENGTH,
    ADDRESS_SUBTYPE,
    ADDRESS_V4,
    ADDRESS_V6,
    ADDRESS_OCTETS,
    INTERFACE_SUBTYPE,
    INTERFACE,
    ORGANIZATION_CODE,
    CONTENT,
  ],
  decode(layer, packet) {
    const length = messageLength(layer);
    if (!layer.captured(length)) return packet.short(layer, 'element', length, 'lldp.tlv.len');
    layer.headerEnd = layer.start + length;
    layer.capturedEnd = layer.headerEnd;
    layer.wireEnd = layer.headerEnd;
    return null;
  },
  walk(layer, _packet, visit) {
    let at = layer.start;
    while (at + ELEMENT_HEADER <= layer.capturedEnd) {
      const end = at + ELEMENT_HEADER + lengthAt(layer.bytes, at);
      visit(TYPE, at, 1, typeAt(layer.bytes, at), 0);
      visit(LENGTH, at, 2, lengthAt(layer.bytes, at), 1);
      if (end > layer.capturedEnd) return;
      if (end > at + ELEMENT_HEADER) visitElement(layer.bytes, at, end, visit);
      at = end;
    }
  },
  info: writeInfo,
  card(layer, packet, out) {
    out.ascii('LLDP  ');
    writeInfo(layer, packet, out);
  },
};

const typeAt = (bytes: Uint8Array, at: number): number => u8(bytes, at) >>> 1;
const lengthAt = (bytes: Uint8Array, at: number): number => u16(bytes, at) & 0x01ff;

/** Octets up to the end of the element that ends the message, or of the first that was not captured whole. */
function messageLength(layer: Layer): number {
  let at = layer.start;
  do {
    if (at + ELEMENT_HEADER > layer.capturedEnd) return at + ELEMENT_HEADER - layer.start;
    const type = typeAt(layer.bytes, at);
    at += ELEMENT_HEADER + lengthAt(layer.bytes, at);
    if (type === END) break;
  } while (at < layer.capturedEnd);
  return at - layer.start;
}

/** Where the element of this type begins, or -1. */
export function elementAt(layer: Layer, type: number): number {
  for (let at = layer.start; at + ELEMENT_HEADER <= layer.capturedEnd; ) {
    const end = at + ELEMENT_HEADER + lengthAt(layer.bytes, at);
    if (end > layer.capturedEnd) return -1;
    if (typeAt(layer.bytes, at) === type) return at;
    at = end;
  }
  return -1;
}

function visitElement(bytes: Uint8Array, at: number, end: number, visit: Visit): void {
  const value = at + ELEMENT_HEADER;
  const size = end - value;
  switch (typeAt(bytes, at)) {
    case CHASSIS:
      visit(CHASSIS_SUBTYPE, value, 1, u8(bytes, value), 1);
      if (u8(bytes, value) === CHASSIS_MAC && size === 7) visit(CHASSIS_MAC_ID, value + 1, 6, value + 1, 1);
      else if (size > 1) visit(CHASSIS_ID, value + 1, size - 1, value + 1, 1);
      return;
    case PORT:
      visit(PORT_SUBTYPE, value, 1, u8(bytes, value), 1);
      if (u8(bytes, value) === PORT_MAC && size === 7) visit(PORT_MAC_ID, value + 1, 6, value + 1, 1);
      else if (size > 1) visit(PORT_ID, value + 1, size - 1, textOf(bytes, value + 1, end), 1);
      return;
    case TIME_TO_LIVE:
      if (size >= 2) visit(SECONDS, value, 2, u16(bytes, value), 1);
      return;
    case PORT_DESCRIPTION:
      visit(PORT_TEXT, value, size, textOf(bytes, value, end), 1);
      return;
    case SYSTEM_NAME:
      visit(NAME, value, size, textOf(bytes, value, end), 1);
      return;
    case SYSTEM_DESCRIPTION:
      visit(DESCRIPTION, value, size, textOf(bytes, value, end), 1);
      return;
    case CAPABILITIES:
      if (size < 4) return;
      visit(CAPABLE, value, 2, u16(bytes, value), 1);
      visit(ENABLED, value + 2, 2, u16(bytes, value + 2), 1);
      return;
    case MANAGEMENT:
      visitManagement(bytes, value, end, visit);
      return;
    case ORGANIZATION:
      if (size < 4) return;
      visit(ORGANIZATION_CODE, value, 3, u24(bytes, value), 1);
      visit(CONTENT, value + 3, size - 3, value + 3, 1);
      return;
    default:
      visit(CONTENT, value, size, value, 1);
  }
}

/** IEEE 802.1AB §8.5.9: the address by which the device is managed, and the interface that has it. */
function visitManagement(bytes: Uint8Array, at: number, end: number, visit: Visit): void {
  const length = u8(bytes, at);
  visit(ADDRESS_LENGTH, at, 1, length, 1);
  const behind = at + 1 + length;
  if (length < 2 || behind > end) return;
  const family = u8(bytes, at + 1);
  visit(ADDRESS_SUBTYPE, at + 1, 1, family, 1);
  if (family === ADDRESS_IPV4 && length === 5) visit(ADDRESS_V4, at + 2, 4, at + 2, 1);
  else if (family === ADDRESS_IPV6 && length === 17) visit(ADDRESS_V6, at + 2, 16, at + 2, 1);
  else visit(ADDRESS_OCTETS, at + 2, length - 1, at + 2, 1);
  if (behind + 5 > end) return;
  visit(INTERFACE_SUBTYPE, behind, 1, u8(bytes, behind), 1);
  visit(INTERFACE, behind + 1, 4, u32(bytes, behind + 1), 1);
}

/** `MA/00:19:2f:a7:b2:8d IA/Uplink to S1 120 SysN=S2.example`: subtypes by their letters. */
function writeInfo(layer: Layer, _packet: Packet, out: Writer): void {
  if (!layer.whole) return;
  writeId(layer, elementAt(layer, CHASSIS), CHASSIS_LETTERS, CHASSIS_MAC, out);
  writeId(layer, elementAt(layer, PORT), PORT_LETTERS, PORT_MAC, out);
  const seconds = elementAt(layer, TIME_TO_LIVE);
  if (seconds >= 0 && lengthAt(layer.bytes, seconds) >= 2) {
    out.uint(u16(layer.bytes, seconds + ELEMENT_HEADER));
    out.byte(32);
  }
  writeText('SysN=', layer, SYSTEM_NAME, out);
  writeText('SysD=', layer, SYSTEM_DESCRIPTION, out);
}

function writeId(layer: Layer, at: number, letters: readonly string[], mac: number, out: Writer): void {
  const length = at < 0 ? 0 : lengthAt(layer.bytes, at);
  if (length < 2) return;
  const value = at + ELEMENT_HEADER;
  const subtype = u8(layer.bytes, value);
  out.ascii(letters[subtype] ?? '');
  out.byte(47);
  if (subtype === mac && length === 7) out.mac(layer.bytes, value + 1);
  else out.safe(textOf(layer.bytes, value + 1, value + length));
  out.byte(32);
}

function writeText(label: string, layer: Layer, type: number, out: Writer): void {
  const at = elementAt(layer, type);
  if (at < 0) return;
  out.ascii(label);
  out.safe(textOf(layer.bytes, at + ELEMENT_HEADER, at + ELEMENT_HEADER + lengthAt(layer.bytes, at)));
  out.byte(32);
}

const CHASSIS_LETTERS = ['', 'CC', 'IA', 'PC', 'MA', 'NA', 'IN', 'LA'];
const PORT_LETTERS = ['', 'IA', 'PC', 'MA', 'NA', 'IN', 'AC', 'LA'];

function nameIn(list: string): (value: number) => string {
  const names = list.split('|');
  return (value) => names[value] ?? '';
}

function typeName(type: number): string {
  return type === ORGANIZATION ? 'Organization Specific' : (TYPES[type] ?? '');
}

const TYPES = [
  'End of LLDPDU',
  'Chassis Id',
  'Port Id',
  'Time to Live',
  'Port Description',
  'System Name',
  'System Description',
  'System Capabilities',
  'Management Address',
];

/** IEEE 802.1AB table 8-4, from the lowest bit. */
function capabilityNames(bits: number): string {
  return CAPABILITY_NAMES.filter((_, i) => (bits >>> i) & 1).join(', ');
}

const CAPABILITY_NAMES = [
  'Other',
  'Repeater',
  'Bridge',
  'WLAN access point',
  'Router',
  'Telephone',
  'DOCSIS cable device',
  'Station only',
];

const ORGANIZATIONS = new Map([
  [0x0080c2, 'IEEE 802.1'],
  [0x00120f, 'IEEE 802.3'],
  [0x0012bb, 'Telecommunications Industry Association'],
]);
