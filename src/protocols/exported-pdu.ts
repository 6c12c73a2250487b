import { u8, u16, u32 } from '../core/bytes.ts';
import type { Row } from '../core/field.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { data } from './data.ts';
import { dns } from './dns.ts';
import { http } from './http.ts';
import { ipv4 } from './ipv4.ts';
import { ipv6 } from './ipv6.ts';
import { tcpPorts, udpPorts } from './tables.ts';

/**
 * What Wireshark exports of a conversation, decrypted or put together (LINKTYPE_WIRESHARK_UPPER_PDU): tags that name the
 * protocol and where the message came from, and the message. A tag of type 0 ends them; lengths are multiples of four.
 *
 *  | Tag (16) | Length (16) | Value ... |  ...  | 0 (16) | 0 (16) |  message
 */
const TAG_HEADER = 4;
const END = 0;
const PROTOCOL_NAME = 12;
const TABLE_NAME = 14;
const IPV4_SOURCE = 20;
const IPV4_DESTINATION = 21;
const IPV6_SOURCE = 22;
const IPV6_DESTINATION = 23;
const PORT_TYPE = 24;
const SOURCE_PORT = 25;
const DESTINATION_PORT = 26;
const FRAME_NUMBER = 30;
const TABLE_VALUE = 32;

/** Where the tag's value stands, or -1. */
function find(layer: Layer, wanted: number): number {
  const { bytes, headerEnd } = layer;
  for (let at = layer.start; at + TAG_HEADER <= headerEnd; at += TAG_HEADER + u16(bytes, at + 2)) {
    if (u16(bytes, at) === wanted) return at + TAG_HEADER;
  }
  return -1;
}

/** A tag's text without the zeros that fill it up. */
function textOf(layer: Layer, tag: number): string {
  const at = find(layer, tag);
  if (at < 0) return '';
  const end = at + u16(layer.bytes, at - 2);
  let name = '';
  for (let i = at; i < end && u8(layer.bytes, i) !== 0; i++) name += String.fromCharCode(u8(layer.bytes, i));
  return name;
}

/** Messages that can be read without the stream that they came from, by name and by port. */
const MESSAGES = new Map<string, Protocol>([dns, http, ipv4, ipv6].map((protocol) => [protocol.id, protocol]));
const HTTP_PORTS = [80, 3128, 8080];

function messageOf(layer: Layer): Protocol {
  const named = MESSAGES.get(textOf(layer, PROTOCOL_NAME));
  if (named !== undefined) return named;
  const value = find(layer, TABLE_VALUE);
  const number = value >= 0 && value + 4 <= layer.headerEnd ? u32(layer.bytes, value) : -1;
  const table = textOf(layer, TABLE_NAME);
  if (table === udpPorts.id) return udpPorts.get(number) ?? data;
  return table === tcpPorts.id && HTTP_PORTS.includes(number) ? http : data;
}

export const exportedPdu: Protocol = {
  id: 'exported_pdu',
  name: 'Exported PDU',
  column: 'EXPORTED_PDU',
  spec: 'LINKTYPE_WIRESHARK_UPPER_PDU',
  fields: [],
  walked: [
    { id: 'exported_pdu.prot_name', label: 'Protocol', kind: 'text' },
    { id: 'exported_pdu.dis_table_name', label: 'Table that names it', kind: 'text' },
    { id: 'exported_pdu.ipv4_src', label: 'Source', kind: 'ipv4' },
    { id: 'exported_pdu.ipv4_dst', label: 'Destination', kind: 'ipv4' },
    { id: 'exported_pdu.ipv6_src', label: 'Source', kind: 'ipv6' },
    { id: 'exported_pdu.ipv6_dst', label: 'Destination', kind: 'ipv6' },
    { id: 'exported_pdu.port_type', label: 'Kind of port', kind: 'uint' },
    { id: 'exported_pdu.src_port', label: 'Source port', kind: 'uint' },
    { id: 'exported_pdu.dst_port', label: 'Destination port', kind: 'uint' },
    { id: 'exported_pdu.orig_fno', label: 'Frame that it came from', kind: 'uint' },
    { id: 'exported_pdu.dis_table_val', label: 'Number in the table', kind: 'uint' },
    { id: 'ip.src', label: 'Source', kind: 'ipv4' },
    { id: 'ip.dst', label: 'Destination', kind: 'ipv4' },
  ],
  decode(layer, packet) {
    const { bytes, start, capturedEnd } = layer;
    for (let at = start; at + TAG_HEADER <= capturedEnd; ) {
      const next = at + TAG_HEADER + u16(bytes, at + 2);
      if (next > capturedEnd) return packet.short(layer, 'tag', next - start, 'exported_pdu.tag_len');
      layer.headerEnd = next;
      if (u16(bytes, at) === END) return messageOf(layer);
      at = next;
    }
    return packet.short(layer, 'tags', capturedEnd - start + TAG_HEADER);
  },
  walk(layer, _packet, visit) {
    const { bytes } = layer;
    for (const [row, tag] of TEXTS) {
      const at = find(layer, tag);
      if (at >= 0) visit(row, at, u16(bytes, at - 2), textOf(layer, tag), 0);
    }
    for (const [row, tag] of VALUES) {
      const at = find(layer, tag);
      if (at < 0 || at + 4 > layer.headerEnd) continue;
      if (row.kind === 'uint') visit(row, at, 4, u32(bytes, at), 0);
      else if (row.kind === 'ipv4') visit(row, at, 4, at, 0);
      else if (at + 16 <= layer.headerEnd) visit(row, at, 16, at, 0);
    }
  },
  info(layer, _packet, out) {
    out.ascii('Exported: ');
    out.text(textOf(layer, PROTOCOL_NAME) || textOf(layer, TABLE_NAME));
  },
};

const [NAME, TABLE, ...OTHERS] = exportedPdu.walked as [Row, Row, ...Row[]];
const TEXTS = [[NAME, PROTOCOL_NAME] as const, [TABLE, TABLE_NAME] as const];
const TAGS = [
  IPV4_SOURCE,
  IPV4_DESTINATION,
  IPV6_SOURCE,
  IPV6_DESTINATION,
  PORT_TYPE,
  SOURCE_PORT,
  DESTINATION_PORT,
  FRAME_NUMBER,
  TABLE_VALUE,
  IPV4_SOURCE,
  IPV4_DESTINATION,
];
const VALUES = OTHERS.map((row, i) => [row, TAGS[i]!] as const);
