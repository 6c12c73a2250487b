import { u8, u16, u24, u32 } from '../core/bytes.ts';
import type { Row, Visit } from '../core/field.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';
import {
  ADVERTISER,
  LINK_STATE_ID,
  LSA_HEADER,
  LSA_ROWS,
  OPTIONS_V3,
  TYPE,
  TYPE_V3,
  visitLsaBody,
  visitLsaHeader,
} from './ospf-lsa.ts';

/**
 * Open Shortest Path First: routers tell each other the map of the network. Version 2 RFC 2328 §A.3, version 3 (IPv6)
 * RFC 5340 §A.3.
 *
 *   0                   1                   2                   3
 *  |    version    |     type      |         packet length         |
 *  |                          router id                            |
 *  |                           area id                             |
 *  |           checksum            |  v2: authentication type      |
 *  |                               |  v3: instance id,  0          |
 *  |  v2 only: authentication (64)                                 |
 */
const HEADER_V2 = 24;
const HEADER_V3 = 16;

export const HELLO = 1;
export const DESCRIPTION = 2;
export const REQUEST = 3;
export const UPDATE = 4;
export const ACKNOWLEDGMENT = 5;

const version = (ospf: Layer): number => u8(ospf.bytes, ospf.start);
export const type = (ospf: Layer): number => u8(ospf.bytes, ospf.start + 1);
const packetLength = (ospf: Layer): number => u16(ospf.bytes, ospf.start + 2);
export const routerAt = (ospf: Layer): number => ospf.start + 4;
export const areaAt = (ospf: Layer): number => ospf.start + 8;

const isV2 = (ospf: Layer): boolean => version(ospf) === 2;
const headerLength = (ospf: Layer): number => (isV2(ospf) ? HEADER_V2 : HEADER_V3);
export const bodyAt = (ospf: Layer): number => ospf.start + headerLength(ospf);

const AUTHENTICATION = ['Null', 'Simple password', 'Cryptographic'];

const row = (id: string, label: string, kind: Row['kind'] = 'uint', more: Partial<Row> = {}): Row => ({
  id: `ospf.${id}`,
  label,
  kind,
  ...more,
});

const MASK = row('hello.network_mask', 'Network mask', 'ipv4');
const INTERFACE = row('hello.interface_id', 'Interface id');
const HELLO_INTERVAL = row('hello.hello_interval', 'Hello interval (s)');
const DEAD_INTERVAL = row('hello.router_dead_interval', 'Router dead interval (s)');
const PRIORITY = row('hello.router_priority', 'Router priority');
const DESIGNATED = row('hello.designated_router', 'Designated router', 'ipv4');
const BACKUP = row('hello.backup_designated_router', 'Backup designated router', 'ipv4');
const NEIGHBOR = row('hello.active_neighbor', 'Active neighbor', 'ipv4');
const OPTIONS_V2 = row('v2.options', 'Options', 'hex', { digits: 2 });
const MTU = row('db.interface_mtu', 'Interface MTU');
const DD_FLAGS = row('dbd', 'Flags', 'hex', { digits: 2 });
const DD_INIT = row('dbd.i', 'Init', 'bool');
const DD_MORE = row('dbd.m', 'More', 'bool');
const DD_MASTER = row('dbd.ms', 'Master', 'bool');
const DD_SEQUENCE = row('db.dd_sequence', 'DD sequence');
const COUNT = row('ls.number_of_lsas', 'Number of LSAs');

export const ospf: Protocol = {
  id: 'ospf',
  name: 'Open Shortest Path First',
  column: 'OSPF',
  spec: 'RFC 2328 §A.3, RFC 5340 §A.3',
  fields: [
    { id: 'ospf.version', label: 'Version', kind: 'uint', bit: 0, bits: 8, read: version },
    { id: 'ospf.msg', label: 'Message type', kind: 'uint', bit: 8, bits: 8, read: type, show: messageName },
    { id: 'ospf.packet_length', label: 'Packet length', kind: 'uint', bit: 16, bits: 16, read: packetLength },
    { id: 'ospf.srcrouter', label: 'Source router', kind: 'ipv4', bit: 32, bits: 32, read: routerAt },
    { id: 'ospf.area_id', label: 'Area', kind: 'ipv4', bit: 64, bits: 32, read: areaAt },
    {
      id: 'ospf.checksum',
      label: 'Checksum',
      kind: 'hex',
      bit: 96,
      bits: 16,
      read: (ospf) => u16(ospf.bytes, ospf.start + 12),
    },
    {
      id: 'ospf.auth.type',
      label: 'Authentication',
      kind: 'uint',
      bit: 112,
      bits: 16,
      read: (ospf) => (isV2(ospf) ? u16(ospf.bytes, ospf.start + 14) : null),
      show: (value: number) => AUTHENTICATION[value] ?? '',
    },
    {
      id: 'ospf.instance_id',
      label: 'Instance',
      kind: 'uint',
      bit: 112,
      bits: 8,
      read: (ospf) => (isV2(ospf) ? null : u8(ospf.bytes, ospf.start + 14)),
    },
  ],
  walked: [
    MASK,
    INTERFACE,
    OPTIONS_V2,
    HELLO_INTERVAL,
    PRIORITY,
    DEAD_INTERVAL,
    DESIGNATED,
    BACKUP,
    NEIGHBOR,
    MTU,
    DD_FLAGS,
    DD_INIT,
    DD_MORE,
    DD_MASTER,
    DD_SEQUENCE,
    COUNT,
    ...LSA_ROWS.filter(({ id }) => id !== OPTIONS_V2.id),
  ],
  decode(layer, packet) {
    if (!layer.captured(HEADER_V3)) return packet.short(layer, 'header', HEADER_V3);
    const header = headerLength(layer);
    if (!layer.captured(header)) return packet.short(layer, 'header', header);
    const said = packetLength(layer);
    const have = layer.wireEnd - layer.start;
    if (said < header || said > have) return packet.malformed(layer, 'length', said, have, 'ospf.packet_length');
    // A digest of the cryptographic authentication stands behind and is not counted (RFC 2328 §D.4.3).
    layer.endAt(layer.start + said);
    layer.headerEnd = layer.capturedEnd;
    return null;
  },
  walk(layer, _packet, visit) {
    if (layer.headerEnd === layer.start) return;
    if (type(layer) === HELLO) walkHello(layer, visit);
    else if (type(layer) === DESCRIPTION) walkDescription(layer, visit);
    else if (type(layer) === REQUEST) walkRequest(layer, visit);
    else if (type(layer) === UPDATE) walkUpdate(layer, visit);
    else if (type(layer) === ACKNOWLEDGMENT) walkHeaders(layer, bodyAt(layer), visit);
  },
  info(layer, _packet, out) {
    if (!layer.captured(2)) return;
    out.ascii(messageName(type(layer)) || 'Unknown');
  },
  card: writeCard,
};

/** RFC 2328 §A.3.2; RFC 5340 §A.3.2 puts the interface's id where the mask stood and widens the options. */
function walkHello(layer: Layer, visit: Visit): void {
  const { bytes, capturedEnd } = layer;
  const at = bodyAt(layer);
  if (at + 20 > capturedEnd) return;
  if (isV2(layer)) {
    visit(MASK, at, 4, at, 0);
    visit(HELLO_INTERVAL, at + 4, 2, u16(bytes, at + 4), 0);
    visit(OPTIONS_V2, at + 6, 1, u8(bytes, at + 6), 0);
    visit(PRIORITY, at + 7, 1, u8(bytes, at + 7), 0);
    visit(DEAD_INTERVAL, at + 8, 4, u32(bytes, at + 8), 0);
  } else {
    visit(INTERFACE, at, 4, u32(bytes, at), 0);
    visit(PRIORITY, at + 4, 1, u8(bytes, at + 4), 0);
    visit(OPTIONS_V3, at + 5, 3, u24(bytes, at + 5), 0);
    visit(HELLO_INTERVAL, at + 8, 2, u16(bytes, at + 8), 0);
    visit(DEAD_INTERVAL, at + 10, 2, u16(bytes, at + 10), 0);
  }
  visit(DESIGNATED, at + 12, 4, at + 12, 0);
  visit(BACKUP, at + 16, 4, at + 16, 0);
  for (let next = at + 20; next + 4 <= capturedEnd; next += 4) visit(NEIGHBOR, next, 4, next, 0);
}

/** RFC 2328 §A.3.3, RFC 5340 §A.3.3: headers of all that the sender has. */
function walkDescription(layer: Layer, visit: Visit): void {
  const { bytes, capturedEnd } = layer;
  const from = bodyAt(layer);
  const at = isV2(layer) ? from : from + 4;
  if (at + 8 > capturedEnd) return;
  visit(MTU, at, 2, u16(bytes, at), 0);
  if (isV2(layer)) visit(OPTIONS_V2, at + 2, 1, u8(bytes, at + 2), 0);
  else visit(OPTIONS_V3, from + 1, 3, u24(bytes, from + 1), 0);
  const flags = u8(bytes, at + 3);
  visit(DD_FLAGS, at + 3, 1, flags, 0);
  visit(DD_INIT, at + 3, 1, (flags >>> 2) & 1, 1);
  visit(DD_MORE, at + 3, 1, (flags >>> 1) & 1, 1);
  visit(DD_MASTER, at + 3, 1, flags & 1, 1);
  visit(DD_SEQUENCE, at + 4, 4, u32(bytes, at + 4), 0);
  walkHeaders(layer, at + 8, visit);
}

function walkRequest(layer: Layer, visit: Visit): void {
  const { bytes, capturedEnd } = layer;
  for (let at = bodyAt(layer); at + 12 <= capturedEnd; at += 12) {
    if (isV2(layer)) visit(TYPE, at, 4, u32(bytes, at), 0);
    else visit(TYPE_V3, at + 2, 2, u16(bytes, at + 2), 0);
    visit(LINK_STATE_ID, at + 4, 4, at + 4, 1);
    visit(ADVERTISER, at + 8, 4, at + 8, 1);
  }
}

function walkUpdate(layer: Layer, visit: Visit): void {
  const { bytes, capturedEnd } = layer;
  let at = bodyAt(layer);
  if (at + 4 > capturedEnd) return;
  visit(COUNT, at, 4, u32(bytes, at), 0);
  at += 4;
  while (at + LSA_HEADER <= capturedEnd) {
    const length = visitLsaHeader(bytes, at, version(layer), visit);
    if (length < LSA_HEADER) return;
    visitLsaBody(bytes, at, Math.min(capturedEnd, at + length), version(layer), visit);
    at += length;
  }
}

function walkHeaders(layer: Layer, from: number, visit: Visit): void {
  for (let at = from; at + LSA_HEADER <= layer.capturedEnd; at += LSA_HEADER) {
    visitLsaHeader(layer.bytes, at, version(layer), visit);
  }
}

function writeCard(layer: Layer, _packet: Packet, out: Writer): void {
  out.ascii('OSPF');
  if (!layer.whole || !layer.captured(HEADER_V3)) return;
  out.ascii('v');
  out.uint(version(layer));
  out.ascii('  ');
  out.ascii(messageName(type(layer)) || `type ${type(layer)}`);
  out.ascii('\nrouter ');
  out.ipv4(layer.bytes, routerAt(layer));
  out.text(' · area ');
  out.ipv4(layer.bytes, areaAt(layer));
}

function messageName(value: number): string {
  return MESSAGES[value] ?? '';
}

const MESSAGES = ['', 'Hello Packet', 'DB Description', 'LS Request', 'LS Update', 'LS Acknowledge'];
